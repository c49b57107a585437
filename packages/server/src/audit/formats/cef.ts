import { canonicalJson } from '../log/canonical.ts'
import type { AuditRecord } from './audit-record.ts'

/** In the head a bar ends a field, in the extension an equals sign ends a name; a line end would end the event. */
const inHead = (text: string): string =>
  text.replaceAll(/[\\|]/g, String.raw`\$&`).replaceAll(/[\r\n]+/g, ' ')
const inExtension = (text: string): string =>
  text
    .replaceAll(/[\\=]/g, String.raw`\$&`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('\n', String.raw`\n`)

/** One event of the Common Event Format, version 0, without a line end. */
export function cef(record: AuditRecord, version: string): string {
  const { leaf, tenant, id, at, action, outcome, actor, subject, request, from, reason, detail } = record
  const severity = outcome === 'refused' ? '5' : '3'
  const head = ['CEF:0', 'Freehold', 'Freehold', version, action, action, severity]
  const extension: readonly (readonly [string, string | null])[] = [
    ['rt', String(Date.parse(at))],
    ['externalId', id],
    ['outcome', outcome === 'done' ? 'success' : 'failure'],
    ['suser', actor],
    ['src', from],
    ['reason', reason],
    ['cs1', subject],
    ['cs1Label', subject === null ? null : 'subject'],
    ['cs2', tenant],
    ['cs2Label', 'tenant'],
    ['cs3', request],
    ['cs3Label', request === null ? null : 'request'],
    ['cn1', String(leaf)],
    ['cn1Label', 'leaf'],
    ['msg', canonicalJson(detail)],
  ]
  const said = extension.flatMap(([name, value]) => (value === null ? [] : [`${name}=${inExtension(value)}`]))
  return `${head.map(inHead).join('|')}|${said.join(' ')}`
}
