import type { TermPostings } from './postings.ts'
import { placeIn } from './postings.ts'
import type { SearchView } from './search-view.ts'

/** Robertson and Zaragoza 2009; values of the common default, idf in Lucene's never negative form. */
const K1 = 1.5
const B = 0.75

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

/** Numbers of each passage: by the question's words, weight of those, by words that were brought in, one to align. */
const COLUMNS = 4
const COVERED = 1
const FEEDBACK = 2
/** Steps of looking one passage up; with fewer postings than that for each passage they are all read. */
const LOOKED_UP = 16

/** Scores of the passages of a view. Taken once and cleaned after use: the array is as long as the index. */
export class Scores {
  /** A passage's numbers stand together, so that each is one place in memory. */
  #values = new Float64Array(0)
  #touched = new Uint32Array(0)
  /** The same as one byte each: most questions of it are about passages that were not. */
  #isTouched = new Uint8Array(0)
  #count = 0

  start(view: SearchView): void {
    if (this.#touched.length >= view.size) return
    const size = Math.ceil(view.size * 1.25)
    this.#values = new Float64Array(size * COLUMNS)
    this.#touched = new Uint32Array(size)
    this.#isTouched = new Uint8Array(size)
  }

  /** A word of the question. */
  addTerm({ passages, parts, length }: TermPostings, weight: number): void {
    for (let at = 0; at < length; at++) {
      const passage = passages[at] ?? 0
      this.#touch(passage)
      this.#add(passage * COLUMNS, weight, parts[at] ?? 0)
    }
  }

  /** A word of the question, only for passages that were touched before: from the given one of them on. */
  addToTouched(postings: TermPostings, weight: number, from = 0): void {
    const { passages, parts, length } = postings
    if (from === 0 && this.#count * LOOKED_UP > length) {
      for (let at = 0; at < length; at++) {
        const passage = passages[at] ?? 0
        if (this.#isTouched[passage] === 1) this.#add(passage * COLUMNS, weight, parts[at] ?? 0)
      }
      return
    }
    for (let at = from; at < this.#count; at++) {
      const passage = this.#touched[at] ?? 0
      const place = placeIn(postings, passage)
      if (place >= 0) this.#add(passage * COLUMNS, weight, parts[place] ?? 0)
    }
  }

  #touch(passage: number): void {
    if (this.#isTouched[passage] === 1) return
    this.#isTouched[passage] = 1
    this.#touched[this.#count++] = passage
  }

  #add(own: number, weight: number, part: number): void {
    const values = this.#values
    values[own] = (values[own] ?? 0) + weight * part
    values[own + COVERED] = (values[own + COVERED] ?? 0) + weight
  }

  /** The score that this many passages reach by the words so far; 0 while there are not so many. */
  reachedBy(rank: number, total: number): number {
    if (this.#count < rank) return 0
    const best = new Float64Array(rank)
    for (let at = 0; at < this.#count; at++) {
      const score = this.byWords(this.#touched[at] ?? 0, total)
      if (score <= (best[0] ?? 0)) continue
      // The worst stands first; each that is better moves down by one.
      let place = 0
      while (place + 1 < rank && (best[place + 1] ?? 0) < score) place++
      best.copyWithin(0, 1, place + 1)
      best[place] = score
    }
    return best[0] ?? 0
  }

  /** A word that the best passages brought in. */
  addFeedback({ passages, parts, length }: TermPostings, weight: number): void {
    const values = this.#values
    for (let at = 0; at < length; at++) {
      const passage = passages[at] ?? 0
      this.#touch(passage)
      const own = passage * COLUMNS + FEEDBACK
      values[own] = (values[own] ?? 0) + weight * (parts[at] ?? 0)
    }
  }

  /** A passage that covers more of the question ranks higher: up to twice its own score. */
  byWords(passage: number, total: number): number {
    const values = this.#values
    const own = passage * COLUMNS
    const sum = (values[own] ?? 0) + (values[own + FEEDBACK] ?? 0)
    return sum * (1 + (values[own + COVERED] ?? 0) / total)
  }

  /** Share of the question's weight that a passage covers. */
  coverage(passage: number, total: number): number {
    return Math.min(1, (this.#values[passage * COLUMNS + COVERED] ?? 0) / total)
  }

  /** The passages that hold any of the words. */
  get touched(): Uint32Array {
    return this.#touched.subarray(0, this.#count)
  }

  clean(): void {
    const values = this.#values
    for (let at = 0; at < this.#count; at++) {
      const passage = this.#touched[at] ?? 0
      this.#isTouched[passage] = 0
      const own = passage * COLUMNS
      values[own] = 0
      values[own + COVERED] = 0
      values[own + FEEDBACK] = 0
    }
    this.#count = 0
  }
}
