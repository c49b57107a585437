import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { profileName } from './desensitise.ts'
import { targetHeaders } from './handed-headers.ts'
import { routeLimits, routeTimeouts } from './route-bounds.ts'
import { spendingLimits } from './limits.ts'
import { localModelRemark } from './local-model-problems.ts'
import { requestId } from './requests.ts'
import { skipped } from './skips.ts'
import { targetProbe, targetTimeouts } from './target-bounds.ts'
import { routingProblem } from './routing-problems.ts'
import { zone } from './zone.ts'

/** `local` is the program itself and cannot be defined. */
export const targetName = z
  .string()
  .regex(/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/, 'must be lower-case letters, digits and dashes, at most 63')
  .refine((name) => name !== 'local', 'must not be "local", which is the program itself')
export const modelName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Z}]+$/u, 'must not contain spaces or control characters')

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

const common = {
  name: targetName,
  zone: z.enum(['private', 'managed']),
  url: baseUrl,
  auth: targetAuth.optional(),
  tls: targetTls.optional(),
  timeouts: targetTimeouts.optional(),
  headers: targetHeaders.optional(),
  probe: targetProbe.optional(),
  /** The profile that is at least used for what leaves for it, whatever its rules say; for managed targets. */
  desensitise: profileName.optional(),
  /** How often a call that failed in passing is made again there; default 1 for private, 0 for managed. */
  retries: z.int().min(0).max(5).optional(),
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
    /** `translated`: the target has no Responses API, so that requests for it become chat completions. OpenAI dialect. */
    responses: z.enum(['native', 'translated']).optional(),
    /** Its models read images: those that are attached to a conversation are shown to them where they may leave. */
    images: z.boolean().optional(),
    /** It has the Realtime API at `realtime`, below its address. OpenAI dialect. */
    realtime: z.boolean().optional(),
    /** Ask the target now and then which of the models behind a `*` it has, so that clients see them listed. */
    discover: z
      .union([z.boolean(), z.strictObject({ everyMs: z.int().min(1000).max(86_400_000) })])
      .optional(),
    /** It has an API of its own beside its dialect, which tells more of its models and can fetch new ones. */
    native: z.enum(['ollama']).optional(),
    /** What a translated request calls its bound. Default: `max_completion_tokens` for managed targets, else `max_tokens`. */
    maxTokensField: z.enum(['max_tokens', 'max_completion_tokens']).optional(),
    /** `false`: it refuses `stream_options`, so that a stream is estimated whose client did not ask for its usage. */
    streamUsage: z.boolean().optional(),
    /** What all callers of a tenant together may spend here. Money can only be counted where there is a price. */
    limits: spendingLimits.optional(),
  }),
  z.strictObject({ kind: z.literal('service'), ...common }),
])
/** A target as it is written down; secrets in the clear. */
export type TargetInput = z.output<typeof targetInput>

const oneOrMany = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(100)])

/** Longest time that an answer may be kept: a week. */
const MOST_KEPT_SECONDS = 604_800
export const CACHE_SCOPES = ['principal', 'tenant'] as const
/** Keeps answers for requests that are the same byte for byte. */
export const routeCache = z.strictObject({
  ttlSeconds: z.int().min(1).max(MOST_KEPT_SECONDS),
  /** Who is given a kept answer: only the key or account that it was made for (default), or all of its tenant. */
  scope: z.enum(CACHE_SCOPES).optional(),
})
const hedge = z.strictObject({ afterMs: z.int().min(10).max(600_000) })

export const routeInput = z.strictObject({
  when: z
    .strictObject({
      /** Absent: every class. A rule that names a managed target must list its classes. */
      class: z.array(dataClass).min(1).max(4).optional(),
      /** Patterns in which `*` stands for any text. */
      model: oneOrMany(modelName).optional(),
      /** Makes it a rule for services; every other rule is one for models. */
      service: oneOrMany(targetName).optional(),
      /** Of the conversations that are for it, chosen by a hash; the others go on to the next rule. */
      share: z.number().min(0).max(1).optional(),
    })
    .refine(
      (when) => when.model === undefined || when.service === undefined,
      'a rule is for models or for services, not both',
    )
    .default({}),
  /** In the order in which they are tried. A list inside is a group: requests are spread over its targets. */
  to: z
    .array(z.union([z.literal('local'), targetName, z.array(targetName).min(2).max(16)]))
    .min(1)
    .max(16),
  /** Of its groups; default `prefix` for models of the private zone, otherwise `none`. */
  affinity: z.enum(['prefix', 'none']).optional(),
  /** Asks the next target of the same zone too when one has not begun to answer in time; both are charged. */
  hedge: hedge.optional(),
  /** The profile by which what leaves for a managed target is masked; `none`: it is not; default `strict`. */
  desensitise: profileName.optional(),
  /** `allow`: content that cannot be read (images, files, binary) may leave too; for class `public` only. */
  opaque: z.enum(['allow', 'refuse']).optional(),
  /** Absent: no answer is kept. */
  cache: routeCache.optional(),
  timeouts: routeTimeouts.optional(),
  limits: routeLimits.optional(),
})
export type RouteInput = z.output<typeof routeInput>

