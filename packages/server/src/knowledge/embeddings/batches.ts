import type { DataClass } from '@freehold/contract/data-class.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import type { PassageVector } from './vector-lot.ts'
import { quantised } from './vector-lot.ts'

/** Texts in one request; their vectors are read in a few milliseconds. */
const TEXTS = 32
const CHARACTERS = 64_000
/** Requests of one pass that are under way at once. */
const AT_ONCE = 4
/** A text that the model refuses is tried once more as long as this. */
const SHORTENED = 1000

/** Reasons that lie in what was to be embedded, or in what is allowed; another attempt would meet the same. */
const REFUSALS: ReadonlySet<FaultCode> = new Set([
  'no_route',
  'stays_home',
  'not_allowed',
  'above_ceiling',
  'invalid',
  'too_large',
  'upstream_refused',
])
/** Nothing of a passage; whether a class is embedded at all shows with it. */
const PROBE = '.'

/** Nothing of this class is embedded as things stand. */
export class ClassHeld extends Error {
  readonly class: DataClass
  readonly code: FaultCode

  constructor(of: DataClass, { code }: Fault) {
    super(`nothing of the class ${of} is embedded`)
    this.class = of
    this.code = code
  }
}

/** Vectors of texts of one class, in their order. @throws Fault */
export type Embed = (of: DataClass, texts: readonly string[]) => Promise<readonly Float32Array[]>

export type Quantised = Omit<PassageVector, 'mark'>

/** Embeds texts of one class a few at a time; null for one that nothing may embed, because of what stands in it. */
export class Batches {
  readonly #embed: Embed
  readonly #open = new Set<DataClass>()

  constructor(embed: Embed) {
    this.#embed = embed
  }

  /** @throws ClassHeld, or Fault what is wrong with the provider */
  async vectors(of: DataClass, texts: readonly string[]): Promise<(Quantised | null)[]> {
    const vectors = new Array<Quantised | null>(texts.length).fill(null)
    const batches = cut(texts)
    const work = async (): Promise<void> => {
      for (let next = batches.shift(); next; next = batches.shift()) {
        const { from, until } = next
        const found = await this.#batch(of, texts.slice(from, until))
        found.forEach((vector, at) => (vectors[from + at] = vector))
      }
    }
    const works = await Promise.allSettled(Array.from({ length: AT_ONCE }, work))
    for (const one of works) if (one.status === 'rejected') throw one.reason
    return vectors
  }

  async #batch(of: DataClass, texts: readonly string[]): Promise<(Quantised | null)[]> {
    try {
      const vectors = await this.#embed(of, texts)
      this.#open.add(of)
      return vectors.map((vector) => quantised(vector))
    } catch (error) {
      if (!(error instanceof Fault) || !REFUSALS.has(error.code)) throw error
      await this.#requireOpen(of)
      const [only = ''] = texts
      if (texts.length > 1) {
        const half = texts.length >>> 1
        return [
          ...(await this.#batch(of, texts.slice(0, half))),
          ...(await this.#batch(of, texts.slice(half))),
        ]
      }
      // Longer than the model takes; its beginning says what it is about.
      const isLong = error.code === 'upstream_refused' && only.length > SHORTENED
      return isLong ? this.#batch(of, [only.slice(0, SHORTENED).toWellFormed()]) : [null]
    }
  }

  async #requireOpen(of: DataClass): Promise<void> {
    if (this.#open.has(of)) return
    try {
      await this.#embed(of, [PROBE])
      this.#open.add(of)
    } catch (error) {
      if (error instanceof Fault && REFUSALS.has(error.code)) throw new ClassHeld(of, error)
      throw error
    }
  }
}

function cut(texts: readonly string[]): { readonly from: number; readonly until: number }[] {
  const batches: { from: number; until: number }[] = []
  let characters = 0
  texts.forEach(({ length }, at) => {
    const last = batches.at(-1)
    characters += length
    if (last && last.until - last.from < TEXTS && characters <= CHARACTERS) last.until = at + 1
    else {
      batches.push({ from: at, until: at + 1 })
      characters = length
    }
  })
  return batches
}
