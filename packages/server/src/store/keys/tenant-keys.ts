import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { TenantId } from '../store.ts'
import type { Tables } from '../tables.ts'
import { activeRoot } from './installation-secret.ts'
import type { KekVersion, TenantKeys } from './key-ring.ts'
import type { Roots } from './roots.ts'

type Purpose = 'kek' | 'blind'

/** The root key that wrapped the keys of this transaction's tenant, and that alone opens them; null: it has none. */
export async function rootInUse(db: Kysely<Tables>): Promise<string | null> {
  const row = await db.selectFrom('tenant_key').select('root_key').limit(1).executeTakeFirst()
  return row?.root_key ?? null
}

/** What a tenant whose keys were shredded is told. */
export const shreddedFault = (): Fault =>
  new Fault(
    'shredded',
    'The keys of this tenant were destroyed. What they encrypted cannot be read any more.',
  )

/** What a tenant is told that is shut. */
export const suspendedFault = (): Fault =>
  new Fault('suspended', 'This tenant is suspended. Ask the operator of the platform.')

/** Keys as they are in the database, with the epoch from which on they are at least so new. */
export interface LoadedKeys {
  readonly epoch: string
  readonly keys: TenantKeys
}

interface Loading {
  readonly tenant: TenantId
  readonly roots: Roots
  /** Keys that are unwrapped already are not unwrapped again. */
  readonly known: TenantKeys | null
  /** The root key under which new keys are wrapped, where it does not stand in the same database. */
  readonly root?: string
}

/** The tenant's keys, unwrapped. The first call for a tenant makes them. `db` is a transaction of that tenant. */
export async function loadKeys(db: Kysely<Tables>, loading: Loading): Promise<LoadedKeys> {
  const { tenant, roots, known, root } = loading
  const state = await db
    .selectFrom('key_state')
    .select(['epoch', 'shredded_at'])
    .where('tenant', '=', tenant)
    .executeTakeFirst()
  if (state?.shredded_at) throw shreddedFault()
  if ((await rootInUse(db)) === null) await makeKeys(db, tenant, roots, root ?? (await activeRoot(db, roots)))
  // Read back in any case: another replica may have been first, and its keys are the ones.
  const rows = await db
    .selectFrom('tenant_key')
    .select(['purpose', 'version', 'wrapped', 'root_key'])
    .select(
      sql<number>`(extract(epoch FROM active_from - clock_timestamp()) * 1000)::float8`.as('seals_in_ms'),
    )
    .execute()
  const keks: KekVersion[] = []
  let blind: KeyObject | null = known?.blind ?? null
  for (const row of rows) {
    const before = known?.keks.find(({ version }) => version === row.version)
    if (row.purpose === 'kek' ? before : blind) {
      if (row.purpose === 'kek' && before) keks.push(before)
      continue
    }
    const bytes = await roots.of(row.root_key).unwrap(keyParts(tenant, row.purpose, row.version), row.wrapped)
    const key = createSecretKey(bytes)
    bytes.fill(0)
    if (row.purpose === 'blind') blind = key
    else keks.push({ version: row.version, key, sealsFromMs: performance.now() + row.seals_in_ms })
  }
  if (!blind) throw new Error('this tenant has no blind-index key')
  return { epoch: state?.epoch ?? '0', keys: { keks, blind } }
}

async function makeKeys(db: Kysely<Tables>, tenant: TenantId, roots: Roots, root: string): Promise<void> {
  const row = async (purpose: Purpose) => wrappedKey({ tenant, purpose, version: 1 }, roots, root)
  await db
    .insertInto('tenant_key')
    .values([await row('kek'), await row('blind')])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

interface KeyName {
  readonly tenant: TenantId
  readonly purpose: Purpose
  readonly version: number
}

/** A fresh key as its row has it. */
export async function wrappedKey(name: KeyName, roots: Roots, root: string) {
  const { tenant, purpose, version } = name
  const bytes = randomBytes(32)
  const wrapped = await roots.of(root).wrap(keyParts(tenant, purpose, version), bytes)
  bytes.fill(0)
  return { tenant_id: tenant, purpose, version, wrapped, root_key: root }
}

/** What is authenticated with a wrapped key: whose it is, what for, and which version. */
export const keyParts = (tenant: TenantId, purpose: string, version: number): readonly string[] => [
  purpose,
  tenant,
  String(version),
]
