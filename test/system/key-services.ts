import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Issued } from './certificates.ts'

/** What a service does instead of what it was asked for. */
export type Failure = 'hang' | 'drop' | { readonly status: number; readonly body?: object }

/** A key service made for a test. */
export interface KeyServer {
  readonly url: string
  /** What happens to the next calls, one each. */
  readonly failures: Failure[]
  /** As long as it says no, every call is refused so. */
  refusing: Failure | null
  /** Calls so far, the failed ones too. */
  calls: number
  /** What it said no to, in its own words. */
  readonly refused: string[]
  close(): Promise<void>
}

interface Called {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

interface ServeOptions {
  readonly tls: Issued | undefined
  /** What each call takes at least. */
  readonly delayMs: number | undefined
}

interface Said {
  readonly status: number
  readonly body: object
}

const NONCE = 12
const TAG = 16

function seal(key: Buffer, bound: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(bound)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function open(key: Buffer, bound: Buffer, sealed: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE))
    decipher.setAAD(bound)
    decipher.setAuthTag(sealed.subarray(-TAG))
    return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()])
  } catch {
    return null
  }
}

async function serve(
  answer: (called: Called) => Said,
  { tls, delayMs = 0 }: ServeOptions,
): Promise<KeyServer> {
  const hear = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    house.calls += 1
    if (delayMs > 0) await sleep(delayMs)
    const failure = house.refusing ?? house.failures.shift()
    if (failure === 'drop') return void request.socket.destroy()
    if (failure === 'hang') return
    const { method = '', url = '', headers } = request
    const { status, body } = failure
      ? { status: failure.status, body: failure.body ?? {} }
      : answer({ method, path: url, headers, body: Buffer.concat(parts) })
    if (status !== 200) house.refused.push(JSON.stringify(body))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const listen = (request: IncomingMessage, response: ServerResponse): void => void hear(request, response)
  const server = tls ? createSecureServer({ cert: tls.cert, key: tls.key }, listen) : createServer(listen)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo
  const house: KeyServer = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    failures: [],
    refusing: null,
    calls: 0,
    refused: [],
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return house
}

interface VaultOptions {
  readonly token: string
  readonly key: string
  readonly mount?: string
  readonly namespace?: string
  readonly tls?: Issued
  readonly delayMs?: number
}

/** A Vault with a transit engine and one key, as "Transit secrets engine (API)" describes it. */
export function openVault({
  token,
  key,
  mount = 'transit',
  namespace,
  tls,
  delayMs,
}: VaultOptions): Promise<KeyServer> {
  const bytes = randomBytes(32)
  const no = (status: number, ...errors: string[]): Said => ({ status, body: { errors } })
  return serve(
    ({ method, path, headers, body }) => {
      if (headers['x-vault-namespace'] !== namespace) return no(404)
      if (headers['x-vault-token'] !== token) return no(403, 'permission denied')
      const [, verb, name] = new RegExp(`^/v1/${mount}/(encrypt|decrypt)/([^/]+)$`).exec(path) ?? []
      if (method !== 'POST' && method !== 'PUT') return no(405)
      if (name !== key) return no(400, 'encryption key not found')
      const asked = JSON.parse(body.toString()) as Record<string, string>
      const bound = Buffer.from(asked['associated_data'] ?? '', 'base64')
      if (verb === 'encrypt') {
        const sealed = seal(bytes, bound, Buffer.from(asked['plaintext'] ?? '', 'base64'))
        return {
          status: 200,
          body: { data: { ciphertext: `vault:v1:${sealed.toString('base64')}`, key_version: 1 } },
        }
      }
      const [, text] = /^vault:v1:(.+)$/.exec(asked['ciphertext'] ?? '') ?? []
      if (text === undefined) return no(400, 'invalid ciphertext: no prefix')
      const plain = open(bytes, bound, Buffer.from(text, 'base64'))
      return plain === null
        ? no(400, 'cipher: message authentication failed')
        : { status: 200, body: { data: { plaintext: plain.toString('base64') } } }
    },
    { tls, delayMs },
  )
}

