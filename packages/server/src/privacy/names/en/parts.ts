import type { Span } from '../../detect/span.ts'
import type { Read } from './read.ts'
import { isOpening } from './read.ts'
import { CAPITALISED } from './tokens.ts'
import { FIRST_NAME, FREQUENT } from './vocabulary.ts'

const SHORTEST = 3
const MOST_PARTS = 2000

/** Whoever was named in full is called by one of the names further on. Spans in the order of the text, and so is what returns. */
export function withParts(read: Read, spans: readonly Span[]): readonly Span[] {
  const parts = partsOf(read, spans)
  if (parts.size === 0) return spans
  const { tokens } = read
  const all: Span[] = []
  let next = 0
  for (let token = 0; token < tokens.count; token += 1) {
    const [start, end] = [tokens.start[token] ?? 0, tokens.end[token] ?? 0]
    for (let span = spans[next]; span !== undefined && span.end <= start; span = spans[next]) {
      all.push(span)
      next += 1
    }
    const over = spans[next]
    const surname = parts.get(tokens.hash[token] ?? 0)
    if (tokens.shape[token] !== CAPITALISED || surname === undefined) continue
    if (over !== undefined && over.start < end) {
      const isTakenForPlace = over.start === start && over.end === end && over.type !== 'PERSON'
      if (isTakenForPlace) all.push({ ...over, type: 'PERSON' })
      if (isTakenForPlace) next += 1
    } else if (isName(read, token, surname)) {
      all.push({ start, end, type: 'PERSON', score: SCORE, source: 'english-names:part' })
    }
  }
  return [...all, ...spans.slice(next)]
}

const SCORE = 0.7

/** The words of full names; whether it is one of the words after the first. */
function partsOf({ tokens, text }: Read, spans: readonly Span[]): ReadonlyMap<number, boolean> {
  const parts = new Map<number, boolean>()
  let token = 0
  for (const span of spans) {
    if (span.type !== 'PERSON' || !text.slice(span.start, span.end).includes(' ')) continue
    while (token < tokens.count && (tokens.start[token] ?? 0) < span.start) token += 1
    for (; token < tokens.count && (tokens.start[token] ?? 0) < span.end; token += 1) {
      const size = (tokens.end[token] ?? 0) - (tokens.start[token] ?? 0)
      const hash = tokens.hash[token] ?? 0
      if (tokens.shape[token] !== CAPITALISED || size < SHORTEST || parts.size >= MOST_PARTS) continue
      parts.set(hash, parts.get(hash) === true || tokens.start[token] !== span.start)
    }
  }
  return parts
}

/** A frequent word that begins a sentence is a name only if it is a surname here. */
function isName(read: Read, token: number, isSurname: boolean): boolean {
  const flags = read.vocabulary.flagsOf(read.tokens.hash[token] ?? 0)
  return (flags & FREQUENT) === 0 || isSurname || ((flags & FIRST_NAME) !== 0 && !isOpening(read, token))
}
