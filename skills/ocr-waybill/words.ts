import { readFileSync } from 'node:fs'

/** In nats, as all that is reckoned here. Half of how it is spelt counts: most names are on no list. */
const COMMON = 0
const SELDOM = 1
const UNKNOWN = 5.5
/** Made of two common words, as streets and families are called: Mill and field. */
const COMPOUND = 2.5
const SHORTEST_PART = 4
const LETTER = 2
const MIXED = 3

/** What a known word costs; what is common costs less. */
const known = new Map<string, number>()
const byLength = new Map<number, string[]>()
for (const [at, line] of readFileSync(new URL('words.txt', import.meta.url), 'utf8')
  .split('\n')
  .entries())
  for (const word of line.split(' ')) {
    if (word === '' || known.has(word)) continue
    known.set(word, at === 0 ? COMMON : SELDOM)
    const same = byLength.get(word.length)
    if (same) same.push(word)
    else byLength.set(word.length, [word])
  }

/** How words are spelt: which letters follow upon the three before them, and upon fewer where that was seldom seen. */
const ORDER = 4
const LETTERS = 27
const SMOOTHING = 5
const letterOf = (word: string, at: number): number =>
  at < 0 || at >= word.length ? 0 : word.charCodeAt(at) - 96
const contextOf = (word: string, at: number, length: number): number => {
  let context = 0
  for (let back = length; back > 0; back--) context = context * LETTERS + letterOf(word, at - back)
  return context
}
const counts = Array.from({ length: ORDER }, (_, length) => new Float32Array(LETTERS ** (length + 1)))
const totals = Array.from({ length: ORDER }, (_, length) => new Float32Array(LETTERS ** length))
const count = (table: Float32Array | undefined, at: number): number => table?.[at] ?? 0
for (const word of known.keys())
  for (let at = 0; at <= word.length; at++)
    for (let length = 0; length < ORDER; length++) {
      const context = contextOf(word, at, length)
      const [one, all] = [counts[length], totals[length]]
      if (!one || !all) continue
      const times = known.get(word) === COMMON ? 4 : 1
      one[context * LETTERS + letterOf(word, at)] = count(one, context * LETTERS + letterOf(word, at)) + times
      all[context] = count(all, context) + times
    }

function costOfSpelling(word: string): number {
  let sum = 0
  for (let at = 0; at <= word.length; at++) {
    let p = 1 / LETTERS
    for (let length = 0; length < ORDER; length++) {
      const context = contextOf(word, at, length)
      p =
        (count(counts[length], context * LETTERS + letterOf(word, at)) + SMOOTHING * p) /
        (count(totals[length], context) + SMOOTHING)
    }
    sum -= Math.log(p)
  }
  return sum
}

/** What looks like something else in a bad picture. */
const SHAPES: readonly (readonly [string, string])[] = [
  ['rn', 'm'],
  ['rn', 'n'],
  ['cl', 'd'],
  ['vv', 'w'],
  ['nn', 'm'],
  ['ii', 'u'],
  ['li', 'h'],
  ['ri', 'n'],
  ['ni', 'm'],
  ['in', 'm'],
  ['fi', 'h'],
  ['ll', 'u'],
  ['tl', 'd'],
  ['iu', 'ui'],
  ['i', 'l'],
  ['l', 't'],
]
const lookingLike = SHAPES.flatMap(([a, b]) => [
  [a, b],
  [b, a],
]) as readonly (readonly [string, string])[]

/** Shorter words have too many neighbours to be taken for one of them. */
const SHORTEST = 5

interface Alike {
  readonly word: string
  readonly isLike: boolean
}

