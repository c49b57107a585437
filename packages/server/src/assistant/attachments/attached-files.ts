import type { Attached } from '@freehold/contract/attachments.ts'
import type { Citation, GivenText } from '@freehold/contract/chat.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import type { ContextPart } from '@freehold/contract/loop-events.ts'
import { Fault } from '../../kernel/fault.ts'
import { deleteUnnamed } from '../../knowledge/discard-blobs.ts'
import { authorise } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import type { TenantId } from '../../store/store.ts'
import type { HandedFile } from '../../skills/installed/file-inputs.ts'
import type { By } from '../assistant.ts'
import type { Own } from '../ownership.ts'
import type { AttachingRooms, OfferedFile } from './attaching.ts'
import { attach, attachedFile, attachedText, detach, listAttachments } from './attaching.ts'
import type { AttachmentSeen } from './attachment-rows.ts'
import {
  noAttachment,
  openAttachmentMeta,
  openText,
  ownAttachment,
  viewAttachment,
} from './attachment-rows.ts'
import type { AttachmentReader } from './reading-attachments.ts'

export interface AttachmentsOptions extends AttachingRooms {
  readonly reader: Pick<AttachmentReader, 'begin'>
  /** @throws Fault `not_offered` */
  readonly own: (caller: Caller) => Own
}

/** A picture as models are shown it. */
export interface ShownImage {
  readonly mediaType: string
  readonly bytes: Buffer
}

/** Images of one model call, and of one file; what is larger is told in words alone. */
const MOST_IMAGES = 10
const IMAGE_BYTES = 3_500_000
const IMAGES_BYTES = 4_500_000
/** What the built-in engine reads of one file, and of all; analysing it takes a second for a million. */
const GIVEN_CHARACTERS = 400_000

/** Files of conversations as callers use them: everybody their own. */
export class AttachedFiles {
  readonly #options: AttachmentsOptions

  constructor(options: AttachmentsOptions) {
    this.#options = options
  }

  /** As `attach`; it is read in the background from then on. */
  async add({ caller, request }: By, conversation: string, file: OfferedFile): Promise<AttachmentSeen> {
    const seen = await attach(this.#options, this.#options.own(caller), conversation, { file, request })
    this.#options.reader.begin(caller.tenant, seen.id)
    return seen
  }

  list(caller: Caller, conversation: string): Promise<AttachmentSeen[]> {
    const own = this.#options.own(caller)
    return this.#options.store.withTenant(caller, (tx) => listAttachments(tx, own, conversation))
  }

  read(caller: Caller, id: string): Promise<AttachmentSeen> {
    const own = this.#options.own(caller)
    return this.#options.store.withTenant(caller, async (tx) =>
      viewAttachment(tx, await ownAttachment(tx, own, id)),
    )
  }

  text(caller: Caller, id: string) {
    const own = this.#options.own(caller)
    return this.#options.store.withTenant(caller, (tx) => attachedText(tx, own, id))
  }

  file(caller: Caller, id: string) {
    return attachedFile(this.#options, this.#options.own(caller), id)
  }

  /** As it is given to a skill: of this conversation, where one is named. @throws Fault `not_found`, `not_allowed` */
  async handed(caller: Caller, conversation: string | null, id: string): Promise<HandedFile> {
    authorise(caller, 'conversation.read')
    const own = this.#options.own(caller)
    const row = await this.#options.store.withTenant(caller, (tx) => ownAttachment(tx, own, id))
    if (conversation !== null && row.conversation_id !== conversation) throw noAttachment('attachment')
    const { bytes, mediaType } = await attachedFile(this.#options, own, id)
    return { bytes, mediaType, class: dataClass.parse(row.class) }
  }

  delete({ caller, request }: By, id: string): Promise<void> {
    return detach(this.#options, this.#options.own(caller), { id, request })
  }

  /** Their rows are gone. */
  discard(tenant: TenantId, blobs: readonly string[]): Promise<void> {
    return deleteUnnamed(this.#options.store, tenant, blobs)
  }

  /** Texts for an engine that quotes, as far as there are any. */
  async given(caller: Caller, attached: readonly Attached[]): Promise<GivenText[]> {
    const own = this.#options.own(caller)
    const given: GivenText[] = []
    let left = GIVEN_CHARACTERS
    for (const { id, name } of newestFirst(attached)) {
      if (left <= 0) break
      const found = await this.#text(own, id)
      if (!found?.text) continue
      const text = found.text.slice(0, left)
      left -= text.length
      given.push({
        documentId: id,
        collectionId: found.row.conversation_id,
        title: name,
        class: dataClass.parse(found.row.class),
        text,
      })
    }
    return given
  }

  /** Pictures by the id of their file. */
  async images(caller: Caller, attached: readonly Attached[]): Promise<ReadonlyMap<string, ShownImage>> {
    const own = this.#options.own(caller)
    const images = new Map<string, ShownImage>()
    let left = IMAGES_BYTES
    for (const { id, mediaType } of newestFirst(attached)) {
      if (!mediaType.startsWith('image/') || images.size >= MOST_IMAGES) continue
      const row = await this.#options.store.withTenant(caller, (tx) => ownAttachment(tx, own, id))
      if (row.size_bytes > Math.min(IMAGE_BYTES, left)) continue
      left -= row.size_bytes
      images.set(id, await attachedFile(this.#options, own, id))
    }
    return images
  }

  /** The spans behind citations of attached files, as far as the caller may read them. */
  async cited(caller: Caller, citations: readonly Citation[]): Promise<ContextPart[]> {
    const own = this.#options.own(caller)
    const parts: ContextPart[] = []
    for (const source of citations) {
      const found = source.attachment ? await this.#text(own, source.documentId) : null
      if (found?.text)
        parts.push({
          origin: 'document',
          integrity: 'untrusted',
          class: dataClass.parse(found.row.class),
          text: found.text.slice(source.span.start, source.span.end),
          source,
        })
    }
    return parts
  }

  /** Of one conversation. @throws Fault `not_found`, `conflict` where there are no words */
  async whole(caller: Caller, conversation: string, id: string) {
    const found = await this.#text(this.#options.own(caller), id)
    if (found?.row.conversation_id !== conversation)
      throw new Fault('not_found', 'There is no such attachment in this conversation.', {
        param: 'attachment',
      })
    const { row, name, text } = found
    if (!text) throw new Fault('conflict', 'It holds no words that could be read.')
    return { id, name, text, class: dataClass.parse(row.class) }
  }

  /** Null: it is not there any more. */
  async #text(own: Own, id: string) {
    return this.#options.store
      .withTenant(own.caller, async (tx) => {
        const row = await ownAttachment(tx, own, id)
        return {
          row,
          name: openAttachmentMeta(tx.keys, row).name,
          text: await openText(tx.keys, row),
        }
      })
      .catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'not_found') return null
        throw error
      })
  }
}

/** Once each. */
const newestFirst = (attached: readonly Attached[]): Attached[] => [
  ...new Map(attached.toReversed().map((one) => [one.id, one])).values(),
]
