/** A piece of an answer: words, or the number of what they are quoted from. */
export type QuotedPiece = { readonly text: string } | { readonly n: number }

/** Parts an answer at its marks `[1]`; a number that stands for nothing stays text. */
export function quotedPieces(text: string, known: readonly number[]): readonly QuotedPiece[] {
  const pieces: QuotedPiece[] = []
  let from = 0
  for (const { 0: mark, 1: digits = '', index } of text.matchAll(/\[(\d{1,3})\]/g)) {
    const n = Number(digits)
    if (!known.includes(n)) continue
    if (index > from) pieces.push({ text: text.slice(from, index) })
    pieces.push({ n })
    from = index + mark.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

const AROUND = 240

/** A quoted passage with a little of what stands around it. */
export function passageOf(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): { readonly before: string; readonly passage: string; readonly after: string } {
  const before = text.slice(Math.max(0, start - AROUND), start)
  const after = text.slice(end, end + AROUND)
  return {
    before: start > AROUND ? `…${before}` : before,
    passage: text.slice(start, end),
    after: end + AROUND < text.length ? `${after}…` : after,
  }
}
