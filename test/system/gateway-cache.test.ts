import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel, withinOneDay } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, chatEvents, event, ordinary, streamed } from './gateway-upstream.ts'

const CANARY = 'zygomorphic quixotry'

let target: CaptureServer
let house: GatewayHouse
const config = (more: object = {}): object => ({
  targets: [
    privateModel(target.url, { price: { in: 1, out: 10 } }),
    managedModel(target.url, { models: ['open'], price: { in: 1, out: 10 } }),
    privateModel(target.url, { name: 'claude', dialect: 'anthropic' }),
  ],
  routes: [
    { when: { model: 'plain' }, to: ['house'] },
    { when: { model: 'open', class: ['public'] }, to: ['cloud'], cache: { ttlSeconds: 600 } },
    { when: { model: 'shared' }, to: ['house'], cache: { ttlSeconds: 600, scope: 'tenant' } },
    { to: ['house', 'claude'], cache: { ttlSeconds: 600 } },
  ],
  ...more,
})
before(withinOneDay)
before(async () => {
  target = await captureServer()
  house = await openGateway(config())
})
after(async () => {
  await house.close()
  await target.close()
})
beforeEach(() => {
  target.answer(ordinary)
  target.forget()
})

let turn = 0
/** Each test asks something that none before it asked. */
const chat = (more: object = {}): object => ({
  model: 'm',
  messages: [{ role: 'user', content: `question ${(turn += 1)}` }],
  ...more,
})
const as = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })

interface Got {
  readonly status: number
  readonly cache: string | null
  readonly body: string
  readonly request: string
  /** Without those that are of this one answer. */
  readonly headers: Readonly<Record<string, string>>
}

async function ask(
  body: object,
  headers: Record<string, string> = {},
  path = '/v1/chat/completions',
): Promise<Got> {
  const response = await house.post(path, body, headers)
  const {
    'x-freehold-request': request = '',
    'x-freehold-cache': cache = null,
    ...rest
  } = Object.fromEntries(response.headers)
  for (const name of ['date', 'content-length', 'transfer-encoding']) delete rest[name]
  return { status: response.status, cache, request, headers: rest, body: await response.text() }
}

