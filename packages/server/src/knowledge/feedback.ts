import { idf } from './bm25.ts'
import type { TermPostings } from './postings.ts'
import { postingsOf } from './postings.ts'
import type { SearchView } from './search-view.ts'
import { eachTerm, partOf, placeOf } from './search-view.ts'
import { termName, weighted } from './segment.ts'

/** RM3 (Abdul-Jaleel and others 2004): what else the best passages speak of. */
const TERMS = 20
/** Candidates that are looked at. */
const LOOKED_AT = 80
export interface FeedbackTerm {
  readonly term: string
  /** Share of the feedback's weight, all terms together one. */
  readonly share: number
  readonly idf: number
  readonly postings: TermPostings
}

/**
 * The terms of the best passages, each by how much of them it makes up; a term that more than `most` passages hold is
 * left out. Passages come with their scores.
 */
export function feedbackTerms(
  view: SearchView,
  best: readonly { readonly passage: number; readonly score: number }[],
  most: number,
): FeedbackTerm[] {
  const total = best.reduce((sum, { score }) => sum + score, 0)
  const model = new Map<string, number>()
  for (const { passage, score } of best) {
    const part = partOf(view, passage)
    const share = score / total / (placeOf(view, passage).length || 1)
    eachTerm(part, passage - part.base, (term, occurrences) => {
      const name = termName(part.body, term)
      model.set(name, (model.get(name) ?? 0) + share * weighted(occurrences))
    })
  }
  const ranked = [...model].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const chosen: { term: string; weight: number; postings: TermPostings }[] = []
  for (const [term, weight] of ranked.slice(0, LOOKED_AT)) {
    if (chosen.length >= TERMS) break
    if (view.common.has(term)) continue
    const postings = postingsOf(view, term, most)
    if (!postings) view.common.add(term)
    if (postings) chosen.push({ term, weight, postings })
  }
  const sum = chosen.reduce((all, { weight }) => all + weight, 0)
  return chosen.map(({ term, weight, postings }) => ({
    term,
    share: weight / sum,
    idf: idf(view.passages, postings.length),
    postings,
  }))
}
