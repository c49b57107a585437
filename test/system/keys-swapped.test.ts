import assert from 'node:assert/strict'
import { test } from 'node:test'
import { swapReport } from './keys-swap.ts'

test('of hundreds of ciphertexts that were swapped in the database none opens, and each opens where it belongs', async () => {
  const { tried, opened, rows, control } = await swapReport(400)
  assert.ok(tried >= 400, `${tried}`)
  assert.deepEqual([opened, control], [0, rows])
})
