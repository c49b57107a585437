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
  const from = start > AROUND ? wordFrom(text, start - AROUND, start) : 0
  const to = end + AROUND < text.length ? wordTo(text, end + AROUND, end) : text.length
  return {
    before: `${from > 0 ? '… ' : ''}${text.slice(from, start)}`,
    passage: text.slice(start, end),
    after: `${text.slice(end, to)}${to < text.length ? ' …' : ''}`,
  }
}

const FARTHEST = 40

/** The beginning of a word at or after a place; the place itself where there is no space nearby, as in Chinese. */
function wordFrom(text: string, at: number, before: number): number {
  const space = text.slice(at, Math.min(at + FARTHEST, before)).search(/\s\S/)
  return space === -1 ? whole(text, at) : at + space + 1
}

/** The end of a word at or before a place. */
function wordTo(text: string, at: number, after: number): number {
  const from = Math.max(at - FARTHEST, after)
  const space = text.slice(from, at).search(/\s\S*$/)
  return space === -1 ? whole(text, at) : from + space
}

/** Never between the halves of a character. */
const whole = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at)
