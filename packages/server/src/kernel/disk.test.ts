import { test } from 'node:test'
import assert from 'node:assert/strict'
import { freeBytes, requireSpace } from './disk.ts'
import { Fault } from './fault.ts'

test('writing is allowed while more is free than the reserve', async () => {
  assert.ok((await freeBytes(import.meta.dirname)) > 0)
  await requireSpace(import.meta.dirname, 0)
})

test('writing is refused below the reserve, and the refusal says what would help', async () => {
  await assert.rejects(requireSpace(import.meta.dirname, Number.MAX_SAFE_INTEGER), (error) => {
    assert.ok(error instanceof Fault)
    assert.deepEqual([error.code, error.status, error.retryAfterS], ['storage_full', 507, 60])
    assert.match(error.message, /\d+ MiB are free .* free or add disk space/)
    assert.ok(!error.message.includes(import.meta.dirname), 'callers do not learn where the data lies')
    return true
  })
})
