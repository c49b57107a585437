import { z } from 'zod'

const rootKey = z.object({
  provider: z.enum(['file', 'vault-transit', 'aws-kms', 'pkcs11']),
  /** Names the root key and says nothing of it. */
  id: z.string(),
})

/** One version of a tenant's key. */
const kekVersion = z.object({
  version: z.int(),
  createdAt: z.iso.datetime(),
  /** From when on it seals. */
  sealsFrom: z.iso.datetime(),
  /** The root key that wraps it. */
  rootKey: z.string(),
  /** How many data keys it wraps; null unless it was asked for. */
  dataKeys: z.int().nullable(),
})

const kekRewrap = z.object({
  toVersion: z.int(),
  /** `kept`: nothing is under an old version any more, and old versions are kept for a while. */
  state: z.enum(['walking', 'kept', 'done']),
  /** Data keys that there were at the start, and those of them that were looked at. */
  total: z.int(),
  seen: z.int(),
  rewrapped: z.int(),
  startedAt: z.iso.datetime(),
  doneAt: z.iso.datetime().nullable(),
})

/** The keys of one tenant. */
export const kekTenant = z.object({
  /** False where it has a database of its own that does not answer: then nothing more is known of its keys. */
  reachable: z.boolean(),
  tenant: z.uuid(),
  home: z.boolean(),
  shreddedAt: z.iso.datetime().nullable(),
  versions: z.array(kekVersion),
  rewrap: kekRewrap.nullable(),
})

export const kekStatus = z.object({
  root: rootKey,
  /** The one to move to, when there is one. */
  nextRoot: rootKey.nullable(),
  /** Id of the one under which new keys are wrapped. */
  activeRoot: z.string(),
  /** Tenants of which some key is still wrapped under another root than the active one. */
  leftToMove: z.int(),
  data: z.array(kekTenant),
  next: z.string().nullable(),
})

export const kekQuery = z.strictObject({
  tenant: z.uuid().optional(),
  /** Counts data keys by version, which takes a look at every row that has one. */
  count: z.enum(['true', 'false']).optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Of a tenant, absent: of your own. */
export const kekRotation = z.strictObject({ tenant: z.uuid().optional() })
export const kekRotated = z.object({ tenant: z.uuid(), version: z.int() })
/** `to`: the id of the root key that is meant, as the status shows it; another one is refused. */
export const rootRotation = z.strictObject({ to: z.string().min(1).max(800).optional() })
export const rootRotated = z.object({ from: z.string(), to: z.string(), leftToMove: z.int() })

export const kekShredding = z.strictObject({
  tenant: z.uuid(),
  /** The same id again. */
  confirm: z.uuid(),
  /** Needed for the tenant without which the platform cannot run. */
  home: z.literal(true).optional(),
})
export const kekShredded = z.object({ tenant: z.uuid(), versions: z.int() })
