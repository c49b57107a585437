import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import { externalIndex } from '../sealed-rows.ts'
import type { ApplyingRooms, Pending } from './applying.ts'
import { Applying, deleteIfThere, isCurrent } from './applying.ts'
import { heldSource, Superseded } from './lease.ts'
import { removeLeftOver } from './left-over.ts'
import type { Outcome } from './outcome.ts'
import { passes, refused } from './outcome.ts'
import type { Change, Changes, Ending, Source } from './source.ts'
import type { Definition, KnownItem, SourceRow } from './source-rows.ts'
import { itemIndex, openItem, sealItem, sourceDek } from './source-rows.ts'

export interface PassRooms {
  readonly store: Store
  readonly knowledge: ApplyingRooms['knowledge']
  readonly tenant: TenantId
  readonly runner: string
  readonly row: SourceRow
  readonly definition: Definition
  /** Whose rights it has at this moment. @throws Fault when they are gone */
  readonly actor: () => Caller
  readonly maxFileBytes: number
  /** The run before did not come to its end: it may have brought what it did not write down. */
  readonly wasCut: boolean
  readonly signal: AbortSignal
  /** Hears of each document. */
  readonly count: (outcome: Outcome['did'] | 'removed') => void
}

export interface Done {
  seen: number
  added: number
  changed: number
  unchanged: number
  removed: number
  failed: number
}

/** What is known of so many is read in one go, and so many are read and indexed together. */
const LOOKED_UP_AT_ONCE = 2000
const APPLIED_AT_ONCE = 200
const MOST_WAITING_MS = 2000
/** What is in memory until it is taken. */
const MOST_HELD_BYTES = 32 * 1024 * 1024
const REMOVED_AT_ONCE = 500
/** Rows of one INSERT: 7 columns each stay far below the protocol's 65,535 parameters. */
const WRITTEN_AT_ONCE = 500

interface Row {
  readonly id: string
  readonly known: KnownItem
  readonly fault: string | null
}

/** One run of one source: what it finds is brought into the collection, and what is gone there is taken out. */
export class Pass {
  readonly done: Done = { seen: 0, added: 0, changed: 0, unchanged: 0, removed: 0, failed: 0 }
  readonly #rooms: PassRooms
  /** Rows of what was there in this run. */
  readonly #there = new Set<string>()
  /** What was looked up of what waits. */
  readonly #rows = new Map<string, Row>()
  readonly #pending: Pending[] = []
  readonly #outcomes: Outcome[] = []
  readonly #gone: Row[] = []
  #heldBytes = 0
  #appliedMs = performance.now()

  constructor(rooms: PassRooms) {
    this.#rooms = rooms
  }

