import { merge, Places } from '../detect/merge.ts'
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

function uncovered(merged: readonly Span[], said: readonly Span[], text: string): readonly Span[] {
  const taken = new Places(0, text.length)
  for (const span of merged) if (acts(span)) taken.take(span.start, span.end)
  const pieces: Span[] = []
  for (const span of said) {
    if (!acts(span)) continue
    for (let start = taken.free(span.start); start < span.end; start = taken.free(start)) {
      const end = taken.endOfFree(start, span.end)
      if (/[\p{L}\p{N}]/u.test(text.slice(start, end))) pieces.push({ ...span, start, end })
      taken.take(start, end)
    }
  }
  return pieces
}
