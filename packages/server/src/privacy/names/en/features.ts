import type { Features } from '../tagger/tagger.ts'
import type { Tokens } from './tokens.ts'
import { CAPITALISED, CAPITALS, LINE_END_SHAPE, LOWER_CASE, MARK_SHAPE, ONE_CAPITAL } from './tokens.ts'
import type { Vocabulary } from './vocabulary.ts'
import {
  ADJECTIVE,
  CALENDAR,
  COMMON,
  EPONYM,
  FIRST_NAME,
  FLAG_BITS,
  FREQUENT,
  LAST_NAME,
  PHRASE,
  PLACE,
  TECHNICAL,
  THING,
  TITLE,
} from './vocabulary.ts'

/** Hashes that describe each token. */
export const PER_TOKEN = 35

/** A stretch of tokens that is labelled at once. */
export interface Window {
  readonly text: string
  readonly tokens: Tokens
  readonly from: number
  readonly to: number
}

/** What is not told of tokens while a model learns, so that it listens to what stands around a name. */
export interface Withheld {
  word(token: number): boolean
  flags(token: number): boolean
  thing(token: number): boolean
}

const NOTHING_WITHHELD: Withheld = { word: () => false, flags: () => false, thing: () => false }
const ENDS = new Set(['.', '!', '?', ':'].map((mark) => mark.charCodeAt(0)))
const COLON = 58
/** In words and marks. */
const LONGEST_HEAD = 4
/** In place of a word that is not told, and beyond the ends of a window. */
const [HIDDEN, BEYOND] = [7, 0x9e3779b9]
const BEYOND_SHAPE = 9
/** Flags and the shape of a word together. */
const KNOWN_BITS = FLAG_BITS + 4
/** What is known of a word that is not of names. */
const OF_WORDS = COMMON | FREQUENT | CALENDAR | ADJECTIVE | EPONYM | THING | PHRASE
const OF_NAMES = FIRST_NAME | LAST_NAME | PLACE | TITLE
const OF_THINGS = COMMON | FREQUENT | THING
const OF_ONE_WORD = 2 ** FLAG_BITS - 1
/** One word or mark in so many that is of programs: manuals and messages about code, and manuals themselves. */
const [SOMEWHAT_TECHNICAL, TECHNICAL_TEXT] = [16, 7]
const CODE_MARKS = new Uint8Array(128)
for (const mark of '_\\$<>{}=#|~^*`[]') CODE_MARKS[mark.charCodeAt(0)] = 1
/** Tokens on both sides that count. */
const REACH = 2

/** With how much the window is about programs, from 0 to 2. */
export interface WindowFeatures extends Features {
  readonly register: number
}

/** Words, shapes and flags around each token, as hashes of what they are and where they stand. */
export function featuresOf(
  window: Window,
  vocabulary: Vocabulary,
  withheld = NOTHING_WITHHELD,
): WindowFeatures {
  const count = window.to - window.from
  const hashes = room(count * PER_TOKEN, withheld)
  const seen = look(window, vocabulary, withheld)
  for (let n = 0; n < count; n += 1) {
    let at = n * PER_TOKEN
    at = words(seen, n + REACH, hashes, at)
    at = shapes(seen, n + REACH, hashes, at)
    parts(window, { token: window.from + n, isHidden: withheld.word(window.from + n) }, hashes, at)
  }
  mix(hashes, count * PER_TOKEN)
  return { count, perToken: PER_TOKEN, hashes, register: seen.register }
}

const scratch = { hashes: new Uint32Array(0) }

/** Where features go: those of a lesson are kept, all others are forgotten with the next window. */
function room(size: number, withheld: Withheld): Uint32Array {
  if (withheld !== NOTHING_WITHHELD) return new Uint32Array(size)
  if (scratch.hashes.length < size) scratch.hashes = new Uint32Array(size)
  return scratch.hashes
}

interface Seen {
  readonly words: Uint32Array
  readonly shapes: Uint8Array
  readonly flags: Uint16Array
  /** How the line is written. */
  readonly style: Uint8Array
  /** What the words with capitals of the line are: names, or words. */
  readonly company: Uint8Array
  /** The word before the colon that the line begins with; 0: it does not. */
  readonly head: Uint32Array
  /** How much the window is about programs, from 0 to 2: what no list knows is seldom a person there. */
  register: number
}