interface KmsOptions {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | null
  readonly region: string
  readonly key: string
  readonly tls?: Issued
  readonly delayMs?: number
}

const LONGEST_SKEW_MS = 300_000

/** An AWS KMS with one symmetric key, as the API reference describes Encrypt and Decrypt. */
export function openKms(options: KmsOptions): Promise<KeyServer> {
  const { accessKeyId, secretAccessKey, sessionToken, region, key, tls, delayMs } = options
  const bytes = randomBytes(32)
  const no = (type: string, status = 400): Said => ({ status, body: { __type: type, message: 'no' } })
  return serve(
    ({ method, path, headers, body }) => {
      const flaw = signatureFlaw(
        { method, path, headers, body },
        { accessKeyId, secretAccessKey, scope: `${region}/kms`, nowMs: Date.now() },
      )
      if (flaw !== null) return no(flaw)
      if ((headers['x-amz-security-token'] ?? null) !== (sessionToken ?? null))
        return no('UnrecognizedClientException')
      if (headers['content-type'] !== 'application/x-amz-json-1.1') return no('SerializationException')
      const asked = JSON.parse(body.toString()) as {
        KeyId?: string
        Plaintext?: string
        CiphertextBlob?: string
        EncryptionContext?: Record<string, string>
      }
      if (asked.KeyId !== key) return no('com.amazonaws.kms#NotFoundException')
      const context = Buffer.from(JSON.stringify(asked.EncryptionContext ?? {}))
      if (headers['x-amz-target'] === 'TrentService.Encrypt') {
        const sealed = seal(bytes, context, Buffer.from(asked.Plaintext ?? '', 'base64'))
        return { status: 200, body: { CiphertextBlob: sealed.toString('base64'), KeyId: key } }
      }
      if (headers['x-amz-target'] !== 'TrentService.Decrypt') return no('UnknownOperationException')
      const plain = open(bytes, context, Buffer.from(asked.CiphertextBlob ?? '', 'base64'))
      return plain === null
        ? no('InvalidCiphertextException')
        : { status: 200, body: { Plaintext: plain.toString('base64'), KeyId: key } }
    },
    { tls, delayMs },
  )
}

interface Signer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** `region/service` */
  readonly scope: string
  readonly nowMs: number
}

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

/** What AWS would call what is wrong with a signature, written from its documentation and not from our signer; null: nothing. */
export function signatureFlaw({ method, path, headers, body }: Called, signer: Signer): string | null {
  const { accessKeyId, secretAccessKey, scope, nowMs } = signer
  const said =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^,]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([\da-f]{64})$/.exec(
      headers.authorization ?? '',
    )
  if (!said) return 'IncompleteSignatureException'
  const [, id, day = '', place, names = '', signature = ''] = said
  const at = String(headers['x-amz-date'])
  const [, year, month, date, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(at) ?? []
  const atMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(date),
    Number(hour),
    Number(minute),
    Number(second),
  )
  if (!(Math.abs(atMs - nowMs) <= LONGEST_SKEW_MS) || !at.startsWith(day)) return 'InvalidSignatureException'
  if (id !== accessKeyId) return 'UnrecognizedClientException'
  if (place !== scope) return 'InvalidSignatureException'
  const signed = names.split(';')
  const amz = Object.keys(headers).filter((name) => name.startsWith('x-amz-'))
  if (!['host', ...amz].every((name) => signed.includes(name))) return 'InvalidSignatureException'
  const [route = '', query = ''] = path.split('?')
  const lines = signed.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, ' ')}\n`)
  const canonical = [method, route, query, lines.join(''), names, sha256(body)].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', at, `${day}/${scope}/aws4_request`, sha256(canonical)].join('\n')
  const [region = '', service = ''] = scope.split('/')
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), service), 'aws4_request')
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'))
    ? null
    : 'InvalidSignatureException'
}
