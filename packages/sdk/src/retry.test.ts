import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FreeholdError } from './error.ts'
import { resendAfterMs } from './retry.ts'
import type { Row } from './row.ts'

const read: Row = { method: 'GET', path: '/' }
const search: Row = { method: 'POST', path: '/', reads: true }
const create: Row = { method: 'POST', path: '/' }
const remove: Row = { method: 'DELETE', path: '/' }
const chat: Row = { method: 'POST', path: '/', model: true }

const refusal = (status: number, code = 'x', retryAfterMs: number | null = null): FreeholdError =>
  new FreeholdError(code, '', { status, retryAfterMs })
/** As Node tells of it. */
const cut = (code: string): FreeholdError =>
  new FreeholdError('unreachable', '', { cause: Object.assign(new Error(), { cause: { code } }) })

const again = (row: Row, error: unknown): boolean => resendAfterMs(row, error) !== null

test('what changes nothing, or changes it to the same, is sent again after a lost connection', () => {
  for (const row of [read, search, remove]) assert.ok(again(row, cut('ECONNRESET')))
  for (const row of [create, chat])
    for (const code of ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']) assert.ok(!again(row, cut(code)))
})

test('what was never sent is sent again, whatever it is', () => {
  for (const row of [create, chat]) assert.ok(again(row, cut('ECONNREFUSED')))
})

test('the server is asked again when it says that it did nothing', () => {
  for (const row of [read, create, chat, remove]) {
    assert.ok(again(row, refusal(429)))
    assert.ok(again(row, refusal(503, 'draining')))
    for (const status of [400, 401, 403, 404, 409, 500, 507]) assert.ok(!again(row, refusal(status)))
  }
  // A transaction may have been kept whose answer was lost.
  assert.ok(!again(create, refusal(503, 'unavailable')))
  assert.ok(again(chat, refusal(503, 'unavailable')))
  assert.ok(again(read, refusal(502)))
  assert.ok(!again(chat, refusal(502)))
})

test('it waits as long as the server says, and not for hours', () => {
  assert.equal(resendAfterMs(read, refusal(429, 'too_many', 2000)), 2000)
  assert.equal(resendAfterMs(read, refusal(429, 'over_limit', 3_600_000)), null)
})

test('a time that ran out is not another chance to wait as long', () => {
  assert.ok(!again(read, new FreeholdError('no_answer', '')))
})
