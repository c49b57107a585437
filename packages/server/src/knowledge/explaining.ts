import type { HitExplanation } from '@freehold/contract/knowledge.ts'
import type { TermPostings } from './bm25.ts'
import { lengthNorm, termScore } from './bm25.ts'
import type { Ranked, Reckoning } from './ranking.ts'
import { RANKING } from './ranking.ts'
import type { SearchView } from './search-view.ts'
import { eachTerm, partOf, placeOf } from './search-view.ts'
import { termName, unpacked } from './segment.ts'

/** How often a passage holds what the postings are of. */
function countIn({ passages, counts, length }: TermPostings, passage: number): number {
  let low = 0
  let high = length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const other = passages[middle] ?? 0
    if (other === passage) return counts[middle] ?? 0
    if (other < passage) low = middle + 1
    else high = middle - 1
  }
  return 0
}

/** How a hit came by its score, part by part; the contributions add up to it. */
export function explained(
  view: SearchView,
  { terms, feedback, feedbackWeight, best, by }: Reckoning,
  { passage, coverage, nearness }: Ranked,
): HitExplanation {
  const part = partOf(view, passage)
  const held = new Map<string, number>()
  eachTerm(part, passage - part.base, (term, occurrences) => held.set(termName(part.body, term), occurrences))
  const norm = lengthNorm(placeOf(view, passage).length, view.meanLength)
  const words = (nearness === null ? 1 : 1 - RANKING.latentShare) * (1 + coverage)
  const contributionOf = (postings: TermPostings, weight: number): number =>
    words * weight * termScore(countIn(postings, passage), norm)
  return {
    coverage,
    terms: terms.flatMap(({ term, alternatives, postings, idf, weight }) => {
      if (countIn(postings, passage) === 0) return []
      return {
        term,
        alternatives: [...alternatives].filter((other) => held.has(other)),
        ...fieldsOf(held.get(term) ?? 0),
        passages: postings.length,
        idf,
        contribution: contributionOf(postings, weight),
      }
    }),
    feedback: feedback.flatMap(({ term, share, postings, idf }) => {
      if (countIn(postings, passage) === 0) return []
      const contribution = contributionOf(postings, feedbackWeight * share * idf)
      return { term, share, passages: postings.length, idf, contribution }
    }),
    meaning: nearness === null ? null : { by, nearness, contribution: RANKING.latentShare * best * nearness },
  }
}

function fieldsOf(occurrences: number) {
  const { body, isInTitle, isInHeadings } = unpacked(occurrences)
  return { title: isInTitle, headings: isInHeadings, body }
}
