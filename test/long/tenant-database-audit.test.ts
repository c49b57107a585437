import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { LinesKept } from '../../packages/server/src/gateway/records/kept-lines.ts'
import type { ShipperOptions } from '../../packages/server/src/gateway/records/shipping.ts'
import { createShipper } from '../../packages/server/src/gateway/records/shipping.ts'
import { isOwnAway } from '../../packages/server/src/store/each-tenant.ts'
import type { Store, TenantContext, TenantId, Tx } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { AuditHouse } from '../system/audit-house.ts'
import { openAuditHouse } from '../system/audit-house.ts'
import { asSuperuser } from '../system/cluster.ts'
import { memoryLines, request } from '../system/written-lines.ts'

let house: AuditHouse
before(async () => {
  house = await openAuditHouse({ separate: true })
})
after(() => house.close())

class Ended extends Error {}

/** The same store, whose process ends before its n-th transaction commits, or right after; and everything after that. */
function endingAt(
  store: Store,
  turn: number,
  when: 'before' | 'after',
): { store: Store; turns: () => number } {
  let turns = 0
  const withTenant = async <T>(context: TenantContext, fn: (tx: Tx) => Promise<T>): Promise<T> => {
    const mine = (turns += 1)
    if (mine > turn) throw new Ended()
    const done = await store.withTenant(context, async (tx) => {
      const result = await fn(tx)
      if (mine === turn && when === 'before') throw new Ended()
      return result
    })
    if (mine === turn) throw new Ended()
    return done
  }
  return { store: { ...store, withTenant }, turns: () => turns }
}

const own = (): string => `fh_t_${(house.tenants[1] ?? '').replaceAll('-', '')}`

const inOwn = <T extends object>(text: string): Promise<readonly T[]> =>
  asSuperuser(house.data, async (db) => (await db.query<T>(text)).rows, own())

test('entries of a database of its own come into the log once each, wherever the process that carries them ends', async () => {
  await house.happen(4)
  await house.settle()
  let ends = 0
  let happened = 2
  for (const when of ['before', 'after'] as const) {
    // The turns of one round over both tenants; past the last one nothing ends any more.
    for (let turn = 1, isOver = false; !isOver; turn += 1) {
      await house.happen(4)
      happened += 2
      const ending = endingAt(house.store, turn, when)
      isOver = await house
        .sequencer(ending.store)
        .round()
        .then(
          () => true,
          (error: unknown) => {
            if (!(error instanceof Ended)) throw error
            return false
          },
        )
      if (!isOver) ends += 1
      // Whoever reads in between sees no gap, whatever was left half done.
      const between = await house.verify([])
      assert.deepEqual(
        between.problems.filter(({ kind }) => kind !== 'bundle'),
        [],
        `${when} ${turn}`,
      )
      house.sequencer()
      await house.settle()
    }
  }
  assert.ok(ends >= 10, `${ends}`)
  const verdict = await house.verify([house.checkpoints()])
  assert.deepEqual([verdict.problems, verdict.ok], [[], true])
  const leaves = await inOwn<{ n: number; sources: number }>(
    'SELECT count(*)::int AS n, count(DISTINCT source)::int AS sources FROM audit_leaf',
  )
  assert.deepEqual(leaves, [{ n: happened, sources: happened }])
  assert.deepEqual(await inOwn('SELECT 1 FROM audit_pending UNION ALL SELECT 1 FROM audit_staged'), [])
})

test('a leaf that is taken out of the tenant’s own database, or changed there, is found', async () => {
  const changes = [
    'DELETE FROM audit_leaf WHERE n = 1',
    "UPDATE audit_event SET actor = 'somebody else' WHERE id::text = (SELECT source FROM audit_leaf WHERE n = 1)",
  ]
  const rows = await inOwn<{ leaf: string; actor: string; id: string }>(
    'SELECT l.*, e.actor FROM audit_leaf l JOIN audit_event e ON e.id::text = l.source WHERE n = 1',
  )
  assert.equal(rows.length, 1)
  for (const change of changes) {
    await inOwn('CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM audit_leaf WHERE n = 1')
    await inOwn(change)
    assert.equal((await house.verify([])).ok, false, change)
    await inOwn('INSERT INTO audit_leaf SELECT * FROM kept ON CONFLICT DO NOTHING')
    await inOwn(
      `UPDATE audit_event SET actor = '${rows[0]?.actor}' WHERE id::text = (SELECT source FROM kept)`,
    )
  }
  assert.ok((await house.verify([])).ok)
})

test('without the note of what was carried, what is left half done would come into the log twice', async () => {
  await house.happen(4)
  const counting = endingAt(house.store, Number.POSITIVE_INFINITY, 'after')
  await house.sequencer(counting.store).round()
  await house.happen(4)
  // The last one looks whether anything more is due; in the one before it what was carried becomes leaves.
  const ending = endingAt(house.store, counting.turns() - 1, 'before')
  await assert.rejects(house.sequencer(ending.store).round(), Ended)
  await asSuperuser(house.data, (db) => db.query('DELETE FROM audit_carried'))
  house.sequencer()
  await house.settle()
  const { problems } = await house.verify([])
  assert.ok(
    problems.some(({ kind }) => kind === 'missing'),
    JSON.stringify(problems),
  )
})

test('records of a tenant whose database is away wait by themselves, over a restart, and hold up nobody', async (t) => {
  const { store, data } = house
  const [home, separate] = house.tenants.map((id) => tenantId(id))
  assert.ok(home && separate)
  const pace = { gatherMs: 5, retryMs: 20, mostRetryMs: 40 }
  const shipperOf = (more: Pick<ShipperOptions, 'source' | 'pace'>) => {
    const lines = new LinesKept(join(data, 'kept'))
    const isAway = (tenant: TenantId, error: unknown): boolean => isOwnAway(store, tenant, error)
    const rest = { store, kept: { lines, isAway }, onEvent: () => undefined, mostBehindBytes: () => 0 }
    const shipper = createShipper({ ...rest, ...more })
    t.after(() => shipper.close())
    return { shipper, lines }
  }
  const states = 'SELECT id, state FROM request_record ORDER BY id'
  await asSuperuser(data, (db) =>
    db.query(`ALTER DATABASE ${own()} ALLOW_CONNECTIONS false;
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${own()}'`),
  )
  const source = memoryLines()
  const { shipper } = shipperOf({ source, pace: { ...pace, keptMs: 60_000 } })
  const [first, others, second] = [request(separate), request(home), request(separate)]
  for (const one of [first, others, second]) source.admit(one.admitted)
  assert.equal(await shipper.flush(), true)
  for (const one of [first, others, second]) source.settle(one.settled)
  assert.equal(await shipper.flush(), true)
  await shipper.close()
  const shared = await asSuperuser(data, (db) => db.query(states))
  assert.deepEqual(shared.rows, [{ id: others.id, state: 'settled' }])

  await asSuperuser(data, (db) => db.query(`ALTER DATABASE ${own()} ALLOW_CONNECTIONS true`))
  const { lines } = shipperOf({ source: memoryLines(), pace: { ...pace, keptMs: 20 } })
  assert.equal(lines.tenants.size, 1)
  while (lines.tenants.size > 0) await sleep(20)
  const found = await inOwn<{ id: string; state: string }>(states)
  assert.deepEqual(new Set(found.map(({ id }) => id)), new Set([first.id, second.id]))
  assert.ok(found.every(({ state }) => state === 'settled'))
})
