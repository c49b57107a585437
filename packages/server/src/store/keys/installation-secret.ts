import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import type { Roots } from './roots.ts'

const PARTS = ['derive', 'installation', '1']

/** 32 bytes that only this installation can derive, one value per label and info. RFC 5869. */
export type Derive = (label: string, info: string) => Buffer

/**
 * The secret of the installation, made once and kept wrapped, because not every root key can derive. `db` is a
 * transaction of no tenant. `inUse` names the root key of keys that were there before the secret, if there are any.
 */
export async function openDerivation(
  db: Kysely<Tables>,
  roots: Roots,
  inUse: string | null,
): Promise<Derive> {
  const row = await readSecret(db)
  if (!row) await makeSecret(db, roots, inUse ?? roots.main.keyId)
  // Read back in any case: another replica may have been first.
  const { wrapped, root_key } = row ?? (await readSecret(db)) ?? unreadable()
  const bytes = await roots.of(root_key).unwrap(PARTS, wrapped)
  const secret = createSecretKey(bytes)
  bytes.fill(0)
  return (label, info) =>
    Buffer.from(hkdfSync('sha256', secret, 'freehold derivation', JSON.stringify([label, info]), 32))
}

/** The root key under which new keys are wrapped; it does not change before this transaction ends. */
export async function activeRoot(db: Kysely<Tables>, roots: Roots): Promise<string> {
  const row = await db.selectFrom('installation_key').select('root_key').forShare().executeTakeFirst()
  return row?.root_key ?? roots.main.keyId
}

/** From now on new keys are wrapped under `to`. Whether it was another one before. `db` is a transaction of no tenant. */
export async function switchRoot(db: Kysely<Tables>, roots: Roots, to: string): Promise<boolean> {
  const row = await db
    .selectFrom('installation_key')
    .select(['wrapped', 'root_key'])
    .forUpdate()
    .executeTakeFirst()
  const { wrapped, root_key } = row ?? unreadable()
  if (root_key === to) return false
  const bytes = await roots.of(root_key).unwrap(PARTS, wrapped)
  const anew = await roots.of(to).wrap(PARTS, bytes)
  bytes.fill(0)
  await db.updateTable('installation_key').set({ wrapped: anew, root_key: to }).execute()
  return true
}

const readSecret = (db: Kysely<Tables>) =>
  db.selectFrom('installation_key').select(['wrapped', 'root_key']).executeTakeFirst()

async function makeSecret(db: Kysely<Tables>, roots: Roots, rootKey: string): Promise<void> {
  const bytes = randomBytes(32)
  const wrapped = await roots.of(rootKey).wrap(PARTS, bytes)
  bytes.fill(0)
  await db
    .insertInto('installation_key')
    .values({ purpose: 'derive', wrapped, root_key: rootKey })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

function unreadable(): never {
  throw new Error('the secret of this installation is gone')
}
