import { createPublicKey } from 'node:crypto'
import { publicKey } from '@freehold/contract/service-accounts.ts'
import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import type { PublicKey } from './roster.ts'

const stored = z.array(publicKey)
/** NIST SP 800-131A revision 2, section 3. */
const LEAST_RSA_BITS = 2048

/** The keys that a row holds; empty where this version does not know one of them: then it proves nothing. */
export function readPublicKeys(value: unknown): readonly PublicKey[] {
  const parsed = stored.safeParse(value)
  return parsed.success ? parsed.data : []
}

/** @throws Fault `invalid` for what is no point of its curve, and for an RSA key that is too short */
export function requireUsableKeys(keys: readonly PublicKey[]): void {
  for (const [at, key] of keys.entries()) {
    const bits = bitsOf(key)
    if (bits === null || (key.kty === 'RSA' && bits < LEAST_RSA_BITS)) {
      throw new Fault(
        'invalid',
        'This is no public key that can be used: Ed25519, P-256, or RSA from 2048 bits.',
        {
          param: `keys[${at}]`,
        },
      )
    }
  }
}

function bitsOf(key: PublicKey): number | null {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: { ...key }, format: 'jwk' })
    return asymmetricKeyDetails?.modulusLength ?? 0
  } catch {
    return null
  }
}
