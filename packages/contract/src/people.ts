import { z } from 'zod'
import { SCOPES } from './actions.ts'
import { accountName, password, secondFactorCode, signInTenant } from './identity.ts'

/** The roles that every installation has. */
export const ROLES = ['owner', 'admin', 'security-officer', 'auditor', 'member', 'guest'] as const

/** A role of this list, or one that the operator made. */
export const roleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be small letters, digits and hyphens, such as "support-lead"')
/** Nobody becomes an owner by this, and the operator is whoever has the machine. */
export const givenRole = roleName.refine(
  (name) => name !== 'owner' && name !== 'operator' && name !== 'break-glass',
  'must not be owner, who claimed the installation, nor operator, who has the machine, nor break-glass',
)

export const userView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  groups: z.array(z.string()),
  createdAt: z.string(),
  /** When the account was shut; null while it is open. */
  disabledAt: z.string().nullable(),
  /** Of the sessions that are open. */
  lastSeenAt: z.string().nullable(),
  /** Why the caller may not change this account: the owner's, the caller's own, the one for emergencies, or one that may do more. Null: may. */
  barred: z.enum(['owner', 'own', 'break_glass', 'above']).nullable(),
})

/** What is left out stays as it is. */
export const userChange = z
  .strictObject({ role: givenRole.optional(), disabled: z.boolean().optional() })
  .refine((change) => Object.keys(change).length > 0, 'name at least one of role and disabled')

export const invitationInput = z.strictObject({
  /** What the account will be called; whoever accepts may choose where it is left out. */
  name: accountName.optional(),
  role: givenRole.default('member'),
  groups: z.array(z.uuid()).max(32).default([]),
  /** How long the link is good for. */
  hours: z.int().min(1).max(720).default(72),
})
export const invitationView = z.object({
  id: z.string(),
  name: z.string().nullable(),
  role: z.string(),
  groups: z.array(z.string()),
  /** `password`: it lets somebody who has an account choose a new password. */
  purpose: z.enum(['join', 'password']),
  creator: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
})
/** The only answer that ever holds the link. */
export const invitationCreated = invitationView.extend({ link: z.string(), token: z.string() })
export const invitationToken = z.string().regex(/^[\w-]{43}$/, 'must be the token of an invitation')
export const invitationAcceptance = z.strictObject({
  token: invitationToken,
  /** As the link says it. */
  tenant: signInTenant,
  name: accountName.optional(),
  password,
  /** For a new password where there is an authenticator app: the fault `second_factor` asks for it. */
  code: secondFactorCode.optional(),
})

export const passwordChange = z.strictObject({ current: z.string().min(1).max(256), password })

export const openSessionView = z.object({
  id: z.string(),
  user: z.string(),
  method: z.string(),
  /** What the browser called itself when it signed in. */
  agent: z.string().nullable(),
  current: z.boolean(),
  createdAt: z.string(),
  seenAt: z.string(),
  expiresAt: z.string(),
})

export const groupInput = z.strictObject({
  name: accountName,
  /** What its members may do besides what their own role allows. */
  roles: z.array(givenRole).max(16).default([]),
})
export const groupChange = z
  .strictObject({ name: accountName.optional(), roles: z.array(givenRole).max(16).optional() })
  .refine((change) => Object.keys(change).length > 0, 'name at least one of name and roles')
export const groupView = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  members: z.number().int(),
  createdAt: z.string(),
  /** Whether the caller may change it, and put people into it. */
  givable: z.boolean(),
})

export const roleInput = z.strictObject({ scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length) })
export const roleView = z.object({
  name: z.string(),
  scopes: z.array(z.string()),
  /** Comes with the program and cannot be changed. */
  builtIn: z.boolean(),
  /** Whether the caller may give it to others. */
  givable: z.boolean(),
})
