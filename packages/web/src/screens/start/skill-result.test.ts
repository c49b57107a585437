import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultRows } from './skill-result.ts'

test('what was calculated is shown row by row, errors and all', () => {
  const value = [
    { formula: '=A1', value: 3 },
    { formula: '=1/0', error: '#DIV/0!' },
    { formula: '=B1', value: 'gain' },
  ]
  assert.deepEqual(
    resultRows(value).map((row) => row.value),
    ['3', '#DIV/0!', 'gain'],
  )
})

test('a result of another form is shown as it is', () => {
  assert.deepEqual(resultRows({ a: 1 }), [{ formula: '', value: '{"a":1}' }])
  assert.deepEqual(resultRows([4]), [{ formula: '', value: '4' }])
})
