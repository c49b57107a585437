import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonPart } from './reason-parts.ts'

test('a line that says what raised a class is read', () => {
  assert.deepEqual(reasonPart('caller: internal'), { by: 'caller', types: [], class: 'internal' })
  assert.deepEqual(reasonPart('found EMAIL, CN_RESIDENT_ID: confidential'), {
    by: 'found',
    types: ['EMAIL', 'CN_RESIDENT_ID'],
    class: 'confidential',
  })
})

test('a line that this app does not know yet is left to be shown as it is', () => {
  for (const line of ['moon: internal', 'caller: secret', 'found: ', ''])
    assert.equal(reasonPart(line), null, line)
})
