import type { AuditRecord } from './audit-record.ts'

/** RFC 5424 section 6.2.1: log audit, informational or warning. */
const AUDIT = 13
const severityOf = (outcome: AuditRecord['outcome']): number => (outcome === 'refused' ? 4 : 6)

/** RFC 5424 section 6.3.3; the values are UTF-8. */
const parameter = ([name, value]: readonly [string, string | null]): string =>
  value === null ? '' : ` ${name}="${value.replaceAll(/["\\\]]/g, String.raw`\$&`)}"`

/** Printable ASCII without spaces, of this length at most; a dash where nothing is left. */
const word = (text: string, most: number): string => text.replaceAll(/[^!-~]/g, '').slice(0, most) || '-'

/** The number that RFC 5612 sets apart for where none is assigned. */
const SD_ID = 'audit@32473'

/** One message of RFC 5424, without a frame. `leaf` tells one that comes twice. */
export function syslogMessage(
  record: AuditRecord,
  { host, process, body }: { readonly host: string; readonly process: number; readonly body: string },
): string {
  const { leaf, tenant, id, at, action, outcome, actor, subject, request, from } = record
  const parameters: readonly (readonly [string, string | null])[] = [
    ['leaf', String(leaf)],
    ['tenant', tenant],
    ['id', id],
    ['outcome', outcome],
    ['actor', actor],
    ['subject', subject],
    ['request', request],
    ['from', from],
  ]
  const head = `<${AUDIT * 8 + severityOf(outcome)}>1 ${at} ${word(host, 255)} freehold ${process} ${word(action, 32)}`
  return `${head} [${SD_ID}${parameters.map(parameter).join('')}] \uFEFF${body}`
}

/** A signed checkpoint as a message of its own: with it, a receiver holds what the log cannot go back behind. */
export function checkpointMessage(
  note: string,
  { host, process, at }: { readonly host: string; readonly process: number; readonly at: string },
): string {
  const head = `<${AUDIT * 8 + severityOf('done')}>1 ${at} ${word(host, 255)} freehold ${process} checkpoint`
  return `${head} - \uFEFF${JSON.stringify({ at, checkpoint: note })}`
}

/** RFC 5425 section 4.3: the length in octets stands before the message. */
export function framed(message: string): Buffer {
  const bytes = Buffer.from(message)
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
}
