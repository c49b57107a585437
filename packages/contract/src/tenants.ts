import { z } from 'zod'
import { accountName, tenantSlug } from './identity.ts'
import { limits } from './limits.ts'

/** The link for the first owner: whose account it is for, and how long it is good for. */
const firstOwner = {
  /** What the owner's account will be called; whoever accepts may choose where it is left out. */
  owner: accountName.optional(),
  hours: z.int().min(1).max(720).default(72),
}

/** Where the rows of a tenant are: in one database with those of others, or in a database of its own. */
export const tenantIsolation = z.enum(['pooled', 'database'])

export const tenantInput = z.strictObject({
  slug: tenantSlug,
  ...firstOwner,
  /** For good: a tenant is not moved. */
  isolation: tenantIsolation.default('pooled'),
})
export const tenantInvitation = z.strictObject(firstOwner)

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an address or a network, such as 10.20.0.0/16',
})
/** A target by its name, or all targets at a host. */
const destination = z
  .string()
  .max(260)
  .regex(/^(?:host:[\w.:[\]-]+|[\w][\w.-]*)$/, 'must be the name of a target, or host: and a host name')
const bound = z.int().min(0).max(1e15)

/** What bounds a tenant; what is left out does not bound it. */
export const tenantBounds = z.strictObject({
  /** Accounts, shut ones too. */
  people: bound.optional(),
  /** API keys that are not revoked. */
  keys: bound.optional(),
  /** Of documents as they were sent. */
  storageBytes: bound.optional(),
  /** Instead of `limits.tenant` of the configuration. */
  limits: limits.optional(),
  /** From where it is used. */
  sources: z.array(network).min(1).max(256).optional(),
  /** What its requests may reach besides the program itself; an empty list is nothing. */
  destinations: z.array(destination).max(256).optional(),
})
export type TenantBounds = z.output<typeof tenantBounds>

export const tenantView = z.object({
  id: z.uuid(),
  /** Null for one that nobody can sign in to. */
  slug: z.string().nullable(),
  /** The one without which the platform cannot run; its operators look after all others. */
  home: z.boolean(),
  createdAt: z.string(),
  /** Whether somebody has accepted the link for its first owner. */
  claimed: z.boolean(),
  isolation: tenantIsolation,
  /** False where it has a database of its own that does not answer. */
  reachable: z.boolean(),
  /** Since when nobody comes in; null while it is open. */
  suspendedAt: z.string().nullable(),
  /** From when on its keys and all it has are destroyed; null while it is to stay. */
  deletesAt: z.string().nullable(),
  bounds: tenantBounds,
})

const link = { link: z.string(), token: z.string(), expiresAt: z.string() }
/** The only answers that ever hold the link for the first owner. */
export const tenantCreated = tenantView.extend(link)
export const tenantInvited = z.object(link)

export const tenantDeletion = z.strictObject({
  /** What the tenant is called, or its id where it has no name. */
  confirm: z.string().min(1).max(64),
  /** Until then it is only shut and can be opened again. */
  graceDays: z.int().min(0).max(90).default(7),
})
