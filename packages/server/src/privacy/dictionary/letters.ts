/** Of each character the one in its place where case does not matter; always one for one, so that places stay. */
export const FOLDED: Uint16Array = folded()

function folded(): Uint16Array {
  const table = Uint16Array.from({ length: 65_536 }, (_, code) => {
    const lower = code >= 0xd800 && code <= 0xdfff ? '' : String.fromCharCode(code).toLowerCase()
    return lower.length === 1 ? lower.charCodeAt(0) : code
  })
  // Greek writes a small sigma differently at the end of a word.
  table[0x3c2] = 0x3c3
  return table
}

/** The text where case does not matter. */
export function fold(text: string): string {
  const codes = Uint16Array.from({ length: text.length }, (_, at) => FOLDED[text.charCodeAt(at)] ?? 0)
  return Buffer.from(codes.buffer).toString('utf16le')
}

/** Scripts that write words without spaces, or what belongs to a word right behind it. */
const WITHOUT_SPACES =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]$/u
const OF_WORDS = /^[\p{L}\p{N}\p{M}]$/u

/** Characters of which two side by side belong to one word. */
const IN_WORDS: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, code) => {
  const sign = String.fromCharCode(code)
  return OF_WORDS.test(sign) && !WITHOUT_SPACES.test(sign) ? 1 : 0
})

/** Whether a word may begin or end at this place of the text. */
export const isBoundary = (text: string, at: number): boolean =>
  at === 0 ||
  at === text.length ||
  IN_WORDS[text.charCodeAt(at - 1)] === 0 ||
  IN_WORDS[text.charCodeAt(at)] === 0
