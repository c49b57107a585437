import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { after, before, test } from 'node:test'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { blobContract } from '../../packages/server/src/store/blob-contract.ts'
import { keyRing } from '../../packages/server/src/store/keys/key-ring.ts'
import type { ObjectFigure } from '../../packages/server/src/store/s3/object-client.ts'
import { examine } from '../../packages/server/src/store/s3/examination.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { cannotIssue, openRegistry } from './certificates.ts'
import type { Between, ObjectServer } from './s3-house.ts'
import { openBucket, settingOf, standBetween, startObjectServer, withoutS3 as skip } from './s3-house.ts'

const tenant = tenantId('018f0000-0000-7000-8000-000000000001')
const rooms: { server?: ObjectServer } = {}
let buckets = 0

before(async () => {
  if (skip === false) rooms.server = await startObjectServer()
})
after(() => rooms.server?.stop())

function server(): ObjectServer {
  assert.ok(rooms.server)
  return rooms.server
}

async function emptyBucket(): Promise<string> {
  buckets += 1
  await server().makeBucket(`house-${buckets}`)
  return `house-${buckets}`
}

/** A bucket behind something that can be told to misbehave. */
async function house(t: TestContext, options: { answerMs?: number } = {}) {
  const bucket = await emptyBucket()
  const between = await standBetween(server().port)
  const figures: ObjectFigure[] = []
  const opened = await openBucket({
    endpoint: between.endpoint,
    bucket,
    figure: (figure) => figures.push(figure),
    ...options,
  })
  t.after(async () => {
    await opened.close()
    between.stop()
  })
  figures.length = 0
  return { bucket, between, figures, ...opened, ping: () => opened.ping() }
}

/** Answers the first so many requests of a kind itself. */
function failing(method: string, times: number, answer: (response: ServerResponse) => void) {
  const seen: IncomingMessage[] = []
  const trouble: Between['trouble'] = (request, response) => {
    if (request.method !== method) return false
    seen.push(request)
    if (seen.length > times) return false
    request.resume().on('end', () => answer(response))
    return true
  }
  return { seen, trouble }
}

const refusing = (status: number, code: string) => (response: ServerResponse) =>
  void response.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)

const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

blobContract(
  'S3',
  async (t) => {
    const opened = await openBucket({
      endpoint: server().endpoint,
      bucket: await emptyBucket(),
      prefix: 'house/blobs',
    })
    t.after(() => opened.close())
    return opened.blobs
  },
  { skip },
)

test('a store that cannot be used is named at the start, with what would help', { skip }, async () => {
  const bucket = await emptyBucket()
  const { endpoint } = server()
  const cases = [
    [
      { setting: { secretAccessKey: new Secret('wrong') } },
      /s3.secretAccessKey does not belong to s3.accessKeyId/,
    ],
    [{ setting: { accessKeyId: 'test:eve' } }, /s3.accessKeyId|may not read/],
    [{ bucket: 'nobodys' }, /s3:\/\/nobodys .*there is no such bucket/],
    [{ setting: { region: 'us-west-2' } }, /lies in region eu-central-1: write s3.region/],
    [{ aheadMs: 3_600_000 }, /clock .* 15 minutes apart/],
    [{ endpoint: 'http://127.0.0.1:1' }, /cannot be reached \(ECONNREFUSED\)/],
    [{ endpoint: 'http://169.254.169.254' }, /address may not be dialled \(metadata\)/],
  ] as const
  for (const [wrong, wanted] of cases) {
    await assert.rejects(openBucket({ endpoint, bucket, ...wrong }), (error) => {
      assert.ok(error instanceof Fault && error.code === 'cannot_start')
      assert.match(error.message, wanted)
      assert.doesNotMatch(error.message, /wrong|not-to-be-told/)
      return true
    })
  }
})

test(
  'what passes is tried again, with the same key and bytes, and nobody hears of it',
  { skip },
  async (t) => {
    const { blobs, between, figures } = await house(t)
    const { seen, trouble } = failing('PUT', 2, refusing(503, 'SlowDown'))
    between.trouble = trouble
    const key = await blobs.put(tenant, Buffer.from('sealed'))
    assert.equal(new Set(seen.map((request) => request.url)).size, 1)
    assert.equal(seen.length, 3)
    const cut = failing('GET', 1, (response) => {
      response.writeHead(200, { 'content-length': '6' }).write('sea')
      setTimeout(() => response.destroy(), 5)
    })
    between.trouble = cut.trouble
    assert.equal((await blobs.get(tenant, key)).toString(), 'sealed')
    assert.deepEqual(
      figures.map(({ operation, outcome }) => [operation, outcome]),
      [
        ['put', 'ok'],
        ['get', 'ok'],
      ],
    )
  },
)