function look({ text, tokens, from, to }: Window, vocabulary: Vocabulary, withheld: Withheld): Seen {
  const size = to - from + 2 * REACH
  const seen: Seen = {
    words: new Uint32Array(size).fill(BEYOND),
    shapes: new Uint8Array(size).fill(BEYOND_SHAPE),
    flags: new Uint16Array(size),
    style: new Uint8Array(size),
    company: new Uint8Array(size),
    head: new Uint32Array(size),
    register: 0,
  }
  let [technical, all] = [0, 0]
  for (let token = from; token < to; token += 1) {
    const at = token - from + REACH
    const hash = tokens.hash[token] ?? 0
    const told = vocabulary.flagsOf(hash)
    const flags = told & OF_ONE_WORD & (withheld.thing(token) ? ~THING : ~0)
    if (tokens.shape[token] !== MARK_SHAPE) all += 1
    else if (CODE_MARKS[text.charCodeAt(tokens.start[token] ?? 0)] === 1) technical += 1
    if ((told & TECHNICAL) !== 0) technical += 1
    seen.words[at] = withheld.word(token) ? HIDDEN : hash
    seen.shapes[at] = tokens.shape[token] ?? 0
    seen.flags[at] = withheld.flags(token) ? flags & OF_WORDS : flags
  }
  seen.register =
    technical * TECHNICAL_TEXT > all ? 2 : technical > 1 && technical * SOMEWHAT_TECHNICAL > all ? 1 : 0
  phrases({ tokens, from, to }, { vocabulary, withheld }, seen.flags)
  lines({ tokens, from, to }, seen)
  heads({ text, tokens, from, to }, seen.head)
  return seen
}

/** `Present: …` lists people, `Side A: …` does not. */
function heads({ text, tokens: { shape, start, hash }, from, to }: Window, into: Uint32Array): void {
  let [first, head] = [from, 0]
  for (let token = from; token < to; token += 1) {
    if (shape[token] === LINE_END_SHAPE) [first, head] = [token + 1, 0]
    into[token - from + REACH] = head
    const isColon = shape[token] === MARK_SHAPE && text.charCodeAt(start[token] ?? 0) === COLON
    if (isColon && head === 0 && token > first && token - first <= LONGEST_HEAD) head = hash[token - 1] ?? 0
  }
}

/** Marks what is a known phrase. */
function phrases(
  { tokens, from, to }: Omit<Window, 'text'>,
  { vocabulary, withheld }: { readonly vocabulary: Vocabulary; readonly withheld: Withheld },
  flags: Uint16Array,
): void {
  for (let token = from; token < to; token += 1) {
    const shape = tokens.shape[token] ?? 0
    if (shape !== CAPITALISED && shape !== CAPITALS && shape !== ONE_CAPITAL) continue
    const end = token + vocabulary.phraseAt(tokens.hash, token, to)
    for (let within = token; within < end; within += 1)
      if (!withheld.thing(within)) flags[within - from + REACH] = (flags[within - from + REACH] ?? 0) | PHRASE
    if (end > token) token = end - 1
  }
}

/** A heading has no word in lower case that says something; a sentence has several. In a list of things nobody stands alone. */
function lines({ tokens, from, to }: Omit<Window, 'text'>, { flags, style, company }: Seen): void {
  let first = from
  let [words, lower, names, things] = [0, 0, 0, 0]
  for (let token = from; token < to; token += 1) {
    const shape = tokens.shape[token] ?? 0
    if (shape !== MARK_SHAPE && shape !== LINE_END_SHAPE) words += 1
    if (shape === LOWER_CASE && (tokens.end[token] ?? 0) - (tokens.start[token] ?? 0) > 3) lower += 1
    if (shape === CAPITALISED) {
      const known = flags[token - from + REACH] ?? 0
      if ((known & (FIRST_NAME | COMMON)) === FIRST_NAME) names += 1
      else if ((known & OF_NAMES) === 0 && (known & OF_THINGS) !== 0) things += 1
    }
    if (shape !== LINE_END_SHAPE && token + 1 < to) continue
    const [start, end] = [first - from + REACH, token - from + REACH + 1]
    style.fill(lower > 0 ? (lower * 4 < words ? 1 : 2) : words < 3 ? 3 : words < 6 ? 4 : 5, start, end)
    company.fill(Math.min(names, 3) * 5 + (things > 4 ? 4 : Math.min(things, 3)), start, end)
    first = token + 1
    words = lower = names = things = 0
  }
}

function words(
  { words: all, shapes: forms, flags }: Seen,
  at: number,
  into: Uint32Array,
  first: number,
): number {
  const word = all[at] ?? 0
  const [before, after] = [all[at - 1] ?? 0, all[at + 1] ?? 0]
  const [wellBefore, wellAfter] = [all[at - 2] ?? 0, all[at + 2] ?? 0]
  const shape = forms[at] ?? 0
  const known = (flags[at] ?? 0) * 16 + shape
  let next = first
  into[next++] = mixed(0, 0)
  into[next++] = mixed(1, word)
  into[next++] = mixed(2, before)
  into[next++] = mixed(3, after)
  into[next++] = mixed(4, wellBefore)
  into[next++] = mixed(5, wellAfter)
  into[next++] = mixed(6, both(before, word))
  into[next++] = mixed(7, both(word, after))
  into[next++] = mixed(8, both(before, known))
  into[next++] = mixed(9, both(after, known))
  into[next++] = mixed(10, both(both(wellBefore, before), shape))
  into[next++] = mixed(11, both(both(after, wellAfter), shape))
  into[next++] = mixed(12, both(before, after))
  into[next++] = mixed(13, both(forms[at - 1] ?? 0, wellBefore))
  into[next++] = mixed(14, both(forms[at + 1] ?? 0, wellAfter))
  return next
}

