import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { addTenant, asSuperuser, openTestStore, throwAwayDirectory } from './cluster.ts'

const TIMES = { lookMs: 50, staleMs: 150, sealAfterMs: 0, retireAfterMs: 0, shutAfterMs: 0 }
const PLACE = { table: 'collection', row: 'r', column: 'name_sealed' }

/** Whether the keys of the tenant are open, for a ring that was handed out before as well. */
async function opens(store: Store, tenant: TenantId): Promise<boolean> {
  return store.withTenant({ tenant }, async ({ keys }) => {
    try {
      keys.blind('field', 'value')
      return true
    } catch (error) {
      assert.match(String(error), /This tenant is suspended/)
      return false
    }
  })
}

test('the keys of a tenant that is suspended leave the memory, and come back when it is open again', async (t) => {
  const data = throwAwayDirectory(t)
  const opened = await openTestStore(data, { keyTimes: TIMES })
  const { store, keys } = opened
  t.after(() => opened.close())
  const tenant = tenantId(await addTenant(data))
  const forgotten: TenantId[] = []
  keys.whenShredded((one) => forgotten.push(one))
  const { ring, dek } = await store.withTenant({ tenant }, async (tx) => ({
    ring: tx.keys,
    dek: tx.keys.newDek(PLACE).dek,
  }))
  const turn = (to: string) =>
    asSuperuser(data, (sql) => sql.query(`UPDATE tenant SET suspended_at = ${to} WHERE id = $1`, [tenant]))
  await turn('now()')
  while (await opens(store, tenant));
  assert.throws(() => ring.newDek(PLACE), /suspended/)
  assert.throws(() => dek.seal(PLACE, Buffer.from('late')), /suspended/)
  assert.deepEqual(forgotten, [tenant])
  assert.equal(await opens(store, store.home), true)
  await turn('null')
  assert.equal(await opens(store, tenant), true)
  assert.throws(() => ring.newDek(PLACE), /suspended/, 'what was handed out before stays shut')
})
