let foldTable: Uint16Array | null = null

/**
 * Of each character the one in its place where case does not matter; always one for one, so that places stay. Made when
 * it is first asked for, like the other table: most servers have no dictionary.
 */
export function foldedCodes(): Uint16Array {
  foldTable ??= folded()
  return foldTable
}

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
  const folds = foldedCodes()
  const codes = Uint16Array.from({ length: text.length }, (_, at) => folds[text.charCodeAt(at)] ?? 0)
  return Buffer.from(codes.buffer).toString('utf16le')
}

/** Scripts that write words without spaces, or what belongs to a word right behind it. */
const WITHOUT_SPACES =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]$/u
const OF_WORDS = /^[\p{L}\p{N}\p{M}]$/u

let inWords: Uint8Array | null = null

/** Characters of which two side by side belong to one word. */
function charactersInWords(): Uint8Array {
  inWords ??= Uint8Array.from({ length: 65_536 }, (_, code) => {
    const sign = String.fromCharCode(code)
    return OF_WORDS.test(sign) && !WITHOUT_SPACES.test(sign) ? 1 : 0
  })
  return inWords
}

/** Whether a word may begin or end at this place of the text. */
export function isBoundary(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return true
  const within = charactersInWords()
  return within[text.charCodeAt(at - 1)] === 0 || within[text.charCodeAt(at)] === 0
}