const shown = async <T>(...args: readonly string[]): Promise<T> => {
  const { status, stdout, stderr } = await house.cli(...args, '--json')
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

test('the same request is answered twice with the same bytes, and the target is called once', async () => {
  const anthropic = { 'anthropic-version': '2023-06-01' }
  const cases: readonly (readonly [string, object, Record<string, string>])[] = [
    ['/v1/chat/completions', chat(), {}],
    ['/v1/chat/completions', chat({ stream: true }), {}],
    ['/v1/embeddings', { model: 'm', input: 'hi' }, {}],
    ['/v1/responses', { model: 'm', input: 'hi', store: false }, {}],
    ['/v1/responses', { model: 'm', input: 'hi', store: false, stream: true }, {}],
    ['/v1/messages', chat({ max_tokens: 9 }), anthropic],
    ['/v1/messages', chat({ max_tokens: 9, stream: true }), anthropic],
  ]
  for (const [path, body, headers] of cases) {
    target.forget()
    const first = await ask(body, headers, path)
    const second = await ask(body, headers, path)
    const what = `${path} ${JSON.stringify(body)}`
    assert.deepEqual(
      [first.status, first.cache, second.status, second.cache],
      [200, 'miss', 200, 'hit'],
      what,
    )
    assert.deepEqual([second.body, second.headers], [first.body, first.headers], what)
    assert.equal(target.seen.length, 1, what)
  }
})

test('the clients of the model APIs read a kept stream as they read the first', async () => {
  const openai = new OpenAI({ baseURL: `${house.url}/v1`, apiKey: house.apiKey, maxRetries: 0 })
  const anthropic = new Anthropic({ baseURL: house.url, apiKey: house.apiKey, maxRetries: 0 })
  const asked = { model: 'm', messages: [{ role: 'user' as const, content: 'a question of a client' }] }
  const ofOpenai = async (): Promise<string> => {
    let text = ''
    for await (const { choices } of await openai.chat.completions.create({ ...asked, stream: true }))
      text += choices[0]?.delta.content ?? ''
    return text
  }
  const ofAnthropic = (): Promise<string> =>
    anthropic.messages.stream({ ...asked, max_tokens: 99 }).finalText()
  for (const read of [ofOpenai, ofAnthropic]) {
    const first = await read()
    assert.ok(first.endsWith('🚚📦'), first)
    let again = ''
    // A client may have read the last event before the stream has ended, and what has not ended is not kept.
    for (let tries = 0; tries < 20; tries += 1) {
      target.forget()
      again = await read()
      if (target.seen.length === 0) break
    }
    assert.deepEqual([again, target.seen.length], [first, 0])
  }
})

test('a kept answer has a record of its own, with no call and no cost, and counts as one', async () => {
  const body = chat()
  const [first, second] = [await ask(body), await ask(body)]
  interface Row {
    cached: boolean
    attempts: number
    target: string
    zone: string
    status: number
    usage: object | null
    cost: number | null
    reserved: { tokens: number; cost: number }
    bytesOut: object
  }
  const brief = ({ cached, attempts, target: of, zone, status, usage, cost, bytesOut }: Row) => ({
    cached,
    attempts,
    target: of,
    zone,
    status,
    isFree: usage === null && cost === 0,
    bytesOut,
  })
  const [made, kept] = [
    await shown<Row>('request', 'show', first.request),
    await shown<Row>('request', 'show', second.request),
  ]
  const same = { target: 'house', zone: 'private', status: 200 }
  assert.deepEqual(brief(kept), {
    ...same,
    cached: true,
    attempts: 0,
    isFree: true,
    bytesOut: { private: 0, managed: 0 },
  })
  assert.deepEqual([made.cached, made.attempts, made.cost !== 0], [false, 1, true])
  assert.deepEqual([kept.reserved, made.reserved.tokens > 0], [{ tokens: 0, cost: 0 }, true])
  const { data } = await shown<{ data: { name: string; cached: number; requests: number }[] }>(
    'usage',
    '--by',
    'target',
  )
  const used = data.find(({ name }) => name === 'house')
  assert.ok(used && used.cached > 0 && used.cached < used.requests)
  const metrics = await house.metrics()
  const figure = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1])
  assert.ok(figure('freehold_cache_hits_total') > 0 && figure('freehold_cache_misses_total') > 0)
  assert.ok(figure('freehold_cache_entries') > 0 && figure('freehold_cache_bytes') > 1024)
})

test('another key, class, header, model of another rule, or one byte more is another request', async () => {
  const body = chat()
  await ask(body)
  const other = as(await house.key('--name', 'other'))
  const differing: readonly (readonly [object, Record<string, string>])[] = [
    [body, other],
    [body, { 'x-freehold-class': 'confidential' }],
    [body, { 'x-freehold-conversation': 'c1' }],
    [body, { accept: 'application/json' }],
    [{ ...body, stream: true }, {}],
    [{ ...body, temperature: 0 }, {}],
    [{ ...body, model: 'shared' }, {}],
  ]
  for (const [sent, headers] of differing) assert.equal((await ask(sent, headers)).cache, 'miss')
  assert.equal(target.seen.length, 1 + differing.length)
  assert.equal(
    (await ask({ ...body, model: 'shared' }, other)).cache,
    'hit',
    'the rule shares with the tenant',
  )
  const off = { ...body, model: 'plain' }
  for (const _ of [1, 2]) assert.equal((await ask(off)).cache, null)
})

