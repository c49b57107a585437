import type { SearchView, SeenPart } from './search-view.ts'
import { eachPosting, findTerm, weighted } from './segment.ts'
import { REMOVED } from './visible-groups.ts'

/** Robertson and Zaragoza 2009; values of the common default, idf in Lucene's never negative form. */
const K1 = 1.5
const B = 0.75

/** The visible passages that hold a term, rising, and how often (weighted by fields). */
export interface TermPostings {
  readonly passages: Uint32Array
  readonly counts: Float64Array
  readonly length: number
}

/** Postings that a view keeps at most, twelve bytes each. */
const KEPT_POSTINGS = 1_000_000

/** Visible postings of a term; null when more than `most` passages hold it. */
export function postingsOf(view: SearchView, term: string, most = Infinity): TermPostings | null {
  const known = view.read.get(term)
  if (known) return known.length <= most ? known : null
  const postings = readPostings(view, term, most)
  if (!postings) return null
  let kept = postings.length
  for (const { length } of view.read.values()) kept += length
  if (kept > KEPT_POSTINGS) view.read.clear()
  view.read.set(term, postings)
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
  const counts = new Float64Array(bound)
  let length = 0
  for (const { part, number } of found) {
    const { base, isSeen } = part
    const { groupOf } = part.held.loaded
    eachPosting(part.body, number, (passage, occurrences) => {
      // The same as isVisible, without its way there for each of thousands of postings.
      if (isSeen[groupOf[passage] ?? REMOVED] !== 1) return true
      if (length >= most) return (length = Infinity) && false
      passages[length] = base + passage
      counts[length++] = weighted(occurrences)
      return true
    })
    if (length === Infinity) return null
  }
  return { passages, counts, length }
}

/** Several terms that count as one word. */
export function together(lists: readonly TermPostings[]): TermPostings {
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
  const counts = Float64Array.from(passages, (passage) => sums.get(passage) ?? 0)
  return { passages, counts, length: passages.length }
}

/** Inverse document frequency among what the asker may see. */
export function idf(passages: number, holding: number): number {
  return Math.log(1 + (passages - holding + 0.5) / (holding + 0.5))
}

/** One term's part of the score of a passage, before its weight. */
export function termScore(count: number, norm: number): number {
  return (count * (K1 + 1)) / (count + norm)
}

/** What the length of a passage adds below the line. */
export function lengthNorm(length: number, meanLength: number): number {
  return K1 * (1 - B + (B * length) / (meanLength || 1))
}

/** Scores of the passages of a view. Taken once and cleaned after use: the arrays are as long as the index. */
export class Scores {
  #size = 0
  lexical = new Float64Array(0)
  covered = new Float64Array(0)
  feedback = new Float64Array(0)
  #norms: Float64Array = new Float64Array(0)
  #isTouched = new Uint8Array(0)
  #touched = new Uint32Array(0)
  #count = 0

  start(view: SearchView): void {
    if (this.#size < view.size) {
      this.#size = Math.ceil(view.size * 1.25)
      this.lexical = new Float64Array(this.#size)
      this.covered = new Float64Array(this.#size)
      this.feedback = new Float64Array(this.#size)
      this.#isTouched = new Uint8Array(this.#size)
      this.#touched = new Uint32Array(this.#size)
    }
    this.#norms = view.norms
  }

  /** A word of the question. */
  addTerm({ passages, counts, length }: TermPostings, weight: number): void {
    for (let at = 0; at < length; at++) {
      const passage = passages[at] ?? 0
      this.#touch(passage)
      const part = weight * termScore(counts[at] ?? 0, this.#norms[passage] ?? 0)
      this.lexical[passage] = (this.lexical[passage] ?? 0) + part
      this.covered[passage] = (this.covered[passage] ?? 0) + weight
    }
  }

  /** A word that the best passages brought in. */
  addFeedback({ passages, counts, length }: TermPostings, weight: number): void {
    for (let at = 0; at < length; at++) {
      const passage = passages[at] ?? 0
      this.#touch(passage)
      const part = weight * termScore(counts[at] ?? 0, this.#norms[passage] ?? 0)
      this.feedback[passage] = (this.feedback[passage] ?? 0) + part
    }
  }

  /** The passages that hold any of the words. */
  get touched(): Uint32Array {
    return this.#touched.subarray(0, this.#count)
  }

  #touch(passage: number): void {
    if (this.#isTouched[passage] === 1) return
    this.#isTouched[passage] = 1
    this.#touched[this.#count++] = passage
  }

  clean(): void {
    for (const passage of this.touched) {
      this.lexical[passage] = 0
      this.covered[passage] = 0
      this.feedback[passage] = 0
      this.#isTouched[passage] = 0
    }
    this.#count = 0
  }
}
