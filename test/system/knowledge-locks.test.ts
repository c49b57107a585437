import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Client } from 'pg'
import { sweepReaders } from '../../packages/server/src/knowledge/unused-readers.ts'
import type { OpenedStore } from './cluster.ts'
import { asSuperuser, openTestStore } from './cluster.ts'
import type { Replica } from './knowledge-house.ts'
import { callerOf, replica } from './knowledge-house.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
let house: OpenedStore
let one: Replica

before(async () => {
  house = await openTestStore(data)
  one = replica(house.store)
})
after(async () => {
  await one.parser.close()
  await house.close()
  rmSync(data, { recursive: true, force: true })
})

/** While another holds the collection, a change must wait before it has locked anything else: else two could wait in a circle. */
async function whileHeld(
  collection: string,
  change: () => Promise<void>,
  untouched: (client: Client) => Promise<unknown>,
): Promise<void> {
  let changing: Promise<void> | undefined
  await asSuperuser(data, async (client) => {
    await client.query('BEGIN')
    await client.query('SELECT id FROM collection WHERE id = $1 FOR UPDATE', [collection])
    changing = change()
    const waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'fh_login'"
    // A transaction keeps the list of connections that it has seen first, and the change may come over a new one.
    while ((await client.query(waits)).rowCount === 0)
      await client.query('SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)')
    await untouched(client)
    await client.query('COMMIT')
  })
  await changing
}

/** On a machine that is busy the database may give up waiting before the test has looked. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === 5 || !(error instanceof Fault && error.code === 'unavailable')) throw error
    }
  }
}

test('a deletion takes the collection before the document', async () => {
  const caller = callerOf(house.store.home)
  const { id } = await one.knowledge.createCollection(caller, 'Deletion', {})
  await one.knowledge.addTexts(
    caller,
    id,
    [{ id: 'a', title: 'A', text: 'Some words.', class: 'internal' }],
    {},
  )
  await patiently(() =>
    whileHeld(
      id,
      () => one.knowledge.deleteDocument(caller, { id: 'a', collection: id }, {}),
      (client) => client.query('SELECT id FROM document WHERE collection_id = $1 FOR UPDATE NOWAIT', [id]),
    ),
  )
})

test('lists of readers that nothing names any more are swept, but never the newest, nor one that is being named', async () => {
  const caller: Caller = { ...callerOf(house.store.home), readsAs: ['key:tester'] }
  const { id } = await one.knowledge.createCollection(caller, 'Lists', {})
  const sets = (): Promise<readonly number[]> =>
    asSuperuser(data, async (client) =>
      (await client.query<{ id: number }>('SELECT id FROM acl_set ORDER BY id')).rows.map((row) => row.id),
    )
  // Erased people leave such lists behind: each names nobody, in a row of its own.
  const left = async (count: number): Promise<void> =>
    asSuperuser(data, async (client) => {
      await client.query(
        `INSERT INTO acl_set (tenant_id, id, members, members_hash)
         SELECT $1, (SELECT coalesce(max(id), 0) FROM acl_set) + n, '{}', sha256(n::text::bytea) FROM generate_series(1, $2::integer) n`,
        [house.store.home, count],
      )
    })
  const acl: DocumentAcl = { users: [], groups: [], services: [], self: true }
  await one.knowledge.addTexts(
    caller,
    id,
    [{ title: 'Kept', text: 'A kept word.', class: 'internal', acl }],
    {},
  )
  const [kept = 0] = (await sets()).slice(-1)
  await left(3)
  const [held = 0, , newest = 0] = (await sets()).slice(-3)
  assert.equal(await sweepReaders(house.store), 0, 'those of the last hour stay')
  await asSuperuser(data, async (client) => {
    await client.query('BEGIN')
    await client.query('SELECT FROM acl_set WHERE id = $1 FOR KEY SHARE', [held])
    assert.equal(await sweepReaders(house.store, 0), 1)
    await client.query('COMMIT')
  })
  assert.deepEqual(
    (await sets()).filter((set) => set >= kept),
    [kept, held, newest],
  )
  assert.equal(await sweepReaders(house.store, 0), 1)
  assert.deepEqual(
    (await sets()).filter((set) => set >= kept),
    [kept, newest],
  )
  const found = await one.knowledge.search(caller, id, 'kept', 1)
  assert.equal(found.length, 1)
  await assert.rejects(
    house.store.withTenant(caller, async ({ db }) => {
      const { numDeletedRows } = await db
        .deleteFrom('acl_set')
        .where('id', '=', newest)
        .executeTakeFirstOrThrow()
      assert.equal(numDeletedRows, 0n, 'the newest does not go, whoever asks')
      await db.deleteFrom('acl_set').where('id', '=', kept).execute()
    }),
    'nor does one that is named',
  )
})