test('a header that a target is handed besides the usual ones makes another request', async () => {
  const headed = privateModel(target.url, { name: 'headed', headers: { request: ['x-locale'] } })
  const own = await openGateway({
    targets: [headed],
    routes: [{ to: ['headed'], cache: { ttlSeconds: 600 } }],
  })
  const body = chat()
  const given: (string | null)[] = []
  for (const locale of ['de', 'fr', 'de']) {
    const response = await own.post('/v1/chat/completions', body, { 'x-locale': locale })
    await response.arrayBuffer()
    given.push(response.headers.get('x-freehold-cache'))
  }
  assert.deepEqual(given, ['miss', 'miss', 'hit'])
  await own.close()
})

test('what is bound to one request, or sent with no-store, goes to the target each time', async () => {
  const bound: readonly (readonly [string, object, Record<string, string>])[] = [
    ['/v1/responses', { model: 'm', input: 'hi' }, {}],
    ['/v1/chat/completions', chat({ store: true }), {}],
    ['/v1/chat/completions', chat({ freehold: {} }), {}],
    ['/v1/chat/completions', chat(), { 'cache-control': 'no-store' }],
  ]
  for (const [path, body, headers] of bound)
    for (const _ of [1, 2]) assert.equal((await ask(body, headers, path)).cache, 'bypass')
  assert.equal(target.seen.length, 2 * bound.length)
})

test('an answer that failed, broke, was left or speaks of an error is not given again', async () => {
  const words = ['one ', 'two ', 'three ']
  const error = event({ error: { message: 'out of memory' } })
  const scripts = [
    streamed(chatEvents(words), { cutAfter: 3 }),
    streamed([...chatEvents(words).slice(0, 3), error, event('[DONE]')]),
    streamed(chatEvents(words).slice(0, 3)),
  ]
  for (const script of scripts) {
    const body = chat({ stream: true })
    target.answer(script)
    await ask(body).catch(() => {})
    target.answer(ordinary)
    assert.equal((await ask(body)).cache, 'miss')
    assert.equal((await ask(body)).cache, 'hit')
  }
  const left = chat({ stream: true })
  target.answer(streamed(chatEvents(words), { stallAfter: 3 }))
  const response = await house.post('/v1/chat/completions', left)
  const [seen] = target.seen.slice(-1)
  await response.body?.cancel()
  await seen?.left
  target.answer(ordinary)
  assert.equal((await ask(left)).cache, 'miss')
})

test('a caller whose money is spent is given what is kept, and is counted by the minute all the same', async () => {
  const key = as(await house.key('--class', 'public', '--limit', 'moneyPerDay=0.00005', '--limit', 'rpm=4'))
  const body = chat({ model: 'open' })
  assert.equal((await ask(body, key)).cache, 'miss')
  assert.equal((await ask(chat({ model: 'open' }), key)).status, 429, 'the money is spent')
  const kept = await ask(body, key)
  assert.deepEqual([kept.status, kept.cache, kept.headers['x-freehold-zone']], [200, 'hit', 'managed'])
  assert.equal((await ask(body, key)).status, 200)
  assert.equal((await ask(body, key)).status, 429, 'the minute is full')
  assert.equal(target.seen.length, 1)
})

