import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import { FileBlobStore } from '../../packages/server/src/store/blobs.ts'
import { sweepBlobs } from '../../packages/server/src/store/sweep.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { openTestStore, throwAwayDirectory } from './cluster.ts'

const isRoot = process.getuid?.() === 0

test('the sweeper deletes what no row names, after an hour, and nothing else', async (t) => {
  const data = throwAwayDirectory(t)
  let aheadMs = 0
  const opened = await openTestStore(data, { clock: { now: () => Date.now() + aheadMs } })
  t.after(() => opened.close())
  const { store } = opened
  const tenant = store.home
  const [ofSegment, ofDocument, orphan] = [
    await store.blobs.put(tenant, Buffer.from('segment')),
    await store.blobs.put(tenant, Buffer.from('document')),
    await store.blobs.put(tenant, Buffer.from('orphan')),
  ]
  await store.withTenant({ tenant }, async ({ db, keys }) => {
    const [collection, segment, document] = [uuidV7(), uuidV7(), uuidV7()]
    const bytes = Buffer.from('x')
    const own = { tenant_id: tenant, dek: keys.newDek({ table: 't', row: 'r', column: 'dek' }).wrapped }
    await db
      .insertInto('collection')
      .values({ ...own, id: collection, name_sealed: bytes, name_index: bytes })
      .execute()
    const numbers = { size_bytes: 1, passages: 1 }
    // The document first: which of the two comes first is nobody's concern within a transaction.
    await db
      .insertInto('document')
      .values({
        ...own,
        ...numbers,
        id: document,
        collection_id: collection,
        segment_id: segment,
        blob_key: ofDocument,
        external_index: bytes,
        meta_sealed: bytes,
        text_sealed: bytes,
        class: 'internal',
        text_length: 1,
      })
      .execute()
    await db
      .insertInto('index_segment')
      .values({ ...own, ...numbers, id: segment, collection_id: collection, blob_key: ofSegment })
      .execute()
  })
  assert.equal(await sweepBlobs(store), 0)
  aheadMs = 3_600_000
  assert.equal(await sweepBlobs(store), 1)
  const left = await Array.fromAsync(store.blobs.list(tenant), (one) => one.key)
  assert.deepEqual(new Set(left), new Set([ofSegment, ofDocument]))
  await assert.rejects(store.blobs.get(tenant, orphan), /ENOENT/)
})

test(
  'a full disk is said to be full, and nothing of the object stays',
  { skip: isRoot ? false : 'needs root' },
  async (t) => {
    const place = mkdtempSync(join(tmpdir(), 'fh-full-'))
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', place])
    if (mounted.status !== 0) {
      rmSync(place, { recursive: true })
      return t.skip('may not mount here')
    }
    t.after(() => {
      spawnSync('umount', [place])
      rmSync(place, { recursive: true })
    })
    mkdirSync(join(place, 'blobs'))
    const blobs = new FileBlobStore(join(place, 'blobs'))
    const tenant = tenantId('018f0000-0000-7000-8000-000000000001')
    const small = await blobs.put(tenant, Buffer.alloc(1000))
    await assert.rejects(
      blobs.put(tenant, Buffer.alloc(1_000_000)),
      (error) => error instanceof Fault && error.code === 'storage_full',
    )
    const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    assert.deepEqual(
      files.map((file) => file.name),
      [small],
    )
  },
)
