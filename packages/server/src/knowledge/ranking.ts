import type { TermPostings } from './bm25.ts'
import { idf, postingsOf, Scores, together } from './bm25.ts'
import type { Nearness } from './embeddings/vector-memory.ts'
import type { FeedbackTerm } from './feedback.ts'
import { feedbackTerms } from './feedback.ts'
import type { LatentModel } from './latent.ts'
import type { QueryTerm } from './query-terms.ts'
import type { SearchView } from './search-view.ts'
import { placeOf } from './search-view.ts'

/** One configuration for every collection and language. */
export const RANKING = {
  /** Passages that bring in words. */
  feedbackPassages: 12,
  /** Share of the question's own words beside those. */
  ownShare: 0.6,
  /** A question is for one fact when fewer than so many of the best passages cover nearly all of it. */
  knownCoverage: 0.9,
  knownPassages: 5,
  /** Passages whose meaning is compared at least. */
  compared: 100,
  /** Share of meaning in the score, beside words. */
  latentShare: 0.5,
} as const

/** A word of the question with its postings among what is visible. */
export interface WeightedTerm extends QueryTerm {
  readonly postings: TermPostings
  readonly idf: number
  readonly weight: number
}

/** A passage by its number in the view, and what its score is made of. */
export interface Ranked {
  readonly passage: number
  readonly score: number
  readonly coverage: number
  /** Cosine with the question; null when meaning was not compared. */
  readonly nearness: number | null
}

/** How a search came to its hits. */
export interface Reckoning {
  readonly terms: readonly WeightedTerm[]
  readonly feedback: readonly FeedbackTerm[]
  /** What a feedback term's share is multiplied with. */
  readonly feedbackWeight: number
  readonly ranked: readonly Ranked[]
  /** The best score of words alone, which nearness is measured in. */
  readonly best: number
  /** What told of meaning. */
  readonly by: 'documents' | 'embeddings'
}

export function weightedTerms(view: SearchView, terms: readonly QueryTerm[]): WeightedTerm[] {
  return terms.map((term) => {
    const postings = together(
      [term.term, ...term.alternatives].flatMap((name) => postingsOf(view, name) ?? []),
    )
    const own = idf(view.passages, postings.length)
    return { ...term, postings, idf: own, weight: term.times * own }
  })
}

interface Candidate {
  readonly passage: number
  readonly score: number
}

/** The best few by score. Equal scores stand in an order that does not depend on how the index is cut into segments. */
function bestOf(
  view: SearchView,
  passages: ArrayLike<number>,
  scoreOf: (passage: number) => number,
  limit: number,
): Candidate[] {
  const best: Candidate[] = []
  const isBehind = (a: Candidate, b: Candidate): boolean => {
    if (a.score !== b.score) return a.score < b.score
    const [first, second] = [placeOf(view, a.passage), placeOf(view, b.passage)]
    if (first.document !== second.document) return first.document > second.document
    return first.start >= second.start
  }
  let worst = -Infinity
  for (let at = 0; at < passages.length; at++) {
    const passage = passages[at] ?? 0
    const score = scoreOf(passage)
    if (score < worst) continue
    const candidate = { passage, score }
    let low = 0
    let high = best.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = best[middle]
      if (other && isBehind(candidate, other)) low = middle + 1
      else high = middle
    }
    if (low >= limit) continue
    best.splice(low, 0, candidate)
    if (best.length > limit) best.pop()
    if (best.length >= limit) worst = best.at(-1)?.score ?? worst
  }
  return best
}

/** Whether a word of the question tells a subject from others: if none does, the best passages are any passages. */
function tellsSubject(terms: readonly WeightedTerm[], most: number): boolean {
  return terms.some(({ postings }) => postings.length > 0 && postings.length <= most)
}

/** Whether the question asks for what a few passages state: more words would only lead away from them. */
function isFound([first, ...others]: readonly Ranked[]): boolean {
  if (!first) return true
  const covers = ({ coverage }: Ranked): boolean => coverage >= RANKING.knownCoverage
  return covers(first) && others.filter(covers).length < RANKING.knownPassages
}

/** When words are brought in. */
export interface FeedbackBounds {
  /** Visible passages below which that would only repeat what was found. */
  readonly from: number
  /** A word in a larger share of the passages tells no subject from another. */
  readonly mostShare: number
}

const FEEDBACK: FeedbackBounds = { from: 200, mostShare: 0.1 }

interface RankingOptions {
  readonly limit: number
  readonly model: LatentModel | null
  /** Embeddings, where there are some: then nothing else tells of meaning. */
  readonly near?: Nearness | null
  readonly feedback?: FeedbackBounds
}

