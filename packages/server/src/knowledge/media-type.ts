import { Fault } from '../kernel/fault.ts'

/** Office Open XML of a word processor; its registered name. */
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

export const MEDIA_TYPES = ['text/markdown', 'text/plain', 'text/html', 'application/pdf', DOCX] as const
export type MediaType = (typeof MEDIA_TYPES)[number]

const BY_EXTENSION: Readonly<Record<string, MediaType>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  txt: 'text/plain',
  html: 'text/html',
  htm: 'text/html',
  pdf: 'application/pdf',
  docx: DOCX,
}
const ACCEPTED = Object.keys(BY_EXTENSION)
  .map((extension) => `.${extension}`)
  .join(', ')

function extensionOf(fileName: string): string {
  return /\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''
}

/** What a file is: by its content where that is plain, otherwise by the end of its name. */
export function mediaTypeOf(fileName: string, bytes: Uint8Array): MediaType {
  if (bytes.length === 0) throw new Fault('unreadable_document', 'The file is empty (0 bytes).')
  // Readers accept a PDF header anywhere in the first kilobyte.
  if (Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) return 'application/pdf'
  const extension = extensionOf(fileName)
  const type = Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined
  if (type === 'application/pdf')
    throw new Fault('unreadable_document', 'The file is named .pdf, but it holds no PDF (no %PDF- header).')
  if (type === DOCX && !startsWith(bytes, ZIP)) throw notWord(bytes)
  if (!type)
    throw new Fault('wrong_media_type', `This kind of file cannot be read yet. Accepted: ${ACCEPTED}.`)
  return type
}

const ZIP = Buffer.from('PK\u0003\u0004', 'latin1')
/** The older container, in which Word keeps encrypted documents and its own format of before 2007. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex')

const startsWith = (bytes: Uint8Array, mark: Buffer): boolean => mark.equals(bytes.subarray(0, mark.length))

function notWord(bytes: Uint8Array): Fault {
  return new Fault(
    'unreadable_document',
    startsWith(bytes, COMPOUND)
      ? 'The Word document is encrypted with a password, or it is an old .doc. Save it as .docx without a password and add it again.'
      : 'The file is named .docx, but it holds no Word document.',
  )
}
