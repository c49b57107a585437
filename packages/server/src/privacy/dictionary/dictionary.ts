import type { EntityType } from '@freehold/contract/privacy.ts'
import { inCodes } from '../detect/encoded.ts'
import type { Detector } from '../detect/detector.ts'
import type { ScanContext } from '../detect/recogniser.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import { joined } from './hit.ts'
import type { PatternTables } from './pattern-machine.ts'
import { searchPatterns } from './pattern-machine.ts'
import { readComposed } from './reading.ts'
import type { WordTables } from './word-automaton.ts'
import { searchWords } from './word-automaton.ts'

/** All dictionaries of a tenant, ready to be searched for; threads share its arrays. Nobody changes it. */
export interface Dictionary {
  readonly types: readonly EntityType[]
  /** Null where there are no values. */
  readonly words: WordTables | null
  /** One for each dictionary with patterns. */
  readonly patterns: readonly PatternTables[]
}

/** How much memory its arrays take. */
export const bytesOf = ({ words, patterns }: Dictionary): number =>
  [...(words === null ? [] : [words]), ...patterns]
    .flatMap((tables) => Object.values<unknown>({ ...tables }))
    .reduce<number>((sum, array) => sum + (ArrayBuffer.isView(array) ? array.byteLength : 0), 0)

/** The dictionaries of a tenant as they were at one moment. */
export interface TenantTerms {
  /** Another one for other terms. */
  readonly version: string
  /** Null: there are none. */
  readonly dictionary: Dictionary | null
}

const SOURCE = 'dictionary'

export interface Sought {
  readonly text: string
  readonly context: ScanContext
  readonly dictionary: Dictionary | null
}

/** What a detector finds and, behind it, the terms of the dictionaries; these may overlap the former. */
export function findIn(detector: Detector, { text, context, dictionary }: Sought): readonly Span[] {
  const found = detector.detect(text, context)
  const terms = dictionary === null ? [] : searchDictionary(dictionary, text)
  return terms.length === 0 ? found : [...found, ...terms]
}

/** Where terms of the dictionaries stand, in the order of the text and not overlapping. Linear in the text. */
function searchDictionary(dictionary: Dictionary, text: string): readonly Span[] {
  const spans = standingIn(dictionary, text)
  const encoded = inCodes(text, (decoded) => standingIn(dictionary, decoded))
  return encoded.length === 0 ? spans : inOrder([...spans, ...encoded])
}

function standingIn({ types, words, patterns }: Dictionary, text: string): readonly Span[] {
  const read = readComposed(text)
  const hits = [
    ...(words === null ? [] : searchWords(words, read.text)),
    ...patterns.flatMap((tables) => searchPatterns(tables, read.text).hits),
  ]
  return joined(hits).map(({ start, end, type }) => ({
    start: read.startOf(start),
    end: read.endOf(end),
    type: types[type] ?? 'CUSTOM_TERM',
    score: 1,
    source: SOURCE,
  }))
}

/** Of those that overlap the first, as far as the last of them reaches. */
function inOrder(spans: readonly Span[]): readonly Span[] {
  const apart: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1)
    if (last === undefined || span.start >= last.end) apart.push(span)
    else if (span.end > last.end) apart[apart.length - 1] = { ...last, end: span.end }
  }
  return apart
}

/** What `findIn` found, not overlapping: a term has its place unless it is a part of a larger find. */
export function settled(all: readonly Span[]): readonly Span[] {
  const terms = all.filter(isTerm)
  if (terms.length === 0) return all
  const found = all.filter((span) => !isTerm(span))
  const kept = terms.filter(notWithin(found.filter(({ score }) => score >= ACTING_SCORE)))
  const rest = found.flatMap(cutBy(kept))
  return [...kept, ...rest].toSorted((a, b) => a.start - b.start)
}

/** Whether a span says that a term of a dictionary stands there. */
export const isTerm = ({ source }: Span): boolean => source === SOURCE

/** Both in the order of the text, and asked in it. */
function notWithin(larger: readonly Span[]): (term: Span) => boolean {
  let next = 0
  return ({ start, end }) => {
    while ((larger[next]?.end ?? Infinity) <= start) next += 1
    const around = larger[next]
    return !(around && around.start <= start && around.end >= end && around.end - around.start > end - start)
  }
}

function cutBy(terms: readonly Span[]): (span: Span) => readonly Span[] {
  let next = 0
  return (span) => {
    while ((terms[next]?.end ?? Infinity) <= span.start) next += 1
    const pieces: Span[] = []
    let { start } = span
    for (let at = next; (terms[at]?.start ?? Infinity) < span.end; at += 1) {
      const term = terms[at]
      if (term === undefined) break
      if (term.start > start) pieces.push({ ...span, start, end: term.start })
      start = Math.max(start, term.end)
    }
    if (start < span.end) pieces.push({ ...span, start })
    return pieces
  }
}
