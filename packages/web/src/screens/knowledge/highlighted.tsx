import type { ReactNode } from 'react'
import { piecesOf } from './highlighting.ts'

/** A text in which some words are marked. */
export function Highlighted({
  text,
  terms,
}: {
  readonly text: string
  readonly terms: readonly string[]
}): ReactNode {
  return piecesOf(text, terms).map((piece, at) =>
    piece.isMarked ? (
      // oxlint-disable-next-line react/no-array-index-key -- pieces of one text have no other name
      <mark key={at} className="rounded-small bg-mark text-ink">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  )
}
