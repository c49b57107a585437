import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HELD_OF_PEOPLE, holdInput } from '@freehold/contract/keeping.ts'
import { addHold, liftHold } from '../../packages/server/src/audit/keeping/holds.ts'
import { removeOlder } from '../../packages/server/src/audit/keeping/kept.ts'
import { oldEvents } from '../../packages/server/src/audit/keeping/old-events.ts'
import { NOTHING_OF_PEOPLE, subjectRooms } from '../../packages/server/src/subjects.ts'
import { EgressBatch } from '../../packages/server/src/gateway/desensitise/egress-batch.ts'
import { Pages } from '../../packages/server/src/gateway/desensitise/paged-bytes.ts'
import {
  createEgressWriting,
  oldEgress,
} from '../../packages/server/src/gateway/desensitise/stored-egress.ts'
import type { AuditHouse } from './audit-house.ts'
import { openAuditHouse } from './audit-house.ts'
import { asSuperuser } from './cluster.ts'

let house: AuditHouse
before(async () => {
  house = await openAuditHouse()
})
after(() => house.close())

const BY = { actor: 'local-operator', request: 'req_tests' }
const DAY_MS = 86_400_000
const add = (wish: object) =>
  house.store.withTenant({ tenant: house.store.home }, (tx) =>
    addHold(tx, holdInput.parse({ reason: 'Matter 1', ...wish }), BY),
  )
const lift = (id: string) =>
  house.store.withTenant({ tenant: house.store.home }, (tx) => liftHold(tx, id, BY))

/** Tables and columns that may name a person or hold what one said, and are covered by nothing. */
async function uncovered(covered: ReadonlySet<string>): Promise<readonly string[]> {
  const { rows } = await asSuperuser(house.data, (db) =>
    db.query<{ table: string; column: string }>(
      `SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1, 2`,
    ),
  )
  const tables = new Set([...covered].map((name) => name.split('.')[0] ?? ''))
  const missing = [...new Set(rows.map(({ table }) => table))]
    .filter((table) => !tables.has(table) && !(table in NOTHING_OF_PEOPLE))
    .map((table) => `${table}: neither an exporter and an eraser, nor a reason`)
  const columns = rows
    .filter(({ table }) => tables.has(table))
    .filter(({ column }) =>
      /^(account_id|principals?|actor|subject|creator|lifter|budget)$|_sealed$/.test(column),
    )
    .map(({ table, column }) => `${table}.${column}`)
    .filter((name) => !covered.has(name) && !(name in NOTHING_OF_PEOPLE))
  return [...missing, ...columns]
}

test('every table that names people or holds what they said has an exporter and an eraser, or a reason why not', async () => {
  const covered = new Set(
    subjectRooms(house.store).flatMap(({ parts }) => parts.flatMap(({ covers }) => covers)),
  )
  assert.deepEqual(await uncovered(covered), [])
  // A room that forgot one is found, a table and a column.
  covered.delete('session.account_id')
  covered.delete('session.agent_sealed')
  covered.delete('audit_event.actor')
  assert.deepEqual(await uncovered(covered), [
    'session: neither an exporter and an eraser, nor a reason',
    'audit_event.actor',
  ])
})

test('what is held of people is counted under the kinds that the contract names', () => {
  const kinds = subjectRooms(house.store).flatMap(({ room, parts }) =>
    parts.map(({ kind }) => `${room}.${kind}`),
  )
  assert.deepEqual(kinds.toSorted(), Object.keys(HELD_OF_PEOPLE).toSorted())
})

test('what events say runs out, but for what a hold covers, and the log stays sound', async () => {
  await house.happen(30)
  await house.settle()
  const trusted = [house.checkpoints()]
  const later = { days: 365, nowMs: Date.now() + 400 * DAY_MS }
  const hold = await add({ scope: 'everything' })
  await house.settle()
  const held = await removeOlder(house.store, oldEvents, later)
  // The other tenant of this house has no hold.
  assert.equal(held.removed, 15)
  assert.ok(held.held >= 31)
  await lift(hold.id)
  const swept = await removeOlder(house.store, oldEvents, later)
  assert.ok(swept.removed >= 32)
  assert.equal(swept.held, 0)
  await house.settle()
  const verdict = await house.verify(trusted)
  assert.deepEqual(verdict.problems, [])
  assert.ok(verdict.erased >= 46, String(verdict.erased))
})

test('a hold on a time keeps what was recorded in it, and nothing else', async () => {
  const [from, to] = [new Date(Date.now() - 60_000), new Date(Date.now() + DAY_MS)]
  await house.happen(4)
  await house.settle()
  const { id } = await add({ scope: 'time', since: from.toISOString(), until: to.toISOString() })
  const later = { days: 365, nowMs: Date.now() + 400 * DAY_MS }
  const home = async (): Promise<number> => {
    const { rows } = await asSuperuser(house.data, (db) =>
      db.query<{ count: number }>(
        "SELECT count(*)::integer AS count FROM audit_event WHERE tenant_id = $1 AND action = 'key.revoked'",
        [house.store.home],
      ),
    )
    return rows[0]?.count ?? 0
  }
  await removeOlder(house.store, oldEvents, later)
  assert.equal(await home(), 4)
  await lift(id)
  await removeOlder(house.store, oldEvents, later)
  assert.equal(await home(), 0)
})

test('of bodies that were sealed together all stay where a hold covers one', async () => {
  const call = (principal: string, request: string) => ({
    tenant: house.store.home,
    principal,
    request,
    target: 'cloud',
    atMs: Date.now() - 10 * DAY_MS,
    path: '/v1/chat/completions',
    outbound: Buffer.from('{}'),
    inbound: null,
    surrogates: [],
  })
  const account = '01900000-0000-7000-8000-000000000001'
  await asSuperuser(house.data, (db) =>
    db.query(
      `INSERT INTO account (tenant_id, id, dek, name_sealed, name_index, role) VALUES ($1, $2, '', '', $3, 'member')`,
      [house.store.home, account, Buffer.from('somebody')],
    ),
  )
  for (const together of [[call(account, 'req_a'), call('another', 'req_b')], [call('another', 'req_c')]]) {
    const batch = new EgressBatch(house.store.home, new Pages())
    for (const one of together) batch.add(one)
    await createEgressWriting(house.store)(batch)
  }
  const { id } = await add({ scope: 'person', person: account })
  const asked = { days: 7, nowMs: Date.now() }
  assert.deepEqual(await removeOlder(house.store, oldEgress, asked), { removed: 1, held: 1 })
  await lift(id)
  assert.deepEqual(await removeOlder(house.store, oldEgress, asked), { removed: 1, held: 0 })
})
