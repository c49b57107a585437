import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { after, before, test } from 'node:test'
import type { Answered } from './ask.ts'
import { Speaker } from './ask.ts'
import type { House } from './house.ts'
import { emptyData, open, remove } from './house.ts'
import { pdf } from './pdf.ts'

let house: House
let key: string
let me: Speaker

before(async () => {
  house = await open()
  key = await house.key()
  me = new Speaker(house.url, key)
})
after(async () => {
  await house.stop()
  await remove(house.data)
})

/** Every citation of an answer, read back through the API: the quoted text must be in the answer. */
async function quoted(answer: Answered): Promise<string[]> {
  return Promise.all(
    answer.citations.map(async ({ documentId, span }) => {
      const { body } = await me.api<{ text: string }>(
        'GET',
        `/api/documents/${encodeURIComponent(documentId)}/text`,
      )
      return body.text.slice(span.start, span.end)
    }),
  )
}

test('a question about Freehold is answered in the first minute, in both languages', async () => {
  const english = await me.ask('How do I create an API key?')
  assert.equal(english.status, 200)
  assert.match(english.text, /\[1\]/)
  assert.match(english.text, /key create/)
  const chinese = await me.ask('数据存储在哪里?')
  assert.match(chinese.text, /\[1\]/)
  assert.match(chinese.text, /\p{Script=Han}/u)
})

test('a pdf that was dropped in is cited word for word', async () => {
  const collection = await me.collection('Papers')
  const file = pdf([
    'Warehouse handbook of the Northwind depot.',
    'The cold store must be kept at minus eighteen degrees.',
    'Forklifts are inspected every second Tuesday of the month.',
  ])
  const added = await me.addFile(collection, 'handbook.pdf', file)
  assert.equal(added.status, 201, JSON.stringify(added.body))
  const answer = await me.ask('When are forklifts inspected?')
  assert.match(answer.text, /every second Tuesday/)
  const [first] = await quoted(answer)
  assert.ok(first && answer.text.includes(first), first)
  assert.equal(answer.headers.get('x-freehold-zone'), 'local')
  assert.equal(answer.headers.get('x-freehold-target'), 'local')
  assert.equal(answer.headers.get('x-freehold-class'), 'internal')
  assert.equal(answer.headers.get('x-freehold-masked'), '0')
  assert.match(answer.headers.get('x-freehold-request') ?? '', /^req_[\da-f]{24}$/)
})

test('a Chinese question finds the Chinese document', async () => {
  const collection = await me.collection('制度')
  const text = '员工手册。年假为每年十五天,须提前两周申请。差旅报销应在三十天内提交。'
  await me.api('POST', `/api/collections/${collection}/documents`, {
    documents: [{ id: 'hr-1', title: '员工手册', text }],
  })
  const answer = await me.ask('年假有多少天?')
  assert.match(answer.text, /十五天/)
  assert.equal(answer.citations[0]?.documentId, 'hr-1')
  const [first] = await quoted(answer)
  assert.ok(first && answer.text.includes(first), first)
})

test('a question that nothing answers is refused in words, not guessed', async () => {
  const answer = await me.ask('Who won the 1954 world chess championship in Moscow?')
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.citations, [])
})

test('a stream carries the same answer, the citations last before the finish', async () => {
  const response = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-anything',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'When are forklifts inspected?' }],
    }),
  })
  const events = (await response.text())
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.slice('data: '.length))
  assert.equal(events.pop(), '[DONE]')
  const chunks = events.map((event) => JSON.parse(event))
  assert.ok(chunks.every((chunk) => chunk.model === 'extract-1'))
  assert.equal(chunks.at(-1).usage.total_tokens > 0, true)
  const deltas = chunks.flatMap((chunk) => chunk.choices)
  assert.equal(deltas.at(-1).finish_reason, 'stop')
  assert.equal(deltas.at(-2).delta.annotations[0].type, 'freehold_citation')
  assert.match(deltas.map((choice) => choice.delta.content ?? '').join(''), /every second Tuesday/)
})

test('the command line adds a folder and asks', async () => {
  const folder = await emptyData()
  await writeFile(
    join(folder, 'canteen.md'),
    '# Canteen\n\nThe canteen opens at half past seven in the morning.\n',
  )
  await writeFile(join(folder, 'ignored.bin'), Buffer.from([0, 1, 2]))
  const added = await house.cli('add', folder, '--json')
  assert.equal(added.status, 0, added.stderr)
  assert.equal(JSON.parse(added.stdout).results.length, 1)
  const asked = await house.cli('ask', 'When does the canteen open?')
  assert.equal(asked.status, 0, asked.stderr)
  assert.match(asked.stdout, /half past seven/)
  assert.match(asked.stdout, /\[1\] Canteen/)
  const json = JSON.parse((await house.cli('ask', '--json', 'When does the canteen open?')).stdout)
  assert.equal(json.zone, 'local')
  assert.equal(json.citations[0].documentId, join(folder, 'canteen.md'))
  await remove(folder)
})

test('the official clients of all three APIs are answered with citations before any model is connected', async () => {
  const apiKey = await house.key()
  const question = 'What is Freehold?'
  const anthropic = new Anthropic({ baseURL: house.url, apiKey, maxRetries: 0 })
  const asked = { model: 'any', max_tokens: 99, messages: [{ role: 'user' as const, content: question }] }
  const message = await anthropic.messages.create(asked)
  const [block] = message.content
  assert.ok(block?.type === 'text' && block.text.includes('[1]'), JSON.stringify(message))
  assert.equal(block.citations, null)
  const cited = Object(message).freehold.citations
  assert.equal(cited[0].type, 'freehold_citation')
  const final = await anthropic.messages.stream(asked).finalMessage()
  assert.deepEqual(final.content, message.content)
  const openai = new OpenAI({ baseURL: `${house.url}/v1`, apiKey, maxRetries: 0 })
  const response = await openai.responses.create({ model: 'any', input: question })
  assert.equal(response.output_text, block.text)
  const streamed = await openai.responses.stream({ model: 'any', input: question }).finalResponse()
  assert.deepEqual(streamed.output.map(saidIn), response.output.map(saidIn))
  assert.deepEqual(Object(streamed).freehold.citations, cited)
})

const saidIn = (item: object): unknown => {
  const { text, annotations } = Object(item).content[0]
  return { text, annotations }
}

test('a key with a low ceiling is shown nothing above it, and may not send above it', async () => {
  const low = await house.key('--class', 'public', '--ceiling', 'public')
  const answer = await new Speaker(house.url, low).ask('When are forklifts inspected?')
  assert.equal(answer.status, 200)
  assert.doesNotMatch(answer.text, /Tuesday/)
  const refused = await fetch(`${house.url}/v1/models`, {
    headers: { authorization: `Bearer ${low}`, 'x-freehold-class': 'internal' },
  })
  assert.equal(refused.status, 403)
  const raised = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${low}`,
      'x-freehold-class': 'internal',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ model: 'extract-1', messages: [{ role: 'user', content: 'hello' }] }),
  })
  assert.equal(raised.status, 403)
  assert.equal(((await raised.json()) as { error: { code: string } }).error.code, 'above_ceiling')
})
