import { setImmediate } from 'node:timers/promises'
import { documentId } from '@freehold/contract/knowledge.ts'
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
  readonly error: { readonly code: string; readonly message: string }
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
}

interface UploadRooms<F extends UploadedFile> {
  /** Adds one document; what came inside of it is handed back. */
  readonly add: (
    file: F,
  ) => Promise<{ readonly seen: DocumentSeen; readonly attachments: readonly Attachment[] }>
  readonly maxFileBytes: number
  /** Hears of a bug that one file of many ran into. */
  readonly report: (error: unknown) => void
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

/** @throws Fault when the upload itself is refused; `draining` when the server goes meanwhile */
export async function addUpload<F extends UploadedFile>(rooms: UploadRooms<F>, upload: F): Promise<Added> {
  const added: Added = { documents: [], failed: [] }
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
      const id = outer.id === undefined ? undefined : idOf(outer.id, name)
      await take({ ...outer, fileName: path, bytes: await bytesOf(), id }, depth)
    } catch (error) {
      if (error instanceof Fault && error.code === 'draining') throw error
      if (!(error instanceof Fault)) rooms.report(error)
      added.failed.push({ name: path, error: errorOf(error) })
    }
  }

  async function take(file: F, depth: number): Promise<void> {
    if (mediaTypeOf(file.fileName, file.bytes) === 'application/zip') {
      for (const entry of filesOf(file.bytes, left))
        await inner(file, entry.name, () => unpacked(entry, rooms.maxFileBytes), depth + 1)
      return
    }
    const { seen, attachments } = await rooms.add(file)
    added.documents.push(seen)
    left.files -= attachments.length
    if (left.files < 0)
      throw new Fault('unreadable_document', `The upload holds more than ${MOST_FILES} files.`)
    for (const { name, bytes } of attachments) await inner(file, name, async () => bytes, depth + 1)
  }

  await take(upload, 0)
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

function idOf(outer: string, name: string): string {
  const id = `${outer}/${name}`
  if (documentId.safeParse(id).success) return id
  throw new Fault(
    'invalid',
    'Its path is too long for the id of a document. Shorten it, or add the file by itself.',
  )
}

function errorOf(error: unknown): FailedDocument['error'] {
  if (error instanceof Fault) return { code: error.code, message: error.message }
  return {
    code: 'bug',
    message: 'It could not be read, which is our mistake. The other files are not affected.',
  }
}
