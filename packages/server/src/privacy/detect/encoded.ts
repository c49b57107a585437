import { isUtf8 } from 'node:buffer'
import type { Span } from './span.ts'
import { ACTING_SCORE } from './span.ts'

type Find<S extends Span> = (text: string) => readonly S[]

const SHORTEST_BASE64 = 16
const IN_BASE64 = new Uint8Array(65_536)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-')
  IN_BASE64[sign.charCodeAt(0)] = 1
const EQUALS = 0x3d

/** Stretches of its letters that are long enough, with what pads them. A step is as long as the shortest of them. */
function* base64Words(text: string): Generator<{ readonly word: string; readonly index: number }> {
  const isLetter = (at: number): boolean => IN_BASE64[text.charCodeAt(at)] === 1
  let from = 0
  for (let at = SHORTEST_BASE64 - 1; at < text.length; at += SHORTEST_BASE64) {
    if (!isLetter(at)) continue
    let start = at
    while (start > from && isLetter(start - 1)) start -= 1
    let end = at + 1
    while (end < text.length && isLetter(end)) end += 1
    if (end - start >= SHORTEST_BASE64) {
      while (text.charCodeAt(end) === EQUALS) end += 1
      yield { word: text.slice(start, end), index: start }
    }
    from = end
    at = Math.max(at, end - 1)
  }
}

const PROBE = 32
const LONGEST_BASE64 = 1 << 20
const utf8 = new TextDecoder()
// oxlint-disable-next-line no-control-regex -- text has none of them
const CONTROL = /[\0-\x08\x0e-\x1f\x7f\ufffd]/

/** The text that a word of base 64 stands for; null where it is none. */
function decodedBase64(word: string, isKnown: boolean): string | null {
  const isMixed = isKnown || (/[A-Z]/.test(word) && /[a-z]/.test(word))
  if (!isMixed || word.length > LONGEST_BASE64) return null
  // Most words are none, and the first bytes show it.
  if (CONTROL.test(Buffer.from(word.slice(0, PROBE), 'base64').subarray(0, -3).toString('latin1')))
    return null
  const bytes = Buffer.from(word, 'base64')
  // Asked first: to be told by an error costs ten times as much.
  if (!isUtf8(bytes)) return null
  const text = utf8.decode(bytes)
  return CONTROL.test(text) ? null : text
}

/** What is found inside of words of base 64 covers the whole word: half of one would still be read. */
function inBase64<S extends Span>(text: string, find: Find<S>, isKnown: boolean): S[] {
  const spans: S[] = []
  for (const { word, index } of base64Words(text)) {
    const decoded = decodedBase64(word, isKnown)
    if (decoded === null) continue
    const best = new Map<string, S>()
    for (const span of find(decoded)) {
      if (span.score >= ACTING_SCORE && span.score > (best.get(span.type)?.score ?? 0))
        best.set(span.type, span)
    }
    for (const span of best.values()) spans.push({ ...span, start: index, end: index + word.length })
  }
  return spans
}

const PERCENT = /%[0-9A-Fa-f]{2}/g
const PERCENT_SIGN = 0x25
const HEX_VALUE = new Int8Array(65_536).fill(-1)
for (const [value, sign] of Array.from('0123456789abcdef').entries()) {
  HEX_VALUE[sign.charCodeAt(0)] = value
  HEX_VALUE[sign.toUpperCase().charCodeAt(0)] = value
}
const BEFORE = 200
const BEHIND = 2000
const OUTSIDE = /[\s"'<>()]/

interface PercentWord {
  readonly text: string
  /** Of each character, and one more for the end. */
  readonly places: readonly number[]
}

/** Words with percent escapes (RFC 3986): as far as no space or quote stands between. */
function* percentWords(text: string): Generator<PercentWord> {
  let end = 0
  for (const { index } of text.matchAll(PERCENT)) {
    if (index < end) continue
    let start = index
    while (start > end && index - start < BEFORE && !OUTSIDE.test(text[start - 1] ?? '')) start -= 1
    end = index
    while (end < text.length && end - index < BEHIND && !OUTSIDE.test(text[end] ?? '')) end += 1
    yield decodedPercent(text, start, end)
  }
}

function decodedPercent(text: string, start: number, end: number): PercentWord {
  const places: number[] = []
  let decoded = ''
  for (let at = start; at < end;) {
    const sign = escapedSign(text, at, end)
    const read = sign === null ? text.charAt(at) : sign.text
    for (let unit = 0; unit < read.length; unit += 1) places.push(at)
    decoded += read
    at += sign?.width ?? 1
  }
  return { text: decoded, places: [...places, end] }
}

const LONGEST_SIGN = 4
const signBytes = new Uint8Array(LONGEST_SIGN)

/** The character whose bytes are escaped here; null where there is none, or what is escaped is no text. */
function escapedSign(
  text: string,
  from: number,
  end: number,
): { readonly text: string; readonly width: number } | null {
  const first = byteAt(text, from, end)
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0) return null
  for (let n = 0; n < length; n += 1) {
    const byte = byteAt(text, from + n * 3, end)
    if (byte < 0) return null
    signBytes[n] = byte
  }
  const sign = signBytes.subarray(0, length)
  return isUtf8(sign) ? { text: Buffer.from(sign).toString(), width: length * 3 } : null
}

/** The byte of a percent escape, or less than none. */
function byteAt(text: string, at: number, end: number): number {
  if (at + 3 > end || text.charCodeAt(at) !== PERCENT_SIGN) return -1
  const [high, low] = [HEX_VALUE[text.charCodeAt(at + 1)] ?? -1, HEX_VALUE[text.charCodeAt(at + 2)] ?? -1]
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function inPercent<S extends Span>(text: string, find: Find<S>): S[] {
  const spans: S[] = []
  for (const word of percentWords(text)) {
    for (const span of find(word.text)) {
      spans.push({ ...span, start: word.places[span.start] ?? 0, end: word.places[span.end] ?? 0 })
    }
  }
  return spans
}

/**
 * What stands in a text in another code, one level deep.
 * @param isKnown whether only what is known is looked for, so that any word of base 64 is worth a look
 */
export const inCodes = <S extends Span>(text: string, find: Find<S>, isKnown = false): S[] => [
  ...inBase64(text, find, isKnown),
  ...(text.includes('%') ? inPercent(text, find) : []),
]
