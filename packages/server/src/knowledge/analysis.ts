import { stemmer } from 'stemmer'
import { simplified } from '../privacy/names/zh/traditional.ts'
import { ENGLISH_STOPWORDS } from './stopwords.ts'

/** Letters, digits and the marks that belong to them (vowel signs in Indic scripts are marks). */
const WORD = /[\p{L}\p{N}\p{M}]+/gu
const SCRIPT_RUN = /\p{Script=Han}+|[^\p{Script=Han}]+/gu
const HAN = /\p{Script=Han}/u
const ASCII = /^[a-z\d]+$/
const LATIN = /^[a-z]{3,}$/
/** A longer word is noise or an attack; its beginning is enough to find it. */
const TERM_LENGTH = 64
const STEM_CACHE = 50_000
/** V8 cuts a longer word as a window into its text, which would then stay in memory with the word. */
const COPIED_WORD = 12

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })
const stems = new Map<string, string>()

function stem(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const root = stemmer(word)
  if (word.length > COPIED_WORD) return root
  if (stems.size >= STEM_CACHE) stems.clear()
  stems.set(word, root)
  return root
}

function pushOther(word: string, into: string[]): void {
  const cut = word.length > TERM_LENGTH ? word.slice(0, TERM_LENGTH) : word
  if (ENGLISH_STOPWORDS.has(cut)) return
  into.push(LATIN.test(cut) ? stem(cut) : cut)
}

/** Stands between runs that are cut into words together: it belongs to no word. */
const BETWEEN = '。'

function pushHanWord(word: string, into: string[]): void {
  into.push(word.length > TERM_LENGTH ? word.slice(0, TERM_LENGTH) : word)
  if (word.length < 3) return
  const characters = Array.from(word)
  // A compound is also found by its parts, because two texts need not be cut into words alike.
  if (characters.length > 2) {
    for (let at = 0; at + 1 < characters.length; at++)
      into.push(`${characters[at] ?? ''}${characters[at + 1] ?? ''}`)
  }
}

/** Characters that stand between words wherever they are: with them no name begins or ends. */
const FUNCTION_CHARACTERS = new Set('的了是在和与或及之其为以于而有不也都就被把由从到对将并这那哪个几么吗呢')

/** Names that no dictionary has are cut into characters: each is also found with the next one. */
function pushPairs(words: readonly string[], into: string[]): void {
  for (let at = 0; at + 1 < words.length; at++) {
    const [word = '', next = ''] = [words[at], words[at + 1]]
    if (word.length !== 1 || next.length !== 1) continue
    if (!FUNCTION_CHARACTERS.has(word) && !FUNCTION_CHARACTERS.has(next)) into.push(word + next)
  }
}

/** The words of Chinese runs. All in one go: each start of the segmenter takes memory that is given back late. */
function hanWords(runs: readonly string[]): string[][] {
  const words: string[][] = runs.map(() => [])
  let run = 0
  for (const { segment } of segmenter.segment(runs.join(BETWEEN))) {
    if (segment === BETWEEN) run++
    else words[run]?.push(segment)
  }
  return words
}

/** `order_no`, `AB-1234`, `v1.2.3`, `2026-05-01`, `9:30`, `getUserName`, with what ends a sentence after it. */
const IDENTIFIER = /[A-Za-z\d][-\w./:]*/g
const JOINED = /^[a-z\d]+(?:[-_./:][a-z\d]+)+$/
const NO_PHRASE = /[\d_]/
const END = /[-_./:]+$/
/** A name in code is also found by its words. */
const CAMEL = /[a-z]{2}[A-Z][a-z]|[A-Z]{2}[a-z]{2}/
const SIGNS = /[-_./:]+/
const CAMEL_PART = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g
/** Digits in groups of three are one number. */
const GROUPED = /\d,\d{3}(?!\d)/
const SEPARATOR = /(?<=\d),(?=\d{3}(?!\d))/g

/** What identifiers are also found by, beside the words in them. A long run of signs is none. */
function pushIdentifiers(text: string, into: string[]): void {
  for (const [run] of text.matchAll(IDENTIFIER)) {
    if (run.length < 3 || run.length > TERM_LENGTH) continue
    if (NO_PHRASE.test(run)) {
      const whole = run.replace(END, '').toLowerCase()
      if (JOINED.test(whole)) into.push(whole)
    }
    if (!CAMEL.test(run)) continue
    for (const name of run.split(SIGNS)) {
      const parts = CAMEL.test(name) ? (name.match(CAMEL_PART) ?? []) : []
      if (parts.length > 1) for (const part of parts) pushOther(part.toLowerCase(), into)
    }
  }
}

/** One way of writing: full-width signs become the usual ones, traditional characters simplified ones. */
export const asRead = (text: string): string => simplified(text.normalize('NFKC'))

/** The terms of a text in order, repeated as they occur. Queries and passages are analysed alike. */
export function termsOf(text: string): string[] {
  const runs: string[] = []
  const isHan: boolean[] = []
  const plain = asRead(text)
  const whole = GROUPED.test(plain) ? plain.replaceAll(SEPARATOR, '') : plain
  for (const [word] of whole.toLowerCase().matchAll(WORD)) {
    const parts = ASCII.test(word) || !HAN.test(word) ? [word] : (word.match(SCRIPT_RUN) ?? [])
    for (const part of parts) {
      runs.push(part)
      isHan.push(HAN.test(part))
    }
  }
  const words = isHan.includes(true) ? hanWords(runs.filter((_, at) => isHan[at])) : []
  const terms: string[] = []
  let next = 0
  for (const [at, run] of runs.entries()) {
    if (isHan[at]) {
      const cut = words[next++] ?? []
      for (const word of cut) pushHanWord(word, terms)
      pushPairs(cut, terms)
    } else pushOther(run, terms)
  }
  pushIdentifiers(whole, terms)
  return terms
}

/** Whether Chinese characters dominate the letters of a text. */
export function isMostlyHan(text: string): boolean {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  // A Latin word is about as much writing as two or three characters, so words are compared, not letters.
  const others = text.match(/[^\P{L}\p{Script=Han}]+/gu)?.length ?? 0
  return han > others
}
