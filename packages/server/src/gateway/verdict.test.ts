import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import type { OutsideAttempt } from './asked.ts'
import { Load } from './balance/load.ts'
import type { LiveBody } from './call/upstream-call.ts'
import { Circuits } from '../kernel/circuits.ts'
import { askedToWaitMs, Verdict } from './verdict.ts'

const STREAM: LiveBody = { watch: null, abort() {}, forward: () => Promise.resolve() }

function house({ knowsCallers = false } = {}) {
  const circuits = new Circuits({
    failures: () => 3,
    openMs: () => 1000,
    onOpened() {},
    onClosed() {},
    nowMs: () => 1,
  })
  const load = new Load(
    {
      slowStartMs: () => 0,
      ejectPercent: () => 0,
      ejectMs: () => 0,
      onEjected() {},
      nowMs: () => 1,
    },
    0,
  )
  // Nothing else of an attempt is read here.
  const attempt = { target: { name: 'gpu' }, model: 'm' } as OutsideAttempt
  const call = (): Verdict => new Verdict({ circuits, attempt, knowsCallers, turn: load.begin(true) })
  const head = (verdict: Verdict, status: number, headers: IncomingHttpHeaders = {}): void =>
    verdict.answered({ status, headers, body: STREAM, error: null, firstByteMs: 50 }, status, status >= 500)
  return { load, call, head, circuit: () => circuits.of('gpu', () => true)[0] }
}

test('a stream that breaks counts as a failure, however well it began', () => {
  const { load, call, head, circuit } = house()
  for (let n = 0; n < 3; n += 1) {
    const verdict = call()
    head(verdict, 200)
    assert.equal(load.inFlight, 1)
    verdict.over(new Fault('upstream_broke', 'cut'))
  }
  assert.deepEqual([circuit()?.state, load.inFlight], ['open', 0])
  assert.ok(load.failing > 0.2)
})

test('one that ends well forgets the failures before it, also where the whole of it came at once', () => {
  const { load, call, head, circuit } = house()
  const broken = (): void => call().over(new Fault('upstream_down', 'gone'))
  broken()
  broken()
  const stream = call()
  head(stream, 200)
  assert.equal(circuit()?.failures, 2)
  stream.over(null)
  assert.equal(circuit(), undefined)
  broken()
  const whole = call()
  whole.over(null)
  assert.deepEqual([circuit()?.failures, load.inFlight], [1, 1], 'nobody has looked at its head yet')
  head(whole, 200)
  assert.deepEqual([circuit(), load.inFlight], [undefined, 0])
})

test('what an answer said is not changed by how it is thrown away', () => {
  const { load, call, head, circuit } = house()
  const refused = call()
  head(refused, 429)
  refused.over(new Fault('upstream_broke', 'Another target was tried.'))
  assert.deepEqual([circuit(), load.failing, load.inFlight], [undefined, 0, 0])
})

test('an answer of 500 or more counts against its target, though it is passed on and opens no circuit', () => {
  const { load, call, head, circuit } = house()
  const poison = call()
  poison.answered({ status: 500, headers: {}, body: STREAM, error: null, firstByteMs: 50 }, 500, false)
  poison.over(null)
  assert.ok(load.failing > 0)
  const before = load.failing
  const wrong = call()
  head(wrong, 400)
  wrong.over(null)
  assert.deepEqual([circuit(), load.failing < before], [undefined, true])
})

test('a client that leaves says nothing about the target, and neither does a call that was never made', () => {
  const { load, call, head, circuit } = house()
  const left = call()
  head(left, 200)
  left.over(new Fault('client_left', 'left'))
  const unmade = call()
  unmade.abandoned()
  unmade.abandoned()
  assert.deepEqual([circuit(), load.failing, load.inFlight], [undefined, 0, 0])
})

test('a target says when it will be back in seconds, in milliseconds or as a date by its own clock', () => {
  const now = 'Sun, 06 Nov 1994 08:49:37 GMT'
  const waits = (said: string, more: IncomingHttpHeaders = {}) =>
    askedToWaitMs({ date: now, 'retry-after': said, ...more })
  assert.equal(waits('3'), 3000)
  assert.equal(waits('3', { 'retry-after-ms': '250' }), 250)
  for (const date of [
    'Sun, 06 Nov 1994 08:49:47 GMT',
    'Sunday, 06-Nov-94 08:49:47 GMT',
    'Sun Nov  6 08:49:47 1994',
  ])
    assert.equal(waits(date), 10_000, date)
  for (const said of ['0', '-1', 'soon', '', 'NaN', 'Infinity', now, 'Sun, 06 Nov 1994 08:49:30 GMT'])
    assert.equal(waits(said), null, said)
  assert.equal(askedToWaitMs({ 'retry-after': 'Sun, 06 Nov 1994 08:49:47 GMT' }), null)
  const { call, head, circuit } = house()
  head(call(), 503, { date: now, 'retry-after': 'Sun, 06 Nov 1994 08:49:47 GMT' })
  assert.equal(circuit()?.retryInMs, 10_000)
})
