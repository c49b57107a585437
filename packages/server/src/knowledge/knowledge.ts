import { setImmediate } from 'node:timers/promises'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { DocumentAcl, Hit } from '@freehold/contract/knowledge.ts'
import type { Caller } from '../identity/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Store, TenantId } from '../store/store.ts'
import type { AclSeen } from './access-lists.ts'
import type { DocumentSeen, ReadDocument } from './adding.ts'
import { requireCeiling, storeBatch } from './adding.ts'
import { changeCollectionAccess, changeDocumentAccess } from './changing-access.ts'
import type { CollectionSeen, Commit } from './collections.ts'
import {
  createCollection,
  deleteCollection,
  findCollection,
  guideCollection,
  listCollections,
  renameCollection,
} from './collections.ts'
import type { DocumentName, TextSeen } from './documents.ts'
import { deleteDocument, documentText, listDocuments } from './documents.ts'
import type { Embeddings } from './embeddings/embeddings.ts'
import type { Found, FoundPassage, Query, SearchModels } from './finding.ts'
import { find, hasDocuments } from './finding.ts'
import type { By, GatheringRooms, NewFile } from './gathering.ts'
import { Gathering, preflight } from './gathering.ts'
import type { DocumentParser } from './ingest-process.ts'
import type { Page, PageOf } from '../kernel/keyset-page.ts'
import { checkedPage } from '../kernel/keyset-page.ts'
import { LiveIndex } from './live-index.ts'
import type { MergeSize } from './merging.ts'
import { halfOf, mergeCollection, MOST_MERGED } from './merging.ts'
import { placeAt } from './outline.ts'
import { requireChangeable } from './reach.ts'
import type { FileRead } from './reading-alone.ts'
import { readAlone } from './reading-alone.ts'
import { isLost, rebuildSegment } from './rebuilding.ts'
import type { Retrieval } from './retrieval.ts'
import type { Division } from './shards/division.ts'
import { TextCache } from './text-cache.ts'
import type { Added, Unpacked } from './uploading.ts'
import { settledUpload, unpackUpload } from './uploading.ts'

interface KnowledgeLimits {
  /** Largest file, in bytes. */
  readonly maxFileBytes: number
  /** Most characters (UTF-16) of extracted text; 16 million when absent. */
  readonly textCharacters?: number
}

/** A merge is tried again with the next add; a segment is rebuilt from its texts, or read again a minute later. */
export type KnowledgeTrouble = 'merge_failed' | 'segment_unreadable' | 'rebuild_failed' | 'document_failed'

interface KnowledgeRooms extends SearchModels {
  readonly store: Store
  readonly parser: DocumentParser
  readonly retrieval: Retrieval
  /** How replicas divide a large index among them; absent: each holds all of it. */
  readonly division?: Division | undefined
  readonly embeddings: Embeddings
  readonly clock: Clock
  /** Read for each document, so that a reloaded config counts at once. */
  readonly limits: () => KnowledgeLimits
  /** Hears of what went wrong in the background, and of segments that searches go without. */
  readonly report: (error: unknown, what: KnowledgeTrouble) => void
}

export interface NewText {
  readonly id?: string | undefined
  readonly title: string
  readonly text: string
  readonly class: DataClass
  readonly acl?: DocumentAcl | undefined
}

