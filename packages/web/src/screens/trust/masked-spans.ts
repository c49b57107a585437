import type { Span } from './body-layout.ts'

/** Placeholders such as `[EMAIL_k7f2_1]`, and the labels of what does not come back, such as `[EMAIL]`. */
const PLACEHOLDER = /\[([A-Z][A-Z\d_]*?)(?:_[a-z\d]{4}_\d+| 90\+)?\]/g

/** Where placeholders of these types stand. Made-up values look like real ones and cannot be told by their form. */
export const maskedSpans = (text: string, types: Readonly<Record<string, number>>): readonly Span[] =>
  Array.from(text.matchAll(PLACEHOLDER), ({ 0: { length }, 1: type = '', index }) => ({
    start: index,
    end: index + length,
    type,
  })).filter(({ type }) => type in types)
