import { Fault } from '../kernel/fault.ts'

/** Office Open XML; the registered names. */
const OFFICE = 'application/vnd.openxmlformats-officedocument'
export const DOCX = `${OFFICE}.wordprocessingml.document`
export const XLSX = `${OFFICE}.spreadsheetml.sheet`
export const PPTX = `${OFFICE}.presentationml.presentation`

export const MEDIA_TYPES = [
  'text/markdown',
  'text/plain',
  'text/html',
  'text/csv',
  'application/json',
  'application/pdf',
  DOCX,
  XLSX,
  PPTX,
  'message/rfc822',
  'image/png',
  'image/jpeg',
  'application/zip',
] as const
export type MediaType = (typeof MEDIA_TYPES)[number]

const BY_EXTENSION: Readonly<Record<string, MediaType>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  txt: 'text/plain',
  html: 'text/html',
  htm: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  pdf: 'application/pdf',
  docx: DOCX,
  xlsx: XLSX,
  pptx: PPTX,
  eml: 'message/rfc822',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  zip: 'application/zip',
}
const ACCEPTED = Object.keys(BY_EXTENSION)
  .map((extension) => `.${extension}`)
  .join(', ')

function extensionOf(fileName: string): string {
  return /\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''
}

/** The end of the name that a kind of file usually has, by its type or by a name; `other` for what is not known. */
export function formatOf(typeOrName: string): string {
  const byType = Object.entries(BY_EXTENSION).find(([, type]) => type === typeOrName)?.[0]
  const extension = byType ?? extensionOf(typeOrName)
  return Object.hasOwn(BY_EXTENSION, extension) ? extension : 'other'
}

const startsWith = (bytes: Uint8Array, mark: Buffer): boolean => mark.equals(bytes.subarray(0, mark.length))

const ZIP = Buffer.from('PK\u0003\u0004', 'latin1')
const EMPTY_ZIP = Buffer.from('PK\u0005\u0006', 'latin1')
/** The older container, in which Office keeps encrypted documents and its own formats of before 2007. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/** Contents that say what they are, whatever the name. */
const BY_CONTENT: readonly (readonly [Buffer, MediaType])[] = [
  [Buffer.from('89504e470d0a1a0a', 'hex'), 'image/png'],
  [Buffer.from('ffd8ff', 'hex'), 'image/jpeg'],
]

interface Kind {
  /** What a person calls it. */
  readonly called: string
  readonly older?: string
  readonly marks: readonly Buffer[]
}

/** Kinds whose content must begin as theirs does. */
const KINDS: Partial<Record<MediaType, Kind>> = {
  [DOCX]: { called: 'Word document', older: 'doc', marks: [ZIP] },
  [XLSX]: { called: 'Excel workbook', older: 'xls', marks: [ZIP] },
  [PPTX]: { called: 'PowerPoint presentation', older: 'ppt', marks: [ZIP] },
  'application/zip': { called: 'zip archive', marks: [ZIP, EMPTY_ZIP] },
  'image/png': { called: 'PNG image', marks: [] },
  'image/jpeg': { called: 'JPEG image', marks: [] },
}

/** What a file is: by its content where that is plain, otherwise by the end of its name. */
export function mediaTypeOf(fileName: string, bytes: Uint8Array): MediaType {
  if (bytes.length === 0) throw new Fault('unreadable_document', 'The file is empty (0 bytes).')
  const extension = extensionOf(fileName)
  const type = Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined
  const shown = BY_CONTENT.find(([mark]) => startsWith(bytes, mark))?.[1]
  if (shown) return shown
  // Readers accept a PDF header anywhere in the first kilobyte; archives and messages may hold a PDF that early.
  const isContainer = type === 'message/rfc822' || startsWith(bytes, ZIP)
  if (!isContainer && Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) return 'application/pdf'
  if (type === 'application/pdf')
    throw new Fault('unreadable_document', 'The file is named .pdf, but it holds no PDF (no %PDF- header).')
  if (!type)
    throw new Fault('wrong_media_type', `This kind of file cannot be read yet. Accepted: ${ACCEPTED}.`)
  const kind = KINDS[type]
  if (kind && !kind.marks.some((mark) => startsWith(bytes, mark))) throw notOfKind(extension, kind, bytes)
  return type
}

function notOfKind(extension: string, { called, older }: Kind, bytes: Uint8Array): Fault {
  return new Fault(
    'unreadable_document',
    older !== undefined && startsWith(bytes, COMPOUND)
      ? `The ${called} is encrypted with a password, or it is an old .${older}. Save it as .${extension} without a password and add it again.`
      : `The file is named .${extension}, but it holds no ${called}.`,
  )
}
