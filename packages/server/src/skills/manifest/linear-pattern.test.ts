import { test } from 'node:test'
import assert from 'node:assert/strict'
import { linearPattern, PatternRefused } from './linear-pattern.ts'
import { Schemas } from './schemas.ts'

test('a pattern finds what the expressions of the language find', () => {
  const patterns = [
    '^a+$',
    '(a|b)*c',
    String.raw`^\d{3}-\d{2,4}$`,
    String.raw`\bfoo\b`,
    String.raw`^[^\]x]+$`,
    '^(?:ab?){2,}$',
    '^.{0,3}$',
    'a|',
    '^(a|bc|)d$',
    String.raw`^\p{Script=Han}+$`,
    String.raw`^\u{1F600}$`,
    String.raw`^\uD83D\uDE00$`,
    'a*?b',
    '^(?<n>ab)+$',
    String.raw`\.`,
    String.raw`^[\w.-]+@[\w-]+\.[a-z]{2,}$`,
    '',
    String.raw`o\B`,
  ]
  const texts = [
    '',
    'a',
    'aaa',
    'abc',
    '123-45',
    'x foo y',
    'xfoo',
    '中文',
    'ab',
    'abab',
    'd',
    'bcd',
    ']',
    '😀',
    'a@b.co',
    'a.b',
    '\n',
    'foot',
  ]
  for (const pattern of patterns) {
    for (const text of texts) {
      assert.equal(
        linearPattern(pattern).test(text),
        new RegExp(pattern, 'u').test(text),
        `${pattern} in ${JSON.stringify(text)}`,
      )
    }
  }
})

test('a pattern that would take the language forever ends, and one that cannot be tried at once is refused', () => {
  assert.equal(linearPattern('^(a+)+$').test(`${'a'.repeat(5000)}!`), false)
  assert.equal(linearPattern('(x+x+)+y').test('x'.repeat(2000)), false)
  for (const pattern of [
    '(?=a)',
    '(?<!a)b',
    String.raw`(a)\1`,
    '(',
    '(?:a{1000}){1000}',
    'a'.repeat(2000),
    '('.repeat(40) + ')'.repeat(40),
  ]) {
    assert.throws(() => linearPattern(pattern), PatternRefused, pattern.slice(0, 20))
  }
})

test('several patterns of one schema, and of one skill, are held apart', () => {
  const schemas = new Schemas()
  const both = schemas.compile({
    type: 'object',
    properties: { a: { type: 'string', pattern: '^a$' }, b: { type: 'string', pattern: '^b$' } },
  })
  const other = schemas.compile({ type: 'string', pattern: '^c$' })
  assert.ok(typeof both === 'function' && typeof other === 'function')
  assert.deepEqual(
    [both({ a: 'a', b: 'b' }), both({ a: 'a', b: 'a' }), both({ a: 'b', b: 'b' }), other('c'), other('a')],
    [true, false, false, true, false],
  )
})
