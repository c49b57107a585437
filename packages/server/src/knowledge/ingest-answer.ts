import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import type { IngestJob, IngestResult } from './ingest.ts'
import { MEDIA_TYPES } from './media-type.ts'
import { outline } from './outline.ts'
import type { Recognisable } from './reading.ts'
import { HasPictures } from './reading.ts'
import { segmentDocuments } from './segment.ts'

const count = z.number().int().nonnegative()
const segment = z.instanceof(Uint8Array)
const result = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('file'),
    title: z.string().max(4096),
    mediaType: z.enum(MEDIA_TYPES),
    text: z.string(),
    outline,
    warning: z.string().max(1000).nullable(),
    attachments: z
      .array(z.object({ name: z.string().min(1).max(256), bytes: z.instanceof(Uint8Array) }))
      .max(1000),
    passages: count,
    segment,
  }),
  z.object({ kind: z.literal('texts'), passages: z.array(count), outlines: z.array(outline), segment }),
  z.object({ kind: z.literal('merge'), segment }),
])
const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), result }),
  z.object({
    kind: z.literal('refused'),
    code: z.enum(['unreadable_document', 'wrong_media_type']),
    message: z.string().max(1000),
  }),
  z.object({ kind: z.literal('pictures') }),
  z.object({ kind: z.literal('broken'), name: z.string().max(1000), place: z.string().max(4096) }),
])

/** Whether it is what a child says first, before any document reached it. */
export const isReady = (message: unknown): boolean =>
  z.object({ kind: z.literal('ready') }).safeParse(message).success

const request = z.object({
  kind: z.literal('recognise'),
  what: z.union([z.object({ image: segment }), z.object({ page: z.int().positive() })]),
})

/** What the child wants read for it; null when the message is another one. */
export function readRequest(message: unknown): Recognisable | null {
  return request.safeParse(message).data?.what ?? null
}

/** The child said what no working reader says: a document may have taken it over. It must not be used again. */
export class UntrueAnswer extends Error {}

/**
 * What the child process made of a job. It read a stranger's file, so its answer is input like any other: it has the
 * shape of the job's kind and speaks of the job's documents, in their class and collection, and of no others.
 * @throws Fault its refusal; HasPictures; Error a bug of the reader; UntrueAnswer
 */
export function readAnswer(message: unknown, job: IngestJob): IngestResult {
  const parsed = answer.safeParse(message)
  if (!parsed.success) throw new UntrueAnswer('the document reader answered in an unknown form')
  const said = parsed.data
  if (said.kind === 'pictures') throw new HasPictures()
  if (said.kind === 'refused') throw new Fault(said.code, said.message)
  if (said.kind === 'broken') throw new Error(`the document reader failed: ${said.name} ${said.place}`)
  if (!isOfJob(said.result, job)) throw new UntrueAnswer('the document reader answered another question')
  return said.result
}

function isOfJob(made: IngestResult, job: IngestJob): boolean {
  if (made.kind === 'file' && job.kind === 'file')
    return (
      made.text.length <= job.textLimit &&
      // What came inside of a file is never larger than the file.
      made.attachments.reduce((sum, { bytes }) => sum + bytes.length, 0) <= job.bytes.length &&
      speaksOf(made.segment, [described(job, job.collection)])
    )
  if (made.kind === 'texts' && job.kind === 'texts') {
    const asked = job.documents.map((document) => described(document, job.collection))
    return (
      made.passages.length === asked.length &&
      made.outlines.length === asked.length &&
      speaksOf(made.segment, asked)
    )
  }
  if (made.kind !== 'merge' || job.kind !== 'merge') return false
  const live = new Set(job.live)
  const known = new Set(job.segments.flatMap((part) => documentsIn(part) ?? []))
  return (
    documentsIn(made.segment)?.every((one) => known.has(one) && live.has(one.split(' ', 1)[0] ?? '')) ?? false
  )
}

const described = (document: { readonly id: string; readonly class: string }, collection: string): string =>
  `${document.id} ${document.class} ${collection}`

function speaksOf(bytes: Uint8Array, asked: readonly string[]): boolean {
  const found = documentsIn(bytes)
  return found !== null && found.length === asked.length && asked.every((one, at) => one === found[at])
}

/** Each document as `id class collection`; null when the bytes are no segment. */
function documentsIn(bytes: Uint8Array): string[] | null {
  try {
    return segmentDocuments(bytes).map((document) => described(document, document.collection))
  } catch {
    // Whatever is wrong with them, they are not what was asked for.
    return null
  }
}
