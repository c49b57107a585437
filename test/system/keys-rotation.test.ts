import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createKek } from '../../packages/server/src/ops/keys/kek.ts'
import { dataKeysByVersion } from '../../packages/server/src/store/keys/key-standing.ts'
import { rewrapStep } from '../../packages/server/src/store/keys/rewrap.ts'
import type { KeyTimes } from '../../packages/server/src/store/keys/rings.ts'
import { addVersion, shredKeys } from '../../packages/server/src/store/keys/rotation.ts'
import { SEALED_TABLES } from '../../packages/server/src/store/keys/sealed-tables.ts'
import { keyVersionOf } from '../../packages/server/src/store/keys/sealing.ts'
import type { TenantId, Tx } from '../../packages/server/src/store/store.ts'
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import type { KeyGround, Replica } from './keys-house.ts'
import { addAccounts, openKeyGround, readAccount } from './keys-house.ts'

/** As in the product a version seals well after everybody should know of it: a machine may be busy for a while. */
const TIMES: KeyTimes = { lookMs: 50, staleMs: 150, sealAfterMs: 1500, retireAfterMs: 0, shutAfterMs: 0 }
let ground: KeyGround
let first: Replica
let second: Replica

before(async () => {
  ground = await openKeyGround()
  first = await ground.open({ keyTimes: TIMES })
  second = await ground.open({ keyTimes: TIMES })
})
after(() => ground.close())

const inBoth = [
  <T>(tenant: TenantId, fn: (tx: Tx) => Promise<T>) => first.store.withTenant({ tenant }, fn),
  <T>(tenant: TenantId, fn: (tx: Tx) => Promise<T>) => second.store.withTenant({ tenant }, fn),
]

const rotate = (tenant: TenantId) =>
  first.store.withTenant({ tenant }, (tx) => addVersion(tx, first.keys.roots, TIMES))

/** Steps until there is nothing to do at the moment; what the last of them was. */
async function rewrapAll(tenant: TenantId, times: KeyTimes = TIMES) {
  for (;;) {
    const step = await first.store.withTenant({ tenant }, (tx) => rewrapStep(tx, times))
    if (step.kind !== 'walked') return step
  }
}

const dekVersions = (tenant: TenantId) =>
  first.keys.inside(tenant, async (db) =>
    [...(await dataKeysByVersion(db))].toSorted(([one], [other]) => one - other),
  )

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}

const seals = async (tenant: TenantId, version: number): Promise<void> =>
  until(async () => {
    const { wrapped } = await first.store.withTenant({ tenant }, async ({ keys }) =>
      keys.newDek({ table: 'account', row: 'r', column: 'dek' }),
    )
    return keyVersionOf(wrapped) === version
  })

test('every table with a data key is in the list that rotation walks, and may be wrapped anew by it', async () => {
  const { rows } = await ground.sql.query<{ table: string; key: string; type: string; may: boolean }>(
    `SELECT c.relname AS table, k.attname AS key, format_type(k.atttypid, null) AS type,
       has_column_privilege('fh_app', c.oid, 'dek', 'UPDATE') AS may
     FROM pg_class c JOIN pg_attribute d ON d.attrelid = c.oid AND d.attname = 'dek'
     JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 2
     JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = i.indkey[1]
     WHERE c.relkind = 'r' ORDER BY c.relname COLLATE "C"`,
  )
  const listed = SEALED_TABLES.map((one) => ({ ...one, may: true }))
  assert.deepEqual(
    rows,
    listed.toSorted((one, other) => (one.table < other.table ? -1 : 1)),
  )
})

