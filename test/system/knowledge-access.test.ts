import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { DocumentParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { insertAccount } from '../../packages/server/src/identity/accounts.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { compareAccess } from './access-worlds.ts'
import type { OpenedStore } from './cluster.ts'
import { openTestStore } from './cluster.ts'
import { callerOf, replica } from './knowledge-house.ts'

let house: OpenedStore
let parser: DocumentParser
const data = mkdtempSync(join(tmpdir(), 'fh-'))

before(async () => {
  house = await openTestStore(data)
  parser = createParser(() => ({ memoryMb: 512, timeoutMs: 60_000 }))
})
after(async () => {
  await parser.close()
  await house.close()
  rmSync(data, { recursive: true, force: true })
})

test('nobody is told anything that an index of only their documents would not say', async (context) => {
  const compared = await compareAccess({ store: house.store, parser, seed: 1, states: 5, queries: 40 })
  context.diagnostic(JSON.stringify(compared))
  assert.deepEqual(compared.leaks, {})
  assert.ok(compared.queries >= 200 && compared.answered > 100 && compared.narrowed > 10)
})

test('a search without access lists, and rows without them, are found out', async () => {
  const small = { store: house.store, parser, states: 1, queries: 20 }
  const search = await compareAccess({ ...small, seed: 2, disarmed: 'search' })
  for (const kind of ['ids', 'snippets', 'weights', 'citations'])
    assert.ok((search.leaks[kind] ?? 0) > 0, `${kind} without the net`)
  const rows = await compareAccess({ ...small, seed: 3, disarmed: 'rows' })
  for (const kind of ['list', 'count']) assert.ok((rows.leaks[kind] ?? 0) > 0, `${kind} without the net`)
})

test('what is taken from somebody on one replica is not found on another a second later, and text and segment stay', async () => {
  const { store } = house
  const here = replica(store, parser)
  const there = replica(store, parser)
  const { id } = await store.withTenant({ tenant: store.home }, (tx) =>
    insertAccount(tx, { name: 'Rosa', phc: null, role: 'member' }, Date.now()),
  )
  const rosa: Caller = { ...callerOf(store.home, 'restricted', id), readsAs: [`user:${id}`] }
  const owner: Caller = { ...callerOf(store.home), readsAs: ['key:owner'] }
  const { id: shelf } = await here.knowledge.createCollection(owner, 'Revoked', {})
  const acl = { users: [id], groups: [], services: [], self: true }
  const text = { title: 'Plan', text: 'The plan names the harbour.', class: 'internal' as const, acl }
  const [document] = await here.knowledge.addTexts(owner, shelf, [text], {})
  const found = async ({ knowledge }: typeof here): Promise<number> =>
    (await knowledge.search(rosa, shelf, 'harbour', 5)).length
  assert.deepEqual([await found(here), await found(there)], [1, 1])
  const stored = () =>
    store.withTenant(owner, (tx) =>
      tx.db
        .selectFrom('document')
        .innerJoin('index_segment', 'index_segment.id', 'document.segment_id')
        .select(['document.text_sealed', 'document.dek', 'index_segment.blob_key'])
        .where('document.id', '=', document?.id ?? '')
        .executeTakeFirstOrThrow(),
    )
  const before_ = await stored()
  const change = { acl: { ...acl, users: [] }, commit: {} }
  await here.knowledge.changeDocumentAccess(owner, { id: document?.id ?? '' }, change)
  assert.equal(await found(here), 0)
  // The clock of the other one stands still: what it read counts until it looks again.
  assert.equal(await found(there), 1)
  there.clock.advance(1000)
  assert.equal(await found(there), 0)
  assert.deepEqual(await stored(), before_)
})
