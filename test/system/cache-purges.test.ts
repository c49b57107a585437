import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { KeptAnswers } from '../../packages/server/src/gateway/cache/kept-answers.ts'
import { Purges } from '../../packages/server/src/gateway/cache/purges.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, asSuperuser, openTestStore } from './cluster.ts'
import { preparedData } from './house.ts'

let data: string
let opened: OpenedStore
before(async () => {
  data = await preparedData()
  opened = await openTestStore(data)
})
after(async () => {
  await opened.close()
  await rm(data, { recursive: true, force: true })
})

const newTenant = async (): Promise<TenantId> => tenantId(await addTenant(data))

/** The cache of one process over the shared database. */
function replica(store: Pick<Store, 'isSeparate' | 'withTenant'> = opened.store) {
  const kept = new KeptAnswers({ nowMs: () => Date.now(), maxBytes: () => 1_000_000 })
  const followed: number[] = []
  const failures: unknown[] = []
  const changed = new EventTarget()
  const purges = new Purges({
    store,
    kept,
    pollMs: 20,
    onFollowed(entries) {
      followed.push(entries)
      changed.dispatchEvent(new Event('changed'))
    },
    onRefreshFailed(error) {
      failures.push(error)
      changed.dispatchEvent(new Event('changed'))
    },
  })
  return {
    kept,
    purges,
    followed,
    failures,
    keep(tenant: TenantId, key: string, target = 'house'): void {
      kept.keep(key, { tenant, rule: 'file:1', target, ttlMs: 60_000 }, Buffer.from('answer'))
      purges.watch()
    },
    changed: () =>
      new Promise<void>((resolve) => changed.addEventListener('changed', () => resolve(), { once: true })),
  }
}

test('a purge on one replica is followed by the others, for that tenant alone', async () => {
  const [one, two] = [await newTenant(), await newTenant()]
  const [here, there] = [replica(), replica()]
  for (const house of [here, there]) {
    house.keep(one, 'a')
    house.keep(one, 'b', 'cloud')
    house.keep(two, 'c')
  }
  const change = there.changed()
  const gone = await here.purges.purge(localOperator(one), { target: 'cloud' }, 'req_1')
  assert.deepEqual([gone.entries, here.kept.size], [1, 2], 'here it is exact')
  await change
  assert.deepEqual([there.followed, there.kept.tenants], [[2], [two]], 'there all of the tenant is forgotten')
  await here.purges.follow()
  assert.deepEqual([here.followed, here.kept.size], [[], 2], 'nobody follows their own purge')
  const { rows } = await asSuperuser(data, (sql) =>
    sql.query('SELECT action, subject, detail FROM audit_event WHERE tenant_id = $1', [one]),
  )
  assert.deepEqual(rows, [{ action: 'cache.purged', subject: 'cloud', detail: { entries: 1 } }])
  await Promise.all([here.purges.close(), there.purges.close()])
})

test('of two purges at once on two replicas neither hides the other', async () => {
  const tenant = await newTenant()
  const [here, there] = [replica(), replica()]
  for (const { kept } of [here, there])
    for (const target of ['x', 'y'])
      kept.keep(target, { tenant, rule: 'file:1', target, ttlMs: 60_000 }, Buffer.from('answer'))
  const operator = localOperator(tenant)
  await Promise.all([
    here.purges.purge(operator, { target: 'x' }, 'req_1'),
    there.purges.purge(operator, { target: 'y' }, 'req_2'),
  ])
  await Promise.all([here.purges.follow(), there.purges.follow()])
  assert.deepEqual([here.kept.size, there.kept.size], [0, 0])
})

test('without the database nothing is purged that others would keep, and the next look finds what was missed', async () => {
  const tenant = await newTenant()
  let isOut = false
  const between: Pick<Store, 'isSeparate' | 'withTenant'> = {
    isSeparate: () => false,
    withTenant(context, fn) {
      return isOut ? Promise.reject(new Error('out')) : opened.store.withTenant(context, fn)
    },
  }
  const [here, there] = [replica(), replica(between)]
  there.keep(tenant, 'a')
  isOut = true
  await there.changed()
  assert.deepEqual([there.failures.length > 0, there.kept.size], [true, 1])
  await assert.rejects(there.purges.purge(localOperator(tenant), {}, 'req_1'), /out/)
  assert.equal(there.kept.size, 1)
  await here.purges.purge(localOperator(tenant), {}, 'req_2')
  isOut = false
  while (there.kept.size > 0) await there.changed()
  assert.deepEqual(there.followed, [1])
  await there.purges.close()
})
