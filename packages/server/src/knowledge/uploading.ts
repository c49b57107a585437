import { setImmediate } from 'node:timers/promises'
import { documentId } from '@freehold/contract/knowledge.ts'
import type { FaultCode } from '../kernel/fault.ts'
import { Fault } from '../kernel/fault.ts'
import type { DocumentSeen } from './adding.ts'
import { mediaTypeOf } from './media-type.ts'
import type { Attachment } from './parse-eml.ts'
import type { ZipEntry } from './zip.ts'
import { unpack, zipEntries } from './zip.ts'

/** A file inside of an upload that did not become a document. */
export interface FailedDocument {
  /** Its path in the upload. */
  readonly name: string
  readonly error: { readonly code: FaultCode; readonly message: string }
}

/** What became of an upload. An archive or a message brings many documents, and one that fails does not stop the rest. */
export interface Added {
  readonly documents: DocumentSeen[]
  readonly failed: FailedDocument[]
}

export interface UploadedFile {
  readonly fileName: string
  readonly bytes: Uint8Array
  readonly id?: string | undefined
  /** Ids of the files inside, by their path in the upload; absent: that of the upload with the path behind it. */
  readonly idInside?: ((path: string) => string) | undefined
}

/** A document that was read and is stored with others: `seen` tells when, or why it was not. */
export interface Taken {
  readonly seen: Promise<DocumentSeen>
  /** What came inside of it. */
  readonly attachments: readonly Attachment[]
}

interface UploadRooms<F extends UploadedFile> {
  readonly add: (file: F) => Promise<Taken>
  readonly maxFileBytes: number
  /** Hears of a bug that one file of many ran into. */
  readonly report: (error: unknown) => void
}

/** An upload whose files were read. Its documents may not be stored yet. */
export interface Unpacked {
  readonly documents: { readonly name: string; readonly seen: Promise<DocumentSeen> }[]
  readonly failed: FailedDocument[]
}

/** Files of one upload, whatever they lie in. */
const MOST_FILES = 1000
/** What an upload unpacks to, in files of the largest size. */
const LARGEST_FILES = 10
/** Archives in archives, messages in messages. */
const DEEPEST = 3
/** What programs leave in archives beside the files of their users. */
const LITTER = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i

/** What remains of the limits while an upload is unpacked. */
interface Left {
  files: number
  bytes: number
}

/** Reads what is in an upload. @throws Fault when the upload itself is refused; `draining` when the server goes meanwhile */
export async function unpackUpload<F extends UploadedFile>(
  rooms: UploadRooms<F>,
  upload: F,
): Promise<Unpacked> {
  const read: Unpacked = { documents: [], failed: [] }
  const left: Left = { files: MOST_FILES, bytes: LARGEST_FILES * rooms.maxFileBytes }

  /** A file inside of another: it is named by its path, and its failure is its own. */
  async function inner(
    outer: F,
    name: string,
    bytesOf: () => Promise<Uint8Array>,
    depth: number,
  ): Promise<void> {
    const path = depth === 1 ? name : `${outer.fileName}/${name}`
    try {
      if (depth > DEEPEST)
        throw new Fault('unreadable_document', `It lies more than ${DEEPEST} archives or messages deep.`)
      const id = innerId(outer, name, path)
      await take({ ...outer, fileName: path, bytes: await bytesOf(), id }, depth)
    } catch (error) {
      if (error instanceof Fault && error.code === 'draining') throw error
      read.failed.push({ name: path, error: errorOf(error, rooms.report) })
    }
  }

  async function take(file: F, depth: number): Promise<void> {
    if (mediaTypeOf(file.fileName, file.bytes) === 'application/zip') {
      for (const entry of filesOf(file.bytes, left))
        await inner(file, entry.name, () => unpacked(entry, rooms.maxFileBytes), depth + 1)
      return
    }
    const { seen, attachments } = await rooms.add(file)
    read.documents.push({ name: file.fileName, seen })
    left.files -= attachments.length
    if (left.files < 0)
      throw new Fault('unreadable_document', `The upload holds more than ${MOST_FILES} files.`)
    for (const { name, bytes } of attachments) await inner(file, name, async () => bytes, depth + 1)
  }

  await take(upload, 0)
  return read
}

/** What became of it, once everything is stored. @throws Fault where nothing of it could be kept */
export async function settledUpload(
  { documents, failed }: Unpacked,
  report: UploadRooms<UploadedFile>['report'],
): Promise<Added> {
  const added: Added = { documents: [], failed: [...failed] }
  const refusals: unknown[] = []
  for (const { name, seen } of documents) {
    try {
      added.documents.push(await seen)
    } catch (error) {
      refusals.push(error)
      if (documents.length > 1) added.failed.push({ name, error: errorOf(error, report) })
    }
  }
  if (added.documents.length === 0 && refusals.length > 0) throw refusals[0]
  return added
}

function filesOf(bytes: Uint8Array, left: Left): ZipEntry[] {
  const entries = zipEntries(bytes, { entries: left.files, unpackedBytes: left.bytes })
  const files = entries.filter(({ name }) => !name.endsWith('/') && !LITTER.test(name))
  if (files.length === 0) throw new Fault('unreadable_document', 'The archive holds no file.')
  left.files -= files.length
  left.bytes -= files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return files
}

async function unpacked(entry: ZipEntry, maxFileBytes: number): Promise<Uint8Array> {
  if (entry.sizeBytes > maxFileBytes)
    throw new Fault('too_large', `The file is larger than the ${maxFileBytes} bytes that are taken.`)
  await setImmediate()
  return unpack(entry)
}

function innerId({ id: outer, idInside }: UploadedFile, name: string, path: string): string | undefined {
  if (idInside !== undefined) return idInside(path)
  if (outer === undefined) return undefined
  const id = `${outer}/${name}`
  if (documentId.safeParse(id).success) return id
  throw new Fault(
    'invalid',
    'Its path is too long for the id of a document. Shorten it, or add the file by itself.',
  )
}

function errorOf(error: unknown, report: (error: unknown) => void): FailedDocument['error'] {
  if (error instanceof Fault) return { code: error.code, message: error.message }
  report(error)
  return {
    code: 'bug',
    message: 'It could not be read, which is our mistake. The other files are not affected.',
  }
}
