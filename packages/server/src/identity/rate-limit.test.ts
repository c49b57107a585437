import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { RateLimit } from './rate-limit.ts'

function limit({ burst = 3, everyMs = 10_000, maxKeys = 100 } = {}) {
  const hands = { now: 1_000_000 }
  return { hands, rate: new RateLimit({ now: () => hands.now }, { burst, everyMs }, maxKeys) }
}

function waitOf(attempt: () => void): number | null {
  try {
    attempt()
    return null
  } catch (error) {
    assert.ok(error instanceof Fault && error.code === 'too_many')
    return error.retryAfterS
  }
}

test('a burst passes, the next one is told how long to wait, and then it passes', () => {
  const { hands, rate } = limit()
  for (let n = 0; n < 3; n += 1)
    assert.equal(
      waitOf(() => rate.take('anna', 'wait')),
      null,
    )
  assert.equal(
    waitOf(() => rate.take('anna', 'wait')),
    10,
  )
  hands.now += 9999
  assert.equal(
    waitOf(() => rate.take('anna', 'wait')),
    1,
  )
  hands.now += 1
  assert.equal(
    waitOf(() => rate.take('anna', 'wait')),
    null,
  )
  assert.equal(
    waitOf(() => rate.take('anna', 'wait')),
    10,
  )
})

test('waiting at the door does not make the wait longer', () => {
  const { rate } = limit()
  for (let n = 0; n < 3; n += 1) rate.take('anna', 'wait')
  for (let n = 0; n < 50; n += 1)
    assert.equal(
      waitOf(() => rate.take('anna', 'wait')),
      10,
    )
})

test('one name being tried does not hold up another', () => {
  const { rate } = limit({ burst: 1 })
  rate.take('anna', 'wait')
  assert.equal(
    waitOf(() => rate.take('bert', 'wait')),
    null,
  )
})

test('an attempt that was right does not count', () => {
  const { rate } = limit({ burst: 1 })
  for (let n = 0; n < 5; n += 1) {
    rate.take('anna', 'wait')
    rate.giveBack('anna')
  }
  assert.equal(
    waitOf(() => rate.take('anna', 'wait')),
    null,
  )
})

test('the memory is bounded: drained names are forgotten, live ones never', () => {
  const { hands, rate } = limit({ burst: 1, maxKeys: 2 })
  rate.take('anna', 'wait')
  rate.take('bert', 'wait')
  assert.notEqual(
    waitOf(() => rate.take('carla', 'wait')),
    null,
  )
  assert.notEqual(
    waitOf(() => rate.take('anna', 'wait')),
    null,
  )
  hands.now += 10_000
  assert.equal(
    waitOf(() => rate.take('carla', 'wait')),
    null,
  )
})
