import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Fault } from '../../kernel/fault.ts'
import { isPath, pickBy } from './json-path.ts'

/** From RFC 9535, section 1.5. */
const STORE = {
  store: {
    book: [
      { category: 'reference', author: 'Nigel Rees', title: 'Sayings', price: 8.95 },
      { category: 'fiction', author: 'Evelyn Waugh', title: 'Sword', price: 12.99 },
      { category: 'fiction', author: 'Herman Melville', title: 'Moby Dick', isbn: '0-553', price: 8.99 },
      { category: 'fiction', author: 'J. R. R. Tolkien', title: 'Rings', isbn: '0-395', price: 22.99 },
    ],
    bicycle: { color: 'red', price: 399 },
  },
}
const titles = (path: string): unknown =>
  [pickBy(path)(STORE)].flat().map((one) => (one as { title?: string }).title ?? one)

test('the examples of RFC 9535 give what it says', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['$.store.book[*].author', ['Nigel Rees', 'Evelyn Waugh', 'Herman Melville', 'J. R. R. Tolkien']],
    ['$..author', ['Nigel Rees', 'Evelyn Waugh', 'Herman Melville', 'J. R. R. Tolkien']],
    ['$..book[2]', ['Moby Dick']],
    ['$..book[-1]', ['Rings']],
    ['$..book[0,1]', ['Sayings', 'Sword']],
    ['$..book[:2]', ['Sayings', 'Sword']],
    ['$..book[?@.isbn]', ['Moby Dick', 'Rings']],
    ['$..book[?@.price<10]', ['Sayings', 'Moby Dick']],
    ['$.store.book[?@.price > 10 && @.category == "fiction" || !@.author].title', ['Sword', 'Rings']],
    ['$.store.book[?(@.price<=8.95)].title', ['Sayings']],
    ['$["store"]["bicycle"][\'color\']', ['red']],
    ['$.store.book[3:0:-2].title', ['Rings', 'Sword']],
    ['$.store.book[?@.author == $.store.book[1].author].title', ['Sword']],
    ['$.store..price', [8.95, 12.99, 8.99, 22.99, 399]],
    ['$..*[?@.color].color', ['red']],
  ]
  for (const [path, wanted] of cases) assert.deepEqual(titles(path), wanted, path)
})

test('one place gives its value, and nothing where it is not there; what may be several is a list', () => {
  assert.equal(pickBy('$.a.b')({ a: { b: null } }), null)
  assert.equal(pickBy('$.a.c')({ a: {} }), undefined)
  assert.deepEqual(pickBy('$.a[*]')({ a: [] }), [])
  assert.equal(pickBy('$')(7), 7)
  assert.equal(pickBy('$.constructor')({}), undefined)
  assert.equal(pickBy('$.__proto__')({}), undefined)
})

test('what is no path is named with its place, functions included', () => {
  const wrong = [
    '',
    'a',
    '$.',
    '$[',
    '$[]',
    "$['a",
    '$.a[01]',
    '$.a b',
    '$[?@.a=1]',
    '$[?length(@.a)>1]',
    '$[?@..a==1]',
    `$${'.a'.repeat(65)}`,
    `$[?${'('.repeat(20)}@.a${')'.repeat(20)}]`,
  ]
  for (const path of wrong) assert.notEqual(isPath(path), null, path)
  assert.match(isPath('$.a[') ?? '', /at character 5/)
  assert.match(isPath('$[?match(@.a, "b")]') ?? '', /calls a function/)
})

test('segments that multiply what they find are ended, and nothing takes long', () => {
  let chain: unknown = 1
  for (let level = 0; level < 3000; level += 1) chain = [chain]
  let deep: unknown = 1
  for (let level = 0; level < 150; level += 1) deep = [deep, deep]
  assert.throws(
    () => pickBy('$..*..*')(chain),
    (error) => error instanceof Fault && error.code === 'skill_failed',
  )
  assert.throws(() => pickBy('$..*')(deep), Fault)
})
