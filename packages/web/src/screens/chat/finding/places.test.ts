import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patternOf, placesIn } from './places.ts'

const found = (texts: readonly string[], sought: string) => {
  const pattern = patternOf(sought)
  assert.ok(pattern)
  return placesIn(texts, pattern, 100).map(({ start, end }) => [
    start.text,
    start.offset,
    end.text,
    end.offset,
  ])
}

test('what is sought is marked where it stands, also across words of another look', () => {
  assert.deepEqual(found(['one Two three'], 'two'), [[0, 4, 0, 7]])
  assert.deepEqual(found(['a black ', 'swal', 'low'], 'Black  swallow'), [[0, 2, 2, 3]])
  assert.deepEqual(found(['aa', 'aa'], 'aa'), [
    [0, 0, 0, 2],
    [1, 0, 1, 2],
  ])
  assert.deepEqual(found(['西湖龙井茶'], '龙井'), [[0, 2, 0, 4]])
})

test('what is sought is no pattern of its own', () => {
  assert.deepEqual(found(['axb a.b'], 'a.b'), [[0, 4, 0, 7]])
  assert.equal(patternOf(' ** '), null)
  for (const odd of ['(', '[x', 'a{2', String.raw`\d`, 'a-b', '^$', 'x|y', '/'])
    assert.equal(found([odd], odd).length, 1, odd)
})

test('no more places than are wanted are looked for', () => {
  assert.equal(placesIn(['a'.repeat(50)], patternOf('a') ?? /a/gu, 7).length, 7)
})
