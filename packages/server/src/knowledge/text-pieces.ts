import type { Span } from './sentences.ts'

/** Characters of a piece: what is read and opened to quote a sentence, however long its document is. */
const PIECE_CHARACTERS = 16_384
/** Characters behind a passage that tell where its last sentence ends. */
export const LOOK_BEHIND = 80

/** Length of a piece in the text (UTF-16) and, sealed, in the column (bytes). */
export interface PieceSize {
  readonly characters: number
  readonly bytes: number
}

/** Where a piece lies: `start` and `end` in the text, `first` in the sealed column. */
export interface Piece extends Span {
  readonly number: number
  readonly first: number
  readonly bytes: number
}

/** Cuts a text, never between the halves of a surrogate pair; joined again it is the same text. */
export function cutIntoPieces(text: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + PIECE_CHARACTERS)
    const next = text.charCodeAt(end)
    if (next >= 0xdc00 && next <= 0xdfff) end++
    pieces.push(text.slice(at, end))
    at = end
  }
  return pieces
}

/** The pieces that hold a span, in order. */
export function piecesOver(sizes: readonly PieceSize[], span: Span): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  let first = 0
  for (const [number, { characters, bytes }] of sizes.entries()) {
    if (start >= span.end) break
    const end = start + characters
    if (end > span.start) pieces.push({ number, start, end, first, bytes })
    start = end
    first += bytes
  }
  return pieces
}

/** The pieces of one text that were opened so far. */
export class PieceText {
  readonly #sizes: readonly PieceSize[]
  readonly #opened = new Map<number, string>()

  constructor(sizes: readonly PieceSize[]) {
    this.#sizes = sizes
  }

  /** Characters in memory. */
  get length(): number {
    let sum = 0
    for (const piece of this.#opened.values()) sum += piece.length
    return sum
  }

  put(number: number, text: string): void {
    this.#opened.set(number, text)
  }

  /** The pieces of a span that are not opened yet. */
  missing(span: Span): Piece[] {
    return piecesOver(this.#sizes, span).filter((piece) => !this.#opened.has(piece.number))
  }

  /** As of a string; what was not opened is left out. */
  slice(start: number, end: number): string {
    return piecesOver(this.#sizes, { start, end })
      .map((piece) =>
        (this.#opened.get(piece.number) ?? '').slice(
          Math.max(0, start - piece.start),
          Math.max(0, end - piece.start),
        ),
      )
      .join('')
  }
}
