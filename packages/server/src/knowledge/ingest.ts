import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import { termsOf } from './analysis.ts'
import type { MediaType } from './media-type.ts'
import { mediaTypeOf } from './media-type.ts'
import type { Outline } from './outline.ts'
import { columnsAt, headingsAt, outlineOf } from './outline.ts'
import type { Attachment } from './parse-eml.ts'
import { PARSERS } from './parsers.ts'
import { headingLines, passagesOf } from './passages.ts'
import type { Recognition } from './reading.ts'
import { NO_RECOGNITION } from './reading.ts'
import type { SegmentDocument } from './segment-writing.ts'
import { encodeSegment, mergeSegments } from './segment-writing.ts'
import type { Span } from './sentences.ts'
import type { TextOfRecord } from './text-of-record.ts'

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
  /** How pictures of text are read, in the words of `Recognition`; not at all when absent. */
  readonly recognition?: RecognitionOrder
}

export type RecognitionOrder =
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'here'; readonly pages: number; readonly draws: boolean }

export interface IndexedText extends ForIndex {
  readonly title: string
  readonly text: string
  /** Of a document that was read before; otherwise its headings are looked for. */
  readonly outline?: Outline | undefined
}

interface TextsJob {
  readonly kind: 'texts'
  readonly collection: string
  readonly documents: readonly IndexedText[]
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
  readonly outline: Outline
  /** What of the document could not be read; null when all of it was. */
  readonly warning: string | null
  readonly attachments: readonly Attachment[]
  readonly passages: number
  readonly segment: Uint8Array
}

interface TextsResult {
  readonly kind: 'texts'
  /** Number of passages of each document, in the order they came. */
  readonly passages: readonly number[]
  readonly outlines: readonly Outline[]
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

interface Analysed {
  readonly document: SegmentDocument
  readonly outline: Outline
}

/** Terms of what stands over a passage and not in it: its headings, and the columns' names of its rows. */
function contextTerms(of: Outline, { start }: Span): string[] {
  return termsOf([...headingsAt(of, start), columnsAt(of, start)].join(' '))
}

function analysed(record: TextOfRecord, about: ForIndex & { title: string; collection: string }): Analysed {
  const spans = passagesOf(record.text, record.headings, record.tables)
  const outline = outlineOf(record, spans)
  const passages = spans.map(({ start, end }) => ({
    start,
    end,
    // When the segment comes to it: the terms of a whole long text at once would be many times its size.
    get terms() {
      return termsOf(record.text.slice(start, end))
    },
    get headings() {
      return contextTerms(outline, { start, end })
    },
  }))
  return {
    document: {
      id: about.id,
      class: about.class,
      collection: about.collection,
      titleTerms: termsOf(about.title),
      passages,
    },
    outline,
  }
}

function nameWithoutExtension(fileName: string): string {
  const name = fileName.split(/[/\\]/).at(-1) ?? fileName
  return name.replace(/\.[^.]+$/, '').slice(0, 512) || name.slice(0, 512)
}

async function ingestFile(job: FileJob, recognition: Recognition): Promise<FileResult> {
  const mediaType = mediaTypeOf(job.fileName, job.bytes)
  if (mediaType === 'application/zip')
    throw new Fault('wrong_media_type', 'An archive is no document: its files are added one by one.')
  const { record, attachments = [] } = await PARSERS[mediaType]({
    bytes: job.bytes,
    limit: job.textLimit,
    recognition,
  })
  const title = record.title ?? nameWithoutExtension(job.fileName)
  const about = { id: job.id, class: job.class, title, collection: job.collection }
  const { document, outline } = analysed(record, about)
  if (document.passages.length === 0)
    throw new Fault('unreadable_document', 'The document holds no words that could be found or quoted.')
  return {
    kind: 'file',
    title,
    mediaType,
    text: record.text,
    outline,
    warning: record.warning ?? null,
    attachments,
    passages: document.passages.length,
    segment: encodeSegment([document]),
  }
}

/** The record of a text that is stored already. */
function recordOf(text: string, known: Outline | undefined): TextOfRecord {
  if (!known) return { title: null, text, headings: headingLines(text) }
  return { title: null, text, headings: known.headings, tables: known.tables, pages: known.pages }
}

function ingestTexts(job: TextsJob): TextsResult {
  const documents = job.documents.map(({ id, class: dataClass, title, text, outline }) =>
    analysed(recordOf(text, outline), { id, class: dataClass, title, collection: job.collection }),
  )
  return {
    kind: 'texts',
    passages: documents.map(({ document }) => document.passages.length),
    outlines: documents.map(({ outline }) => outline),
    segment: encodeSegment(documents.map(({ document }) => document)),
  }
}

/** Parses, cuts, analyses and encodes. Pure but for `recognition`: it reads nothing but the job. */
export async function ingest(
  job: IngestJob,
  recognition: Recognition = NO_RECOGNITION,
): Promise<IngestResult> {
  if (job.kind === 'file') return ingestFile(job, recognition)
  if (job.kind === 'texts') return ingestTexts(job)
  const live = new Set(job.live)
  return { kind: 'merge', segment: mergeSegments(job.segments, (document) => live.has(document)) }
}
