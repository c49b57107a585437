import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Speaker } from './ask.ts'
import { freehold, open, remove } from './house.ts'
import { killRounds } from './kill.ts'
import type { ObjectServer } from './s3-house.ts'
import { ACCESS_KEY, REGION, SECRET_KEY, startObjectServer, withoutS3 as skip } from './s3-house.ts'

const folder = mkdtempSync(join(tmpdir(), 'fh-s3-config-'))
const config = join(folder, 'freehold.yaml')
const rooms: { server?: ObjectServer } = {}

const written = (endpoint: string): string => `
listen: 127.0.0.1:0
blobs: s3://documents/house
s3:
  endpoint: ${endpoint}
  region: ${REGION}
  accessKeyId: ${ACCESS_KEY}
  secretAccessKey: \${file:./secret}
knowledge: { guide: false }
`

before(async () => {
  if (skip !== false) return
  rooms.server = await startObjectServer()
  await rooms.server.makeBucket('documents')
  writeFileSync(join(folder, 'secret'), `${SECRET_KEY}\n`)
  writeFileSync(config, written(rooms.server.endpoint))
})
after(async () => {
  await rooms.server?.stop()
  rmSync(folder, { recursive: true })
})

/** Files below a directory that hold these bytes. */
const filesWith = (words: string, directory: string): string =>
  spawnSync('grep', ['-rlF', '--', words, directory]).stdout.toString()

const counted = async (url: string, line: string): Promise<number> =>
  Number(new RegExp(`^${line} (\\S+)$`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0)

async function until(claim: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await claim())) {
    assert.ok(Date.now() < deadline, what)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('documents lie in the bucket, sealed, and an outage is said and passes', { skip }, async () => {
  const { server } = rooms
  assert.ok(server)
  const house = await open({ args: ['--config', config] })
  const key = await house.key()
  const speaker = new Speaker(house.url, key)
  const collection = await speaker.collection('Shelf')
  const canary = 'quokkabafazum'
  const path = join(folder, 'page.md')
  writeFileSync(path, `# Rent\n\nThe rent of the ${canary} hall is four hundred crowns.\n`)
  const added = await house.cli('add', path, '--collection', 'Shelf')
  assert.equal(added.status, 0, added.stderr)
  assert.match((await speaker.ask(`What is the rent of the ${canary} hall?`)).text, /four hundred crowns/)
  assert.equal(filesWith(canary, server.directory), '')
  assert.notEqual(filesWith('FH', join(server.directory, 'devices', 'one', 'objects')), '')
  assert.equal(existsSync(join(house.data, 'blobs')), false)
  assert.ok(
    (await counted(house.url, 'freehold_blobs_requests_total\\{operation="put",outcome="ok"\\}')) >= 3,
  )
  assert.equal(await counted(house.url, 'freehold_blobs_up'), 1)

  const ready = async () => {
    const response = await fetch(`${house.url}/readyz`)
    const { checks } = (await response.json()) as { checks: unknown }
    return { status: response.status, checks }
  }
  assert.deepEqual(await ready(), { status: 200, checks: { database: 'ok', blobs: 'ok' } })
  await server.pause()
  const document = { id: 'late', title: 'Late', text: 'Too late.' }
  const refused = await speaker.api<{ error: { code: string } }>(
    'POST',
    `/api/collections/${collection}/documents`,
    { documents: [document] },
  )
  assert.deepEqual([refused.status, refused.body.error.code], [503, 'unavailable'])
  await until(async () => (await ready()).status === 503, 'the outage does not show')
  assert.deepEqual((await ready()).checks, { database: 'ok', blobs: 'unreachable' })
  // What was committed stays done although its objects cannot be deleted now.
  const listed = await speaker.documents(collection)
  assert.equal(
    (await speaker.api('DELETE', `/api/documents/${encodeURIComponent(listed.body.data[0]?.id ?? '')}`))
      .status,
    204,
  )
  await server.goOn()
  const add = () => speaker.api('POST', `/api/collections/${collection}/documents`, { documents: [document] })
  await until(async () => (await add()).status === 201, 'it does not come back')
  assert.match(house.output(), /"event":"blobs.failed","operation":"put"/)
  assert.doesNotMatch(house.output(), new RegExp(SECRET_KEY))
  await house.stop()
  await remove(house.data)
})

test(
  'nothing acknowledged is lost when the server is killed while it writes to the bucket',
  { skip },
  async (t) => {
    const report = await killRounds(2, Math.random, {
      args: ['--config', config],
      victims: ['server'],
      first: 3,
    })
    assert.ok(report.acknowledged >= 6)
    t.diagnostic(JSON.stringify(report))
  },
)

test('a store is tried before anything is moved there', { skip }, async () => {
  const good = await freehold(['storage', 'check', config])
  assert.equal(good.status, 0, good.stderr)
  assert.equal(good.stdout.split('\n').filter((line) => line.startsWith('ok ')).length, 5)
  const wrong = join(folder, 'elsewhere.yaml')
  writeFileSync(wrong, written(rooms.server?.endpoint ?? '').replace('s3://documents/', 's3://nobodys/'))
  const bad = await freehold(['storage', 'check', wrong, '--json'])
  const { ok, findings } = JSON.parse(bad.stdout) as { ok: boolean; findings: { wrong: string | null }[] }
  assert.deepEqual([bad.status, ok, findings.length], [1, false, 1])
  assert.match(findings[0]?.wrong ?? '', /there is no such bucket/)
})

test('a start without the right key says so and ends with the code of the data', { skip }, async () => {
  const wrong = join(folder, 'wrong.yaml')
  writeFileSync(wrong, written(rooms.server?.endpoint ?? '').replace('${file:./secret}', 'falsch'))
  const data = mkdtempSync(join(tmpdir(), 'fh-'))
  const { status, stderr } = await freehold(['up', '--data', data, '--config', wrong])
  rmSync(data, { recursive: true })
  assert.equal(status, 5)
  assert.match(stderr, /s3.secretAccessKey does not belong to s3.accessKeyId/)
  assert.doesNotMatch(stderr, /falsch/)
})
