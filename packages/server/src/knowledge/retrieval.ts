import type { DataClass } from '@freehold/contract/data-class.ts'
import type { HitExplanation } from '@freehold/contract/knowledge.ts'
import type { TenantId } from '../store/store.ts'
import type { ReadableSets } from './access-lists.ts'
import type { AskedVector, VectorBytes } from './embeddings/vector-memory.ts'

/** The classes that may be read, by collection. */
export interface ReadableClasses {
  readonly named: ReadonlyMap<string, readonly DataClass[]>
  /** Of every collection that is not named. */
  readonly others: readonly DataClass[]
}

/** What a search may see. Plain data, so that it reaches a search in another thread; it is applied before anything is scored or counted. */
export interface Visible {
  readonly tenant: TenantId
  /** Highest class the asker may read. */
  readonly ceiling: DataClass
  /** Undefined: every collection of the tenant. */
  readonly collections?: readonly string[]
  /** Sets of readers that the asker is in, each a bit; absent: only what is for everybody. */
  readonly sets?: ReadableSets
  /** What policies leave of it; absent: everything within the ceiling. */
  readonly reach?: ReadableClasses
}

/** One passage that fits, as offsets: whoever shows it reads the text of record. */
export interface PassageHit {
  /** Our own id of the document's row. */
  readonly document: string
  readonly start: number
  readonly end: number
  readonly score: number
  /** Share of the question's weight (idf) that the passage covers, 0 to 1. */
  readonly coverage: number
  /** Where it was asked for. */
  readonly explanation?: HitExplanation
}

/** An analysed batch, ready to be searched; bytes as the segment store keeps them (before sealing). */
export interface Segment {
  readonly id: string
  readonly bytes: Uint8Array
  /** Sets of readers by document; a document that is not named is for everybody. */
  readonly acl?: ReadonlyMap<string, number>
}

/** What is searched for. */
export interface SearchQuery {
  readonly text: string
  readonly limit: number
  /** Whether each hit tells how it came by its score. */
  readonly explain?: boolean
  /** The question as the model of embeddings sees it, where there is one. */
  readonly asked?: AskedVector
}

export interface SearchResult {
  readonly hits: readonly PassageHit[]
  /** How much each term of the query tells (idf), among what is visible; for weighing sentences. */
  readonly weights: ReadonlyMap<string, number>
  /** Whether vectors of embeddings took part. */
  readonly byVectors: boolean
}

/** Ids of segments that had to be let go from memory, and must be opened before the search can be made. */
export interface Lacking {
  readonly lacking: readonly string[]
}

/** The search engine behind knowledge; an outside engine would plug in here. Calls take effect in their order. */
export interface Retrieval {
  /**
   * A document that is already known under its id moves to this segment. What is gone leaves with the same step: no
   * search comes between the two. Rejects when the bytes are no segment.
   */
  add(tenant: TenantId, segment: Segment, gone: readonly string[]): Promise<void>
  remove(tenant: TenantId, documents: readonly string[]): void
  /** These documents are for other readers from now on; 0 is everybody. */
  restrict(tenant: TenantId, acl: ReadonlyMap<string, number>): void
  /** Vectors of passages; of a document that has some already in that space these count. Rejects when they are none. */
  addVectors(tenant: TenantId, vectors: VectorBytes): Promise<void>
  dropVectors(tenant: TenantId, lots: readonly string[]): void
  /** Everything of the tenant. */
  forget(tenant: TenantId): void
  /** `opened` are the segments that the same search lacked before. */
  search(query: SearchQuery, visible: Visible, opened: readonly Segment[]): Promise<SearchResult | Lacking>
  /** Changes when everything that was added is lost and must be added again. */
  generation(): number
}
