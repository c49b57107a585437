import { crc32 } from 'node:zlib'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { ByteWriter } from './bytes.ts'
import type { OpenSegment } from './segment.ts'
import { eachPosting, FIELD_WEIGHTS, HEADER, MAGIC, openSegment, packed, termName } from './segment.ts'
import type { Span } from './sentences.ts'

interface SegmentPassage extends Span {
  readonly terms: readonly string[]
  /** Of the headings that it stands under. */
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

interface Described {
  readonly id: string
  readonly class: DataClass
  readonly collection: string
  readonly passages: readonly (Span & { readonly length: number })[]
}

/** Passage and packed occurrences, alternating, in rising order of passages. */
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

/** Packed occurrences of each term of a passage, and its weighted length. */
function counted(passage: SegmentPassage, title: ReadonlySet<string>) {
  const { terms } = passage
  const headings = new Set(passage.headings)
  const counts = new Map<string, number>()
  const one = packed({ body: 1, isInTitle: false, isInHeadings: false })
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + one)
  const inHeadings = packed({ body: 0, isInTitle: false, isInHeadings: true })
  for (const term of headings) counts.set(term, (counts.get(term) ?? 0) + inHeadings)
  const inTitle = packed({ body: 0, isInTitle: true, isInHeadings: false })
  for (const term of title) counts.set(term, (counts.get(term) ?? 0) + inTitle)
  const length = terms.length + FIELD_WEIGHTS.title * title.size + FIELD_WEIGHTS.headings * headings.size
  return { counts, length: Math.round(length) }
}

/** Turns analysed documents into the bytes of a segment. */
export function encodeSegment(documents: readonly SegmentDocument[]): Buffer {
  const postings: Postings = new Map()
  const described: Described[] = []
  let ordinal = 0
  for (const document of documents) {
    const title = new Set(document.titleTerms)
    const passages = document.passages.map((passage) => {
      const { counts, length } = counted(passage, title)
      for (const [term, occurrences] of counts) {
        const list = postings.get(term)
        if (list) list.push(ordinal, occurrences)
        else postings.set(term, [ordinal, occurrences])
      }
      ordinal++
      return { start: passage.start, end: passage.end, length }
    })
    described.push({ id: document.id, class: document.class, collection: document.collection, passages })
  }
  return sealedWithSum(described, postings)
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
    const name = termName(segment, term)
    let list = into.get(name)
    eachPosting(segment, term, (passage, occurrences) => {
      const ordinal = renumbered[passage] ?? -1
      if (ordinal < 0) return
      if (!list) into.set(name, (list = []))
      list.push(ordinal, occurrences)
    })
  }
}
