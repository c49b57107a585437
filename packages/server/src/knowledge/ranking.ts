import { idf, Scores } from './bm25.ts'
import type { Nearness } from './embeddings/vector-memory.ts'
import type { FeedbackTerm } from './feedback.ts'
import { feedbackTerms } from './feedback.ts'
import type { LatentModel } from './latent.ts'
import type { TermPostings } from './postings.ts'
import { postingsOf, together } from './postings.ts'
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
  /** How far the best passage must stand above the last of so many for its words alone to decide. */
  separatedFrom: 10,
  separation: [0.55, 0.8],
  /** What is left of it where the words ask for one thing. */
  oneShare: 0.25,
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
  /** Share of meaning in the scores, where it was compared. */
  readonly latentShare: number
  readonly ranked: readonly Ranked[]
  /** The best score of words alone, which nearness is measured in. */
  readonly best: number
  /** What told of meaning. */
  readonly by: 'documents' | 'embeddings'
}

export function weightedTerms(view: SearchView, terms: readonly QueryTerm[]): WeightedTerm[] {
  return terms.map((term) => {
    const postings = together(
      view,
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

/** A bound is a sum in another order than the score that it bounds. */
const ROUNDED_UP = 1 + 1e-9

/** Whether one stands behind another. Equal scores stand in an order that does not depend on how the index is cut. */
function isBehind(view: SearchView, a: Candidate, b: Candidate): boolean {
  if (a.score !== b.score) return a.score < b.score
  const [first, second] = [placeOf(view, a.passage), placeOf(view, b.passage)]
  if (first.document !== second.document) return first.document > second.document
  return first.start >= second.start
}

/** The best few by score. */
function bestOf(
  view: SearchView,
  passages: ArrayLike<number>,
  scoreOf: (passage: number) => number,
  limit: number,
): Candidate[] {
  const best: Candidate[] = []
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
      if (other && isBehind(view, candidate, other)) low = middle + 1
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

/**
 * How much of a subject the question is, 0 to 1. Where one passage stands far above all others by the question's own
 * words, it is for what that one states, and more words would only lead away from it.
 */
function topicalShare(first: readonly Ranked[]): number {
  const [low, high] = RANKING.separation
  const last = first[RANKING.separatedFrom - 1]?.score ?? 0
  const separation = 1 - last / (first[0]?.score || 1)
  return Math.min(1, Math.max(0, (high - separation) / (high - low)))
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
  /** Whether the words of the question ask for one person, time, number or thing. */
  readonly isForOne?: boolean
  readonly feedback?: FeedbackBounds
}

/** Ranks passages of a view; its arrays serve one search after another. */
export class Ranker {
  readonly #scores = new Scores()

  rank(
    view: SearchView,
    query: readonly QueryTerm[],
    { limit, model, near = null, isForOne = false, feedback: bounds = FEEDBACK }: RankingOptions,
  ): Reckoning {
    const terms = weightedTerms(view, query)
    const total = terms.reduce((sum, { weight }) => sum + weight, 0)
    const times = terms.reduce((sum, term) => sum + term.times, 0)
    const scores = this.#scores
    scores.start(view)
    try {
      const wanted = Math.max(limit, RANKING.feedbackPassages, (model ?? near) ? RANKING.compared : 0)
      // Vectors bring in passages from anywhere, whose words count too.
      const skipped = this.#addTerms(terms, total, near ? Infinity : wanted)
      const touched = scores.touched.length
      const found = this.#best(view, wanted, total)
      const first = found.slice(0, RANKING.feedbackPassages)
      const most = Math.max(1, Math.floor(view.passages * bounds.mostShare))
      const mayWiden = view.passages >= bounds.from && tellsSubject(terms, most) && !isFound(first)
      const topical = mayWiden ? topicalShare(first) * (isForOne ? RANKING.oneShare : 1) : 0
      const feedback = topical > 0 ? feedbackTerms(view, first, most) : []
      const feedbackWeight = (topical * times * (1 - RANKING.ownShare)) / RANKING.ownShare
      for (const { postings, share, idf: own } of feedback)
        scores.addFeedback(postings, feedbackWeight * share * own)
      for (const { postings, weight } of skipped) scores.addToTouched(postings, weight, touched)
      const ranked = feedback.length > 0 ? this.#best(view, wanted, total) : found
      const terse = { terms, feedback, feedbackWeight }
      if (near) {
        const both = this.#byVectors(view, near, { ranked, total })
        const { latentShare } = RANKING
        return {
          ...terse,
          latentShare,
          ranked: both.ranked.slice(0, limit),
          best: both.best,
          by: 'embeddings',
        }
      }
      const best = ranked[0]?.score ?? 0
      const question = topical > 0 ? (model?.question(query) ?? null) : null
      const latentShare = topical * RANKING.latentShare
      const by = model && question ? { model, question, best, latentShare } : null
      const final = by ? this.#byMeaning(view, by, ranked) : ranked
      return { ...terse, latentShare, ranked: final.slice(0, limit), best, by: 'documents' }
    } finally {
      scores.clean()
    }
  }

  /**
   * Scores the words of the question, the rarest first (MaxScore, Turtle and Flood 1995). Once so many passages stand
   * above all that the rest of the words can give together, these are looked up only where another word was found; which
   * ones, is returned. The `wanted` best passages and their scores come out the same.
   */
  #addTerms(terms: readonly WeightedTerm[], total: number, wanted: number): WeightedTerm[] {
    const scores = this.#scores
    const rising = terms.toSorted((a, b) => a.postings.length - b.postings.length)
    for (const [at, { postings, weight }] of rising.entries()) {
      const rest = rising.slice(at)
      const covered = rest.reduce((sum, term) => sum + term.weight, 0)
      const most = rest.reduce((sum, term) => sum + term.weight * term.postings.most, 0)
      const bound = most * (1 + covered / total) * ROUNDED_UP
      if (postings.length > wanted && bound < scores.reachedBy(wanted, total)) {
        for (const one of rest) scores.addToTouched(one.postings, one.weight)
        return rest
      }
      scores.addTerm(postings, weight)
    }
    return []
  }

  #best(view: SearchView, limit: number, total: number): Ranked[] {
    const scores = this.#scores
    const scoreOf = (passage: number): number => scores.byWords(passage, total)
    return bestOf(view, scores.touched, scoreOf, limit).map(({ passage }) => this.#found(passage, total))
  }

  #found(passage: number, total: number): Ranked {
    const scores = this.#scores
    if (total === 0) return { passage, score: 0, coverage: 0, nearness: null }
    const coverage = scores.coverage(passage, total)
    return { passage, score: scores.byWords(passage, total), coverage, nearness: null }
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
    by: {
      readonly model: LatentModel
      readonly question: Float64Array
      readonly best: number
      readonly latentShare: number
    },
    ranked: readonly Ranked[],
  ): Ranked[] {
    const near = new Map<number, Ranked>()
    for (const { passage, score, coverage } of ranked) {
      const nearness = Math.max(0, by.model.nearness(by.question, view, passage))
      const mixed = (1 - by.latentShare) * score + by.latentShare * by.best * nearness
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
