import type { TenantId } from '../store/store.ts'
import type { QueryTerm } from './query-terms.ts'
import { queryTerms } from './query-terms.ts'
import type { PassageHit, Retrieval, Segment, Visible } from './retrieval.ts'
import { eachPosting, findTerm, openSegment } from './segment.ts'
import type { Loaded, Seen } from './visible-groups.ts'
import { forget, load, REMOVED, restrict, seenBy, statisticsOf } from './visible-groups.ts'

/** Robertson and Zaragoza 2009; values of the common default, idf in Lucene's never negative form. */
const K1 = 1.5
const B = 0.75
interface Tenant {
  readonly segments: Map<string, Loaded>
  /** Which segment a document counts in: the last one that was added. */
  readonly homes: Map<string, string>
}

/** Visible postings of one term in one segment: passage and count, alternating, passages rising. */
function postingsOf({ segment, groupOf, isSeen }: Seen, term: string): number[] {
  const number = findTerm(segment, Buffer.from(term))
  const found: number[] = []
  if (number < 0) return found
  eachPosting(segment, number, (passage, count) => {
    if (isSeen[groupOf[passage] ?? REMOVED]) found.push(passage, count)
  })
  return found
}

/** Postings of a term and all that may stand for it, which together count as one word. */
function visiblePostings(seen: Seen, { term, alternatives }: QueryTerm): number[] {
  const own = postingsOf(seen, term)
  const counts = new Map<number, number>()
  for (const other of alternatives) {
    const postings = postingsOf(seen, other)
    for (let at = 0; at < postings.length; at += 2) {
      const passage = postings[at] ?? 0
      counts.set(passage, (counts.get(passage) ?? 0) + (postings[at + 1] ?? 0))
    }
  }
  if (counts.size === 0) return own
  for (let at = 0; at < own.length; at += 2) {
    const passage = own[at] ?? 0
    counts.set(passage, (counts.get(passage) ?? 0) + (own[at + 1] ?? 0))
  }
  return [...counts].flat()
}

/** Inverse document frequency among what the asker may see. */
function idf(passages: number, holding: number): number {
  return Math.log(1 + (passages - holding + 0.5) / (holding + 0.5))
}

/** One term's part of the BM25 score of a passage. */
function termScore(count: number, length: number, meanLength: number): number {
  return (count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / (meanLength || 1)))
}

interface Scores {
  readonly score: Float64Array
  readonly covered: Float64Array
  readonly touched: number[]
}

function addTerm(
  seen: Seen,
  term: { readonly postings: readonly number[]; readonly weight: number },
  scores: Scores,
  mean: number,
): void {
  const { postings, weight } = term
  const lengths = seen.segment.passageLength
  for (let at = 0; at < postings.length; at += 2) {
    const passage = postings[at] ?? 0
    if (scores.covered[passage] === 0) scores.touched.push(passage)
    scores.score[passage] =
      (scores.score[passage] ?? 0) + weight * termScore(postings[at + 1] ?? 0, lengths[passage] ?? 0, mean)
    scores.covered[passage] = (scores.covered[passage] ?? 0) + weight
  }
}

/** Best first; equal scores in an order that does not depend on how the index is cut into segments. */
function compareHits(a: PassageHit, b: PassageHit): number {
  if (a.score !== b.score) return b.score - a.score
  if (a.document !== b.document) return a.document < b.document ? -1 : 1
  return a.start - b.start
}

/** The best hits so far, and how many are wanted. */
interface Ranking {
  readonly best: PassageHit[]
  readonly limit: number
}

/** Keeps the best `limit` hits without sorting all of them. */
function keepBest({ best, limit }: Ranking, hit: PassageHit): void {
  const last = best.at(-1)
  if (best.length >= limit && last && compareHits(last, hit) <= 0) return
  let low = 0
  let high = best.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = best[middle]
    if (other && compareHits(other, hit) <= 0) low = middle + 1
    else high = middle
  }
  best.splice(low, 0, hit)
  if (best.length > limit) best.pop()
}

function collect(seen: Seen, scores: Scores, total: number, { best, limit }: Ranking): void {
  const { segment } = seen
  let worst = best.length >= limit ? (best.at(-1)?.score ?? 0) : 0
  for (const passage of scores.touched) {
    const coverage = (scores.covered[passage] ?? 0) / total
    // A passage that covers more of the question ranks higher: up to twice its BM25 score.
    const score = (scores.score[passage] ?? 0) * (1 + coverage)
    if (score < worst) continue
    const hit: PassageHit = {
      document: segment.documents[segment.passageDocument[passage] ?? 0]?.id ?? '',
      start: segment.passageStart[passage] ?? 0,
      end: segment.passageEnd[passage] ?? 0,
      score,
      coverage: Math.min(1, coverage),
    }
    keepBest({ best, limit }, hit)
    if (best.length >= limit) worst = best.at(-1)?.score ?? 0
  }
}