test('what stays is a refusal that says whether it will pass', { skip }, async (t) => {
  const { blobs, between, ping } = await house(t, { answerMs: 600 })
  const cases = [
    [refusing(507, 'InsufficientStorage'), 'storage_full', 1],
    [refusing(403, 'QuotaExceeded'), 'storage_full', 1],
    [refusing(403, 'AccessDenied'), 'unavailable', 1],
    [refusing(404, 'NoSuchBucket'), 'unavailable', 1],
    // Nothing at all: the last of four tries is cut off by our own clock.
    [() => undefined, 'unavailable', 4],
  ] as const
  for (const [answer, code, tries] of cases) {
    const { seen, trouble } = failing('PUT', Infinity, answer)
    between.trouble = trouble
    await assert.rejects(blobs.put(tenant, Buffer.from('sealed')), isFault(code))
    assert.equal(seen.length, tries, code)
  }
  const { seen, trouble } = failing('PUT', Infinity, refusing(500, 'InternalError'))
  between.trouble = trouble
  // It has just failed for good: who comes now is told so without waiting.
  await assert.rejects(blobs.put(tenant, Buffer.from('sealed')), isFault('unavailable'))
  assert.equal(seen.length, 0)
  const probes = [
    [refusing(503, 'SlowDown'), false],
    [refusing(404, 'NoSuchBucket'), false],
    [refusing(403, 'InvalidAccessKeyId'), false],
    [refusing(403, 'AccessDenied'), true],
  ] as const
  for (const [answer, isReachable] of probes) {
    between.trouble = failing('GET', 1, answer).trouble
    assert.deepEqual([await ping(), await ping()], [isReachable, true])
  }
})

test(
  'bytes that change on the way are refused, up by the store and down by our own seal',
  { skip },
  async (t) => {
    const { blobs, between } = await house(t)
    const keys = {
      keks: [{ version: 1, key: createSecretKey(randomBytes(32)), sealsFromMs: 0 }],
      blind: createSecretKey(randomBytes(32)),
    }
    const ring = keyRing(tenant, () => keys)
    const place = { table: 'document', row: 'r', column: 'text_sealed' }
    const { dek } = ring.newDek({ ...place, column: 'dek' })
    const sealed = dek.seal(place, Buffer.from('a contract'))
    const flip = (way: 'up' | 'down') => (bytes: Buffer, going: 'up' | 'down') =>
      going === way && bytes.length === sealed.length
        ? Buffer.from(bytes.with(30, (bytes[30] ?? 0) ^ 1))
        : bytes
    between.edit = flip('up')
    await assert.rejects(blobs.put(tenant, sealed), isFault('unavailable'))
    between.edit = null
    const key = await blobs.put(tenant, sealed)
    assert.equal(dek.open(place, await blobs.get(tenant, key)).toString(), 'a contract')
    between.edit = flip('down')
    const changed = await blobs.get(tenant, key)
    assert.throws(() => dek.open(place, changed), /changed, moved/)
  },
)

test(
  'over TLS only a server with a certificate that we know is spoken to',
  { skip: skip || (cannotIssue ?? false) },
  async (t) => {
    const registry = openRegistry()
    const authority = registry.authority('house')
    const own = authority.issue()
    const between = await standBetween(server().port, (serve) => createSecureServer(own, serve))
    t.after(() => {
      between.stop()
      registry.close()
    })
    const endpoint = between.endpoint.replace('http:', 'https:')
    const bucket = await emptyBucket()
    const opened = await openBucket({ endpoint, bucket, setting: { ca: authority.cert } })
    t.after(() => opened.close())
    const key = await opened.blobs.put(tenant, Buffer.from('sealed'))
    assert.equal((await opened.blobs.get(tenant, key)).toString(), 'sealed')
    await assert.rejects(openBucket({ endpoint, bucket }), /cannot be reached \(UNABLE_TO_VERIFY\w*\)/)
  },
)

test('a store that lets anybody in is found out', async (t) => {
  const kept = new Map<string, Buffer>()
  const open = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://here')
    const [first] = [...kept.keys()]
    if (request.method === 'PUT') kept.set(url.pathname, Buffer.concat(await Array.fromAsync(request)))
    if (request.method === 'DELETE') kept.delete(url.pathname)
    const isList = url.searchParams.has('list-type')
    const page = `<L><Contents><Key>${first?.slice(3)}</Key><LastModified>2027-01-01T00:00:00Z</LastModified></Contents></L>`
    const body = isList ? page : request.method === 'GET' ? kept.get(url.pathname) : ''
    response.writeHead(body === undefined ? 404 : 200).end(body)
  })
  open.listen(0, '127.0.0.1')
  await once(open, 'listening')
  t.after(() => open.close().closeAllConnections())
  const endpoint = `http://127.0.0.1:${(open.address() as AddressInfo).port}`
  const found = await Array.fromAsync(
    examine(
      { bucket: { name: 'b', prefix: '' }, setting: settingOf(endpoint) },
      { dialler: createDialler(), clock: { now: Date.now }, figure: () => undefined },
    ),
  )
  assert.deepEqual(
    found.map(({ wrong }) => wrong),
    [null, null, null, null, 'the store did not look at it'],
  )
})

test('a bucket that stands in front of the host is signed and reached there', { skip }, async (t) => {
  const opened = await openBucket({
    endpoint: server().endpoint.replace('127.0.0.1', 's3.test'),
    bucket: await emptyBucket(),
    setting: { pathStyle: false },
    lookup: (_, __, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  t.after(() => opened.close())
  const key = await opened.blobs.put(tenant, Buffer.from('sealed'))
  assert.deepEqual(await Array.fromAsync(opened.blobs.list(tenant), (one) => one.key), [key])
})
