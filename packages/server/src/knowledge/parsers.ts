import { decodeText } from './decode-text.ts'
import type { MediaType } from './media-type.ts'
import { DOCX, PPTX, XLSX } from './media-type.ts'
import { parseCsv } from './parse-csv.ts'
import type { Attachment } from './parse-eml.ts'
import { parseHtml } from './parse-html.ts'
import { parseJson } from './parse-json.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { headingLines } from './passages.ts'
import type { Recognition } from './reading.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { tooMuchText } from './text-of-record.ts'

interface Parsed {
  readonly record: TextOfRecord
  /** Files that came inside of this one, each to become a document. */
  readonly attachments?: readonly Attachment[]
}

interface Reading {
  readonly bytes: Uint8Array
  /** Characters of text at which the document is refused. */
  readonly limit: number
  readonly recognition: Recognition
}

type Parse = (reading: Reading) => Promise<Parsed>

const ofText =
  (parse: (text: string, limit: number) => TextOfRecord): Parse =>
  async ({ bytes, limit }) => {
    const text = decodeText(bytes)
    if (text.length > limit && parse !== parseHtml) throw tooMuchText(limit)
    return { record: parse(text, limit) }
  }

const image: Parse = async ({ bytes, limit, recognition }) => {
  const { parseImage } = await import('./parse-image.ts')
  return { record: await parseImage(bytes, limit, recognition) }
}

/** A reader for each kind. Those that bring much code are loaded on first use: notes and pages do without it. */
export const PARSERS: Readonly<Record<Exclude<MediaType, 'application/zip'>, Parse>> = {
  'text/plain': ofText((text) => ({ title: null, text: text.toWellFormed(), headings: headingLines(text) })),
  'text/markdown': ofText(parseMarkdown),
  'text/html': ofText(parseHtml),
  'text/csv': ofText(parseCsv),
  'application/json': ofText(parseJson),
  async 'application/pdf'({ bytes, limit, recognition }) {
    const { parsePdf } = await import('./parse-pdf.ts')
    return { record: await parsePdf(bytes, limit, recognition) }
  },
  async [DOCX]({ bytes, limit }) {
    const { parseDocx } = await import('./parse-docx.ts')
    return { record: await parseDocx(bytes, limit) }
  },
  async [XLSX]({ bytes, limit }) {
    const { parseXlsx } = await import('./parse-xlsx.ts')
    return { record: parseXlsx(bytes, limit) }
  },
  async [PPTX]({ bytes, limit }) {
    const { parsePptx } = await import('./parse-pptx.ts')
    return { record: parsePptx(bytes, limit) }
  },
  async 'message/rfc822'({ bytes, limit }) {
    const { parseEml } = await import('./parse-eml.ts')
    return parseEml(bytes, limit)
  },
  'image/png': image,
  'image/jpeg': image,
}
