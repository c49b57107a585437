import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksOne, queryTerms } from './query-terms.ts'

const termsFor = (text: string) => queryTerms(text).map((term) => term.term)

test('words of asking are not searched for, in either language', () => {
  assert.deepEqual(termsFor('How many days can I carry over?'), ['dai', 'carri'])
  assert.deepEqual(termsFor('机票多少钱？'), ['机票', '钱'])
  assert.deepEqual(termsFor('我的数据在哪里呢？'), ['数据'])
})

test('a question that only asks is searched for as it stands', () => {
  assert.deepEqual(termsFor('怎么办'), ['怎么', '办'])
})

test('a word stands for what people say in its place, and an everyday word weighs less', () => {
  const [holiday] = queryTerms('holiday')
  assert.ok(holiday?.alternatives.has('leav') && !holiday.alternatives.has('holidai'))
  assert.deepEqual(
    queryTerms('work overtime').map(({ times }) => times),
    [0.5, 1],
  )
})

test('a question for one person, time, number or place is told from one for a subject', () => {
  for (const text of [
    'Who wrote the report?',
    'In which year did the mill burn?',
    'How many seats are there?',
    '望江楼是由谁主持修建的？',
    '小滿是哪一年入學的？',
    '借款多少要签字？',
  ])
    assert.ok(asksOne(text), text)
  for (const text of [
    'flow around bodies in which heat is added',
    'how does heat transfer depend on pressure',
    '差旅报销的规定',
    '審計日誌如何驗證',
  ])
    assert.ok(!asksOne(text), text)
})