/**
 * BM25 over segments in memory. What the asker may not see is left out before anything is scored or counted, so that
 * neither ranks nor weights tell of it.
 */
export class Bm25 {
  readonly #tenants = new Map<TenantId, Tenant>()

  /** A document that is already indexed moves to the segment that was added last. */
  add(tenant: TenantId, segment: Segment): void {
    const index = this.#tenants.get(tenant) ?? { segments: new Map(), homes: new Map() }
    this.#tenants.set(tenant, index)
    if (index.segments.has(segment.id)) return
    const loaded = load(openSegment(segment.bytes), segment.acl)
    for (const { id } of loaded.segment.documents) {
      const home = index.homes.get(id)
      if (home !== undefined) this.#forget(index, home, id)
      index.homes.set(id, segment.id)
    }
    index.segments.set(segment.id, loaded)
    this.#releaseEmpty(index)
  }

  remove(tenant: TenantId, documents: readonly string[]): void {
    const index = this.#tenants.get(tenant)
    if (!index) return
    for (const id of documents) {
      const home = index.homes.get(id)
      if (home === undefined) continue
      this.#forget(index, home, id)
      index.homes.delete(id)
    }
    this.#releaseEmpty(index)
  }

  restrict(tenant: TenantId, acl: ReadonlyMap<string, number>): void {
    const index = this.#tenants.get(tenant)
    for (const [id, set] of acl) {
      const loaded = index?.segments.get(index.homes.get(id) ?? '')
      if (loaded) restrict(loaded, id, set)
    }
  }

  forget(tenant: TenantId): void {
    this.#tenants.delete(tenant)
  }

  search(query: string, limit: number, visible: Visible): readonly PassageHit[] {
    const seen = this.#seen(visible)
    const { passages, meanLength } = statisticsOf(seen)
    if (passages === 0 || limit < 1) return []
    const terms = queryTerms(query).map((term) => {
      const postings = seen.map((part) => visiblePostings(part, term))
      const holding = postings.reduce((sum, list) => sum + list.length / 2, 0)
      return { postings, weight: term.times * idf(passages, holding) }
    })
    const total = terms.reduce((sum, term) => sum + term.weight, 0)
    const best: PassageHit[] = []
    seen.forEach((part, at) => {
      const size = part.segment.passageDocument.length
      const scores = { score: new Float64Array(size), covered: new Float64Array(size), touched: [] }
      for (const { postings, weight } of terms)
        addTerm(part, { postings: postings[at] ?? [], weight }, scores, meanLength)
      collect(part, scores, total, { best, limit })
    })
    return best
  }

  weigh(query: string, visible: Visible): ReadonlyMap<string, number> {
    const seen = this.#seen(visible)
    const { passages } = statisticsOf(seen)
    return new Map(
      queryTerms(query).map((term) => {
        const holding = seen.reduce((sum, part) => sum + visiblePostings(part, term).length / 2, 0)
        return [term.term, term.times * idf(passages, holding)]
      }),
    )
  }

  #seen(visible: Visible): Seen[] {
    const segments = this.#tenants.get(visible.tenant)?.segments.values() ?? []
    return [...segments].flatMap((loaded) => seenBy(visible, loaded) ?? [])
  }

  #forget(index: Tenant, home: string, document: string): void {
    const loaded = index.segments.get(home)
    if (loaded) forget(loaded, document)
  }

  #releaseEmpty(index: Tenant): void {
    for (const [id, { groups, segment }] of index.segments) {
      const isEmpty = segment.passageDocument.length > 0 && groups.every((group) => group.passages === 0)
      if (isEmpty) index.segments.delete(id)
    }
  }
}

/** The engine in this thread. */
export function inThisThread(index: Bm25): Retrieval {
  return {
    add: (tenant, segment) => index.add(tenant, segment),
    remove: (tenant, documents) => index.remove(tenant, documents),
    restrict: (tenant, acl) => index.restrict(tenant, acl),
    forget: (tenant) => index.forget(tenant),
    search: async (query, limit, visible) => index.search(query, limit, visible),
    weigh: async (query, visible) => index.weigh(query, visible),
  }
}
