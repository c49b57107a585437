import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Circuits } from './circuits.ts'

function house(failures = 3) {
  const clock = { ms: 1000, failures }
  const told: string[] = []
  const circuits = new Circuits({
    failures: () => clock.failures,
    openMs: () => 1000,
    onOpened: ({ target, failures: count, retryInMs }) => void told.push(`${target} ${count} ${retryInMs}`),
    onClosed: (target) => void told.push(`${target} is back`),
    nowMs: () => clock.ms,
  })
  const fail = (times: number): void => {
    for (let n = 0; n < times; n += 1) circuits.failed('gpu', 'qwen')
  }
  return { clock, told, circuits, fail, waitMs: () => circuits.enter('gpu', 'qwen')?.waitMs ?? null }
}

test('a target that fails three times in a row is left alone, and each time longer', () => {
  const { clock, told, circuits, fail, waitMs } = house()
  fail(2)
  assert.equal(waitMs(), null)
  fail(1)
  assert.equal(waitMs(), 1000)
  assert.equal(circuits.enter('gpu', 'llama'), null, 'another model of it is')
  clock.ms += 1000
  assert.equal(waitMs(), null, 'one call finds out')
  assert.equal(waitMs(), 1000, 'and no second one beside it')
  fail(1)
  assert.equal(waitMs(), 2000)
  assert.deepEqual(told, ['gpu 3 1000', 'gpu 4 2000'])
})

test('the first call that goes well closes it, and a success between failures keeps it closed', () => {
  const { clock, told, circuits, fail, waitMs } = house()
  fail(2)
  circuits.succeeded('gpu', 'qwen')
  fail(2)
  assert.equal(waitMs(), null)
  fail(1)
  circuits.succeeded('gpu', 'qwen')
  assert.equal(waitMs(), 1000, 'an answer to a call of before says nothing about now')
  clock.ms += 1000
  assert.equal(waitMs(), null)
  circuits.succeeded('gpu', 'qwen')
  assert.equal(waitMs(), null)
  assert.deepEqual(
    circuits.of('gpu', () => true),
    [],
  )
  assert.deepEqual(told, ['gpu 3 1000', 'gpu is back'])
})

test('a call whose client left leaves the finding out to the next one', () => {
  const { clock, circuits, fail, waitMs } = house()
  fail(3)
  clock.ms += 1000
  assert.equal(waitMs(), null)
  circuits.abandoned('gpu', 'qwen')
  assert.equal(waitMs(), null)
  assert.equal(waitMs(), 1000)
})

test('a call that finds out and never ends does not close the way for ever', () => {
  const { clock, fail, waitMs } = house()
  fail(3)
  clock.ms += 1000
  assert.deepEqual([waitMs(), waitMs()], [null, 1000])
  clock.ms += 1000
  assert.deepEqual([waitMs(), waitMs()], [null, 1000])
})

test('a target that says when to come again is asked no sooner, for a minute at most', () => {
  const { clock, circuits, waitMs } = house()
  circuits.limited('gpu', 'qwen', 5000)
  assert.deepEqual(circuits.enter('gpu', 'qwen'), { waitMs: 5000, isLimited: true })
  clock.ms += 5000
  assert.equal(waitMs(), null)
  circuits.limited('gpu', 'qwen', 3_600_000)
  assert.equal(waitMs(), 60_000)
})

test('what is shown and counted names no model that is a text of clients', () => {
  const { circuits, fail } = house()
  fail(3)
  circuits.failed('gpu', 'sk-secret')
  assert.deepEqual(
    circuits.of('gpu', (model) => model === 'qwen'),
    [
      { model: 'qwen', state: 'open', failures: 3, retryInMs: 1000 },
      { model: '*', state: 'closed', failures: 1, retryInMs: null },
    ],
  )
  assert.deepEqual([...circuits.open()], [['gpu', 1]])
  circuits.forget()
  assert.deepEqual([circuits.of('gpu', () => true), circuits.enter('gpu', 'qwen')], [[], null])
})

test('switched off, also while it is open, nothing is spared', () => {
  const { clock, fail, waitMs } = house()
  fail(3)
  clock.failures = 0
  assert.equal(waitMs(), null)
  const off = house(0)
  off.fail(100)
  off.circuits.limited('gpu', 'qwen', 5000)
  assert.equal(off.waitMs(), null)
})

test('ten thousand names in trouble are remembered and no more', () => {
  const { circuits } = house(1)
  for (let n = 0; n < 10_001; n += 1) circuits.failed('gpu', `name ${n}`)
  assert.notEqual(circuits.enter('gpu', 'name 9999'), null)
  assert.equal(circuits.enter('gpu', 'name 10000'), null)
})
