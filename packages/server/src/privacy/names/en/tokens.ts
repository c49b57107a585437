/** Shapes of tokens. */
export const LOWER_CASE = 0
export const CAPITALISED = 1
export const CAPITALS = 2
const MIXED_CASE = 3
export const DIGITS = 4
export const DIGITS_AND_LETTERS = 5
export const MARK_SHAPE = 6
export const LINE_END_SHAPE = 7
export const ONE_CAPITAL = 8

/** So far ahead of a token its neighbours are read. */
const LOOKED_BEYOND = 4

/** The tokens of a text in Latin letters: offsets, shapes, and a hash of each in lower case. */
export class Tokens {
  count = 0
  start = new Uint32Array(256)
  end = new Uint32Array(256)
  shape = new Uint8Array(256)
  hash = new Uint32Array(256)
  /** A space or the beginning of a line stands before it. */
  spaced = new Uint8Array(256)

  add(start: number, end: number): number {
    if (this.count === this.start.length) this.#grow()
    const at = this.count
    this.start[at] = start
    this.end[at] = end
    this.count += 1
    return at
  }

  /** Who looks a little beyond the last token finds nothing there, and not what an earlier text left. */
  close(): void {
    const { count } = this
    for (let beyond = 0; beyond < LOOKED_BEYOND; beyond += 1) this.add(0, 0)
    for (const kept of [this.start, this.end, this.shape, this.hash, this.spaced])
      kept.fill(0, count, this.count)
    this.count = count
  }

  #grow(): void {
    const size = this.start.length * 2
    const grown = <A extends Uint32Array | Uint8Array>(made: A, old: A): A => {
      made.set(old)
      return made
    }
    this.start = grown(new Uint32Array(size), this.start)
    this.end = grown(new Uint32Array(size), this.end)
    this.shape = grown(new Uint8Array(size), this.shape)
    this.hash = grown(new Uint32Array(size), this.hash)
    this.spaced = grown(new Uint8Array(size), this.spaced)
  }
}

const [SPACE, DIGIT, LOWER, UPPER, JOINER, OTHER, BREAK] = [0, 1, 2, 3, 4, 5, 6]
/** Class and lower-case form of each UTF-16 unit. */
const CLASS = new Uint8Array(65_536).fill(OTHER)
const FOLDED = new Uint16Array(65_536)
for (let code = 0; code < 65_536; code += 1) {
  const character = String.fromCharCode(code)
  const lower = character.toLowerCase()
  FOLDED[code] = lower.length === 1 ? lower.charCodeAt(0) : code
  if (code === 10 || code === 13 || code === 0x2028 || code === 0x2029) CLASS[code] = BREAK
  else if (/\s/.test(character)) CLASS[code] = SPACE
  else if (code >= 48 && code <= 57) CLASS[code] = DIGIT
  else if (/[\p{Script=Latin}\p{M}]/u.test(character))
    CLASS[code] = lower !== character && lower.length === 1 ? UPPER : LOWER
}
for (const joiner of "'’-‑") CLASS[joiner.charCodeAt(0)] = JOINER

const hashStep = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193)
const HASH_SEED = 0x811c9dc5

/** As `Tokens.hash` of a whole word. */
export function hashOf(word: string): number {
  let hash = HASH_SEED
  for (let at = 0; at < word.length; at += 1) hash = hashStep(hash, FOLDED[word.charCodeAt(at)] ?? 0)
  return hash >>> 0
}

/** Cuts a text into words (with hyphens and apostrophes inside), numbers and single marks; `'s` at an end stands alone. */
export function tokenise(text: string, tokens = new Tokens()): Tokens {
  tokens.count = 0
  let spaced = 1
  let at = 0
  while (at < text.length) {
    const kind = CLASS[text.charCodeAt(at)] ?? OTHER
    if (kind === SPACE) {
      spaced = 1
      at += 1
      continue
    }
    const start = at
    let token: number
    if (kind === LOWER || kind === UPPER || kind === DIGIT) {
      at = endOfWord(text, at)
      token = tokens.add(start, at)
      describe(text, tokens, token)
    } else {
      at += 1
      token = tokens.add(start, at)
      tokens.shape[token] = kind === BREAK ? LINE_END_SHAPE : MARK_SHAPE
      tokens.hash[token] = kind === BREAK ? 10 : hashStep(HASH_SEED, text.charCodeAt(start)) >>> 0
    }
    tokens.spaced[token] = spaced
    spaced = kind === BREAK ? 1 : 0
  }
  tokens.close()
  return tokens
}

const isLetter = (kind: number): boolean => kind === LOWER || kind === UPPER || kind === DIGIT

function endOfWord(text: string, start: number): number {
  let at = start
  while (at < text.length) {
    const kind = CLASS[text.charCodeAt(at)] ?? OTHER
    if (isLetter(kind)) at += 1
    else if (kind === JOINER && isLetter(CLASS[text.charCodeAt(at + 1)] ?? OTHER) && !isGenitive(text, at))
      at += 1
    else break
  }
  return at
}

/** `'s`, which belongs to no name. */
function isGenitive(text: string, at: number): boolean {
  const apostrophe = text[at]
  if (apostrophe !== "'" && apostrophe !== '’') return false
  const next = text[at + 1]
  return (next === 's' || next === 'S') && !isLetter(CLASS[text.charCodeAt(at + 2)] ?? OTHER)
}

function describe(text: string, tokens: Tokens, token: number): void {
  const start = tokens.start[token] ?? 0
  const end = tokens.end[token] ?? 0
  let [digits, lowers, uppers, inner] = [0, 0, 0, 0]
  let hash = HASH_SEED
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at)
    const kind = CLASS[code]
    if (kind === DIGIT) digits += 1
    else if (kind === LOWER) lowers += 1
    else if (kind === UPPER) {
      uppers += 1
      if (at > start && CLASS[text.charCodeAt(at - 1)] === LOWER) inner += 1
    }
    hash = hashStep(hash, FOLDED[code] ?? 0)
  }
  tokens.hash[token] = hash >>> 0
  tokens.shape[token] = shapeOf({
    digits,
    lowers,
    uppers,
    isUpperFirst: CLASS[text.charCodeAt(start)] === UPPER,
    isInner: inner > 1 || (inner === 1 && !PREFIX.test(text.slice(start, Math.min(end, start + 5)))),
  })
}

interface Letters {
  readonly digits: number
  readonly lowers: number
  readonly uppers: number
  readonly isUpperFirst: boolean
  /** A capital within a word, as in TypeScript. */
  readonly isInner: boolean
}

/** Before a capital within a name: McBride, DeLuca, FitzGerald. */
const PREFIX = /^(?:Ma?c|D[aeiu]|L[aeo]|Fitz|V[ao]n|St|O|Ní|Ka)\p{Lu}/u

function shapeOf({ digits, lowers, uppers, isUpperFirst, isInner }: Letters): number {
  if (digits > 0) return lowers + uppers === 0 ? DIGITS : DIGITS_AND_LETTERS
  if (uppers === 0) return LOWER_CASE
  if (lowers === 0) return uppers === 1 ? ONE_CAPITAL : CAPITALS
  return isUpperFirst && !isInner ? CAPITALISED : MIXED_CASE
}