test('what is kept is shown, and forgotten when it is told to, by rule, target or altogether', async () => {
  interface View {
    entries: number
    bytes: number
    hits: number
    data: { rule: string; target: string; entries: number }[]
  }
  const [mine, shared] = [chat(), chat({ model: 'shared' })]
  for (const body of [mine, shared, mine]) await ask(body)
  const view = await shown<View>('cache', 'show')
  assert.ok(view.entries > 1 && view.hits > 0 && view.bytes > view.entries * 1024)
  const { entries } = view.data.find(({ rule }) => rule === 'file:3') ?? { entries: 0 }
  const gone = await shown<{ entries: number }>('cache', 'purge', '--rule', 'file:3', '--target', 'house')
  assert.equal(gone.entries, entries)
  assert.deepEqual([(await ask(shared)).cache, (await ask(mine)).cache], ['miss', 'hit'])
  assert.equal((await shown<{ entries: number }>('cache', 'purge', '--target', 'nobody')).entries, 0)
  assert.ok((await shown<{ entries: number }>('cache', 'purge')).entries > 0)
  assert.deepEqual((await shown<View>('cache', 'show')).data, [])
  assert.equal((await ask(mine)).cache, 'miss')
  const operator = as(await house.key('--scope', '*'))
  const audit = await (await house.get('/api/audit', operator)).json()
  const latest = (audit as { data: { action: string; subject: string; detail: object }[] }).data.find(
    ({ action, subject }) => action === 'cache.purged' && subject !== 'all',
  )
  assert.deepEqual([latest?.subject, latest?.detail], ['nobody', { entries: 0 }])
  for (const method of ['GET', 'DELETE'])
    assert.equal((await fetch(`${house.url}/api/cache`, { method, headers: as(house.apiKey) })).status, 403)
  const wrong = await fetch(`${house.url}/api/cache?rule=1`, { method: 'DELETE', headers: operator })
  assert.deepEqual(
    [wrong.status, ((await wrong.json()) as { error: { param: string } }).error.param],
    [400, 'rule'],
  )
})

test('no file of the house shows an answer that is kept', async () => {
  target.answer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ choices: [{ message: { content: CANARY } }] }))
  })
  const body = chat()
  const answers = [await ask(body), await ask(body)]
  assert.deepEqual(
    answers.map(({ cache, body: text }) => [cache, text.includes(CANARY)]),
    [
      ['miss', true],
      ['hit', true],
    ],
  )
  await shown('request', 'show', answers[1]?.request ?? '')
  let files = 0
  for (const name of await readdir(house.data, { recursive: true })) {
    const file = join(house.data, name)
    if (!(await stat(file)).isFile()) continue
    files += 1
    assert.ok(!(await readFile(file)).includes('zygomorphic'), name)
  }
  assert.ok(files > 100 && !house.output().includes('zygomorphic'))
})

test('a change of the rules forgets what was kept, and a cache of no bytes is off', async () => {
  const body = chat()
  await ask(body)
  const fileOf = async (): Promise<string[]> =>
    (await shown<{ data: { id: string; cache: object | null }[] }>('route', 'list')).data.map(
      ({ id, cache }) => (cache ? id : `no ${id}`),
    )
  assert.deepEqual(await fileOf(), ['no file:1', 'file:2', 'file:3', 'file:4'])
  await house.rewrite(config({ classes: { privateOnly: ['confidential'] } }))
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await until(async () => (await shown<{ entries: number }>('cache', 'show')).entries === 0)
  assert.equal((await ask(body)).cache, 'miss')
  assert.equal((await ask(body)).cache, 'hit')
  await house.rewrite(config({ classes: { privateOnly: ['confidential'] }, cache: { maxBytes: 0 } }))
  await until(async () => (await shown<{ maxBytes: number }>('cache', 'show')).maxBytes === 0)
  assert.equal((await ask(body)).cache, null)
  assert.match((await house.cli('cache', 'show')).stdout, /No answer is kept/)
})

test('a rule for services that keeps answers, and a time of none, are refused with their place', async () => {
  const check = async (route: object): Promise<string> => {
    await house.rewrite(config({ routes: [route] }))
    return (await house.cli('config', 'check', house.config)).stderr
  }
  assert.match(
    await check({ when: { service: 'tts' }, to: ['house'], cache: { ttlSeconds: 1 } }),
    /routes\[0\]\.cache: is for rules for models/,
  )
  assert.match(await check({ to: ['house'], cache: { ttlSeconds: 0 } }), /routes\[0\]\.cache\.ttlSeconds/)
  assert.match(
    await check({ to: ['house'], cache: { ttlSeconds: 1, scope: 'all' } }),
    /routes\[0\]\.cache\.scope/,
  )
})
