import { dataClass } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RequestView } from '@freehold/contract/requests.ts'
import type { Selectable } from 'kysely'
import type { RequestRecordTable } from '../../store/tables.ts'

/** The part of a record that may leave, once its admission is known. */
export function presentRequest(row: Selectable<RequestRecordTable>): RequestView {
  const reserved = {
    tokens: Number(row.reserved_tokens ?? 0),
    cost: inUnits(Number(row.reserved_micros ?? 0)),
  }
  return {
    id: row.id,
    state: row.state,
    operation: row.operation ?? '',
    principal: row.principal ?? '',
    at: row.at.toISOString(),
    settledAt: row.settled_at?.toISOString() ?? null,
    config: row.config === '' ? null : row.config,
    rule: row.rule,
    class: dataClass.parse(row.class),
    classes: {
      base: dataClass.parse(row.base_class),
      declared: classOrNull(row.declared_class),
      conversation: classOrNull(row.conversation_class),
      found: classOrNull(row.found_class),
    },
    findings: row.findings ?? {},
    modelAsked: row.model_asked,
    target: row.target,
    zone: row.zone,
    model: row.model,
    attempts: row.attempts ?? 0,
    cached: row.status !== null && row.attempts === 0 && row.target !== null,
    status: row.status,
    code: row.code,
    bytesIn: Number(row.bytes_in ?? 0),
    bytesOut: { private: Number(row.bytes_private ?? 0), managed: Number(row.bytes_managed ?? 0) },
    masked: row.masked ?? {},
    timeToFirstTokenMs: hundredths(row.first_token_ms),
    durationMs: hundredths(row.duration_ms),
    usage: usageOf(row),
    cost: row.cost_micros === null ? null : inUnits(Number(row.cost_micros)),
    reserved,
    record: row.mode ?? 'async',
  }
}

/** Money is kept in whole millionths. */
export function inUnits(micros: number): number {
  return micros / 1_000_000
}

function usageOf(row: Selectable<RequestRecordTable>): RequestView['usage'] {
  const [input, output] = [Number(row.input_tokens ?? 0), Number(row.output_tokens ?? 0)]
  return input + output === 0 ? null : { input, output, estimated: row.estimated ?? false }
}

const classOrNull = (text: string | null): DataClass | null => (text === null ? null : dataClass.parse(text))
const hundredths = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 100) / 100)
