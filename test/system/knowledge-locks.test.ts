import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Client } from 'pg'
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
