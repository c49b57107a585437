import { test } from 'node:test'
import assert from 'node:assert/strict'
import { firstRuns } from './first-runs.ts'

const runs = (form: string) =>
  Array.from({ length: 31 }, (_, length) => length).filter((length) => firstRuns(form) & (1 << length))

test('the first run of a form ends at its first sign, which may be missing', () => {
  assert.deepEqual(runs(String.raw`\d{3}-\d{2}`), [3])
  assert.deepEqual(runs(String.raw`\d{3}[- ]?\d{2}[- ]?\d{4}`), [3, 5, 9])
  assert.deepEqual(runs(String.raw`\d{12}|\d{10}`), [10, 12])
  assert.deepEqual(runs(String.raw`(?:IT ?)?\d{11}`), [2, 11, 13])
  assert.deepEqual(runs(String.raw`(?!BG|GB)[A-Z][A-Z] ?\d{2}`), [2, 4])
  assert.deepEqual(runs(String.raw`\d{6}[-+A-F]\d{3}`), [6, 10])
  assert.deepEqual(runs(String.raw`\d{1,2}\.?\d{3}`), [1, 2, 4, 5])
})
