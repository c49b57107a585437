import { merge } from '../detect/merge.ts'
import { propagate } from '../detect/propagate.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'

/**
 * What the engine and others found in one text. Who has which place is settled as among the parts of the engine, but
 * whatever an acting span of either covered stays covered: what is left of one that made way is no less said.
 */
export function combined(own: readonly Span[], others: readonly Span[], text: string): readonly Span[] {
  if (others.length === 0) return own
  const merged = merge([...own, ...others], text)
  const pieces = uncovered(merged, [...own, ...others], text)
  if (pieces.length === 0) return propagate(merged, text)
  // What is too unsure to be acted on makes way.
  const acting = [...merged.filter(acts), ...pieces].toSorted((a, b) => a.start - b.start)
  return propagate(acting, text)
}

const acts = ({ score }: Span): boolean => score >= ACTING_SCORE

/** What acting spans say of places that none of the merged ones has. Both are walked through once. */
function uncovered(merged: readonly Span[], said: readonly Span[], text: string): readonly Span[] {
  const taken = merged.filter(acts)
  const pieces: Span[] = []
  let next = 0
  let upTo = 0
  for (const span of said.filter(acts).toSorted((a, b) => a.start - b.start)) {
    for (let start = Math.max(span.start, upTo); start < span.end;) {
      while ((taken[next]?.end ?? Infinity) <= start) next += 1
      const { start: from, end: to } = taken[next] ?? { start: Infinity, end: Infinity }
      if (from <= start) {
        start = to
        continue
      }
      const end = Math.min(span.end, from)
      if (/[\p{L}\p{N}]/u.test(text.slice(start, end))) pieces.push({ ...span, start, end })
      start = end
    }
    upTo = Math.max(upTo, span.end)
  }
  return pieces
}