/** Words that a word may be instead: of like shape, or known ones that have one letter more, less or other. */
function alike(word: string): readonly Alike[] {
  const plain = word.toLowerCase().replace(/[1|]/g, 'l').replace(/0/g, 'o')
  const found = new Map<string, boolean>(plain === word.toLowerCase() ? [] : [[plain, true]])
  for (const [from, to] of lookingLike)
    for (let at = plain.indexOf(from); at >= 0; at = plain.indexOf(from, at + 1))
      found.set(plain.slice(0, at) + to + plain.slice(at + from.length), true)
  if (plain.length < SHORTEST) return Array.from(found, ([word, isLike]) => ({ word, isLike }))
  for (let length = plain.length - 1; length <= plain.length + 1; length++)
    for (const other of byLength.get(length) ?? [])
      if (!found.has(other) && isOneApart(plain, other)) found.set(other, false)
  return Array.from(found, ([word, isLike]) => ({ word, isLike }))
}

export function isOneApart(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head] === b[head]) head++
  let tail = 0
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  return Math.max(a.length, b.length) - head - tail <= 1
}

/** In the case of the word that was read; a small l that begins one is a great I. */
function inCaseOf(word: string, like: string): string {
  if (/^[A-Z]{2,}$/.test(word)) return like.toUpperCase()
  const isGreat = /^[A-Z1|]/.test(word) || (word.startsWith('l') && like.startsWith('i'))
  return isGreat ? like.slice(0, 1).toUpperCase() + like.slice(1) : like
}

/** What a line with Latin words may say instead, word by word; `isLike` where a bad picture hardly tells them apart. */
export function otherWords(text: string): readonly { readonly text: string; readonly isLike: boolean }[] {
  const found: { text: string; isLike: boolean }[] = []
  for (const { 0: read, index } of text.matchAll(/[A-Z][a-z|1]{2,}|[a-z|1]{3,}|[A-Z]{4,}/g)) {
    if (known.get(read.toLowerCase()) === COMMON || /^[1|]+$/.test(read)) continue
    for (const { word, isLike } of alike(read))
      found.push({
        text: text.slice(0, index) + inCaseOf(read, word) + text.slice(index + read.length),
        isLike,
      })
  }
  for (const { index } of text.matchAll(/(?<=[A-Za-z]) (?=[a-z])/g))
    found.push({ text: text.slice(0, index) + text.slice(index + 1), isLike: true })
  return found
}

/** How unlikely the Latin words of a text are, and what mixes letters and digits otherwise than numbers and postcodes do. */
export function costOfWords(text: string): number {
  return (text.match(/[A-Za-z0-9|]+/g) ?? []).reduce((sum, token) => sum + costOfToken(token), 0)
}

function costOfToken(token: string): number {
  if (
    /^(?:\d+|[A-Z]{0,3}\d+[A-Z]{0,3}|[A-Z]{4,5}\d{9,}|[A-Z]{1,2}\d{1,2}[A-Z]?\d[A-Z]{2}|\d+(?:kg|KG|g|lbs?))$/.test(
      token,
    )
  )
    return 0
  if (/^[A-Za-z|]+$/.test(token)) return costOfLetters(token)
  const parts = token.match(/[A-Za-z|]+|\d+/g) ?? []
  const sum = parts.reduce((all, part) => all + (/\d/.test(part) ? 0 : costOfLetters(part)), 0)
  return sum + (parts.length === 2 ? 1 : MIXED)
}

function costOfLetters(token: string): number {
  const words = token.match(/[A-Z]+(?![a-z])|Ma?c[A-Z][a-z]+|[A-Z][a-z|]+|[a-z|]+/g) ?? [token]
  return words.reduce(
    (sum, word, at) =>
      sum +
      costOfWord(word) +
      (at > 0 && /^[a-z]/.test(word) ? 2 : 0) +
      (words.length > 1 && word.length < 3 && !known.has(word.toLowerCase()) ? 3 : 0),
    0,
  )
}

function isCompound(word: string): boolean {
  for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at++)
    if (known.get(word.slice(0, at)) === COMMON && known.get(word.slice(at)) === COMMON) return true
  return false
}

function costOfWord(word: string): number {
  const small = word.toLowerCase()
  if (word.length <= 2) return /^[a-z|]$/.test(word) ? 2 : 0
  const spelt = small.includes('|') ? 4 * small.length : costOfSpelling(small) - LETTER * word.length
  return known.get(small) ?? (isCompound(small) ? COMPOUND : UNKNOWN + spelt / 2)
}
