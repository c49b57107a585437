import type {
  SourceInput,
  SourceOrigin,
  SourceView,
  sourceChange,
  sourceItemView,
} from '@freehold/contract/sources.ts'
import { sourceOrigin } from '@freehold/contract/sources.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import { parseInput } from '../../kernel/input.ts'
import type { Store, Tx } from '../../store/store.ts'
import { requireCeiling } from '../adding.ts'
import type { Commit } from '../collections.ts'
import { requireWritable } from '../collections.ts'
import type { Page, PageOf } from '../../kernel/keyset-page.ts'
import { checkedPage, keysetPage } from '../../kernel/keyset-page.ts'
import { requireChangeable, seesCollection } from '../reach.ts'
import { readItems } from './source-items.ts'
import type { Counts, SourceRow } from './source-rows.ts'
import { newSource, openDefinition, placeOf, sealDefinition, sourceDek, viewOf } from './source-rows.ts'

/** Who asks, and what it is recorded under. */
interface By {
  readonly caller: Caller
  readonly commit: Commit
}

export interface SourcesRooms {
  readonly store: Store
  /** Something is to be done, or left, at once. */
  readonly nudge: (source: string) => void
}

/** The sources of a tenant, as people ask for them. What they bring comes by itself. */
export class Sources {
  readonly #rooms: SourcesRooms

  constructor(rooms: SourcesRooms) {
    this.#rooms = rooms
  }

  /** @throws Fault `not_found`, `above_ceiling`, `not_allowed`, `invalid` */
  async create({ caller, commit }: By, input: SourceInput): Promise<SourceView> {
    const id = uuidV7()
    const { name, from, acl, collection } = input
    requireCeiling(caller, input.class, 'class')
    requireChangeable(caller, collection, { class: input.class, param: 'class' })
    const view = await this.#rooms.store.withTenant(caller, async (tx) => {
      await requireWritable(tx, caller, collection)
      const row = await tx.db
        .insertInto('source')
        .values({
          tenant_id: tx.tenant,
          id,
          collection_id: collection,
          kind: from.kind,
          ...newSource(tx.keys, id, { name, from, ...(acl !== undefined && { acl }) }),
          class: input.class,
          every_minutes: input.everyMinutes,
          creator: caller.principal.id,
          due_at: new Date(),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      await append(tx, {
        action: 'source.created',
        actor: caller.principal.id,
        subject: id,
        ...commit,
        detail: { kind: from.kind, collection },
      })
      return viewOf(tx.keys, row, NOTHING)
    })
    this.#rooms.nudge(id)
    return view
  }