export const origin = z.enum(['file', 'settings'])
/** A target as it is shown: never a secret. */
export const targetView = z.object({
  name: z.string(),
  kind: z.enum(['model', 'service']),
  zone,
  dialect: dialect.nullable(),
  url: z.string(),
  models: z.union([z.array(z.string()), z.record(z.string(), z.string())]).nullable(),
  auth: z.object({ kind: z.enum(['none', 'jwt', 'apiKey', 'header']), name: z.string().nullable() }),
  tls: z.object({ ownCa: z.boolean(), clientCertificate: z.boolean() }),
  price: z.object({ in: z.number(), out: z.number() }).nullable(),
  maxOutput: z.number().nullable(),
  responses: z.enum(['native', 'translated']).nullable(),
  maxTokensField: z.enum(['max_tokens', 'max_completion_tokens']).nullable(),
  images: z.boolean(),
  /** It is asked over `/v1/realtime` too. */
  realtime: z.boolean(),
  /** It is asked for the usage of a chat stream; null where its API needs no asking. */
  streamUsage: z.boolean().nullable(),
  /** Handed on besides those that always are. */
  headers: z.object({ request: z.array(z.string()), response: z.array(z.string()) }),
  limits: spendingLimits.nullable(),
  record: z.enum(['strict', 'async']),
  /** The profile that is at least used for what leaves for it; absent where its rules alone decide. */
  desensitise: profileName.optional(),
  /** Taken out of service for maintenance: it gets no new requests. */
  drained: z.boolean(),
  /** Its models behind a `*` are asked for in the background. */
  discover: z.boolean(),
  native: z.enum(['ollama']).nullable(),
  retries: z.int(),
  /** Absent where it has none. */
  probe: targetProbe.required().optional(),
  origin,
  /** Why it is not in use; empty when it is. */
  problems: z.array(routingProblem),
})
export const routeView = z.object({
  /** `file:1`, `settings:2`: counted from 1 within their origin, in the order in which they are tried. */
  id: z.string(),
  origin,
  when: z.object({
    class: z.array(dataClass).nullable(),
    model: z.array(z.string()).nullable(),
    service: z.array(z.string()).nullable(),
    share: z.number().nullable(),
  }),
  /** A list inside is a group. */
  to: z.array(z.union([z.string(), z.array(z.string())])),
  /** Absent where the rule does not say. */
  affinity: z.enum(['prefix', 'none']).optional(),
  hedge: hedge.optional(),
  desensitise: profileName,
  opaque: z.enum(['allow', 'refuse']),
  /** Null: no answer is kept. */
  cache: routeCache.required().nullable(),
  timeouts: routeTimeouts.nullable(),
  limits: routeLimits.nullable(),
  problems: z.array(routingProblem),
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
/** What the target said of its models when it was asked last. */
export const discoveryView = z.object({
  /** `pending`: not asked yet; `stale`: the last good list is still used; `failed`: there was none yet. */
  state: z.enum(['pending', 'ok', 'stale', 'failed']),
  models: z.int(),
  /** Entries of the list that cannot be used. */
  leftOut: z.int(),
  /** Of the list. */
  ageMs: z.number().nullable(),
  failure: z.object({ code: z.string(), message: z.string(), agoMs: z.number() }).nullable(),
})
export type DiscoveryView = z.output<typeof discoveryView>
/** How it goes at a target, as this process knows it. */
export const targetStanding = z.object({
  /** Requests that are under way there. */
  inFlight: z.int(),
  circuits: z.array(circuitView),
  /** `unprobed` without a probe, `unknown` until its first answer. An unhealthy one gets no requests. */
  health: z.enum(['unprobed', 'unknown', 'healthy', 'unhealthy']),
  /** Why a local model is not usable. */
  unusable: z.string().optional(),
  /** The same by its code. */
  unusableRemark: localModelRemark.optional(),
  /** Of each of its models that was asked for. */
  load: z.array(
    z.object({
      /** `*` where the name is not one of the configuration; null for services. */
      model: z.string().nullable(),
      inFlight: z.int(),
      /** The average by which requests are spread: of streams, and of answers that come whole; null: not measured. */
      firstByteMs: z.object({ stream: z.number().nullable(), whole: z.number().nullable() }),
      /** Part of the last calls that failed, of 0 to 1. */
      failing: z.number(),
      /** What it gets of its part in groups, of 0 to 1; it grows after the target came back. */
      share: z.number(),
      /** How long it is out of its groups because too many calls failed; null: it is not. */
      ejectedForMs: z.number().nullable(),
    }),
  ),
})
const listedTarget = targetView.extend({
  ...targetStanding.shape,
  /** Of this process; null where the target is not asked. */
  discovery: discoveryView.nullable(),
})
/** `version` counts the changes to the settings; a change names the version that it is based on. */
export const targetList = z.object({ version: z.int(), data: z.array(listedTarget) })
export const routeList = z.object({ version: z.int(), data: z.array(routeView) })
const basedOn = z.int().min(0).optional()
export const targetPut = z.strictObject({ target: targetInput, version: basedOn })
export const targetPutResult = z.object({ version: z.int(), target: targetView })
export const targetTurnResult = z.object({ version: z.int(), target: listedTarget })
export const routesPut = z.strictObject({ routes: z.array(routeInput).max(500), version: basedOn })
export const settingsVersions = z.object({
  data: z.array(
    z.object({ version: z.int(), at: z.string(), actor: z.string(), targets: z.int(), routes: z.int() }),
  ),
  next: z.string().nullable(),
})

/** As `x-freehold-conversation` gives it. */
export const conversationName = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable characters without spaces')

export const explainInput = z.strictObject({
  messages: z
    .array(z.looseObject({ role: z.string() }))
    .max(10_000)
    .default([]),
  model: modelName.optional(),
  /** A service instead of a model. */
  service: targetName.optional(),
  class: dataClass.optional(),
  /** A request on record instead: its class and the model that it asked for, by the rules of today. It stands alone. */
  request: requestId.optional(),
  /** The API that the request would come through; default `openai`. */
  dialect: dialect.optional(),
  /** The name of its conversation. */
  conversation: conversationName.optional(),
})
export const explanation = z.object({
  class: dataClass,
  /** What made the class what it is, in the order in which it rose. */
  because: z.array(z.string()),
  /** Id of the rule that matched; null when none did or none was needed. */
  rule: z.string().nullable(),
  /** The rules with a share that are for such requests, and whether this conversation is in it; absent without any. */
  shares: z.array(z.object({ rule: z.string(), share: z.number(), drawn: z.boolean() })).optional(),
  attempts: z.array(
    z.object({
      target: z.string(),
      zone,
      model: z.string().nullable(),
      /** Several of which the most is done: `gdpr+hipaa`. */
      desensitise: z.string().nullable(),
      /** Values that would be masked, by type; absent where nothing is read. */
      masked: z.record(z.string(), z.int()).optional(),
      /** Those with the same number are a group, tried in an order that each request decides; absent: in this order. */
      group: z.int().optional(),
    }),
  ),
  /** Targets of the rule that yield no attempt, and why. */
  skipped: z.array(skipped),
  refused: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What would help; absent where it is not refused. */
  instead: z
    .object({
      /** The rules that are not for it: by the model or service that it asks for, by its class, or by their share. */
      rules: z.array(z.object({ rule: z.string(), unmet: z.enum(['asked', 'class', 'share']) })),
      /** Models that a request of this class would be answered by; none for one to a service. */
      models: z.array(z.string()),
    })
    .optional(),
  /** Of the rules and targets that decide; it is the one on record for as long as they stay the same. */
  version: z.string(),
  /** How the answer would be kept; null: not at all. */
  cache: routeCache.required().nullable(),
})
export type Explanation = z.output<typeof explanation>
