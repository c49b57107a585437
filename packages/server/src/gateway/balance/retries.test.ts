import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Retries } from './retries.ts'

function house(most = 1) {
  const clock = { ms: 5000, random: 0.5 }
  const retries = new Retries({ most, random: () => clock.random, nowMs: () => clock.ms })
  const ask = (times: number): void => {
    for (let n = 0; n < times; n += 1) retries.asked()
  }
  const granted = (): number => {
    let count = 0
    while (typeof retries.wait(1, null) === 'number') count += 1
    return count
  }
  return { clock, retries, ask, granted }
}

test('retries are a tenth of the requests of the last ten seconds, and ten more', () => {
  const { clock, retries, ask, granted } = house()
  assert.equal(granted(), 10)
  assert.equal(retries.wait(1, null), 'over_budget')
  ask(100)
  assert.equal(granted(), 10)
  clock.ms += 9000
  assert.equal(granted(), 0)
  clock.ms += 1000
  assert.equal(granted(), 10, 'the requests of before count no more either')
  clock.ms += 1_000_000
  ask(50)
  clock.ms += 5000
  ask(50)
  assert.equal(granted(), 20)
})

test('the wait is a random one that may grow, and never shorter than what the target asks for', () => {
  const { clock, retries } = house(5)
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((nth) => retries.wait(nth, null)),
    [50, 100, 200, 400, 500, null],
  )
  clock.random = 0
  assert.equal(retries.wait(1, 1500), 1500)
  assert.equal(retries.wait(1, 2001), null)
})

test('switched off nothing is asked again, and what is asked beside a slow call still has its budget', () => {
  const { retries, ask } = house(0)
  ask(100)
  assert.equal(retries.wait(1, null), null)
  const spent = Array.from({ length: 30 }, () => retries.spend()).filter(Boolean).length
  assert.equal(spent, 20)
})
