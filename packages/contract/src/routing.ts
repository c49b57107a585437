import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { spendingLimits } from './limits.ts'
import { zone } from './zone.ts'

/** `local` is the program itself and cannot be defined. */
export const targetName = z
  .string()
  .regex(/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/, 'must be lower-case letters, digits and dashes, at most 63')
  .refine((name) => name !== 'local', 'must not be "local", which is the program itself')
const modelName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Z}]+$/u, 'must not contain spaces or control characters')
const seconds = (max: number) =>
  z
    .int()
    .min(1)
    .max(max * 1000)

/** The APIs that a model target can speak. */
export const DIALECTS = ['openai', 'anthropic'] as const
export const dialect = z.enum(DIALECTS)
export type Dialect = z.infer<typeof dialect>

const baseUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text)
    return (
      url !== null &&
      ['http:', 'https:'].includes(url.protocol) &&
      url.username === '' &&
      url.password === '' &&
      url.search === '' &&
      url.hash === ''
    )
  }, 'must be an http or https address without user, query or fragment')

const secretText = z
  .string()
  .min(1)
  .max(16_384)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'must be printable ASCII')
/** Headers that carry meaning of their own on the way out are not credentials. */
const NOT_CREDENTIALS = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'keep-alive',
  'accept-encoding',
  'content-encoding',
  'cookie',
  'set-cookie',
  'proxy-connection',
])
const headerName = z
  .string()
  .regex(/^[A-Za-z\d-]{1,64}$/, 'must be a header name')
  .transform((name) => name.toLowerCase())
  .refine(
    (name) => !NOT_CREDENTIALS.has(name) && !name.startsWith('x-freehold-'),
    'is no header for a credential',
  )

/** How a target learns who is asking; one of the three. */
export const targetAuth = z.union([
  /** A short token of the identity centre, for private targets. */
  z.strictObject({
    jwt: z.strictObject({
      audience: z.string().regex(/^[\w.:/-]{1,128}$/, 'must be letters, digits and . _ : / -, at most 128'),
    }),
  }),
  /** `Authorization: Bearer`, or `x-api-key` where the target speaks the Anthropic dialect. */
  z.strictObject({ apiKey: secretText }),
  z.strictObject({ header: z.strictObject({ name: headerName, value: secretText }) }),
])

const pem = z.string().min(1).max(262_144)
/** PEM text (in the configuration file: the path of a PEM file). `cert` and `key` together make mTLS. */
export const targetTls = z
  .strictObject({ ca: pem.optional(), cert: pem.optional(), key: pem.optional() })
  .refine((tls) => (tls.cert === undefined) === (tls.key === undefined), 'cert and key belong together')

/** Milliseconds. */
export const targetTimeouts = z.strictObject({
  /** Until the connection stands, TLS included. */
  connectMs: seconds(120).optional(),
  /** From the request to the first byte of the answer's head. */
  firstByteMs: seconds(3600).optional(),
  /** Between two pieces of the answer. */
  idleMs: seconds(3600).optional(),
  /** The whole call. */
  totalMs: seconds(86_400).optional(),
})

const common = {
  name: targetName,
  zone: z.enum(['private', 'managed']),
  url: baseUrl,
  auth: targetAuth.optional(),
  tls: targetTls.optional(),
  timeouts: targetTimeouts.optional(),
  /** `strict`: the record is on disk before the first byte leaves. Default: strict for managed, async for private. */
  record: z.enum(['strict', 'async']).optional(),
}

export const targetInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('model'),
    ...common,
    dialect,
    /** Names that may be asked for, or a map from them to the target's own; in what is asked `*` stands for any text. */
    models: z.union([
      z.array(modelName).min(1).max(1000),
      z.record(modelName, modelName).refine((map) => Object.keys(map).length > 0, 'must name a model'),
    ]),
    /** Money per million tokens. */
    price: z.strictObject({ in: z.number().min(0).max(1e6), out: z.number().min(0).max(1e6) }).optional(),
    /** Tokens that are reserved for an answer whose request sets no maximum. */
    maxOutput: z.int().min(1).max(10_000_000).optional(),
    /** What all callers of a tenant together may spend here. Money can only be counted where there is a price. */
    limits: spendingLimits.optional(),
  }),
  z.strictObject({ kind: z.literal('service'), ...common }),
])
/** A target as it is written down; secrets in the clear. */
export type TargetInput = z.output<typeof targetInput>

const oneOrMany = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(100)])

