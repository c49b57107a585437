import { z } from 'zod'
import { breakGlassNotice } from './break-glass.ts'
import { DEFAULT_SCOPES, SCOPES } from './actions.ts'
import { dataClass } from './data-class.ts'
import { limits } from './limits.ts'

export const accountName = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'must not contain control characters')
/** NIST SP 800-63B-4 section 3.1.1: a password that stands alone has 15 characters, and no composition rules. */
export const PASSWORD_LENGTH = 15
export const password = z.string().min(PASSWORD_LENGTH).max(256)

/** What a tenant is called, in sign-in forms and links. */
export const tenantSlug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be small letters, digits and hyphens, such as "north-clinic"')
/** The tenant that somebody signs in to; left out, the home tenant. */
export const signInTenant = tenantSlug.optional()

export const claimInput = z.strictObject({ token: z.string().min(1).max(128), name: accountName, password })
/** Six digits of an authenticator app, or a recovery code. */
export const secondFactorCode = z.string().trim().min(6).max(32)
export const sessionInput = z.strictObject({
  name: accountName,
  password: z.string().min(1).max(256),
  tenant: signInTenant,
  /** Asked for by the fault `second_factor`. */
  code: secondFactorCode.optional(),
})

export const callerView = z.object({
  principal: z.string(),
  kind: z.enum(['user', 'key', 'service', 'operator']),
  name: z.string().nullable(),
  roles: z.array(z.string()),
  groups: z.array(z.string()),
  /** Scopes, and what some roles may do besides; so that nobody need be offered what would be refused. */
  powers: z.array(z.string()),
  baseClass: dataClass,
  classCeiling: dataClass,
})
/** `csrf` goes back in the `x-csrf-token` header of every call that changes something. */
export const sessionView = z.object({
  caller: callerView,
  csrf: z.string().nullable(),
  expiresAt: z.string().nullable(),
  /** Somebody came in by break-glass and still is; null also for whoever does not look after people. */
  breakGlass: breakGlassNotice.nullable(),
})

export const scope = z.enum(['*', ...SCOPES])
export const keyInput = z.strictObject({
  name: accountName.optional(),
  scopes: z
    .array(scope)
    .min(1)
    .max(16)
    .default([...DEFAULT_SCOPES]),
  class: dataClass.default('internal'),
  ceiling: dataClass.default('restricted'),
  /** ISO 8601 instant after which the key is refused. */
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  limits: limits.default({}),
  /** The service account that it belongs to; without, to whoever makes it. */
  service: z.uuid().optional(),
})
export const keyView = z.object({
  id: z.string(),
  name: z.string().nullable(),
  /** Whose it is: an account, a service account, the key that it was made with, or `local-operator`. */
  creator: z.string(),
  scopes: z.array(z.string()),
  class: dataClass,
  ceiling: dataClass,
  limits,
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})
/** The only answer that ever holds the key itself. */
export const keyCreated = keyView.extend({ key: z.string() })
