import { Fault } from '../kernel/fault.ts'

export type MediaType = 'text/markdown' | 'text/plain' | 'text/html' | 'application/pdf'

const BY_EXTENSION: Readonly<Record<string, MediaType>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  txt: 'text/plain',
  html: 'text/html',
  htm: 'text/html',
  pdf: 'application/pdf',
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
  if (!type)
    throw new Fault('wrong_media_type', `This kind of file cannot be read yet. Accepted: ${ACCEPTED}.`)
  return type
}
