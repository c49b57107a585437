import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { blobContract } from './blob-contract.ts'
import { FileBlobStore } from './blobs.ts'
import { tenantId } from './tenant-id.ts'

const ours = tenantId('018f0000-0000-7000-8000-000000000001')
const theirs = tenantId('018f0000-0000-7000-8000-000000000002')

function shelf(t: TestContext, aheadMs = 0): { readonly directory: string; readonly blobs: FileBlobStore } {
  const directory = mkdtempSync(join(tmpdir(), 'fh-blobs-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return { directory, blobs: new FileBlobStore(directory, { now: () => Date.now() + aheadMs }) }
}

blobContract('files', (t) => shelf(t).blobs)

test('an object is a file that only its owner reads', async (t) => {
  const { blobs, directory } = shelf(t)
  const key = await blobs.put(ours, Buffer.from('sealed'))
  assert.equal(statSync(join(directory, ours, key.slice(0, 2), key)).mode & 0o777, 0o600)
})

test('the list has every object of the tenant with its age, and what a cut-short write left', async (t) => {
  const { blobs, directory } = shelf(t, 3_600_000)
  const key = await blobs.put(ours, Buffer.from('sealed'))
  const part = `${'ab'.repeat(16)}.part`
  writeFileSync(join(directory, ours, key.slice(0, 2), part), 'half')
  const listed = await Array.fromAsync(blobs.list(ours))
  assert.deepEqual(new Set(listed.map((one) => one.key)), new Set([key, part]))
  for (const { ageMs } of listed) assert.ok(ageMs > 3_590_000 && ageMs < 3_700_000, `${ageMs}`)
  assert.deepEqual(await Array.fromAsync(blobs.list(theirs)), [])
  assert.deepEqual(readdirSync(directory), [ours])
})

test('an object in a directory that somebody else made waits until its name is durable', async (t) => {
  const { directory } = shelf(t)
  for (let n = 0; n < 256; n += 1)
    mkdirSync(join(directory, ours, n.toString(16).padStart(2, '0')), { recursive: true })
  const home = join(directory, ours)
  let isBroken = true
  const synced: string[] = []
  const blobs = new FileBlobStore(directory, { now: Date.now }, async (above) => {
    synced.push(above)
    if (isBroken && above === home) throw new Error('the disk does not answer')
  })
  await assert.rejects(blobs.put(ours, Buffer.from('sealed')), /does not answer/)
  isBroken = false
  synced.length = 0
  const key = await blobs.put(ours, Buffer.from('sealed'))
  assert.deepEqual(synced, [home, directory, dirname(directory), join(home, key.slice(0, 2))])
})

test('what is durable once is not synced with every object, and a removed directory is made again', async (t) => {
  const { directory } = shelf(t)
  const above = { [join(directory, ours)]: 0, [directory]: 0, [dirname(directory)]: 0 }
  const blobs = new FileBlobStore(directory, { now: Date.now }, async (name) => {
    const count = above[name]
    if (count !== undefined) above[name] = count + 1
  })
  await Promise.all(Array.from({ length: 30 }, () => blobs.put(ours, Buffer.from('sealed'))))
  const [, tenants = 0, tops = 0] = Object.values(above)
  assert.ok(tenants <= 2 && tops === 1, JSON.stringify(above))
  rmSync(join(directory, ours), { recursive: true })
  const key = await blobs.put(ours, Buffer.from('sealed'))
  assert.equal((await blobs.get(ours, key)).toString(), 'sealed')
  assert.equal(above[directory], tenants + 1)
})