export const routeInput = z.strictObject({
  when: z
    .strictObject({
      /** Absent: every class. A rule that names a managed target must list its classes. */
      class: z.array(dataClass).min(1).max(4).optional(),
      /** Patterns in which `*` stands for any text. */
      model: oneOrMany(modelName).optional(),
      /** Makes it a rule for services; every other rule is one for models. */
      service: oneOrMany(targetName).optional(),
    })
    .refine(
      (when) => when.model === undefined || when.service === undefined,
      'a rule is for models or for services, not both',
    )
    .default({}),
  /** In the order in which they are tried. */
  to: z
    .array(z.union([z.literal('local'), targetName]))
    .min(1)
    .max(16),
  /** What is done to what leaves for a managed target; default `strict`. */
  desensitise: z.enum(['strict', 'none']).optional(),
  /** `allow`: content that cannot be read (images, files, binary) may leave too; for class `public` only. */
  opaque: z.enum(['allow', 'refuse']).optional(),
})
export type RouteInput = z.output<typeof routeInput>

export const origin = z.enum(['file', 'settings'])
/** A target as it is shown: never a secret. */
export const targetView = z.object({
  name: z.string(),
  kind: z.enum(['model', 'service']),
  zone: z.enum(['private', 'managed']),
  dialect: dialect.nullable(),
  url: z.string(),
  models: z.union([z.array(z.string()), z.record(z.string(), z.string())]).nullable(),
  auth: z.object({ kind: z.enum(['none', 'jwt', 'apiKey', 'header']), name: z.string().nullable() }),
  tls: z.object({ ownCa: z.boolean(), clientCertificate: z.boolean() }),
  price: z.object({ in: z.number(), out: z.number() }).nullable(),
  maxOutput: z.number().nullable(),
  limits: spendingLimits.nullable(),
  record: z.enum(['strict', 'async']),
  origin,
  /** Why it is not in use; empty when it is. */
  problems: z.array(z.string()),
})
export const routeView = z.object({
  /** `file:1`, `settings:2`: counted from 1 within their origin, in the order in which they are tried. */
  id: z.string(),
  origin,
  when: z.object({
    class: z.array(dataClass).nullable(),
    model: z.array(z.string()).nullable(),
    service: z.array(z.string()).nullable(),
  }),
  to: z.array(z.string()),
  desensitise: z.enum(['strict', 'none']),
  opaque: z.enum(['allow', 'refuse']),
  problems: z.array(z.string()),
})
/** One model of a target, or a service, that failed of late. */
export const circuitView = z.object({
  /** `*` where the name is not one of the configuration; null for services. */
  model: z.string().nullable(),
  /** `open`: left alone for `retryInMs`; `half_open`: a call finds out whether it is back, the next one in `retryInMs`. */
  state: z.enum(['closed', 'open', 'half_open']),
  /** In a row. */
  failures: z.int(),
  retryInMs: z.number().nullable(),
})
const listedTarget = targetView.extend({
  /** Of this process; empty where all goes well. */
  circuits: z.array(circuitView),
})
/** `version` counts the changes to the settings; a change names the version that it is based on. */
export const targetList = z.object({ version: z.int(), data: z.array(listedTarget) })
export const routeList = z.object({ version: z.int(), data: z.array(routeView) })
const basedOn = z.int().min(0).optional()
export const targetPut = z.strictObject({ target: targetInput, version: basedOn })
export const targetPutResult = z.object({ version: z.int(), target: targetView })
export const routesPut = z.strictObject({ routes: z.array(routeInput).max(500), version: basedOn })
export const settingsVersions = z.object({
  data: z.array(
    z.object({ version: z.int(), at: z.string(), actor: z.string(), targets: z.int(), routes: z.int() }),
  ),
  next: z.string().nullable(),
})

export const explainInput = z.strictObject({
  messages: z
    .array(z.looseObject({ role: z.string() }))
    .max(10_000)
    .default([]),
  model: modelName.optional(),
  /** A service instead of a model. */
  service: targetName.optional(),
  class: dataClass.optional(),
  /** The API that the request would come through; default `openai`. */
  dialect: dialect.optional(),
})
export const explanation = z.object({
  class: dataClass,
  /** What made the class what it is, in the order in which it rose. */
  because: z.array(z.string()),
  /** Id of the rule that matched; null when none did or none was needed. */
  rule: z.string().nullable(),
  attempts: z.array(
    z.object({
      target: z.string(),
      zone,
      model: z.string().nullable(),
      desensitise: z.enum(['strict', 'none']).nullable(),
    }),
  ),
  /** Targets of the rule that yield no attempt, and why. */
  skipped: z.array(z.object({ target: z.string(), reason: z.string() })),
  refused: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type Explanation = z.output<typeof explanation>
