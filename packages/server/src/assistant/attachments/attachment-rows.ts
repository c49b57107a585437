import type { attachmentView } from '@freehold/contract/attachments.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { outline } from '../../knowledge/outline.ts'
import type { AttachmentTable } from '../../store/conversation-tables.ts'
import type { Dek, KeyRing, Place, Tx } from '../../store/store.ts'
import type { Own } from '../ownership.ts'
import { isOwn } from '../ownership.ts'

export type AttachmentSeen = z.input<typeof attachmentView>
export type AttachmentRow = Selectable<AttachmentTable>

const meta = z.object({
  name: z.string(),
  mediaType: z.string(),
  /** Why it could not be read. */
  reason: z.string().nullable(),
  /** What of it could not be read. */
  warning: z.string().nullable(),
})
export type AttachmentMeta = z.infer<typeof meta>

const content = z.object({ title: z.string(), text: z.string(), outline: outline.nullable() })
export type AttachmentContent = z.infer<typeof content>

const place = (row: string, column: string): Place => ({ table: 'attachment', row, column })
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

export const newAttachmentDek = (keys: KeyRing, id: string) => keys.newDek(place(id, 'dek'))
export const attachmentDek = (keys: KeyRing, row: Pick<AttachmentRow, 'id' | 'dek'>): Dek =>
  keys.openDek(place(row.id, 'dek'), row.dek)

export const sealAttachmentMeta = (dek: Dek, id: string, said: AttachmentMeta): Buffer =>
  dek.seal(place(id, 'meta_sealed'), json(said))
export const openAttachmentMeta = (
  keys: KeyRing,
  row: Pick<AttachmentRow, 'id' | 'dek' | 'meta_sealed'>,
): AttachmentMeta =>
  meta.parse(
    JSON.parse(attachmentDek(keys, row).open(place(row.id, 'meta_sealed'), row.meta_sealed).toString('utf8')),
  )

export const sealContent = (dek: Dek, id: string, said: AttachmentContent): Promise<Buffer> =>
  dek.sealLarge(place(id, 'content_sealed'), json(said))
/** Null: nothing of it was read, or could be. */
export async function openContent(
  keys: KeyRing,
  row: Pick<AttachmentRow, 'id' | 'dek' | 'content_sealed'>,
): Promise<AttachmentContent | null> {
  if (row.content_sealed === null) return null
  const opened = await attachmentDek(keys, row).openLarge(place(row.id, 'content_sealed'), row.content_sealed)
  return content.parse(JSON.parse(opened.toString('utf8')))
}

export const sealFile = (dek: Dek, id: string, bytes: Uint8Array): Promise<Buffer> =>
  dek.sealLarge(place(id, 'blob'), bytes)
export const openFile = (
  keys: KeyRing,
  row: Pick<AttachmentRow, 'id' | 'dek'>,
  sealed: Uint8Array,
): Promise<Buffer> => attachmentDek(keys, row).openLarge(place(row.id, 'blob'), sealed)

export function viewAttachment(
  { keys }: Pick<Tx, 'keys'>,
  row: Omit<AttachmentRow, 'content_sealed'>,
): AttachmentSeen {
  const { name, mediaType, reason, warning } = openAttachmentMeta(keys, row)
  return {
    id: row.id,
    conversation: row.conversation_id,
    name,
    mediaType,
    sizeBytes: row.size_bytes,
    class: dataClass.parse(row.class),
    state: row.state,
    error: row.code === null ? null : { code: row.code, message: reason ?? '' },
    warning,
    textLength: row.text_length,
    createdAt: row.created_at.toISOString(),
  }
}

/** The same words whether it never was, is gone, or is somebody else's. */
export const noAttachment = (param = 'id'): Fault =>
  new Fault('not_found', 'There is no such attachment.', { param })

/** One of a conversation of the caller's. @throws Fault `not_found` */
export async function ownAttachment(tx: Tx, own: Own, id: string): Promise<AttachmentRow> {
  const row = await tx.db
    .selectFrom('attachment')
    .innerJoin('conversation', 'conversation.id', 'attachment.conversation_id')
    .selectAll('attachment')
    .where('attachment.id', '=', id)
    .where(isOwn(own))
    .executeTakeFirst()
  if (!row) throw noAttachment()
  return row
}

/** Everything but what it says, oldest first. */
export async function attachmentsOf(tx: Tx, conversation: string): Promise<AttachmentSeen[]> {
  const rows = await tx.db
    .selectFrom('attachment')
    .select([
      'tenant_id',
      'id',
      'conversation_id',
      'dek',
      'meta_sealed',
      'blob_key',
      'class',
      'size_bytes',
      'text_length',
      'state',
      'code',
      'attempts',
      'lease_until',
      'created_at',
    ])
    .where('conversation_id', '=', conversation)
    .orderBy('id')
    .execute()
  return rows.map((row) => viewAttachment(tx, row))
}

/** Names of the files of conversations in the object store, for whoever is about to delete them. */
export async function filesOf({ db }: Tx, conversations: readonly string[]): Promise<string[]> {
  if (conversations.length === 0) return []
  const rows = await db
    .selectFrom('attachment')
    .select('blob_key')
    .where('conversation_id', 'in', [...conversations])
    .execute()
  return rows.map((row) => row.blob_key)
}
