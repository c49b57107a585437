/** What letters and figures are read as when a value is searched again: small, and all that parts words as one sign. */
export const FOLDED = new Uint16Array(65_536)
/** Letters of scripts that write words apart, and figures: a value does not begin or end within a run of them. */
export const KIND = new Uint8Array(65_536)
export const SEPARATOR = 0x20
export const LETTER = 1
export const DIGIT = 2

/** Latin, Greek, Cyrillic, Armenian, Hebrew and Arabic. Others write words without a gap, or with endings. */
const LETTERS: readonly (readonly [number, number])[] = [
  [0x41, 0x5a],
  [0x61, 0x7a],
  [0xc0, 0x24f],
  [0x370, 0x587],
  [0x5d0, 0x5ea],
  [0x620, 0x64a],
  [0x671, 0x6d3],
  [0x1e00, 0x1fff],
]
const NO_LETTERS = new Set([0xd7, 0xf7])
/** What stands between the words of a name or the groups of a number. */
const SEPARATORS = ' \t\n\r\u00a0_.-+,()'

for (let code = 0; code < FOLDED.length; code += 1) FOLDED[code] = code
for (const [from, to] of LETTERS) {
  for (let code = from; code <= to; code += 1) {
    if (NO_LETTERS.has(code)) continue
    KIND[code] = LETTER
    const small = String.fromCharCode(code).toLowerCase()
    if (small.length === 1) FOLDED[code] = small.charCodeAt(0)
  }
}
for (let code = 0x30; code <= 0x39; code += 1) KIND[code] = DIGIT
for (const sign of SEPARATORS) FOLDED[sign.charCodeAt(0)] = SEPARATOR

/** Between the groups of a number, where they do not matter. */
const MOST_BETWEEN_DIGITS = 3

/** Where the separators end that begin here. */
export function endOfSeparators(text: string, from: number): number {
  let end = from + 1
  while (end < text.length && FOLDED[text.charCodeAt(end)] === SEPARATOR) end += 1
  return end
}

/** Whether what stands there only groups the figures of a number. */
export const groupsDigits = (text: string, from: number, end: number): boolean =>
  end - from <= MOST_BETWEEN_DIGITS &&
  KIND[text.charCodeAt(from - 1)] === DIGIT &&
  KIND[text.charCodeAt(end)] === DIGIT

/** A value as it is searched: folded, separators as one space and none between figures. */
export function folded(value: string): string {
  let read = ''
  for (let at = 0; at < value.length; at += 1) {
    const sign = FOLDED[value.charCodeAt(at)] ?? 0
    if (sign !== SEPARATOR) {
      read += String.fromCharCode(sign)
      continue
    }
    const end = endOfSeparators(value, at)
    if (!groupsDigits(value, at, end)) read += ' '
    at = end - 1
  }
  return read.trim()
}
