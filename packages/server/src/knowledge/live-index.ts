import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Clock } from '../kernel/clock.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import type { KeyRing, Store, TenantId } from '../store/store.ts'
import type { ReadableSets } from './access-lists.ts'
import { AccessSets } from './access-lists.ts'
import type { Retrieval, SearchQuery, SearchResult, Segment, Visible } from './retrieval.ts'
import { openSegmentBytes } from './sealed-rows.ts'
import { segmentDocuments } from './segment.ts'
import type { Division } from './shards/division.ts'
import { Share } from './shards/share.ts'
import { EVERYBODY } from './visible-groups.ts'

/** How old the view of other replicas' commits may be: with the time of a query, what is revoked ends within a second. */
const CHECK_MS = 500
/** A merge elsewhere may remove a segment between two reads; the next look sees what replaced it. */
const ATTEMPTS = 4
/** Rounds of opening what one search lacks: with each it keeps what it has, so few are needed. */
const OPENINGS = 8
/** A segment that could not be read is tried again after this time. */
const REREAD_MS = 60_000

interface FollowedSegment {
  readonly sequence: string
  readonly documents: readonly string[]
  /** Sets of readers; a document that is not named is for everybody. */
  readonly acl: Acl
}

type Acl = ReadonlyMap<string, number>

interface Followed {
  readonly share: Share
  readonly segments: Map<string, FollowedSegment>
  readonly sets: AccessSets
  /** Segments that searches go without, and since when. */
  readonly unreadable: Map<string, number>
  checkedAt: number
  /** Of the search engine, when it was last told anything. */
  generation: number
  /** Counts how often the view was declared stale, also while it is being read. */
  marks: number
  /** Changes of one tenant's index happen one after another. */
  turn: Promise<void>
}

interface SegmentRow {
  readonly id: string
  readonly sequence: string
  readonly dek: Buffer
  readonly blob_key: string
  readonly live: readonly string[]
  /** Of documents that are not for everybody: id, blank, set of readers. */
  readonly restricted: readonly string[]
}

interface IndexSurroundings {
  readonly clock: Clock
  /** How replicas divide it; absent: each holds all of it. */
  readonly division?: Division | undefined
  /** Hears, each time it was tried, why a segment cannot be read; searches go without it. */
  readonly unreadable: (error: unknown, tenant: TenantId, segment: string) => void
}

interface CommittedSegment {
  readonly id: string
  readonly collection: string
  readonly sequence: string
  readonly bytes: Uint8Array
  readonly acl: Acl
}

/** Empty for a row where everything is for everybody. */
const aclOf = ({ restricted }: SegmentRow): Acl =>
  new Map(restricted.map((one) => [one.slice(0, one.indexOf(' ')), Number(one.slice(one.indexOf(' ')))]))

/** The readers of documents whose readers changed. One that left the segment may be in another: of it this says nothing. */
function changedAcl(before: Acl, after: Acl, live: ReadonlySet<string>): Acl {
  const isOpened = (id: string): boolean => live.has(id) && !after.has(id)
  const opened = [...before.keys()].filter(isOpened).map((id) => [id, EVERYBODY] as const)
  return new Map([...opened, ...[...after].filter(([id, set]) => before.get(id) !== set)])
}

/**
 * Keeps the search engine in step with the committed rows, and opens for it what it had to let go. The whole list of segments is compared, not the
 * highest sequence: sequences are drawn before the commit, so a lower one can appear after a higher one.
 */
export class LiveIndex {
  readonly #store: Store
  readonly #retrieval: Retrieval
  readonly #clock: Clock
  readonly #unreadable: IndexSurroundings['unreadable']
  readonly #division: Division | undefined
  readonly #tenants = new Map<TenantId, Followed>()

  constructor(store: Store, retrieval: Retrieval, { clock, unreadable, division }: IndexSurroundings) {
    this.#store = store
    this.#retrieval = retrieval
    this.#clock = clock
    this.#unreadable = unreadable
    this.#division = division
  }

