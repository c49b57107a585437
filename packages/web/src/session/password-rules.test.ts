import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingFrom } from './password-rules.ts'

test('a password is told how many characters it lacks, and none when it is long enough', () => {
  assert.equal(missingFrom('too short'), 6)
  assert.equal(missingFrom('a short sentence will do'), 0)
})
