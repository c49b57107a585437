import { sql } from 'kysely'
import type { Tx } from '../../store/store.ts'
import type { RequestRecordTable } from '../../store/tables.ts'
import type { CounterName } from '../budgets/bank.ts'
import type { Charge } from '../budgets/charging.ts'
import type { Admitted, Settled } from './ledger.ts'
import type { Scratch } from './scratch.ts'
import type { WrittenLine } from './source.ts'
import { ADMITTED_COLUMNS, SETTLED_COLUMNS } from './write-ahead-line.ts'

type Column = keyof RequestRecordTable
const TYPES = {
  text: sql`text`,
  integer: sql`integer`,
  bigint: sql`bigint`,
  'double precision': sql`double precision`,
  boolean: sql`boolean`,
  jsonb: sql`jsonb`,
}
type SqlType = keyof typeof TYPES | 'instant'
/** A column, the value of the line that it takes, and its type. */
type Taken<Value> = readonly [column: Column, value: Value, type: SqlType]

const ADMITTED: readonly Taken<keyof Admitted>[] = [
  ['at', 'atMs', 'instant'],
  ['principal', 'principal', 'text'],
  ['operation', 'operation', 'text'],
  ['config', 'config', 'text'],
  ['rule', 'rule', 'text'],
  ['class', 'class', 'text'],
  ['base_class', 'base', 'text'],
  ['declared_class', 'declared', 'text'],
  ['conversation_class', 'conversation', 'text'],
  ['found_class', 'found', 'text'],
  ['findings', 'findings', 'jsonb'],
  ['model_asked', 'modelAsked', 'text'],
  ['bytes_in', 'bytesIn', 'bigint'],
  ['reserved_tokens', 'reservedTokens', 'bigint'],
  ['reserved_micros', 'reservedMicros', 'bigint'],
  ['mode', 'mode', 'text'],
  ['budgets', 'budgets', 'jsonb'],
]

const SETTLED: readonly Taken<keyof Settled>[] = [
  ['state', 'state', 'text'],
  ['settled_at', 'atMs', 'instant'],
  ['status', 'status', 'integer'],
  ['code', 'code', 'text'],
  ['target', 'target', 'text'],
  ['zone', 'zone', 'text'],
  ['model', 'model', 'text'],
  ['attempts', 'attempts', 'integer'],
  ['bytes_private', 'bytesPrivate', 'bigint'],
  ['bytes_managed', 'bytesManaged', 'bigint'],
  ['masked', 'masked', 'jsonb'],
  ['first_token_ms', 'firstTokenMs', 'double precision'],
  ['duration_ms', 'durationMs', 'double precision'],
  ['input_tokens', 'inputTokens', 'bigint'],
  ['output_tokens', 'outputTokens', 'bigint'],
  ['estimated', 'estimated', 'boolean'],
  ['cost_micros', 'costMicros', 'bigint'],
  ['answer_hash', 'answer', 'text'],
]

const ADMITTED_NAMES = ADMITTED.map(([column]) => column).concat('admitted_wal', 'admitted_offset')
const SETTLED_NAMES = SETTLED.map(([column]) => column).concat('settled_wal', 'settled_offset')
const NAMES = [...ADMITTED_NAMES, ...SETTLED_NAMES]

/** An instant is cut as a `Date` cuts it: pages are read on by the instant of their last record. */
function typed(place: number, type: SqlType) {
  const value = sql`said ->> ${sql.lit(place)}`
  return type === 'instant'
    ? sql`to_timestamp(trunc((${value})::numeric) / 1000)`
    : sql`(${value})::${TYPES[type]}`
}

/** One row for each request. Of two lines of one kind the first counts, as it does when they come one after the other. */
function linesOfKind<Value extends string>(
  kind: 'A' | 'S',
  values: readonly Value[],
  taken: readonly Taken<Value>[],
) {
  const columns = taken.map(
    ([column, value, type]) => sql`${typed(values.indexOf(value), type)} AS ${sql.ref(column)}`,
  )
  return sql`
    SELECT DISTINCT ON (said ->> 0) said ->> 0 AS id, place, ${sql.join(columns)}
    FROM line WHERE kind = ${sql.lit(kind)} ORDER BY said ->> 0, place`
}

/** What a column takes that no single line fills: the time is that of the admission, the state that of the end. */
const COMPOSED: Partial<Record<Column, ReturnType<typeof sql>>> = {
  at: sql`coalesce(admitted.at, settled.settled_at)`,
  state: sql`coalesce(settled.state, 'admitted')`,
  admitted_wal: sql`CASE WHEN admitted.place IS NOT NULL THEN file.wal END`,
  admitted_offset: sql`admitted.place`,
  settled_wal: sql`CASE WHEN settled.place IS NOT NULL THEN file.wal END`,
  settled_offset: sql`settled.place`,
}