  /** What is being read of the tenant meanwhile is forgotten when it is there. */
  forget(tenant: TenantId): void {
    void this.#inTurn(tenant, async () => {
      this.#tenants.delete(tenant)
      this.#retrieval.forget(tenant)
    })
  }

  /** Loads what is missing; what other replicas committed is seen at the latest a second after it. */
  fresh(tenant: TenantId): Promise<void> {
    const followed = this.#followed(tenant)
    if (this.#isFresh(followed)) return Promise.resolve()
    return this.#inTurn(tenant, async () => {
      if (this.#isFresh(followed)) return
      this.#startOver(followed)
      const { marks } = followed
      const lookedAt = this.#clock.now()
      for (let attempt = 1; !(await this.#catchUp(tenant, followed)); attempt++) {
        if (attempt === ATTEMPTS) throw new Error('the index changes faster than it can be read')
      }
      if (followed.marks === marks) followed.checkedAt = lookedAt
    })
  }

  /** The sets of readers that the caller is in, of all that the index names: it is brought up to date first. */
  async readableBy(caller: Caller): Promise<ReadableSets> {
    await this.fresh(caller.tenant)
    return this.#followed(caller.tenant).sets.readableBy(caller)
  }

  /** Applies this replica's own commit, so that the next search sees it. */
  committed(tenant: TenantId, segment: CommittedSegment | null, removed: readonly string[]): Promise<void> {
    return this.#inTurn(tenant, async () => {
      const { segments, share } = this.#followed(tenant)
      share.changedAt = this.#clock.now()
      const documents = segment ? segmentDocuments(segment.bytes).map(({ id }) => id) : []
      // Reading a large segment twice takes some milliseconds each.
      await setImmediate()
      if (!segment || segments.has(segment.id) || !share.holds(segment.collection))
        return this.#retrieval.remove(tenant, removed)
      await this.#retrieval.add(tenant, segment, removed)
      segments.set(segment.id, { sequence: segment.sequence, documents, acl: segment.acl })
      // Its sets of readers may be new.
      if (segment.acl.size > 0) this.stale(tenant)
    })
  }

  /** What the asker may see, ranked, as of now; by whichever replica holds it. */
  async search(query: SearchQuery, visible: Visible): Promise<SearchResult> {
    const { tenant } = visible
    await this.fresh(tenant)
    const { divided, changedAt } = this.#followed(tenant).share
    if (divided === null || !this.#division) return this.searchHere(query, visible)
    const collections = visible.collections ?? divided
    if (collections.length === 0) return this.searchHere(query, visible)
    const isFresh = this.#clock.now() - changedAt < 2 * CHECK_MS
    return this.#division.search(this, { query, visible: { ...visible, collections }, isFresh })
  }

  /** Collections that others own are held here for a while. */
  keep(tenant: TenantId, collections: readonly string[]): void {
    if (this.#followed(tenant).share.keep(collections)) this.stale(tenant)
  }

  /** The same, of what is held here. */
  async searchHere(query: SearchQuery, visible: Visible): Promise<SearchResult> {
    const { tenant } = visible
    await this.fresh(tenant)
    const opened: Segment[] = []
    for (let round = 0; round < OPENINGS; round++) {
      const result = await this.#retrieval.search(query, visible, opened)
      if (!('lacking' in result)) return result
      if (!(await this.#open(tenant, result.lacking, opened))) {
        this.stale(tenant)
        await this.fresh(tenant)
      }
    }
    throw new Error('the index changes faster than it can be opened')
  }

  /** Makes the next search look at the rows first, whatever the time. */
  stale(tenant: TenantId): void {
    const followed = this.#followed(tenant)
    followed.checkedAt = -Infinity
    followed.marks++
  }

  #followed(tenant: TenantId): Followed {
    const known = this.#tenants.get(tenant)
    if (known) return known
    const followed: Followed = {
      share: new Share(this.#division, this.#clock),
      segments: new Map(),
      sets: new AccessSets(),
      unreadable: new Map(),
      checkedAt: -Infinity,
      generation: this.#retrieval.generation(),
      marks: 0,
      turn: Promise.resolve(),
    }
    this.#tenants.set(tenant, followed)
    return followed
  }

  #isFresh(followed: Followed): boolean {
    if (followed.generation !== this.#retrieval.generation() && followed.segments.size > 0) return false
    const age = this.#clock.now() - followed.checkedAt
    return age >= 0 && age < CHECK_MS
  }

  #inTurn(tenant: TenantId, work: () => Promise<void>): Promise<void> {
    const followed = this.#followed(tenant)
    const done = followed.turn.then(work)
    // The next in line runs whether or not this one failed; who called hears of the failure.
    followed.turn = done.catch(() => undefined)
    return done
  }

  /** One look at the rows; false when they changed while it was looking. */
  async #catchUp(tenant: TenantId, followed: Followed): Promise<boolean> {
    const { segments } = followed
    const { listed, rows, sets, keys } = await this.#read(tenant, followed)
    followed.sets.put(sets)
    if (rows === null) return false
    for (const row of rows) {
      const known = segments.get(row.id)
      if (known) {
        const live = new Set(row.live)
        this.#retrieval.remove(
          tenant,
          known.documents.filter((id) => !live.has(id)),
        )
        const acl = aclOf(row)
        this.#retrieval.restrict(tenant, changedAcl(known.acl, acl, live))
        segments.set(row.id, { sequence: row.sequence, documents: row.live, acl })
        continue
      }
      const outcome = await this.#load(tenant, row, keys)
      if (outcome === 'gone') return false
      if (outcome === 'unreadable') followed.unreadable.set(row.id, this.#clock.now())
      else segments.set(row.id, { sequence: row.sequence, documents: row.live, acl: aclOf(row) })
      if (outcome === 'added') followed.unreadable.delete(row.id)
    }
    this.#dropGone(tenant, followed, listed)
    return true
  }

  #read(tenant: TenantId, { segments, sets: known, unreadable, share }: Followed) {
    const now = this.#clock.now()
    return this.#store.withTenant({ tenant }, async (tx) => {
      const all = await tx.db
        .selectFrom('index_segment')
        .select(['id', 'sequence', 'collection_id', 'size_bytes'])
        .execute()
      share.divide(all)
      const heads = all.filter((head) => share.holds(head.collection_id))
      const listed = new Set(heads.map((head) => head.id))
      const changed = heads
        .filter((head) => segments.get(head.id)?.sequence !== head.sequence)
        .filter((head) => Math.abs(now - (unreadable.get(head.id) ?? -Infinity)) >= REREAD_MS)
        .map((head) => head.id)
      const rows = changed.length === 0 ? [] : await this.#rows(tx.db, changed)
      // After the rows, so that whatever they name is among them.
      const sets = await tx.db
        .selectFrom('acl_set')
        .select(['id', 'members'])
        .where('id', '>', known.newest)
        .execute()
      return { listed, rows: rows.length === changed.length ? rows : null, sets, keys: tx.keys }
    })
  }

  /** One statement, so that a segment and its documents are of one moment. */
  #rows(
    db: Parameters<Parameters<Store['withTenant']>[1]>[0]['db'],
    ids: readonly string[],
  ): Promise<SegmentRow[]> {
    return db
      .selectFrom('index_segment')
      .select([
        'id',
        'sequence',
        'dek',
        'blob_key',
        sql<
          string[]
        >`array(select document.id::text from document where document.segment_id = index_segment.id)`.as(
          'live',
        ),
        sql<string[]>`array(select document.id::text || ' ' || document.acl_set from document
          where document.segment_id = index_segment.id and document.acl_set is not null)`.as('restricted'),
      ])
      .where('id', 'in', ids)
      .execute()
  }

  /** Adds a segment without what was deleted from it; `gone` when it went with a merge elsewhere. */
  async #load(tenant: TenantId, row: SegmentRow, keys: KeyRing): Promise<'added' | 'gone' | 'unreadable'> {
    try {
      const bytes = await openSegmentBytes(keys, row, await this.#store.blobs.get(tenant, row.blob_key))
      const live = new Set(row.live)
      const gone = segmentDocuments(bytes).flatMap(({ id }) => (live.has(id) ? [] : [id]))
      // Reading a large segment twice takes some milliseconds each.
      await setImmediate()
      await this.#retrieval.add(tenant, { id: row.id, bytes, acl: aclOf(row) }, gone)
      return 'added'
    } catch (error) {
      // Nothing is wrong with the segment: answers without it would pass for whole ones.
      if (error instanceof Fault && error.code === 'unavailable') throw error
      if (!(await this.#stillThere(tenant, row.id))) return 'gone'
      this.#unreadable(error, tenant, row.id)
      return 'unreadable'
    }
  }

  /** Opens segments from the object store; false when one of them is gone or lost. */
  async #open(tenant: TenantId, lacking: readonly string[], into: Segment[]): Promise<boolean> {
    const { rows, keys } = await this.#store.withTenant({ tenant }, async (tx) => {
      const found = await tx.db
        .selectFrom('index_segment')
        .select(['id', 'dek', 'blob_key'])
        .where('id', 'in', lacking)
        .execute()
      return { rows: found, keys: tx.keys }
    })
    for (const row of rows) {
      try {
        const bytes = await openSegmentBytes(keys, row, await this.#store.blobs.get(tenant, row.blob_key))
        into.push({ id: row.id, bytes })
      } catch (error) {
        if (error instanceof Fault && error.code === 'unavailable') throw error
        if (!(await this.#stillThere(tenant, row.id))) return false
        this.#lose(tenant, row.id, error)
        return false
      }
    }
    return rows.length === lacking.length
  }

  /** Searches go without a segment that is unreadable from now on. */
  #lose(tenant: TenantId, segment: string, error: unknown): void {
    const { segments, unreadable } = this.#followed(tenant)
    this.#retrieval.remove(tenant, segments.get(segment)?.documents ?? [])
    segments.delete(segment)
    unreadable.set(segment, this.#clock.now())
    this.#unreadable(error, tenant, segment)
  }

  /** A search engine that started anew has none of what it was given. */
  #startOver(followed: Followed): void {
    const generation = this.#retrieval.generation()
    if (followed.generation !== generation) followed.segments.clear()
    followed.generation = generation
  }

  #stillThere(tenant: TenantId, segment: string): Promise<boolean> {
    return this.#store.withTenant({ tenant }, async (tx) => {
      const row = await tx.db
        .selectFrom('index_segment')
        .select('id')
        .where('id', '=', segment)
        .executeTakeFirst()
      return row !== undefined
    })
  }

  /** Removes what lay in segments that are gone, unless another one holds it now. */
  #dropGone(tenant: TenantId, { segments, unreadable }: Followed, listed: ReadonlySet<string>): void {
    for (const id of unreadable.keys()) if (!listed.has(id)) unreadable.delete(id)
    const gone = [...segments].filter(([id]) => !listed.has(id))
    if (gone.length === 0) return
    for (const [id] of gone) segments.delete(id)
    const held = new Set([...segments.values()].flatMap((segment) => segment.documents))
    this.#retrieval.remove(
      tenant,
      gone.flatMap(([, segment]) => segment.documents).filter((id) => !held.has(id)),
    )
  }
}
