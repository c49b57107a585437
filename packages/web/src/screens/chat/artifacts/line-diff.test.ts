import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineDiff } from './line-diff.ts'

const MARKS = { same: ' ', added: '+', removed: '-' } as const
const written = (before: string, after: string) =>
  lineDiff(before, after).map(({ kind, text }) => MARKS[kind] + text)
const side = (before: string, after: string, left: 'added' | 'removed') =>
  lineDiff(before, after)
    .filter(({ kind }) => kind !== left)
    .map(({ text }) => text)
    .join('\n')

test('what was changed stands beside what it was', () => {
  assert.deepEqual(written('a\nb\nc', 'a\nx\nc'), [' a', '-b', '+x', ' c'])
  assert.deepEqual(written('a\nc', 'a\nb\nc'), [' a', '+b', ' c'])
  assert.deepEqual(written('a\nb', 'a\nb'), [' a', ' b'])
  assert.deepEqual(written('a\nb\nc\nd', 'b\nd\ne'), ['-a', ' b', '-c', ' d', '+e'])
})

test('both texts can be read out of their comparison, whatever they are', () => {
  let seed = 7
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  for (let round = 0; round < 300; round += 1) {
    const text = (): string => Array.from({ length: random(12) }, () => 'abc'[random(3)] ?? '').join('\n')
    const [before, after] = [text(), text()]
    assert.equal(side(before, after, 'added'), before)
    assert.equal(side(before, after, 'removed'), after)
  }
})

test('two long texts that share nothing are told apart without an end', () => {
  const lines = (word: string) => Array.from({ length: 4000 }, (_, at) => `${word} ${at}`).join('\n')
  const diff = lineDiff(lines('a'), lines('b'))
  assert.equal(diff.length, 8000)
})
