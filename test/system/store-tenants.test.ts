import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { append } from '../../packages/server/src/audit/audit.ts'
import { listEvents } from '../../packages/server/src/audit/events.ts'
import { isUniqueViolation } from '../../packages/server/src/store/database-fault.ts'
import { isOpaqueColumn, PLAIN_COLUMNS } from '../../packages/server/src/store/plain-columns.ts'
import type { Store, TenantId, Tx } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import { addTenant, asSuperuser, type OpenedStore, openTestStore } from './cluster.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
let opened: OpenedStore
let store: Store
let ours: TenantId
let theirs: TenantId

before(async () => {
  opened = await openTestStore(data, { poolSize: 2 })
  store = opened.store
  ours = store.home
  theirs = tenantId(await addTenant(data))
})
after(async () => {
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})

async function addCollection(tx: Tx, name: string, tenant: string = tx.tenant): Promise<string> {
  const id = uuidV7()
  const { dek, wrapped } = tx.keys.newDek({ table: 'collection', row: id, column: 'dek' })
  await tx.db
    .insertInto('collection')
    .values({
      tenant_id: tenant,
      id,
      dek: wrapped,
      name_sealed: dek.seal({ table: 'collection', row: id, column: 'name_sealed' }, Buffer.from(name)),
      name_index: tx.keys.blind('collection.name', name),
    })
    .execute()
  return id
}

async function readName(tx: Tx, id: string): Promise<string> {
  const row = await tx.db.selectFrom('collection').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const dek = tx.keys.openDek({ table: 'collection', row: id, column: 'dek' }, row.dek)
  return dek.open({ table: 'collection', row: id, column: 'name_sealed' }, row.name_sealed).toString()
}

/** Foreign rows seen by `count` requests of two tenants, a hundred at a time; every seventh fails half-way. */
async function leaks(count: number): Promise<number> {
  let foreign = 0
  const request = async (n: number): Promise<void> => {
    const tenant = n % 2 === 0 ? ours : theirs
    const answered = store.withTenant({ tenant }, async ({ db }) => {
      const rows = await db.selectFrom('collection').select('tenant_id').execute()
      foreign += rows.filter((row) => row.tenant_id !== tenant).length
      if (n % 7 === 0) throw new Error('half-way')
    })
    await answered.catch((error: unknown) => assert.match(String(error), /half-way/))
  }
  for (let start = 0; start < count; start += 100)
    await Promise.all(Array.from({ length: 100 }, (_, i) => request(start + i)))
  return foreign
}

test('two thousand concurrent requests of two tenants on two connections see no foreign row', async () => {
  await store.withTenant({ tenant: ours }, (tx) => addCollection(tx, 'our shelf'))
  await store.withTenant({ tenant: theirs }, (tx) => addCollection(tx, 'their shelf'))
  assert.equal(await leaks(2000), 0)
})

test('with row-level security switched off the same requests do see foreign rows', async (t) => {
  t.after(() =>
    asSuperuser(data, (client) => client.query('ALTER TABLE collection ENABLE ROW LEVEL SECURITY')),
  )
  await asSuperuser(data, (client) => client.query('ALTER TABLE collection DISABLE ROW LEVEL SECURITY'))
  assert.ok((await leaks(200)) >= 200)
})

test('a row for another tenant is refused, whatever wants to write it', async () => {
  const attempt = store.withTenant({ tenant: ours }, (tx) => addCollection(tx, 'smuggled', theirs))
  await assert.rejects(attempt, /row-level security/)
})

test('without a tenant there are no rows, and without the role there is no permission', async () => {
  const count = sql<{ n: number }>`SELECT count(*)::int AS n FROM collection`
  const cleared = await store.withTenant({ tenant: ours }, async ({ db }) => {
    await sql`SELECT set_config('fh.tenant', '', true)`.execute(db)
    return (await count.execute(db)).rows[0]?.n
  })
  assert.equal(cleared, 0)
  const unprivileged = store.withTenant({ tenant: ours }, async ({ db }) => {
    await sql`RESET ROLE`.execute(db)
    await count.execute(db)
  })
  await assert.rejects(unprivileged, /permission denied/)
})

test('a query that was not awaited never runs in somebody else’s transaction', async () => {
  let kept: Tx | undefined
  await store.withTenant({ tenant: ours }, async (tx) => void (kept = tx))
  await assert.rejects(kept!.db.selectFrom('collection').selectAll().execute(), /transaction is over/)
})

test('a transaction inside the transaction is refused', async () => {
  const nested = store.withTenant({ tenant: ours }, ({ db }) =>
    db.transaction().execute(async () => undefined),
  )
  await assert.rejects(nested, /withTenant is the transaction/)
})

test('an error that was swallowed does not let the transaction pass for committed', async () => {
  const swallowed = store.withTenant({ tenant: ours }, async (tx) => {
    await addCollection(tx, 'swallowed')
    await sql`SELECT 1 / 0`.execute(tx.db).catch(() => undefined)
  })
  await assert.rejects(swallowed, /nothing of this transaction was kept/)
})

