import { z } from 'zod'
import { operationId, skillOperation, skillTest } from './skill-operation.ts'
import { skillAuth, skillExposure, skillLimits, skillName, skillPermissions } from './skill-permissions.ts'
import { skillSetting } from './skill-settings.ts'
import { workflow } from './skill-workflow.ts'

export const SKILL_API_VERSION = 'freehold.dev/v1'
/** The surface that the platform offers to skills; a skill names the one it was written for. */
export const SKILL_API = '1'
export const SKILL_KINDS = ['openapi', 'http', 'mcp', 'code', 'prompt', 'workflow'] as const
export const skillKind = z.enum(SKILL_KINDS)
export type SkillKind = z.infer<typeof skillKind>

/** https://semver.org 2.0.0 */
export const semver = z
  .string()
  .max(64)
  .regex(
    /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/,
    'a version as in 1.4.0 (https://semver.org)',
  )
/** Comparators joined by spaces, all of which hold: `>=1.2.0 <2.0.0`; also `^1.2.0`, `~1.2.0` and `*`. */
export const semverRange = z.string().min(1).max(128)

/** A file of the skill's own folder. */
export const bundledPath = z
  .string()
  .max(256)
  .regex(/^(?:\.\/)?(?!.*(?:^|\/)\.\.?\/)[\w][\w./-]*$/, 'a path below the folder of the skill')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in lower-case hexadecimal')

export const skillMetadata = z.strictObject({
  name: skillName,
  version: semver,
  /** Whoever signs it; their prefix of names is in the trust root. */
  publisher: skillName,
  title: z.string().min(1).max(80),
  description: z.string().min(1).max(1024),
  /** SPDX expression. */
  licence: z.string().min(1).max(64),
  homepage: z
    .url({ protocol: /^https$/ })
    .max(2048)
    .optional(),
  keywords: z.array(z.string().min(1).max(40)).max(20).default([]),
  /** Title and description for those who read Chinese. */
  zh: z
    .strictObject({ title: z.string().min(1).max(80), description: z.string().min(1).max(1024) })
    .optional(),
})
export type SkillMetadata = z.infer<typeof skillMetadata>

export const skillCompat = z.strictObject({
  platform: semverRange.default('*'),
  skillApi: z.string().max(16).default(SKILL_API),
  requires: z
    .array(z.strictObject({ skill: skillName, range: semverRange }))
    .max(16)
    .default([]),
})

/** `{env: …}` and the like are not read here: a base URL is plain, or the administrator gives it at installation. */
const baseUrl = z.url({ protocol: /^https?$/ }).max(2048)

export const openapiSource = z.strictObject({
  /** OpenAPI 3.0 or 3.1, YAML or JSON. */
  source: bundledPath,
  /** Operation ids of the document; never all of them by default. */
  include: z.array(z.string().min(1).max(256)).min(1).max(256),
  /** Operation id of the document: operation id here. Default: the same in lower-case words joined by `_`. */
  rename: z.record(z.string(), operationId).default({}),
  /** Default: the first server of the document. */
  baseUrl: baseUrl.optional(),
})

export const mcpServer = z.discriminatedUnion('transport', [
  z.strictObject({
    transport: z.literal('stdio'),
    /** A file of the skill, or the interpreter that `permissions.process` names. */
    command: z.string().min(1).max(256),
    args: z.array(z.string().max(1024)).max(64).default([]),
    /** Plain values only; secrets are added by the broker. */
    env: z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/), z.string().max(1024)).default({}),
    package: z
      .strictObject({
        registry: z.enum(['npm']),
        name: z.string().min(1).max(214),
        version: semver,
        integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]+=*$/, 'an integrity as npm writes it'),
      })
      .optional(),
    tools: z.strictObject({ include: z.array(z.string().min(1).max(128)).min(1).max(256) }),
    pins: z.record(z.string(), sha256).default({}),
  }),
  z.strictObject({
    transport: z.literal('http'),
    url: baseUrl,
    tools: z.strictObject({ include: z.array(z.string().min(1).max(128)).min(1).max(256) }),
    /** Tool: SHA-256 over its name, description and schemas as canonical JSON (RFC 8785). */
    pins: z.record(z.string(), sha256).default({}),
  }),
])

export const codeSource = z.strictObject({
  language: z.enum(['js', 'ts', 'python', 'binary']),
  entry: bundledPath,
  /** `isolate`: QuickJS, for js and ts. `process`: the strong sandbox, and refused where there is none. */
  sandbox: z.enum(['isolate', 'process']).default('isolate'),
  /**
   * npm packages that the operator put beside the platform: name and exact version. They are seen read-only at
   * `/packages`, in the strong sandbox only; nothing is downloaded.
   */
  packages: z.record(z.string().regex(/^(?:@[a-z0-9-~][\w.~-]*\/)?[a-z0-9-~][\w.~-]*$/), semver).default({}),
})

export const promptSource = z.strictObject({
  /** Markdown that the model is given when the skill is used. */
  instructions: bundledPath,
  /** Files that it may be given besides. */
  resources: z.array(bundledPath).max(64).default([]),
})

const parts = {
  apiVersion: z.literal(SKILL_API_VERSION),
  metadata: skillMetadata,
  compat: skillCompat.default({ platform: '*', skillApi: SKILL_API, requires: [] }),
  settings: z.array(skillSetting).max(16).default([]),
  auth: z.array(skillAuth).max(8).default([]),
  permissions: skillPermissions.default(skillPermissions.parse({})),
  exposes: z.array(skillExposure).max(16).default([]),
  limits: skillLimits.default(skillLimits.parse({})),
  tests: z.array(skillTest).max(200).default([]),
}
const operations = z.array(skillOperation).max(100)

/** One skill, as its author writes it. What is not declared is denied. */
export const skillManifest = z.discriminatedUnion('kind', [
  z.strictObject({
    ...parts,
    kind: z.literal('openapi'),
    openapi: openapiSource,
    /** Adds to what the document says of an included operation, or replaces it. */
    operations: z
      .array(skillOperation.partial({ description: true }))
      .max(100)
      .default([]),
  }),
  z.strictObject({
    ...parts,
    kind: z.literal('http'),
    http: z.strictObject({ baseUrl }),
    operations: operations.min(1),
  }),
  z.strictObject({
    ...parts,
    kind: z.literal('mcp'),
    mcp: mcpServer,
    operations: z
      .array(skillOperation.partial({ description: true }))
      .max(100)
      .default([]),
  }),
  z.strictObject({ ...parts, kind: z.literal('code'), code: codeSource, operations: operations.min(1) }),
  z.strictObject({
    ...parts,
    kind: z.literal('prompt'),
    prompt: promptSource,
    operations: operations.max(0).default([]),
  }),
  z.strictObject({
    ...parts,
    kind: z.literal('workflow'),
    workflows: z.array(workflow).min(1).max(50),
    operations: operations.min(1),
  }),
])
export type SkillManifest = z.infer<typeof skillManifest>
export type SkillManifestInput = z.input<typeof skillManifest>
