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

test('within its bytes the oldest go first, unless they were asked for', () => {
  // Three quarters are for answers, which take 35 bytes more than they have.
  const { kept, hands, keep, has, dropped } = shelf((4 * 10_035 * 4) / 3)
  for (const key of ['a', 'b', 'c', 'd']) keep(key, {}, 'x'.repeat(10_000))
  assert.equal(kept.open('a').length, 10_000)
  keep('e', {}, 'x'.repeat(10_000))
  assert.deepEqual(has('a', 'b', 'c', 'd', 'e'), [true, false, true, true, true])
  assert.equal(kept.open('a').toString(), 'x'.repeat(10_000))
  keep('f', {}, 'x'.repeat(50_000))
  assert.deepEqual(
    has('a', 'c', 'd', 'e', 'f'),
    [true, true, true, true, false],
    'what has no room moves nobody',
  )
  hands.maxBytes /= 2
  keep('g')
  assert.deepEqual(has('a', 'g'), [false, true])
  hands.maxBytes = 0
  kept.fit()
  keep('h')
  assert.deepEqual([kept.size, kept.bytes], [0, 0])
  assert.deepEqual(dropped, [
    ['room', 1],
    ['room', 4],
    ['room', 1],
  ])
})

test('however small the answers are, there are no more than memory for their entries', () => {
  const { kept, keep, has } = shelf(8 * 512 * 10)
  for (let n = 0; n < 50; n += 1) keep(String(n), {}, '')
  assert.deepEqual([kept.size, has('39', '40', '49')], [10, [false, true, true]])
})

test('streams under way take at most an eighth', () => {
  const { kept } = shelf(80_000)
  assert.ok(!kept.hold(10_001))
  assert.ok(kept.hold(6000))
  assert.ok(!kept.hold(6000))
  assert.equal(kept.bytes, 6000)
  kept.letGo(6000)
  assert.ok(kept.hold(6000))
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

test('nothing that is kept shows an answer', (t) => {
  const memory: Buffer[] = []
  // The ring is the one piece of memory that answers are kept in, and it is asked for here.
  t.mock.method(Buffer, 'allocUnsafeSlow', (sizeBytes: number) => {
    memory.push(Buffer.alloc(sizeBytes))
    return memory.at(-1)
  })
  const { kept } = shelf()
  const canary = 'zygomorphic answer '.repeat(20)
  kept.keep('a', FROM, Buffer.from(canary))
  const shows = (bytes: Buffer): boolean => bytes.includes('zygomorphic')
  assert.deepEqual(memory.filter(({ length }) => length > canary.length).map(shows), [false])
  assert.ok(
    !JSON.stringify(kept.find('a', ANY_AGE), (name, value: unknown) =>
      name === 'shelf' ? 0 : value,
    ).includes('zygomorphic'),
  )
  assert.ok(shows(kept.open('a')))
})
