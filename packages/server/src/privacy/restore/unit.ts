import { hexOf } from './symbol.ts'

/** Low bits of what `unitAt` answers: a code unit as it is meant. The bits above: how many of the text it takes. */
export const UNIT_MASK = 0xffff
const LENGTH_BITS = 16
/** It was written as in an address. */
export const UNIT_ENCODED = 1 << 24

const BACKSLASH = 0x5c
const PERCENT = 0x25
const SMALL_U = 0x75
/** As deep as JSON in strings is followed. */
const MOST_BACKSLASHES = 16

export const unitLength = (unit: number): number => (unit >> LENGTH_BITS) & 0xff

/** What stands at a place behind escapes of JSON, of Markdown and of addresses; -1: the text ends inside one. */
export function unitAt(text: string, at: number, isLast: boolean): number {
  const code = text.charCodeAt(at)
  if (code === BACKSLASH) return escaped(text, at, isLast)
  return code === PERCENT ? encoded(text, at, isLast) : of(code, 1)
}

function escaped(text: string, at: number, isLast: boolean): number {
  let end = at + 1
  while (end - at < MOST_BACKSLASHES && text.charCodeAt(end) === BACKSLASH) end += 1
  if (end === text.length) return isLast ? of(BACKSLASH, 1) : -1
  const code = text.charCodeAt(end)
  if (code !== SMALL_U) return isSign(code) ? of(code, end - at + 1) : of(BACKSLASH, 1)
  if (end + 4 >= text.length && !isLast) return -1
  const unit = hexAt(text, end + 1, 4)
  return unit < 0 ? of(BACKSLASH, 1) : of(unit, end - at + 5)
}

/** What Markdown escapes, and JSON may: `\_`, `\/`. Letters behind a backslash are a sign of their own. */
const isSign = (code: number): boolean =>
  (code > 0x20 && code < 0x30) ||
  (code > 0x39 && code < 0x41) ||
  (code > 0x5a && code < 0x61 && code !== BACKSLASH)

/** UTF-8, of characters that take up to three bytes. */
function encoded(text: string, at: number, isLast: boolean): number {
  if (at + 2 >= text.length && !isLast) return -1
  const first = hexAt(text, at + 1, 2)
  if (first < 0) return of(PERCENT, 1)
  if (first < 0x80) return of(first, 3) | UNIT_ENCODED
  const more = first >= 0xe0 ? 2 : 1
  if (first < 0xc0 || first >= 0xf0) return of(PERCENT, 1)
  let code = first & (more === 2 ? 0x0f : 0x1f)
  for (let byte = 1; byte <= more; byte += 1) {
    const place = at + byte * 3
    if (place + 2 >= text.length && !isLast) return -1
    const next = text.charCodeAt(place) === PERCENT ? hexAt(text, place + 1, 2) : -1
    if (next < 0x80 || next > 0xbf) return of(PERCENT, 1)
    code = (code << 6) | (next & 0x3f)
  }
  return of(code, 3 * (more + 1)) | UNIT_ENCODED
}

/** -1: it is none. */
function hexAt(text: string, from: number, digits: number): number {
  let value = 0
  for (let at = from; at < from + digits; at += 1) {
    const digit = hexOf(text.charCodeAt(at))
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

const of = (code: number, length: number): number => code | (length << LENGTH_BITS)