test('while a key is rotated, two processes write and read without one failure, and in the end only the new version is left', async () => {
  const tenant = await ground.newTenant()
  const ids = await addAccounts(first.store, tenant, 600)
  const over = new AbortController()
  let done = 0
  const failures: unknown[] = []
  const traffic = inBoth.map(async (within, at) => {
    while (!over.signal.aborted) {
      try {
        const id = uuidV7()
        await within(tenant, (tx) => addAccounts(tx, tenant, [id]))
        // What one process sealed a moment ago, the other one opens.
        const other = inBoth[1 - at] ?? within
        assert.equal(await other(tenant, (tx) => readAccount(tx, id)), id)
        const old = ids[done % ids.length] ?? ''
        assert.equal(await within(tenant, (tx) => readAccount(tx, old)), old)
        done += 1
      } catch (error) {
        failures.push(error)
      }
    }
  })
  try {
    const { version } = await rotate(tenant)
    assert.equal(version, 2)
    await until(async () => (await rewrapAll(tenant)).kind === 'retired')
  } finally {
    over.abort()
  }
  await Promise.all(traffic)
  assert.deepEqual(failures, [])
  assert.ok(done > 20, `${done}`)
  assert.deepEqual(await dekVersions(tenant), [[2, await countAccounts(tenant)]])
  assert.deepEqual(await inBoth[1]?.(tenant, (tx) => readAccount(tx, ids[599] ?? '')), ids[599])
})

const countAccounts = (tenant: TenantId): Promise<number> =>
  first.keys.inside(tenant, async (db) => {
    const rows = await db.selectFrom('account').select('id').execute()
    return rows.length
  })

test('a row that somebody works on is not waited for: a later pass finds it', async () => {
  const tenant = await ground.newTenant()
  const [locked = ''] = await addAccounts(first.store, tenant, 3)
  await rotate(tenant)
  await seals(tenant, 2)
  await second.store.withTenant({ tenant }, async ({ db }) => {
    await db.selectFrom('account').select('id').where('id', '=', locked).forUpdate().execute()
    // One pass and no more, or the steps would go round until the row is free.
    for (let step = 0; step < SEALED_TABLES.length; step += 1)
      await first.store.withTenant({ tenant }, (tx) => rewrapStep(tx, TIMES))
    assert.deepEqual(await dekVersions(tenant), [
      [1, 1],
      [2, 2],
    ])
  })
  assert.equal((await rewrapAll(tenant)).kind, 'retired')
  assert.deepEqual(await dekVersions(tenant), [[2, 3]])
  assert.equal(await first.store.withTenant({ tenant }, (tx) => readAccount(tx, locked)), locked)
})

test('an old version is kept as long as somebody may still come with what it sealed', async () => {
  const tenant = await ground.newTenant()
  await addAccounts(first.store, tenant, 2)
  await rotate(tenant)
  await seals(tenant, 2)
  const patient = { ...TIMES, retireAfterMs: 3_600_000 }
  assert.equal((await rewrapAll(tenant, patient)).kind, 'waiting')
  // A straggler: sealed under the old version, committed after the walk.
  const late = await asOld(tenant)
  assert.equal(await first.store.withTenant({ tenant }, (tx) => readAccount(tx, late)), late)
  assert.equal((await rewrapAll(tenant, patient)).kind, 'waiting')
  assert.equal((await rewrapAll(tenant, TIMES)).kind, 'retired')
  assert.equal(await first.store.withTenant({ tenant }, (tx) => readAccount(tx, late)), late)
  assert.deepEqual(await dekVersions(tenant), [[2, 3]])
})

/** An account whose data key is under version 1, whatever the newest is: of a process that does not know better. */
async function asOld(tenant: TenantId): Promise<string> {
  const late = uuidV7()
  const old = await ground.open({ keyTimes: { ...TIMES, lookMs: 1_000_000, staleMs: 1_000_000 } })
  const move =
    'UPDATE tenant_key SET active_from = active_from + $2::interval WHERE tenant_id = $1 AND version = 2'
  await ground.sql.query(move, [tenant, '1 day'])
  await addAccounts(old.store, tenant, [late])
  await ground.sql.query(move, [tenant, '-1 day'])
  return late
}

