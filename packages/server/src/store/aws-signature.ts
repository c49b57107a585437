import { createHash, createHmac } from 'node:crypto'
import type { Secret } from '../kernel/secret.ts'

/** Who signs, and for which service. */
export interface SigningKey {
  readonly accessKeyId: string
  readonly secretAccessKey: Secret<string>
  readonly region: string
  /** `s3` or `kms`; the published test vectors use others. */
  readonly service: string
}

/** What is signed: everything that the server acts upon. */
export interface SignedRequest {
  readonly method: string
  /** Escaped as it is sent. */
  readonly path: string
  /** As `queryText` writes it. */
  readonly query: string
  /** Names in lower case, with `host` and `x-amz-date`; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>
  /** SHA-256 of the body, in hexadecimal. */
  readonly bodyHash: string
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** The value of `authorization`. AWS Signature Version 4, as in "Authenticating Requests" of the S3 API reference. */
export function authorization(request: SignedRequest, key: SigningKey): string {
  const { headers } = request
  const at = headers['x-amz-date'] ?? ''
  const day = at.slice(0, 8)
  const scope = [day, key.region, key.service, 'aws4_request']
  const names = Object.keys(headers).sort()
  const canonical = [
    request.method,
    request.path,
    request.query,
    ...names.map((name) => `${name}:${headers[name]?.trim().replaceAll(/ +/g, ' ') ?? ''}`),
    '',
    names.join(';'),
    request.bodyHash,
  ].join('\n')
  const toSign = [ALGORITHM, at, scope.join('/'), sha256(canonical)].join('\n')
  const signing = scope.reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${key.secretAccessKey.reveal()}`,
  )
  const signature = hmac(signing, toSign).toString('hex')
  const credential = `${key.accessKeyId}/${scope.join('/')}`
  return `${ALGORITHM} Credential=${credential},SignedHeaders=${names.join(';')},Signature=${signature}`
}

/** `20130524T000000Z` */
export const signingTime = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[:-]/g, '')}Z`

/** A query in the one form that is both sent and signed: sorted, and everything but RFC 3986 unreserved escaped. */
export const queryText = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => [escaped(name), escaped(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')

const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
