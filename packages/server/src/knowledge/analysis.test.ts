import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMostlyHan, termsOf } from './analysis.ts'

const CASES: readonly (readonly [says: string, text: string, terms: readonly string[]])[] = [
  [
    'English words are stemmed and stopwords dropped',
    'The inspections of the forklifts',
    ['inspect', 'forklift'],
  ],
  ['full-width letters and digits are the usual ones', 'ＡＢＣ１２３ ｘ', ['abc123', 'x']],
  ['Chinese is cut into words', '差旅报销', ['差旅', '报销']],
  ['traditional characters are read as simplified ones', '開創語言', ['开创', '语言']],
  [
    'a name that no dictionary has is also found by pairs of its characters',
    '波你尼写成',
    ['波', '你', '尼', '写成', '波你', '你尼'],
  ],
  ['no pair begins or ends with a character that only joins words', '楼和塔', ['楼', '和', '塔']],
  ['Latin and Chinese in one run are taken apart', '使用iPhone15手机', ['使用', 'iphone15', '手机']],
  ['other scripts stay as they are', 'Привет नमस्ते', ['привет', 'नमस्ते']],
  ['a number is one term, however its digits are grouped', 'EUR 1,234,567', ['eur', '1234567']],
  ['an id is found whole and by its parts', 'Waybill AB-1234', ['waybil', 'ab', '1234', 'ab-1234']],
  ['a name in code is found by its words', 'getUserName', ['getusernam', 'get', 'user', 'name']],
  ['a column is found whole and by its words', 'order_no', ['order', 'order_no']],
  ['a hyphen between plain words makes no new one', 'boundary-layer', ['boundari', 'layer']],
  ['nothing has no terms', ' … — 。', []],
]
for (const [says, text, terms] of CASES) test(says, () => assert.deepEqual(termsOf(text), terms))

test('a long Chinese word is also found by its parts', () => {
  const terms = termsOf('中华人民共和国')
  for (const part of ['中华', '人民', '共和']) assert.ok(terms.includes(part), part)
})

test('a word of a million letters becomes one short term', () => {
  assert.deepEqual(
    termsOf('q'.repeat(1_000_000)).map((term) => term.length),
    [64],
  )
})

test('the language of a question is the one most of it is written in', () => {
  assert.equal(isMostlyHan('Freehold 是什么?'), true)
  assert.equal(isMostlyHan('如何使用 freehold key create 命令?'), true)
  assert.equal(isMostlyHan('What does 年假 mean?'), false)
  assert.equal(isMostlyHan(''), false)
})
