import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Tokens } from './tokens.ts'
import { CAPITALISED, CAPITALS, LINE_END_SHAPE, MARK_SHAPE, ONE_CAPITAL, hashOf } from './tokens.ts'
import type { Vocabulary } from './vocabulary.ts'
import { FIRST_NAME, LAST_NAME, ORGANISATION, STREET } from './vocabulary.ts'

/** Tokens from the first to the last that were labelled as one thing. */
export interface Stretch {
  readonly type: EntityType
  readonly first: number
  readonly last: number
}

/** A text, cut into tokens. */
export interface Read {
  readonly text: string
  readonly tokens: Tokens
  readonly vocabulary: Vocabulary
}

export const [FULL_STOP, COMMA, COLON, SLASH, HYPHEN, HASH, PARENTHESIS] = [46, 44, 58, 47, 45, 35, 40]
/** Words within names. */
export const PARTICLES = new Set(
  'van der den de la le los las del della di da das do dos du von zu zum zur ter ten te af av el al ul ur bin bint binti ibn ben y e of am on upon sur sous les aux'
    .split(' ')
    .map(hashOf),
)

/** They stand before names, as other titles do, and nowhere else. */
export const SALUTATIONS = new Set(
  'mr mrs ms miss dr mx prof herr frau madame monsieur señor señora'.split(' ').map(hashOf),
)

/** Of the first character of a token. */
export const codeAt = ({ text, tokens }: Read, token: number): number =>
  text.charCodeAt(tokens.start[token] ?? 0)
/** One mark of punctuation. */
export const isMark = ({ tokens }: Read, token: number): boolean => tokens.shape[token] === MARK_SHAPE
/** In characters. */
export const sizeOf = ({ tokens }: Read, token: number): number =>
  (tokens.end[token] ?? 0) - (tokens.start[token] ?? 0)
/** What the lists know of a token. */
export const flagsOf = ({ tokens, vocabulary }: Read, token: number): number =>
  vocabulary.flagsOf(tokens.hash[token] ?? 0)

/** Whether any word of it has a capital. */
export function hasCapital({ tokens }: Read, first: number, last: number): boolean {
  for (let token = first; token <= last; token += 1)
    if (tokens.shape[token] === CAPITALISED || tokens.shape[token] === CAPITALS) return true
  return false
}

/** The first comma or end of a line. */
export function firstSeam(read: Read, first: number, last: number): number {
  for (let token = first; token < last; token += 1)
    if (read.tokens.shape[token] === LINE_END_SHAPE || (isMark(read, token) && codeAt(read, token) === COMMA))
      return token
  return -1
}

/** Two words or more, all of them such that people are called so. */
export function isFullName(read: Read, first: number, last: number): boolean {
  const { shape } = read.tokens
  let [words, known] = [0, 0]
  for (let token = first; token <= last; token += 1) {
    if (isMark(read, token) && codeAt(read, token) === FULL_STOP) continue
    if (words > 0 && token < last && PARTICLES.has(read.tokens.hash[token] ?? 0)) continue
    const flags = flagsOf(read, token)
    if (shape[token] !== CAPITALISED && shape[token] !== CAPITALS && shape[token] !== ONE_CAPITAL)
      return false
    if ((flags & (STREET | ORGANISATION)) !== 0) return false
    words += 1
    if ((flags & (FIRST_NAME | LAST_NAME)) !== 0) known += 1
  }
  return words > 1 && known > 0
}

/** Whether a sentence or a line begins with it. */
export function isOpening({ text, tokens }: Read, token: number): boolean {
  const before = tokens.shape[token - 1]
  return (
    token === 0 ||
    before === LINE_END_SHAPE ||
    (before === MARK_SHAPE && /[.!?:"“]/.test(text[tokens.start[token - 1] ?? 0] ?? ''))
  )
}
