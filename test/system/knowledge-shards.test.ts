import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import type { Knowledge } from '../../packages/server/src/knowledge/knowledge.ts'
import type { Retrieval } from '../../packages/server/src/knowledge/retrieval.ts'
import { DividedIndex } from '../../packages/server/src/knowledge/shards/division.ts'
import { SHARDS_CHANNEL } from '../../packages/server/src/store/listening.ts'
import type { OpenedStore } from './cluster.ts'
import { openTestStore } from './cluster.ts'
import type { Replica } from './knowledge-house.ts'
import { callerOf, replica } from './knowledge-house.ts'

const COLLECTIONS = 12
const data = mkdtempSync(join(tmpdir(), 'fh-'))
let house: OpenedStore
let caller: Caller
let whole: Replica
const ids: string[] = []
const closing: (() => Promise<void>)[] = []

interface Sharing {
  readonly knowledge: Knowledge
  readonly clock: Replica['clock']
  readonly division: DividedIndex
  /** Collections of the segments that it was given. */
  readonly held: Set<string>
  readonly outcomes: string[]
  readonly troubles: unknown[]
  isDeaf: boolean
}
const replicas: Sharing[] = []

/** One replica that divides whatever there is with the others, and hears them through the database. */
function sharing(): Sharing {
  const outcomes: string[] = []
  const troubles: unknown[] = []
  const held = new Set<string>()
  const { clock } = whole
  const division = new DividedIndex({
    store: house.store,
    clock,
    aboveMb: () => 1e-6,
    patienceMs: 400,
    asked: (outcome) => outcomes.push(outcome),
    report: (error) => troubles.push(error),
  })
  const around = (retrieval: Retrieval): Retrieval => ({
    ...retrieval,
    async add(tenant, segment, gone) {
      held.add(segment.id)
      await retrieval.add(tenant, segment, gone)
    },
  })
  const { knowledge, clock: own } = replica(house.store, whole.parser, around, division)
  const one: Sharing = { knowledge, clock: own, division, held, outcomes, troubles, isDeaf: false }
  const listening = house.listen({
    heard: () => {},
    heardRun: () => {},
    heardReplica(notice) {
      if (!one.isDeaf) knowledge.heard(notice)
    },
  })
  closing.push(
    () => division.close(),
    () => listening.close(),
  )
  return one
}

const told = async ({ knowledge }: { knowledge: Knowledge }, who: Caller, at: number, word: string) =>
  (await knowledge.search(who, ids[at] ?? '', word, 5)).map(({ documentId, score, text }) => ({
    documentId,
    score,
    text,
  }))

before(async () => {
  house = await openTestStore(data)
  whole = replica(house.store)
  caller = { ...callerOf(house.store.home), readsAs: ['key:tester'] }
  for (let at = 0; at < COLLECTIONS; at++) {
    const { id } = await whole.knowledge.createCollection(caller, `Shelf ${at}`, {})
    ids.push(id)
    const texts = Array.from({ length: 4 }, (_, n) => ({
      id: `d${at}-${n}`,
      title: `Book ${n}`,
      text: `The ${n % 2 ? 'heron' : 'otter'} of shelf ${at} keeps quiet. Page ${n} of marsh${at}.`,
      class: 'internal' as const,
      ...(n === 3 && { acl: { users: [], groups: [], services: [], self: true } }),
    }))
    await whole.knowledge.addTexts(caller, id, texts, {})
  }
  for (let at = 0; at < 3; at++) replicas.push(sharing())
  while (replicas.some(({ division }) => division.live < 3)) await sleep(20)
})
after(async () => {
  for (const close of closing) await close()
  await whole.parser.close()
  await house.close()
  rmSync(data, { recursive: true, force: true })
})

test('three replicas hold a part each, and every one of them answers for all as one that holds everything', async () => {
  const other: Caller = { ...callerOf(house.store.home, 'restricted', 'stranger'), readsAs: ['key:stranger'] }
  for (const who of [caller, other])
    for (let at = 0; at < COLLECTIONS; at++)
      for (const word of ['heron', `marsh${at}`]) {
        const expected = await told(whole, who, at, word)
        assert.equal(expected.length, word === 'heron' ? (who === caller ? 2 : 1) : who === caller ? 4 : 3)
        for (const one of replicas) assert.deepEqual(await told(one, who, at, word), expected)
      }
  const parts = replicas.map(({ held }) => held.size)
  assert.equal(
    parts.reduce((sum, part) => sum + part),
    COLLECTIONS,
    `each collection is held once: ${parts.join(', ')}`,
  )
  assert.ok(parts.every((part) => part < COLLECTIONS))
  assert.ok(replicas.every(({ outcomes }) => outcomes.includes('answered') && new Set(outcomes).size === 1))
  assert.deepEqual(
    replicas.flatMap(({ troubles }) => troubles),
    [],
  )
})

test('a question to all collections brings the best of each part, and nothing that the asker may not see', async () => {
  const stranger: Caller = {
    ...callerOf(house.store.home, 'restricted', 'stranger'),
    readsAs: ['key:stranger'],
  }
  for (const one of replicas) {
    const found = await one.knowledge.find(caller, { text: 'heron', limit: 50 })
    assert.equal(found.passages.length, 2 * COLLECTIONS)
    const seen = await one.knowledge.find(stranger, { text: 'heron', limit: 50 })
    assert.equal(seen.passages.length, COLLECTIONS)
    const [first] = (await one.knowledge.find(caller, { text: 'marsh7', limit: 3 })).passages
    assert.match(first?.document.id ?? '', /^d7-/)
  }
})

test('what a replica was given is found by its next question, whoever holds the collection', async () => {
  for (const [at, one] of replicas.entries())
    for (let shelf = 0; shelf < COLLECTIONS; shelf++) {
      const word = `new${at}x${shelf}`
      const text = { id: 'note', title: 'Note', text: `A note about ${word}.`, class: 'internal' as const }
      await one.knowledge.addTexts(caller, ids[shelf] ?? '', [text], {})
      assert.equal((await told(one, caller, shelf, word)).length, 1)
      await one.knowledge.deleteDocument(caller, { id: 'note', collection: ids[shelf] }, {})
      assert.equal((await told(one, caller, shelf, word)).length, 0)
    }
})

test('what is not sealed under the keys of the tenant is answered by nobody', async () => {
  const [one] = replicas
  assert.ok(one)
  const before = one.troubles.length
  const question = [
    'question',
    'me',
    one.division.own,
    house.store.home,
    crypto.randomUUID(),
    'AAAA',
    0,
    1,
    'AAAA',
  ]
  await house.store.withTenant(caller, ({ db }) =>
    sql`SELECT pg_notify(${SHARDS_CHANNEL}, ${question.join(' ')})`.execute(db),
  )
  while (one.troubles.length === before) await sleep(20)
  assert.equal((await told(one, caller, 0, 'heron')).length, 2)
})

test('where the owner is away, whoever was asked answers by itself', async () => {
  const [first, second, third] = replicas
  assert.ok(first && second && third)
  second.isDeaf = true
  third.isDeaf = true
  for (let at = 0; at < COLLECTIONS; at++)
    assert.deepEqual(await told(first, caller, at, 'heron'), await told(whole, caller, at, 'heron'))
  assert.ok(first.outcomes.includes('silent'))
})
