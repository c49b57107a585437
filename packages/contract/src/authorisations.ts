import { z } from 'zod'

/** What an application may ask to learn of a person: OpenID Connect Core section 5.4, and the names of groups. */
export const PERSON_SCOPES = ['openid', 'profile', 'email', 'groups'] as const
export type PersonScope = (typeof PERSON_SCOPES)[number]

/** What an application has asked for, sealed, as the browser carries it. */
const ticket = z
  .string()
  .max(6000)
  .regex(/^[\w-]+$/, 'must be what the address held')

export const askedInput = z.strictObject({ ticket })
export const askedView = z.object({
  application: z.object({ id: z.string(), name: z.string() }),
  /** The host that the person is taken back to. */
  host: z.string(),
  /** What it would learn: null for what it does not ask for, or what is not known here. */
  tells: z.object({
    name: z.string().nullable(),
    email: z.string().nullable(),
    groups: z.array(z.string()).nullable(),
  }),
  /** Services besides, of which it would get a token in the person's name. */
  resource: z.string().nullable(),
  /** It stays connected there until the person ends it, or the session ends. */
  lasts: z.boolean(),
  /** It insists on a sign-in that is newer than this session. */
  again: z.boolean(),
})

export const decisionInput = z.strictObject({ ticket, allow: z.boolean() })
export const decisionView = z.object({
  /** Where the browser goes next. */
  location: z.string(),
})

/** A program that acts in the caller's name here. */
export const authorisationView = z.object({
  id: z.string(),
  application: z.object({ id: z.string(), name: z.string() }),
  scopes: z.array(z.enum(PERSON_SCOPES)),
  /** What it was let into. */
  resource: z.string(),
  createdAt: z.iso.datetime(),
  /** When it got its last access token. */
  refreshedAt: z.iso.datetime(),
  /** When it ends in any case: with the session in which it was allowed. */
  expiresAt: z.iso.datetime(),
})