/** Documents, their index and what is found in them. Every change is durable and audited when its call returns. */
export interface Knowledge {
  createCollection(caller: Caller, name: string, commit: Commit): Promise<CollectionSeen>
  listCollections(caller: Caller, page: Page): Promise<PageOf<CollectionSeen>>
  /** Id of the collection of that name, or null. */
  findCollection(caller: Caller, name: string): Promise<string | null>
  /** Id of the collection that holds the product's guide; created on first use. */
  guideCollection(caller: Caller): Promise<string>
  /** @throws Fault `not_found`, `not_allowed`, `conflict` */
  renameCollection(
    caller: Caller,
    id: string,
    change: { readonly name: string; readonly commit: Commit },
  ): ReturnType<typeof renameCollection>
  deleteCollection(caller: Caller, id: string, commit: Commit): Promise<void>
  /** Who may read the documents that are added from now on. */
  changeCollectionAccess(
    caller: Caller,
    id: string,
    change: { readonly acl: DocumentAcl; readonly commit: Commit },
  ): Promise<AclSeen | null>
  addFile(caller: Caller, collection: string, file: NewFile, commit: Commit): Promise<DocumentSeen>
  /** As `addFile`, and each file of an archive, or attached to a message, as a document of its own. */
  addUpload(caller: Caller, collection: string, file: NewFile, commit: Commit): Promise<Added>
  /** As `addUpload` of each, stored together; one that is refused stands in its place as the refusal. */
  addUploads(
    caller: Caller,
    collection: string,
    files: readonly NewFile[],
    commit: Commit,
  ): Promise<(Added | Fault)[]>
  addTexts(
    caller: Caller,
    collection: string,
    documents: readonly NewText[],
    commit: Commit,
  ): Promise<DocumentSeen[]>
  listDocuments(caller: Caller, collection: string, page: Page): Promise<PageOf<DocumentSeen>>
  documentText(caller: Caller, id: string, collection?: string): Promise<TextSeen>
  /** Who may read it, for every search and replica within a second. */
  changeDocumentAccess(
    caller: Caller,
    name: DocumentName,
    change: { readonly acl: DocumentAcl; readonly commit: Commit },
  ): Promise<AclSeen | null>
  deleteDocument(caller: Caller, name: DocumentName, commit: Commit): Promise<void>
  search(caller: Caller, collection: string, text: string, limit: number): Promise<Hit[]>
  /** In all collections of the caller, or in these. */
  searchAll(
    caller: Caller,
    query: Pick<Query, 'text' | 'limit' | 'collections'>,
  ): Promise<(Hit & { readonly collectionId: string })[]>
  /** The same, where each hit tells how it came by its score. */
  explain(caller: Caller, collection: string, text: string, limit: number): Promise<Hit[]>
  /** Passages with their documents, for answering. */
  find(caller: Caller, query: Query): Promise<Found>
  /** Whether the caller may read any document outside the given collection. */
  hasDocuments(caller: Caller, besides: string | null): Promise<boolean>
  /** As the function of this name: nothing is stored. */
  readAlone(file: Parameters<typeof readAlone>[1]): Promise<FileRead>
  /** A notice of another replica about a search. */
  readonly heard: (notice: string) => void
  /** How far the vectors of the caller's tenant are. */
  embeddingStatus(caller: Caller): ReturnType<Embeddings['status']>
  /** Lets go of everything of the tenant that was opened: its keys are gone. */
  forget(tenant: TenantId): void
  /** Resolves when no merge runs in the background any more. */
  settled(): Promise<void>
}

const TEXTS_IN_MEMORY = 32 * 1024 * 1024
/** Documents that get their row ids between two turns of the event loop. */
const NAMED_AT_ONCE = 500

type Open = KnowledgeRooms & GatheringRooms

async function addFile(rooms: Open, by: By, collection: string, file: NewFile): Promise<DocumentSeen> {
  const gathering = new Gathering(rooms, by, collection)
  const { seen } = await gathering.add(file)
  await gathering.flush()
  return seen
}

/** Files read at the same time: while one is read, the next is on its way to the reader. */
const READ_AT_ONCE = 4

