import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import type { Store, Tx } from '../../packages/server/src/store/store.ts'
import type { OpenedStore } from '../system/cluster.ts'
import { openTestStore } from '../system/cluster.ts'
import type { Replica } from '../system/knowledge-house.ts'
import { callerOf, replica } from '../system/knowledge-house.ts'

let house: OpenedStore
let first: Replica
let caller: Caller
const data = mkdtempSync(join(tmpdir(), 'fh-'))

before(async () => {
  house = await openTestStore(data)
  first = replica(house.store)
  caller = callerOf(house.store.home)
})
after(async () => {
  await first.parser.close()
  await house.close()
  rmSync(data, { recursive: true, force: true })
})

/** The same store, which counts the bytes that are opened. */
function counting(store: Store): { readonly store: Store; readonly openedBytes: () => number } {
  let bytes = 0
  const counted = (tx: Tx): Tx => ({
    ...tx,
    keys: {
      ...tx.keys,
      openDek(place, wrapped) {
        const dek = tx.keys.openDek(place, wrapped)
        return {
          ...dek,
          open(at, sealed) {
            bytes += sealed.length
            return dek.open(at, sealed)
          },
        }
      },
    },
  })
  const own: Store = {
    ...store,
    withTenant: (context, work) => store.withTenant(context, (tx) => work(counted(tx))),
  }
  return { store: own, openedBytes: () => bytes }
}

test('a question opens only what lies around its passages, however long the documents are', async () => {
  const id = (await first.knowledge.createCollection(caller, 'Long', {})).id
  const filler = 'Rows of plain words fill the pages of this record. '.repeat(20_000)
  const story = (at: number) => `${filler}\n\nThe periscope of boat ${at} was 𠀀 polished.\n\n${filler}`
  for (let at = 0; at < 6; at++)
    await first.knowledge.addFile(
      caller,
      id,
      { fileName: `boat-${at}.txt`, bytes: Buffer.from(story(at)), id: `boat-${at}` },
      {},
    )
  const { store, openedBytes } = counting(house.store)
  const other = replica(store, first.parser)
  const hits = await other.knowledge.search(caller, id, 'periscope', 10)
  assert.equal(hits.length, 6)
  for (const hit of hits) {
    const at = Number(hit.documentId.slice('boat-'.length))
    assert.equal(hit.text, story(at).slice(hit.span.start, hit.span.end))
    assert.match(hit.text, new RegExp(`The periscope of boat ${at} was 𠀀 polished\\.`))
  }
  // Twelve million characters are stored; two pieces of each document suffice.
  assert.ok(openedBytes() < 6 * 2 * 40_000, `${openedBytes()} bytes`)
  const once = openedBytes()
  await other.knowledge.search(caller, id, 'periscope', 10)
  assert.equal(openedBytes(), once, 'the second time they are in memory')
  const { text } = await other.knowledge.documentText(caller, 'boat-3')
  assert.equal(text, story(3))
  assert.ok(openedBytes() - once >= story(3).length, 'the count sees what is opened')
})
