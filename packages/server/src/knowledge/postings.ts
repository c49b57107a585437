import { termScore } from './bm25.ts'
import type { SearchView, SeenPart } from './search-view.ts'
import type { DecodedPostings } from './segment.ts'
import { decodePostings, findTerm, weighted } from './segment.ts'
import { REMOVED } from './visible-groups.ts'

/** The visible passages that hold a term, rising, how often (weighted by fields), and what that adds to a score. */
export interface TermPostings {
  readonly passages: Uint32Array
  readonly counts: Float32Array
  /** Parts of the score, before the weight of the term. */
  readonly parts: Float64Array
  /** The greatest of these. */
  readonly most: number
  readonly length: number
}

/** Postings that a view keeps at most, sixteen bytes each. */
const KEPT_POSTINGS = 1_000_000

/** What a view has read already: frequent words come again with each question. */
export class PostingsMemory {
  readonly #lists = new Map<string, TermPostings>()
  #kept = 0

  get(term: string): TermPostings | undefined {
    const known = this.#lists.get(term)
    if (!known) return undefined
    this.#lists.delete(term)
    this.#lists.set(term, known)
    return known
  }

  /** What was asked for longest ago makes room. */
  put(term: string, postings: TermPostings): void {
    this.#kept += postings.length
    for (const [old, { length }] of this.#lists) {
      if (this.#kept <= KEPT_POSTINGS) break
      this.#kept -= length
      this.#lists.delete(old)
    }
    this.#lists.set(term, postings)
  }
}

const decoded: DecodedPostings = { passages: new Uint32Array(0), occurrences: new Uint32Array(0) }

/** Visible postings of a term; null when more than `most` passages hold it. */
export function postingsOf(view: SearchView, term: string, most = Infinity): TermPostings | null {
  const known = view.read.get(term)
  if (known) return known.length <= most ? known : null
  const postings = readPostings(view, term, most)
  if (postings) view.read.put(term, postings)
  return postings
}

function readPostings(view: SearchView, term: string, most: number): TermPostings | null {
  const name = Buffer.from(term)
  const found: { part: SeenPart; number: number }[] = []
  let room = 0
  for (const part of view.parts) {
    const number = findTerm(part.body, name)
    if (number < 0) continue
    found.push({ part, number })
    room += part.body.postingsCount[number] ?? 0
  }
  const bound = Math.min(room, most)
  const passages = new Uint32Array(bound)
  const counts = new Float32Array(bound)
  let length = 0
  for (const { part, number } of found) {
    const { base, isSeen } = part
    const { groupOf } = part.held.loaded
    const count = decodePostings(part.body, number, decoded)
    for (let at = 0; at < count; at++) {
      const passage = decoded.passages[at] ?? 0
      // The same as isVisible, without its way there for each of thousands of postings.
      if (isSeen[groupOf[passage] ?? REMOVED] !== 1) continue
      if (length >= bound) return null
      passages[length] = base + passage
      counts[length++] = weighted(decoded.occurrences[at] ?? 0)
    }
  }
  return scored(view, { passages, counts, length })
}

function scored(view: SearchView, read: Omit<TermPostings, 'parts' | 'most'>): TermPostings {
  const parts = new Float64Array(read.length)
  let most = 0
  for (let at = 0; at < read.length; at++) {
    const part = termScore(read.counts[at] ?? 0, view.norms[read.passages[at] ?? 0] ?? 0)
    parts[at] = part
    if (part > most) most = part
  }
  return { ...read, parts, most }
}

/** Where the postings hold a passage; -1 where they do not. */
export function placeIn({ passages, length }: TermPostings, passage: number): number {
  let low = 0
  let high = length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const other = passages[middle] ?? 0
    if (other === passage) return middle
    if (other < passage) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Several terms that count as one word. */
export function together(view: SearchView, lists: readonly TermPostings[]): TermPostings {
  const some = lists.filter(({ length }) => length > 0)
  const [only] = some
  if (only && some.length === 1) return only
  const sums = new Map<number, number>()
  for (const { passages, counts, length } of some)
    for (let at = 0; at < length; at++) {
      const passage = passages[at] ?? 0
      sums.set(passage, (sums.get(passage) ?? 0) + (counts[at] ?? 0))
    }
  const passages = Uint32Array.from(sums.keys()).sort()
  const counts = Float32Array.from(passages, (passage) => sums.get(passage) ?? 0)
  return scored(view, { passages, counts, length: passages.length })
}
