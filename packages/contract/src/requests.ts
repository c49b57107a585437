import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { zone } from './zone.ts'

/** As `x-freehold-request` gives it. */
export const requestId = z.string().regex(/^req_[\da-f]{24}$/, 'must be the id of a request')
export const REQUEST_STATES = ['admitted', 'settled', 'failed', 'unknown'] as const
/** What is kept of one request on the data path: no content, no keys, no names that a person typed. */
export const requestView = z.object({
  id: z.string(),
  /** `unknown`: the process ended before the request did; it is charged with its reservation. */
  state: z.enum(REQUEST_STATES),
  operation: z.string(),
  /** Id of the key or account that asked. */
  principal: z.string(),
  at: z.string(),
  settledAt: z.string().nullable(),
  /** Of the configuration that decided. */
  config: z.string().nullable(),
  rule: z.string().nullable(),
  class: dataClass,
  classes: z.object({
    base: dataClass,
    declared: dataClass.nullable(),
    conversation: dataClass.nullable(),
    found: dataClass.nullable(),
  }),
  /** How many values of each type were found. */
  findings: z.record(z.string(), z.int()),
  /** Null where the name is not one of the configuration. */
  modelAsked: z.string().nullable(),
  target: z.string().nullable(),
  zone: zone.nullable(),
  /** What the target calls it; `*` where the name is not one of the configuration. */
  model: z.string().nullable(),
  /** Calls to targets. */
  attempts: z.int(),
  /** The answer was a kept one: no target was called, and `target` is the one that gave it once. */
  cached: z.boolean(),
  status: z.int().nullable(),
  code: z.string().nullable(),
  bytesIn: z.int(),
  /** Bytes of request bodies that left, by zone; attempts that failed included. */
  bytesOut: z.object({ private: z.int(), managed: z.int() }),
  masked: z.record(z.string(), z.int()),
  timeToFirstTokenMs: z.number().nullable(),
  durationMs: z.number().nullable(),
  usage: z.object({ input: z.int(), output: z.int(), estimated: z.boolean() }).nullable(),
  /** In the unit of the targets' prices; null where the target has none. */
  cost: z.number().nullable(),
  reserved: z.object({ tokens: z.int(), cost: z.number() }),
  record: z.enum(['strict', 'async']),
})
export type RequestView = z.output<typeof requestView>

export const requestPage = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Only those; several narrow each other. */
  state: z.enum(REQUEST_STATES).optional(),
  class: dataClass.optional(),
  /** Where they were answered. */
  zone: zone.optional(),
  target: z.string().min(1).max(64).optional(),
  /** Of the refusal, such as `stays_home`. */
  code: z
    .string()
    .regex(/^[a-z_]{1,64}$/, 'must be the code of a refusal such as stays_home')
    .optional(),
  /** Id of the key or account that asked. */
  principal: z.string().min(1).max(128).optional(),
  /** From this instant on. */
  since: z.iso.datetime({ offset: true }).optional(),
  /** Before this instant. */
  until: z.iso.datetime({ offset: true }).optional(),
})

export const usageQuery = z.strictObject({
  by: z.enum(['tenant', 'principal', 'target', 'model', 'day']).default('principal'),
  /** UTC days, both included; default: the last 30. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  /** Without it, what the header Accept asks for. */
  format: z.enum(['json', 'csv']).optional(),
})
export const usageView = z.object({
  by: z.enum(['tenant', 'principal', 'target', 'model', 'day']),
  from: z.string(),
  to: z.string(),
  data: z.array(
    z.object({
      /** Id of the tenant, key or account, name of the target or model, or the day; null where nothing was reached. */
      name: z.string().nullable(),
      requests: z.int(),
      failed: z.int(),
      /** Answered from the cache. */
      cached: z.int(),
      input: z.int(),
      output: z.int(),
      cost: z.number(),
    }),
  ),
})
const answers = {
  /** By the program itself. */
  local: z.int(),
  private: z.int(),
  managed: z.int(),
  /** From what was kept of an earlier answer: nothing was asked. */
  kept: z.int(),
  /** Refused, failed or broken off. */
  unanswered: z.int(),
}
export const homeQuery = z.strictObject({
  /** `all`: of the whole tenant, for who sees them; absent: that where it may be seen, else one's own. */
  whose: z.enum(['own', 'all']).optional(),
  /** UTC days, both included; default: the last 30. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
})
/** Where questions to models were answered, day by day. */
export const homeView = z.object({
  whose: z.enum(['own', 'all']),
  from: z.string(),
  to: z.string(),
  /** Of what was answered, the part for which nothing went to a managed target, 0 to 1; null where nothing was. */
  home: z.number().nullable(),
  total: z.object(answers),
  /** Days on which something was asked, the oldest first. */
  days: z.array(z.object({ day: z.string(), ...answers })),
})
/** RFC 7517. */
export const jwks = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string(),
      use: z.literal('sig'),
      alg: z.literal('EdDSA'),
    }),
  ),
})
