import { hash } from 'node:crypto'
import { z } from 'zod'
import { Untrusted } from './untrusted.ts'

/** Claims of an ID token, or of the userinfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>

const LONGEST_TOKEN = 32 * 1024
/** How far the provider's clock may be ahead of ours. */
const TOLERANCE_S = 60
/** It was made for this sign-in just now. */
const OLDEST_S = 600

/** Asymmetric ones only: with the others whoever can check can also sign. */
export const ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

const header = z.object({ alg: z.enum(ALGORITHMS), typ: z.string().optional() }).loose()
/** Keys that a token brings along prove nothing (OpenID Connect Core 1.0 section 2). */
const OWN_KEYS = ['jwk', 'jku', 'x5u', 'x5c', 'crit']

const strings = z.union([z.string(), z.array(z.string()).min(1).max(20)])
const claims = z
  .object({
    iss: z.string(),
    sub: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\p{Cc}]+$/u),
    aud: strings,
    azp: z.string().optional(),
    exp: z.number(),
    iat: z.number(),
    at_hash: z.string().optional(),
  })
  .loose()

/** For whom a token must be. */
export interface Expected {
  readonly clientId: string
  readonly allowedAudiences: readonly string[]
  readonly nowMs: number
  readonly accessToken: string
}

/**
 * What `openid-client`, which has checked signature, issuer, audience, nonce and expiry, leaves open: the form of the
 * token, audiences beside ours, a time in the future, names that stand twice.
 * @throws Untrusted
 */
export function readIdToken(token: string, expected: Expected): Claims {
  const found = readForm(token)
  const { clientId, allowedAudiences, nowMs, accessToken } = expected
  const audiences = [found.claims.aud].flat()
  if (!audiences.includes(clientId)) throw new Untrusted('audience')
  if (audiences.some((one) => one !== clientId && !allowedAudiences.includes(one)))
    throw new Untrusted('audience')
  if (found.claims.azp !== undefined && found.claims.azp !== clientId) throw new Untrusted('authorized_party')
  const ageS = nowMs / 1000 - found.claims.iat
  if (ageS < -TOLERANCE_S || ageS > OLDEST_S) throw new Untrusted('issued_at')
  if (found.claims.at_hash !== undefined && found.claims.at_hash !== hashOf(accessToken, found.alg))
    throw new Untrusted('access_token_hash')
  return found.claims
}

/** The form alone, before its signature is looked at. @throws Untrusted */
export function readForm(token: string): {
  readonly alg: string
  readonly claims: z.output<typeof claims>
} {
  if (token.length > LONGEST_TOKEN) throw new Untrusted('token_length')
  const [first = '', second = '', ...rest] = token.split('.')
  if (rest.length !== 1) throw new Untrusted('token_form')
  const head = header.safeParse(jsonOf(first))
  if (!head.success) throw new Untrusted('token_header')
  const { alg, typ } = head.data
  // A token of another kind has a name of its own (RFC 8725 section 3.11).
  if (typ !== undefined && typ.toLowerCase() !== 'jwt') throw new Untrusted('token_type')
  if (OWN_KEYS.some((name) => name in head.data)) throw new Untrusted('token_keys')
  const told = claims.safeParse(jsonOf(second))
  if (!told.success) throw new Untrusted('token_claims')
  return { alg, claims: told.data }
}

function jsonOf(part: string): unknown {
  if (!/^[\w-]+$/.test(part)) throw new Untrusted('token_form')
  const text = Buffer.from(part, 'base64url').toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (hasRepeatedMember(text)) throw new Untrusted('token_repeats')
    return value
  } catch (error) {
    if (error instanceof Untrusted) throw error
    throw new Untrusted('token_form', error)
  }
}

/** Whether an object of this text, which is valid JSON, names a member twice (RFC 8725 section 2.4: readers differ). */
export function hasRepeatedMember(text: string): boolean {
  const open: Set<string>[] = []
  for (const [piece, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (piece === '{') open.push(new Set())
    else if (piece === '}') open.pop()
    else if (name !== undefined) {
      const names = open.at(-1)
      const decoded: unknown = JSON.parse(name)
      if (typeof decoded !== 'string' || names === undefined) continue
      if (names.has(decoded)) return true
      names.add(decoded)
    }
  }
  return false
}

/** OpenID Connect Core 1.0 section 3.1.3.6; Ed25519 has SHA-512 inside. */
function hashOf(accessToken: string, alg: string): string {
  const size = /\d{3}$/.exec(alg)?.[0]
  const name = `sha${size === undefined || alg === 'Ed25519' ? '512' : size}`
  const digest = hash(name, accessToken, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
