import { titledNames } from '../surrogate/people.ts'
import type { Minted } from './automaton.ts'

/** Fewer figures in a row may be anything. */
const SHORTEST_NUMBER = 8
const GROUPED = new Set(['BANK_CARD', 'IBAN', 'CN_USCC', 'PHONE', 'CN_RESIDENT_ID'])

/** How else models write a made-up value, with what it stands for then. */
export function spellings({
  placeholder,
  value,
  surrogate,
}: Minted): readonly (readonly [value: string, surrogate: string])[] {
  if (surrogate === 'PERSON') {
    const upper = placeholder.toUpperCase()
    const titled = titledNames(value, placeholder)
    return upper === placeholder ? titled : [[value.toUpperCase(), upper], ...titled]
  }
  if (surrogate === 'MAC')
    return [placeholder.toLowerCase(), placeholder.toUpperCase()].map((one) => [value, one])
  if (surrogate === undefined || !GROUPED.has(surrogate)) return []
  const bare = placeholder.replaceAll(/[\s().-]/g, '')
  if (bare.length < SHORTEST_NUMBER) return []
  return [bare, bare.replaceAll(/.{4}(?=.)/g, '$& ')].map((one) => [value, one])
}
