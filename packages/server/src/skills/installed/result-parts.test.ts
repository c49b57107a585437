import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutTo, partsOf, readable } from './result-parts.ts'

test('rows become a table in which no value ends its cell', () => {
  assert.equal(
    readable([
      { id: 'A|1', sum: 3 },
      { id: 'B\n2', paid: true },
    ]),
    '| id | sum | paid |\n| --- | --- | --- |\n| A\\|1 | 3 |  |\n| B 2 |  | true |',
  )
  assert.equal(
    readable({ number: 'YT1', events: [{ at: '10:00', what: 'sent' }] }),
    'number: YT1\n\n| at | what |\n| --- | --- |\n| 10:00 | sent |',
  )
})

test('one thing is shown field by field, and what is nested as JSON', () => {
  assert.equal(readable({ status: 'sent', weight: 2 }), 'status: sent\nweight: 2')
  assert.equal(readable({ a: { b: 1 } }), '{\n  "a": {\n    "b": 1\n  }\n}')
  assert.equal(readable('as it is'), 'as it is')
})

test('whatever a skill returns is untrusted and of the class of its call', () => {
  assert.deepEqual(partsOf({ value: 1, texts: [{ origin: 'web', text: 'hello' }] }, 'confidential'), [
    { origin: 'web', text: 'hello', integrity: 'untrusted', class: 'confidential' },
  ])
  assert.deepEqual(partsOf({ value: 'x' }, 'internal'), [
    { origin: 'tool', text: 'x', integrity: 'untrusted', class: 'internal' },
  ])
})

test('what is cut is cut between characters', () => {
  assert.equal(cutTo('运单', 4), '运')
  assert.equal(cutTo('运单', 6), '运单')
})
