import type { EntityType } from '@freehold/contract/privacy.ts'
import { normalise } from '../detect/normalise.ts'
import type { Called } from '../names/zh/called.ts'
import { DIGIT, folded, FOLDED, KIND, LETTER } from './characters.ts'
import { COMMON_WORDS } from './common-words.ts'

/** How a value may be written where it is searched again. */
export interface KnownForm {
  readonly form: string
  /** `capital`: only with a capital, since the same word in small letters is a word; `exact`: letter by letter. */
  readonly case: 'any' | 'capital' | 'exact'
  /** As it was found. */
  readonly value: string
  /** In Chinese: it is a part of a name, or a word as well, and what stands around it tells whether somebody is meant. */
  readonly doubt?: 'part' | 'word'
}

/** Chinese names, of which a part alone has no capital to be told by. */
export type ChineseForms = Pick<Called, 'formsOf' | 'isWord' | 'isMeant'>

/** Longer ones have a form of their own, by which they are found again. */
const LONGEST = 512
const FEWEST_DIGITS = 5
const FEWEST_LETTERS = 3
/** A word in small letters is a word, unless it is as long as few are. */
const FEWEST_SMALL_LETTERS = 6
const FEWEST_OF_A_SECRET = 6
/** Nobody writes as much by chance. */
const FEWEST_OF_A_LONG_SECRET = 12
/** Two names together say enough without a gap between them. */
const FEWEST_WITHOUT_GAP = 8

/** Separators at both ends, which no form has. */
const AROUND = /^[\s_.+,()-]+|[\s_.+,()-]+$/g

/** All that is searched for a value; nothing where it would be found in what means something else. */
export function formsOf(
  type: EntityType,
  found: string,
  chinese: ChineseForms | null = null,
): readonly KnownForm[] {
  if (found.length > LONGEST) return []
  const value = normalise(found).text.trim()
  const form = folded(value)
  if (type === 'SECRET') {
    const core = value.replaceAll(AROUND, '')
    if (form.length >= FEWEST_OF_A_LONG_SECRET) return [{ form, case: 'any', value }]
    return form.length >= FEWEST_OF_A_SECRET ? [{ form, case: 'exact', value: core }] : []
  }
  const { letters, digits, others } = countsOf(form)
  if (digits > 0 && letters + digits + others >= FEWEST_DIGITS) return [{ form, case: 'any', value }]
  if (digits > 0) return []
  // Scripts without gaps and capitals: two characters are a name.
  if (others >= 2) {
    if (type !== 'PERSON' || chinese === null || !isHanName(value)) return [{ form, case: 'any', value }]
    const parts = chinese.formsOf(value)
    return [
      value.length === 2 && chinese.isWord(value)
        ? { form, case: 'any', value, doubt: 'word' }
        : { form, case: 'any', value },
      ...parts.map((part): KnownForm => ({ form: folded(part), case: 'any', value: part, doubt: 'part' })),
    ]
  }
  const words = form.split(' ')
  if (words.length === 1) return wordForms(value, form)
  const whole: KnownForm = { form, case: 'any', value }
  return type === 'PERSON' ? [whole, ...partsOf(value, words)] : [whole]
}

export const isHanName = (value: string): boolean => HAN_NAME.test(value)
const HAN_NAME = /^\p{Script=Han}{2,4}$/u

function wordForms(value: string, form: string): readonly KnownForm[] {
  if (form.length < FEWEST_LETTERS || COMMON_WORDS.has(form)) return []
  if (isCapital(value)) return [{ form, case: 'capital', value }]
  return form.length >= FEWEST_SMALL_LETTERS ? [{ form, case: 'any', value }] : []
}

/** One of its names alone, and both as file names and addresses have them. */
function partsOf(value: string, words: readonly string[]): readonly KnownForm[] {
  const forms: KnownForm[] = value
    .split(/[\s_.+,()-]+/)
    .filter(isCapital)
    .flatMap((name) => wordForms(name, folded(name)))
  const together = words.join('')
  if (together.length >= FEWEST_WITHOUT_GAP) forms.push({ form: together, case: 'any', value })
  if (words.length === 2) forms.push({ form: `${words[1]} ${words[0]}`, case: 'any', value })
  return forms
}

/** Whether it begins with a capital. */
export function isCapital(text: string): boolean {
  const code = text.charCodeAt(0)
  return KIND[code] === LETTER && FOLDED[code] !== code
}

function countsOf(form: string): {
  readonly letters: number
  readonly digits: number
  readonly others: number
} {
  const counts = { letters: 0, digits: 0, others: 0 }
  for (let at = 0; at < form.length; at += 1) {
    const code = form.charCodeAt(at)
    if (KIND[code] === LETTER) counts.letters += 1
    else if (KIND[code] === DIGIT) counts.digits += 1
    else if (code > 0x2e80) counts.others += 1
  }
  return counts
}
