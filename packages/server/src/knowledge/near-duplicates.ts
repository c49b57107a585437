import { crc32 } from 'node:zlib'
import type { Ranked } from './ranking.ts'
import type { HeldSegment, SearchView } from './search-view.ts'
import { eachTerm, partOf } from './search-view.ts'
import { termName } from './segment.ts'

/** Hits among which copies are looked for. */
const LOOKED_AT = 20
/** Passages that share this much of their words say the same: copies, versions, the clause in every contract. */
const ALIKE = 0.85

/** Marks of the segments' terms, made when they are first met. */
const MARKS = new WeakMap<HeldSegment, Float64Array>()

/** The marks of a passage's words, rising. */
function marksOf(view: SearchView, passage: number): Float64Array {
  const part = partOf(view, passage)
  let known = MARKS.get(part.held)
  if (!known) MARKS.set(part.held, (known = new Float64Array(part.body.termEnd.length).fill(-1)))
  const marks: number[] = []
  const into = known
  eachTerm(part, passage - part.base, (term, occurrences) => {
    if (occurrences >>> 2 === 0) return
    let mark = into[term] ?? -1
    if (mark < 0) into[term] = mark = crc32(termName(part.body, term))
    marks.push(mark)
  })
  return Float64Array.from(marks).sort()
}

/** Whether two sets of words overlap enough; ends as soon as they cannot any more. */
function isAlike(a: Float64Array, b: Float64Array): boolean {
  const all = a.length + b.length
  if (all === 0) return false
  // Of a + b - common words all but this many must be common.
  const most = ((1 - ALIKE) * all) / (1 + ALIKE)
  let apart = 0
  let at = 0
  let other = 0
  while (at < a.length && other < b.length) {
    const difference = (a[at] ?? 0) - (b[other] ?? 0)
    if (difference <= 0) at++
    if (difference >= 0) other++
    if (difference !== 0 && ++apart > most) return false
  }
  return apart + (a.length - at) + (b.length - other) <= most
}

/** Puts what repeats a better hit behind the others, so that the first few say different things. */
export function withoutRepeating(view: SearchView, ranked: readonly Ranked[]): Ranked[] {
  const first = ranked.slice(0, LOOKED_AT)
  const kept: Float64Array[] = []
  const repeats = new Set<Ranked>()
  for (const one of first) {
    const marks = marksOf(view, one.passage)
    if (kept.some((other) => isAlike(marks, other))) repeats.add(one)
    else kept.push(marks)
  }
  return [...first.filter((one) => !repeats.has(one)), ...repeats, ...ranked.slice(LOOKED_AT)]
}

/** How many hits a search needs for that. */
export const neededFor = (limit: number): number => Math.max(limit, LOOKED_AT)
