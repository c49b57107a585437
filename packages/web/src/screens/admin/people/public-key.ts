import type { PublicKey } from '@freehold/sdk'

/** How a program may sign: each as the browser is told to read it. */
const KINDS = [
  { name: 'Ed25519' },
  { name: 'ECDSA', namedCurve: 'P-256' },
  { name: 'RSA-PSS', hash: 'SHA-256' },
] as const

const KEPT = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid'] as const

/**
 * A public key as it was pasted: PEM, as OpenSSL writes it, or JSON (RFC 7517). What is neither comes out as null; the
 * server refuses what it does not take, such as a private part.
 */
export async function publicKeyOf(text: string): Promise<PublicKey | null> {
  if (text.trim().startsWith('{')) {
    try {
      return JSON.parse(text) as PublicKey
    } catch {
      return null
    }
  }
  const body = /-----BEGIN PUBLIC KEY-----([\sA-Za-z0-9+/=]+)-----END PUBLIC KEY-----/.exec(text)?.[1]
  if (body === undefined) return null
  const bytes = Uint8Array.from(atob(body.replaceAll(/\s/g, '')), (letter) => letter.charCodeAt(0))
  for (const kind of KINDS) {
    try {
      const key = await crypto.subtle.importKey('spki', bytes, kind, true, ['verify'])
      const whole: Readonly<Record<string, unknown>> = { ...(await crypto.subtle.exportKey('jwk', key)) }
      // Of these three kinds it is one.
      return Object.fromEntries(
        KEPT.flatMap((name) => (whole[name] === undefined ? [] : [[name, whole[name]]])),
      ) as unknown as PublicKey
    } catch {
      // It is of another kind.
    }
  }
  return null
}
