import assert from 'node:assert/strict'
import { test } from 'node:test'
import { moveOut } from '../../packages/server/src/assistant/home/leaving.ts'
import { bringingBack, moveBack } from '../../packages/server/src/assistant/home/returning.ts'
import { insertConversation } from '../../packages/server/src/assistant/conversations.ts'
import { insertMessage, listMessages, saidByUser } from '../../packages/server/src/assistant/messages.ts'
import { ownConversation } from '../../packages/server/src/assistant/ownership.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import { sweepBlobs } from '../../packages/server/src/store/sweep.ts'
import { openTestStore, throwAwayDirectory } from './cluster.ts'
import { openBucket, startObjectServer, withoutS3 } from './s3-house.ts'

/** A conversation in which two things were said, and what is read of it. */
async function spoken(store: Store) {
  const tenant = store.home
  const own = { caller: localOperator(tenant), owner: 'somebody' }
  const id = await store.withTenant({ tenant }, async (tx) => {
    const made = await insertConversation(
      tx,
      { clock: { now: () => Date.now() }, temporaryHours: () => 1 },
      own,
      {
        meta: { title: null, model: null, instructions: null, tags: [] },
        class: 'public',
        project: null,
        isTemporary: false,
      },
    )
    const { dek } = await ownConversation(tx, own, made)
    for (const text of ['one', 'two'])
      await insertMessage(tx, dek, {
        id: uuidV7(),
        conversation: made,
        parent: null,
        run: null,
        role: 'user',
        status: 'complete',
        class: 'public',
        body: saidByUser(text, 'public', []),
        at: new Date(),
      })
    return made
  })
  const texts = (from: Store): Promise<string[]> =>
    from.withTenant({ tenant }, async (tx) => {
      const { dek } = await ownConversation(tx, own, id)
      const { data } = await listMessages(tx, { id, dek }, { limit: 10 })
      return data.map(({ text }) => text)
    })
  return { id, texts }
}

test('whatever cuts a move short, the words are in their rows or in one object, and nothing is left over', async (t) => {
  const opened = await openTestStore(throwAwayDirectory(t))
  t.after(() => opened.close())
  const { store } = opened
  const tenant = store.home
  const { id, texts } = await spoken(store)
  const objects = async (): Promise<string[]> =>
    (await Array.fromAsync(store.blobs.list(tenant))).map(({ key }) => key)

  // The process ends when the object is there, and no row names it.
  let transactions = 0
  const cut: Store = {
    ...store,
    withTenant: (context, fn) =>
      (transactions += 1) === 2 ? Promise.reject(new Error('killed')) : store.withTenant(context, fn),
  }
  await assert.rejects(moveOut(cut, tenant, id), /killed/)
  assert.deepEqual([await texts(store), (await objects()).length], [['one', 'two'], 1])
  assert.equal(await sweepBlobs(store, 0), 1)

  // One that a row names is no leftover.
  assert.equal(await moveOut(store, tenant, id), true)
  assert.equal(await moveOut(store, tenant, id), false)
  assert.deepEqual([await sweepBlobs(store, 0), (await objects()).length], [0, 1])
  await assert.rejects(texts(store), { name: 'BodiesAway' })
  // Two who read at once bring it back once, and the process of one ends before the object is deleted.
  const kept: Store = {
    ...store,
    blobs: { ...store.blobs, get: store.blobs.get.bind(store.blobs), delete: () => Promise.resolve() },
  }
  const twice = await Promise.all([texts(bringingBack(kept, () => {})), texts(bringingBack(kept, () => {}))])
  assert.deepEqual(twice, [
    ['one', 'two'],
    ['one', 'two'],
  ])
  assert.deepEqual(
    [(await objects()).length, await sweepBlobs(store, 0), (await objects()).length],
    [1, 1, 0],
  )

  // Another object in its place is refused, and so is none: nothing is emptied in silence.
  assert.equal(await moveOut(store, tenant, id), true)
  const [object = ''] = await objects()
  const swapped: Store = { ...store, blobs: { ...kept.blobs, get: async () => Buffer.alloc(200, 1) } }
  await assert.rejects(moveBack(swapped, tenant, id))
  await store.blobs.delete(tenant, object)
  await assert.rejects(moveBack(store, tenant, id), /is gone/)
})

test('words lie in a bucket as in a directory', { skip: withoutS3 }, async (t) => {
  const server = await startObjectServer()
  await server.makeBucket('talks')
  const bucket = await openBucket({ endpoint: server.endpoint, bucket: 'talks' })
  const opened = await openTestStore(throwAwayDirectory(t))
  t.after(async () => {
    await opened.close()
    await bucket.close()
    await server.stop()
  })
  const store: Store = { ...opened.store, blobs: bucket.blobs }
  const { id, texts } = await spoken(store)
  const there = async (): Promise<number> => (await Array.fromAsync(bucket.blobs.list(store.home))).length
  assert.equal(await moveOut(store, store.home, id), true)
  assert.equal(await there(), 1)
  // While the bucket cannot be reached, whoever reads is told so, and nothing is lost.
  await server.pause()
  const read = (): Promise<string[]> => texts(bringingBack(store, () => {}))
  await assert.rejects(read(), { code: 'unavailable' })
  await server.goOn()
  for (;;) {
    const said = await read().catch(() => null)
    if (said === null) continue
    assert.deepEqual(said, ['one', 'two'])
    break
  }
  assert.equal(await there(), 0)
})
