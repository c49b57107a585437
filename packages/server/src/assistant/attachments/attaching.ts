import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { attachmentText } from '@freehold/contract/attachments.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { requireWithinQuota } from '../../identity/tenants/quotas.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import { deleteUnnamed } from '../../knowledge/discard-blobs.ts'
import { sectionsOf } from '../../knowledge/outline.ts'
import { kindOf } from '../../knowledge/reading-alone.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Commit } from '../conversations.ts'
import { aboveCeiling } from '../conversations.ts'
import { raiseClass } from '../journal.ts'
import type { Own } from '../ownership.ts'
import { lockConversation, ownConversation, requireNotHeld } from '../ownership.ts'
import type { AttachmentSeen } from './attachment-rows.ts'
import {
  attachmentsOf,
  newAttachmentDek,
  openAttachmentMeta,
  openContent,
  openFile,
  ownAttachment,
  sealAttachmentMeta,
  sealFile,
  viewAttachment,
} from './attachment-rows.ts'
import { leaseOfReader } from './reading-attachments.ts'

/** Files of one conversation. */
const MOST_IN_CONVERSATION = 100
const NAME_CHARACTERS = 255

export interface AttachingRooms {
  readonly store: Store
  readonly clock: { readonly now: () => number }
  /** Read for each file, so that a reloaded config counts at once. */
  readonly maxFileBytes: () => number
}

export interface OfferedFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly class?: DataClass | undefined
}

/**
 * Keeps a file with a conversation; it is durable when this returns, and still to be read.
 * @throws Fault `not_found`, `invalid`, `too_large`, `wrong_media_type`, `unreadable_document`, `above_ceiling`, `over_quota`
 */
export async function attach(
  { store, clock, maxFileBytes }: AttachingRooms,
  own: Own,
  conversation: string,
  { file, request }: Commit & { readonly file: OfferedFile },
): Promise<AttachmentSeen> {
  const { caller } = own
  const { bytes } = file
  const name = nameOf(file.name)
  if (bytes.length > maxFileBytes())
    throw new Fault('too_large', `The file is larger than the ${maxFileBytes()} bytes that are taken.`, {
      param: 'file',
    })
  const mediaType = kindOf(name, bytes)
  const reached = highestClass(caller.baseClass, file.class ?? 'internal')
  if (!isWithin(reached, caller.classCeiling)) throw aboveCeiling(caller.classCeiling)
  // The first refusal comes before the work.
  const keys = await store.withTenant(caller, async (tx) => {
    await requireRoom(tx, own, conversation)
    return tx.keys
  })
  const id = uuidV7(clock.now())
  const { dek, wrapped } = newAttachmentDek(keys, id)
  const meta = sealAttachmentMeta(dek, id, { name, mediaType, reason: null, warning: null })
  const blob = await store.blobs.put(caller.tenant, await sealFile(dek, id, bytes))
  try {
    return await store.withTenant(caller, async (tx) => {
      await lockConversation(tx, own, conversation)
      await requireRoom(tx, own, conversation)
      const row = await tx.db
        .insertInto('attachment')
        .values({
          tenant_id: tx.tenant,
          id,
          conversation_id: conversation,
          dek: wrapped,
          meta_sealed: meta,
          blob_key: blob,
          class: reached,
          size_bytes: bytes.length,
          state: 'reading',
          attempts: 1,
          lease_until: leaseOfReader,
          created_at: new Date(clock.now()),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      await raiseClass(tx, conversation, reached)
      await requireWithinQuota(tx, 'storageBytes', caller.bounds)
      await append(tx, {
        action: 'attachment.added',
        actor: caller.principal.id,
        subject: id,
        request,
        detail: { conversation, sizeBytes: bytes.length, class: reached },
      })
      return viewAttachment(tx, row)
    })
  } catch (error) {
    // A commit that was not answered may have been made: then the sweeper decides.
    if (!(error instanceof Fault) || error.code !== 'unavailable')
      await deleteUnnamed(store, caller.tenant, [blob])
    throw error
  }
}

async function requireRoom(tx: Tx, own: Own, conversation: string): Promise<void> {
  await ownConversation(tx, own, conversation)
  const { files } = await tx.db
    .selectFrom('attachment')
    .select(({ fn }) => fn.countAll<string>().as('files'))
    .where('conversation_id', '=', conversation)
    .executeTakeFirstOrThrow()
  if (Number(files) < MOST_IN_CONVERSATION) return
  throw new Fault(
    'conflict',
    `A conversation has at most ${MOST_IN_CONVERSATION} files. Delete one, or put documents into a collection.`,
    { param: 'file' },
  )
}

const CONTROL = /\p{Cc}/gu

/** The last part of a path, on one line. @throws Fault `invalid` */
function nameOf(given: string): string {
  const name = (given.split(/[/\\]/).at(-1) ?? '').replaceAll(CONTROL, ' ').trim().toWellFormed()
  if (name.length > 0 && name.length <= NAME_CHARACTERS) return name
  throw new Fault('invalid', `file: its name must have 1 to ${NAME_CHARACTERS} characters.`, {
    param: 'file',
  })
}

/** @throws Fault `not_found` */
export async function listAttachments(tx: Tx, own: Own, conversation: string): Promise<AttachmentSeen[]> {
  await ownConversation(tx, own, conversation)
  return attachmentsOf(tx, conversation)
}

/** @throws Fault `not_found`, `conflict` where it has not been read, or could not be */
export async function attachedText(tx: Tx, own: Own, id: string): Promise<z.input<typeof attachmentText>> {
  const row = await ownAttachment(tx, own, id)
  const { state, error } = viewAttachment(tx, row)
  if (state === 'reading') throw new Fault('conflict', 'It is being read. Ask again in a moment.')
  if (error !== null) throw new Fault('conflict', `It could not be read. ${error.message}`)
  const read = await openContent(tx.keys, row)
  const text = read?.text ?? ''
  return {
    id,
    conversation: row.conversation_id,
    title: read?.title ?? '',
    class: dataClass.parse(row.class),
    text,
    sections: sectionsOf(read?.outline ?? undefined, text.length),
    pages: read?.outline?.pages ?? [],
  }
}

/** A file as it came. */
export interface AttachedFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/** @throws Fault `not_found` */
export async function attachedFile({ store }: AttachingRooms, own: Own, id: string): Promise<AttachedFile> {
  const { row, keys, name, mediaType } = await store.withTenant(own.caller, async (tx) => {
    const found = await ownAttachment(tx, own, id)
    return { row: found, keys: tx.keys, ...openAttachmentMeta(tx.keys, found) }
  })
  const sealed = await store.blobs.get(own.caller.tenant, row.blob_key)
  return { name, mediaType, bytes: await openFile(keys, row, sealed) }
}

/** @throws Fault `not_found`, `on_hold` */
export async function detach(
  { store }: AttachingRooms,
  own: Own,
  { id, request }: Commit & { readonly id: string },
): Promise<void> {
  const blob = await store.withTenant(own.caller, async (tx) => {
    const row = await ownAttachment(tx, own, id)
    const { row: conversation } = await lockConversation(tx, own, row.conversation_id)
    await requireNotHeld(tx, [conversation])
    await tx.db.deleteFrom('attachment').where('id', '=', id).execute()
    await append(tx, {
      action: 'attachment.deleted',
      actor: own.caller.principal.id,
      subject: id,
      request,
      detail: { conversation: row.conversation_id },
    })
    return row.blob_key
  })
  await deleteUnnamed(store, own.caller.tenant, [blob])
}
