import { crc32 } from 'node:zlib'
import type { Ranked } from './ranking.ts'
import type { HeldSegment, SearchView } from './search-view.ts'
import { eachTerm, partOf } from './search-view.ts'
import { termName } from './segment.ts'

/** Hits that are put in order so that each says something new. */
const LOOKED_AT = 20
/** Passages that share this much of their words say the same: copies, versions, the clause in every contract. */
const SAME = 0.85
/** Passages of one subject share words too: up to this share of them none repeats the other. */
const APART = 0.5

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

/** How much one of two sets of words repeats the other, 0 to 1; ends as soon as it cannot be any more. */
function repetition(a: Float64Array, b: Float64Array): number {
  const all = a.length + b.length
  if (all === 0) return 0
  // Where the share of common words is above the bound, no more than this many stand in one set alone.
  const most = ((1 - APART) * all) / (1 + APART)
  let apart = 0
  let at = 0
  let other = 0
  while (at < a.length && other < b.length) {
    const difference = (a[at] ?? 0) - (b[other] ?? 0)
    if (difference <= 0) at++
    if (difference >= 0) other++
    if (difference !== 0 && ++apart > most) return 0
  }
  apart += a.length - at + (b.length - other)
  const share = (all - apart) / (all + apart)
  return Math.min(1, Math.max(0, (share - APART) / (SAME - APART)))
}

/** A hit, and how much of it better ones said already. */
export interface Placed extends Ranked {
  readonly repeats: number
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998) over the first hits: the next one is the best of what is
 * left after what repeats an earlier one is taken off its score. A copy comes behind everything else.
 */
export function saidOnce(view: SearchView, ranked: readonly Ranked[]): Placed[] {
  const best = ranked[0]?.score || 1
  const left = ranked.slice(0, LOOKED_AT).map((one) => {
    const marks = marksOf(view, one.passage)
    return { one, marks, repeats: 0, worth: one.score / best }
  })
  const placed: Placed[] = []
  while (left.length > 0) {
    let next = 0
    for (let at = 1; at < left.length; at++) if ((left[at]?.worth ?? 0) > (left[next]?.worth ?? 0)) next = at
    const [chosen] = left.splice(next, 1)
    if (!chosen) break
    placed.push({ ...chosen.one, repeats: chosen.repeats })
    for (const other of left) {
      other.repeats = Math.max(other.repeats, repetition(other.marks, chosen.marks))
      other.worth = other.one.score / best - other.repeats
    }
  }
  return [...placed, ...ranked.slice(LOOKED_AT).map((one) => Object.assign(one, { repeats: 0 }))]
}

/** How many hits a search needs for that. */
export const neededFor = (limit: number): number => Math.max(limit, LOOKED_AT)
