import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as always, constantFrom, property } from 'fast-check'
import { RECOGNISERS } from '../recognisers/all.ts'
import { NATIONAL_IDS } from '../recognisers/national/all.ts'
import { FirstLook } from './first-look.ts'

const ALL = [...RECOGNISERS, ...NATIONAL_IDS]
const PIECES = [
  '+86 138',
  '(0) 20',
  '1987-03-15',
  '15 March ',
  'DE89 3704',
  '123-45-6789',
  '12.345.678-9',
  '756.1234.5678',
  'AB123456C',
  '4111 1111',
  '10.2.3.4',
  'fe80::1',
  '00:1a:',
  'P<D',
  '京A·1',
  '北纬39',
  'www.a.',
  '0x',
  'ſK',
  ' ',
  '\n',
  '9',
  'a',
  'Z',
  '-',
] as const
const texts = array(constantFrom(...PIECES), { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''))

/** Which patterns match at a place, each tried by itself. */
const matching = (text: string, at: number): string[] =>
  ALL.filter(({ pattern }) => {
    pattern.lastIndex = at
    return pattern.test(text)
  }).map(({ id }) => id)

test('what matches at a place is never ruled out by its first characters, however few states are kept', () => {
  for (const look of [new FirstLook(ALL), new FirstLook(ALL, 40)]) {
    const list = look.list(ALL)
    always(
      property(texts, (text) => {
        for (let at = 0; at < text.length; at += 1) {
          const possible = new Set(look.possible(list, text, at).map(({ id }) => id))
          for (const id of matching(text, at)) assert.ok(possible.has(id), `${id} at ${at} of ${text}`)
        }
      }),
      { numRuns: 40 },
    )
  }
})

test('most patterns are ruled out, and what is left is in its order', () => {
  const all = [/\d{2}-\d/y, /[a-c]{1,3}(?:x|[^yz])/iy, /\d{1,4}/y].map((pattern) => ({ pattern }))
  const look = new FirstLook(all)
  const left = (text: string) => look.possible(look.list(all), text, 0).map((one) => all.indexOf(one))
  assert.deepEqual(left('12-3'), [0, 2])
  assert.deepEqual(left('123'), [2])
  assert.deepEqual(left('By'), [])
  assert.deepEqual(left('Abq'), [1])
})
