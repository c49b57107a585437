import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import type { Knowledge } from '../../packages/server/src/knowledge/knowledge.ts'
import { inThisThread } from '../../packages/server/src/knowledge/search-engine.ts'
import { inItsOwnThread, startSearchThread } from '../../packages/server/src/knowledge/search-port.ts'
import type { OpenedStore } from './cluster.ts'
import { openTestStore } from './cluster.ts'
import { callerOf, replica } from './knowledge-house.ts'

let house: OpenedStore
let caller: Caller
const data = mkdtempSync(join(tmpdir(), 'fh-'))
const parser = createParser(() => ({ memoryMb: 512, timeoutMs: 60_000 }))
const threads: Worker[] = []
const retrieval = inItsOwnThread(
  () => 16,
  () => {
    const thread = startSearchThread()
    threads.push(thread)
    return thread
  },
)

before(async () => {
  house = await openTestStore(data)
  caller = callerOf(house.store.home)
})
after(async () => {
  await retrieval.close()
  await parser.close()
  await house.close()
  rmSync(data, { recursive: true, force: true })
})

const BIRDS = 'heron stork crane swan goose duck grebe coot rail snipe plover tern'.split(' ')
/** Enough papers that words are brought in and meaning is learned, with subjects that few of them share. */
const papers = Array.from({ length: 240 }, (_, at) => ({
  id: `p${at}`,
  title: `Paper ${at}`,
  text: `The ${BIRDS[at % 12]} of place ${at} is ${['loud', 'quick', 'old'][at % 3]}. It was seen in ${['reeds', 'rails', 'harbour', 'mill'][at % 4]} in year ${1900 + at}.`,
  class: 'internal' as const,
}))

/** Hits, as soon as what the question is near to has been learned. */
async function learned(knowledge: Knowledge, collection: string, ask: string) {
  for (let round = 0; ; round++) {
    const hits = await knowledge.explain(caller, collection, ask, 20)
    if (hits.every(({ explanation }) => explanation?.meaning)) return hits
    assert.ok(round < 500, 'nothing was learned')
    await setTimeout(50)
  }
}

test('a search in a thread of its own finds what one here finds, and outlives its thread', async () => {
  const inThread = replica(house.store, parser, () => retrieval)
  const { id } = await inThread.knowledge.createCollection(caller, 'Papers', {})
  await inThread.knowledge.addTexts(caller, id, papers, {})
  const here = replica(house.store, parser)
  const ask = 'which herons were seen in the reeds?'
  const found = await learned(inThread.knowledge, id, ask)
  assert.equal(found.length, 20)
  assert.deepEqual(found, await learned(here.knowledge, id, ask))
  assert.equal('explanation' in ((await inThread.knowledge.search(caller, id, ask, 1))[0] ?? {}), false)

  await inThread.knowledge.deleteDocument(caller, { id: 'p0', collection: id }, {})
  const rest = await learned(inThread.knowledge, id, ask)
  assert.ok(rest.length > 0 && rest.every(({ documentId }) => documentId !== 'p0'))

  await threads.at(-1)?.terminate()
  const again = await learned(inThread.knowledge, id, ask)
  assert.deepEqual(again, rest)
  assert.equal(threads.length, 2)
})

test('postings that were let go are opened from the object store again', async () => {
  const small = inThisThread({ memoryBytes: () => 0 })
  const lacked: string[] = []
  const { knowledge } = replica(house.store, parser, () => ({
    ...small,
    async search(query, visible, opened) {
      const result = await small.search(query, visible, opened)
      if ('lacking' in result) lacked.push(...result.lacking)
      return result
    },
  }))
  const { id } = await knowledge.createCollection(caller, 'Shelf', {})
  for (const text of ['The anvil is blue.', 'The bellows are green.'])
    await knowledge.addTexts(caller, id, [{ title: text, text, class: 'internal' }], {})
  for (let round = 0; round < 2; round++) {
    const [hit] = await knowledge.search(caller, id, 'what colour is the anvil?', 5)
    assert.equal(hit?.text, 'The anvil is blue.')
  }
  assert.ok(lacked.length >= 4, `${lacked.length} segments were opened again`)
  await knowledge.deleteCollection(caller, id, {})
  await assert.rejects(
    knowledge.search(caller, id, 'anvil', 5),
    (error) => error instanceof Fault && error.code === 'not_found',
  )
})

test('bytes that are no segment are refused by the thread, and what it holds stays', async () => {
  const { home } = house.store
  await assert.rejects(
    retrieval.add(home, { id: 'x', bytes: Buffer.from('FHS1 of old') }, []),
    /unknown format/,
  )
  const found = await retrieval.search(
    { text: 'heron reeds', limit: 3 },
    { tenant: home, ceiling: 'internal' },
    [],
  )
  assert.ok('hits' in found && found.hits.length === 3)
})
