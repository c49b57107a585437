import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { KeyRing, TenantId } from '../store.ts'
import type { Tables } from '../tables.ts'
import type { KeyProvider } from './key-provider.ts'
import { keyRing } from './key-ring.ts'

type Purpose = 'kek' | 'blind'

/** Whether the tenant of this transaction has keys, which only its root key opens. */
export async function hasKeys(db: Kysely<Tables>): Promise<boolean> {
  return (await db.selectFrom('tenant_key').select('version').limit(1).executeTakeFirst()) !== undefined
}

/** The tenant's keys, unwrapped. The first call for a tenant makes them. `db` is a transaction of that tenant. */
export async function loadKeyRing(
  db: Kysely<Tables>,
  tenant: TenantId,
  provider: KeyProvider,
): Promise<KeyRing> {
  if (!(await hasKeys(db))) await makeKeys(db, tenant, provider)
  // Read back in any case: another replica may have been first, and its keys are the ones.
  const rows = await db
    .selectFrom('tenant_key')
    .select(['purpose', 'version', 'wrapped', 'root_key'])
    .execute()
  const unwrapped: { purpose: string; version: number; key: KeyObject }[] = []
  for (const row of rows) {
    if (row.root_key !== provider.keyId) {
      throw new Fault(
        'cannot_start',
        `This database was encrypted under root key ${row.root_key}, but the one here is ${provider.keyId}. ` +
          'Put the right keys/root.key in its place.',
      )
    }
    const bytes = await provider.unwrap(keyParts(tenant, row.purpose, row.version), row.wrapped)
    unwrapped.push({ purpose: row.purpose, version: row.version, key: createSecretKey(bytes) })
    bytes.fill(0)
  }
  const blind = unwrapped.find((one) => one.purpose === 'blind')
  if (!blind) throw new Error('this tenant has no blind-index key')
  return keyRing(tenant, { keks: unwrapped.filter((one) => one.purpose === 'kek'), blind: blind.key })
}

async function makeKeys(db: Kysely<Tables>, tenant: TenantId, provider: KeyProvider): Promise<void> {
  const row = async (purpose: Purpose) => {
    const bytes = randomBytes(32)
    const wrapped = await provider.wrap(keyParts(tenant, purpose, 1), bytes)
    bytes.fill(0)
    return { tenant_id: tenant, purpose, version: 1, wrapped, root_key: provider.keyId }
  }
  await db
    .insertInto('tenant_key')
    .values([await row('kek'), await row('blind')])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

function keyParts(tenant: TenantId, purpose: string, version: number): readonly string[] {
  return [purpose, tenant, String(version)]
}