test('an unknown tenant gets no keys', async () => {
  const unknown = tenantId('018f0000-0000-7000-8000-00000000dead')
  await assert.rejects(store.withTenant({ tenant: unknown }, async () => undefined))
  assert.throws(() => tenantId("' OR true; --"), /UUID/)
})

test('the same name twice is a conflict that the caller can recognise', async () => {
  const twice = store.withTenant({ tenant: ours }, (tx) => addCollection(tx, 'our shelf'))
  await assert.rejects(twice, (error) => isUniqueViolation(error, 'collection_tenant_id_name_index_key'))
  await store.withTenant({ tenant: theirs }, (tx) => addCollection(tx, 'our shelf'))
})

test('what was sealed is read back, and a row swapped with another does not open', async () => {
  const [first, second] = await store.withTenant({ tenant: ours }, async (tx) => [
    await addCollection(tx, 'one'),
    await addCollection(tx, 'two'),
  ])
  const read = (id = '') => store.withTenant({ tenant: ours }, (tx) => readName(tx, id))
  assert.deepEqual([await read(first), await read(second)], ['one', 'two'])
  await asSuperuser(data, (client) =>
    client.query(
      'UPDATE collection a SET name_sealed = b.name_sealed, dek = b.dek FROM collection b WHERE a.id = $1 AND b.id = $2',
      [first, second],
    ),
  )
  await assert.rejects(read(first), /changed, moved/)
  assert.equal(await read(second), 'two')
})

test('the record of an action lives and dies with it', async () => {
  const event = { action: 'collection.created', actor: 'tester', subject: 'x', detail: {} } as const
  const failing = store.withTenant({ tenant: ours }, async (tx) => {
    await append(tx, event)
    throw new Error('the action failed')
  })
  await assert.rejects(failing, /the action failed/)
  const list = () => store.withTenant({ tenant: ours }, (tx) => listEvents(tx, { limit: 10 }))
  assert.deepEqual((await list()).data, [])
  await store.withTenant({ tenant: ours }, (tx) => append(tx, event))
  assert.deepEqual(
    (await list()).data.map(({ action, actor, subject }) => ({ action, actor, subject })),
    [{ action: 'collection.created', actor: 'tester', subject: 'x' }],
  )
  const others = await store.withTenant({ tenant: theirs }, (tx) => listEvents(tx, { limit: 10 }))
  assert.deepEqual(others.data, [])
})

test('the record is paged from the newest on and reaches every event once', async () => {
  const tenant = theirs
  for (let n = 0; n < 5; n += 1) {
    await store.withTenant({ tenant }, (tx) =>
      append(tx, { action: 'collection.deleted', actor: 'tester', detail: { documents: n } }),
    )
  }
  const seen: unknown[] = []
  let after: string | undefined
  do {
    const page = await store.withTenant({ tenant }, (tx) => listEvents(tx, { after, limit: 2 }))
    seen.push(...page.data.map((event) => event.detail.documents))
    after = page.next ?? undefined
  } while (after !== undefined)
  assert.deepEqual(new Set(seen), new Set([0, 1, 2, 3, 4]))
  assert.equal(seen.length, 5)
})

test('what was done and when is never changed by the application', async () => {
  const change = store.withTenant({ tenant: ours }, ({ db }) =>
    db.updateTable('audit_event').set({ action: 'owner.claimed', at: new Date() }).execute(),
  )
  await assert.rejects(change, /permission denied/)
})

test('no tenant marks itself, nor changes what bounds it, and the home tenant is never marked', async () => {
  const own = store.withTenant({ tenant: theirs }, ({ db }) =>
    db.updateTable('tenant').set({ slug: 'mine' }).where('id', '=', theirs).executeTakeFirst(),
  )
  assert.equal((await own).numUpdatedRows, 0n)
  const mark = asSuperuser(data, (client) =>
    client.query('UPDATE tenant SET suspended_at = now(), deletes_at = now() WHERE id = $1', [ours]),
  )
  await assert.rejects(mark, /violates check constraint/)
})

test('every column is either on the list of plain ones or named as sealed', async () => {
  const { rows } = await asSuperuser(data, (client) =>
    client.query<{ table: string; column: string }>(
      `SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = 'public'`,
    ),
  )
  assert.ok(rows.length > 60)
  const unexplained = rows.filter(
    ({ table, column }) => !isOpaqueColumn(column) && !PLAIN_COLUMNS[table]?.includes(column),
  )
  assert.deepEqual(unexplained, [])
  const listed = Object.entries(PLAIN_COLUMNS).flatMap(([table, columns]) =>
    columns.map((c) => `${table}.${c}`),
  )
  const present = new Set(rows.map(({ table, column }) => `${table}.${column}`))
  assert.deepEqual(
    listed.filter((name) => !present.has(name)),
    [],
  )
})
