import type { VectorLot } from './vector-lot.ts'

/** 32-bit words for the signs of one vector. */
export const wordsFor = (dimensions: number): number => Math.ceil(dimensions / 32)

/** One bit for each value: whether it is above zero. */
export function inWords(values: Int8Array | Int16Array, from: number, dimensions: number): Uint32Array {
  const words = new Uint32Array(wordsFor(dimensions))
  for (let at = 0; at < dimensions; at++)
    if ((values[from + at] ?? 0) > 0) words[at >>> 5] = (words[at >>> 5] ?? 0) | (1 << (at & 31))
  return words
}

/** The signs of all vectors of a lot, one after the other. */
export function signsOf({ dimensions, passages, values }: VectorLot): Uint32Array {
  const words = wordsFor(dimensions)
  const signs = new Uint32Array(words * passages)
  for (let passage = 0; passage < passages; passage++)
    signs.set(inWords(values, passage * dimensions, dimensions), passage * words)
  return signs
}
