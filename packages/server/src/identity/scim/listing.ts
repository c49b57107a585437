import { setImmediate } from 'node:timers/promises'
import type { ScimType } from '@freehold/contract/scim-attributes.ts'
import { SCIM_TYPES } from '@freehold/contract/scim-attributes.ts'
import { SCIM_LIST, SCIM_MOST_RESULTS } from '@freehold/contract/scim.ts'
import { sql } from 'kysely'
import { isUuid } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import { foldName } from '../account-name.ts'
import type { Doc } from './attributes.ts'
import { attributesAlong } from './attributes.ts'
import type { Filter } from './filter.ts'
import { parseFilter, wrong } from './filter.ts'
import type { Matches } from './filter-match.ts'
import { bindFilter } from './filter-match.ts'
import type { GroupRow } from './group-rows.ts'
import { groupRows, presentGroupRows } from './group-rows.ts'
import type { Selection } from './projection.ts'
import { shownOf } from './projection.ts'
import type { UserRow } from './user-rows.ts'
import { externalIndex, presentUserRows, userRows } from './user-rows.ts'

/** What a list is asked for. */
export interface Query extends Selection {
  readonly filter?: string | undefined
  readonly startIndex?: number | undefined
  readonly count?: number | undefined
}

const USUAL_COUNT = 100
/** Rows that are opened before others have their turn. */
const ROWS_A_TURN = 200

/** RFC 7644 section 3.4.2. @throws Fault `invalid` with the word `invalidFilter` */
export async function listResources(
  tx: Tx,
  base: string,
  query: Query,
  types: readonly ScimType[] = Object.values(SCIM_TYPES),
) {
  const filter = query.filter === undefined ? null : parseFilter(query.filter)
  const startIndex = Math.max(1, query.startIndex ?? 1)
  const count = Math.min(SCIM_MOST_RESULTS, Math.max(0, query.count ?? USUAL_COUNT))
  const asked = boundTo(types, filter)
  const resources: Doc[] = []
  let total = 0
  for (const { type, matches } of asked) {
    const shown = shownOf(type, query)
    const skip = Math.max(0, startIndex - 1 - total)
    const window = { skip, take: count - resources.length }
    const withMembers = shown.has('members') || mentions(filter, type, 'members')
    const found = await pageOf(tx, { base, type, filter, matches, withMembers }, window)
    resources.push(...found.docs.map(shown.of))
    total += found.total
  }
  return {
    schemas: [SCIM_LIST] as (typeof SCIM_LIST)[],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  }
}

interface Bound {
  readonly type: ScimType
  /** Null: everything fits. */
  readonly matches: Matches | null
}

/** A name that one kind has and another has not fits nothing there; one that no kind has is refused. */
function boundTo(types: readonly ScimType[], filter: Filter | null): readonly Bound[] {
  if (filter === null) return types.map((type) => ({ type, matches: null }))
  const unknown = types.map(() => new Set<string>())
  const bound = types.map((type, at) => ({
    type,
    matches: bindFilter(filter, type, (path) => unknown[at]?.add(path)),
  }))
  const nowhere = unknown.reduce((all, one) => all.intersection(one))
  for (const path of nowhere) throw wrong(`there is no attribute "${path.slice(0, 80)}"`)
  return bound
}

function mentions(filter: Filter | null, type: ScimType, name: string): boolean {
  if (filter === null) return false
  if (filter.kind === 'and' || filter.kind === 'or')
    return filter.parts.some((part) => mentions(part, type, name))
  if (filter.kind === 'not') return mentions(filter.part, type, name)
  return attributesAlong(type, filter.path)?.[0]?.name === name
}

interface Window {
  readonly skip: number
  readonly take: number
}

interface Search extends Bound {
  readonly base: string
  readonly filter: Filter | null
  readonly withMembers: boolean
}

async function pageOf(
  tx: Tx,
  search: Search,
  window: Window,
): Promise<{ readonly docs: readonly Doc[]; readonly total: number }> {
  if (search.matches === null) return wholePage(tx, search, window)
  const docs: Doc[] = []
  let total = 0
  let after: string | null = null
  for (;;) {
    const batch: readonly Doc[] = await batchOf(tx, search, { after, limit: ROWS_A_TURN })
    for (const doc of batch) {
      if (!search.matches(doc)) continue
      if (total >= window.skip && docs.length < window.take) docs.push(doc)
      total += 1
    }
    if (batch.length < ROWS_A_TURN) return { docs, total }
    const last = batch.at(-1)?.['id']
    after = typeof last === 'string' ? last : after
    await setImmediate()
  }
}

/** Nothing to compare: the database counts, and only what is shown is opened. */
async function wholePage(tx: Tx, search: Search, { skip, take }: Window) {
  const table = search.type.name === 'User' ? 'provisioned_user' : 'provisioned_group'
  const { total } = await tx.db
    .selectFrom(table)
    .select(sql<number>`count(*)::integer`.as('total'))
    .executeTakeFirstOrThrow()
  const docs = take === 0 ? [] : await batchOf(tx, search, { after: null, limit: take, skip })
  return { docs, total }
}

interface Batch {
  readonly after: string | null
  readonly limit: number
  readonly skip?: number
}

/** In the order of the ids, which is that of their making. */
async function batchOf(tx: Tx, { type, filter, base, withMembers }: Search, batch: Batch): Promise<Doc[]> {
  const { after, limit, skip = 0 } = batch
  if (type.name === 'Group') {
    const named = equalTo(filter, type, 'displayName')
    const rows: GroupRow[] = await groupRows(tx)
      .$if(after !== null, (query) => query.where('people_group.id', '>', after ?? ''))
      .$if(named !== null, (query) =>
        query.where(
          'people_group.name_index',
          '=',
          tx.keys.blind('people_group.name', foldName(named ?? '')),
        ),
      )
      .orderBy('people_group.id')
      .limit(limit)
      .offset(skip)
      .execute()
    return presentGroupRows(tx, { base, withMembers }, rows)
  }
  const id = equalTo(filter, type, 'id')
  const named = equalTo(filter, type, 'userName')
  const external = equalTo(filter, type, 'externalId')
  if (id !== null && !isUuid(id)) return []
  const rows: UserRow[] = await userRows(tx)
    .$if(after !== null, (query) => query.where('account.id', '>', after ?? ''))
    .$if(id !== null, (query) => query.where('account.id', '=', id ?? ''))
    .$if(named !== null, (query) =>
      query.where('account.name_index', '=', tx.keys.blind('account.name', foldName(named ?? ''))),
    )
    .$if(external !== null, (query) =>
      query.where('provisioned_user.external_index', '=', externalIndex(tx, external ?? '')),
    )
    .orderBy('account.id')
    .limit(limit)
    .offset(skip)
    .execute()
  return presentUserRows(tx, base, rows)
}

/** The text that an attribute must equal for anything to fit: what directories ask nearly always, and rows have an index for. */
function equalTo(filter: Filter | null, type: ScimType, name: string): string | null {
  if (filter?.kind === 'and') {
    for (const part of filter.parts) {
      const found = equalTo(part, type, name)
      if (found !== null) return found
    }
    return null
  }
  if (filter?.kind !== 'compare' || filter.comparison !== 'eq' || typeof filter.operand !== 'string')
    return null
  const steps = attributesAlong(type, filter.path)
  return steps?.length === 1 && steps[0]?.name === name ? filter.operand : null
}
