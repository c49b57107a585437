import type { KeyObject } from 'node:crypto'
import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'

export const CLIENT = { id: 'freehold', secret: 'a secret that both sides know' }

const keys = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed: generateKeyPairSync('ed25519'),
  /** Of somebody else: the provider never shows it. */
  foreign: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}
export const KEYS = keys

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Signs whatever it is told, under whatever name. `header` and `payload` are objects, or text that is sent as it is. */
export function token(
  header: unknown,
  payload: unknown,
  signature: (data: string) => Buffer = rs256(keys.rsa.privateKey),
): string {
  const data = `${encoded(header)}.${encoded(payload)}`
  return `${data}.${signature(data).toString('base64url')}`
}

export const rs256 =
  (key: KeyObject) =>
  (data: string): Buffer =>
    sign('sha256', Buffer.from(data), key)
export const ps256 =
  (key: KeyObject) =>
  (data: string): Buffer =>
    sign('sha256', Buffer.from(data), {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    })
export const es256 =
  (key: KeyObject) =>
  (data: string): Buffer =>
    sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' })
export const eddsa =
  (key: KeyObject) =>
  (data: string): Buffer =>
    sign(null, Buffer.from(data), key)
export const hmac =
  (secret: string | Buffer, name = 'sha256') =>
  (data: string): Buffer =>
    createHmac(name, secret).update(data).digest()
export const unsigned = (): Buffer => Buffer.alloc(0)

const jwk = (key: KeyObject, more: object): object => ({ ...key.export({ format: 'jwk' }), ...more })
export const goodKeys = (): object[] => [
  jwk(keys.rsa.publicKey, { kid: 'rsa', use: 'sig' }),
  jwk(keys.ec.publicKey, { kid: 'ec', use: 'sig' }),
  jwk(keys.ed.publicKey, { kid: 'ed', use: 'sig' }),
]

/** What one address answers. */
export interface Said {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What a provider says at each of its addresses; changed, it lies. */
export interface Speech {
  discovery: Said
  keys: Said
  token: Said
  userinfo: Said
}

export interface HostileProvider {
  readonly issuer: string
  /** Every request that came, as `GET /path`. */
  readonly asked: string[]
  readonly speech: Speech
  /** Tells the truth again. */
  reset(): void
  close(): Promise<void>
}

/** A provider on this machine that says whatever it is told to. */
export async function openProvider(): Promise<HostileProvider> {
  const asked: string[] = []
  const server = createServer((request, response) => answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const issuer = `http://127.0.0.1:${address.port}`
  const truth = (): Speech => ({
    discovery: { body: metadata(issuer) },
    keys: { body: { keys: goodKeys() } },
    token: { body: {} },
    userinfo: { body: { sub: 'anna' } },
  })
  const speech = truth()
  const places: Readonly<Record<string, keyof Speech>> = {
    '/.well-known/openid-configuration': 'discovery',
    '/keys': 'keys',
    '/token': 'token',
    '/userinfo': 'userinfo',
  }
  function answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    asked.push(`${method} ${url}`)
    const place = places[url]
    const said = place === undefined ? { status: 404, body: {} } : speech[place]
    const text = typeof said.body === 'string' ? said.body : JSON.stringify(said.body)
    response.writeHead(said.status ?? 200, { 'content-type': 'application/json', ...said.headers }).end(text)
  }
  return {
    issuer,
    asked,
    speech,
    reset() {
      Object.assign(speech, truth())
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const metadata = (issuer: string): Record<string, unknown> => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  userinfo_endpoint: `${issuer}/userinfo`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256', 'none'],
  token_endpoint_auth_methods_supported: ['client_secret_basic'],
})
