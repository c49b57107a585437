const BACKSLASH = 0x5c
const LETTER_U = 0x75
const SPACE = 0x20
/** Full-width letters and digits, U+FF10 to U+FF5A, begin with these bytes in UTF-8. */
const FULL_WIDTH = 0xef
/** Blanks that a placeholder may hold, in bytes: four of the widest. */
const MOST_BLANK_BYTES = 12

/**
 * Whether one of the nonces may stand in an answer, in any spelling that is restored. Where none does nothing can be put
 * back, and most short answers say nothing of what was masked: that costs a look at each byte, and no parse.
 */
export const mayHold = (answer: Buffer, nonces: readonly string[]): boolean =>
  nonces.some((nonce) => isIn(answer, nonce))

function isIn(answer: Buffer, nonce: string): boolean {
  const first = nonce.charCodeAt(0)
  const capital = nonce.toUpperCase().charCodeAt(0)
  for (let at = 0; at < answer.length; at += 1) {
    const byte = answer[at]
    if (byte === first || byte === capital) {
      if (isAt(answer, at, nonce)) return true
    } else if (byte === BACKSLASH ? answer[at + 1] === LETTER_U : byte === FULL_WIDTH && isWord(answer, at))
      return true
  }
  return false
}

function isAt(answer: Buffer, from: number, nonce: string): boolean {
  let blank = 0
  let read = 0
  for (let at = from; at < answer.length && read < nonce.length; at += 1) {
    const byte = answer[at] ?? 0
    if (lower(byte) === nonce.charCodeAt(read)) read += 1
    else if ((byte === SPACE || byte >= 0x80) && blank < MOST_BLANK_BYTES) blank += 1
    else return false
  }
  return read === nonce.length
}

const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)

function isWord(answer: Buffer, at: number): boolean {
  const [middle, last] = [answer[at + 1] ?? 0, answer[at + 2] ?? 0]
  if (middle === 0xbd) return last >= 0x81 && last <= 0x9a
  return middle === 0xbc && ((last >= 0x90 && last <= 0x99) || (last >= 0xa1 && last <= 0xba))
}
