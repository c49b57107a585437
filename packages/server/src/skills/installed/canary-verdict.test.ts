import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sum } from './call-figures.ts'
import { bucketOf, DURATION_BOUNDS_MS, quantile } from './call-figures.ts'
import { worse } from './canary-verdict.ts'

function sum(durations: readonly number[], failed = 0): Sum {
  const buckets = Array.from({ length: DURATION_BOUNDS_MS.length + 1 }, () => 0)
  for (const ms of durations) buckets[bucketOf(ms)] = (buckets[bucketOf(ms)] ?? 0) + 1
  return { calls: durations.length, failed, buckets }
}
const calls = (count: number, ms: number): readonly number[] => Array.from({ length: count }, () => ms)

test('a version that fails more often than the one beside it is taken back, once there are calls enough', () => {
  assert.equal(worse(sum(calls(9, 10), 9), sum(calls(100, 10))), null)
  assert.equal(worse(sum(calls(10, 10), 2), sum(calls(100, 10))), 'failures')
  assert.equal(worse(sum(calls(10, 10), 2), sum(calls(100, 10), 15)), null)
  assert.equal(worse(sum(calls(10, 10), 2), sum([])), 'failures')
})

test('a version that is much slower is taken back, and one that is a little slower is not', () => {
  assert.equal(worse(sum(calls(20, 500)), sum(calls(20, 100))), 'latency')
  assert.equal(worse(sum(calls(20, 20)), sum(calls(20, 4))), null)
  assert.equal(worse(sum(calls(20, 150)), sum(calls(20, 100))), null)
  // Without calls beside it there is nothing that it is slower than.
  assert.equal(worse(sum(calls(20, 5000)), sum([])), null)
})

test('durations are told by the bound that they kept', () => {
  const all = sum([...calls(95, 10), ...calls(5, 4000)])
  const [p95, p99] = [quantile(all, 0.95), quantile(all, 0.99)]
  assert.ok(p95 !== null && p95 >= 10 && p95 < 20)
  assert.ok(p99 !== null && p99 >= 4000 && p99 < 7000)
  assert.equal(quantile(sum([]), 0.5), null)
})
