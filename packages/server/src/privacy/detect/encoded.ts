import type { Span } from './span.ts'
import { ACTING_SCORE } from './span.ts'

type Find<S extends Span> = (text: string) => readonly S[]

const BASE64_WORD = /[A-Za-z0-9+/_-]{16,}={0,2}/g
const PROBE = 32
const LONGEST_BASE64 = 1 << 20
const utf8 = new TextDecoder('utf-8', { fatal: true })
// oxlint-disable-next-line no-control-regex -- text has none of them
const CONTROL = /[\0-\x08\x0e-\x1f\x7f\ufffd]/

/** The text that a word of base 64 stands for; null where it is none. */
function decodedBase64(word: string): string | null {
  const isMixed = /[A-Z]/.test(word) && /[a-z]/.test(word)
  if (!isMixed || word.length > LONGEST_BASE64) return null
  // Most words are none, and the first bytes show it.
  if (CONTROL.test(Buffer.from(word.slice(0, PROBE), 'base64').subarray(0, -3).toString('latin1')))
    return null
  try {
    const text = utf8.decode(Buffer.from(word, 'base64'))
    return CONTROL.test(text) ? null : text
  } catch {
    return null
  }
}

/** What is found inside of words of base 64 covers the whole word: half of one would still be read. */
function inBase64<S extends Span>(text: string, find: Find<S>): S[] {
  const spans: S[] = []
  for (const { 0: word, index } of text.matchAll(BASE64_WORD)) {
    const decoded = decodedBase64(word)
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
    const run = /^(?:%[0-9A-Fa-f]{2}){1,64}/.exec(text.slice(at, Math.min(end, at + 192)))?.[0]
    const read = run === undefined ? '' : bytesAsText(run)
    if (read === '') {
      decoded += text[at] ?? ''
      places.push(at)
      at += 1
    }
    for (const sign of read) {
      for (let unit = 0; unit < sign.length; unit += 1) places.push(at)
      decoded += sign
      at += Buffer.byteLength(sign) * 3
    }
  }
  return { text: decoded, places: [...places, end] }
}

/** A run may end within a character, whose rest begins the next one; empty where it is no text. */
function bytesAsText(run: string): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
  for (let length = bytes.length; length > 0 && length > bytes.length - 4; length -= 1) {
    try {
      return utf8.decode(bytes.subarray(0, length))
    } catch {
      // Cut within a character, or no UTF-8 at all.
    }
  }
  return ''
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

/** What stands in a text in another code, one level deep. */
export const inCodes = <S extends Span>(text: string, find: Find<S>): S[] => [
  ...inBase64(text, find),
  ...inPercent(text, find),
]
