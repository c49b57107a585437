import { crc32 } from 'node:zlib'
import type { LatentBasis, TermMatrix } from './latent-training.ts'
import type { HeldSegment, SearchView, SeenPart } from './search-view.ts'
import { eachTerm, isVisible, partOf } from './search-view.ts'
import { termName, weighted } from './segment.ts'

/** A term in fewer passages says nothing of what goes with it. */
const FEWEST_HOLDING = 4
const MOST_TERMS = 30_000
/** Passages that a model learns from at most, chosen by their documents' ids. */
const SAMPLE = 8000
const UNKNOWN = -1
const NOT_LOOKED_UP = -2

/** What a model learns from: passages of one view, and nothing else. */
export interface TrainingSet {
  readonly matrix: TermMatrix
  readonly vocabulary: ReadonlyMap<string, number>
  readonly idf: Float64Array
  /** Row ids of the documents it was taken from. */
  readonly documents: ReadonlySet<string>
  /** Visible passages when it was taken. */
  readonly passages: number
}

interface Sampled {
  readonly part: SeenPart
  readonly own: number
  readonly document: string
}

/** The same passages however the index is cut into segments, in the same order. */
function sampleOf(view: SearchView): Sampled[] {
  const bound = Math.min(1, SAMPLE / Math.max(1, view.passages)) * 2 ** 32
  const sample: Sampled[] = []
  for (const part of view.parts) {
    const { documents, firstPassage } = part.held.loaded.segment
    for (let at = 0; at < documents.length; at++) {
      const document = documents[at]?.id ?? ''
      if (bound < 2 ** 32 && crc32(document) >= bound) continue
      for (let own = firstPassage[at] ?? 0; own < (firstPassage[at + 1] ?? 0); own++)
        if (isVisible(part, own)) sample.push({ part, own, document })
    }
  }
  return sample.toSorted((a, b) =>
    a.document === b.document ? a.own - b.own : a.document < b.document ? -1 : 1,
  )
}

function holdingOf(sample: readonly Sampled[]): Map<string, number> {
  const byPart = new Map<SeenPart, Uint32Array>()
  for (const { part, own } of sample) {
    let counts = byPart.get(part)
    if (!counts) byPart.set(part, (counts = new Uint32Array(part.body.termEnd.length)))
    const into = counts
    eachTerm(part, own, (term) => {
      into[term] = (into[term] ?? 0) + 1
    })
  }
  const holding = new Map<string, number>()
  for (const [part, counts] of byPart)
    counts.forEach((count, term) => {
      if (count === 0) return
      const name = termName(part.body, term)
      holding.set(name, (holding.get(name) ?? 0) + count)
    })
  return holding
}

/** How much a term's occurrences weigh in one passage. */
const spread = (count: number): number => (count > 0 ? 1 + Math.log(Math.max(1, count)) : 0)

/** Takes the training set of a model from all that a search may see. */
export function trainingSetOf(view: SearchView): TrainingSet {
  const sample = sampleOf(view)
  const known = [...holdingOf(sample)]
    .filter(([, count]) => count >= FEWEST_HOLDING)
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_TERMS)
  const vocabulary = new Map(known.map(([term], row) => [term, row]))
  const idf = Float64Array.from(known, ([, count]) => Math.log(sample.length / count))
  const rows = new RowNumbers(vocabulary)
  const first = new Uint32Array(sample.length + 1)
  const terms: number[] = []
  const weights: number[] = []
  sample.forEach(({ part, own }, at) => {
    let squares = 0
    eachTerm(part, own, (term, occurrences) => {
      const row = rows.of(part, term)
      if (row < 0) return
      const weight = spread(weighted(occurrences)) * (idf[row] ?? 0)
      terms.push(row)
      weights.push(weight)
      squares += weight * weight
    })
    const length = Math.sqrt(squares) || 1
    for (let entry = first[at] ?? 0; entry < terms.length; entry++)
      weights[entry] = (weights[entry] ?? 0) / length
    first[at + 1] = terms.length
  })
  const matrix: TermMatrix = {
    first,
    terms: Uint32Array.from(terms),
    weights: Float32Array.from(weights),
    vocabulary: vocabulary.size,
  }
  const documents = new Set(sample.map(({ document }) => document))
  return { matrix, vocabulary, idf, documents, passages: view.passages }
}

