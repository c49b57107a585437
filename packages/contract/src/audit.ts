import { z } from 'zod'

const change = z.record(z.string(), z.unknown()).nullable()

/** One event of the record. What was erased is null, and the actor `erased`. */
export const auditEventView = z.object({
  id: z.string(),
  at: z.string(),
  action: z.string(),
  /** `refused`: it was not done. */
  outcome: z.enum(['done', 'refused']),
  actor: z.string(),
  subject: z.string().nullable(),
  request: z.string().nullable(),
  /** Address of the other end of the connection. */
  from: z.string().nullable(),
  through: z.enum(['network', 'control']).nullable(),
  /** What whoever acted said of it, in the header `x-freehold-reason`. */
  reason: z.string().nullable(),
  before: change,
  after: change,
  detail: z.record(z.string(), z.unknown()),
  /** The use of break-glass in whose session it happened. */
  breakGlass: z.string().nullable(),
  /** Its place in the log; null until it has one, about a second later. */
  leaf: z.int().nullable(),
})

const word = z.string().min(1).max(256)
export const auditQuery = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** A name such as `key.created`, or its beginning with a star: `key.*`. */
  action: z
    .string()
    .regex(/^[a-z_]+(?:\.[a-z_]+|\.\*)$/, 'must be an action such as key.created, or key.*')
    .optional(),
  actor: word.optional(),
  subject: word.optional(),
  request: word.optional(),
  outcome: z.enum(['done', 'refused']).optional(),
  /** Of one use of break-glass, or of any. */
  breakGlass: z.union([z.literal('any'), z.uuid()]).optional(),
  /** From this instant on. */
  since: z.iso.datetime({ offset: true }).optional(),
  /** Before this instant. */
  until: z.iso.datetime({ offset: true }).optional(),
})

const index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
/** C2SP signed-note. */
const note = z.string()

export const checkpointQuery = z.strictObject({
  /** The newest checkpoint of at most so many entries. */
  size: index.optional(),
})
export const checkpointView = z.object({
  origin: z.string(),
  /** C2SP verifier key. Whoever verifies has it from elsewhere, too. */
  key: z.string(),
  /** Null: the log is empty. */
  size: z.int(),
  checkpoint: note.nullable(),
})

const opening = z.object({
  leaf: z.int(),
  /** The bytes of the leaf, as text. */
  entry: z.string(),
  /** What the entry commits to, as it is stored now; a field that was erased is absent. */
  values: z.record(z.string(), z.unknown()),
  /** Base64, by field. */
  salts: z.record(z.string(), z.string()),
})
/** `tenant`: entries of your own; `log`: of everybody, for who runs the house. */
const scope = z.enum(['tenant', 'log']).default('tenant')
export const entriesQuery = z.strictObject({
  scope,
  /** Entries from this leaf on. */
  from: index.default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})
export const entriesView = z.object({
  data: z.array(opening),
  /** `from` of the following page; null at the end of the log. */
  next: z.int().nullable(),
})

export const tilesQuery = z.strictObject({
  level: z.coerce.number().int().min(0).max(7).default(0),
  /** The first tile. */
  from: index.default(0),
  limit: z.coerce.number().int().min(1).max(64).default(16),
  /** Of a log of this many entries. */
  size: index,
})
export const tilesView = z.object({
  data: z.array(z.object({ place: z.int(), hashes: z.base64() })),
})

export const byLeafSource = z.strictObject({
  /** Of an event or a request. */
  id: z.string().regex(/^(?:[\da-f-]{36}|req_[\da-f]{24})$/, 'must be the id of an event or a request'),
})
export const proofView = opening.extend({
  /** C2SP tlog-proof: inclusion in the newest checkpoint. */
  proof: z.string(),
  key: z.string(),
})

export const consistencyQuery = z.strictObject({ from: index, to: index.optional() })
export const consistencyView = z.object({
  from: z.int(),
  to: z.int(),
  /** RFC 6962 section 2.1.2, base64. */
  proof: z.array(z.base64()),
})

/** Events that were written but are not in the log, oldest first. */
export const unloggedQuery = z.strictObject({
  scope,
  after: z.string().max(100).optional(),
})
export const unloggedView = z.object({
  data: z.array(z.object({ tenant: z.string(), id: z.string(), at: z.string(), isDue: z.boolean() })),
  /** `after` of the following part; null at the end. */
  next: z.string().nullable(),
})
