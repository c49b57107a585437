import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killUnderLoad } from '../system/gateway-kill.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 200)

test(`every request whose answer had begun has its record after ${ROUNDS} kills under load`, async (t) => {
  const { answered, lost, unknown } = await killUnderLoad(ROUNDS)
  t.diagnostic(JSON.stringify({ rounds: ROUNDS, answered, lost: lost.length, unknown }))
  assert.deepEqual(lost, [])
  assert.ok(answered > 50 * ROUNDS, `${answered} answers`)
})
