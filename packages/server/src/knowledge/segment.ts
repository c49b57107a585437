import { crc32 } from 'node:zlib'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { ByteReader } from './bytes.ts'

/**
 * An immutable part of the index. Layout: magic, CRC-32 of the rest, documents (id, class, collection, number of
 * passages), passages (start and length as deltas, weighted length), terms in byte order, postings (passage delta,
 * packed occurrences). Numbers are varints, so a posting takes about two bytes.
 */
export const MAGIC = Buffer.from('FHS2')
export const HEADER = MAGIC.length + 4

/** How much an occurrence weighs by where it stands (BM25F): a title or heading counts once for its whole passage. */
export const FIELD_WEIGHTS = { title: 2, headings: 1.5, body: 1 } as const

/** Where a term stands in a passage. */
export interface Occurrences {
  readonly body: number
  readonly isInTitle: boolean
  readonly isInHeadings: boolean
}

/** One number for all of it: the body's count above two bits. */
export function packed({ body, isInTitle, isInHeadings }: Occurrences): number {
  return body * 4 + (isInHeadings ? 2 : 0) + (isInTitle ? 1 : 0)
}

export function unpacked(value: number): Occurrences {
  return { body: value >>> 2, isInHeadings: (value & 2) !== 0, isInTitle: (value & 1) !== 0 }
}

/** The count that scoring sees, by the two low bits of what is packed. */
const FIELD_PART = Float64Array.of(
  0,
  FIELD_WEIGHTS.title,
  FIELD_WEIGHTS.headings,
  FIELD_WEIGHTS.title + FIELD_WEIGHTS.headings,
)
export const weighted = (value: number): number => (value >>> 2) + (FIELD_PART[value & 3] ?? 0)

/** Documents and passages of a segment; stays in memory when the rest is let go. */
export interface SegmentHead {
  readonly documents: readonly {
    readonly id: string
    readonly class: DataClass
    readonly collection: string
  }[]
  /** First passage of each document, and one more: the number of passages. */
  readonly firstPassage: Uint32Array
  readonly passageDocument: Uint32Array
  readonly passageStart: Uint32Array
  readonly passageEnd: Uint32Array
  readonly passageLength: Uint32Array
}

/** Terms and postings as they lie in the bytes. */
export interface SegmentBody {
  readonly passages: number
  readonly termBytes: Buffer
  readonly termEnd: Uint32Array
  readonly postings: Buffer
  readonly postingsEnd: Uint32Array
  readonly postingsCount: Uint32Array
}

/** A segment ready for searching: typed columns, terms and postings as they lie in the bytes. */
export type OpenSegment = SegmentHead & SegmentBody

function readDocuments(from: ByteReader) {
  const collections = Array.from({ length: from.varint() }, () => from.text())
  const count = from.varint()
  if (count > from.remaining) throw new RangeError('more documents than bytes')
  const firstPassage = new Uint32Array(count + 1)
  const documents = Array.from({ length: count }, (_, at) => {
    const id = from.text()
    const dataClass = DATA_CLASSES[from.varint()]
    const collection = collections[from.varint()]
    if (!dataClass || collection === undefined) throw new RangeError('unknown class or collection')
    firstPassage[at + 1] = (firstPassage[at] ?? 0) + from.varint()
    return { id, class: dataClass, collection }
  })
  return { documents, firstPassage }
}

function readPassages(from: ByteReader, firstPassage: Uint32Array) {
  const count = firstPassage.at(-1) ?? 0
  if (count > from.remaining) throw new RangeError('more passages than bytes')
  const passageDocument = new Uint32Array(count)
  const passageStart = new Uint32Array(count)
  const passageEnd = new Uint32Array(count)
  const passageLength = new Uint32Array(count)
  for (let document = 0; document + 1 < firstPassage.length; document++) {
    let previous = 0
    const until = firstPassage[document + 1] ?? 0
    for (let passage = firstPassage[document] ?? 0; passage < until; passage++) {
      const start = previous + from.varint()
      previous = start + from.varint()
      passageDocument[passage] = document
      passageStart[passage] = start
      passageEnd[passage] = previous
      passageLength[passage] = from.varint()
    }
  }
  return { passageDocument, passageStart, passageEnd, passageLength }
}

function readTerms(from: ByteReader) {
  const count = from.varint()
  if (count > from.remaining) throw new RangeError('more terms than bytes')
  const termEnd = new Uint32Array(count)
  const postingsEnd = new Uint32Array(count)
  const postingsCount = new Uint32Array(count)
  let names = 0
  let lists = 0
  for (let term = 0; term < count; term++) {
    names += from.varint()
    termEnd[term] = names
    postingsCount[term] = from.varint()
    lists += from.varint()
    postingsEnd[term] = lists
  }
  const termBytes = from.bytes(from.varint())
  const postings = from.bytes(from.varint())
  if (termBytes.length !== names || postings.length !== lists) throw new RangeError('terms do not add up')
  return { termEnd, postingsEnd, postingsCount, termBytes, postings }
}

