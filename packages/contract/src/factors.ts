import { z } from 'zod'
import { accountName, secondFactorCode, signInTenant } from './identity.ts'

const bytes = z.string().regex(/^[\w-]{1,8192}$/, 'must be base64url')
const transports = z.array(z.string().max(32)).max(8)

export const passkeyView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  usedAt: z.string().nullable(),
})
/** What the caller signs in with besides a password. */
export const factorsView = z.object({
  totp: z.boolean(),
  /** Recovery codes that were not used yet. */
  recoveryCodes: z.number().int(),
  passkeys: z.array(passkeyView),
})

/** Your own password once more, before what protects the account is changed. */
export const passwordAgain = z.strictObject({ password: z.string().min(1).max(256) })
/** Nothing of it is kept: it counts when it comes back with a code that fits. */
export const totpSecret = z.object({ secret: z.string(), uri: z.string() })
export const totpConfirmation = z.strictObject({
  /** 160 bits in base32 (RFC 4648). */
  secret: z.string().regex(/^[A-Z2-7]{32}$/, 'must be the secret that was shown'),
  code: secondFactorCode,
  password: z.string().min(1).max(256),
})
/** The only answer that ever holds the codes. */
export const recoveryCodes = z.object({ codes: z.array(z.string()) })

/** What `navigator.credentials` is called with; WebAuthn level 3, section 5.4 and 5.5, as JSON. */
export const webauthnOptions = z.object({ options: z.record(z.string(), z.unknown()) })

const response = {
  id: bytes,
  rawId: bytes,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(32).nullish(),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
}
/** What the browser answers when a passkey was made (`toJSON`). */
export const passkeyInput = z.strictObject({
  name: accountName,
  response: z.object({
    ...response,
    response: z.object({
      clientDataJSON: bytes,
      attestationObject: bytes,
      transports: transports.optional(),
    }),
  }),
})
/** What the browser answers when somebody signs in with a passkey (`toJSON`). */
export const passkeyAssertion = z.strictObject({
  tenant: signInTenant,
  response: z.object({
    ...response,
    response: z.object({
      clientDataJSON: bytes,
      authenticatorData: bytes,
      signature: bytes,
      userHandle: bytes.nullish(),
    }),
  }),
})
