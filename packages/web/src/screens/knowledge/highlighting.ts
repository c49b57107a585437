export interface Piece {
  readonly text: string
  readonly isMarked: boolean
}

const WORD = /[\p{L}\p{N}]/u
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

function wordEnd(text: string, from: number): number {
  let end = from
  while (WORD.test(text[end] ?? '') && !CJK.test(text[end] ?? '')) end += 1
  return end
}

/**
 * Cuts a text where one of the words stands in it. Words are stems: `rent` marks the whole of `rents`; in Chinese
 * exactly what was found is marked.
 */
export function piecesOf(text: string, terms: readonly string[]): readonly Piece[] {
  const known = new Set(terms.map((term) => term.toLowerCase()).filter((term) => term !== ''))
  // Porter's stems end in i where the word has a y: `monthli`.
  for (const term of known) if (/[a-z]i$/.test(term)) known.add(`${term.slice(0, -1)}y`)
  if (known.size === 0) return [{ text, isMarked: false }]
  const lower = text.toLowerCase()
  // Some letters change their length with their case; then nothing is marked rather than the wrong thing.
  if (lower.length !== text.length) return [{ text, isMarked: false }]
  const marks: [start: number, end: number][] = []
  for (const term of known)
    for (let at = lower.indexOf(term); at >= 0; at = lower.indexOf(term, at + term.length)) {
      const isWhole = CJK.test(term)
      if (!isWhole && at > 0 && WORD.test(text[at - 1] ?? '')) continue
      const end = isWhole ? at + term.length : wordEnd(text, at + term.length)
      marks.push([at, end])
    }
  marks.sort((one, other) => one[0] - other[0])
  const pieces: Piece[] = []
  let done = 0
  for (const [start, end] of marks) {
    if (end <= done) continue
    const from = Math.max(start, done)
    if (from > done) pieces.push({ text: text.slice(done, from), isMarked: false })
    pieces.push({ text: text.slice(from, end), isMarked: true })
    done = end
  }
  if (done < text.length) pieces.push({ text: text.slice(done), isMarked: false })
  return pieces
}
