import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillSlots, inputSlots } from './slots-of.ts'

/** A Wednesday. */
const TODAY = '2027-03-10'
const property = { type: 'string' }
const filled = (properties: object, text: string): object =>
  fillSlots(inputSlots({ type: 'object', properties }), text, TODAY)

test('values are told by the schema of a tool: pattern, format, enumeration and number', () => {
  const waybill = { ...property, pattern: 'YT\\d{13}' }
  assert.deepEqual(filled({ waybill }, '查运单yt1234567890123，谢谢'), { waybill: 'YT1234567890123' })
  assert.deepEqual(filled({ waybill }, '查运单 YT123'), {})
  const day = { ...property, format: 'date' }
  assert.deepEqual(filled({ from: day, to: day }, '从昨天到下周三'), { from: '2027-03-09', to: '2027-03-17' })
  assert.deepEqual(filled({ day }, 'next Friday'), { day: '2027-03-19' })
  assert.deepEqual(filled({ to: { ...property, format: 'email' } }, 'Write to Ann@Example.org today'), {
    to: 'ann@example.org',
  })
  const city = {
    oneOf: [
      { const: 'beijing', title: 'Beijing, 北京' },
      { const: 'shanghai', title: '上海' },
    ],
  }
  assert.deepEqual(filled({ city }, '北京明天下雨吗'), { city: 'beijing' })
  assert.deepEqual(
    filled({ amount: { type: 'number' }, currency: { enum: ['EUR', 'USD'] } }, 'Pay 1,200 EUR'),
    {
      amount: 1200,
      currency: 'EUR',
    },
  )
  assert.deepEqual(filled({ days: { type: 'integer' } }, '请三天假'), { days: 3 })
})

test('no two values take the same words, and what is no text or number is left alone', () => {
  const order = { ...property, format: 'code' }
  assert.deepEqual(
    filled(
      { count: { type: 'integer' }, order, day: { ...property, format: 'date' } },
      '5 boxes of SO-2041 on 2027-04-01',
    ),
    { day: '2027-04-01', order: 'SO-2041', count: 5 },
  )
  assert.deepEqual(
    filled({ flag: { type: 'boolean' }, list: { type: 'array' }, note: property }, 'yes 5'),
    {},
  )
  assert.deepEqual(filled({ broken: { ...property, pattern: '(' } }, 'anything'), {})
})
