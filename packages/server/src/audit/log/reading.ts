import type {
  checkpointView,
  consistencyView,
  entriesView,
  proofView,
  tilesView,
  unloggedView,
} from '@freehold/contract/audit.ts'
import type { Kysely, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { StoreKeys } from '../../store/keys/store-keys.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import type { AuditLeafTable } from '../../store/audit-tables.ts'
import type { Leaf, StoredCheckpoint } from './log-rows.ts'
import { eventSources, instant, newestCheckpoint, requestSources, tilesIn } from './log-rows.ts'
import { verifierKey } from './note.ts'
import { allCarried, settleCarried } from './staging.ts'
import type { NoteKey } from './note.ts'
import { TiledTree, widthOf } from './tiles.ts'
import { HASH_BYTES } from './merkle.ts'

type Opening = z.output<typeof entriesView>['data'][number]

/** Whose entries: of these tenants, or of everybody. */
export type Whose = readonly TenantId[] | 'log'

/** What may be read of the audit log, and proven with it. */
export interface AuditLogReading {
  checkpoint(size?: number): Promise<z.output<typeof checkpointView>>
  /** In the order of the log, up to its newest checkpoint. */
  entries(
    whose: Whose,
    page: { readonly from: number; readonly limit: number },
  ): Promise<z.output<typeof entriesView>>
  tiles(asked: {
    readonly level: number
    readonly from: number
    readonly limit: number
    readonly size: number
  }): Promise<z.output<typeof tilesView>>
  /** @throws Fault `not_found` */
  proof(tenant: TenantId, id: string): Promise<z.output<typeof proofView>>
  /** @throws Fault `invalid` where one of the sizes is none of this log */
  consistency(from: number, to?: number): Promise<z.output<typeof consistencyView>>
  unlogged(whose: Whose, after?: string): Promise<z.output<typeof unloggedView>>
}

/** Reads from the database and trusts none of it: whoever asked verifies. */
export function readingOf(
  store: Store,
  keys: Pick<StoreKeys, 'tenants' | 'inside'>,
  key: NoteKey,
): AuditLogReading {
  const inHome = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => store.withTenant({ tenant: store.home }, fn)
  const tenantsOf = async (whose: Whose): Promise<readonly TenantId[]> =>
    whose === 'log' ? store.tenants() : whose
  return {
    checkpoint: (size) =>
      inHome(async ({ db }) => {
        const newest = await newestCheckpoint(db, size)
        return {
          origin: key.name,
          key: verifierKey(key),
          size: newest?.size ?? 0,
          checkpoint: newest?.note ?? null,
        }
      }),
    async entries(whose, { from, limit }) {
      const { size, carried } = await inHome(async ({ db }) => ({
        size: (await newestCheckpoint(db))?.size ?? 0,
        carried: await allCarried(db),
      }))
      const found: Opening[] = []
      // In this order: whoever is shredded, or made, in between is read once, and not as the other.
      const all = whose === 'log' ? await keys.tenants() : []
      const open = await tenantsOf(whose)
      for (const tenant of open) {
        const openings = await store.withTenant({ tenant }, async (tx) => {
          // What the checkpoint speaks of may not be where it is read from yet.
          if (store.isSeparate(tenant)) await settleCarried(tx, carried.get(tenant) ?? null)
          return openingsOf(tx, { from, to: size, limit })
        })
        found.push(...openings)
      }
      // Of a tenant without keys nothing can be opened any more; what was logged of it stays in the log.
      for (const tenant of all.filter((one) => !open.includes(one))) {
        const shut = await keys.inside(tenant, async (db) => {
          if (store.isSeparate(tenant)) await settleCarried({ db, tenant }, carried.get(tenant) ?? null)
          return leavesOf(db, { from, to: size, limit })
        })
        found.push(...shut.map(({ leaf, entry }) => ({ leaf, entry, salts: {}, values: {} })))
      }
      const data = found.toSorted((one, other) => one.leaf - other.leaf).slice(0, limit)
      const last = data.at(-1)
      return {
        data,
        next: last !== undefined && data.length === limit && last.leaf + 1 < size ? last.leaf + 1 : null,
      }
    },
    tiles: ({ level, from, limit, size }) =>
      inHome(async ({ db }) => {
        const rows = await db
          .selectFrom('audit_tile')
          .select(['place', 'hashes'])
          .where('level', '=', level)
          .where('place', '>=', String(from))
          .orderBy('place')
          .limit(limit)
          .execute()
        const data = rows.map(({ place, hashes }) => {
          const width = widthOf(level, Number(place), size)
          return { place: Number(place), hashes: hashes.subarray(0, width * HASH_BYTES).toString('base64') }
        })
        return { data: data.filter(({ hashes }) => hashes !== '') }
      }),
    async proof(tenant, id) {
      const newest = await inHome(({ db }) => newestCheckpoint(db))
      const opening = newest && (await store.withTenant({ tenant }, (tx) => openingOf(tx, id, newest)))
      if (!newest || !opening) {
        throw new Fault(
          'not_found',
          'There is no entry of this id in the log, or not yet: it takes about a second.',
          { param: 'id' },
        )
      }
      // Tiles only grow: those of a tree of this size are the same later on.
      const path = await inHome(({ db }) => new TiledTree(newest.size, tilesIn(db)).inclusion(opening.leaf))
      const lines = [
        'c2sp.org/tlog-proof@v1',
        `index ${opening.leaf}`,
        ...path.map((hash) => hash.toString('base64')),
      ]
      return { ...opening, key: verifierKey(key), proof: `${lines.join('\n')}\n\n${newest.note}` }
    },
    consistency: (from, to) =>
      inHome(async ({ db }) => {
        const newest = (await newestCheckpoint(db))?.size ?? 0
        const size = to ?? newest
        if (size > newest) throw new Fault('invalid', `to: the log has ${newest} entries.`, { param: 'to' })
        if (from > size) throw new Fault('invalid', `from: is more than ${size}.`, { param: 'from' })
        const proof = await new TiledTree(size, tilesIn(db)).consistency(from)
        return { from, to: size, proof: proof.map((hash) => hash.toString('base64')) }
      }),
    async unlogged(whose, after = '') {
      const [from = '', last = ''] = after.split('/')
      const tenants = (await tenantsOf(whose)).toSorted().filter((tenant) => tenant >= from)
      for (const tenant of tenants) {
        const { data, next } = await store.withTenant({ tenant }, (tx) =>
          unloggedOf(tx, tenant === from ? last : ''),
        )
        if (next !== null) return { data, next: `${tenant}/${next}` }
        const following = tenants.find((one) => one > tenant)
        if (data.length > 0 || following === undefined)
          return { data, next: following === undefined ? null : `${following}/` }
      }
      return { data: [], next: null }
    },
  }
}

async function openingOf(tx: Tx, id: string, newest: StoredCheckpoint): Promise<Opening | null> {
  const row = await tx.db
    .selectFrom('audit_leaf')
    .selectAll()
    .where('source', '=', id)
    .where('leaf', '<', String(newest.size))
    .orderBy('leaf')
    .limit(1)
    .executeTakeFirst()
  const [opening] = row ? await opened(tx, [leafFrom(row)]) : []
  return opening ?? null
}

function leafFrom({ leaf, n, kind, source, entry, salts }: Selectable<AuditLeafTable>): Leaf {
  return { leaf: Number(leaf), n: Number(n), kind, source, entry, salts }
}

interface Span {
  readonly from: number
  readonly to: number
  readonly limit: number
}

const openingsOf = async (tx: Tx, span: Span): Promise<readonly Opening[]> =>
  opened(tx, await leavesOf(tx.db, span))

async function leavesOf(db: Kysely<Tables>, { from, to, limit }: Span): Promise<readonly Leaf[]> {
  const rows = await db
    .selectFrom('audit_leaf')
    .selectAll()
    .where('leaf', '>=', String(from))
    .where('leaf', '<', String(to))
    .orderBy('leaf')
    .limit(limit)
    .execute()
  return rows.map(leafFrom)
}

/** With what each commits to, as the rows say it now. */
async function opened(tx: Tx, leaves: readonly Leaf[]): Promise<readonly Opening[]> {
  const idsOf = (kind: Leaf['kind']): string[] =>
    leaves.filter((one) => one.kind === kind).map(({ source }) => source)
  const sources = new Map([
    ...(await eventSources(tx, idsOf('event'))),
    ...(await requestSources(tx, idsOf('request'))),
  ])
  return leaves.map(({ leaf, entry, salts, source }) => {
    const found = sources.get(source)
    if (!found) return { leaf, entry, salts, values: {} }
    // Without its salt nobody can tell whether a value is the one that was logged: it counts as erased.
    const salted = Object.entries(found.fields).filter(([name]) => name in salts)
    // What stands open in the entry is in the row as well, and must say the same.
    return { leaf, entry, salts, values: Object.assign(Object.fromEntries(salted), found.open) }
  })
}

/** So many events are looked through for those without a leaf. */
const LOOKED_THROUGH = 20_000

async function unloggedOf(
  { db, tenant }: Tx,
  after: string,
): Promise<{ readonly data: z.output<typeof unloggedView>['data']; readonly next: string | null }> {
  const { rows } = await sql<{ id: string; at: string; is_due: boolean; is_logged: boolean; last: string }>`
    WITH looked AS (
      SELECT id, ${instant('at')} AS at FROM audit_event
      WHERE ${after === '' ? sql`true` : sql`id > ${after}::uuid`} ORDER BY id LIMIT ${LOOKED_THROUGH})
    SELECT id, at, false AS is_logged,
      EXISTS (SELECT FROM audit_pending p WHERE p.kind = 'event' AND p.source = looked.id::text) AS is_due
    FROM looked WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.source = looked.id::text)
    UNION ALL
    (SELECT id, at, true, false FROM looked ORDER BY id DESC OFFSET ${LOOKED_THROUGH - 1})`.execute(db)
  const last = rows.find((row) => row.is_logged)
  const data = rows
    .filter((row) => !row.is_logged)
    .map(({ id, at, is_due }) => ({ tenant, id, at, isDue: is_due }))
  return { data, next: last?.id ?? null }
}
