import type { Draw } from './draw.ts'

/** What a stand-in is made with. */
export interface Making {
  /** Another one for each attempt. */
  readonly draw: Draw
  /** The same for the same words through the whole conversation. */
  readonly steady: (words: string) => Draw
  /** What stands for a value already. */
  readonly known: (value: string) => string | undefined
}

/** A stand-in, and those of the parts by which people call the same thing. */
export interface Made {
  readonly surrogate: string
  readonly parts: readonly (readonly [value: string, surrogate: string])[]
}

/** Null: no honest stand-in can be made of it. */
export type Maker = (value: string, making: Making) => Made | string | null

const LETTER_OR_DIGIT = /[A-Za-z\d]/g

/** Other letters and digits in the places of those of a value, so that its groups stay as they were; null where they do not fit. */
export function refilled(value: string, signs: string, places = LETTER_OR_DIGIT): string | null {
  let at = 0
  const made = value.replaceAll(places, () => signs[at++] ?? '')
  return at === signs.length ? made : null
}
