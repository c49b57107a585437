import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rewrapReport } from '../system/keys-rewrap.ts'
import { swapReport } from '../system/keys-swap.ts'

const KEYS = Number(process.env['LONG_KEYS'] ?? 100_000)
const SWAPS = Number(process.env['LONG_SWAPS'] ?? 10_000)

test(`${KEYS} data keys are wrapped anew within a minute, and nobody who reads and writes meanwhile fails`, async (t) => {
  const report = await rewrapReport(KEYS)
  assert.deepEqual(report.failures, [])
  assert.equal(report.rewrapped, KEYS)
  assert.ok(report.requests > 0)
  t.diagnostic(JSON.stringify(report))
})

test(`of ${SWAPS} ciphertexts that were swapped in the database none opens`, async (t) => {
  const report = await swapReport(SWAPS)
  assert.equal(report.opened, 0)
  assert.ok(report.tried >= SWAPS)
  // Each one opens where it belongs.
  assert.equal(report.control, report.rows)
  t.diagnostic(JSON.stringify(report))
})
