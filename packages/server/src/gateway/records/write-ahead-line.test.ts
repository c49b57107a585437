import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WrittenLine } from './source.ts'
import { admitted, readLine, settled } from './write-ahead-house.ts'
import { admittedJson, admittedLine, readAdmitted, settledLine, tenantOf } from './write-ahead-line.ts'

/** A line that stands behind something else. */
function standing(line: Buffer): WrittenLine {
  const bytes = Buffer.concat([Buffer.from('before\n'), line])
  return { offset: 0, next: line.length, bytes, from: bytes.length - line.length, to: bytes.length }
}

test('the tenant of a line is found whatever the id of its request looks like', () => {
  const { tenant } = admitted(1)
  for (const request of [
    admitted(1).request,
    '',
    'req_1',
    'ä"\\"房',
    `req_${'0'.repeat(23)}ä`,
    'x'.repeat(80),
  ]) {
    assert.equal(tenantOf(standing(admittedLine(admitted(1, { request })))), tenant, request)
    assert.equal(tenantOf(standing(settledLine(settled(1, { request })))), tenant, request)
  }
})

test('a line says what was written, in any script', () => {
  const change = { principal: '房子 "ä" \\ \u2028', rule: null, findings: { EMAIL: 3 } }
  assert.deepEqual(readLine(standing(admittedLine(admitted(1, change)))).record, admitted(1, change))
  assert.deepEqual(readLine(standing(settledLine(settled(2)))).record, settled(2))
})

test('a line of an earlier version, which knew nothing of budgets, is read all the same', () => {
  const whole = admitted(1, { budgets: ['key:k'] })
  assert.deepEqual(readAdmitted(`A${admittedJson(whole)}`), whole)
  const earlier = admittedJson(whole).replace(/,\["key:k"\]\]$/, ']')
  assert.deepEqual(readAdmitted(`A${earlier}`), { ...whole, budgets: null })
  assert.throws(() => readAdmitted(`A${earlier.replace(/,"async"\]$/, ']')}`), /another number of columns/)
  assert.throws(() => readAdmitted(`A${admittedJson(whole).replace(/\]$/, ',1]')}`), /another number/)
})
