import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estimatedTokens } from './phrasing.ts'

test('a Chinese character counts as one token, four others as one', () => {
  assert.equal(estimatedTokens('红杏书店'), 4)
  assert.equal(estimatedTokens('bookshop'), 2)
  assert.equal(estimatedTokens('书店 open'), 2 + 2)
  assert.equal(estimatedTokens('𠀀'), 2)
  assert.equal(estimatedTokens(''), 0)
})

test('ten million characters are counted without stopping the event loop, and nearly right', () => {
  const text = '书店 book'.repeat(1_500_000)
  const before = process.threadCpuUsage()
  const tokens = estimatedTokens(text)
  const { user, system } = process.threadCpuUsage(before)
  assert.ok(user + system < 100_000)
  const exact = 2 * 1_500_000 + Math.ceil((5 * 1_500_000) / 4)
  assert.ok(Math.abs(tokens - exact) < exact / 1000, `${tokens} instead of ${exact}`)
})
