import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import Anthropic, { APIError as AnthropicError } from '@anthropic-ai/sdk'
import OpenAI, { APIError } from 'openai'
import type { targetStanding } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import { eventsOf } from './client-answers.ts'
import type { Got, MutationHouse } from './gateway-mutations.ts'
import { exchange, openMutationHouse } from './gateway-mutations.ts'
import { chatEvents, event, messageEvents, responseEvents } from './gateway-upstream.ts'
import type { Api } from './recorded-streams.ts'
import { openSocket } from './socket-client.ts'
import type { Sending } from './stream-mutations.ts'

let open: MutationHouse
const agent = new Agent({ keepAlive: true })
before(async () => {
  open = await openMutationHouse({ idleMs: 10_000 })
})
after(async () => {
  agent.destroy()
  await open.close()
})

interface Odd extends Partial<Sending> {
  readonly client?: Api
  readonly letter?: 'o' | 'a' | 't'
  readonly stream?: boolean
}

let count = 0
function target(text: string | readonly Buffer[], { letter = 'o', ...sending }: Odd): string {
  count += 1
  const model = `${letter}-odd-${count}`
  open.target.answer(model, {
    pieces: typeof text === 'string' ? [Buffer.from(text)] : text,
    framing: 'chunked',
    end: 'whole',
    headers: ['content-type: text/event-stream'],
    status: 200,
    ...sending,
  })
  return model
}

const ask = (text: string | readonly Buffer[], odd: Odd = {}): Promise<Got> =>
  exchange(open.house, {
    client: odd.client ?? 'chat',
    model: target(text, odd),
    stream: odd.stream ?? true,
    agent,
  })

const HI = [{ role: 'user' as const, content: 'hi' }]
const CHAT = chatEvents(['one ', 'two']).join('')
const EVENTS = ['content-type: text/event-stream']
const JSON_TYPE = { stream: false, headers: ['content-type: application/json'] }

for (const end of ['reset', 'garbage', 'hang'] as const) {
  test(`a stream is whole when its last event came, though the connection then ends with ${end}`, async () => {
    const pieces = chatEvents(['one ', 'two']).map((text) => Buffer.from(text))
    const { body, isWhole } = await ask(pieces, { end })
    // A reset may overtake what was sent before it.
    if (end === 'reset' && !isWhole) return
    assert.deepEqual([body.toString(), isWhole], [CHAT, true])
  })
}

test('an event that the target broke off does not reach the client, who can read the error', async () => {
  const cut = CHAT.slice(0, CHAT.lastIndexOf('two') + 1)
  const { body, isWhole } = await ask(cut)
  assert.equal(isWhole, false)
  for (const { data } of eventsOf(body.toString())) JSON.parse(data ?? '')
  const client = new OpenAI({ baseURL: `${open.house.url}/v1`, apiKey: open.house.apiKey, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'hi' }]
  const stream = await client.chat.completions.create({ model: target(cut, {}), messages, stream: true })
  const said: string[] = []
  await assert.rejects(
    async () => {
      for await (const { choices } of stream) said.push(choices[0]?.delta.content ?? '')
    },
    (error) => error instanceof APIError && error.code === 'upstream_broke',
  )
  assert.equal(said.join(''), 'one ')
})

test('a client that is busy when a stream breaks still reads why', async () => {
  const cut = CHAT.slice(0, CHAT.lastIndexOf('two'))
  const read = async (): Promise<string> => {
    const body = { model: target(cut, {}), messages: HI, stream: true }
    const response = await open.house.post('/v1/chat/completions', body)
    // What was not read when the connection ends is dropped by fetch.
    await new Promise((resolve) => setTimeout(resolve, 10))
    const parts: Uint8Array[] = []
    // It breaks in the end, whatever was read.
    await response.body
      ?.pipeTo(new WritableStream({ write: (part) => void parts.push(part) }))
      .catch(() => {})
    return Buffer.concat(parts).toString()
  }
  // On a busy machine it may be busy for longer than it is waited for.
  for (let nth = 0; nth < 5; nth += 1) if ((await read()).includes('upstream_broke')) return
  assert.fail('the error is never read')
})

