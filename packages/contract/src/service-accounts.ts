import { z } from 'zod'
import { DEFAULT_SCOPES } from './actions.ts'
import { dataClass } from './data-class.ts'
import { accountName, scope } from './identity.ts'
import { limits } from './limits.ts'
import { givenRole } from './people.ts'

const scopes = z.array(scope).min(1).max(16)

const bytes = z.string().regex(/^[\w-]{1,1024}$/, 'must be base64url')
const named = {
  kid: z
    .string()
    .regex(/^[\w.~-]{1,128}$/)
    .optional(),
  use: z.literal('sig').optional(),
}
/** A public key (RFC 7517); one with a private part is refused. */
export const publicKey = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: bytes,
    alg: z.enum(['EdDSA', 'Ed25519']).optional(),
    ...named,
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: bytes,
    y: bytes,
    alg: z.literal('ES256').optional(),
    ...named,
  }),
  z.strictObject({
    kty: z.literal('RSA'),
    n: bytes,
    e: bytes,
    alg: z.enum(['PS256', 'RS256']).optional(),
    ...named,
  }),
])
/** Two overlap while one follows the other. */
const keys = z.array(publicKey).max(4)
/** The one name in a client certificate that it is known by, as OpenSSL writes it. */
const certificate = z
  .string()
  .max(256)
  .regex(/^(?:URI|DNS):[^\s,"\\\p{Cc}]+$/u, 'must read URI:spiffe://… or DNS:…')
/** A service that tokens may be for (RFC 8707 section 2). */
const resource = z
  .url({ protocol: /^(https?|urn)$/ })
  .max(256)
  .regex(/^[^#\s]*$/, 'must not have a fragment')
const resources = z.array(resource).max(32)

/** Hosts that are this machine to whoever sits at it (RFC 8252 section 7.3); `localhost` may be something else. */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '[::1]']
const isSafePlace = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const isKept = protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname))
  return isKept && username === '' && password === ''
}
/** Where an application takes people back who were signed in (RFC 6749 section 3.1.2); compared letter by letter. */
const redirectUri = z
  .string()
  .max(512)
  .regex(/^https?:\/\/[!-~]+$/, 'must be printable ASCII and begin with https://')
  .regex(/^[^#*\\]*$/, 'must have no fragment and no wildcard')
  .refine(isSafePlace, 'must be https, or http at 127.0.0.1 or [::1]')
const redirectUris = z.array(redirectUri).max(16)

/** A program that acts in its own name. */
export const serviceAccountInput = z.strictObject({
  name: accountName,
  role: givenRole.default('member'),
  /** What it may do at most of what its role allows. */
  scopes: scopes.default([...DEFAULT_SCOPES]),
  class: dataClass.default('internal'),
  ceiling: dataClass.default('restricted'),
  limits: limits.default({}),
  /** What it proves itself with at the token endpoint. */
  keys: keys.default([]),
  /** Or the client certificate that it shows, on listeners that ask for one. */
  certificate: certificate.nullable().default(null),
  /** For which services besides this installation it may get tokens. */
  resources: resources.default([]),
  /** Where people are taken back whom it has signed in here; empty for a program that signs nobody in. */
  redirectUris: redirectUris.default([]),
  /** It can keep no key, because it runs on devices of others: it signs people in and has no tokens of its own. */
  public: z.boolean().default(false),
})

/** What is left out stays as it is. */
export const serviceAccountChange = z
  .strictObject({
    name: accountName.optional(),
    role: givenRole.optional(),
    scopes: scopes.optional(),
    class: dataClass.optional(),
    ceiling: dataClass.optional(),
    limits: limits.optional(),
    keys: keys.optional(),
    certificate: certificate.nullable().optional(),
    resources: resources.optional(),
    redirectUris: redirectUris.optional(),
    public: z.boolean().optional(),
    disabled: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one thing to change')

export const serviceAccountView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  scopes: z.array(z.string()),
  class: dataClass,
  ceiling: dataClass,
  limits,
  keys: z.array(publicKey),
  certificate: z.string().nullable(),
  resources: z.array(z.string()),
  redirectUris: z.array(z.string()),
  public: z.boolean(),
  createdAt: z.string(),
  /** When it was disabled; null while it is open. */
  disabledAt: z.string().nullable(),
})
