import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Token } from 'marked'
import { blocksOf } from './parse.ts'

const all = (text: string): readonly Token[] => {
  const flat = (tokens: readonly Token[]): Token[] =>
    tokens.flatMap((token) => [token, ...flat('tokens' in token ? (token.tokens ?? []) : [])])
  return flat(blocksOf(text))
}
const typesOf = (text: string): readonly string[] => all(text).map(({ type }) => type)

test('formulas are told from money', () => {
  assert.ok(typesOf('It is $a^2$ here.').includes('maths'))
  assert.ok(typesOf('$$\nx\n$$').includes('maths'))
  assert.ok(typesOf(String.raw`It is \(x\) here.`).includes('maths'))
  assert.ok(!typesOf('It costs $5 or $10.').includes('maths'))
})

test('an answer cannot turn its citations into links', () => {
  const text = 'As it says [1].\n\n[1]: https://elsewhere.example/'
  assert.ok(!all(text).some((token) => token.type === 'link' && token.raw === '[1]'))
})
