import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Turn } from './follow-up.ts'
import { resolveQuestion } from './follow-up.ts'

/** Questions with the title that each answer quoted. */
const talk = (...said: readonly (readonly [question: string, title?: string])[]): Turn[] =>
  said.flatMap(([text, title]): Turn[] => {
    const question = { role: 'user', text }
    return title === undefined
      ? [question]
      : [
          question,
          {
            role: 'assistant',
            text: `Quoted.

“…” [1]
— ${title}`,
          },
        ]
  })

const CASES: readonly (readonly [
  says: string,
  turns: readonly Turn[],
  has: readonly string[],
  lacks: readonly string[],
])[] = [
  [
    'a question that only names another year keeps the rest of the one before',
    talk(['What was the revenue of Acme in 2022?', 'Annual report'], ['And in 2023?']),
    ['2023', 'revenu', 'acm'],
    ['2022'],
  ],
  [
    'a pronoun stands for what the answer was about',
    talk(['Who designed the Marlow Viaduct?', 'Marlow Viaduct'], ['How long is it?']),
    ['marlow', 'viaduct'],
    ['design'],
  ],
  [
    'a bare question word asks about the same',
    talk(['Did the mill of Calder fail?', 'History of the mill'], ['Why?']),
    ['mill'],
    [],
  ],
  [
    'a follow-up of a follow-up reaches back to the question that stands by itself',
    talk(
      ['Who wrote The Glass Harbour?', 'The Glass Harbour'],
      ['When did it appear?', 'The Glass Harbour'],
      ['And why?'],
    ),
    ['glass', 'harbour'],
    [],
  ],
  [
    'a Chinese pronoun stands for what the answer was about',
    talk(['净水器怎么安装？', '净水器使用说明书'], ['它多少钱？']),
    ['净水器'],
    ['安装'],
  ],
  [
    'a Chinese question with 呢 keeps the rest of the one before',
    talk(['北京的住宿标准是多少？', '差旅管理办法'], ['那上海呢？']),
    ['上海', '住宿', '标准'],
    [],
  ],
]

for (const [says, turns, has, lacks] of CASES)
  test(says, () => {
    const { question, query } = resolveQuestion(turns)
    for (const term of has) assert.ok(question.terms.has(term), `${term} in ${[...question.terms].join(' ')}`)
    for (const term of lacks) assert.ok(!question.terms.has(term), term)
    for (const term of question.carried) assert.ok(query.includes(term))
    assert.ok(question.carried.size > 0 && question.talk === 'question')
  })

test('a question that says what it is about takes nothing over', () => {
  for (const text of [
    'Who manages the canteen?',
    '食堂的负责人是谁？',
    'What does the policy say about overtime?',
  ]) {
    const { question, query } = resolveQuestion(
      talk(['How long is the warranty of the pump?', 'Manual'], [text]),
    )
    assert.deepEqual([[...question.carried], query], [[], text])
  }
})

test('small talk is no follow-up, and a first question has nothing to follow', () => {
  const thanked = talk(['How long is the warranty?', 'Manual'], ['Thank you!'])
  assert.equal(resolveQuestion(thanked).question.talk, 'thanks')
  assert.equal(resolveQuestion(talk(['How long is it?'])).question.carried.size, 0)
  assert.equal(resolveQuestion([]).question.talk, 'greeting')
})

test('a form that is not asked for again is kept', () => {
  const { question } = resolveQuestion(
    talk(['What does a ticket to Harrow cost?', 'Fares'], ['And to Sorrel?']),
  )
  assert.equal(question.form.name, 'money')
})
