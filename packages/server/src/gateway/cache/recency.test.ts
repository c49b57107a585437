import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Used } from './recency.ts'
import { Recency } from './recency.ts'

interface Word extends Used<Word> {
  readonly text: string
}

const word = (text: string): Word => ({ text, newer: null, older: null })
const textsOf = (order: Recency<Word>): string => [...order].map(({ text }) => text).join('')

test('what was used last stands last, wherever it stood before', () => {
  const order = new Recency<Word>()
  const [a, b, c] = [word('a'), word('b'), word('c')]
  for (const one of [a, b, c]) order.add(one)
  order.touch(a)
  assert.equal(textsOf(order), 'bca')
  order.touch(c)
  order.touch(c)
  assert.equal(textsOf(order), 'bac')
})

test('anything can be removed, also while the order is walked, and then holds nothing', () => {
  const order = new Recency<Word>()
  const words = ['a', 'b', 'c', 'd'].map(word)
  for (const one of words) order.add(one)
  for (const one of order) if ('ac'.includes(one.text)) order.remove(one)
  assert.equal(textsOf(order), 'bd')
  for (const one of order) order.remove(one)
  assert.equal(order.oldest, null)
  assert.ok(words.every(({ newer, older }) => newer === null && older === null))
})
