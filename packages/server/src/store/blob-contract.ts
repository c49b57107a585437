import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { BlobStore } from './store.ts'
import { tenantId } from './tenant-id.ts'

const ours = tenantId('018f0000-0000-7000-8000-000000000001')
const theirs = tenantId('018f0000-0000-7000-8000-000000000002')

interface ContractOptions {
  /** Why it cannot be tried here. */
  readonly skip?: string | false
}

/** What every store of objects does, as tests. `open` gives an empty one. */
export function blobContract(
  name: string,
  open: (t: TestContext) => BlobStore | Promise<BlobStore>,
  { skip = false }: ContractOptions = {},
): void {
  void test(
    `${name}: an object comes back as it was put, under a key that says nothing`,
    { skip },
    async (t) => {
      const blobs = await open(t)
      const bytes = Buffer.from('sealed')
      const [first, second] = [await blobs.put(ours, bytes), await blobs.put(ours, bytes)]
      assert.notEqual(first, second)
      assert.match(first, /^[\da-f]{32}$/)
      assert.deepEqual(await blobs.get(ours, first), bytes)
    },
  )

  void test(`${name}: large objects and empty ones come back byte for byte`, { skip }, async (t) => {
    const blobs = await open(t)
    // A view into a larger memory: only its own bytes are the object.
    const large = randomBytes(3_500_000).subarray(17, 3_400_000)
    for (const bytes of [large, Buffer.alloc(0)]) {
      assert.ok((await blobs.get(ours, await blobs.put(ours, bytes))).equals(bytes))
    }
  })

  void test(
    `${name}: an object of one tenant is not there for another, and a key is not a path`,
    { skip },
    async (t) => {
      const blobs = await open(t)
      const key = await blobs.put(ours, Buffer.from('sealed'))
      await assert.rejects(blobs.get(theirs, key), { code: 'ENOENT' })
      await blobs.delete(theirs, key)
      assert.equal((await blobs.get(ours, key)).toString(), 'sealed')
      await assert.rejects(blobs.get(ours, '../../etc/passwd'), /not the key of an object/)
      await assert.rejects(blobs.delete(ours, `${key}/..`), /not the key of an object/)
    },
  )

  void test(`${name}: a deleted object is gone, and deleting it again is no error`, { skip }, async (t) => {
    const blobs = await open(t)
    const key = await blobs.put(ours, Buffer.from('sealed'))
    await blobs.delete(ours, key)
    await blobs.delete(ours, key)
    await assert.rejects(blobs.get(ours, key), { code: 'ENOENT' })
  })

  void test(
    `${name}: many objects at once are all listed with their age, each tenant's for itself`,
    { skip },
    async (t) => {
      const blobs = await open(t)
      const keys = await Promise.all(
        Array.from({ length: 25 }, (_, i) => blobs.put(ours, Buffer.from(`${i}`))),
      )
      const other = await blobs.put(theirs, Buffer.from('sealed'))
      const listed = await Array.fromAsync(blobs.list(ours))
      assert.deepEqual(new Set(listed.map((one) => one.key)), new Set(keys))
      for (const { ageMs } of listed) assert.ok(Math.abs(ageMs) < 60_000, `${ageMs}`)
      assert.deepEqual(await Array.fromAsync(blobs.list(theirs), (one) => one.key), [other])
      assert.deepEqual(
        await Promise.all(keys.map(async (key) => (await blobs.get(ours, key)).toString())),
        keys.map((_, i) => `${i}`),
      )
    },
  )
}
