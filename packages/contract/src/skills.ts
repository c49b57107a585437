import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { toolEffect } from './loop-events.ts'
import { skillAccess, skillGrant } from './skill-access.ts'
import { semver, skillKind } from './skill-manifest.ts'
import { jsonSchemaObject, operationId } from './skill-operation.ts'
import { skillName } from './skill-permissions.ts'
import { skillReport } from './skill-report.ts'
import { settingValues, skillSetting } from './skill-settings.ts'

/** What vouches for a version: nobody, its publisher's signature, or a certifier's report besides. */
export const SKILL_LEVELS = ['dev', 'signed', 'certified'] as const
export const skillLevel = z.enum(SKILL_LEVELS)
export type SkillLevel = z.infer<typeof skillLevel>

export const SKILL_STATES = ['enabled', 'disabled', 'quarantined'] as const
export const skillState = z.enum(SKILL_STATES)
export type SkillState = z.infer<typeof skillState>

export const skillVerdict = z.enum(['pass', 'review', 'block'])
/** SHA-256 of a bundle, by which a version is known. */
export const skillDigest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'the SHA-256 of a bundle in lower-case hexadecimal')

/** As access lists name them. */
const member = z
  .string()
  .max(80)
  .regex(/^(?:user|group|service|key):[\w.-]+$/, 'user:ID, group:ID, service:ID or key:ID')
const members = z.array(member).min(1).max(200)

/** Of a bundle as it is sent, in base64. */
export const MOST_BUNDLE_BYTES = 6 * 1024 * 1024
const bundle = z.base64().max(Math.ceil(MOST_BUNDLE_BYTES / 3) * 4)

const baseUrl = z.url({ protocol: /^https?$/ }).max(2048)

/** What is so in this house, whatever the skill says. */
export const skillSettings = z.strictObject({
  /** Where its server is. It must be a host that its permissions name. */
  baseUrl: baseUrl.optional(),
  /** Of the settings that its manifest declares. */
  values: settingValues.default({}),
  /** How many of its last calls of each operation are kept, to try upgrades on. */
  recordCalls: z.int().min(0).max(100).default(0),
})
export type SkillSettings = z.output<typeof skillSettings>

/** A bundle, or a name in a repository that the configuration names. */
const source = {
  bundle: bundle.optional(),
  name: skillName.optional(),
  version: semver.optional(),
  /**
   * `built-in`, or a repository by its name. Without it: for another version the place that the one before came from; else what
   * comes along, then the repositories in their order.
   */
  from: z.string().min(1).max(64).optional(),
  /** What vouches for a bundle that is sent by itself: DSSE envelopes. */
  attestations: z
    .array(z.string().max(256 * 1024))
    .max(16)
    .optional(),
}

export const skillInstallation = z.strictObject({
  ...source,
  /** Yes to everything that it asks to be permitted, as its manifest declares it. */
  approve: z.boolean().default(false),
  settings: skillSettings.optional(),
  /** Who may use it. Null: everybody who may use skills. */
  audience: members.nullable().default(null),
})
export type SkillInstallation = z.output<typeof skillInstallation>

/** `keep`: it lies beside the one that is called until it is switched to, or is tried as a canary. */
export const skillUpdate = z.strictObject({
  ...source,
  approve: z.boolean().default(false),
  switch: z.enum(['now', 'keep']).default('now'),
})
export type SkillUpdate = z.output<typeof skillUpdate>

