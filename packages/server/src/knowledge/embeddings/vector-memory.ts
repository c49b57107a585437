import type { TenantId } from '../../store/store.ts'
import type { HeldSegment, SearchView, SeenPart } from '../search-view.ts'
import { isVisible, partOf } from '../search-view.ts'
import type { VectorLot } from './vector-lot.ts'
import { openLot } from './vector-lot.ts'
import { inWords, signsOf, wordsFor } from './signs.ts'

/** Passages that are found by their vectors alone, at most. */
const FOUND = 100
/** Up to so many passages each is compared exactly; of more, those whose signs agree best. */
const EXACT = 2048
/** Compared exactly, where signs chose them. */
const CHOSEN = 800
/** Passages that tell how near any passage is to a question. */
const SAMPLE = 256
/** Nearness spreads over at least so much of a cosine: where all are alike, none is near. */
const LEAST_SPREAD = 0.1

/** Vectors on their way to the search. */
export interface VectorBytes {
  readonly id: string
  readonly space: string
  readonly bytes: Uint8Array
}

/** A question as the model of a space sees it. */
export interface AskedVector {
  readonly space: string
  readonly values: Float32Array
}

/** What vectors say of the passages of one view. */
export interface Nearness {
  /** The nearest ones by their numbers in the view. */
  readonly nearest: readonly number[]
  /** From 0, as far as most passages, to 1, as near as the nearest; null for a passage without a vector. */
  of(passage: number): number | null
}

interface HeldLot {
  readonly lot: VectorLot
  readonly signs: Uint32Array
}

interface Space {
  readonly lots: Map<string, HeldLot>
  /** Where the vectors of a document begin. */
  readonly documents: Map<
    string,
    { readonly held: HeldLot; readonly first: number; readonly passages: number }
  >
  /** Changes with every lot. */
  version: number
}

/** For each passage of a segment its vector. */
interface Placed {
  readonly version: number
  readonly lots: readonly HeldLot[]
  readonly lotOf: Uint16Array
  /** -1: it has none. */
  readonly rowOf: Int32Array
}

/** What of a view may be compared: it is visible and has a vector. */
interface Shown {
  readonly space: Space
  readonly version: number
  readonly placed: ReadonlyMap<SeenPart, Placed>
  /** Numbers in the view, rising. */
  readonly seen: Uint32Array
}

/** Vectors of passages in memory, by tenant and space. Compared is only what a view shows. */
export class VectorMemory {
  readonly #tenants = new Map<TenantId, Map<string, Space>>()
  readonly #placed = new WeakMap<HeldSegment, Map<Space, Placed>>()
  readonly #shown = new WeakMap<SearchView, Shown>()

  /** @throws Error when the bytes are no lot */
  add(tenant: TenantId, { id, space, bytes }: VectorBytes): void {
    const spaces = this.#tenants.get(tenant) ?? new Map<string, Space>()
    this.#tenants.set(tenant, spaces)
    const into = spaces.get(space) ?? { lots: new Map(), documents: new Map(), version: 0 }
    spaces.set(space, into)
    if (into.lots.has(id)) return
    const lot = openLot(bytes)
    const held = { lot, signs: signsOf(lot) }
    into.lots.set(id, held)
    for (const { id: document, first, passages } of lot.documents)
      into.documents.set(document, { held, first, passages })
    into.version++
  }

  drop(tenant: TenantId, lots: readonly string[]): void {
    const gone = new Set(lots)
    for (const [name, space] of this.#tenants.get(tenant) ?? []) {
      const held = new Set(lots.flatMap((id) => space.lots.get(id) ?? []))
      if (held.size === 0) continue
      for (const id of gone) space.lots.delete(id)
      for (const [document, place] of space.documents)
        if (held.has(place.held)) space.documents.delete(document)
      space.version++
      if (space.lots.size === 0) this.#tenants.get(tenant)?.delete(name)
    }
  }

  forget(tenant: TenantId): void {
    this.#tenants.delete(tenant)
  }

  /** Null where the view has no vectors of that space. */
  near(tenant: TenantId, view: SearchView, asked: AskedVector): Nearness | null {
    const space = this.#tenants.get(tenant)?.get(asked.space)
    if (!space) return null
    const question = new Question(asked.values)
    const shown = this.#show(view, space)
    const { placed, seen } = shown
    if (seen.length === 0) return null
    const cosineOf = (passage: number): number => {
      const part = partOf(view, passage)
      return cosine(question, placed.get(part), passage - part.base) ?? -1
    }
    const candidates = seen.length <= EXACT ? [...seen] : bySigns(view, shown, question)
    const cosines = new Map(candidates.map((passage) => [passage, cosineOf(passage)]))
    const nearest = candidates
      .toSorted((a, b) => (cosines.get(b) ?? 0) - (cosines.get(a) ?? 0) || a - b)
      .slice(0, FOUND)
    const floor = meanOver(seen, cosineOf)
    const spread = Math.max(LEAST_SPREAD, (cosines.get(nearest[0] ?? 0) ?? 0) - floor)
    return {
      nearest,
      of(passage) {
        const part = partOf(view, passage)
        const near = cosines.get(passage) ?? cosine(question, placed.get(part), passage - part.base)
        return near === null ? null : Math.min(1, Math.max(0, (near - floor) / spread))
      },
    }
  }

