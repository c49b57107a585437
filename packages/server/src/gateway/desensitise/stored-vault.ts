import { entityType } from '@freehold/contract/privacy.ts'
import { sql } from 'kysely'
import { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { free } from '../../audit/keeping/held.ts'
import type { Kept as Retained } from '../../audit/keeping/kept.ts'
import type { Kept, Owner, Vault } from '../../privacy/vault/vault.ts'
import type { KeyRing, Place, Store, TenantId, Tx } from '../../store/store.ts'

/** Small enough that a slice takes no lock for long. */
const SLICE = 1000
const kept = z.object({
  nonce: z.string(),
  minted: z.array(z.object({ placeholder: z.string(), value: z.string(), surrogate: entityType.optional() })),
})

/** The vault in the database. */
export function createStoredVault(store: Pick<Store, 'withTenant'>): Vault<TenantId> {
  return {
    read: (owner) => store.withTenant({ tenant: owner.tenant }, (tx) => read(tx, owner)),
    write: (owner, next, version) =>
      store.withTenant({ tenant: owner.tenant }, (tx) => write(tx, { owner, next, version })),
  }
}

async function read(tx: Tx, owner: Owner): ReturnType<Vault['read']> {
  const index = vaultIndex(tx.keys, owner)
  const row = await tx.db
    .selectFrom('privacy_vault')
    .select(['dek', 'minted_sealed', 'version'])
    .where('conversation_index', '=', index)
    .executeTakeFirst()
  if (row === undefined) return { kept: null, version: 0 }
  return { kept: openKept(tx.keys, { ...row, conversation_index: index }), version: row.version }
}

/** What stands for what in a row. */
export function openKept(
  keys: KeyRing,
  row: { readonly conversation_index: Buffer; readonly dek: Buffer; readonly minted_sealed: Buffer },
): Kept {
  const { conversation_index: index } = row
  const opened = keys
    .openDek(place(index, 'dek'), row.dek)
    .open(place(index, 'minted_sealed'), row.minted_sealed)
  return kept.parse(JSON.parse(opened.toString()))
}

interface Writing {
  readonly owner: Owner
  readonly next: Kept
  readonly version: number
}

async function write(tx: Tx, { owner, next, version }: Writing): Promise<boolean> {
  const { nonce, minted } = next
  const index = vaultIndex(tx.keys, owner)
  const { dek, wrapped } = tx.keys.newDek(place(index, 'dek'))
  const sealed = {
    dek: wrapped,
    minted_sealed: dek.seal(place(index, 'minted_sealed'), Buffer.from(JSON.stringify({ nonce, minted }))),
    version: version + 1,
    used_at: new Date(),
  }
  if (version > 0) {
    const updated = await tx.db
      .updateTable('privacy_vault')
      .set(sealed)
      .where('conversation_index', '=', index)
      .where('version', '=', version)
      .executeTakeFirst()
    return updated.numUpdatedRows === 1n
  }
  const inserted = await tx.db
    .insertInto('privacy_vault')
    .values({ tenant_id: tx.tenant, conversation_index: index, principal: owner.principal, ...sealed })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

/** Forgets what stands for what in a conversation, on record. Returns whether there was anything. */
export async function eraseConversation(
  store: Pick<Store, 'withTenant'>,
  owner: Owner<TenantId>,
  by: { readonly actor: string; readonly request: string },
): Promise<boolean> {
  return store.withTenant({ tenant: owner.tenant }, async (tx) => {
    const { numDeletedRows } = await tx.db
      .deleteFrom('privacy_vault')
      .where('conversation_index', '=', vaultIndex(tx.keys, owner))
      .executeTakeFirst()
    // Its name may say something about a person, so the event names whose it was.
    if (numDeletedRows > 0n)
      await append(tx, { action: 'privacy.forgotten', subject: by.actor, ...by, detail: {} })
    return numDeletedRows > 0n
  })
}

/** What stands for what in conversations in which nothing new was masked. */
export const oldVault: Retained = {
  kind: 'vault',
  slice: SLICE,
  async remove({ db }, { before, held }) {
    const oldest = db
      .selectFrom('privacy_vault')
      .select('conversation_index')
      .where('used_at', '<', before)
      .where(free(held, { principals: ['principal'], at: 'used_at' }))
      .limit(SLICE)
    const { numDeletedRows } = await db
      .deleteFrom('privacy_vault')
      .where('conversation_index', 'in', oldest)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
  async older({ db }, before) {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM privacy_vault WHERE used_at < ${before}`.execute(db)
    return rows[0]?.count ?? 0
  },
}

/** Ids of principals hold no space, so that no two pairs give the same name. */
export const vaultIndex = (
  keys: KeyRing,
  { principal, conversation }: Pick<Owner, 'principal' | 'conversation'>,
): Buffer => keys.blind('privacy_vault.conversation', `${principal} ${conversation}`)

const place = (index: Buffer, column: string): Place => ({
  table: 'privacy_vault',
  row: index.toString('hex'),
  column,
})