/** A line that is there stays whole as it is; one that is not is taken whole. */
function takenWhole(columns: readonly Column[], place: Column) {
  const stored = sql.ref(`request_record.${place}`)
  return sql.join(
    columns.map((column) => {
      const [old, fresh] = [sql.ref(`request_record.${column}`), sql.ref(`excluded.${column}`)]
      return sql`${sql.ref(column)} = CASE WHEN ${stored} IS NULL THEN ${fresh} ELSE ${old} END`
    }),
  )
}

const ROWS = sql`
  admitted AS (${linesOfKind('A', ADMITTED_COLUMNS, ADMITTED)}),
  settled AS (${linesOfKind('S', SETTLED_COLUMNS, SETTLED)}),
  written AS (
  INSERT INTO request_record (tenant_id, id, ${sql.join(NAMES.map((name) => sql.ref(name)))})
  SELECT file.tenant, id, ${sql.join(NAMES.map((name) => COMPOSED[name] ?? sql.ref(name)))}
  FROM admitted FULL JOIN settled USING (id) CROSS JOIN file
  ON CONFLICT (tenant_id, id) DO UPDATE
  SET ${takenWhole(ADMITTED_NAMES, 'admitted_offset')}, ${takenWhole(SETTLED_NAMES, 'settled_offset')}
  WHERE (request_record.admitted_offset IS NULL AND excluded.admitted_offset IS NOT NULL)
    OR (request_record.settled_offset IS NULL AND excluded.settled_offset IS NOT NULL)
  RETURNING at, principal, target, coalesce(budgets, '[]') AS budgets, admitted_offset, settled_offset,
    coalesce(input_tokens + output_tokens, 0) AS tokens, coalesce(cost_micros, 0) AS micros`

/**
 * What the records that became whole add to which counters. A row is written only while one of its lines is missing,
 * so each request comes by here once. A principal is charged to itself and to all that stand above it; a target where
 * it answered, or where nobody knows whether it did.
 */
const CHARGES = sql`
  used AS (
    SELECT principal, target, budgets, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
      sum(tokens) AS tokens, sum(micros) AS micros
    FROM written WHERE admitted_offset IS NOT NULL AND settled_offset IS NOT NULL AND tokens + micros > 0
    GROUP BY principal, target, budgets, day),
  above (principal, id) AS (
    SELECT DISTINCT principal, principal FROM used
    UNION SELECT above.principal, k.creator FROM above JOIN api_key k ON k.id = above.id)
  SELECT c.budget, c.period, c.unit,
    sum(CASE c.unit WHEN 'tokens' THEN tokens ELSE micros END) AS amount
  FROM used CROSS JOIN LATERAL (
    SELECT 'tenant:' || tenant FROM file
    UNION SELECT 'target:' || used.target
    UNION SELECT kind || above.id FROM above, (VALUES ('key:'), ('user:'), ('service:')) AS one (kind)
      WHERE above.principal = used.principal
    UNION SELECT id FROM jsonb_array_elements_text(used.budgets) AS one (id)
      WHERE id NOT LIKE 'target:%' OR used.target IS NULL) AS one (budget)
  JOIN budget_counter c ON c.budget = one.budget AND c.period IN (used.day, left(used.day, 7))
  GROUP BY c.budget, c.period, c.unit`

/**
 * Brings lines of one tenant into its table. Any line may come any number of times and before or after the other of
 * its request: what is there already is left alone, so that repeating costs no write. The lines travel as they were
 * written and the database reads them: nothing is parsed or built for each of them here. Returns what their cost is to
 * be charged to; empty where nothing of it is limited.
 */
export async function writeLines(
  tx: Tx,
  wal: string,
  { lines, scratch }: { readonly lines: readonly WrittenLine[]; readonly scratch: Scratch },
): Promise<readonly Charge[]> {
  const places = `{${lines.map(({ offset }) => offset).join()}}`
  const { rows } = await sql<CounterName & { amount: string }>`
    WITH RECURSIVE file (tenant, wal) AS (SELECT ${tx.tenant}::uuid, ${wal}::uuid),
    line AS MATERIALIZED (
      SELECT place, substr(text, 9, 1) AS kind, substr(text, 10)::jsonb AS said
      FROM unnest(string_to_array(${joined(lines, scratch)}::text, E'\\n'), ${places}::bigint[]) AS one (text, place)
    ),
    ${ROWS}),
    ${CHARGES}`.execute(tx.db)
  return rows.map(({ budget, period, unit, amount }) => ({ budget, period, unit, amount: Number(amount) }))
}

/** Their bytes without the last newline, for which the database would see another line. */
function joined(lines: readonly WrittenLine[], scratch: Scratch): Buffer {
  const text = scratch.of(lines.reduce((sum, { from, to }) => sum + to - from, 0))
  let at = 0
  for (let i = 0; i < lines.length;) {
    const first = lines[i]
    if (first === undefined) break
    let end = first.to
    // Lines that follow each other are copied together.
    for (i += 1; lines[i]?.from === end && lines[i]?.bytes === first.bytes; i += 1) end = lines[i]?.to ?? end
    at += first.bytes.copy(text, at, first.from, end)
  }
  return text.subarray(0, -1)
}