/** Several uploads, whose documents are stored together. One that is refused does not take the others along. */
async function addUploads(
  rooms: Open,
  by: By,
  collection: string,
  files: readonly NewFile[],
): Promise<(Added | Fault)[]> {
  const gathering = new Gathering(rooms, by, collection)
  const report = (error: unknown): void => rooms.report(error, 'document_failed')
  const { maxFileBytes } = rooms.limits()
  const around = { add: (file: NewFile) => gathering.add(file), maxFileBytes, report }
  const asFault = (error: unknown): Fault => {
    if (error instanceof Fault && error.code !== 'draining') return error
    throw error
  }
  const read: (Unpacked | Fault)[] = []
  const waiting = files.entries()
  const work = async (): Promise<void> => {
    for (const [at, file] of waiting) read[at] = await unpackUpload(around, file).catch(asFault)
  }
  const ended = await Promise.allSettled(Array.from({ length: READ_AT_ONCE }, work))
  await gathering.flush()
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return Promise.all(
    read.map(async (one) => (one instanceof Fault ? one : settledUpload(one, report).catch(asFault))),
  )
}

function checkTexts(caller: Caller, documents: readonly NewText[]): void {
  const ids = new Set<string>()
  documents.forEach((document, at) => {
    requireCeiling(caller, document.class, `documents[${at}].class`)
    if (document.id === undefined) return
    if (ids.has(document.id))
      throw new Fault('invalid', `documents[${at}].id: another document of this request has the same id.`, {
        param: `documents[${at}].id`,
      })
    ids.add(document.id)
  })
}

async function addTexts(
  rooms: Open,
  by: By,
  collection: string,
  texts: readonly NewText[],
): Promise<DocumentSeen[]> {
  const { caller } = by
  checkTexts(caller, texts)
  texts.forEach(({ class: dataClass }, at) =>
    requireChangeable(caller, collection, { class: dataClass, param: `documents[${at}].class` }),
  )
  const lists = texts.map(({ acl }, at) => ({ acl, param: `documents[${at}].acl` }))
  const { keys, readers } = await preflight(rooms, caller, collection, lists)
  const documents: (NewText & { readonly row: string })[] = []
  for (const text of texts) {
    if (documents.length % NAMED_AT_ONCE === NAMED_AT_ONCE - 1) await setImmediate()
    // Half of a surrogate pair cannot be stored as UTF-8; its replacement has the same length, so offsets stay.
    documents.push({ ...text, text: text.text.toWellFormed(), row: uuidV7(rooms.clock.now()) })
  }
  const read = await rooms.parser.run({
    kind: 'texts',
    collection,
    documents: documents.map(({ row, title, text, class: dataClass }) => ({
      id: row,
      title,
      text,
      class: dataClass,
    })),
  })
  const batch = documents.map((document, at): ReadDocument => ({
    row: document.row,
    meta: {
      externalId: document.id ?? null,
      title: document.title,
      fileName: null,
      mediaType: 'text/plain',
      contentMark: null,
      outline: read.outlines[at],
    },
    text: document.text,
    file: null,
    class: document.class,
    sizeBytes: Buffer.byteLength(document.text),
    passages: read.passages[at] ?? 0,
    readers: readers[at],
  }))
  const seen = await storeBatch(
    rooms,
    { ...by, keys },
    { collection, documents: batch, segment: read.segment },
  )
  rooms.mergeSoon(caller, collection)
  return seen
}

function hitOf({ document, start, end, score, explanation }: FoundPassage): Hit {
  return {
    documentId: document.id,
    title: document.title,
    score,
    text: document.text.slice(start, end),
    span: { start, end },
    ...placeAt(document.outline, start),
    ...(explanation && { explanation }),
  }
}

async function search(rooms: Open, caller: Caller, query: Query): Promise<Hit[]> {
  const { passages } = await find(rooms, caller, query)
  return passages.map(hitOf)
}