  /** Found once for each view, because people ask more than once. */
  #show(view: SearchView, space: Space): Shown {
    const before = this.#shown.get(view)
    if (before?.space === space && before.version === space.version) return before
    const placed = new Map(view.parts.map((part) => [part, this.#place(part, space)] as const))
    const seen = new Uint32Array(view.size)
    let count = 0
    for (const [part, { rowOf }] of placed)
      for (let own = 0; own < rowOf.length; own++)
        if ((rowOf[own] ?? -1) >= 0 && isVisible(part, own)) seen[count++] = part.base + own
    const shown = { space, version: space.version, placed, seen: seen.slice(0, count) }
    this.#shown.set(view, shown)
    return shown
  }

  #place({ held }: SeenPart, space: Space): Placed {
    const known = this.#placed.get(held) ?? new Map<Space, Placed>()
    const before = known.get(space)
    if (before?.version === space.version) return before
    const { documents, firstPassage } = held.loaded.segment
    const size = firstPassage.at(-1) ?? 0
    const lots = new Map<HeldLot, number>()
    const lotOf = new Uint16Array(size)
    const rowOf = new Int32Array(size).fill(-1)
    documents.forEach(({ id }, at) => {
      const place = space.documents.get(id)
      const first = firstPassage[at] ?? 0
      // Vectors of a text that was cut in another way are of no use.
      if (!place || place.passages !== (firstPassage[at + 1] ?? 0) - first) return
      const number = lots.get(place.held) ?? lots.size
      lots.set(place.held, number)
      for (let own = 0; own < place.passages; own++) {
        if (place.held.lot.scales[place.first + own] === 0) continue
        lotOf[first + own] = number
        rowOf[first + own] = place.first + own
      }
    })
    const placed = { version: space.version, lots: [...lots.keys()], lotOf, rowOf }
    // Of other spaces only the one that is asked for next: a change of the model is rare.
    this.#placed.set(held, new Map([[space, placed]]))
    return placed
  }
}

/** A question in whole numbers, so that products with bytes are. */
class Question {
  readonly values: Int16Array
  readonly scale: number
  readonly signs: Uint32Array

  constructor(vector: Float32Array) {
    let largest = 0
    let squares = 0
    for (const value of vector) largest = Math.max(largest, Math.abs(value))
    this.values = Int16Array.from(vector, (value) => Math.round((value / (largest || 1)) * 4095))
    for (const value of this.values) squares += value * value
    this.scale = 1 / (Math.sqrt(squares) || 1)
    this.signs = inWords(this.values, 0, vector.length)
  }
}

function cosine(question: Question, placed: Placed | undefined, own: number): number | null {
  const row = placed?.rowOf[own] ?? -1
  const lot = placed?.lots[placed.lotOf[own] ?? 0]?.lot
  if (row < 0 || !lot || lot.dimensions !== question.values.length) return null
  const { values, dimensions, scales } = lot
  const { values: asked } = question
  const offset = row * dimensions
  let sum = 0
  for (let at = 0; at < dimensions; at++) sum += (asked[at] ?? 0) * (values[offset + at] ?? 0)
  return sum * question.scale * (scales[row] ?? 0)
}

/** The passages whose signs agree best with the question's: an eighth of the bytes, and no multiplication. */
function bySigns(view: SearchView, { placed, seen }: Shown, question: Question): number[] {
  const words = wordsFor(question.values.length)
  const differing = new Uint16Array(seen.length)
  const counts = new Uint32Array(32 * words + 2)
  let at = 0
  for (const part of view.parts) {
    const { rowOf, lotOf, lots } = placed.get(part) ?? NOWHERE
    for (; at < seen.length; at++) {
      const own = (seen[at] ?? 0) - part.base
      if (own >= rowOf.length) break
      const signs = lots[lotOf[own] ?? 0]?.signs
      let differs = 0
      const offset = (rowOf[own] ?? 0) * words
      for (let word = 0; signs !== undefined && word < words; word++) {
        let bits = (signs[offset + word] ?? 0) ^ (question.signs[word] ?? 0)
        bits -= (bits >>> 1) & 0x55555555
        bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
        differs += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
      }
      differing[at] = differs
      counts[differs] = (counts[differs] ?? 0) + 1
    }
  }
  let bound = 0
  for (let sum = counts[0] ?? 0; sum < CHOSEN && bound < counts.length; sum += counts[bound] ?? 0) bound++
  const chosen: number[] = []
  for (let index = 0; index < seen.length; index++)
    if ((differing[index] ?? 0) <= bound) chosen.push(seen[index] ?? 0)
  return chosen
}

const NOWHERE: Placed = { version: 0, lots: [], lotOf: new Uint16Array(0), rowOf: new Int32Array(0) }

function meanOver(seen: Uint32Array, cosineOf: (passage: number) => number): number {
  const step = Math.max(1, Math.floor(seen.length / SAMPLE))
  let sum = 0
  let count = 0
  for (let at = 0; at < seen.length; at += step) {
    sum += cosineOf(seen[at] ?? 0)
    count++
  }
  return sum / Math.max(1, count)
}