  /** Oldest first. */
  list(caller: Caller, asked: Page): Promise<PageOf<SourceView>> {
    const page = checkedPage(asked)
    return this.#rooms.store.withTenant(caller, async (tx) => {
      const seen: SourceRow[] = []
      let { after } = page
      // Those of collections that the caller does not see are passed over, and a page is full all the same.
      for (let rows: SourceRow[] | null = null; rows === null || rows.length > page.limit;) {
        rows = await tx.db
          .selectFrom('source')
          .selectAll()
          .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
          .orderBy('id')
          .limit(page.limit + 1)
          .execute()
        seen.push(...rows.filter((row) => seesCollection(caller, row.collection_id)))
        after = rows.at(-1)?.id ?? after
        if (seen.length > page.limit) break
      }
      const counts = await countsOf(
        tx,
        seen.map(({ id }) => id),
      )
      return keysetPage(seen, page.limit, (row) => viewOf(tx.keys, row, counts.get(row.id) ?? NOTHING))
    })
  }

  /** @throws Fault `not_found` */
  get(caller: Caller, id: string): Promise<SourceView> {
    return this.#rooms.store.withTenant(caller, async (tx) => shown(tx, await rowOf(tx, caller, id)))
  }

  /** From then on the source has the caller's rights. @throws Fault as `create`, and `conflict` while it is taken away */
  async update({ caller, commit }: By, id: string, change: z.output<typeof sourceChange>) {
    const view = await this.#rooms.store.withTenant(caller, async (tx) => {
      const row = await rowOf(tx, caller, id, 'lock')
      await requireWritable(tx, caller, row.collection_id)
      const before = openDefinition(tx.keys, row)
      const from = change.from === undefined ? before.from : originOf(change.from, before.from)
      const asClass = change.class ?? row.class
      requireChangeable(caller, row.collection_id, { class: asClass, param: 'class' })
      if (change.class !== undefined) requireCeiling(caller, change.class, 'class')
      const acl = change.acl === undefined ? before.acl : change.acl
      const next = {
        name: change.name ?? before.name,
        from,
        ...(acl !== undefined && { acl }),
      }
      const isElsewhere = change.from !== undefined && placeOf(from) !== placeOf(before.from)
      const isPaused = change.paused ?? row.paused_at !== null
      const changed = await tx.db
        .updateTable('source')
        .set({
          definition_sealed: sealDefinition(sourceDek(tx.keys, row), id, next),
          kind: from.kind,
          class: asClass,
          every_minutes: change.everyMinutes === undefined ? row.every_minutes : change.everyMinutes,
          creator: caller.principal.id,
          paused_at: isPaused ? (row.paused_at ?? new Date()) : null,
          due_at: new Date(),
          failures: 0,
          // A run that goes on does so by what is no longer true.
          runner: null,
          ...(isElsewhere || change.from !== undefined ? { cursor_sealed: null } : {}),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
      await append(tx, {
        action: 'source.changed',
        actor: caller.principal.id,
        subject: id,
        ...commit,
        detail: { changed: Object.keys(change).toSorted() },
      })
      return shown(tx, changed)
    })
    this.#rooms.nudge(id)
    return view
  }

  /** Its documents go a moment later, where they are to go. @throws Fault `not_found`, `not_allowed` */
  async delete({ caller, commit }: By, id: string, documents: 'delete' | 'keep'): Promise<void> {
    await this.#rooms.store.withTenant(caller, async (tx) => {
      const row = await rowOf(tx, caller, id, 'lock')
      await requireWritable(tx, caller, row.collection_id)
      if (documents === 'keep') await tx.db.deleteFrom('source').where('id', '=', id).execute()
      else
        await tx.db
          .updateTable('source')
          .set({ removing: documents, creator: caller.principal.id, due_at: new Date(), runner: null })
          .where('id', '=', id)
          .execute()
      await append(tx, {
        action: 'source.deleted',
        actor: caller.principal.id,
        subject: id,
        ...commit,
        detail: { documents },
      })
    })
    this.#rooms.nudge(id)
  }

  /** @throws Fault `not_found`, `conflict` while it is paused */
  async sync({ caller, commit }: By, id: string): Promise<SourceView> {
    const view = await this.#rooms.store.withTenant(caller, async (tx) => {
      const row = await rowOf(tx, caller, id, 'lock')
      if (row.paused_at !== null)
        throw new Fault('conflict', 'The source is paused. Resume it first.', { param: 'id' })
      await append(tx, {
        action: 'source.sync_asked',
        actor: caller.principal.id,
        subject: id,
        ...commit,
        detail: {},
      })
      const asked = await tx.db
        .updateTable('source')
        .set({ asked_at: sql<Date>`clock_timestamp()` })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
      return shown(tx, asked)
    })
    this.#rooms.nudge(id)
    return view
  }

  /** @throws Fault `not_found` */
  items(
    caller: Caller,
    id: string,
    query: Page & { readonly outcome?: 'kept' | 'failed' | undefined },
  ): Promise<PageOf<z.input<typeof sourceItemView>>> {
    const page = checkedPage(query)
    return this.#rooms.store.withTenant(caller, async (tx) =>
      readItems(tx, caller, await rowOf(tx, caller, id), { ...page, outcome: query.outcome }),
    )
  }
}

const NOTHING: Counts = { items: 0, failed: 0 }

async function rowOf(tx: Tx, caller: Caller, id: string, lock?: 'lock'): Promise<SourceRow> {
  const row = await tx.db
    .selectFrom('source')
    .selectAll()
    .where('id', '=', id)
    .$if(lock !== undefined, (query) => query.forUpdate())
    .executeTakeFirst()
  if (!row || !seesCollection(caller, row.collection_id))
    throw new Fault('not_found', 'There is no such source.', { param: 'id' })
  if (lock !== undefined && row.removing !== null)
    throw new Fault('conflict', 'This source is being deleted.', { param: 'id' })
  return row
}

async function shown(tx: Tx, row: SourceRow): Promise<SourceView> {
  return viewOf(tx.keys, row, (await countsOf(tx, [row.id])).get(row.id) ?? NOTHING)
}

async function countsOf(tx: Tx, sources: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
  if (sources.length === 0) return new Map()
  const { rows } = await sql<Counts & { source_id: string }>`
    SELECT source_id, count(*) FILTER (WHERE outcome = 'kept')::integer AS items,
      count(*) FILTER (WHERE outcome = 'failed')::integer AS failed
    FROM source_item WHERE source_id = ANY (${[...sources]}::uuid[]) GROUP BY source_id`.execute(tx.db)
  return new Map(rows.map(({ source_id, items, failed }) => [source_id, { items, failed }]))
}

/** A secret that is not sent again stays, as long as it is for the same place. @throws Fault `invalid` */
function originOf(written: Readonly<Record<string, unknown>>, before: SourceOrigin): SourceOrigin {
  const kept = 'secret' in before ? before.secret : undefined
  if (written['secret'] !== undefined || kept === undefined || written['kind'] !== before.kind)
    return parseInput(sourceOrigin, written)
  const from = parseInput(sourceOrigin, { ...written, secret: kept })
  if (placeOf(from) === placeOf(before)) return from
  throw new Fault('invalid', 'secret: send it again, because the source leads elsewhere now.', {
    param: 'from.secret',
  })
}
