import { setTimeout } from 'node:timers/promises'
import type { TenantId } from '../store/store.ts'
import type { Nearness, VectorBytes } from './embeddings/vector-memory.ts'
import { VectorMemory } from './embeddings/vector-memory.ts'
import { explained } from './explaining.ts'
import type { LatentModel } from './latent.ts'
import type { LearningBounds, Train } from './latent-models.ts'
import { LatentModels } from './latent-models.ts'
import { trainLatent } from './latent-training.ts'
import { neededFor, withoutRepeating } from './near-duplicates.ts'
import { queryTerms } from './query-terms.ts'
import type { FeedbackBounds } from './ranking.ts'
import { Ranker } from './ranking.ts'
import type { Lacking, Retrieval, SearchQuery, SearchResult, Segment, Visible } from './retrieval.ts'
import { SegmentMemory } from './segment-memory.ts'
import type { SearchView } from './search-view.ts'
import { placeOf } from './search-view.ts'

/** The first search of a small view waits for its model, which is there in about a second. */
const WAITED_PASSAGES = 3000
const WAIT_MS = 2500

interface EngineOptions {
  readonly train: Train
  /** Terms and postings that stay in memory, in bytes. */
  readonly memoryBytes?: () => number
  readonly feedback?: FeedbackBounds
  readonly learning?: LearningBounds
}

/** What tells of meaning: embeddings, or what was learned from the documents. */
interface Meaning {
  readonly near: Nearness | null
  readonly model: LatentModel | null
}

/**
 * Ranks passages from segments in memory. Whatever the asker may not see is left out before anything is counted,
 * weighted, brought in or learned, so that neither ranks nor weights tell of it.
 */
export class SearchEngine {
  readonly #memory: SegmentMemory
  readonly #models: LatentModels
  readonly #vectors = new VectorMemory()
  readonly #ranker = new Ranker()
  readonly #feedback: FeedbackBounds | undefined

  constructor({ train, memoryBytes = () => Infinity, feedback, learning }: EngineOptions) {
    this.#memory = new SegmentMemory(memoryBytes)
    this.#models = new LatentModels(train, learning)
    this.#feedback = feedback
  }

  /** A document that is already indexed moves to the segment that was added last. */
  add(tenant: TenantId, segment: Segment, gone: readonly string[] = []): void {
    this.#memory.add(tenant, segment)
    this.remove(tenant, gone)
  }

  remove(tenant: TenantId, documents: readonly string[]): void {
    this.#memory.remove(tenant, documents)
    for (const id of documents) this.#models.gone(id)
  }

  /** Whoever could see the documents and cannot any more is told nothing that was learned from them. */
  restrict(tenant: TenantId, acl: ReadonlyMap<string, number>): void {
    this.#memory.restrict(tenant, acl)
    for (const id of acl.keys()) this.#models.gone(id)
  }

  /** @throws Error when the bytes are no vectors */
  addVectors(tenant: TenantId, vectors: VectorBytes): void {
    this.#vectors.add(tenant, vectors)
  }

  dropVectors(tenant: TenantId, lots: readonly string[]): void {
    this.#vectors.drop(tenant, lots)
  }

  forget(tenant: TenantId): void {
    this.#memory.forget(tenant)
    this.#vectors.forget(tenant)
    this.#models.forget(tenant)
  }

  /** `opened` are segments that an earlier try lacked. */
  async search(
    query: SearchQuery,
    visible: Visible,
    opened: readonly Segment[] = [],
  ): Promise<SearchResult | Lacking> {
    const look = () => {
      for (const segment of opened) this.#memory.open(visible.tenant, segment)
      return this.#memory.view(visible)
    }
    let view = look()
    if ('lacking' in view) return view
    const near = query.asked ? this.#vectors.near(visible.tenant, view, query.asked) : null
    if (near) return this.#answered(query, view, { near, model: null })
    const learned = this.#models.of(visible.tenant, view)
    let { model } = learned
    if (!model && learned.coming && view.passages <= WAITED_PASSAGES) {
      await Promise.race([learned.coming, setTimeout(WAIT_MS, undefined, { ref: false })])
      view = look()
      if ('lacking' in view) return view
      model = this.#models.of(visible.tenant, view).model
    }
    return this.#answered(query, view, { near: null, model })
  }

  #answered(query: SearchQuery, view: SearchView, by: Meaning): SearchResult {
    const result = this.#ranked(query, view, by)
    this.#memory.trim()
    return result
  }

  #ranked({ text, limit, explain }: SearchQuery, view: SearchView, { near, model }: Meaning): SearchResult {
    const reckoning = this.#ranker.rank(view, queryTerms(text), {
      limit: neededFor(limit),
      model,
      near,
      ...(this.#feedback && { feedback: this.#feedback }),
    })
    const hits = withoutRepeating(view, reckoning.ranked)
      .slice(0, limit)
      .map((ranked) => {
        const { document, start, end } = placeOf(view, ranked.passage)
        const { score, coverage } = ranked
        const hit = { document, start, end, score, coverage }
        return explain ? Object.assign(hit, { explanation: explained(view, reckoning, ranked) }) : hit
      })
    const weights = new Map(reckoning.terms.map(({ term, weight }) => [term, weight]))
    return { hits, weights, byVectors: near !== null }
  }
}

/** The engine in this thread, which learns in it too. */
export function inThisThread(options: Partial<EngineOptions> = {}): Retrieval {
  const engine = new SearchEngine({ train: async (matrix) => trainLatent(matrix), ...options })
  return {
    add: async (tenant, segment, gone) => engine.add(tenant, segment, gone),
    remove: (tenant, documents) => engine.remove(tenant, documents),
    restrict: (tenant, acl) => engine.restrict(tenant, acl),
    addVectors: async (tenant, vectors) => engine.addVectors(tenant, vectors),
    dropVectors: (tenant, lots) => engine.dropVectors(tenant, lots),
    forget: (tenant) => engine.forget(tenant),
    search: (query, visible, opened) => engine.search(query, visible, opened),
    generation: () => 0,
  }
}
