import type { DataClass } from '@freehold/contract/data-class.ts'
import type { TenantId } from '../store/store.ts'
import type { ReadableSets } from './access-lists.ts'

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
}

/** An analysed batch, ready to be searched; bytes as the segment store keeps them (before sealing). */
export interface Segment {
  readonly id: string
  readonly bytes: Uint8Array
  /** Sets of readers by document; a document that is not named is for everybody. */
  readonly acl?: ReadonlyMap<string, number>
}

/** The search engine behind knowledge; an outside engine would plug in here. */
export interface Retrieval {
  /** A document that is already known under its id moves to this segment. */
  add(tenant: TenantId, segment: Segment): void
  remove(tenant: TenantId, documents: readonly string[]): void
  /** These documents are for other readers from now on; 0 is everybody. */
  restrict(tenant: TenantId, acl: ReadonlyMap<string, number>): void
  /** Everything of the tenant. */
  forget(tenant: TenantId): void
  search(query: string, limit: number, visible: Visible): Promise<readonly PassageHit[]>
  /** How much each term of the query tells (idf), among what is visible; for weighing sentences. */
  weigh(query: string, visible: Visible): Promise<ReadonlyMap<string, number>>
}