/** Ranks passages of a view; its arrays serve one search after another. */
export class Ranker {
  readonly #scores = new Scores()

  rank(
    view: SearchView,
    query: readonly QueryTerm[],
    { limit, model, near = null, feedback: bounds = FEEDBACK }: RankingOptions,
  ): Reckoning {
    const terms = weightedTerms(view, query)
    const total = terms.reduce((sum, { weight }) => sum + weight, 0)
    const times = terms.reduce((sum, term) => sum + term.times, 0)
    const scores = this.#scores
    scores.start(view)
    try {
      for (const { postings, weight } of terms) scores.addTerm(postings, weight)
      const first = this.#best(view, RANKING.feedbackPassages, total)
      const most = Math.max(1, Math.floor(view.passages * bounds.mostShare))
      const isTopical = view.passages >= bounds.from && tellsSubject(terms, most) && !isFound(first)
      const feedback = isTopical ? feedbackTerms(view, first, most) : []
      const feedbackWeight = (times * (1 - RANKING.ownShare)) / RANKING.ownShare
      for (const { postings, share, idf: own } of feedback)
        scores.addFeedback(postings, feedbackWeight * share * own)
      const ranked = this.#best(view, Math.max(limit, (model ?? near) ? RANKING.compared : 0), total)
      if (near) {
        const both = this.#byVectors(view, near, { ranked, total })
        return {
          terms,
          feedback,
          feedbackWeight,
          ranked: both.ranked.slice(0, limit),
          best: both.best,
          by: 'embeddings',
        }
      }
      const best = ranked[0]?.score ?? 0
      const question = isTopical ? (model?.question(query) ?? null) : null
      const final = model && question ? this.#byMeaning(view, { model, question, best }, ranked) : ranked
      return { terms, feedback, feedbackWeight, ranked: final.slice(0, limit), best, by: 'documents' }
    } finally {
      scores.clean()
    }
  }

  #best(view: SearchView, limit: number, total: number): Ranked[] {
    const { touched } = this.#scores
    return bestOf(view, touched, (passage) => this.#byWords(passage, total), limit).map(({ passage }) =>
      this.#found(passage, total),
    )
  }

  /** A passage that covers more of the question ranks higher: up to twice its own score. */
  #byWords(passage: number, total: number): number {
    const { lexical, covered, feedback } = this.#scores
    return ((lexical[passage] ?? 0) + (feedback[passage] ?? 0)) * (1 + (covered[passage] ?? 0) / total)
  }

  #found(passage: number, total: number): Ranked {
    const coverage = total === 0 ? 0 : Math.min(1, (this.#scores.covered[passage] ?? 0) / total)
    return { passage, score: total === 0 ? 0 : this.#byWords(passage, total), coverage, nearness: null }
  }

  /** Words and vectors together: whichever finds a passage, both count. One without a vector keeps its place by words. */
  #byVectors(
    view: SearchView,
    near: Nearness,
    by: { readonly ranked: readonly Ranked[]; readonly total: number },
  ): { readonly ranked: readonly Ranked[]; readonly best: number } {
    const mixed = new Map(by.ranked.map((one) => [one.passage, one]))
    for (const passage of near.nearest)
      if (!mixed.has(passage)) mixed.set(passage, this.#found(passage, by.total))
    // Of a question without a word of the documents nearness is all there is.
    const best = by.ranked[0]?.score || 1
    for (const [passage, one] of mixed) {
      const nearness = near.of(passage)
      if (nearness === null) continue
      const score = (1 - RANKING.latentShare) * one.score + RANKING.latentShare * best * nearness
      mixed.set(passage, { ...one, score, nearness })
    }
    return { ranked: inOrder(view, mixed), best }
  }

  #byMeaning(
    view: SearchView,
    by: { readonly model: LatentModel; readonly question: Float64Array; readonly best: number },
    ranked: readonly Ranked[],
  ): Ranked[] {
    const near = new Map<number, Ranked>()
    for (const { passage, score, coverage } of ranked) {
      const nearness = Math.max(0, by.model.nearness(by.question, view, passage))
      const mixed = (1 - RANKING.latentShare) * score + RANKING.latentShare * by.best * nearness
      near.set(passage, { passage, score: mixed, coverage, nearness })
    }
    return inOrder(view, near)
  }
}

/** All of them, best first. */
function inOrder(view: SearchView, found: ReadonlyMap<number, Ranked>): Ranked[] {
  const passages = [...found.keys()]
  return bestOf(view, passages, (passage) => found.get(passage)?.score ?? 0, passages.length).flatMap(
    ({ passage }) => found.get(passage) ?? [],
  )
}
