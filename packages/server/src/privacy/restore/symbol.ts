/**
 * The alphabet in which placeholders are looked for. Letters count without their case, full-width forms as their ASCII
 * ones: a = 1 … z = 26, then the digits, then what stands between the parts.
 */
export const OTHER = 0
export const ZERO = 27
export const SEPARATOR = 37
/** So many symbols can stand in the core of a placeholder; the others stand around it. */
export const CORE_SYMBOLS = 38
export const OPEN = 38
export const CLOSE = 39
/** Blanks of any width, zero included. */
export const SPACE = 40
/** The text ends inside an escape, so that nobody knows yet. */
export const UNFINISHED = 41

/** Low bits of what `symbolAt` answers: the symbol. The bits above: how many code units it takes. */
export const SYMBOL_BITS = 6
export const SYMBOL_MASK = 63

const BACKSLASH = 0x5c
export const PERCENT = 0x25
const ONE = 1 << SYMBOL_BITS
const MOST_BACKSLASHES = 16
const LAST_FULL_WIDTH = 0xff5e
/** From a full-width form to its ASCII one. */
const FULL_WIDTH = 0xfee0
const SPACES = ' \u00a0\u00ad\u200b\u200c\u200d\u202f\u2060\u3000\ufeff'
const SEPARATORS = '_-\u2010\u2011\u2013'
const OPENING = '[<【〔〈'
const CLOSING = ']>】〕〉'

const NAMED = new Uint8Array(128)
const WIDE = new Map<number, number>()
for (const [characters, symbol] of [
  [SPACES, SPACE],
  [SEPARATORS, SEPARATOR],
  [OPENING, OPEN],
  [CLOSING, CLOSE],
] as const)
  for (const character of characters) {
    const code = character.charCodeAt(0)
    if (code < 128) NAMED[code] = symbol
    else WIDE.set(code, symbol)
  }
for (let letter = 0; letter < 26; letter += 1) NAMED[0x41 + letter] = NAMED[0x61 + letter] = letter + 1
for (let digit = 0; digit < 10; digit += 1) NAMED[0x30 + digit] = ZERO + digit
// Around a call in code or a remark in a sentence the ASCII ones stand of their own right; these are brackets that were translated.
WIDE.set(0xff08, OPEN)
WIDE.set(0xff09, CLOSE)

/** Without looking at escapes. */
export function symbolOf(code: number): number {
  if (code < 128) return NAMED[code] ?? OTHER
  const wide = WIDE.get(code)
  if (wide !== undefined) return wide
  return code > 0xff00 && code <= LAST_FULL_WIDTH ? (NAMED[code - FULL_WIDTH] ?? OTHER) : OTHER
}

/** Whether a character beyond ASCII can begin anything; nearly all text that is not English consists of those that cannot. */
export const canBeginWide = (code: number): boolean =>
  code > 0xff00 ? code <= LAST_FULL_WIDTH : code >= 0x3008 && code <= 0x3014

/**
 * The symbol at a place and its length. An escape is one symbol, at whatever depth of JSON in strings it stands, and so
 * is a character that Markdown escapes or an address encodes.
 */
export function symbolAt(text: string, at: number, isLast: boolean): number {
  const code = text.charCodeAt(at)
  if (code === BACKSLASH) return escapeAt(text, at, isLast)
  return code === PERCENT ? percentAt(text, at, isLast) : symbolOf(code) | ONE
}

/** Letters and digits are never encoded. */
function percentAt(text: string, at: number, isLast: boolean): number {
  const high = hexOf(text.charCodeAt(at + 1))
  const low = hexOf(text.charCodeAt(at + 2))
  if (at + 2 >= text.length && !isLast && (high >= 0 || at + 1 >= text.length)) return UNFINISHED
  const symbol = high < 0 || low < 0 ? OTHER : symbolOf(high * 16 + low)
  return symbol >= SEPARATOR ? of(symbol, 3) : ONE
}

function escapeAt(text: string, at: number, isLast: boolean): number {
  let end = at + 1
  while (end - at < MOST_BACKSLASHES && text.charCodeAt(end) === BACKSLASH) end += 1
  const run = end - at
  if (run === MOST_BACKSLASHES) return of(OTHER, run)
  if (end === text.length) return isLast ? of(OTHER, run) : UNFINISHED
  // A depth doubles the backslashes, so that the lowest bit is the escape and the bits above are backslashes themselves.
  const own = run & -run
  if (own < run) return of(OTHER, run - own)
  const code = text.charCodeAt(end)
  if (code === 0x75) return unicodeEscape(text, { at, run, isLast })
  const symbol = symbolOf(code)
  if (symbol === SEPARATOR || symbol === OPEN || symbol === CLOSE) return of(symbol, run + 1)
  return of(OTHER, SHORT_ESCAPES.has(code) ? run + 1 : run)
}

/** `"`, `/`, `b`, `f`, `n`, `r`, `t`. */
const SHORT_ESCAPES = new Set([0x22, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74])

interface Escape {
  readonly at: number
  readonly run: number
  readonly isLast: boolean
}

function unicodeEscape(text: string, { at, run, isLast }: Escape): number {
  let code = 0
  for (let digit = at + run + 1; digit < at + run + 5; digit += 1) {
    if (digit === text.length) return isLast ? of(OTHER, run) : UNFINISHED
    const value = hexOf(text.charCodeAt(digit))
    if (value < 0) return of(OTHER, run)
    code = code * 16 + value
  }
  return of(symbolOf(code), run + 5)
}

/** -1 for what is no hexadecimal digit. */
export function hexOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

const of = (symbol: number, length: number): number => symbol | (length << SYMBOL_BITS)
