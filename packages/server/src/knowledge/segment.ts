import { crc32 } from 'node:zlib'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Span } from './sentences.ts'

/**
 * An immutable part of the index. Layout: magic, CRC-32 of the rest, documents (id, class, collection, number of
 * passages), passages (start and length as deltas, number of terms), terms in byte order, postings (passage delta,
 * count). Numbers are varints, so a posting takes about two bytes.
 */
const MAGIC = Buffer.from('FHS1')
const HEADER = MAGIC.length + 4
/** A title's terms count this often in each of its document's passages. */
const TITLE_WEIGHT = 2

interface SegmentPassage extends Span {
  readonly terms: readonly string[]
  /** Terms of the headings over it, and of the columns' names that its rows lack. */
  readonly headings?: readonly string[]
}

export interface SegmentDocument {
  /** Our id of the document's row. */
  readonly id: string
  readonly class: DataClass
  readonly collection: string
  readonly titleTerms: readonly string[]
  readonly passages: readonly SegmentPassage[]
}

/** A segment ready for searching: typed columns, terms and postings as they lie in the bytes. */
export interface OpenSegment {
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
  readonly termBytes: Buffer
  readonly termEnd: Uint32Array
  readonly postings: Buffer
  readonly postingsEnd: Uint32Array
  readonly postingsCount: Uint32Array
}

interface Described {
  readonly id: string
  readonly class: DataClass
  readonly collection: string
  readonly passages: readonly (Span & { readonly length: number })[]
}

/** Passage and count, alternating, in rising order of passages. */
type Postings = Map<string, number[]>

function writeDocuments(out: ByteWriter, documents: readonly Described[]): void {
  const collections = [...new Set(documents.map((document) => document.collection))]
  out.varint(collections.length)
  for (const collection of collections) out.text(collection)
  out.varint(documents.length)
  for (const document of documents) {
    out.text(document.id)
    out.varint(DATA_CLASSES.indexOf(document.class))
    out.varint(collections.indexOf(document.collection))
    out.varint(document.passages.length)
  }
  for (const { passages } of documents) {
    let previous = 0
    for (const passage of passages) {
      out.varint(passage.start - previous)
      out.varint(passage.end - passage.start)
      out.varint(passage.length)
      previous = passage.end
    }
  }
}

function writePostings(out: ByteWriter, postings: Postings): void {
  const terms = [...postings.keys()].map((term) => ({ term, bytes: Buffer.from(term) }))
  terms.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  const lists = new ByteWriter()
  const names = new ByteWriter()
  const table = new ByteWriter()
  for (const { term, bytes } of terms) {
    const list = postings.get(term) ?? []
    const before = lists.length
    let previous = 0
    for (let at = 0; at < list.length; at += 2) {
      lists.varint((list[at] ?? 0) - previous)
      lists.varint(list[at + 1] ?? 0)
      previous = list[at] ?? 0
    }
    names.bytes(bytes)
    table.varint(bytes.length)
    table.varint(list.length / 2)
    table.varint(lists.length - before)
  }
  out.varint(terms.length)
  out.bytes(table.written())
  out.varint(names.length)
  out.bytes(names.written())
  out.varint(lists.length)
  out.bytes(lists.written())
}

function sealedWithSum(documents: readonly Described[], postings: Postings): Buffer {
  const out = new ByteWriter()
  writeDocuments(out, documents)
  writePostings(out, postings)
  const header = Buffer.alloc(HEADER)
  MAGIC.copy(header)
  header.writeUInt32LE(crc32(out.written()), MAGIC.length)
  return Buffer.concat([header, out.written()])
}

/** Turns analysed documents into the bytes of a segment. */
export function encodeSegment(documents: readonly SegmentDocument[]): Buffer {
  const postings: Postings = new Map()
  const described: Described[] = []
  let ordinal = 0
  for (const document of documents) {
    const passages = document.passages.map((passage) => {
      const { start, end, terms } = passage
      const counts = new Map<string, number>()
      for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
      for (const term of document.titleTerms) counts.set(term, (counts.get(term) ?? 0) + TITLE_WEIGHT)
      for (const [term, count] of counts) {
        const list = postings.get(term)
        if (list) list.push(ordinal, count)
        else postings.set(term, [ordinal, count])
      }
      ordinal++
      return { start, end, length: terms.length + TITLE_WEIGHT * document.titleTerms.length }
    })
    described.push({ id: document.id, class: document.class, collection: document.collection, passages })
  }
  return sealedWithSum(described, postings)
}

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
    const opened = { documents, firstPassage, ...readPassages(from, firstPassage), ...readTerms(from) }
    if (from.remaining > 0) throw new RangeError('bytes left over')
    return opened
  } catch (cause) {
    throw new Error('index segment: damaged', { cause })
  }
}

/** The documents of a segment, read without the rest of it. */
export function segmentDocuments(bytes: Uint8Array): OpenSegment['documents'] {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(HEADER)
  return readDocuments(new ByteReader(body)).documents
}

/** Number of a term, or -1. Terms lie in byte order, so eighteen comparisons find one among 200,000. */
export function findTerm(segment: OpenSegment, term: Buffer): number {
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

/** Calls `visit` for each passage that holds the term, in rising order. Kept free of allocation: it is the hot loop. */
export function eachPosting(
  segment: OpenSegment,
  term: number,
  visit: (passage: number, count: number) => void,
): void {
  const { postings } = segment
  const passages = segment.passageDocument.length
  let at = term === 0 ? 0 : (segment.postingsEnd[term - 1] ?? 0)
  let passage = 0
  const varint = () => {
    let byte = postings[at++] ?? 0
    let value = byte & 0x7f
    for (let shift = 7; byte > 0x7f && shift < 35; shift += 7) {
      byte = postings[at++] ?? 0
      value |= (byte & 0x7f) << shift
    }
    return value
  }
  for (let left = segment.postingsCount[term] ?? 0; left > 0; left--) {
    passage += varint()
    if (passage >= passages) throw new Error('index segment: a posting points nowhere')
    visit(passage, varint())
  }
}

/** One segment from several, without the documents that are gone. Row ids stay as they are. */
export function mergeSegments(parts: readonly Uint8Array[], isLive: (document: string) => boolean): Buffer {
  const documents: Described[] = []
  const postings: Postings = new Map()
  let next = 0
  for (const part of parts) {
    const segment = openSegment(part)
    const renumbered = new Int32Array(segment.passageDocument.length).fill(-1)
    segment.documents.forEach((document, at) => {
      if (!isLive(document.id)) return
      const passages: Array<Span & { length: number }> = []
      for (let p = segment.firstPassage[at] ?? 0; p < (segment.firstPassage[at + 1] ?? 0); p++) {
        renumbered[p] = next++
        passages.push({
          start: segment.passageStart[p] ?? 0,
          end: segment.passageEnd[p] ?? 0,
          length: segment.passageLength[p] ?? 0,
        })
      }
      documents.push({ ...document, passages })
    })
    copyPostings(segment, renumbered, postings)
  }
  return sealedWithSum(documents, postings)
}

function copyPostings(segment: OpenSegment, renumbered: Int32Array, into: Postings): void {
  for (let term = 0; term < segment.termEnd.length; term++) {
    const start = term === 0 ? 0 : (segment.termEnd[term - 1] ?? 0)
    const name = segment.termBytes.toString('utf8', start, segment.termEnd[term])
    let list = into.get(name)
    eachPosting(segment, term, (passage, count) => {
      const ordinal = renumbered[passage] ?? -1
      if (ordinal < 0) return
      if (!list) into.set(name, (list = []))
      list.push(ordinal, count)
    })
  }
}
