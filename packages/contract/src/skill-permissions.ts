import { z } from 'zod'
import { dataClass } from './data-class.ts'

/** A name that people write: lower-case letters and digits, with single hyphens between. */
export const skillName = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens, as in order-lookup')

/** A host as a certificate names it, or `*.` and a domain for everything one level below it. No scheme, no port. */
const hostPattern = z
  .string()
  .max(253)
  .regex(
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$|^\[[0-9a-f:.]+\]$/,
    'a host name without scheme and port, as in api.example.org',
  )

export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export const httpMethod = z.enum(HTTP_METHODS)
export type HttpMethod = z.infer<typeof httpMethod>

/** A path, where `*` stands for one segment or a part of one and a closing `/**` for everything below. */
const pathPattern = z
  .string()
  .max(512)
  .regex(/^\/[^?#\s]*$/, 'a path that begins with /')

/** One place on the network that a skill may reach, through the broker only. */
export const networkPermission = z.strictObject({
  host: hostPattern,
  ports: z.array(z.int().min(1).max(65_535)).min(1).max(16).default([443]),
  methods: z.array(httpMethod).min(1).default(['GET']),
  paths: z.array(pathPattern).min(1).max(64).default(['/**']),
  /** `managed`: outside the house, so what goes there passes the desensitiser. */
  zone: z.enum(['private', 'managed']),
  /**
   * `postgres` and `smtp` are spoken by the platform for the skill, in the private zone only; `paths` are names of
   * databases then. Their secret is of type `basic`.
   */
  protocol: z.enum(['http', 'postgres', 'smtp']).default('http'),
  /** Plain HTTP is spoken in the private zone only, and only where this says so. */
  tls: z.boolean().default(true),
})
export type NetworkPermission = z.infer<typeof networkPermission>

/** A path inside the skill's own view of files; nothing of the machine is there. */
const virtualPath = z
  .string()
  .max(256)
  .regex(/^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[\w./-]*$/, 'an absolute path without . and ..')

/** Everything that a skill may do; what is not written here it may not. */
export const skillPermissions = z.strictObject({
  network: z.array(networkPermission).max(32).default([]),
  /** Names of secrets. The broker adds them to requests; neither code nor model ever sees one. */
  secrets: z.array(skillName).max(16).default([]),
  files: z
    .strictObject({
      read: z.array(virtualPath).max(32).default([]),
      write: z.array(virtualPath).max(32).default([]),
    })
    .default({ read: [], write: [] }),
  data: z
    .strictObject({
      /** The highest class that it may be given. */
      in: dataClass.default('internal'),
      /** The class that its results have at least. */
      out: dataClass.default('internal'),
    })
    .default({ in: 'internal', out: 'internal' }),
  /** What may run in the strong sandbox. */
  process: z.enum(['none', 'node', 'python', 'binary']).default('none'),
  /** Tokens of a model that one call may use, through the router and its rules; 0: none. */
  model: z.strictObject({ maxTokens: z.int().min(0).max(1_000_000) }).default({ maxTokens: 0 }),
  /** Bytes that it may keep between calls, for each tenant; 0: none. */
  storage: z
    .strictObject({
      bytes: z
        .int()
        .min(0)
        .max(64 * 1024 * 1024),
    })
    .default({ bytes: 0 }),
})
export type SkillPermissions = z.infer<typeof skillPermissions>

/** Where a key stands in a request. */
export const apiKeyPlace = {
  in: z.enum(['header', 'query']).default('header'),
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w-]+$/),
}

/** Where a token is had, and what for. RFC 6749 section 4.4. */
export const clientCredentials = {
  tokenUrl: z.url({ protocol: /^https?$/ }).max(2048),
  scopes: z.array(z.string().min(1).max(128)).max(32).default([]),
}

/** A way to prove to a host who asks. The broker does it; values are secrets that an administrator stores. */
export const skillAuth = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('bearer'), secret: skillName, host: hostPattern.optional() }),
    z.strictObject({
      type: z.literal('apiKey'),
      secret: skillName,
      ...apiKeyPlace,
      host: hostPattern.optional(),
    }),
    /** The secret is `user:password`. */
    z.strictObject({ type: z.literal('basic'), secret: skillName, host: hostPattern.optional() }),
    /** Client credentials, RFC 6749 section 4.4; the secret is `client:secret`. */
    z.strictObject({
      type: z.literal('oauth2'),
      secret: skillName,
      ...clientCredentials,
      host: hostPattern.optional(),
    }),
    /** The secret is the PEM text of certificate and key. */
    z.strictObject({ type: z.literal('mtls'), secret: skillName, host: hostPattern.optional() }),
    /** A short token of this platform that names the caller; private hosts only. */
    z.strictObject({
      type: z.literal('jwt'),
      audience: z.string().min(1).max(256),
      host: hostPattern.optional(),
    }),
  ])
  .describe('`host` limits it to one of the declared hosts; without it it goes to all of them')
export type SkillAuth = z.infer<typeof skillAuth>

/** Bounds of one call; what goes over one is ended. */
export const skillLimits = z.strictObject({
  cpuMs: z.int().min(1).max(60_000).default(1000),
  wallMs: z.int().min(1).max(600_000).default(30_000),
  memoryMb: z.int().min(8).max(2048).default(32),
  outputBytes: z
    .int()
    .min(1)
    .max(16 * 1024 * 1024)
    .default(256 * 1024),
  callsPerMinute: z.int().min(1).max(100_000).default(600),
  concurrency: z.int().min(1).max(1000).default(16),
})
export type SkillLimits = z.infer<typeof skillLimits>

/** Something of the skill that others can reach through the platform. It never listens by itself. */
export const skillExposure = z.strictObject({
  operation: z.string().min(1).max(64),
  auth: z.enum(['session', 'key', 'jwt']),
  scope: z.string().min(1).max(64),
})
