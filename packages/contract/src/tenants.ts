import { z } from 'zod'
import { accountName, tenantSlug } from './identity.ts'

/** The link for the first owner: whose account it is for, and how long it is good for. */
const firstOwner = {
  /** What the owner's account will be called; whoever accepts may choose where it is left out. */
  owner: accountName.optional(),
  hours: z.int().min(1).max(720).default(72),
}

export const tenantInput = z.strictObject({ slug: tenantSlug, ...firstOwner })
export const tenantInvitation = z.strictObject(firstOwner)

export const tenantView = z.object({
  id: z.uuid(),
  /** Null for one that nobody can sign in to. */
  slug: z.string().nullable(),
  /** The one without which the platform cannot run; its operators look after all others. */
  home: z.boolean(),
  createdAt: z.string(),
  /** Whether somebody has accepted the link for its first owner. */
  claimed: z.boolean(),
})

const link = { link: z.string(), token: z.string(), expiresAt: z.string() }
/** The only answers that ever hold the link for the first owner. */
export const tenantCreated = tenantView.extend(link)
export const tenantInvited = z.object(link)
