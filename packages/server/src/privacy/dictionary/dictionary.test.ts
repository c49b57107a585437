import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DictionaryEntry } from '@freehold/contract/dictionaries.ts'
import { dictionaryInput } from '@freehold/contract/dictionaries.ts'
import type { Span } from '../detect/span.ts'
import { compileDictionary } from './compile.ts'
import { findIn, settled } from './dictionary.ts'
import { checkEntries } from './entries.ts'

type Sent = Partial<DictionaryEntry>

const compiled = (...sent: readonly Sent[]) => {
  const { entries } = dictionaryInput.parse({ entries: sent })
  const placed = entries.map((entry, at) => ({ entry, place: `entries[${at}]` }))
  return compileDictionary([checkEntries(placed).lines])
}
const NOTHING = { id: 'none', detect: (): readonly Span[] => [] }
const CONTEXT = { language: null, key: null }

/** What of the text is found, each with its type. */
function found(sent: readonly Sent[], text: string): readonly string[] {
  const spans = findIn(NOTHING, { text, context: CONTEXT, dictionary: compiled(...sent) })
  return spans.map(({ start, end, type, score, source }) => {
    assert.deepEqual([score, source], [1, 'dictionary'])
    return `${type} ${text.slice(start, end)}`
  })
}
const term = (value: string, more: Sent = {}): Sent => ({ value, ...more })

test('a term is found as a whole word, in any case, with its type', () => {
  const sent = [term('Acme', { type: 'ORGANIZATION' }), term('Project Falcon')]
  assert.deepEqual(found(sent, 'ACME and acmeter run project falcon, not Xacme, acme2 or Acmé.'), [
    'ORGANIZATION ACME',
    'CUSTOM_TERM project falcon',
  ])
  assert.deepEqual(found(sent, 'acme_notes (acme)/Acme'), [
    'ORGANIZATION acme',
    'ORGANIZATION acme',
    'ORGANIZATION Acme',
  ])
})

test('Chinese, Japanese and Korean terms are found without spaces around them', () => {
  const sent = [term('天风科技'), term('カワセミ'), term('한빛')]
  assert.deepEqual(found(sent, '我在天风科技上班，カワセミは한빛과'), [
    'CUSTOM_TERM 天风科技',
    'CUSTOM_TERM カワセミ',
    'CUSTOM_TERM 한빛',
  ])
  assert.deepEqual(found([term('Acme')], '找Acme公司'), ['CUSTOM_TERM Acme'])
})

test('a term may be a part of a word, or have its own case, where its entry says so', () => {
  assert.deepEqual(found([term('falcon', { wholeWord: false })], 'superfalcons'), ['CUSTOM_TERM falcon'])
  const cased = [term('ACE', { caseSensitive: true })]
  assert.deepEqual(found(cased, 'an ace, an ACE'), ['CUSTOM_TERM ACE'])
  const both = [term('ACE', { caseSensitive: true, type: 'PERSON' }), term('Ace', { caseSensitive: true })]
  assert.deepEqual(found(both, 'ACE Ace ace'), ['PERSON ACE', 'CUSTOM_TERM Ace'])
})

test('other ways to write a term are found, and the place is the one in the text as it came', () => {
  const sent = [term('Müller & Söhne'), term("O'Brien"), term('Acme Corp'), term('한빛 전자')]
  const spellings = [
    'Mu\u0308ller & So\u0308hne',
    'Ｍüller ＆ Söhne',
    'MÜLLER\n  &\tSÖHNE',
    'O\u2019Brien',
    'Ac\u200bme Corp',
    '\\u0041cme\\u0020Corp',
    'Acme&#32;Corp',
    'Acme%20Corp',
    Buffer.from('we are Acme Corp, dear').toString('base64'),
    '한빛 전자'.normalize('NFD'),
  ]
  for (const spelling of spellings) {
    assert.deepEqual(found(sent, `a ${spelling} b`), [`CUSTOM_TERM ${spelling}`], spelling)
  }
})

test('a term with a backslash is found in a path and elsewhere', () => {
  const sent = [term('CORP\\nancy')]
  assert.deepEqual(found(sent, 'login CORP\\nancy'), ['CUSTOM_TERM CORP\\nancy'])
  assert.deepEqual(found(sent, 'in C:\\CORP\\nancy'), ['CUSTOM_TERM CORP\\nancy'])
})

test('the longest term has the place, and those that overlap are one', () => {
  const sent = [term('Acme'), term('Acme Corp', { type: 'ORGANIZATION' }), term('Corp Berlin Office')]
  assert.deepEqual(found(sent, 'at Acme Corp in'), ['ORGANIZATION Acme Corp'])
  assert.deepEqual(found(sent, 'at Acme Corp Berlin Office in'), ['CUSTOM_TERM Acme Corp Berlin Office'])
  const nested = [term('she', { wholeWord: false }), term('hers', { wholeWord: false }), term('he')]
  assert.deepEqual(found(nested, 'ushers he'), ['CUSTOM_TERM shers', 'CUSTOM_TERM he'])
})

test('every term of a large dictionary is found by the same search as by looking for each', () => {
  // A small alphabet makes terms that are tails and beginnings of each other.
  let seed = 11
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  const word = (): string => Array.from({ length: 2 + random(6) }, () => 'abc'[random(3)]).join('')
  const values = [...new Set(Array.from({ length: 300 }, word))]
  const dictionary = compiled(...values.map((value) => term(value, { wholeWord: false })))
  for (let round = 0; round < 50; round += 1) {
    const text = Array.from({ length: 60 }, () => 'abcd'[random(4)]).join('')
    const covered = new Set<number>()
    for (const value of values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        for (let i = at; i < at + value.length; i += 1) covered.add(i)
      }
    }
    const seen = new Set<number>()
    for (const { start, end } of findIn(NOTHING, { text, context: CONTEXT, dictionary })) {
      for (let i = start; i < end; i += 1) {
        assert.ok(!seen.has(i), 'they do not overlap')
        seen.add(i)
      }
    }
    assert.deepEqual(seen, covered, text)
  }
})

test('what is found besides keeps its place where a term is a part of it, and gives way elsewhere', () => {
  const at = (start: number, end: number, type: Span['type'], score = 0.9): Span => ({
    start,
    end,
    type,
    score,
    source: 'x',
  })
  const own = (start: number, end: number): Span => ({
    ...at(start, end, 'CUSTOM_TERM', 1),
    source: 'dictionary',
  })
  const shown = (spans: readonly Span[]): readonly string[] =>
    settled(spans).map(({ start, end, type }) => `${start}-${end} ${type}`)
  assert.deepEqual(shown([at(0, 15, 'EMAIL'), at(20, 24, 'PERSON'), own(4, 8), own(20, 24), own(30, 34)]), [
    '0-15 EMAIL',
    '20-24 CUSTOM_TERM',
    '30-34 CUSTOM_TERM',
  ])
  assert.deepEqual(shown([at(0, 10, 'PERSON'), own(6, 14)]), ['0-6 PERSON', '6-14 CUSTOM_TERM'])
  assert.deepEqual(shown([at(0, 15, 'BANK_CARD', 0.2), own(4, 8)]), [
    '0-4 BANK_CARD',
    '4-8 CUSTOM_TERM',
    '8-15 BANK_CARD',
  ])
})
