import { uuidV7 } from '../../kernel/ids.ts'
import { deleteUnnamed } from '../../knowledge/discard-blobs.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Own } from '../ownership.ts'
import type { AttachmentRow } from './attachment-rows.ts'
import {
  newAttachmentDek,
  openAttachmentMeta,
  openContent,
  openFile,
  sealAttachmentMeta,
  sealContent,
  sealFile,
} from './attachment-rows.ts'

/** A file sealed anew, for another conversation. */
export interface AttachmentCopy {
  /** The id of the file that it is a copy of. */
  readonly of: string
  readonly row: Omit<AttachmentRow, 'tenant_id' | 'conversation_id'>
}

/** Copies of those of these files that were read; what they are sealed in lies in the object store already. */
export async function copiesOf(
  { store, clock }: { readonly store: Store; readonly clock: { readonly now: () => number } },
  { caller }: Own,
  conversation: string,
  ids: readonly string[],
): Promise<AttachmentCopy[]> {
  if (ids.length === 0) return []
  const { rows, keys } = await store.withTenant(caller, async (tx) => ({
    keys: tx.keys,
    rows: await tx.db
      .selectFrom('attachment')
      .selectAll()
      .where('conversation_id', '=', conversation)
      .where('id', 'in', [...ids])
      .where('state', '=', 'ready')
      .execute(),
  }))
  const copies: AttachmentCopy[] = []
  try {
    for (const { tenant_id: _, conversation_id: __, ...row } of rows) {
      const id = uuidV7(clock.now())
      const { dek, wrapped } = newAttachmentDek(keys, id)
      const content = await openContent(keys, row)
      const bytes = await openFile(keys, row, await store.blobs.get(caller.tenant, row.blob_key))
      const copy = {
        ...row,
        id,
        dek: wrapped,
        meta_sealed: sealAttachmentMeta(dek, id, openAttachmentMeta(keys, row)),
        content_sealed: content && (await sealContent(dek, id, content)),
        blob_key: await store.blobs.put(caller.tenant, await sealFile(dek, id, bytes)),
      }
      copies.push({ of: row.id, row: copy })
    }
  } catch (error) {
    await discardCopies(store, { caller }, copies)
    throw error
  }
  return copies
}

/** Of a copy that came to nothing. */
export const discardCopies = (
  store: Store,
  { caller }: Pick<Own, 'caller'>,
  copies: readonly AttachmentCopy[],
): Promise<void> =>
  deleteUnnamed(
    store,
    caller.tenant,
    copies.map(({ row }) => row.blob_key),
  )

export async function insertCopies(
  { db, tenant }: Tx,
  conversation: string,
  copies: readonly AttachmentCopy[],
): Promise<void> {
  if (copies.length === 0) return
  await db
    .insertInto('attachment')
    .values(copies.map(({ row }) => ({ ...row, tenant_id: tenant, conversation_id: conversation })))
    .execute()
}
