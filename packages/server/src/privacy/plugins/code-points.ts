/** Offsets of a text in Unicode code points, as Python counts them, and in UTF-16 units. */
export interface CodePoints {
  readonly count: number
  /** The UTF-16 offset of a code point; of `count`, the end of the text. */
  offsetOf(codePoint: number): number
}

/** A text without characters outside the basic plane, which most are, costs one look at it. */
export function codePointsOf(text: string): CodePoints {
  const wide = wideIn(text)
  return {
    count: text.length - wide.length,
    offsetOf: (codePoint) => codePoint + below(wide, codePoint),
  }
}

/** The code points that take two units, in their order. A lone surrogate is a code point of its own. */
function wideIn(text: string): readonly number[] {
  const wide: number[] = []
  for (const { index } of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) wide.push(index - wide.length)
  return wide
}

/** How many are smaller. */
function below(sorted: readonly number[], limit: number): number {
  let from = 0
  let to = sorted.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] ?? Infinity) < limit) from = middle + 1
    else to = middle
  }
  return from
}