/** Merges and rebuilds in the background; of one collection or segment no two at once. */
function inBackground(rooms: KnowledgeRooms, index: () => LiveIndex) {
  const running = new Map<string, Promise<void>>()
  /** Collections where a merge was too much for the parser, and what is tried since. */
  const bounds = new Map<string, MergeSize>()
  return {
    mergeSoon: (caller: Caller, collection: string): void => {
      if (running.has(collection)) return
      const merge = mergeCollection(
        {
          store: rooms.store,
          parser: rooms.parser,
          index: index(),
          most: bounds.get(collection) ?? MOST_MERGED,
          tooMuch: (merge) => void bounds.set(collection, halfOf(merge)),
        },
        caller.tenant,
        collection,
      )
        .catch((error: unknown) => rooms.report(error, 'merge_failed'))
        .finally(() => running.delete(collection))
      running.set(collection, merge)
    },
    rebuildSoon: (tenant: TenantId, segment: string): void => {
      if (running.has(segment)) return
      const rebuild = rebuildSegment(rooms, tenant, segment)
        .then(() => index().stale(tenant))
        .catch((error: unknown) => rooms.report(error, 'rebuild_failed'))
        .finally(() => running.delete(segment))
      running.set(segment, rebuild)
    },
    settled: async (): Promise<void> => {
      while (running.size > 0) await Promise.all(running.values())
    },
  }
}

/** Puts the room together. */
export function createKnowledge(rooms: KnowledgeRooms): Knowledge {
  const merges = inBackground(rooms, () => index)
  const index = new LiveIndex(rooms.store, rooms.retrieval, {
    clock: rooms.clock,
    division: rooms.division,
    unreadable: (error, tenant, segment) => {
      rooms.report(error, 'segment_unreadable')
      if (isLost(error)) merges.rebuildSoon(tenant, segment)
    },
  })
  const mergeSoon: Open['mergeSoon'] = (caller, collection) => {
    merges.mergeSoon(caller, collection)
    rooms.embeddings.nudge()
  }
  const open: Open = { ...rooms, index, texts: new TextCache(TEXTS_IN_MEMORY), mergeSoon }
  return {
    createCollection: (caller, name, commit) => createCollection(open, caller, name, commit),
    listCollections: async (caller, page) => listCollections(open, caller, checkedPage(page)),
    findCollection: (caller, name) => findCollection(open, caller, name),
    guideCollection: (caller) => guideCollection(open, caller),
    changeCollectionAccess: (caller, id, change) => changeCollectionAccess(open, caller, id, change),
    changeDocumentAccess: (caller, name, change) => changeDocumentAccess(open, caller, name, change),
    renameCollection: (caller, id, change) => renameCollection(open, caller, id, change),
    deleteCollection: (caller, id, commit) => deleteCollection(open, caller, id, commit),
    readAlone: (file) => readAlone(open, file),
    addFile: (caller, collection, file, commit) => addFile(open, { caller, commit }, collection, file),
    async addUpload(caller, collection, file, commit) {
      const [added] = await addUploads(open, { caller, commit }, collection, [file])
      if (added === undefined || added instanceof Fault) throw added ?? new Error('an upload was lost')
      return added
    },
    addUploads: (caller, collection, files, commit) =>
      addUploads(open, { caller, commit }, collection, files),
    addTexts: (caller, collection, documents, commit) =>
      addTexts(open, { caller, commit }, collection, documents),
    listDocuments: async (caller, collection, page) =>
      listDocuments(open, caller, collection, checkedPage(page)),
    documentText: (caller, id, collection) => documentText(open, caller, { id, collection }),
    deleteDocument: (caller, name, commit) => deleteDocument(open, caller, name, commit),
    search: (caller, collection, text, limit) =>
      search(open, caller, { text, limit, collections: [collection] }),
    async searchAll(caller, query) {
      const { passages } = await find(open, caller, { ...query, param: 'collections' })
      return passages.map((passage) =>
        Object.assign(hitOf(passage), { collectionId: passage.document.collectionId }),
      )
    },
    explain: (caller, collection, text, limit) =>
      search(open, caller, { text, limit, explain: true, collections: [collection] }),
    find: (caller, query) => find(open, caller, query),
    hasDocuments: (caller, besides) => hasDocuments(open, caller, besides),
    heard: (notice) => rooms.division?.heard(notice, index),
    embeddingStatus: (caller) => rooms.embeddings.status(caller),
    forget(tenant) {
      index.forget(tenant)
      rooms.embeddings.forget(tenant)
      open.texts.clear()
    },
    settled: merges.settled,
  }
}
