import assert from 'node:assert/strict'
import { test } from 'node:test'
import { searchCanaries } from './canary-house.ts'

test('of hundreds of words in every field, none lies readable in database, log of the database, blobs, logs or traces', async (t) => {
  const report = await searchCanaries(500)
  assert.deepEqual(report.found, [])
  assert.equal(report.planted, 500)
  // The search finds each form of a word that does lie there.
  assert.equal(report.control, 7)
  t.diagnostic(`${report.planted} words in ${Math.round(report.bytes / 1e6)} MB`)
})