function shapes(
  { shapes: forms, flags, style, company, head, register }: Seen,
  at: number,
  into: Uint32Array,
  first: number,
): number {
  const [shape, before, after] = [forms[at] ?? 0, forms[at - 1] ?? 0, forms[at + 1] ?? 0]
  const [wellBefore, wellAfter] = [forms[at - 2] ?? 0, forms[at + 2] ?? 0]
  const near = (before * 16 + shape) * 16 + after
  const known = (flags[at] ?? 0) * 16 + shape
  const [knownBefore, knownAfter] = [flags[at - 1] ?? 0, flags[at + 1] ?? 0]
  let next = first
  into[next++] = mixed(15, known)
  into[next++] = mixed(16, near)
  into[next++] = mixed(17, (near * 16 + wellBefore) * 16 + wellAfter)
  into[next++] = mixed(18, (knownBefore << KNOWN_BITS) + known)
  into[next++] = mixed(19, (knownAfter << KNOWN_BITS) + known)
  into[next++] = mixed(20, both((knownBefore << FLAG_BITS) + knownAfter, known))
  into[next++] = mixed(21, ((flags[at - 2] ?? 0) << KNOWN_BITS) + known)
  into[next++] = mixed(22, ((flags[at + 2] ?? 0) << KNOWN_BITS) + known)
  const line = style[at] ?? 0
  into[next++] = mixed(23, both(register * 8 + line, known))
  into[next++] = mixed(24, both(both(line, known), near))
  into[next++] = mixed(25, both(both(line, knownBefore), both(known, knownAfter)))
  const others = (register * 32 + (company[at] ?? 0)) * 8 + line
  into[next++] = mixed(32, both(others, known))
  into[next++] = mixed(33, both(others, near))
  into[next++] = mixed(34, both(head[at] ?? 0, known))
  return next
}

/** Ending and beginning of a word say more than the word where it was never seen. */
function parts(
  { text, tokens, from }: Window,
  { token, isHidden }: { readonly token: number; readonly isHidden: boolean },
  into: Uint32Array,
  first: number,
): void {
  const [start, end] = [tokens.start[token] ?? 0, tokens.end[token] ?? 0]
  const shape = tokens.shape[token] ?? 0
  const opens = opening(text, tokens, token, from)
  let next = first
  into[next++] = mixed(26, isHidden ? 1 : piece(text, Math.max(start, end - 3), end))
  into[next++] = mixed(27, isHidden ? 1 : piece(text, Math.max(start, end - 2), end))
  into[next++] = mixed(28, piece(text, start, Math.min(end, start + 3)))
  into[next++] = mixed(29, Math.min(end - start, 12) * 16 + shape)
  into[next++] = mixed(30, (tokens.spaced[token] ?? 0) * 8 + opens * 2 + (tokens.spaced[token + 1] ?? 0))
  into[next++] = mixed(31, both(isHidden ? 1 : piece(text, Math.max(start, end - 4), end), shape))
}

/** 1: a line begins, 2: a sentence begins, where every word has a capital. */
function opening(text: string, { start, end, shape, spaced }: Tokens, token: number, from: number): number {
  if (token === from || shape[token - 1] === LINE_END_SHAPE) return 1
  if (spaced[token] === 0 || shape[token - 1] !== MARK_SHAPE || token < from + 2) return 0
  if (!ENDS.has(text.charCodeAt(start[token - 1] ?? 0))) return 0
  const length = (end[token - 2] ?? 0) - (start[token - 2] ?? 0)
  return shape[token - 2] === MARK_SHAPE || length > 3 ? 2 : 0
}

/** Folds ASCII letters, which is enough here. */
function piece(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (text.charCodeAt(at) | 0x20), 0x01000193)
  return hash >>> 0
}

const both = (one: number, other: number): number => Math.imul(one, 0x01000193) ^ other

/** What kind of feature it is together with its value, which `mix` then spreads. */
const mixed = (kind: number, value: number): number => value ^ Math.imul(kind + 1, 0x85ebca6b)

/** The final mix of MurmurHash3, in one loop over all features: a call for each would cost more than the mixing. */
function mix(hashes: Uint32Array, size: number): void {
  for (let at = 0; at < size; at += 1) {
    let hash = Math.imul(hashes[at] ?? 0, 0xc2b2ae35)
    hash ^= hash >>> 15
    hash = Math.imul(hash, 0x27d4eb2f)
    hashes[at] = hash ^ (hash >>> 13)
  }
}
