import { test } from 'node:test'
import assert from 'node:assert/strict'
import { EnglishNames } from './english-names.ts'

const names = new EnglishNames()
const found = (text: string) =>
  names.find(text).map(({ start, end, type }) => `${type} ${text.slice(start, end)}`)

test('people, places, firms and addresses in a sentence are found where they stand', () => {
  assert.deepEqual(found('Our accountant, Philippa Onwudiwe, moved from Duluth to Tbilisi.'), [
    'PERSON Philippa Onwudiwe',
    'LOCATION Duluth',
    'LOCATION Tbilisi',
  ])
  assert.deepEqual(found('Send the filter to 48 Larkspur Crescent, Tiverton EX16 6QT, not to the office.'), [
    'ADDRESS 48 Larkspur Crescent, Tiverton EX16 6QT',
  ])
})

test('a title is no part of a name, and whoever has one has a name', () => {
  assert.deepEqual(found('Which room is Mrs. Abernathy-Cole in today?'), ['PERSON Abernathy-Cole'])
})

test('words that are names too are left alone where they are words', () => {
  for (const text of [
    'May is the best month for asparagus, in my opinion.',
    'The grant covers travel, lodging and one printer.',
    'A rose by the gate, a jack under the car, a bill on the mat.',
    'Will the shop open on Sunday, or should I grab bread today?',
  ])
    assert.deepEqual(found(text), [])
})

test('an empty text, one word and a text without an end of line are taken', () => {
  assert.deepEqual(found(''), [])
  assert.deepEqual(found('...'), [])
  assert.ok(found('met Declan Rafferty today '.repeat(400)).length >= 400)
})
