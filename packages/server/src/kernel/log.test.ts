import { test } from 'node:test'
import assert from 'node:assert/strict'
import { causeOf } from './cause.ts'
import { Fault } from './fault.ts'
import type { Log, LogEventName, Severity } from './log.ts'
import { createLog, LOG_EVENTS } from './log.ts'
import { Secret } from './secret.ts'

function paper(level: Severity = 'debug'): {
  readonly log: Log
  readonly text: () => string
  readonly lines: () => readonly Record<string, unknown>[]
} {
  const written: string[] = []
  return {
    log: createLog({ level, write: (line) => written.push(line) }),
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

test('an event is one JSON line with a time, a severity, its name and its fields', () => {
  const { log, lines } = paper()
  log.info('server.ready', { address: 'http://127.0.0.1:7070', ms: 812 })
  const [{ ts, ...line } = {}] = lines()
  assert.deepEqual(line, {
    severity: 'info',
    event: 'server.ready',
    address: 'http://127.0.0.1:7070',
    ms: 812,
  })
  assert.match(String(ts), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

test('a line reads as JSON.stringify would write it, also a path with quotes', () => {
  const written: string[] = []
  let now = Date.UTC(2026, 1, 28, 23, 59, 59, 7)
  const log = createLog({ level: 'info', write: (line) => written.push(line), clock: { now: () => now } })
  const data = String.raw`C:\free "hold"\数据\${'\ud800'}`
  for (const laterMs of [0, 1, 991, 1, 1, 1000, -5000, 86_400_000]) {
    now += laterMs
    log.info('server.starting', { version: '0.1.0', node: null, data })
    assert.equal(
      written.pop(),
      `${JSON.stringify({
        severity: 'info',
        ts: new Date(now).toISOString(),
        event: 'server.starting',
        version: '0.1.0',
        data,
      })}\n`,
    )
  }
})

test('only the line of a request may wait, and not when it warns', () => {
  const waits: boolean[] = []
  const log = createLog({ level: 'info', write: (_line, mayWait) => waits.push(mayWait) })
  log.info('server.ready', { address: null, ms: 1 })
  log.info('request', nothing)
  log.warn('request', nothing)
  log.error('database.unreachable', {})
  assert.deepEqual(waits, [false, true, false, false])
})

test('an event below the level is not written, and the level can change while running', () => {
  const { log, lines } = paper('warn')
  log.info('database.reachable', {})
  log.setLevel('info')
  log.info('database.reachable', {})
  assert.equal(lines().length, 1)
})

test('what is null or not in the table does not appear', () => {
  const { log, text } = paper()
  const fields = { reason: 'signal', ms: null, content: 'Canary' }
  log.info('server.stopped', fields)
  assert.doesNotMatch(text(), /ms|Canary|content/)
})

test('a field that the table does not know, or of another kind, does not compile', () => {
  const { log, text } = paper()
  // @ts-expect-error no field of this event takes a text
  log.info('server.stopped', { reason: 'signal', ms: 1, content: 'Canary' })
  // @ts-expect-error the zone is one of three words
  log.info('request', { ...nothing, zone: 'Canary' })
  // @ts-expect-error milliseconds are a number
  log.info('server.ready', { address: null, ms: 'Canary' })
  // @ts-expect-error the event is not in the table
  assert.throws(() => log.info('Canary', {}))
  assert.doesNotMatch(text(), /Canary/)
})

const nothing = {
  request: 'req_1',
  method: null,
  route: null,
  status: null,
  ms: null,
  zone: null,
  class: null,
  code: null,
}

const CANARIES = [
  'Dear Dr. Canary, the patient is 53 years old',
  '张三的身份证号码是 Canary',
  'line one\nCanary',
  'postgres://user:Canary@db/house',
  'https://host/?q=Canary',
  'Canary@example.org, please',
  new Secret('Canary'),
  { text: 'Canary' },
  ['Canary'],
  'Canary '.repeat(200),
]

test('content or a secret prints in no field of any event', () => {
  for (const [event, kinds] of Object.entries(LOG_EVENTS)) {
    for (const name of Object.keys(kinds)) {
      for (const canary of CANARIES) {
        const { log, text, lines } = paper()
        // A caller that lies to the compiler.
        log.error(event as LogEventName, { [name]: canary })
        assert.doesNotMatch(text(), /Canary|张三/, `${event}.${name}`)
        assert.equal(lines()[0]?.[name], '[refused]')
      }
    }
  }
})

test('the canaries are found when the fields are printed unchecked', () => {
  assert.ok(
    CANARIES.filter((canary) => JSON.stringify(canary).includes('Canary')).length >= CANARIES.length - 1,
  )
})

test('words, ids, paths and addresses of ours do print', () => {
  const { log, lines } = paper()
  log.info('server.starting', { version: '0.1.0', node: 'v24.21.0', data: '/var/lib/free hold/data' })
  log.info('server.ready', { address: '[::1]:7070', ms: 0.5 })
  log.warn('request', {
    request: 'req_0123456789ab',
    method: 'POST',
    route: 'chat.completions',
    status: 403,
    ms: 3,
    zone: 'local',
    class: 'internal',
    code: 'above_ceiling',
  })
  assert.ok(!JSON.stringify(lines()).includes('[refused]'))
})

test('numbers that are none are refused', () => {
  const { log, text } = paper()
  log.info('server.ready', { address: 'localhost:1', ms: Number.NaN })
  assert.match(text(), /"ms":"\[refused\]"/)
})

test('a cause tells name, code and our own lines, and nothing of the message', () => {
  const { log, text, lines } = paper()
  const error = new TypeError(`Canary text\n    at Canary (file://${import.meta.dirname}/canary.ts:1:1)`)
  log.error('request.bug', { request: 'req_1', route: 'chat', ...causeOf(error) })
  assert.doesNotMatch(text(), /canary/i)
  assert.equal(lines()[0]?.['name'], 'TypeError')
  assert.match(String(lines()[0]?.['at']), /^kernel\/log\.test\.ts:\d+/)
})

test('a cause keeps the code of system errors and faults, and takes anything that is thrown', () => {
  assert.equal(causeOf(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })).code, 'ECONNREFUSED')
  assert.equal(causeOf(new Fault('not_found', 'x')).code, 'not_found')
  assert.deepEqual(causeOf('Canary'), { name: 'string', code: null, at: null })
  const lying = new Error('was this')
  lying.message = 'is that'
  lying.name = 'Canary with spaces'
  const { log, text } = paper()
  log.error('request.bug', { request: 'req_1', route: 'chat', ...causeOf(lying) })
  assert.match(text(), /"name":"\[refused\]"/)
})
