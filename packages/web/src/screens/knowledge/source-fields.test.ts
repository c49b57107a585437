import assert from 'node:assert/strict'
import { test } from 'node:test'
import { initialValues, missingOf, originOf } from './source-fields.ts'

test('a form says what is missing, and sends what was filled in', () => {
  const values = { ...initialValues('web'), start: 'https://a.example/ \n https://b.example/', depth: '2' }
  assert.deepEqual(missingOf('web', initialValues('web')), ['start'])
  assert.deepEqual(originOf('web', values), {
    kind: 'web',
    start: ['https://a.example/', 'https://b.example/'],
    depth: 2,
    maxPages: 500,
  })
})
