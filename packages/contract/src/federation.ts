import { z } from 'zod'

/** What a connection to an outside identity provider is called in the configuration. */
export const connectionId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be small letters, digits and hyphens, such as "head-office"')
export const byConnection = z.strictObject({ id: connectionId })

export const connectionView = z.object({
  id: z.string(),
  /** What the button says. */
  name: z.string(),
  /** `away`: the provider did not answer, or not as it should. */
  state: z.enum(['ready', 'away']),
})

/** One thing that a self-test looked at. */
const finding = z.object({ what: z.string(), ok: z.boolean(), said: z.string() })
export const connectionReport = z.object({
  id: z.string(),
  issuer: z.string(),
  /** To be registered at the provider. */
  redirectUri: z.string(),
  ok: z.boolean(),
  findings: z.array(finding),
  /** Opened within five minutes it signs in at the provider and shows the claims, and nobody is signed in here. */
  trialUrl: z.string(),
})

/** A ticket of a self-test; without one somebody signs in. */
export const startQuery = z.strictObject({ ticket: z.string().max(1000).optional() })
/** RFC 6749 section 4.1.2, RFC 9207; providers send more, which is not looked at. */
export const callbackQuery = z.object({
  code: z.string().max(4096).optional(),
  state: z.string().max(200).optional(),
  iss: z.string().max(500).optional(),
  error: z.string().max(200).optional(),
})

export const linkInput = z.strictObject({ connection: connectionId, password: z.string().min(1).max(256) })
export const linkBegun = z.object({
  /** Where the browser goes next. */
  location: z.string(),
})
export const federatedView = z.object({
  id: z.string(),
  connection: z.string(),
  issuer: z.string(),
  subject: z.string(),
  createdAt: z.string(),
  usedAt: z.string().nullable(),
})
