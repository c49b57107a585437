import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMarket } from '../system/skill-market.ts'

const ROUNDS = 50

test('a bundle of 200 KB with three signatures is verified in at most 20 ms of CPU', async (t) => {
  const more = new Map(
    Array.from(
      { length: 20 },
      (_, at) => [`docs/${at}.md`, Buffer.alloc(10_000, 'words and more words. ')] as const,
    ),
  )
  const { bytes, envelopes, verify } = await openMarket(more)
  assert.equal(envelopes.flatMap(({ signatures }) => signatures).length, 3)
  const first = process.cpuUsage()
  verify(bytes, envelopes)
  const cold = process.cpuUsage(first)
  const before = process.cpuUsage()
  for (let round = 0; round < ROUNDS; round += 1) verify(bytes, envelopes)
  const warm = process.cpuUsage(before)
  const ms = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000
  t.diagnostic(
    `${bytes.length} bytes: ${ms(cold).toFixed(1)} ms the first time, ${(ms(warm) / ROUNDS).toFixed(2)} ms later`,
  )
  assert.ok(ms(warm) / ROUNDS <= 20)
})
