import type { DataClass } from '@freehold/contract/data-class.ts'
import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import type { Caller } from '../identity/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { KeyRing } from '../store/store.ts'
import type { Members } from './access-lists.ts'
import { membersWritten } from './access-lists.ts'
import type { DocumentSeen, ReadDocument } from './adding.ts'
import { requireCeiling, storeBatch } from './adding.ts'
import type { CollectionRooms, Commit } from './collections.ts'
import { requireWritable } from './collections.ts'
import type { DocumentParser } from './ingest-process.ts'
import { requireChangeable } from './reach.ts'
import { contentMark } from './sealed-rows.ts'
import type { Taken, UploadedFile } from './uploading.ts'

/** A file to become a document. */
export interface NewFile extends UploadedFile {
  readonly class?: DataClass | undefined
  /** Who may read it; undefined: as the document it replaces, else as its collection says. */
  readonly acl?: DocumentAcl | undefined
}

export interface GatheringRooms extends CollectionRooms {
  readonly parser: DocumentParser
  readonly clock: Clock
  readonly limits: () => { readonly maxFileBytes: number; readonly textCharacters?: number }
  readonly mergeSoon: (caller: Caller, collection: string) => void
}

export interface By {
  readonly caller: Caller
  readonly commit: Commit
}

const TEXT_CHARACTERS = 16_000_000
/** What is stored together at most: one transaction, and one segment of the index. */
const MOST_DOCUMENTS = 200
const MOST_BYTES = 32 * 1024 * 1024

/** The keys and who is to read each, when the collection is there to write to: the first refusal comes before the work. */
export function preflight(
  rooms: CollectionRooms,
  caller: Caller,
  collection: string,
  lists: readonly { readonly acl?: DocumentAcl | undefined; readonly param: string }[],
): Promise<{ readonly keys: KeyRing; readonly readers: readonly (Members | undefined)[] }> {
  return rooms.store.withTenant(caller, async (tx) => {
    await requireWritable(tx, caller, collection)
    const said = lists.flatMap(({ acl, param }) => (acl === undefined ? [] : [{ acl, param }]))
    const members = (await membersWritten(tx, caller, said)).values()
    return {
      keys: tx.keys,
      readers: lists.map(({ acl }) => (acl === undefined ? acl : members.next().value)),
    }
  })
}

interface Gathered {
  readonly document: ReadDocument
  readonly segment: Uint8Array
  readonly keys: KeyRing
  readonly stored: PromiseWithResolvers<DocumentSeen>
}

/** Files that are read one by one and stored together: many in one transaction cost little more than one. */
export class Gathering {
  readonly #rooms: GatheringRooms
  readonly #by: By
  readonly #collection: string
  readonly #checked = new Map<string, ReturnType<typeof preflight>>()
  #gathered: Gathered[] = []
  #bytes = 0
  #turn: Promise<void> = Promise.resolve()

  constructor(rooms: GatheringRooms, by: By, collection: string) {
    this.#rooms = rooms
    this.#by = by
    this.#collection = collection
  }

  /** Reads a file; it is stored with the others, or sooner where these are many. @throws Fault about this file */
  async add(file: NewFile): Promise<Taken> {
    const { parser, clock, limits } = this.#rooms
    const dataClass = file.class ?? 'internal'
    const { maxFileBytes, textCharacters } = limits()
    const { keys, readers } = await this.#allowed(file, dataClass)
    if (file.bytes.length > maxFileBytes)
      throw new Fault('too_large', `The file is larger than the ${maxFileBytes} bytes that are taken.`, {
        param: 'file',
      })
    const row = uuidV7(clock.now())
    const read = await parser.run({
      kind: 'file',
      id: row,
      class: dataClass,
      collection: this.#collection,
      fileName: file.fileName,
      bytes: file.bytes,
      textLimit: textCharacters ?? TEXT_CHARACTERS,
    })
    const document: ReadDocument = {
      row,
      meta: {
        externalId: file.id ?? null,
        title: read.title,
        fileName: file.fileName,
        mediaType: read.mediaType,
        contentMark: await contentMark(keys, file.bytes),
        outline: read.outline,
      },
      text: read.text,
      file: file.bytes,
      class: dataClass,
      sizeBytes: file.bytes.length,
      passages: read.passages,
      readers: readers[0],
      warning: read.warning,
    }
    const stored = Promise.withResolvers<DocumentSeen>()
    // Whoever waits for it hears of the failure; nobody may be waiting yet.
    stored.promise.catch(() => undefined)
    await this.#put({ document, segment: read.segment, keys, stored })
    return { seen: stored.promise, attachments: read.attachments }
  }

  /** Stores what was gathered. Each file hears what became of it. */
  flush(): Promise<void> {
    const some = this.#gathered
    this.#gathered = []
    this.#bytes = 0
    if (some.length > 0) this.#turn = this.#turn.then(() => this.#storeAll(some))
    return this.#turn
  }

  /** What holds for all files of one class and list is asked once. */
  #allowed(file: NewFile, dataClass: DataClass): ReturnType<typeof preflight> {
    const { caller } = this.#by
    requireCeiling(caller, dataClass, 'class')
    requireChangeable(caller, this.#collection, { class: dataClass, param: 'class' })
    const key = JSON.stringify([file.acl])
    const known = this.#checked.get(key)
    if (known) return known
    const checked = preflight(this.#rooms, caller, this.#collection, [{ acl: file.acl, param: 'acl' }])
    this.#checked.set(key, checked)
    return checked
  }

  async #put(one: Gathered): Promise<void> {
    const { externalId } = one.document.meta
    // Of two files with one id the later replaces the earlier, which has to be there.
    if (externalId !== null && this.#gathered.some(({ document }) => document.meta.externalId === externalId))
      await this.flush()
    this.#gathered.push(one)
    this.#bytes += one.document.sizeBytes + 2 * one.document.text.length + one.segment.length
    if (this.#gathered.length >= MOST_DOCUMENTS || this.#bytes >= MOST_BYTES) await this.flush()
  }

  /** Together; where that is refused one by one, so that each is refused for what is its own. */
  async #storeAll(some: readonly Gathered[]): Promise<void> {
    try {
      await this.#store(some)
    } catch (error) {
      if (some.length === 1 || isOfAll(error)) for (const { stored } of some) stored.reject(error)
      else for (const one of some) await this.#storeAll([one])
    }
  }

  async #store(some: readonly Gathered[]): Promise<void> {
    const [first] = some
    if (!first) return
    const { parser, mergeSoon } = this.#rooms
    const { segment } =
      some.length === 1
        ? first
        : await parser.run({
            kind: 'merge',
            segments: some.map((one) => one.segment),
            live: some.map(({ document }) => document.row),
          })
    const seen = await storeBatch(
      this.#rooms,
      { ...this.#by, keys: first.keys },
      { collection: this.#collection, documents: some.map(({ document }) => document), segment },
    )
    for (const [at, { stored }] of some.entries()) {
      const one = seen[at]
      if (one) stored.resolve(one)
      else stored.reject(new Error('a batch stored fewer documents than it was given'))
    }
    mergeSoon(this.#by.caller, this.#collection)
  }
}

/** One by one it would be the same. */
const isOfAll = (error: unknown): boolean =>
  !(error instanceof Fault) || ['draining', 'unavailable', 'storage_full', 'suspended'].includes(error.code)
