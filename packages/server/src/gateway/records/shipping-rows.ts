import { sql } from 'kysely'
import type { Tx } from '../../store/store.ts'
import type { RequestRecordTable } from '../../store/tables.ts'
import type { Admitted, Settled } from './ledger.ts'
import type { WrittenLine } from './source.ts'

type Column = keyof RequestRecordTable
type Row = Readonly<Record<string, unknown>>

const KEY: readonly Column[] = ['tenant_id', 'id']
/** What the admitted line says. */
const ADMITTED: readonly Column[] = [
  'at',
  'admitted_wal',
  'admitted_offset',
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
]
/** What the settled line says. */
const SETTLED: readonly Column[] = [
  'state',
  'settled_wal',
  'settled_offset',
  'settled_at',
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
  'answer_hash',
]

const names = (columns: readonly Column[]) => sql.join(columns.map((column) => sql.ref(column)))
const ALL = names([...KEY, ...ADMITTED, ...SETTLED])

/** A line that is there stays whole as it is; one that is not is taken whole. */
function taken(columns: readonly Column[], place: Column) {
  const stored = sql.ref(`request_record.${place}`)
  return sql.join(
    columns.map((column) => {
      const [old, fresh] = [sql.ref(`request_record.${column}`), sql.ref(`excluded.${column}`)]
      return sql`${sql.ref(column)} = CASE WHEN ${stored} IS NULL THEN ${fresh} ELSE ${old} END`
    }),
  )
}

const TAKE_ADMITTED = taken(ADMITTED, 'admitted_offset')
const TAKE_SETTLED = taken(SETTLED, 'settled_offset')

/**
 * Brings lines of one tenant into its table. Any line may come any number of times and before or after the other of
 * its request: what is there already is left alone, so that repeating costs no write.
 */
export async function writeLines(tx: Tx, wal: string, lines: readonly WrittenLine[]): Promise<void> {
  const rows = JSON.stringify(rowsOf(tx.tenant, wal, lines))
  await sql`
    INSERT INTO request_record (${ALL})
    SELECT ${ALL} FROM json_populate_recordset(null::request_record, ${rows}::json)
    ON CONFLICT (tenant_id, id) DO UPDATE
    SET ${TAKE_ADMITTED}, ${TAKE_SETTLED}
    WHERE (request_record.admitted_offset IS NULL AND excluded.admitted_offset IS NOT NULL)
      OR (request_record.settled_offset IS NULL AND excluded.settled_offset IS NOT NULL)`.execute(tx.db)
}

/** One row for each request: a statement may not meet the same row twice. */
function rowsOf(tenant: string, wal: string, lines: readonly WrittenLine[]): readonly Row[] {
  const rows = new Map<string, Row>()
  for (const line of lines) {
    const { request } = line.record
    const known = rows.get(request)
    const said = line.kind === 'admitted' ? admittedRow(line.record) : settledRow(line.record)
    const place = { [`${line.kind}_wal`]: wal, [`${line.kind}_offset`]: line.offset }
    // Of two lines of one kind the first counts, as it does when they come one after the other.
    if (known?.[`${line.kind}_offset`] !== undefined) continue
    rows.set(request, { ...merged(known, said), ...place, tenant_id: tenant, id: request })
  }
  return [...rows.values()]
}

/** Time and state stand in both lines: the time is that of the admission, the state that of the end. */
function merged(known: Row | undefined, said: Row): Row {
  if (known === undefined) return said
  const [admitted, settled] = known['admitted_offset'] === undefined ? [said, known] : [known, said]
  return { ...settled, ...admitted, state: settled['state'] }
}

function admittedRow(record: Admitted): Row {
  return {
    at: instant(record.atMs),
    state: 'admitted',
    principal: record.principal,
    operation: record.operation,
    config: record.config,
    rule: record.rule,
    class: record.class,
    base_class: record.base,
    declared_class: record.declared,
    conversation_class: record.conversation,
    found_class: record.found,
    findings: record.findings,
    model_asked: record.modelAsked,
    bytes_in: record.bytesIn,
    reserved_tokens: record.reservedTokens,
    reserved_micros: record.reservedMicros,
    mode: record.mode,
  }
}

function settledRow(record: Settled): Row {
  return {
    at: instant(record.atMs),
    state: record.state,
    settled_at: instant(record.atMs),
    status: record.status,
    code: record.code,
    target: record.target,
    zone: record.zone,
    model: record.model,
    attempts: record.attempts,
    bytes_private: record.bytesPrivate,
    bytes_managed: record.bytesManaged,
    masked: record.masked,
    first_token_ms: record.firstTokenMs,
    duration_ms: record.durationMs,
    input_tokens: record.inputTokens,
    output_tokens: record.outputTokens,
    estimated: record.estimated,
    cost_micros: record.costMicros,
    answer_hash: record.answer,
  }
}

const instant = (ms: number): string => new Date(ms).toISOString()
