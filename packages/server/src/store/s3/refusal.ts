import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'

/** What the object store said instead of doing it. */
export class ObjectRefusal extends Error {
  readonly status: number
  /** The store's own word, such as `NoSuchBucket`; empty when it gave none. */
  readonly reason: string
  /** The region that it names as the right one. */
  readonly region: string | null

  constructor({ status, headers, body }: WholeAnswer) {
    const text = body.toString('utf8', 0, 4096)
    const reason = /^\w{1,64}$/.exec(textIn(text, 'Code') ?? '')?.[0] ?? ''
    super(`the object store answered ${status} ${reason}`)
    this.name = 'ObjectRefusal'
    this.status = status
    this.reason = reason
    const named = headers['x-amz-bucket-region'] ?? textIn(text, 'Region')
    this.region = typeof named === 'string' && /^[\w-]{1,64}$/.test(named) ? named : null
  }
}

/** The text of the first such element, its entities resolved. */
export function textIn(xml: string, name: string): string | null {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return text === undefined ? null : resolved(text)
}

/** The inside of every such element. */
export const elementsIn = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map((match) => match[1] ?? '')

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const resolved = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name)] ?? whole
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal)
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole
  })

/** A store without room says so in many ways: 507, or a word of its own beside 403, 409 or 413. */
const isFull = (error: unknown): boolean =>
  error instanceof ObjectRefusal &&
  (error.status === 507 || /quota|StorageFull|InsufficientStorage/i.test(error.reason))

/** Whether the object is not there; that its bucket is gone is another matter. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ObjectRefusal && error.status === 404 && error.reason !== 'NoSuchBucket'

/** The words of a log line: the status or 0, and the code of store or system. */
export function wordsOf(error: unknown): { readonly status: number; readonly code: string } {
  if (error instanceof ObjectRefusal) return { status: error.status, code: error.reason || 'none' }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return { status: 0, code: /^\w{1,64}$/.test(code) ? code : 'failed' }
}

/** What a failed call means to a caller; the store's own words stay in the log. */
export function objectFault(error: unknown): Fault {
  return isFull(error)
    ? new Fault('storage_full', 'The object store has no more room. Make some, then try again.', {
        cause: error,
      })
    : new Fault('unavailable', 'The object store does not answer at the moment. Try again shortly.', {
        cause: error,
      })
}

const REASONS: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'it does not know s3.accessKeyId',
  SignatureDoesNotMatch: 's3.secretAccessKey does not belong to s3.accessKeyId',
  RequestTimeTooSkewed:
    'its clock and the one of this machine are more than 15 minutes apart: set one of them',
  AccessDenied: 'this key may not read, write, list and delete there',
  AllAccessDisabled: 'access to this bucket is switched off',
  NoSuchBucket: 'there is no such bucket: make it first',
}

/** What a failed call means to whoever starts the program. */
export function startFault(error: unknown, where: string): Fault {
  const say = (what: string): Fault =>
    new Fault('cannot_start', `The object store of ${where} cannot be used: ${what}.`, { cause: error })
  if (error instanceof RefusedAddress) return say(`its address may not be dialled (${error.reason})`)
  if (!(error instanceof ObjectRefusal)) {
    const { code } = wordsOf(error)
    return say(`it cannot be reached (${code}); see s3.endpoint and s3.tls`)
  }
  if (error.region !== null) return say(`the bucket lies in region ${error.region}: write s3.region`)
  if (error.status === 301 || error.status === 307)
    return say('it lies elsewhere: see s3.endpoint and s3.region')
  if (isFull(error)) return say('it has no more room')
  return say(REASONS[error.reason] ?? `it answered ${error.status} ${error.reason}`.trim())
}
