export interface Piece {
  readonly text: string
  readonly isMarked: boolean
}

/** A line of a text, or a part of a long one, as it is drawn. */
export interface Block {
  readonly start: number
  readonly pieces: readonly Piece[]
}

interface Span {
  readonly start: number
  readonly end: number
}

/** A line may be a whole file; it is drawn in parts that a browser lays out in no time. */
const LONGEST = 1000

/** The text in lines, with what is cited marked. Positions count UTF-16, as spans of citations do. */
export function blocksOf(text: string, marked: Span | null): readonly Block[] {
  const blocks: Block[] = []
  for (let start = 0; start <= text.length;) {
    const feed = text.indexOf('\n', start)
    const lineEnd = feed === -1 ? text.length : feed
    const end = Math.min(lineEnd, cut(text, start))
    blocks.push({ start, pieces: piecesOf(text, { start, end }, marked) })
    start = end === lineEnd ? lineEnd + 1 : end
  }
  return blocks
}

/** The first block that something of the span stands in; 0 where there is none. */
export function blockAt(blocks: readonly Block[], { start }: Span): number {
  let [low, high] = [0, blocks.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((blocks[middle]?.start ?? 0) <= start) low = middle
    else high = middle - 1
  }
  return Math.max(low, 0)
}

/** Where a part that begins here may end, without splitting a character, and rather between words. */
function cut(text: string, start: number): number {
  const most = start + LONGEST
  if (most >= text.length) return text.length
  const space = text.lastIndexOf(' ', most)
  if (space > start + LONGEST / 2) return space + 1
  const isSplit = /[\uDC00-\uDFFF]/.test(text[most] ?? '')
  return isSplit ? most - 1 : most
}

function piecesOf(text: string, { start, end }: Span, marked: Span | null): readonly Piece[] {
  const from = Math.max(start, Math.min(marked?.start ?? end, end))
  const to = Math.max(from, Math.min(marked?.end ?? end, end))
  const pieces = [
    { text: text.slice(start, from), isMarked: false },
    { text: text.slice(from, to), isMarked: true },
    { text: text.slice(to, end), isMarked: false },
  ]
  return pieces.filter((piece) => piece.text !== '')
}
