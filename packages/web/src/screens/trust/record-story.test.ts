import assert from 'node:assert/strict'
import { test } from 'node:test'
import { becauseOf, outcomeOf } from './record-story.ts'

const settled = { state: 'settled', code: 'ok', status: 200, zone: 'managed', cached: false } as const

test('a record says where its request was answered, or what kept it', () => {
  assert.equal(outcomeOf(settled), 'managed')
  assert.equal(outcomeOf({ ...settled, cached: true }), 'kept')
  assert.equal(outcomeOf({ ...settled, state: 'failed', code: 'stays_home', zone: null }), 'stayed')
  assert.equal(outcomeOf({ ...settled, state: 'failed', code: 'upstream_down' }), 'refused')
  assert.equal(outcomeOf({ ...settled, status: 429 }), 'refused')
  assert.equal(outcomeOf({ ...settled, state: 'admitted', zone: null }), 'open')
  assert.equal(outcomeOf({ ...settled, state: 'unknown' }), 'unknown')
})

test('only what raised a class is named', () => {
  const record = {
    class: 'confidential',
    classes: { base: 'internal', declared: 'public', conversation: 'internal', found: 'confidential' },
    findings: { EMAIL: 1, PHONE: 2 },
  } as const
  assert.deepEqual(becauseOf(record), ['caller: internal', 'found EMAIL, PHONE: confidential'])
  assert.deepEqual(becauseOf({ ...record, classes: { ...record.classes, conversation: 'confidential' } }), [
    'caller: internal',
    'conversation: confidential',
  ])
})