test('after the keys of a tenant were destroyed, both processes refuse everything of it and no kept key opens its rows', async () => {
  const tenant = await ground.newTenant()
  const ids = await addAccounts(first.store, tenant, 50)
  const kept: Tx[] = []
  for (const within of inBoth) await within(tenant, async (tx) => void kept.push(tx))
  const rows = await first.keys.inside(tenant, (db) =>
    db.selectFrom('account').select(['id', 'dek', 'name_sealed']).execute(),
  )
  const forgotten: TenantId[] = []
  second.keys.whenShredded((gone) => forgotten.push(gone))
  assert.equal(await first.keys.inside(tenant, (db) => shredKeys({ db, tenant })), 2)
  await until(async () => forgotten.includes(tenant))
  await first.keys.look()
  for (const within of inBoth)
    await assert.rejects(
      within(tenant, async () => 0),
      isShredded,
    )
  // Whoever held on to a ring has nothing any more; nor does the ring of another tenant open these rows.
  const other = await first.store.withTenant({ tenant: first.store.home }, async ({ keys }) => keys)
  let opened = 0
  for (const { id, dek } of rows)
    for (const keys of [...kept.map((tx) => tx.keys), other]) {
      try {
        keys.openDek({ table: 'account', row: id, column: 'dek' }, dek)
        opened += 1
      } catch {
        continue
      }
    }
  assert.deepEqual([rows.length, opened], [ids.length, 0])
  const left = await ground.sql.query('SELECT version FROM tenant_key WHERE tenant_id = $1', [tenant])
  assert.equal(left.rowCount, 0)
  assert.equal((await first.store.tenants()).includes(tenant), false)
  // Not even a process that starts now makes new keys in their place.
  const later = await ground.open({ keyTimes: TIMES })
  await assert.rejects(
    later.store.withTenant({ tenant }, async () => 0),
    isShredded,
  )
  await assert.rejects(
    first.keys.inside(tenant, (db) => shredKeys({ db, tenant })),
    isShredded,
  )
})

test('a database from before there was a secret of the installation gets one, and keeps it', async () => {
  const before = await ground.open({ keyTimes: TIMES })
  await ground.sql.query('DELETE FROM installation_key')
  const upgraded = await ground.open({ keyTimes: TIMES })
  const again = await ground.open({ keyTimes: TIMES })
  const of = (store: Replica): string => store.deriveFromRoot('claim', 'a').toString('hex')
  assert.equal(of(again), of(upgraded))
  assert.notEqual(of(upgraded), of(before))
  assert.notEqual(again.deriveFromRoot('claim', 'b').toString('hex'), of(again))
  assert.notEqual(again.deriveFromRoot('clai', 'ma').toString('hex'), of(again))
})

test('whoever is not of the home tenant looks after the own keys only', async () => {
  const { store, keys } = first
  const kek = createKek({ store, keys, moveRoot: () => assert.fail('moved') })
  const [own, other] = [await ground.newTenant(), await ground.newTenant()]
  await addAccounts(store, own, 1)
  const by = { actor: 'somebody', request: 'r', tenant: own }
  const page = { limit: 50 }
  assert.deepEqual(
    (await kek.status(page, by)).data.map(({ tenant }) => tenant),
    [own],
  )
  assert.ok((await kek.status(page, { tenant: store.home })).data.length > 2)
  const refusals = [
    () => kek.status({ ...page, tenant: other }, by),
    () => kek.rotate(other, by),
    () => kek.rotate(store.home, by),
    () => kek.shred({ tenant: other, confirm: other }, by),
    () => kek.shred({ tenant: store.home, confirm: store.home, home: true }, by),
  ]
  for (const refusal of refusals) await assert.rejects(refusal, /There is no such tenant/)
  await assert.rejects(kek.rotateRoot({}, by), /operator of the platform/)
  assert.equal((await kek.rotate(own, by)).version, 2)
})

const isShredded = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'shredded'