  /** @throws Fault that ended it, Superseded when it is somebody else's now */
  async run(source: Source, cursor: string | null): Promise<Ending> {
    const changes = source.changes(cursor)
    for (;;) {
      const { batch, ending } = await this.#gather(changes)
      await this.#take(batch)
      if (ending === null) {
        if (this.#isDue()) await this.#apply()
        continue
      }
      await this.#apply()
      if (ending.isWhole) await this.#removeOthers()
      if (this.#rooms.wasCut) await removeLeftOver(this.#rooms)
      return ending
    }
  }

  /** Everything that the source brought, for when it is taken away itself. */
  async removeAll(): Promise<void> {
    await this.#removeOthers()
    await removeLeftOver(this.#rooms)
  }

  /** The next changes, and how it ended where these were the last. */
  async #gather(
    changes: Changes,
  ): Promise<{ readonly batch: readonly Change[]; readonly ending: Ending | null }> {
    const batch: Change[] = []
    const fromMs = performance.now()
    while (batch.length < LOOKED_UP_AT_ONCE && performance.now() - fromMs < MOST_WAITING_MS) {
      const next = await changes.next()
      this.#throwIfOver()
      if (next.done === true) return { batch, ending: next.value }
      batch.push(next.value)
      if (next.value.change === 'found') this.#heldBytes += next.value.heldBytes ?? 0
      if (this.#heldBytes > MOST_HELD_BYTES) break
    }
    return { batch, ending: null }
  }

  #isDue(): boolean {
    return (
      this.#pending.length >= APPLIED_AT_ONCE ||
      this.#heldBytes > MOST_HELD_BYTES ||
      performance.now() - this.#appliedMs > MOST_WAITING_MS
    )
  }

  #throwIfOver(): void {
    if (this.#rooms.signal.aborted) throw new Superseded()
  }

  /** Sorts out what is the same; what is not waits for others like it. */
  async #take(changes: readonly Change[]): Promise<void> {
    // Of two words about one document the later counts.
    const latest = new Map(changes.map((change) => [change.id, change]))
    const rows = await this.#knownOf([...latest.keys()])
    const rooms = this.#applyingRooms()
    this.done.seen += latest.size
    for (const change of latest.values()) {
      const before = rows.get(change.id) ?? null
      if (before) this.#rows.set(change.id, before)
      const known = before?.known ?? null
      if (change.change === 'gone') {
        if (before) this.#gone.push(before)
      } else if (change.change === 'unreadable') {
        this.#outcomes.push(refused(change, known, change.fault))
      } else {
        const fault = before?.fault ?? null
        const again = this.#rooms.row.asked_at !== null || (fault !== null && passes(fault))
        if (isCurrent(rooms, { found: change, known }, again)) this.#current(before)
        else this.#pending.push({ found: change, known })
      }
    }
  }

  #applyingRooms(): ApplyingRooms {
    const { row, definition, knowledge, actor, maxFileBytes } = this.#rooms
    return {
      knowledge,
      caller: actor(),
      collection: row.collection_id,
      source: row.id,
      class: dataClass.parse(row.class),
      acl: definition.acl,
      maxFileBytes,
    }
  }

  async #apply(): Promise<void> {
    const pending = this.#pending.splice(0)
    const gone = this.#gone.splice(0)
    this.#heldBytes = 0
    // What was done before something ended the run is written down all the same.
    try {
      await new Applying(this.#applyingRooms(), (outcome) => this.#outcomes.push(outcome)).apply(pending)
    } finally {
      await this.#write()
    }
    for (const one of gone) await this.#remove(one)
    if (gone.length > 0) await this.#write()
    this.#rows.clear()
    this.#appliedMs = performance.now()
  }

