import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { eddsa, token } from './hostile-provider.ts'

/** Whoever gets tokens: its id, and the key that it proves itself with. */
export interface TokenClient {
  readonly id: string
  readonly key: KeyObject
}

export const newKey = (): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } =>
  generateKeyPairSync('ed25519')

export const nowS = (): number => Math.floor(Date.now() / 1000)

/** A proof of RFC 7523 that would be taken, but for what is said otherwise. */
export function assertion(
  { id, key }: TokenClient,
  issuer: string,
  {
    header = {},
    claims = {},
    sign = eddsa(key),
  }: { readonly header?: object; readonly claims?: object; readonly sign?: (data: string) => Buffer } = {},
): string {
  const good = { iss: id, sub: id, aud: issuer, jti: crypto.randomUUID(), iat: nowS(), exp: nowS() + 60 }
  return token({ alg: 'EdDSA', ...header }, { ...good, ...claims }, sign)
}

interface Answered {
  readonly status: number
  readonly body: { readonly access_token?: string; readonly error?: string; readonly expires_in?: number }
}

/** Asks for a token with this proof. */
export async function askFor(
  url: string,
  proof: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const answer = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: proof,
      ...more,
    }),
  })
  return { status: answer.status, body: (await answer.json()) as Answered['body'] }
}
