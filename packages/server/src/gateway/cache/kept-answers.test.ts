import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantId } from '../../store/tenant-id.ts'
import type { Dropped } from './kept-answers.ts'
import { KeptAnswers } from './kept-answers.ts'

const ONE = tenantId('00000000-0000-4000-8000-000000000001')
const TWO = tenantId('00000000-0000-4000-8000-000000000002')
const FROM = { tenant: ONE, rule: 'file:1', target: 'house', ttlMs: 1000 }
const ANY_AGE = Number.POSITIVE_INFINITY

function shelf(maxBytes = 1_000_000) {
  const hands = { nowMs: 5_000_000, maxBytes }
  const dropped: [Dropped, number][] = []
  const kept = new KeptAnswers({
    nowMs: () => hands.nowMs,
    maxBytes: () => hands.maxBytes,
    dropped: (reason, entries) => void dropped.push([reason, entries]),
  })
  const keep = (key: string, from: object = {}, body = `answer of ${key}`): void =>
    kept.keep(key, { ...FROM, ...from }, Buffer.from(body))
  const has = (...keys: readonly string[]): boolean[] => keys.map((key) => kept.find(key, ANY_AGE) !== null)
  return { kept, hands, dropped, keep, has }
}

test('an answer comes back as it was kept, and only under its own key', () => {
  const { kept, keep } = shelf()
  keep('a')
  keep('b')
  assert.equal(kept.open('a').toString(), 'answer of a')
  const found = kept.find('a', ANY_AGE)
  assert.deepEqual([found?.tenant, found?.rule, found?.target], [ONE, 'file:1', 'house'])
  assert.equal(kept.find('c', ANY_AGE), null)
  assert.throws(() => kept.open('c'), /not kept/)
})

test('an answer is over when its time is over, and when the clock was set back before it', () => {
  const { kept, hands, keep, has, dropped } = shelf()
  keep('a')
  keep('b', { ttlMs: 5000 })
  hands.nowMs += 999
  assert.deepEqual(has('a', 'b'), [true, true])
  assert.equal(kept.find('a', 500), null, 'older than was asked for')
  assert.notEqual(kept.find('a', 999), null)
  hands.nowMs += 1
  assert.deepEqual(has('a', 'b'), [false, true])
  hands.nowMs -= 10_000
  kept.sweep()
  assert.deepEqual([kept.size, kept.bytes], [0, 0])
  assert.deepEqual(dropped, [
    ['expired', 1],
    ['expired', 1],
  ])
})

test('within its bytes those go first that were not used for longest', () => {
  const { kept, hands, keep, has, dropped } = shelf(4 * 2100)
  for (const key of 'abcd') keep(key, {}, 'x'.repeat(1000))
  kept.open('a')
  keep('e', {}, 'x'.repeat(1000))
  assert.deepEqual(has('a', 'b', 'c', 'd', 'e'), [true, false, true, true, true])
  hands.maxBytes = 2 * 2100
  kept.trim()
  assert.deepEqual(has('a', 'b', 'c', 'd', 'e'), [true, false, false, false, true])
  assert.ok(kept.bytes <= hands.maxBytes)
  keep('f', {}, 'x'.repeat(5000))
  assert.deepEqual(has('a', 'e', 'f'), [true, true, false], 'one that has no room moves nobody')
  hands.maxBytes = 0
  kept.trim()
  assert.deepEqual([kept.size, kept.bytes], [0, 0])
  assert.deepEqual(
    dropped.map(([reason]) => reason),
    ['room', 'room', 'room'],
  )
})

test('streams under way count as well, and take at most half', () => {
  const { kept, keep, has } = shelf(10_000)
  for (const key of 'abc') keep(key, {}, 'x'.repeat(2000))
  assert.ok(!kept.hold(6000))
  assert.ok(kept.hold(4000))
  assert.deepEqual(has('a', 'b', 'c'), [false, false, true])
  assert.ok(!kept.hold(2000))
  kept.letGo(4000)
  assert.ok(kept.bytes < 7000)
})

test('an answer that comes again takes the place of the one before', () => {
  const { kept, keep } = shelf()
  keep('a', {}, 'first')
  const { bytes } = kept
  keep('a', {}, 'other')
  assert.deepEqual([kept.open('a').toString(), kept.size, kept.bytes], ['other', 1, bytes])
})

test('a purge takes what it names of one tenant, and nothing of another', () => {
  const { kept, keep, has } = shelf()
  keep('a')
  keep('b', { target: 'cloud' })
  keep('c', { rule: 'file:2' })
  keep('d', { tenant: TWO })
  const before = kept.generation
  assert.equal(kept.purge(ONE, { target: 'cloud' }).entries, 1)
  assert.equal(kept.purge(ONE, { rule: 'file:2', target: 'cloud' }).entries, 0)
  assert.deepEqual(has('a', 'b', 'c', 'd'), [true, false, true, true])
  assert.deepEqual(
    kept.listOf(ONE).map(({ rule, target, entries }) => [rule, target, entries]),
    [
      ['file:1', 'house', 1],
      ['file:2', 'house', 1],
    ],
  )
  assert.equal(kept.purge(ONE).entries, 2)
  assert.deepEqual([kept.tenants, kept.listOf(ONE)], [[TWO], []])
  assert.equal(kept.generation, before + 3)
  kept.clear('rules')
  assert.deepEqual([kept.size, kept.bytes, kept.tenants], [0, 0, []])
})

test('nothing that is kept shows an answer', () => {
  const { kept } = shelf()
  const canary = 'zygomorphic answer '.repeat(20)
  kept.keep('a', FROM, Buffer.from(canary))
  // What `find` hands out is the entry itself, with all that hangs on it.
  const held = Object.values(kept.find('a', ANY_AGE) ?? {})
  const buffers = held.filter((value) => Buffer.isBuffer(value))
  assert.ok(buffers.some((bytes) => bytes.length > canary.length && bytes.buffer.byteLength === bytes.length))
  const shows = (bytes: Buffer): boolean => bytes.includes('zygomorphic')
  assert.ok(!buffers.some(shows) && !JSON.stringify(held.map(String)).includes('zygomorphic'))
  assert.ok(shows(kept.open('a')))
})
