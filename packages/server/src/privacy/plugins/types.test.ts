import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeOf } from './types.ts'

test('types of others become ours, as the configuration says first, and strange ones none', () => {
  const own = { DATE_TIME: 'DATE_OF_BIRTH', LOC: 'ignore' } as const
  const names = ['PERSON', 'US_SSN', 'CREDIT_CARD', 'DATE_TIME', 'LOC', 'NRP', 'constructor']
  assert.deepEqual(
    names.map((name) => typeOf(name, own)),
    ['PERSON', 'US_SSN', 'BANK_CARD', 'DATE_OF_BIRTH', null, null, null],
  )
})
