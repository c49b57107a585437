import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AUDIT_EVENTS } from '@freehold/contract/audit-events.ts'
import type { AuditRecord } from './audit-record.ts'
import { recordOf } from './audit-record.ts'
import { cef } from './cef.ts'
import { ocsf } from './ocsf.ts'
import { framed, syslogMessage } from './syslog.ts'

const RECORD: AuditRecord = {
  leaf: 7,
  tenant: '0a7d1c2e-0000-4000-8000-000000000001',
  id: '01a22860-4a49-7fe9-9845-addedb1be3da',
  at: '2026-11-29T17:35:28.842199Z',
  action: 'target.put',
  outcome: 'done',
  actor: 'local-operator',
  subject: 'house',
  request: 'req_ba36e7603007e823b3a7e037',
  from: '10.0.0.7',
  reason: null,
  detail: { zone: 'private', version: 2 },
}

/** The head and extension of a CEF line, read as its specification says. */
function readCef(line: string): {
  readonly head: readonly string[]
  readonly extension: Map<string, string>
} {
  const parts = line.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/)
  const pairs = [
    ...parts
      .slice(7)
      .join('|')
      .matchAll(/(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)/gs),
  ]
  const plain = (text: string): string =>
    text.replaceAll(/\\(.)/gs, (_, one: string) => ({ n: '\n', r: '\r' })[one] ?? one)
  return {
    head: parts.slice(0, 7).map(plain),
    extension: new Map(pairs.map(([, name = '', value = '']) => [name, plain(value)])),
  }
}

test('no text can end a field or a line of CEF', () => {
  const reason = 'a=b|c\\d\nCEF:0|x suser=root'
  const line = cef({ ...RECORD, action: 'x|y\\z', reason, subject: 'cs1=other' }, '1.0|beta')
  assert.doesNotMatch(line, /[\r\n]/)
  const { head, extension } = readCef(line)
  assert.deepEqual(head, ['CEF:0', 'Freehold', 'Freehold', '1.0|beta', 'x|y\\z', 'x|y\\z', '3'])
  assert.equal(extension.get('reason'), reason)
  assert.equal(extension.get('cs1'), 'cs1=other')
  assert.equal(extension.get('suser'), 'local-operator')
  assert.deepEqual(JSON.parse(extension.get('msg') ?? ''), RECORD.detail)
})

test('a syslog message keeps its structured data whatever the values hold', () => {
  const message = syslogMessage(
    { ...RECORD, subject: 'a"]b\\ü', outcome: 'refused' },
    { host: 'böse host', process: 12, body: '{"x":1}' },
  )
  assert.equal(
    message,
    '<108>1 2026-11-29T17:35:28.842199Z bsehost freehold 12 target.put [audit@32473 leaf="7" ' +
      `tenant="${RECORD.tenant}" id="${RECORD.id}" outcome="refused" actor="local-operator" ` +
      String.raw`subject="a\"\]b\\ü" request="req_ba36e7603007e823b3a7e037" from="10.0.0.7"] ` +
      '\uFEFF{"x":1}',
  )
  assert.equal(framed(message).toString(), `${Buffer.byteLength(message)} ${message}`)
})

test('every audit event has a class of OCSF, and what the class asks for', () => {
  const wanted: Readonly<Record<number, readonly string[]>> = {
    3001: ['user', 'actor'],
    3002: ['user'],
    3004: ['entity'],
    6002: ['app'],
    6003: ['api', 'actor', 'src_endpoint'],
  }
  for (const action of [...Object.keys(AUDIT_EVENTS), 'request.left']) {
    const event = ocsf({ ...RECORD, action }, '1.0') as Record<string, unknown>
    const of = Number(event['class_uid'])
    assert.equal(event['type_uid'], of * 100 + Number(event['activity_id']), action)
    assert.equal(event['time'], Date.parse(RECORD.at))
    for (const name of wanted[of] ?? ['none']) assert.ok(event[name] !== undefined, `${action}: ${name}`)
  }
  const refused = ocsf({ ...RECORD, action: 'session.refused', outcome: 'refused' }, '1.0') as Record<
    string,
    unknown
  >
  assert.deepEqual([refused['class_uid'], refused['activity_id'], refused['status_id']], [3002, 1, 2])
})

test('what was erased of an entry is told as unknown, and the rest stays', () => {
  const entry = JSON.stringify({ kind: 'event', ...RECORD, v: 1 })
  const record = recordOf({ leaf: 7, entry, values: { detail: { version: 2 } } })
  assert.deepEqual(
    [record.actor, record.from, record.action, record.at],
    [null, null, 'target.put', RECORD.at],
  )
  const left = { principal: 'key-1', target: 'openai', state: 'settled', at: RECORD.at }
  const request = recordOf({
    leaf: 8,
    entry: JSON.stringify({ kind: 'request', id: 'req_1', tenant: 't', logged: RECORD.at, v: 1 }),
    values: { record: left },
  })
  assert.deepEqual(
    [request.action, request.actor, request.subject, request.request],
    ['request.left', 'key-1', 'openai', 'req_1'],
  )
})