test('an error in the middle of a stream is one, though its end marker follows', async () => {
  const failed = CHAT.replace(/(?=data: \[DONE)/, event({ error: { message: 'out of memory', code: 500 } }))
  const { body, isWhole } = await ask(failed)
  assert.equal(isWhole, false)
  assert.ok(body.includes('out of memory') && body.includes('upstream_broke'))
})

test('the error of a Responses stream is numbered and flat, and the official client throws it', async () => {
  const text = responseEvents(['a', 'b']).slice(0, 2).join('')
  const { body } = await ask(text, { client: 'responses' })
  const last = eventsOf(body.toString()).at(-1)
  const { type, code, message, param, sequence_number, error }: Record<string, unknown> = JSON.parse(
    last?.data ?? '',
  )
  assert.deepEqual(
    [last?.name, type, code, param, sequence_number],
    ['error', 'error', 'upstream_broke', null, 2],
  )
  assert.deepEqual(error, { message, type: 'upstream_error', param: null, code })
  const client = new OpenAI({ baseURL: `${open.house.url}/v1`, apiKey: open.house.apiKey, maxRetries: 0 })
  for (const letter of ['o', 'a', 't'] as const) {
    const cut = { o: text, a: messageEvents(['a']).slice(0, 4).join(''), t: CHAT.slice(0, 300) }[letter]
    const stream = await client.responses.create({
      model: target(cut, { letter }),
      input: 'hi',
      stream: true,
    })
    await assert.rejects(
      async () => {
        for await (const _ of stream);
      },
      (error) => error instanceof APIError && error.code === 'upstream_broke',
    )
  }
})

const ODD: Readonly<Record<string, readonly [text: string | readonly Buffer[], odd: Odd]>> = {
  'one answer instead of a stream': ['{"choices":[]}', { headers: ['content-type: application/json'] }],
  'a stream under another name': [CHAT, { headers: ['content-type: text/plain'] }],
  'a stream without a name': [CHAT, { headers: [] }],
  'a stream instead of one answer': [CHAT, { stream: false }],
  'a page with status 200': ['<h1>Sign in</h1>', { stream: false, headers: ['content-type: text/html'] }],
  'a part of an answer': ['{"choices":[{"message":{"con', JSON_TYPE],
  nothing: ['', JSON_TYPE],
  'a redirect': ['', { ...JSON_TYPE, status: 302, headers: ['location: https://example.org/'] }],
  'an end and nothing before it': ['data: [DONE]\n\n', {}],
  'an empty status': ['', { ...JSON_TYPE, status: 204 }],
  'a status that has no content': [CHAT, { status: 205 }],
  'a compressed stream': [[gzipSync(CHAT)], { headers: [...EVENTS, 'content-encoding: gzip'] }],
  'a status that nobody knows': ['{}', { ...JSON_TYPE, status: 999 }],
  'two content types': [CHAT, { headers: ['content-type: text/event-stream', 'content-type: text/html'] }],
  'an error that is nested very deeply': [
    event(`{"error":{"message":"no","a":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`),
    {},
  ],
}
for (const [what, [text, odd]] of Object.entries(ODD)) {
  test(`a target that sends ${what} is said to have broken off`, async () => {
    for (const [client, letter] of [
      ['chat', 'o'],
      ['messages', 'o'],
      ['responses', 't'],
    ] as const) {
      const { status, body, isWhole } = await ask(text, { ...odd, client, letter })
      assert.deepEqual([status, isWhole], [502, true], body.toString())
      const { error }: { error: { message: unknown } } = JSON.parse(body.toString())
      assert.equal(typeof error.message, 'string')
    }
  })
}

test('JSON is called JSON, whatever the target calls it', async () => {
  const { headers } = await ask('{"choices":[]}', { stream: false, headers: [] })
  assert.match(headers['content-type'] ?? '', /^application\/json/)
})

test('the target is left at once when its stream cannot be translated', async () => {
  const broken = chatEvents(['one']).slice(0, 2).join('') + event('{')
  const before = open.target.left
  const got = await ask(broken, { client: 'messages', end: 'hang' })
  assert.match(got.body.toString(), /cannot be translated: it is not valid JSON/)
  assert.equal(open.target.left, before + 1)
})

test('a request that is nested too deeply to be translated is refused by name', async () => {
  const deep = `${'['.repeat(2e4)}1.0${']'.repeat(2e4)}`
  const body = `{"model":"a-deep","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"x":${deep}}}}]}`
  const response = await open.house.post('/v1/chat/completions', body)
  const { error }: { error: { code: string; param: string } } = JSON.parse(await response.text())
  assert.deepEqual([response.status, error.code, error.param], [400, 'invalid', 'body'])
})

const WHOLE = JSON.stringify({
  id: 'c',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
})
const MESSAGE = JSON.stringify({
  type: 'message',
  content: [{ type: 'text', text: 'hi' }],
  usage: { input_tokens: 1, output_tokens: 1 },
})

test('an answer that was cut is no answer, also where it ends with a brace', async () => {
  for (const [text, client, letter] of [
    [WHOLE, 'chat', 'o'],
    [MESSAGE, 'messages', 'a'],
    [WHOLE, 'responses', 't'],
  ] as const) {
    const { status, body } = await ask(text.slice(0, -1), { ...JSON_TYPE, client, letter })
    assert.equal(status, 502)
    assert.match(body.toString(), /no JSON object, or a part of one/)
  }
})

test('an error that comes with the status of an answer gets one of its own, streamed or not', async () => {
  for (const stream of [true, false]) {
    for (const [said, client, letter, status] of [
      [{ error: { message: 'busy', code: 402 } }, 'chat', 'o', 402],
      [{ error: 'busy' }, 'responses', 't', 502],
      [{ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, 'messages', 'a', 529],
      [{ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, 'chat', 'a', 529],
    ] as const) {
      const got = await ask(JSON.stringify(said), { ...JSON_TYPE, stream, client, letter })
      const { error }: { error: { message: string } } = JSON.parse(got.body.toString())
      assert.deepEqual([got.status, error.message], [status, 'busy'])
    }
  }
})

test('what a target says of an error reaches the client in the shape of its API', async () => {
  for (const said of [
    { detail: 'too long' },
    { error: 'too long' },
    { object: 'error', message: 'too long' },
    [{ error: { message: 'too long', status: 'INVALID_ARGUMENT' } }],
  ]) {
    for (const [client, letter] of [
      ['chat', 'o'],
      ['chat', 'a'],
      ['messages', 'a'],
      ['messages', 'o'],
      ['responses', 't'],
    ] as const) {
      const got = await ask(JSON.stringify(said), { ...JSON_TYPE, status: 400, client, letter })
      const { type, error }: { type?: string; error: { message: string; type: string } } = JSON.parse(
        got.body.toString(),
      )
      assert.deepEqual([got.status, error.message], [400, 'too long'], `${client} from ${letter}`)
      if (client === 'messages') assert.deepEqual([type, error.type], ['error', 'invalid_request_error'])
    }
  }
})

test('odd heads of real servers do no harm: a mark before the body, letters, a type that is said twice', async () => {
  const anthropic = new Anthropic({ baseURL: open.house.url, apiKey: open.house.apiKey, maxRetries: 0 })
  const type = 'content-type: Application/JSON'
  const model = target(`\ufeff${MESSAGE}`, { letter: 'a', headers: [type, type] })
  const { content } = await anthropic.messages.create({ model, max_tokens: 9, messages: HI })
  assert.deepEqual(content, [{ type: 'text', text: 'hi' }])
  const events = 'content-type: TEXT/EVENT-STREAM'
  const { headers, body } = await ask(CHAT.slice(0, CHAT.indexOf('two')), { headers: [events, events] })
  assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.match(body.toString(), /event: error\n/)
})

test('a last event that nothing ends is told to the official client, and one that was cut is not', async () => {
  const anthropic = new Anthropic({ baseURL: open.house.url, apiKey: open.house.apiKey, maxRetries: 0 })
  const all = messageEvents(['one ', 'two']).join('')
  const say = (text: string) =>
    anthropic.messages
      .stream({ model: target(text, { letter: 'a' }), max_tokens: 9, messages: HI })
      .finalText()
  assert.equal(await say(all.trimEnd()), 'one two')
  await assert.rejects(say(all.trimEnd().slice(0, -5)), AnthropicError)
  const endless = [...responseEvents(['a']).slice(0, -1), 'data: [DONE]\n\n'].join('')
  const stray = await ask(endless, { client: 'responses' })
  assert.match(stray.body.toString(), /upstream_broke/)
  assert.equal(stray.body.includes('[DONE]'), false)
  const answered = responseEvents(['a']).join('').trimEnd()
  const { body } = await ask(answered.slice(0, -5), { client: 'responses' })
  assert.match(body.toString(), /upstream_broke/)
  assert.equal(body.toString().includes('event: response.completed'), false)
})

test('over a WebSocket each answer ends, also where its last event was cut or has no type of its own', async () => {
  const events = responseEvents(['a'])
  const last = events.at(-1) ?? ''
  const headers = { authorization: `Bearer ${open.house.apiKey}` }
  const client = await openSocket(`${open.house.url}/v1/responses`, { headers })
  for (const [end, type] of [
    [last.slice(0, -9), 'error'],
    [last.replace('"type":"response.completed",', ''), 'response.completed'],
    ['event: error\ndata: {"message":"gone"}\n\n', 'error'],
    [`${last}${last}`, 'response.completed'],
    ['', 'error'],
  ] as const) {
    const model = target([...events.slice(0, -1), end].join(''), {})
    client.send({ type: 'response.create', model, input: 'hi' })
    const ends = ['response.completed', 'response.failed', 'error']
    assert.equal((await client.until(...ends)).at(-1)?.type, type)
  }
  await client.end()
})

test('an error in a field of its own ends a stream as broken, though its end marker follows', async () => {
  const failed = CHAT.replace(/(?=data: \[DONE)/, 'error: {"code":500,"message":"no slot"}\n\n')
  const { body } = await ask(failed)
  assert.match(body.toString(), /ended its answer with an error: no slot/)
  assert.equal(body.includes('[DONE]'), false)
})

test('usage that no answer has uses up no budget', async () => {
  const most = String(Number.MAX_SAFE_INTEGER)
  const key = await open.house.key('--name', 'thrifty', '--limit', 'tokensPerDay=100000')
  const body = (model: string): object => ({ model, messages: HI, max_tokens: 5 })
  const say = async (text: string): Promise<number> => {
    const headers = { authorization: `Bearer ${key}` }
    const answer = await open.house.post('/v1/chat/completions', body(target(text, JSON_TYPE)), headers)
    await answer.text()
    return answer.status
  }
  assert.equal(await say(WHOLE.replace(':11', `:${most}`).replace(':7', `:${most}`)), 200)
  assert.equal(await say(WHOLE), 200)
})

/** In pieces as a network cuts them. */
function* cut(text: string): Generator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

const MIB = 1024 * 1024
const inFront = (data: string): string => CHAT.replace('\n\n', `\n\ndata: {"choices":[],"x":${data}}\n\n`)
/** `whole`: a client must get all of it. `read`: what is too much to be read where it must be translated. */
const HUGE: Readonly<Record<string, readonly [text: () => string, fate: 'whole' | 'read' | 'broken']>> = {
  'an event of 1 MiB': [() => chatEvents(['x'.repeat(MIB)]).join(''), 'whole'],
  'an event of 5 MiB': [() => chatEvents(['"'.repeat(2.5 * MIB)]).join(''), 'read'],
  'an event of 20 MiB': [() => chatEvents(['x'.repeat(20 * MIB)]).join(''), 'broken'],
  'an event of a million lines': [() => `${CHAT}${'data: 1\n'.repeat(MIB)}\n`, 'read'],
  'four million lone CR': [() => `${'a\r'.repeat(4 * MIB)}\r${CHAT}`, 'read'],
  'four million numbers': [() => inFront(`[${'0,'.repeat(4e6)}1.0]`), 'read'],
  'five million brackets': [() => inFront('['.repeat(5e6) + ']'.repeat(5e6)), 'read'],
  '40,000 events of one letter': [
    () => chatEvents(Array.from({ length: 40_000 }, () => 'x')).join(''),
    'whole',
  ],
  'half a million empty events': [
    () => CHAT.replace('\n\n', `\n\n${'data:\r\n\r\n'.repeat(500_000)}`),
    'whole',
  ],
}

/** What the server's main thread has worked, so that a busy machine does not count; without /proc what has passed. */
function mainThreadMs(): number {
  const { pid } = open.house
  const file = `/proc/${pid}/task/${pid}/schedstat`
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : performance.now()
}

test('huge and endless answers are passed on or given up, and meanwhile others are served', async (t) => {
  const gaps: number[] = []
  const over = new AbortController()
  const others = (async () => {
    while (!over.signal.aborted) {
      const from = mainThreadMs()
      assert.equal((await fetch(`${open.house.url}/livez`)).status, 200)
      gaps.push(mainThreadMs() - from)
    }
  })()
  for (const [what, [text, fate]] of Object.entries(HUGE)) {
    const pieces = [...cut(text())]
    for (const [client, letter] of [
      ['chat', 'o'],
      ['messages', 'o'],
      ['responses', 't'],
    ] as const) {
      const { isWhole, status, body } = await ask(pieces, { client, letter })
      const isRead = client !== 'chat'
      assert.equal(status, 200, what)
      assert.equal(isWhole, fate === 'whole' || (fate === 'read' && !isRead), `${what}: ${client}`)
      if (!isWhole) assert.match(body.toString('latin1', body.length - 1000), /upstream_broke/)
      else if (!isRead) assert.ok(Buffer.concat(pieces).equals(body), what)
    }
  }
  over.abort()
  await others
  t.diagnostic(
    `${gaps.length} others, the slowest after ${Math.max(...gaps).toFixed(0)} ms of the server's work`,
  )
  // Read as a whole, the numbers alone would hold up everybody for longer.
  assert.ok(Math.max(...gaps) < 3000)
})

type Standing = z.output<typeof targetStanding>

test('an answer that was refused is not under way any more, and counts as a failure of its target', async () => {
  const authorization = `Bearer ${await open.house.key('--scope', '*')}`
  const loads = async (): Promise<Standing['load']> => {
    const listed = await (await open.house.get('/api/targets', { authorization })).text()
    const { data }: { data: Standing[] } = JSON.parse(listed)
    return data.flatMap(({ load }) => load)
  }
  const failures = async (): Promise<number> => (await loads()).filter(({ failing }) => failing > 0).length
  const before = await failures()
  await ask('<h1>Sign in</h1>', { ...JSON_TYPE })
  await ask('{"choices":[]}', { ...JSON_TYPE, client: 'messages' })
  assert.equal(await failures(), before + 2)
  const busy = (await loads()).filter(({ inFlight }) => inFlight > 0)
  assert.deepEqual(busy, [])
})
