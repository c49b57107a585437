import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskedSpans } from './masked-spans.ts'

test('what stands in the place of a value is found by its form', () => {
  const text = 'To [EMAIL_k7f2_1] of [CN_RESIDENT_ID_ab12_10], [PHONE], [TODO] and [DATE_OF_BIRTH 90+].'
  const types = { EMAIL: 1, CN_RESIDENT_ID: 1, PHONE: 1, DATE_OF_BIRTH: 1 }
  assert.deepEqual(
    maskedSpans(text, types).map(({ start, end, type }) => [type, text.slice(start, end)]),
    [
      ['EMAIL', '[EMAIL_k7f2_1]'],
      ['CN_RESIDENT_ID', '[CN_RESIDENT_ID_ab12_10]'],
      ['PHONE', '[PHONE]'],
      ['DATE_OF_BIRTH', '[DATE_OF_BIRTH 90+]'],
    ],
  )
})

test('what only looks like a placeholder of something that was not masked is left alone', () => {
  assert.deepEqual(maskedSpans('[NOTE_abcd_1]', { EMAIL: 1 }), [])
})
