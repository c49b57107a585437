import { literal } from '../literal.ts'
import type { Slot, SlotFinder } from './slot.ts'
import { slotsBy } from './slot.ts'

/** E-mail addresses, in small letters. */
export const emailSlots: SlotFinder<string> = (text) =>
  slotsBy(text, [
    {
      pattern: /(?<![\w.+-])[\w.+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,8}/gi,
      read: ([address]) => address.toLowerCase(),
    },
  ])

/** Telephone numbers, as digits with a leading + where there is one. */
export const phoneSlots: SlotFinder<string> = (text) =>
  slotsBy(text, [
    { pattern: /(?<![\d-])1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)/g, read: digitsOf },
    { pattern: /\+\d{1,3}[ -]?(?:\(0\)[ -]?)?\d(?:[ -]?\d){5,12}(?!\d)/g, read: digitsOf },
    { pattern: /(?<![\d-])(?:0\d{2,4}[ -]?)\d{3,4}[ -]?\d{3,4}(?!\d)/g, read: digitsOf },
    { pattern: /(?<![\d-])[48]00[ -]?\d{3}[ -]?\d{4}(?!\d)/g, read: digitsOf },
  ])

const digitsOf = ([said]: RegExpMatchArray): string => said.replace('(0)', '').replaceAll(/[ -]/g, '')

/** Letters and digits as carriers and shops give them; of a plain number only a long one. */
const CODE =
  /(?<![\w.@-])(?=[A-Z\d-]*\d)(?:[A-Z]{1,5}-?\d[A-Z\d]*(?:-[A-Z\d]+)*|\d{8,24}|\d{2,8}(?:-\d{2,8}){1,4})(?![\w@])/gi

/** Numbers of orders, waybills, tickets and the like, in capitals. */
export const codeSlots: SlotFinder<string> = (text) =>
  slotsBy(text, [
    {
      pattern: CODE,
      read: ([code]) => (code.replaceAll(/[^\d]/g, '').length >= 3 ? code.toUpperCase() : null),
    },
  ])

/** Values that a skill lists, each with words for it besides its own name. */
export type Choices = Readonly<Record<string, readonly string[]>>

/** One of several values by any of its words, the longest first; Latin words only where they stand alone. */
export function choiceSlots(text: string, choices: Choices): readonly Slot<string>[] {
  const words = Object.entries(choices)
    .flatMap(([value, others]) => [value, ...others].map((word) => ({ value, word: word.normalize('NFKC') })))
    .filter(({ word }) => word !== '')
    .toSorted((a, b) => b.word.length - a.word.length)
  return slotsBy(
    text,
    words.map(({ value, word }) => ({
      pattern: /^[\p{Script=Han}]+$/u.test(word)
        ? new RegExp(literal(word), 'gu')
        : new RegExp(`(?<![\\p{L}\\p{N}])${literal(word)}(?![\\p{Script=Latin}\\p{N}])`, 'giu'),
      read: () => value,
    })),
  )
}
