import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContextPart } from '@freehold/contract/loop-events.ts'
import { checkAnswer } from './checking.ts'
import { linksIn } from './links.ts'
import type { ContextMessage } from './ports.ts'

const LEAVE = 'Leave. Every employee has 25 days of paid leave a year. It is asked for in May.'
const 休假 = '员工每年享有二十五天带薪年假。申请须在五月之前提交给主管。'

const part = (n: number, text: string): ContextPart => ({
  origin: 'document',
  integrity: 'untrusted',
  class: 'internal',
  text,
  source: {
    type: 'freehold_citation',
    n,
    documentId: `d${n}`,
    collectionId: '018f0000-0000-7000-8000-000000000003',
    title: 'Handbook',
    span: { start: 1000, end: 1000 + text.length },
  },
})
const context: ContextMessage[] = [
  {
    role: 'user',
    parts: [{ origin: 'user', integrity: 'trusted', class: 'internal', text: 'My name is Berta Schulze.' }],
  },
  { role: 'tool', call: 'c', name: 'search_knowledge', parts: [part(1, LEAVE), part(2, 休假)] },
]
const check = (text: string) => checkAnswer({ text, citations: [], isQuoting: false }, context, [])

test('each sentence of an answer is matched to the span that bears it out, or to nothing', async () => {
  const text =
    'Employees have 25 days of paid leave every year [1]. You can carry over ten of them to spring.'
  const { sentences, citations, unresolved, hasSources } = await check(text)
  assert.deepEqual(
    sentences.map(({ support }) => support?.n),
    [1, undefined],
  )
  const [{ support } = { support: null }] = sentences
  assert.match(LEAVE.slice((support?.span.start ?? 0) - 1000, (support?.span.end ?? 0) - 1000), /25 days/)
  assert.deepEqual([citations.map(({ n }) => n), unresolved, hasSources], [[1], [], true])
})

test('it holds in Chinese as well', async () => {
  const { sentences } = await check('员工每年有二十五天带薪年假[2]。公司还提供免费的班车服务。')
  assert.deepEqual(
    sentences.map(({ support }) => support?.n),
    [2, undefined],
  )
})

test('a number that is not in the source is not borne out by words around it', async () => {
  const { sentences } = await check('Every employee has 30 days of paid leave a year [1].')
  assert.deepEqual(
    sentences.map(({ support }) => support),
    [null],
  )
})

test('a mark without a source is named, and one in code is none', async () => {
  const { unresolved, citations } = await check('It is so [7]. It is not `a[1]`.\n\n```\nx[2]\n```\n')
  assert.deepEqual(
    unresolved.map(({ n }) => n),
    [7],
  )
  assert.deepEqual(citations, [])
})

test('a mark behind the full stop belongs to the sentence before it', async () => {
  const { sentences } = await check('Leave is asked for in May. [1]\nYour name is Berta Schulze.')
  assert.deepEqual(
    sentences.map(({ support }) => support?.n),
    [1, null],
  )
})

test('what a model said before bears nothing out', async () => {
  const said: ContextMessage = {
    role: 'assistant',
    calls: [],
    parts: [{ origin: 'model', integrity: 'trusted', class: 'internal', text: 'The canteen opens at noon.' }],
  }
  const { sentences, hasSources } = await checkAnswer(
    { text: 'The canteen opens at noon.', citations: [], isQuoting: false },
    [said],
    [],
  )
  assert.deepEqual([sentences.map(({ support }) => support), hasSources], [[null], false])
})

test('that a document was kept is nothing which an answer is to stand on', async () => {
  const said = (text: string, integrity: 'trusted' | 'untrusted'): ContextMessage => ({
    role: 'tool',
    call: 'c1',
    name: 'write_artifact',
    parts: [{ origin: 'tool', integrity, class: 'public', text }],
  })
  const of = async (message: ContextMessage) =>
    (
      await checkAnswer(
        { text: 'I wrote the letter to Anna beside this conversation.', citations: [], isQuoting: false },
        [message],
        [],
      )
    ).hasSources
  assert.equal(await of(said('Kept as artifact 01a2, version 1.', 'trusted')), false)
  assert.equal(await of(said('The order was sent on Monday.', 'untrusted')), true)
})

test('quotes of an engine that cites by itself are checked against the documents', async () => {
  const cited = part(1, LEAVE)
  const citations = cited.source ? [cited.source] : []
  const text =
    'Quoted from your documents:\n\nEvery employee has 25 days of paid leave a year. [1]\n— Handbook'
  const { sentences, unresolved } = await checkAnswer({ text, citations, isQuoting: true }, [], [cited])
  assert.deepEqual([sentences.map(({ support }) => support?.n), unresolved], [[1], []])
})

test('a model that hands over citations of its own is checked sentence by sentence all the same', async () => {
  const cited = part(1, LEAVE)
  const citations = cited.source ? [cited.source] : []
  const text = 'Every employee has 25 days of paid leave a year [1]. The boss gives everybody a car.'
  const { sentences } = await checkAnswer({ text, citations, isQuoting: false }, [], [cited])
  assert.deepEqual(
    sentences.map(({ support }) => support?.n),
    [1, undefined],
  )
})

test('a question of the user does not bear out the answer that repeats its words', async () => {
  const asked = (text: string): ContextMessage => ({
    role: 'user',
    parts: [{ origin: 'user', integrity: 'trusted', class: 'internal', text }],
  })
  for (const [question, text] of [
    ['I work in Leeds. Is the canteen closed on Sundays?', 'The canteen is closed on Sundays.'],
    ['我在深圳上班。食堂周日不开门吗？', '食堂周日不开门。'],
  ] as const) {
    const answer = { text, citations: [], isQuoting: false }
    const { sentences } = await checkAnswer(answer, [asked(question)], [])
    assert.deepEqual(
      sentences.map(({ support }) => support),
      [null],
    )
  }
})

test('every address in an answer is named, in whatever way it is written', () => {
  const text = [
    '![a](https://evil.example/1?q=x "t") [b](<https://evil.example/2>) https://evil.example/3',
    '[r]: //evil.example/4',
    '<img width=1 src="https://evil.example/5"> <a href=javascript:alert(1)>x</a>',
    '[![c](data:image/png;base64,AA==)](https://evil.example/6)',
  ].join('\n')
  assert.deepEqual(
    linksIn(text).map(({ kind, url }) => `${kind} ${url}`),
    [
      'image https://evil.example/1?q=x',
      'link https://evil.example/2',
      'link https://evil.example/3',
      'link //evil.example/4',
      'image https://evil.example/5',
      'link javascript:alert(1)',
      'image data:image/png;base64,AA==',
      'link https://evil.example/6',
    ],
  )
})

test('an answer made to be slow to read is read in time that grows with its length alone', () => {
  const costs = [20_000, 80_000].map((length) => {
    const from = process.cpuUsage().user
    for (const piece of ['[', '](', '![', '<img ', '```', '[1', '<a href', '[a]:'])
      linksIn(piece.repeat(length / piece.length))
    return process.cpuUsage().user - from
  })
  const [small = 0, large = 0] = costs
  assert.ok(large < small * 12 + 200_000, `${small} and ${large} µs`)
})
