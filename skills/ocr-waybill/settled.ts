import { costOfAddressWords, otherAddressWords } from './address-words.ts'
import { costOfCodes, otherCodes } from './codes.ts'
import { s10IsValid } from './fields.ts'
import { costOfHanNames, otherLabels } from './han-names.ts'
import { costOfPlaces, otherPlaces } from './places.ts'
import type { Steps } from './reading.ts'
import { likelihood, likeliest } from './reading.ts'
import { costOfWords, otherWords } from './words.ts'

/** How much the looks count beside what is known of words. */
const LOOKS_COUNT = 2.2
/** One look that saw nothing must not rule out what all others saw. */
const MOST_DOUBT = 14
const WRONG_CHECK_DIGIT = 4
/** Before the digits of a waybill stand two letters, or none. */
const ONE_LETTER = 4
const LIKENESS = 3
/**
 * Of what speaks against a like shape so much counts. Letters run into each other in a bad picture, and seldom apart: where
 * a word has no more letters than were seen, the looks know better.
 */
const AGAINST_LIKE = 0.2
const AGAINST_NO_LONGER = 0.4
const ODD = 4
const ROUNDS = 4
const KEPT = 3
const READINGS = 8

/** What a text costs that no waybill says. */
function costOf(text: string): number {
  const number = /(?<![A-Z\d])[A-Z]{2}\d{9}[A-Z]{2}(?![A-Z\d])/.exec(text)?.[0]
  return (
    costOfWords(text) +
    costOfPlaces(text) +
    costOfHanNames(text) +
    costOfAddressWords(text) +
    costOfCodes(text) +
    (number && !s10IsValid(number) ? WRONG_CHECK_DIGIT : 0) +
    (/(?<![A-Z\d])[A-Z]\d{11,}(?!\d)/.test(text) ? ONE_LETTER : 0)
  )
}

/** Whether a line says what waybills hardly say, so that it is worth another look however sure the first was. */
export const isOdd = (text: string): boolean => costOf(text) > ODD

/**
 * What a line says, after several looks at it: of all that the looks themselves read, and of known words that look
 * alike, what is likeliest in all looks together and costs least.
 */
export function settled(looks: readonly Steps[], signs: readonly string[]): string {
  const ids = new Map(signs.map((sign, id) => [sign, id]))
  const seen = new Map<string, readonly number[]>()
  const look = (text: string): readonly number[] => {
    const known = seen.get(text)
    if (known) return known
    // What the model has no sign for it cannot have seen; nothing speaks against it.
    const row = Array.from(text, (sign) => ids.get(sign) ?? -1).filter((id) => id >= 0)
    const all = looks.map((steps) => likelihood(steps, row))
    seen.set(text, all)
    return all
  }
  for (const steps of looks)
    for (const row of likeliest(steps, READINGS))
      look(
        row
          .map((id) => signs[id])
          .join('')
          .trim(),
      )
  const best = looks.map((_, at) => Math.max(...Array.from(seen.values(), (all) => all[at] ?? -Infinity)))
  const doubtOf = (text: string): number =>
    (LOOKS_COUNT / looks.length) *
    look(text).reduce((sum, one, at) => sum + Math.min(MOST_DOUBT, (best[at] ?? 0) - one), 0)
  const doubts = new Map(Array.from(seen.keys(), (text) => [text, doubtOf(text)]))
  const costs = new Map<string, number>()
  const sumFor = (text: string): number => {
    const cost = costs.get(text) ?? costOf(text)
    costs.set(text, cost)
    return (doubts.get(text) ?? 0) + cost
  }
  const top = (): string[] => [...doubts.keys()].toSorted((a, b) => sumFor(a) - sumFor(b)).slice(0, KEPT)
  for (let round = 0; round < ROUNDS; round++) {
    const leaders = top()
    for (const one of leaders) {
      const doubt = doubts.get(one) ?? 0
      for (const { text, against } of others(one)) {
        const seenSo = doubtOf(text)
        const likeness = doubt + LIKENESS + against * Math.max(0, seenSo - doubt)
        const meant = against < 1 ? Math.min(seenSo, likeness) : seenSo
        doubts.set(text, Math.min(doubts.get(text) ?? Infinity, meant))
      }
    }
    if (top()[0] === leaders[0]) break
  }
  return top()[0] ?? ''
}

interface Other {
  readonly text: string
  /** How much of what the looks have against it counts; 1 where the picture tells the two apart. */
  readonly against: number
}
const others = (text: string): readonly Other[] => [
  ...otherWords(text).map((other) => ({
    text: other.text,
    against: !other.isLike ? 1 : other.text.length > text.length ? AGAINST_LIKE : AGAINST_NO_LONGER,
  })),
  ...otherPlaces(text).map((other) => ({ text: other, against: AGAINST_LIKE })),
  ...otherAddressWords(text).map((other) => ({ text: other, against: AGAINST_NO_LONGER })),
  ...otherCodes(text).map((other) => ({ text: other, against: 0.5 })),
  ...otherLabels(text).map((other) => ({ text: other, against: AGAINST_LIKE })),
]