/** @throws Error when the bytes are not a whole segment as it was written. */
export function openSegment(bytes: Uint8Array): OpenSegment {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const body = buffer.subarray(HEADER)
  const isWhole =
    buffer.length > HEADER &&
    buffer.subarray(0, MAGIC.length).equals(MAGIC) &&
    buffer.readUInt32LE(MAGIC.length) === crc32(body)
  if (!isWhole) throw new Error('index segment: damaged or of an unknown format')
  try {
    const from = new ByteReader(body)
    const { documents, firstPassage } = readDocuments(from)
    const passages = firstPassage.at(-1) ?? 0
    const opened = {
      documents,
      firstPassage,
      passages,
      ...readPassages(from, firstPassage),
      ...readTerms(from),
    }
    if (from.remaining > 0) throw new RangeError('bytes left over')
    return opened
  } catch (cause) {
    throw new Error('index segment: damaged', { cause })
  }
}

/** The documents of a segment, read without the rest of it. */
export function segmentDocuments(bytes: Uint8Array): SegmentHead['documents'] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('index segment: of an unknown format')
  return readDocuments(new ByteReader(buffer.subarray(HEADER))).documents
}

/** Documents and passages of a segment, read without its terms. */
export function segmentHead(bytes: Uint8Array): SegmentHead {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('index segment: of an unknown format')
  const from = new ByteReader(buffer.subarray(HEADER))
  const head = readDocuments(from)
  return { ...head, ...readPassages(from, head.firstPassage) }
}

/** Number of a term, or -1. Terms lie in byte order, so eighteen comparisons find one among 200,000. */
export function findTerm(segment: SegmentBody, term: Buffer): number {
  let low = 0
  let high = segment.termEnd.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const start = middle === 0 ? 0 : (segment.termEnd[middle - 1] ?? 0)
    const order = segment.termBytes.compare(term, 0, term.length, start, segment.termEnd[middle])
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}

export function termName(segment: SegmentBody, term: number): string {
  const start = term === 0 ? 0 : (segment.termEnd[term - 1] ?? 0)
  return segment.termBytes.toString('utf8', start, segment.termEnd[term])
}

/** Calls `visit` for each passage that holds the term, in rising order, until it says false. The hot loop. */
export function eachPosting(
  segment: SegmentBody,
  term: number,
  visit: (passage: number, occurrences: number) => unknown,
): void {
  const { postings, passages } = segment
  let at = term === 0 ? 0 : (segment.postingsEnd[term - 1] ?? 0)
  let passage = 0
  for (let left = segment.postingsCount[term] ?? 0; left > 0; left--) {
    let byte = postings[at++] ?? 0
    let value = byte & 0x7f
    for (let shift = 7; byte > 0x7f && shift < 35; shift += 7) {
      byte = postings[at++] ?? 0
      value |= (byte & 0x7f) << shift
    }
    passage += value
    if (passage >= passages) throw new Error('index segment: a posting points nowhere')
    byte = postings[at++] ?? 0
    value = byte & 0x7f
    for (let shift = 7; byte > 0x7f && shift < 35; shift += 7) {
      byte = postings[at++] ?? 0
      value |= (byte & 0x7f) << shift
    }
    if (visit(passage, value) === false) return
  }
}

/** The same postings by passage: which terms stand in it, and how often. */
export interface ForwardIndex {
  readonly first: Uint32Array
  readonly terms: Uint32Array
  readonly occurrences: Uint16Array
}

const MOST_OCCURRENCES = 0xff_ff

/** Turns the postings round; a fifth of a microsecond for each. */
export function forwardIndex(segment: SegmentBody): ForwardIndex {
  const first = new Uint32Array(segment.passages + 1)
  for (let term = 0; term < segment.termEnd.length; term++)
    eachPosting(segment, term, (passage) => {
      first[passage + 1] = (first[passage + 1] ?? 0) + 1
    })
  for (let at = 1; at < first.length; at++) first[at] = (first[at] ?? 0) + (first[at - 1] ?? 0)
  const next = first.slice()
  const terms = new Uint32Array(first.at(-1) ?? 0)
  const occurrences = new Uint16Array(terms.length)
  for (let term = 0; term < segment.termEnd.length; term++)
    eachPosting(segment, term, (passage, value) => {
      const at = next[passage] ?? 0
      next[passage] = at + 1
      terms[at] = term
      occurrences[at] = Math.min(MOST_OCCURRENCES, value)
    })
  return { first, terms, occurrences }
}
