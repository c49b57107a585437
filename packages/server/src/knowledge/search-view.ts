import { lengthNorm } from './bm25.ts'
import { PostingsMemory } from './postings.ts'
import type { PassageHit } from './retrieval.ts'
import type { ForwardIndex, SegmentBody } from './segment.ts'
import { forwardIndex } from './segment.ts'
import type { Loaded, Seen } from './visible-groups.ts'
import { REMOVED, statisticsOf } from './visible-groups.ts'

/** A segment in memory. Its head stays; terms and postings are let go when memory is short and opened again. */
export interface HeldSegment {
  readonly id: string
  readonly loaded: Loaded
  body: SegmentBody | null
  /** Made when it is first needed. */
  forward: ForwardIndex | null
  /** Searches count up; the segment that was used longest ago goes first. */
  usedAt: number
}

/** A segment as one search sees it. Its passages are numbered on from `base`. */
export interface SeenPart {
  readonly held: HeldSegment
  readonly body: SegmentBody
  readonly isSeen: Uint8Array
  readonly base: number
}

/**
 * All that one search may see, and nothing else: whatever is counted, weighted, learned or explained is read through
 * it, so that what is hidden changes nothing.
 */
export interface SearchView {
  readonly parts: readonly SeenPart[]
  /** Passages by number, hidden ones among them. */
  readonly size: number
  /** Visible passages. */
  readonly passages: number
  readonly meanLength: number
  /** What the length of each passage adds below the line of its scores. */
  readonly norms: Float64Array
  /** Terms that were found to be in too many passages to be brought in. */
  readonly common: Set<string>
  readonly read: PostingsMemory
}

export function viewOf(seen: readonly (Seen & { readonly held: HeldSegment })[]): SearchView {
  const parts: SeenPart[] = []
  const statistics = statisticsOf(seen)
  let base = 0
  for (const { held, isSeen } of seen) {
    if (held.body === null) throw new Error('a search began without one of its segments')
    parts.push({ held, body: held.body, isSeen, base })
    base += held.body.passages
  }
  const norms = new Float64Array(base)
  for (const part of parts) {
    const { passageLength } = part.held.loaded.segment
    for (let at = 0; at < passageLength.length; at++)
      norms[part.base + at] = lengthNorm(passageLength[at] ?? 0, statistics.meanLength)
  }
  return { parts, size: base, ...statistics, norms, common: new Set(), read: new PostingsMemory() }
}

/** Whether the search may see a passage of the part. */
export function isVisible({ held, isSeen }: SeenPart, passage: number): boolean {
  return isSeen[held.loaded.groupOf[passage] ?? REMOVED] === 1
}

/** The part that holds a passage, by its number in the view. */
export function partOf({ parts }: SearchView, passage: number): SeenPart {
  let low = 0
  let high = parts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((parts[middle]?.base ?? 0) <= passage) low = middle
    else high = middle - 1
  }
  const part = parts[low]
  if (!part) throw new RangeError('a passage of no segment')
  return part
}

/** Where a passage stands. */
export function placeOf(
  view: SearchView,
  passage: number,
): Pick<PassageHit, 'document' | 'start' | 'end'> & { readonly length: number } {
  const { held, base } = partOf(view, passage)
  const { segment } = held.loaded
  const own = passage - base
  return {
    document: segment.documents[segment.passageDocument[own] ?? 0]?.id ?? '',
    start: segment.passageStart[own] ?? 0,
    end: segment.passageEnd[own] ?? 0,
    length: segment.passageLength[own] ?? 0,
  }
}

/** The terms of a part's passage by number, with their packed occurrences. */
export function eachTerm(
  { held, body }: SeenPart,
  passage: number,
  visit: (term: number, occurrences: number) => void,
): void {
  const { first, terms, occurrences } = (held.forward ??= forwardIndex(body))
  const until = first[passage + 1] ?? 0
  for (let at = first[passage] ?? 0; at < until; at++) visit(terms[at] ?? 0, occurrences[at] ?? 0)
}