  #current(before: Row | null): void {
    if (before) this.#there.add(before.id)
    this.#counted((before?.known.failed ?? null) === null ? 'unchanged' : 'failed')
  }

  #counted(did: Outcome['did'] | 'removed'): void {
    this.done[did] += 1
    this.#rooms.count(did)
  }

  async #knownOf(ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    if (ids.length === 0) return new Map()
    const { row, tenant } = this.#rooms
    return this.#rooms.store.withTenant({ tenant }, async (tx) => {
      const held = await this.#held(tx)
      const indexes = ids.map((id) => itemIndex(tx.keys, row.id, id))
      const rows = await tx.db
        .selectFrom('source_item')
        .select(['id', 'item_sealed', 'fault'])
        .where('source_id', '=', row.id)
        .where('item_index', 'in', indexes)
        .execute()
      const dek = sourceDek(tx.keys, held)
      return new Map(
        rows.map((one) => {
          const known = openItem(dek, one)
          return [known.id, { id: one.id, known, fault: one.fault }]
        }),
      )
    })
  }

  /** What the documents are known by, and how far the run came, in one transaction. */
  async #write(): Promise<void> {
    const { row, tenant } = this.#rooms
    const outcomes = this.#outcomes.splice(0)
    for (const { did } of outcomes) this.#counted(did)
    await this.#rooms.store.withTenant({ tenant }, async (tx) => {
      const held = await heldSource(tx, row.id, this.#rooms.runner, this.done)
      if (held === null) throw new Superseded()
      const dek = sourceDek(tx.keys, held)
      const values = outcomes.map((outcome) => {
        const id = this.#rows.get(outcome.known.id)?.id ?? uuidV7()
        this.#there.add(id)
        return {
          tenant_id: tx.tenant,
          id,
          source_id: row.id,
          item_index: itemIndex(tx.keys, row.id, outcome.known.id),
          item_sealed: sealItem(dek, id, outcome.known),
          outcome: outcome.did === 'failed' ? ('failed' as const) : ('kept' as const),
          fault: outcome.fault,
        }
      })
      for (let at = 0; at < values.length; at += WRITTEN_AT_ONCE)
        await tx.db
          .insertInto('source_item')
          .values(values.slice(at, at + WRITTEN_AT_ONCE))
          .onConflict((conflict) =>
            conflict.columns(['tenant_id', 'source_id', 'item_index']).doUpdateSet((of) => ({
              // Sealed to the row's own id: where another one came between, it is the row of this one now.
              id: of.ref('excluded.id'),
              item_sealed: of.ref('excluded.item_sealed'),
              outcome: of.ref('excluded.outcome'),
              fault: of.ref('excluded.fault'),
              changed_at: sql<Date>`clock_timestamp()`,
            })),
          )
          .execute()
    })
  }

  async #removeOthers(): Promise<void> {
    const { row, tenant } = this.#rooms
    for (let after = ''; ;) {
      const rows = await this.#rooms.store.withTenant({ tenant }, async (tx) => {
        const held = await this.#held(tx)
        const some = await tx.db
          .selectFrom('source_item')
          .select(['id', 'item_sealed', 'fault'])
          .where('source_id', '=', row.id)
          .$if(after !== '', (query) => query.where('id', '>', after))
          .orderBy('id')
          .limit(REMOVED_AT_ONCE)
          .execute()
        const dek = sourceDek(tx.keys, held)
        return some.map((one) => ({
          id: one.id,
          fault: one.fault,
          known: this.#there.has(one.id) ? null : openItem(dek, one),
        }))
      })
      for (const { known, ...one } of rows) if (known !== null) await this.#remove({ ...one, known })
      await this.#write()
      const last = rows.at(-1)
      if (last === undefined || rows.length < REMOVED_AT_ONCE) return
      after = last.id
    }
  }

  /** First the documents, then what is known of it: cut short in between, it is removed again, which changes nothing. */
  async #remove({ id, known }: Row): Promise<void> {
    const { row, tenant, knowledge } = this.#rooms
    this.#throwIfOver()
    const documents = known.kept?.documents ?? []
    for (const document of documents)
      await deleteIfThere(knowledge, this.#rooms.actor(), { id: document, collection: row.collection_id })
    await this.#rooms.store.withTenant({ tenant }, async (tx) => {
      if (await isThere(tx, row, documents))
        throw new Fault('not_allowed', 'Whoever this source acts for may not remove what is gone there.')
      await tx.db.deleteFrom('source_item').where('source_id', '=', row.id).where('id', '=', id).execute()
    })
    this.#counted('removed')
  }

  async #held({ db }: Tx): Promise<SourceRow> {
    const held = await db
      .selectFrom('source')
      .selectAll()
      .where('id', '=', this.#rooms.row.id)
      .where('runner', '=', this.#rooms.runner)
      .executeTakeFirst()
    if (held === undefined) throw new Superseded()
    return held
  }
}

/** Whether one of the documents is there, whoever may see it. */
async function isThere(tx: Tx, source: SourceRow, documents: readonly string[]): Promise<boolean> {
  if (documents.length === 0) return false
  const found = await tx.db
    .selectFrom('document')
    .select('id')
    .where('collection_id', '=', source.collection_id)
    .where(
      'external_index',
      'in',
      documents.map((id) => externalIndex(tx.keys, id)),
    )
    .executeTakeFirst()
  return found !== undefined
}
