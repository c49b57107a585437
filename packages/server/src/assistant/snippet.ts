import { termsOf } from '../knowledge/analysis.ts'

/** UTF-16 units on each side of what was found. */
const AROUND = 80
const WORD = /[\p{L}\p{N}\p{M}]+/gu
/** Words that are looked at; behind them the beginning has to do. */
const MOST_WORDS = 5000

/** The part of a text around the first word that has one of these terms; its beginning where none is found. */
export function snippetOf(text: string, terms: readonly string[]): string {
  const wanted = new Set(terms)
  let [at, seen] = [0, 0]
  for (const match of text.matchAll(WORD)) {
    if ((seen += 1) > MOST_WORDS) break
    const found = termsOf(match[0]).find((term) => wanted.has(term))
    if (found === undefined) continue
    // A run of Chinese is one word here: the term may stand far inside it.
    at = match.index + Math.max(match[0].toLowerCase().indexOf(found), 0)
    break
  }
  return around(text, at)
}

/** The part of a text around a place in it, on one line. */
export function around(text: string, at: number): string {
  const start = whole(text, Math.max(at - AROUND, 0))
  const end = whole(text, Math.min(at + AROUND, text.length))
  const part = text.slice(start, end).replaceAll(/\s+/g, ' ').trim()
  return `${start > 0 ? '…' : ''}${part}${end < text.length ? '…' : ''}`
}

/** Not between the two halves of a character. */
const whole = (text: string, at: number): number =>
  (text.charCodeAt(at) & 0xfc00) === 0xdc00 && at > 0 ? at - 1 : at
