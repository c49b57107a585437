import { basename } from 'node:path/posix'
import type { SourceOrigin } from '@freehold/contract/sources.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { Secret } from '../../kernel/secret.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import type { ObjectRequest } from '../../store/s3/object-client.ts'
import { ObjectClient } from '../../store/s3/object-client.ts'
import { elementsIn, isMissing, ObjectRefusal, textIn } from '../../store/s3/refusal.ts'
import type { Change, Changes, FoundItem, Source } from './source.ts'
import type { WayOut } from './way-out.ts'
import { wayFault } from './way-out.ts'

type S3Origin = Extract<SourceOrigin, { kind: 's3' }>

/** The objects of a bucket below a prefix. */
export function s3Source(from: S3Origin, way: WayOut, clock: Clock): Source {
  const url = new URL(from.endpoint)
  if (!from.pathStyle) url.hostname = `${from.bucket}.${url.hostname}`
  let client: ObjectClient | null = null
  const ask = async (request: Omit<ObjectRequest, 'method'>): Promise<WholeAnswer> => {
    client ??= new ObjectClient({
      line: way.line(url),
      host: url.host,
      base: from.pathStyle ? `/${from.bucket}` : '',
      key: {
        accessKeyId: from.accessKeyId,
        secretAccessKey: new Secret(from.secret),
        region: from.region,
        service: 's3',
      },
      clock,
      figure: () => {},
    })
    return client.ask({ ...request, method: 'GET' }).catch((error: unknown) => {
      throw s3Fault(error, url.host)
    })
  }
  const read = async (key: string): Promise<Buffer> =>
    (await ask({ operation: 'get', path: `/${escaped(key)}` })).body
  return { changes: () => objects(from, ask, read), close: () => way.close() }
}

async function* objects(
  from: S3Origin,
  ask: (request: Omit<ObjectRequest, 'method'>) => Promise<WholeAnswer>,
  read: (key: string) => Promise<Buffer>,
): Changes {
  let token: string | null = null
  do {
    const query: Record<string, string> = {
      'list-type': '2',
      'encoding-type': 'url',
      prefix: from.prefix,
      ...(token !== null && { 'continuation-token': token }),
    }
    const { body } = await ask({ operation: 'list', path: '/', query })
    const page = body.toString('utf8')
    for (const entry of elementsIn(page, 'Contents')) {
      const found = objectIn(entry, from.prefix, read)
      if (found) yield found
    }
    const next = textIn(page, 'IsTruncated') === 'true' ? textIn(page, 'NextContinuationToken') : null
    if (next !== null && next === token)
      throw new Fault('upstream_broke', 'The bucket is listed from a page to the same page again.')
    token = next
  } while (token !== null)
  return { cursor: null, isWhole: true }
}

function objectIn(entry: string, prefix: string, read: (key: string) => Promise<Buffer>): Change | null {
  const written = textIn(entry, 'Key')
  if (written === null) return null
  const key = decodeURIComponent(written.replaceAll('+', ' '))
  // What stores make for folders.
  if (key.endsWith('/')) return null
  const sizeBytes = Number(textIn(entry, 'Size') ?? Number.NaN)
  const found: FoundItem = {
    change: 'found',
    id: key.slice(prefix.length) || key,
    version: [textIn(entry, 'ETag'), sizeBytes, textIn(entry, 'LastModified')].join(' '),
    title: basename(key),
    sizeBytes: Number.isNaN(sizeBytes) ? Number.MAX_SAFE_INTEGER : sizeBytes,
    read: async () => ({ fileName: basename(key), bytes: await read(key) }),
  }
  return found
}

const escaped = (key: string): string =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replaceAll(
        /[!'()*]/g,
        (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/')

const PASSING = new Set([408, 429, 500, 502, 503, 504])

function s3Fault(error: unknown, host: string): unknown {
  if (!(error instanceof ObjectRefusal)) return wayFault(error, host)
  const what = `The object store answered ${error.status} ${error.reason}`.trim()
  if (isMissing(error)) return new Fault('not_found', `${what}: the object is not there.`, { cause: error })
  if (PASSING.has(error.status)) return new Fault('upstream_down', `${what}.`, { cause: error })
  return new Fault('upstream_refused', `${what}. Check bucket, region, key and secret.`, { cause: error })
}
