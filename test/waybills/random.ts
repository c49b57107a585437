export type Random = () => number
const S10_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7]

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const pick = <T>(random: Random, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T
/** Whole, both ends included. */
export const between = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1))
export const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => between(random, 0, 9)).join('')

/** UPU S10, with its check digit. */
export function s10(random: Random): string {
  const serial = digits(random, 8)
  const sum = S10_WEIGHTS.reduce((total, weight, at) => total + weight * Number(serial[at]), 0)
  const check = 11 - (sum % 11)
  const letters = `${pick(random, ['E', 'R', 'L', 'C'])}${pick(random, Array.from('ABCDEFGHJKLMNPQRSTUVXYZ'))}`
  return `${letters}${serial}${check === 10 ? 0 : check === 11 ? 5 : check}CN`
}
