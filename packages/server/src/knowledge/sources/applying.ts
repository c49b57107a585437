import { createHash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import { isDeepStrictEqual } from 'node:util'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { NewFile } from '../gathering.ts'
import type { DocumentName } from '../documents.ts'
import type { Knowledge, NewText } from '../knowledge.ts'
import type { Added } from '../uploading.ts'
import type { Outcome } from './outcome.ts'
import { isOfKind, OF_ALL, OF_THE_WAY, refused, titleOf, toldInside } from './outcome.ts'
import type { Content, FileContent, FoundItem, TextContent } from './source.ts'
import type { KnownItem } from './source-rows.ts'
import { documentIdOf, innerIdOf } from './source-rows.ts'

export interface ApplyingRooms {
  readonly knowledge: Pick<Knowledge, 'addUploads' | 'addTexts' | 'changeDocumentAccess' | 'deleteDocument'>
  readonly caller: Caller
  readonly collection: string
  readonly source: string
  /** Of what the source does not classify or restrict itself. */
  readonly class: DataClass
  readonly acl: DocumentAcl | undefined
  readonly maxFileBytes: number
}

/** Something that is there, and what was known of it. */
export interface Pending {
  readonly found: FoundItem
  readonly known: KnownItem | null
}

type Read<C extends Content> = Pending & { readonly content: C }

interface Became {
  readonly did: Outcome['did']
  /** Ids of all that it is now. */
  readonly documents: readonly string[]
  readonly inside?: KnownItem['inside']
  /** Why something of it is missing. */
  readonly trouble?: Fault | null
}

/** So many in a row that could not be reached, and the place itself is away. */
const MOST_IN_A_ROW = 3
const AT_ONCE = 4
/** Files in memory until they are taken. */
const MOST_HELD_BYTES = 32 * 1024 * 1024
/** So many files inside of one are told to have failed. */
const MOST_TOLD = 100

const classOf = (rooms: ApplyingRooms, found: FoundItem): DataClass => found.class ?? rooms.class
const aclOf = (rooms: ApplyingRooms, { acl }: FoundItem): DocumentAcl | undefined =>
  acl === undefined ? rooms.acl : acl
const NOBODY: DocumentAcl = { users: [], groups: [], services: [], self: false }

/** Whether nothing has to be read: it is the same, for the same people. */
export function isCurrent(rooms: ApplyingRooms, { found, known }: Pending, isAskedAgain: boolean): boolean {
  if (known === null) return false
  const { kept, failed } = known
  if (failed !== null)
    return failed.version === found.version && !isAskedAgain && isLasting(known, rooms, found)
  return kept !== null && kept.version === found.version && isForTheSame(rooms, found, kept)
}

const isLasting = ({ kept }: KnownItem, rooms: ApplyingRooms, found: FoundItem): boolean =>
  kept === null || isForTheSame(rooms, found, kept)

const isForTheSame = (
  rooms: ApplyingRooms,
  found: FoundItem,
  kept: NonNullable<KnownItem['kept']>,
): boolean => kept.class === classOf(rooms, found) && isDeepStrictEqual(kept.acl, aclOf(rooms, found))

/** Reads what is new or changed and gives it to Knowledge. @throws Fault that is about the run as a whole */
export class Applying {
  readonly #rooms: ApplyingRooms
  readonly #took: (outcome: Outcome) => void
  #unreached = 0

  /** `took` hears of each document, in no order. */
  constructor(rooms: ApplyingRooms, took: (outcome: Outcome) => void) {
    this.#rooms = rooms
    this.#took = took
  }

  async apply(pending: readonly Pending[]): Promise<void> {
    const texts: Read<TextContent>[] = []
    let files: Read<FileContent>[] = []
    let heldBytes = 0
    const waiting = [...pending]
    const addFiles = (): Promise<void> => {
      const some = files
      files = []
      heldBytes = 0
      return this.#addFiles(some)
    }
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const one = next
        await this.#trying(one, async () => {
          if (await this.#isOnlyForOthers(one)) return
          const content = await this.#read(one)
          if ('text' in content) texts.push({ ...one, content })
          else if (!this.#isUnchanged(one, hashOf(content.bytes, content.fileName))) {
            files.push({ ...one, content })
            heldBytes += content.bytes.length
          }
        })
        if (heldBytes >= MOST_HELD_BYTES) await addFiles()
      }
    }
    // All come to their end before the first failure is told: none must go on behind the run's back.
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
    await addFiles()
    await this.#addTexts(texts)
  }

  /** Who may read it is changed first, whatever becomes of the text. Returns whether that was all. */
  async #isOnlyForOthers(one: Pending): Promise<boolean> {
    const kept = one.known?.kept ?? null
    const acl = aclOf(this.#rooms, one.found)
    if (kept === null || acl === undefined || isDeepStrictEqual(kept.acl, acl)) return false
    await this.#changeAccess(one, acl)
    if (kept.version !== one.found.version || kept.class !== classOf(this.#rooms, one.found)) return false
    this.#done(one, kept.hash, { did: 'changed', documents: kept.documents })
    return true
  }

  /** A list that cannot be taken shuts the document: those of before may be the ones who must not read it any more. */
  async #changeAccess({ known }: Pending, acl: DocumentAcl): Promise<void> {
    let refusal: Fault | null = null
    for (const id of known?.kept?.documents ?? []) {
      const refused = await this.#changeAccessOf(id, acl)
      refusal ??= refused
    }
    if (refusal === null) return
    if (known?.kept) known.kept.acl = NOBODY
    throw refusal
  }

  /** Returns why the list was not taken, when the document is shut. */
  async #changeAccessOf(id: string, acl: DocumentAcl): Promise<Fault | null> {
    const { knowledge, caller, collection } = this.#rooms
    const name = { id, collection }
    try {
      await knowledge.changeDocumentAccess(caller, name, { acl, commit: {} })
      return null
    } catch (error) {
      if (!(error instanceof Fault) || OF_ALL.has(error.code)) throw error
      // Somebody deleted it here.
      if (isNotThere(error)) return null
      await knowledge.changeDocumentAccess(caller, name, { acl: NOBODY, commit: {} })
      return error
    }
  }

  async #read({ found }: Pending): Promise<Content> {
    const { maxFileBytes } = this.#rooms
    if ((found.sizeBytes ?? 0) > maxFileBytes)
      throw new Fault('too_large', `The file is larger than the ${maxFileBytes} bytes that are taken.`)
    const content = await found.read()
    this.#unreached = 0
    return 'bytes' in content ? (plainText(content) ?? content) : content
  }

  async #addFiles(files: readonly Read<FileContent>[]): Promise<void> {
    if (files.length === 0) return
    const { knowledge, caller, collection } = this.#rooms
    const all = await knowledge.addUploads(
      caller,
      collection,
      files.map((one) => this.#newFile(one)),
      {},
    )
    // What was stored is written down before anything ends the run.
    const ending: unknown[] = []
    for (const [at, one] of files.entries()) {
      const added = all[at]
      await this.#trying(one, async () => {
        if (added === undefined || added instanceof Fault)
          throw added ?? new Error('knowledge said nothing of a file')
        await this.#added(one, added)
      }).catch((error: unknown) => ending.push(error))
    }
    if (ending.length > 0) throw ending[0]
  }

  #newFile({ found, content }: Read<FileContent>): NewFile {
    const { source } = this.#rooms
    const acl = aclOf(this.#rooms, found)
    return {
      id: documentIdOf(source, found.id),
      idInside: (path) => innerIdOf(source, found.id, path),
      fileName: content.fileName,
      bytes: content.bytes,
      class: classOf(this.#rooms, found),
      ...(acl !== undefined && { acl }),
    }
  }

  /** What became of a file and of those inside it. What cannot be read any more stays as it was before. */
  async #added(one: Read<FileContent>, { documents, failed }: Added): Promise<void> {
    const { source } = this.#rooms
    const inside = failed.slice(0, MOST_TOLD)
    const troubles = failed.map(({ name, error }) => new Fault(error.code, `${name}: ${error.message}`))
    // Pictures and programs that come with letters are no trouble of the letter.
    const [worst] = troubles.toSorted((a, b) => Number(isOfKind(a)) - Number(isOfKind(b)))
    if (documents.length === 0 && worst) return this.#took(refused(one.found, one.known, worst, inside))
    const ids = new Set(documents.map(({ id }) => id))
    const stays = new Set(failed.map(({ name }) => innerIdOf(source, one.found.id, name)))
    const old = (one.known?.kept?.documents ?? []).filter((id) => !ids.has(id))
    const stuck = await this.#removeOld(old.filter((id) => !stays.has(id)))
    // A letter is called by its subject, which only who read it knows.
    const own = documents.find(({ id }) => id === documentIdOf(source, one.found.id))
    const trouble = stuck.trouble ?? (worst && !isOfKind(worst) ? worst : null)
    this.#done(
      { ...one, found: { ...one.found, title: own?.title ?? one.found.title } },
      hashOf(one.content.bytes, one.content.fileName),
      {
        did: trouble === null ? didOf(one) : 'failed',
        documents: [...ids, ...old.filter((id) => stays.has(id)), ...stuck.ids],
        inside,
        trouble,
      },
    )
    const ofAll = troubles.find(({ code }) => OF_ALL.has(code))
    if (ofAll) throw ofAll
  }

  /** What an item was before and is not any more. Returns what could not be removed, and why. */
  async #removeOld(
    documents: readonly string[],
  ): Promise<{ readonly ids: readonly string[]; readonly trouble: Fault | null }> {
    const { knowledge, caller, collection } = this.#rooms
    const ids: string[] = []
    let trouble: Fault | null = null
    for (const id of documents) {
      try {
        await deleteIfThere(knowledge, caller, { id, collection })
      } catch (error) {
        if (!(error instanceof Fault) || OF_ALL.has(error.code)) throw error
        ids.push(id)
        trouble = error
      }
    }
    return { ids, trouble }
  }

  /** Together, because one index for many is cheaper than many; one that is refused does not take the others along. */
  async #addTexts(texts: readonly Read<TextContent>[]): Promise<void> {
    const fresh = texts.filter(
      (one) => !this.#isUnchanged(one, hashOf(one.content.text, titleOf(one.content.title))),
    )
    if (fresh.length === 0) return
    const add = async (some: typeof fresh): Promise<void> => {
      const { knowledge, caller, collection } = this.#rooms
      await knowledge.addTexts(
        caller,
        collection,
        some.map((one) => this.#newText(one)),
        {},
      )
      for (const one of some) await this.#addedText(one)
    }
    try {
      await add(fresh)
    } catch (error) {
      if (!(error instanceof Fault) || OF_ALL.has(error.code) || fresh.length === 0) throw error
      for (const one of fresh) await this.#trying(one, () => add([one]))
    }
  }

  async #addedText(one: Read<TextContent>): Promise<void> {
    const id = documentIdOf(this.#rooms.source, one.found.id)
    const old = (one.known?.kept?.documents ?? []).filter((other) => other !== id)
    const { ids, trouble } = await this.#removeOld(old)
    const hash = hashOf(one.content.text, titleOf(one.content.title))
    this.#done(one, hash, {
      did: trouble === null ? didOf(one) : 'failed',
      documents: [id, ...ids],
      trouble,
    })
  }

  #newText({ found, content }: Read<TextContent>): NewText {
    const acl = aclOf(this.#rooms, found)
    return {
      id: documentIdOf(this.#rooms.source, found.id),
      title: titleOf(content.title),
      text: content.text,
      class: classOf(this.#rooms, found),
      ...(acl !== undefined && { acl }),
    }
  }

  /** What was read is what was read before, for the same people, and nothing of it is missing. */
  #isUnchanged(one: Pending, hash: string): boolean {
    const { found, known } = one
    const kept = known?.kept ?? null
    if (kept === null || kept.hash !== hash || !isForTheSame(this.#rooms, found, kept)) return false
    if (known?.failed?.version === kept.version) return false
    const { documents } = kept
    this.#done(one, hash, { did: 'unchanged', documents, inside: known?.inside })
    return true
  }

  #done({ found }: Pending, hash: string, { did, documents, inside = [], trouble = null }: Became): void {
    const acl = aclOf(this.#rooms, found)
    const { version } = found
    const kept = {
      version,
      hash,
      class: classOf(this.#rooms, found),
      ...(acl !== undefined && { acl }),
      documents,
    }
    const failed = trouble && { version, message: trouble.message }
    const known = { id: found.id, title: titleOf(found.title), kept, failed, ...toldInside(inside) }
    this.#took({ known, did, fault: trouble?.code ?? null })
  }

  async #trying({ found, known }: Pending, attempt: () => Promise<void>): Promise<void> {
    try {
      await attempt()
    } catch (error) {
      if (!(error instanceof Fault) || OF_ALL.has(error.code)) throw error
      if (OF_THE_WAY.has(error.code) && (this.#unreached += 1) >= MOST_IN_A_ROW) throw error
      this.#took(refused(found, known, error))
    }
  }
}

const strict = new TextDecoder('utf-8', { fatal: true })
const LARGEST_PLAIN_BYTES = 1024 * 1024

/** A text file that is nothing but text: many of them are indexed in one go. Null where it has to be read as a file. */
function plainText({ fileName, bytes }: FileContent): TextContent | null {
  if (!/\.txt$/i.test(fileName) || bytes.length > LARGEST_PLAIN_BYTES) return null
  try {
    const text = strict.decode(bytes)
    return text.trim() === '' || text.includes('\0') ? null : { title: fileName.slice(0, -4), text }
  } catch {
    return null
  }
}

const isNotThere = (error: unknown): boolean =>
  error instanceof Fault && error.code === 'not_found' && error.param === 'id'

/** Somebody may have deleted it here already. */
export async function deleteIfThere(
  knowledge: Pick<Knowledge, 'deleteDocument'>,
  caller: Caller,
  name: DocumentName,
): Promise<void> {
  await knowledge.deleteDocument(caller, name, {}).catch((error: unknown) => {
    if (!isNotThere(error)) throw error
  })
}

const didOf = ({ known }: Pending): 'added' | 'changed' =>
  (known?.kept ?? null) === null ? 'added' : 'changed'

const hashOf = (content: string | Uint8Array, name: string): string =>
  createHash('sha256').update(content).update('\0').update(name).digest('base64url')
