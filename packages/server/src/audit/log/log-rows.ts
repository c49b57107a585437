import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import { openPrivate } from '../private-part.ts'
import type { Json } from './canonical.ts'
import { inOrder } from './canonical.ts'
import type { Source } from './entry.ts'
import { HASH_BYTES } from './merkle.ts'
import type { ReadTile, Tile } from './tiles.ts'

/** Microseconds and `Z`: a time is committed to as text, whoever reads it in whichever zone. */
export const instant = (column: string) =>
  sql<string>`to_char(${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** A signed checkpoint as it is stored. */
export interface StoredCheckpoint {
  readonly size: number
  readonly note: string
}

/** The newest, or the newest of at most this size. */
export async function newestCheckpoint(
  db: Kysely<Tables>,
  atMost?: number,
): Promise<StoredCheckpoint | null> {
  const row = await db
    .selectFrom('audit_checkpoint')
    .select(['size', 'note'])
    .$if(atMost !== undefined, (query) => query.where('size', '<=', String(atMost)))
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { size: Number(row.size), note: row.note } : null
}

/** Reads tiles within one transaction. */
export const tilesIn =
  (db: Kysely<Tables>): ReadTile =>
  async (level, place, width) => {
    const row = await db
      .selectFrom('audit_tile')
      .select('hashes')
      .where('level', '=', level)
      .where('place', '=', String(place))
      .executeTakeFirst()
    if (!row || row.hashes.length < width * HASH_BYTES) {
      throw new MissingHashes(`the audit log lacks hashes of tile ${level}/${place}`)
    }
    return row.hashes
  }

/** The database does not hold what a checkpoint says that it does. */
export class MissingHashes extends Error {}

/** A full tile is never written again. */
export async function writeTiles(db: Kysely<Tables>, tiles: readonly Tile[]): Promise<void> {
  await sql`
    INSERT INTO audit_tile (level, place, hashes)
    SELECT * FROM unnest(
      ${tiles.map(({ level }) => level)}::integer[], ${tiles.map(({ place }) => place)}::bigint[],
      ${tiles.map(({ hashes }) => hashes)}::bytea[])
    ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes WHERE length(audit_tile.hashes) < 8192
  `.execute(db)
}

interface Pending {
  readonly kind: 'event' | 'request'
  readonly source: string
}

/** Takes what is due of this tenant out of the queue. */
export async function takePending({ db }: Tx, most: number): Promise<readonly Pending[]> {
  const due = db.selectFrom('audit_pending').select(['kind', 'source']).orderBy('source').limit(most)
  return db
    .deleteFrom('audit_pending')
    .where((where) => where(where.refTuple('kind', 'source'), 'in', due.$asTuple('kind', 'source')))
    .returning(['kind', 'source'])
    .execute()
}

/** What is due of this tenant, which stays due; nobody takes any of it away before this transaction ends. */
export async function readPending({ db }: Tx, most: number): Promise<readonly Pending[]> {
  return db
    .selectFrom('audit_pending')
    .select(['kind', 'source'])
    .orderBy('source')
    .limit(most)
    .forUpdate()
    .execute()
}

/** What an entry says of each; what is gone is said to be lost. */
export async function sourcesOf(tx: Tx, pending: readonly Pending[]): Promise<readonly Source[]> {
  const idsOf = (kind: Pending['kind']): string[] =>
    pending.filter((one) => one.kind === kind).map(({ source }) => source)
  const found = new Map([
    ...(await eventSources(tx, idsOf('event'))),
    ...(await requestSources(tx, idsOf('request'))),
  ])
  return pending.map(
    ({ kind, source }) => found.get(source) ?? { kind: 'lost', id: source, open: { was: kind }, fields: {} },
  )
}

/** One parameter: each of a hundred would be compiled into the statement and bound by itself. */
const isOneOf = (ids: readonly string[], type: 'uuid' | 'text') =>
  sql<boolean>`id = ANY (${ids}::${sql.raw(type)}[])`

/** The events of these ids, by id, with everything that an entry commits to. */
export async function eventSources(tx: Tx, ids: readonly string[]): Promise<Map<string, Source>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.db
    .selectFrom('audit_event')
    .select(['id', 'action', 'actor', 'subject', 'request', 'outcome', 'detail'])
    .select(['dek', 'private_sealed', 'break_glass'])
    .select(instant('at').as('at'))
    .where(isOneOf(ids, 'uuid'))
    .execute()
  return new Map(
    rows.map((row) => {
      const { id, action, at, outcome, request, actor, subject, detail, break_glass: breakGlass } = row
      const said = { actor, subject, detail: json(detail), breakGlass, ...openPrivate(tx, id, row) }
      return [id, { kind: 'event', id, open: { action, at, outcome, request }, fields: there(said) }] as const
    }),
  )
}

const json = (value: unknown): Json => z.json().parse(value)

/** Without what there is nothing to say of. */
function there(fields: Readonly<Record<string, Json | undefined>>): Readonly<Record<string, Json>> {
  const said: Record<string, Json> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) said[name] = value
  }
  return said
}

/** What an entry commits to of a request, in the first version of the format: later columns are not part of it. */
const RECORD_COLUMNS = [
  'id',
  'state',
  'principal',
  'operation',
  'config',
  'rule',
  'class',
  'base_class',
  'declared_class',
  'conversation_class',
  'found_class',
  'findings',
  'model_asked',
  'bytes_in',
  'reserved_tokens',
  'reserved_micros',
  'mode',
  'status',
  'code',
  'target',
  'zone',
  'model',
  'attempts',
  'bytes_private',
  'bytes_managed',
  'masked',
  'first_token_ms',
  'duration_ms',
  'input_tokens',
  'output_tokens',
  'estimated',
  'cost_micros',
] as const

const RECORD_TIMES = ['at', 'settled_at'] as const

/** In the order in which it is written canonically, which `jsonb` would not keep. */
const RECORD = sql<Record<string, Json>>`json_build_object(${sql.join(
  [
    ...RECORD_COLUMNS.map((column) => ({ column, value: sql.ref(column) })),
    ...RECORD_TIMES.map((column) => ({ column, value: instant(column) })),
  ]
    .toSorted((one, other) => (one.column < other.column ? -1 : 1))
    .flatMap(({ column, value }) => [sql.lit(column), value]),
)})`

/** The records of these requests, by id. */
export async function requestSources(tx: Tx, ids: readonly string[]): Promise<Map<string, Source>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.db
    .selectFrom('request_record')
    .select('id')
    .select(RECORD.as('record'))
    .where(isOneOf(ids, 'text'))
    .execute()
  return new Map(
    rows.map(({ id, record }) => {
      // The columns are in order, which what stands in them is not.
      for (const name in record) record[name] = inOrder(record[name] ?? null)
      return [id, { kind: 'request', id, open: {}, fields: { record } }]
    }),
  )
}

/** A leaf as it is stored. */
export interface Leaf {
  readonly leaf: number
  readonly n: number
  readonly kind: Source['kind']
  readonly source: string
  readonly entry: string
  readonly salts: Readonly<Record<string, string>>
}

/** As one JSON text: what stands in lists would be escaped one by one, and entries are full of quotes. */
export async function insertLeaves(
  { db, tenant }: Pick<Tx, 'db' | 'tenant'>,
  leaves: readonly Leaf[],
): Promise<void> {
  await sql`
    INSERT INTO audit_leaf (tenant_id, leaf, n, kind, source, entry, salts)
    SELECT ${tenant}::uuid, (said ->> 'leaf')::bigint, (said ->> 'n')::bigint, said ->> 'kind', said ->> 'source',
      said ->> 'entry', (said -> 'salts')::jsonb
    FROM json_array_elements(${JSON.stringify(leaves)}::json) AS one (said)
  `.execute(db)
}

/** How many entries this tenant has. */
export async function countOf({ db }: Tx): Promise<number> {
  const row = await db
    .selectFrom('audit_leaf')
    .select('n')
    .orderBy('leaf', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? Number(row.n) + 1 : 0
}