/** Rows of a model by a segment's term numbers, looked up when they are first met. */
class RowNumbers {
  readonly #vocabulary: ReadonlyMap<string, number>
  readonly #known = new WeakMap<HeldSegment, Int32Array>()

  constructor(vocabulary: ReadonlyMap<string, number>) {
    this.#vocabulary = vocabulary
  }

  of({ held, body }: SeenPart, term: number): number {
    let rows = this.#known.get(held)
    if (!rows) {
      rows = new Int32Array(body.termEnd.length).fill(NOT_LOOKED_UP)
      this.#known.set(held, rows)
    }
    let row = rows[term] ?? UNKNOWN
    if (row === NOT_LOOKED_UP) {
      row = this.#vocabulary.get(termName(body, term)) ?? UNKNOWN
      rows[term] = row
    }
    return row
  }
}

/** Vectors of a segment's passages, as they were needed; two bytes for each direction. */
interface Placed {
  readonly vectors: Int16Array
  readonly isKnown: Uint8Array
}

const FINENESS = 32_767

/** A trained model: turns words and passages into vectors whose cosine says how near they are in meaning. */
export class LatentModel {
  readonly documents: ReadonlySet<string>
  readonly passages: number
  readonly #set: TrainingSet
  readonly #basis: LatentBasis
  readonly #rows: RowNumbers
  readonly #passages = new WeakMap<HeldSegment, Placed>()

  constructor(set: TrainingSet, basis: LatentBasis) {
    this.documents = set.documents
    this.passages = set.passages
    this.#set = { ...set, matrix: { ...set.matrix, terms: new Uint32Array(0), weights: new Float32Array(0) } }
    this.#basis = basis
    this.#rows = new RowNumbers(set.vocabulary)
  }

  question(terms: readonly { readonly term: string; readonly times: number }[]): Float64Array | null {
    const vector = new Float64Array(this.#basis.dimensions)
    for (const { term, times } of terms) {
      const row = this.#set.vocabulary.get(term)
      if (row !== undefined) this.#add(vector, row, spread(times))
    }
    return unit(vector)
  }

  /** Cosine of a question and a passage of the view. */
  nearness(question: Float64Array, view: SearchView, passage: number): number {
    const part = partOf(view, passage)
    const { dimensions } = this.#basis
    const own = passage - part.base
    const { vectors, isKnown } = this.#placed(part)
    if (isKnown[own] !== 1) {
      vectors.set(this.#place(part, own), own * dimensions)
      isKnown[own] = 1
    }
    let sum = 0
    const offset = own * dimensions
    for (let at = 0; at < dimensions; at++) sum += (vectors[offset + at] ?? 0) * (question[at] ?? 0)
    return sum / FINENESS
  }

  #placed({ held, body }: SeenPart): Placed {
    let placed = this.#passages.get(held)
    if (!placed) {
      const vectors = new Int16Array(body.passages * this.#basis.dimensions)
      placed = { vectors, isKnown: new Uint8Array(body.passages) }
      this.#passages.set(held, placed)
    }
    return placed
  }

  #place(part: SeenPart, own: number): Int16Array {
    const vector = new Float64Array(this.#basis.dimensions)
    eachTerm(part, own, (term, occurrences) => {
      const row = this.#rows.of(part, term)
      if (row >= 0) this.#add(vector, row, spread(weighted(occurrences)))
    })
    return Int16Array.from(unit(vector) ?? vector, (value) => Math.round(value * FINENESS))
  }

  #add(vector: Float64Array, row: number, count: number): void {
    const { dimensions, terms } = this.#basis
    const weight = count * (this.#set.idf[row] ?? 0)
    const offset = row * dimensions
    for (let at = 0; at < dimensions; at++)
      vector[at] = (vector[at] ?? 0) + weight * (terms[offset + at] ?? 0)
  }
}

/** Scaled to length one; null when it has none. */
function unit(vector: Float64Array): Float64Array | null {
  let squares = 0
  for (const value of vector) squares += value * value
  if (squares < 1e-18) return null
  const length = Math.sqrt(squares)
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) / length
  return vector
}
