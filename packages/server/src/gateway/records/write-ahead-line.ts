import type { Admitted, Settled } from './ledger.ts'
import type { WrittenLine } from './source.ts'
import { lineOf, payloadOf } from './write-ahead-batch.ts'

const ADMITTED = [
  'request',
  'tenant',
  'principal',
  'operation',
  'atMs',
  'config',
  'rule',
  'class',
  'base',
  'declared',
  'conversation',
  'found',
  'findings',
  'modelAsked',
  'bytesIn',
  'reservedTokens',
  'reservedMicros',
  'mode',
  'budgets',
] as const satisfies readonly (keyof Admitted)[]

const SETTLED = [
  'request',
  'tenant',
  'state',
  'atMs',
  'status',
  'code',
  'target',
  'zone',
  'model',
  'attempts',
  'bytesPrivate',
  'bytesManaged',
  'masked',
  'firstTokenMs',
  'durationMs',
  'inputTokens',
  'outputTokens',
  'estimated',
  'costMicros',
  'answer',
] as const satisfies readonly (keyof Settled)[]

/** A column that the tables above forget does not compile. */
type Whole<T, C extends readonly (keyof T)[]> = Exclude<keyof T, C[number]> extends never ? C : never
/** The values of an `A` line, in their order. */
export const ADMITTED_COLUMNS: Whole<Admitted, typeof ADMITTED> = ADMITTED
/** The values of an `S` line, in their order. */
export const SETTLED_COLUMNS: Whole<Settled, typeof SETTLED> = SETTLED

/** An array instead of an object: half the bytes and two thirds of the time. The request id comes first. */
export function admittedJson(record: Admitted): string {
  // Written out and not mapped over the columns: this is the hot path, and mapping costs three times as much.
  const values = [
    record.request,
    record.tenant,
    record.principal,
    record.operation,
    record.atMs,
    record.config,
    record.rule,
    record.class,
    record.base,
    record.declared,
    record.conversation,
    record.found,
    record.findings,
    record.modelAsked,
    record.bytesIn,
    record.reservedTokens,
    record.reservedMicros,
    record.mode,
    record.budgets,
  ]
  return JSON.stringify(values)
}

/** As `admittedJson`, of a request that is over. */
export function settledJson(record: Settled): string {
  const values = [
    record.request,
    record.tenant,
    record.state,
    record.atMs,
    record.status,
    record.code,
    record.target,
    record.zone,
    record.model,
    record.attempts,
    record.bytesPrivate,
    record.bytesManaged,
    record.masked,
    record.firstTokenMs,
    record.durationMs,
    record.inputTokens,
    record.outputTokens,
    record.estimated,
    record.costMicros,
    record.answer,
  ]
  return JSON.stringify(values)
}

/** The line as it stands in a file. */
export function admittedLine(record: Admitted): Buffer {
  return lineOf('A', admittedJson(record))
}

/** As `admittedLine`, of a request that is over. */
export function settledLine(record: Settled): Buffer {
  return lineOf('S', settledJson(record))
}

/** Reads what `admittedLine` wrote. Only for lines whose seal was found good. */
export function readAdmitted(payload: string): Admitted {
  // The seal says that these bytes are the ones that were written, from a value of this type.
  return zip(ADMITTED_COLUMNS, payload, 1) as unknown as Admitted
}

/** Reads what `settledLine` wrote. Only for lines whose seal was found good. */
export function readSettled(payload: string): Settled {
  // As above.
  return zip(SETTLED_COLUMNS, payload) as unknown as Settled
}

/** Otherwise it is one of an admission. */
export function isSettledPayload(payload: string): boolean {
  return payload.startsWith('S')
}

/** The id of the request of a line, without reading the rest. */
export function requestOf(payload: string): string {
  const end = payload.indexOf('"', 3)
  // An id with an escape is not one of ours; read it the long way and be right.
  const id = payload.slice(3, end)
  return id.includes('\\') ? readAdmitted(payload).request : id
}

/** `younger`: so many of the last columns are missing in lines of earlier versions, and are null there. */
function zip(columns: readonly string[], payload: string, younger = 0): Record<string, unknown> {
  const values: unknown = JSON.parse(payload.slice(1))
  if (!Array.isArray(values) || values.length > columns.length || values.length < columns.length - younger) {
    throw new Error(`a line of the request records has another number of columns than ${columns.length}`)
  }
  return Object.fromEntries(columns.map((column, i) => [column, values[i] ?? null]))
}

/** Where the tenant stands behind a CRC, a kind and an id of the usual length: `0123abcdA["req_…","018f…"`. */
const TENANT = { from: 42, to: 78 }
const [QUOTE, COMMA] = ['"'.charCodeAt(0), ','.charCodeAt(0)]

/** The tenant of a line, without reading the rest where its place is the usual one. */
export function tenantOf(line: WrittenLine): string {
  const { bytes, from } = line
  const at = from + TENANT.from
  const isUsual =
    bytes[at - 3] === QUOTE &&
    bytes[at - 2] === COMMA &&
    bytes[at - 1] === QUOTE &&
    bytes[from + TENANT.to] === QUOTE
  if (isUsual) return bytes.toString('latin1', at, from + TENANT.to)
  const payload = payloadOf(line)
  return (isSettledPayload(payload) ? readSettled(payload) : readAdmitted(payload)).tenant
}

/** What closes a request of which nobody knows how it ended: it is charged with what was reserved for it. */
export function closedAsUnknown(admitted: Admitted, atMs: number): Settled {
  return {
    request: admitted.request,
    tenant: admitted.tenant,
    state: 'unknown',
    atMs,
    status: null,
    code: 'unknown',
    target: null,
    zone: null,
    model: null,
    attempts: 0,
    bytesPrivate: 0,
    bytesManaged: 0,
    masked: {},
    firstTokenMs: null,
    durationMs: null,
    inputTokens: admitted.reservedTokens,
    outputTokens: 0,
    estimated: true,
    costMicros: admitted.reservedMicros,
    answer: null,
  }
}
