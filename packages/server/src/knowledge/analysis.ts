import { stemmer } from 'stemmer'
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

/** The terms of a text in order, repeated as they occur. Queries and passages are analysed alike. */
export function termsOf(text: string): string[] {
  const runs: string[] = []
  const isHan: boolean[] = []
  for (const [word] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
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
    if (isHan[at]) for (const word of words[next++] ?? []) pushHanWord(word, terms)
    else pushOther(run, terms)
  }
  return terms
}

/** Whether Chinese characters dominate the letters of a text. */
export function isMostlyHan(text: string): boolean {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  // A Latin word is about as much writing as two or three characters, so words are compared, not letters.
  const others = text.match(/[^\P{L}\p{Script=Han}]+/gu)?.length ?? 0
  return han > others
}
