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

test('one thing is shown field by field', () => {
  assert.equal(readable({ status: 'sent', weight: 2 }), 'status: sent\nweight: 2')
  assert.equal(readable({ a: { b: 1 } }), 'a.b: 1')
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

test('what a service nests is read as fields and as rows of a table', () => {
  const book = (title: string, ...authors: readonly string[]): object => ({
    isbn: '1',
    title: { main: title, sub: null },
    authors: authors.map((family) => ({ given: 'A', family })),
    tags: ['x', 'y'],
  })
  assert.equal(
    readable({ books: [book('Dune', 'B', 'C'), book('三体')], page: { total: 2 } }),
    [
      'page.total: 2',
      '',
      '| isbn | title.main | title.sub | authors | tags |',
      '| --- | --- | --- | --- | --- |',
      '| 1 | Dune |  | A B; A C | x; y |',
      '| 1 | 三体 |  |  | x; y |',
    ].join('\n'),
  )
  assert.equal(readable({ id: 'L-1', reader: { name: '王芳' } }), 'id: L-1\nreader.name: 王芳')
})

test('what no table holds stays JSON, whole', () => {
  const deep = { a: { b: { c: { d: { e: { f: 1 } } } } } }
  assert.match(readable(deep), /"f": 1/)
  assert.match(readable({ list: [[{ a: 1 }]] }), /"a": 1/)
  assert.equal(readable({ 'a.b': 1, a: { b: 2 } }), JSON.stringify({ 'a.b': 1, a: { b: 2 } }, null, 2))
  assert.equal(readable([]), '[]')
  assert.equal(readable(null), 'null')
})
