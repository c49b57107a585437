import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildPatterns, searchPatterns } from './pattern-machine.ts'
import { PatternError, readPattern } from './pattern-syntax.ts'

const machine = (patterns: readonly string[], more: object = {}) =>
  buildPatterns(
    patterns.map((text) => ({ pattern: readPattern(text), type: 0, isCased: false, isWhole: true, ...more })),
  )
const found = (patterns: readonly string[], text: string, more: object = {}): readonly string[] =>
  searchPatterns(machine(patterns, more), text).hits.map(({ start, end }) => text.slice(start, end))

test('patterns find whole words in any case, the longest at each place', () => {
  assert.deepEqual(found(['PRJ-\\d{4,6}'], 'prj-12345 xPRJ-1234 PRJ-1234567 (PRJ-1234)'), [
    'prj-12345',
    'PRJ-1234',
  ])
  assert.deepEqual(
    found(['(?:alpha|alphabet) \\d{1,3}', 'al[a-p]{2}[^x]'], 'alpha 12, ALPHABET 123, alphy'),
    ['alpha 12', 'ALPHABET 123', 'alphy'],
  )
  assert.deepEqual(found(['\\p{Han}{2,4}号机'], '这是长风二号机'), ['是长风二号机'])
  assert.deepEqual(found(['a\\.b\\x41?', '\\u4e2d\\s\\d\\d'], 'a.ba axb 中 42'), ['a.ba', '中 42'])
  assert.deepEqual(found(['AB\\d'], 'ab1 AB2', { isCased: true }), ['AB2'])
  assert.deepEqual(found(['kx\\d'], 'akx1b', { isWhole: false }), ['kx1'])
})

test('patterns find what the expressions of the language find', () => {
  const texts = ['ab12 cd-34 ef--56 12-ab', 'aab abb ab aabb', '12-34-5 1-2 99-1']
  for (const pattern of [
    '[a-z]{2}-?\\d{2}',
    'a{1,2}b{1,2}',
    '\\d{1,2}(?:-\\d{1,2}){1,2}',
    '(?:ab|cd|ef)[^\\s]{1,4}',
  ]) {
    for (const text of texts) {
      const expected = text.split(' ').flatMap((word) => new RegExp(`^(?:${pattern})$`).exec(word)?.[0] ?? [])
      const whole = found([pattern], text).filter((hit) => text.split(' ').includes(hit))
      assert.deepEqual(whole, expected, `${pattern} in ${text}`)
    }
  }
})

const REFUSED: readonly (readonly [pattern: string, reason: RegExp])[] = [
  ['(a+)+b', /repeats without an end/],
  ['a*b', /repeats without an end/],
  ['a{2,}b', /repeats without an end/],
  ['(a|a)*c', /repeats without an end/],
  ['(ab)\\1', /refers back/],
  ['(?<x>ab)\\k<x>', /kind of group/],
  ['ab(?=c)', /looks ahead/],
  ['(?<!a)bc', /looks ahead or behind/],
  ['^ab', /anchor/],
  ['ab$', /anchor/],
  ['\\bab', /word boundary/],
  ['(?:a?){0,5}', /less than 2/],
  ['.{1,200}x', /more than 128/],
  ['(?:(?:a{0,20}b){0,20}cd){1,20}', /more than 128/],
  ['ab)', /"\)" without/],
  ['(ab', /"\(" without/],
  ['[ab', /"\[" without/],
  ['[b-a]c', /range/],
  ['a{3}{3}', /repeat behind a repeat/],
  ['a??b', /repeat behind a repeat/],
  ['\\p{Greek}b', /property/],
  ['ab\\', /backslash/],
  ['ab\\q', /escape/],
  ['😀a', /basic plane/],
  [`(${'('.repeat(30)}ab${')'.repeat(30)})`, /too many groups/],
]

test('a pattern that could take long, or is not understood, is refused with the reason and the place', () => {
  for (const [pattern, reason] of REFUSED) {
    assert.throws(
      () => readPattern(pattern),
      (error) => error instanceof PatternError && reason.test(error.message),
      pattern,
    )
  }
})

test('what a search costs grows with the text and no faster, whatever stands in it', () => {
  const tables = machine(['(a{0,5}a{0,5}){1,5}bb', '[ab]{1,60}a[ab]{1,4}x', 'a{1,100}!', '.{1,30}z'])
  for (const unit of ['a', 'ab', 'a b', 'aaaaaaaaab', '天', 'a!b']) {
    const steps = (times: number): number => searchPatterns(tables, unit.repeat(times)).steps
    const [small, large] = [steps(1000), steps(4000)]
    assert.ok(large <= small * 5, `${unit}: ${small} steps, and ${large} for four times the text`)
    assert.ok(large <= 4000 * unit.length * 129, unit)
  }
})
