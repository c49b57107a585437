import { createHash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import { isDeepStrictEqual } from 'node:util'
import type { Caller } from '../../identity/caller.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Knowledge, NewText } from '../knowledge.ts'
import type { Content, FileContent, FoundItem, TextContent } from './source.ts'
import type { KnownItem } from './source-rows.ts'
import { documentIdOf } from './source-rows.ts'

export interface ApplyingRooms {
  readonly knowledge: Pick<Knowledge, 'addFile' | 'addTexts' | 'changeDocumentAccess' | 'deleteDocument'>
  readonly caller: Caller
  readonly collection: string
  readonly source: string
  /** Of what the source does not classify or restrict itself. */
  readonly class: DataClass
  readonly acl: DocumentAcl | undefined
  readonly maxFileBytes: number
}

/** What became of one document. */
export interface Outcome {
  readonly known: KnownItem
  readonly did: 'added' | 'changed' | 'unchanged' | 'failed'
  readonly fault: FaultCode | null
}

/** Something that is there, and what was known of it. */
export interface Pending {
  readonly found: FoundItem
  readonly known: KnownItem | null
}

/** Refusals that will come again as long as the document is the same. */
const LASTING: ReadonlySet<string> = new Set<FaultCode>([
  'unreadable_document',
  'wrong_media_type',
  'too_large',
  'above_ceiling',
  'invalid',
  'conflict',
])
/** Refusals that all documents would meet: the run ends, and is tried again later. */
const OF_ALL: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'unavailable',
  'storage_full',
  'draining',
  'suspended',
  'shredded',
  'too_many',
  'over_quota',
])
const OF_THE_WAY: ReadonlySet<FaultCode> = new Set<FaultCode>(['upstream_down', 'upstream_timeout'])
/** So many in a row that could not be reached, and the place itself is away. */
const MOST_IN_A_ROW = 3
const AT_ONCE = 4
const LONGEST_TITLE = 512

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

/** Whether it is worth another try while it is the same. */
export const passes = (fault: string): boolean => !LASTING.has(fault)

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
    const texts: (Pending & { readonly content: TextContent })[] = []
    const waiting = [...pending]
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const one = next
        await this.#trying(one, async () => {
          if (await this.#isOnlyForOthers(one)) return
          const content = await this.#read(one)
          if ('text' in content) texts.push({ ...one, content })
          else await this.#file(one, content)
        })
      }
    }
    // All come to their end before the first failure is told: none must go on behind the run's back.
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
    await this.#addTexts(texts)
  }

  /** Who may read it is changed first, whatever becomes of the text. Returns whether that was all. */
  async #isOnlyForOthers(one: Pending): Promise<boolean> {
    const kept = one.known?.kept ?? null
    const acl = aclOf(this.#rooms, one.found)
    if (kept === null || acl === undefined || isDeepStrictEqual(kept.acl, acl)) return false
    await this.#changeAccess(one, acl)
    if (kept.version !== one.found.version || kept.class !== classOf(this.#rooms, one.found)) return false
    this.#done(one, kept.hash, 'changed')
    return true
  }

  /** A list that cannot be taken shuts the document: those of before may be the ones who must not read it any more. */
  async #changeAccess({ found, known }: Pending, acl: DocumentAcl): Promise<void> {
    const { knowledge, caller, collection, source } = this.#rooms
    const name = { id: documentIdOf(source, found.id), collection }
    try {
      await knowledge.changeDocumentAccess(caller, name, { acl, commit: {} })
    } catch (error) {
      if (!(error instanceof Fault) || OF_ALL.has(error.code)) throw error
      // Somebody deleted it here.
      if (error.code === 'not_found' && error.param === 'id') return
      await knowledge.changeDocumentAccess(caller, name, { acl: NOBODY, commit: {} })
      if (known?.kept) known.kept.acl = NOBODY
      throw error
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

  async #file(one: Pending, content: FileContent): Promise<void> {
    const hash = hashOf(content.bytes, content.fileName)
    if (this.#isTheSame(one, hash)) return this.#done(one, hash, 'unchanged')
    const { knowledge, caller, collection, source } = this.#rooms
    const acl = aclOf(this.#rooms, one.found)
    const seen = await knowledge.addFile(
      caller,
      collection,
      {
        id: documentIdOf(source, one.found.id),
        fileName: content.fileName,
        bytes: content.bytes,
        class: classOf(this.#rooms, one.found),
        ...(acl !== undefined && { acl }),
      },
      {},
    )
    // A letter is called by its subject, which only who read it knows.
    this.#done({ ...one, found: { ...one.found, title: seen.title } }, hash, didOf(one))
  }

  /** Together, because one index for many is cheaper than many; one that is refused does not take the others along. */
  async #addTexts(texts: readonly (Pending & { readonly content: TextContent })[]): Promise<void> {
    const fresh = texts.filter((one) => {
      const hash = hashOf(one.content.text, titleOf(one.content.title))
      if (!this.#isTheSame(one, hash)) return true
      this.#done(one, hash, 'unchanged')
      return false
    })
    if (fresh.length === 0) return
    const add = async (some: typeof fresh): Promise<void> => {
      const { knowledge, caller, collection } = this.#rooms
      await knowledge.addTexts(
        caller,
        collection,
        some.map((one) => this.#newText(one)),
        {},
      )
      for (const one of some)
        this.#done(one, hashOf(one.content.text, titleOf(one.content.title)), didOf(one))
    }
    try {
      await add(fresh)
    } catch (error) {
      if (!(error instanceof Fault) || OF_ALL.has(error.code) || fresh.length === 0) throw error
      for (const one of fresh) await this.#trying(one, () => add([one]))
    }
  }

  #newText({ found, content }: Pending & { readonly content: TextContent }): NewText {
    const acl = aclOf(this.#rooms, found)
    return {
      id: documentIdOf(this.#rooms.source, found.id),
      title: titleOf(content.title),
      text: content.text,
      class: classOf(this.#rooms, found),
      ...(acl !== undefined && { acl }),
    }
  }

  #isTheSame({ found, known }: Pending, hash: string): boolean {
    const kept = known?.kept ?? null
    return kept !== null && kept.hash === hash && isForTheSame(this.#rooms, found, kept)
  }

  #done({ found }: Pending, hash: string, did: Outcome['did']): void {
    const acl = aclOf(this.#rooms, found)
    const kept = {
      version: found.version,
      hash,
      class: classOf(this.#rooms, found),
      ...(acl !== undefined && { acl }),
      documentId: documentIdOf(this.#rooms.source, found.id),
    }
    this.#took({ known: { id: found.id, title: titleOf(found.title), kept, failed: null }, did, fault: null })
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

/** What is kept of it stays as it was. */
export const refused = (
  found: Pick<FoundItem, 'id' | 'title'> & { readonly version?: string },
  known: KnownItem | null,
  { code, message }: Fault,
): Outcome => ({
  known: {
    id: found.id,
    title: titleOf(found.title),
    kept: known?.kept ?? null,
    failed: { version: found.version ?? '', message },
  },
  did: 'failed',
  fault: code,
})

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

const didOf = ({ known }: Pending): 'added' | 'changed' =>
  (known?.kept ?? null) === null ? 'added' : 'changed'

const titleOf = (title: string): string => title.trim().slice(0, LONGEST_TITLE).toWellFormed() || '-'

const hashOf = (content: string | Uint8Array, name: string): string =>
  createHash('sha256').update(content).update('\0').update(name).digest('base64url')
