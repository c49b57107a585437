import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import type { PresidioSetting } from '../../kernel/config/detector-keys.ts'
import { createDialler } from '../../kernel/dialler/dialler.ts'
import { Secret } from '../../kernel/secret.ts'
import { PluginFailure } from './plugin.ts'
import { Presidio } from './presidio.ts'

interface Question {
  readonly text: string | readonly string[]
  readonly language: string
  readonly score_threshold: number
}

/** Speaks as Presidio does: places in code points, a list of lists for a list of texts. */
const analysed = (text: string): object[] =>
  [...text.matchAll(/Zorblax|München/g)].map(({ index, 0: word }) => {
    const start = Array.from(text.slice(0, index)).length
    return {
      entity_type: 'PERSON',
      start,
      end: start + Array.from(word).length,
      score: 0.85,
      analysis_explanation: null,
    }
  })
const honest = ({ text }: Question): unknown =>
  typeof text === 'string' ? analysed(text) : text.map(analysed)

let script: (question: Question, response: ServerResponse) => unknown = honest
const asked: { question: Question; path: string; token: unknown }[] = []
let mostAtOnce = 0
let atOnce = 0
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  atOnce += 1
  mostAtOnce = Math.max(mostAtOnce, atOnce)
  response.on('close', () => (atOnce -= 1))
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const question = JSON.parse(Buffer.concat(parts).toString()) as Question
    asked.push({ question, path: request.url ?? '', token: request.headers['x-token'] })
    const answer = script(question, response)
    if (answer !== undefined) response.end(JSON.stringify(answer))
  })
})
let url = ''
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is never a path.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ner`
})
beforeEach(() => {
  script = honest
  asked.length = 0
})
after(() => {
  server.closeAllConnections()
  server.close()
})

const setting = (more: Partial<PresidioSetting> = {}): PresidioSetting => ({
  name: 'ner',
  kind: 'presidio',
  enabled: true,
  required: true,
  entities: {},
  minScore: 0.5,
  timeoutMs: 5000,
  url,
  languages: ['en'],
  batch: false,
  connections: 4,
  headers: { 'x-token': new Secret('t') },
  mayBePublic: false,
  ca: null,
  ...more,
})

async function find(texts: readonly string[], more: Partial<PresidioSetting> = {}) {
  const presidio = new Presidio(setting(more), createDialler())
  try {
    return await presidio.find(texts.map((text) => ({ text, context: { language: null, key: null } })))
  } finally {
    await presidio.close()
  }
}
const words = async (texts: readonly string[], more: Partial<PresidioSetting> = {}) =>
  (await find(texts, more)).map((spans, at) => spans.map(({ start, end }) => texts[at]?.slice(start, end)))
const fails = (code: string, isOfDetector: boolean) => (error: unknown) => {
  assert.ok(error instanceof PluginFailure, String(error))
  assert.deepEqual([error.code, error.isOfDetector], [code, isOfDetector])
  return true
}

test('a name behind emoji and rare characters is found where it stands', async () => {
  assert.deepEqual(await words(['😀👩‍👩‍👧 𠮷 Zorblax, München 😀']), [['Zorblax', 'München']])
  assert.deepEqual(asked, [
    {
      question: { text: '😀👩‍👩‍👧 𠮷 Zorblax, München 😀', language: 'en', score_threshold: 0.5 },
      path: '/ner/analyze',
      token: 't',
    },
  ])
})

test('each text is asked about once in each language, and no more at a time than may be', async () => {
  mostAtOnce = 0
  const texts = ['Zorblax', 'nothing', 'Zorblax', ...Array.from({ length: 20 }, (_, n) => `text ${n}`)]
  const found = await words(texts, { languages: ['en', 'zh'], connections: 3 })
  assert.deepEqual(found.slice(0, 3), [['Zorblax', 'Zorblax'], [], ['Zorblax', 'Zorblax']])
  assert.equal(asked.length, 2 * 22)
  assert.ok(mostAtOnce <= 3)
})

test('in batches many texts are one question', async () => {
  const texts = ['😀 Zorblax', 'nothing', ...Array.from({ length: 148 }, (_, n) => `Zorblax ${n}`)]
  const found = await words(texts, { batch: true })
  assert.deepEqual([asked.length, found.flat().length, found[1]], [2, 149, []])
})

test('a long text is asked about in parts, and what stands on a cut is found', async () => {
  const text = `${'😀 word '.repeat(6249)}Zorblax ${'word '.repeat(3000)}Zorblax`
  const [found = []] = await words([text])
  assert.ok(asked.length > 1)
  assert.ok(found.length >= 2 && found.every((word) => word === 'Zorblax'))
})

test('an answer that is none, or whose places lie elsewhere, is a failure and never taken as nothing found', async () => {
  const answers: readonly unknown[] = [
    'no list',
    { error: 'x' },
    [{ entity_type: 'PERSON', start: 3, end: 1000, score: 1 }],
    [{ entity_type: 'PERSON', start: 5, end: 5, score: 1 }],
    [{ entity_type: 'PERSON', start: -1, end: 2, score: 1 }],
    [{ entity_type: 'PERSON', start: 0.5, end: 2, score: 1 }],
    [{ entity_type: 'PERSON', start: 0, end: 2, score: 7 }],
    [{ entity_type: 'PERSON', start: 0, end: 2 }],
    // The whole of it in UTF-16, which is one more than there is.
    [{ entity_type: 'PERSON', start: 0, end: '😀 text'.length, score: 1 }],
  ]
  for (const answer of answers) {
    script = () => answer
    await assert.rejects(find(['😀 text']), fails('answer', false), JSON.stringify(answer))
  }
  script = () => [[]]
  await assert.rejects(find(['one', 'two'], { batch: true }), fails('answer', false))
  script = (_, response) => void response.end('{')
  await assert.rejects(find(['text']), fails('answer', false))
  script = (_, response) => void response.end('['.padEnd(3_000_000))
  await assert.rejects(find(['text']), fails('answer', false))
})

test('an error that it answers is told from one that it never answers', async () => {
  for (const [status, isOfDetector] of [
    [500, false],
    [400, false],
    [503, true],
  ] as const) {
    script = (_, response) => void response.writeHead(status).end('[]')
    await assert.rejects(find(['text']), fails('status', isOfDetector))
  }
  script = (_, response) => void response.destroy()
  await assert.rejects(find(['text']), fails('unreachable', true))
  script = () => undefined
  await assert.rejects(find(['text'], { timeoutMs: 50 }), fails('timeout', true))
})

test('an answer that drips is over at the deadline, and one that came for another text says that it is there', async () => {
  script = (_, response) => {
    const drip = setInterval(() => response.write(' '), 5)
    response.on('close', () => clearInterval(drip))
  }
  await assert.rejects(find(['text'], { timeoutMs: 60 }), fails('timeout', true))
  script = (question) => (question.text === 'first' ? [] : undefined)
  await assert.rejects(find(['first', 'second'], { timeoutMs: 300, connections: 1 }), fails('timeout', false))
})

test('a name that leads to an address of the internet is not dialled unless the operator says so', async () => {
  const dialled: string[] = []
  const dialler = createDialler({
    lookup: (_, __, answer) => setImmediate(() => answer(null, [{ address: '8.8.8.8', family: 4 }])),
    connect({ host }) {
      dialled.push(host)
      throw new Error('as far as it may go')
    },
  })
  const ask = async (mayBePublic: boolean) => {
    const presidio = new Presidio(setting({ url: 'https://ner.example', mayBePublic }), dialler)
    await assert.rejects(
      presidio.find([{ text: 'text', context: { language: null, key: null } }]),
      fails('unreachable', true),
    )
    await presidio.close()
  }
  await ask(false)
  assert.deepEqual(dialled, [])
  await ask(true)
  assert.deepEqual(dialled, ['8.8.8.8'])
})
