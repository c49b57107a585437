import assert from 'node:assert/strict'
import { test } from 'node:test'
import { searchCanaries } from '../system/canary-house.ts'

const WORDS = Number(process.env['LONG_CANARIES'] ?? 10_000)

test(`of ${WORDS} words in every field, none lies readable in database, log of the database, blobs, logs or traces`, async (t) => {
  const report = await searchCanaries(WORDS)
  assert.deepEqual(report.found, [])
  assert.equal(report.control, 7)
  t.diagnostic(`${report.planted} words in ${Math.round(report.bytes / 1e6)} MB`)
})