export const skillChange = z
  .strictObject({
    state: z.enum(['enabled', 'disabled']).optional(),
    settings: skillSettings.optional(),
    audience: members.nullable().optional(),
    /** A version that is there and may be called. */
    active: skillDigest.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'says nothing to change')
export type SkillChange = z.output<typeof skillChange>

export const skillApproval = z.strictObject({ digest: skillDigest })

export const skillCanary = z
  .strictObject({
    digest: skillDigest,
    /** Percent of callers. */
    share: z.int().min(0).max(100).default(10),
    principals: members.optional(),
  })
  .refine(({ share, principals }) => share > 0 || principals !== undefined, {
    message: 'must reach somebody: a share, or principals',
    path: ['share'],
  })
export type SkillCanary = z.output<typeof skillCanary>

export const skillRevocation = z.strictObject({ digest: skillDigest })

export const secretValue = z.strictObject({ value: z.string().min(1).max(32_768) })

export const skillCall = z.strictObject({
  operation: operationId,
  input: z.record(z.string(), z.unknown()).default({}),
  /** Of what the input says. */
  class: dataClass.optional(),
  /** Yes to what is more than a read. */
  confirmed: z.boolean().default(false),
  /** The same for every attempt at one call, so that it is done once. */
  call: z.string().min(1).max(128).optional(),
})
export type SkillCall = z.output<typeof skillCall>

const instant = z.string()
const count = z.int().nonnegative()

export const skillVersionView = z.object({
  digest: skillDigest,
  version: semver,
  publisher: z.string(),
  level: skillLevel,
  /** Where it came from: `built-in`, a repository by its name, or `sent`; null where that was not kept yet. */
  source: z.string().nullable(),
  verdict: skillVerdict.nullable(),
  /** What it may do. */
  permissions: z.array(skillGrant),
  access: skillAccess,
  /** What it may do that the version that is called may not. */
  grows: z.array(skillGrant),
  /** What its check said when it was taken in; of many findings the gravest. */
  report: skillReport
    .pick({ verdict: true, reasons: true, findings: true, unlisted: true, dynamic: true })
    .nullable(),
  sizeBytes: count,
  installedBy: z.string(),
  installedAt: instant,
  approvedBy: z.string().nullable(),
  approvedAt: instant.nullable(),
  revokedAt: instant.nullable(),
})
export type SkillVersionView = z.output<typeof skillVersionView>

export const shownOperation = z.object({
  id: operationId,
  /** What models call it. */
  tool: z.string(),
  title: z.string().nullable(),
  description: z.string(),
  /** The same for those who read Chinese, where its author says it. */
  zh: z.object({ title: z.string(), description: z.string() }).nullable(),
  effect: toolEffect,
  confirm: z.enum(['never', 'policy', 'always']),
  input: jsonSchemaObject,
})

export const skillView = z.object({
  name: skillName,
  title: z.string(),
  description: z.string(),
  /** The same for those who read Chinese, where its author says it. */
  zh: z.object({ title: z.string(), description: z.string() }).nullable(),
  kind: skillKind,
  state: skillState,
  /** Why it is not enabled. */
  why: z.string().nullable(),
  /** Whether it is called: enabled, permitted and there. */
  isUsable: z.boolean(),
  active: skillDigest.nullable(),
  version: semver.nullable(),
  previous: skillDigest.nullable(),
  canary: z
    .object({ digest: skillDigest, share: count, principals: z.array(z.string()), since: instant })
    .nullable(),
  operations: z.array(shownOperation),
  changedAt: instant,
})
export type SkillView = z.output<typeof skillView>

const figures = z.object({
  digest: skillDigest,
  version: semver,
  calls: count,
  failed: count,
  /** Of calls; null where there are none. */
  successRate: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
})
export type SkillFigures = z.output<typeof figures>
/** What those who look after skills see besides. */
export const skillDetail = skillView.extend({
  audience: z.array(z.string()).nullable(),
  settings: skillSettings,
  /** What its manifest lets be set; the default is what holds here. */
  declared: z.array(skillSetting),
  secrets: z.array(z.object({ name: z.string(), isSet: z.boolean() })),
  versions: z.array(skillVersionView),
  /** Of the last day, by version. */
  figures: z.array(figures),
  /** Versions that are not called before somebody has said yes. */
  pending: z.array(
    z.object({
      digest: skillDigest,
      version: semver,
      /** `review`: of its report first, which has this id among the reviews. `rejected`: that was done, and it stays so. */
      waitsFor: z.enum(['approval', 'review', 'rejected']),
      review: z.uuid().nullable(),
    }),
  ),
})
export type SkillDetail = z.output<typeof skillDetail>

export const skillResult = z.object({
  /** JSON, as the operation's output schema has it. */
  value: z.unknown(),
  /** How it is shown. */
  text: z.string(),
  class: dataClass,
  version: semver,
  digest: skillDigest,
  durationMs: count,
  isCut: z.boolean(),
})
export type SkillResult = z.output<typeof skillResult>

export const skillFigures = z.object({ hours: count, versions: z.array(figures) })
export const figuresQuery = z.strictObject({ hours: z.coerce.number().int().min(1).max(168).default(24) })

export const skillPolicy = z.strictObject({ level: skillLevel })

/** A skill as an upgrade is tried on it: the bundle that is called, and calls that were kept. */
export const skillExport = z.object({
  name: skillName,
  version: semver,
  digest: skillDigest,
  bundle: z.string(),
  /** In the form of a skill's own tests. */
  fixtures: z.array(z.record(z.string(), z.unknown())),
})
export type SkillExport = z.output<typeof skillExport>

/** What an upgrade would break, and is made all the same. */
export const upgradeException = z.strictObject({
  /** Of the finding. */
  finding: skillDigest,
  skill: skillName,
  /** It is stored encrypted. */
  reason: z.string().trim().min(1).max(2000),
})
export const upgradeExceptionView = z.object({
  finding: skillDigest,
  skill: skillName,
  reason: z.string(),
  by: z.string(),
  at: instant,
})
