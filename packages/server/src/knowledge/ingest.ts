import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import { termsOf } from './analysis.ts'
import { decodeText } from './decode-text.ts'
import type { MediaType } from './media-type.ts'
import { DOCX, mediaTypeOf } from './media-type.ts'
import { parseHtml } from './parse-html.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { headingLines, passagesOf } from './passages.ts'
import type { SegmentDocument } from './segment-writing.ts'
import { encodeSegment, mergeSegments } from './segment-writing.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { tooMuchText } from './text-of-record.ts'

interface ForIndex {
  /** Id of the row that the document will have. */
  readonly id: string
  readonly class: DataClass
}

export interface FileJob extends ForIndex {
  readonly kind: 'file'
  readonly collection: string
  readonly fileName: string
  readonly bytes: Uint8Array
  /** Characters of extracted text at which the document is refused. */
  readonly textLimit: number
}

interface TextsJob {
  readonly kind: 'texts'
  readonly collection: string
  readonly documents: readonly (ForIndex & { readonly title: string; readonly text: string })[]
}

interface MergeJob {
  readonly kind: 'merge'
  readonly segments: readonly Uint8Array[]
  /** Row ids of the documents that are still there. */
  readonly live: readonly string[]
}

/** Work that is too heavy or too dangerous for the server's own process. */
export type IngestJob = FileJob | TextsJob | MergeJob

interface FileResult {
  readonly kind: 'file'
  readonly title: string
  readonly mediaType: MediaType
  readonly text: string
  readonly passages: number
  readonly segment: Uint8Array
}

interface TextsResult {
  readonly kind: 'texts'
  /** Number of passages of each document, in the order they came. */
  readonly passages: readonly number[]
  readonly segment: Uint8Array
}

interface MergeResult {
  readonly kind: 'merge'
  readonly segment: Uint8Array
}

export type IngestResult = FileResult | TextsResult | MergeResult

/** Result of each kind of job. */
export interface ResultOf {
  readonly file: FileResult
  readonly texts: TextsResult
  readonly merge: MergeResult
}

function analysed(
  record: TextOfRecord,
  about: ForIndex & { title: string; collection: string },
): SegmentDocument {
  const passages = passagesOf(record.text, record.headings).map(({ start, end }) => ({
    start,
    end,
    // When the segment comes to it: the terms of a whole long text at once would be many times its size.
    get terms() {
      return termsOf(record.text.slice(start, end))
    },
  }))
  return {
    id: about.id,
    class: about.class,
    collection: about.collection,
    titleTerms: termsOf(about.title),
    passages,
  }
}

async function parse(type: MediaType, bytes: Uint8Array, limit: number): Promise<TextOfRecord> {
  if (type === 'application/pdf') {
    // Loaded on first use: a tenth of a second and 20 MB that notes and pages do without.
    const { parsePdf } = await import('./parse-pdf.ts')
    return parsePdf(bytes, limit)
  }
  if (type === DOCX) {
    const { parseDocx } = await import('./parse-docx.ts')
    return parseDocx(bytes, limit)
  }
  const text = decodeText(bytes)
  if (text.length > limit && type !== 'text/html') throw tooMuchText(limit)
  if (type === 'text/html') return parseHtml(text, limit)
  if (type === 'text/markdown') return parseMarkdown(text, limit)
  return { title: null, text: text.toWellFormed(), headings: headingLines(text) }
}

function nameWithoutExtension(fileName: string): string {
  const name = fileName.split(/[/\\]/).at(-1) ?? fileName
  return name.replace(/\.[^.]+$/, '').slice(0, 512) || name.slice(0, 512)
}

async function ingestFile(job: FileJob): Promise<FileResult> {
  const mediaType = mediaTypeOf(job.fileName, job.bytes)
  const record = await parse(mediaType, job.bytes, job.textLimit)
  const title = record.title ?? nameWithoutExtension(job.fileName)
  const document = analysed(record, { id: job.id, class: job.class, title, collection: job.collection })
  if (document.passages.length === 0)
    throw new Fault('unreadable_document', 'The document holds no words that could be found or quoted.')
  return {
    kind: 'file',
    title,
    mediaType,
    text: record.text,
    passages: document.passages.length,
    segment: encodeSegment([document]),
  }
}

function ingestTexts(job: TextsJob): TextsResult {
  const documents = job.documents.map((document) =>
    analysed(
      { title: document.title, text: document.text, headings: headingLines(document.text) },
      { id: document.id, class: document.class, title: document.title, collection: job.collection },
    ),
  )
  return {
    kind: 'texts',
    passages: documents.map((document) => document.passages.length),
    segment: encodeSegment(documents),
  }
}

/** Parses, cuts, analyses and encodes. Pure: it reads nothing but the job. */
export async function ingest(job: IngestJob): Promise<IngestResult> {
  if (job.kind === 'file') return ingestFile(job)
  if (job.kind === 'texts') return ingestTexts(job)
  const live = new Set(job.live)
  return { kind: 'merge', segment: mergeSegments(job.segments, (document) => live.has(document)) }
}
