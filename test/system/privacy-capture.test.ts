import { after, before, beforeEach, test } from 'node:test'
import assert from 'node:assert/strict'
import { PLANTED, session, TURNS } from './agent-session.ts'
import { arrivedIn, CANARIES, CANARY, SAID } from './canaries.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, ordinary, silent } from './gateway-upstream.ts'
import { heard, parrot, spokenIn } from './parrot.ts'
import { openSocket } from './socket-client.ts'

let cloud: CaptureServer
let claude: CaptureServer
let home: CaptureServer
let house: GatewayHouse

const LEAVING = ['public', 'internal', 'confidential']
/** Everything comes back, also what would otherwise keep a request here. */
const AGENT = { SECRET: 'pseudonymise' }
const OPEN = { default: 'keep', SECRET: 'keep' }

before(async () => {
  cloud = await captureServer()
  claude = await captureServer()
  home = await captureServer()
  const rule = (model: string, to: readonly unknown[], more: object = {}) => ({
    when: { model, class: LEAVING },
    to,
    desensitise: 'agent',
    ...more,
  })
  house = await openGateway({
    targets: [
      managedModel(cloud.url, { retries: 1 }),
      managedModel(claude.url, { name: 'claude', dialect: 'anthropic', retries: 0 }),
      managedModel(cloud.url, { name: 'chatty', responses: 'translated' }),
      { name: 'nlp', kind: 'service', zone: 'managed', url: cloud.url },
      privateModel(home.url),
    ],
    routes: [
      rule('claude', ['claude']),
      rule('chatty', ['chatty']),
      rule('strict', ['cloud'], { desensitise: 'strict' }),
      rule('unmasked', ['cloud'], { desensitise: 'unmasked' }),
      rule('home-first', ['house', 'cloud']),
      rule('fallback', ['cloud', 'claude']),
      rule('hedged', ['cloud', 'claude'], { hedge: { afterMs: 20 } }),
      rule('*', ['cloud']),
      { when: { service: 'nlp', class: LEAVING }, to: ['nlp'], desensitise: 'agent' },
      { to: ['house'] },
    ],
    desensitise: { agent: AGENT, unmasked: OPEN },
  })
})
after(async () => {
  await house.close()
  await Promise.all([cloud.close(), claude.close(), home.close()])
})
beforeEach(() => {
  for (const [seed, server] of [cloud, claude, home].entries()) {
    server.forget()
    server.answer(parrot(seed + 1))
  }
})

const ARGUMENTS = JSON.stringify(SAID.call)
const LOOK = '{"what":"the files"}'
const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string', description: `like ${CANARY.nameGerman}` } },
}
const IDS = ['call_1', 'call_2', 'call_3', 'call_4']

const BODIES = {
  '/v1/chat/completions': {
    messages: [
      { role: 'system', content: SAID.system },
      { role: 'user', content: SAID.user.map((text) => ({ type: 'text', text })) },
      {
        role: 'assistant',
        content: null,
        tool_calls: IDS.map((id, at) => {
          return { id, type: 'function', function: { name: 'find', arguments: at === 0 ? ARGUMENTS : LOOK } }
        }),
      },
      ...SAID.result.map((content, at) => ({ role: 'tool', tool_call_id: IDS[at], content })),
    ],
    tools: [
      { type: 'function', function: { name: 'find', description: SAID.description, parameters: SCHEMA } },
    ],
  },
  '/v1/messages': {
    max_tokens: 1000,
    messages: [
      { role: 'user', content: SAID.user.map((text) => ({ type: 'text', text })) },
      {
        role: 'assistant',
        content: IDS.map((id, at) => {
          return { type: 'tool_use', id, name: 'find', input: at === 0 ? SAID.call : JSON.parse(LOOK) }
        }),
      },
      {
        role: 'user',
        content: SAID.result.map((text, at) => {
          return {
            type: 'tool_result',
            tool_use_id: IDS[at],
            content: at === 0 ? text : [{ type: 'text', text }],
          }
        }),
      },
    ],
    system: [{ type: 'text', text: SAID.system }],
    tools: [{ name: 'find', description: SAID.description, input_schema: SCHEMA }],
  },
  '/v1/responses': {
    instructions: SAID.system,
    input: [
      { role: 'user', content: SAID.user.map((text) => ({ type: 'input_text', text })) },
      ...IDS.map((id, at) => {
        return { type: 'function_call', call_id: id, name: 'find', arguments: at === 0 ? ARGUMENTS : LOOK }
      }),
      ...SAID.result.map((output, at) => ({ type: 'function_call_output', call_id: IDS[at], output })),
    ],
    tools: [
      { type: 'function', name: 'find', description: SAID.description, parameters: SCHEMA, strict: false },
    ],
  },
} as const
type Path = keyof typeof BODIES

const outside = () => [...cloud.seen, ...claude.seen]

/** Sends it; nothing of it may arrive outside, and all of it must come back as it was said. */
async function comesBack(
  path: Path,
  more: { readonly model: string; readonly stream?: boolean },
): Promise<void> {
  const body = { ...BODIES[path], ...more }
  const response = await house.post(path, body)
  const text = await response.text()
  assert.equal(response.status, 200, text)
  assert.deepEqual(arrivedIn(outside()), [])
  const answer = heard(text)
  assert.equal(answer.text, spokenIn(body))
  if (more.stream !== true) assert.deepEqual(answer.call, SAID.call)
}

const PATHS = Object.keys(BODIES) as readonly Path[]

for (const path of PATHS) {
  for (const model of ['cloud', 'claude', 'chatty']) {
    test(`${path} at ${model}: nothing of it arrives, and all of it comes back`, async () => {
      await comesBack(path, { model })
      await comesBack(path, { model, stream: true })
      assert.equal(outside().length, 2)
    })
  }
}

test('with the net off every one of them is seen to arrive', async () => {
  for (const path of PATHS) {
    for (const one of [cloud, claude]) one.forget()
    const response = await house.post(path, { ...BODIES[path], model: 'unmasked' })
    assert.equal(response.status, 200, await response.text())
    assert.deepEqual(arrivedIn(outside()), CANARIES)
  }
})

test('calls that are made again, elsewhere or twice at once hold nothing either', async () => {
  let calls = 0
  cloud.answer((seen, response) => {
    calls += 1
    return (calls === 1 ? answered(503, {}) : parrot())(seen, response)
  })
  await comesBack('/v1/chat/completions', { model: 'cloud' })
  assert.equal(cloud.seen.length, 2)
  cloud.answer(answered(503, {}))
  await comesBack('/v1/responses', { model: 'fallback', stream: true })
  assert.equal(claude.seen.length, 1)
  for (const one of [cloud, claude]) one.forget()
  cloud.answer(silent)
  const { messages } = BODIES['/v1/chat/completions']
  const hedged = await house.post('/v1/chat/completions', { model: 'hedged', messages: messages.slice(0, 2) })
  assert.equal(hedged.headers.get('x-freehold-target'), 'claude', await hedged.text())
  assert.deepEqual([cloud.seen.length, claude.seen.length, arrivedIn(outside())], [1, 1, []])
  home.answer(answered(503, {}))
  cloud.answer(parrot())
  await comesBack('/v1/messages', { model: 'home-first' })
  assert.ok(arrivedIn(home.seen).length > 20, 'the house itself sees what was said')
})

test('nothing of what a coding agent reads arrives, in any of its turns, and all of it comes back', async () => {
  const values = Object.values(PLANTED)
  assert.equal(values.length, 24)
  for (let turn = 1; turn <= TURNS; turn += 1) {
    const body = session(turn)
    const response = await house.post('/v1/messages', { ...body, stream: turn % 2 === 1 })
    const text = await response.text()
    assert.equal(response.status, 200, text)
    assert.equal(heard(text).text, spokenIn(body))
  }
  assert.equal(claude.seen.length, TURNS)
  assert.deepEqual(arrivedIn(claude.seen, [...values, 'Haugland', 'Lindgren', 'Demirel']), [])
  assert.equal((await house.post('/v1/messages', { ...session(TURNS), model: 'unmasked' })).status, 200)
  assert.deepEqual(arrivedIn(cloud.seen, values), values)
})

test('a socket of the Responses API leads out by the same door', async () => {
  const socket = await openSocket(`${house.url}/v1/responses`, {
    headers: { authorization: `Bearer ${house.apiKey}` },
  })
  socket.send({ type: 'response.create', ...BODIES['/v1/responses'], model: 'cloud' })
  const notices = await socket.until('response.completed', 'error')
  await socket.end()
  assert.equal(notices.at(-1)?.type, 'response.completed', JSON.stringify(notices.at(-1)))
  assert.deepEqual(arrivedIn(outside()), [])
  const said = notices.map(({ type, delta }) => (type === 'response.output_text.delta' ? delta : '')).join('')
  assert.equal(said, spokenIn(BODIES['/v1/responses']))
})

test('embeddings hold labels alone', async () => {
  const input = [SAID.system, ...SAID.user, ...SAID.result, ARGUMENTS]
  const response = await house.post('/v1/embeddings', { model: 'cloud', input })
  assert.equal(response.status, 200, await response.text())
  assert.deepEqual(arrivedIn(outside()), [])
  assert.doesNotMatch(cloud.seen[0]?.body.toString() ?? '', /\[[A-Z_]+_[a-z2-7]{4}_\d+\]/)
})

const TEXTS = [SAID.system, ...SAID.user, ...SAID.result]

test('a service is told nothing in its path, query or body, and its answer comes back in the words of the client', async () => {
  cloud.answer(ordinary)
  const path = `people/${encodeURIComponent(CANARY.nameEnglish)}/${encodeURIComponent(CANARY.phoneAbroad)}`
  const query = `?mail=${encodeURIComponent(CANARY.email)}&note=${encodeURIComponent(SAID.user[1])}`
  const escaped = JSON.stringify({ ...SAID, n: Number(CANARY.cardChina.slice(0, 15)) }).replaceAll(
    /[^\x20-\x7e]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const bodies: readonly (readonly [type: string, body: string])[] = [
    ['application/json', JSON.stringify(SAID)],
    ['application/json; charset=utf-8', escaped],
    [
      'application/x-www-form-urlencoded',
      new URLSearchParams(Object.fromEntries(TEXTS.entries())).toString(),
    ],
    ['text/plain', TEXTS.join('\n\n')],
    ['application/xml', `<all>${TEXTS.map((text) => `<text>${text}</text>`).join('')}</all>`],
  ]
  for (const [type, body] of bodies) {
    cloud.forget()
    const response = await house.post(`/services/nlp/${path}${query}`, body, { 'content-type': type })
    const answer = await response.text()
    assert.equal(response.status, 200, answer)
    assert.equal(cloud.seen.length, 1)
    assert.deepEqual(arrivedIn(cloud.seen), [], type)
    assert.doesNotMatch(answer, /\[[A-Z_]+_[a-z2-7]{4}_\d+\]/, type)
  }
})

test('where nothing may be rewritten, and what cannot be read, nothing leaves', async () => {
  const call = (headers: Readonly<Record<string, string>>, body: string | Buffer = '{}') =>
    house.post('/services/nlp/x', body, headers)
  const user = [{ role: 'user', content: 'hello' }]
  const chat = (more: object) =>
    house.post('/v1/chat/completions', { model: 'cloud', messages: user, ...more })
  const refused = await Promise.all([
    call({ prefer: CANARY.email }),
    call({ 'content-type': `text/plain; name="${CANARY.email}"` }),
    call({ 'accept-language': CANARY.email }),
    call({ 'content-type': 'text/plain' }, Buffer.from(SAID.system, 'utf16le')),
    call({ 'content-type': 'text/plain; charset=utf-16' }, Buffer.from(SAID.system, 'utf16le')),
    call({ 'content-type': 'multipart/form-data; boundary=x' }, SAID.system),
    chat({ user: CANARY.email }),
    chat({ [CANARY.email]: 1 }),
    chat({ messages: [{ role: 'user', name: 'Lindqvist', content: SAID.user[1] }] }),
    chat({
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
      ],
    }),
    house.post('/v1/chat/completions', { ...BODIES['/v1/chat/completions'], model: 'strict' }),
    house.post(
      '/v1/chat/completions',
      { ...BODIES['/v1/chat/completions'], model: 'cloud' },
      { 'x-freehold-class': 'restricted' },
    ),
  ])
  for (const response of refused.slice(0, -1)) {
    const answer = await response.text()
    assert.deepEqual([response.status, JSON.parse(answer).error.code], [422, 'stays_home'], answer)
    assert.doesNotMatch(answer, /raghunathan|lindqvist/i)
  }
  assert.equal(refused.at(-1)?.headers.get('x-freehold-zone'), 'private')
  assert.deepEqual(outside(), [])
})

test('a name that one turn tells is masked in every later one, wherever it stands', async () => {
  const say = async (content: string, more: readonly object[] = []) => {
    const body = { model: 'cloud', messages: [{ role: 'user', content }, ...more] }
    const response = await house.post('/v1/chat/completions', body, { 'x-freehold-conversation': 'long' })
    const text = await response.text()
    assert.equal(response.status, 200, text)
    assert.equal(heard(text).text, spokenIn(body))
  }
  await say(
    `¶a My name is ${CANARY.nameGerman}, account ${CANARY.account}; my sister is ${CANARY.nameChineseShort}女士`,
  )
  const [first] = /\[PERSON_[a-z2-7]{4}_\d+\]/.exec(cloud.seen[0]?.body.toString() ?? '') ?? []
  await say(`¶b so ${CANARY.nameGerman} it is. (${CANARY.account})`)
  assert.ok(cloud.seen[1]?.body.includes(`so ${first} it is`), 'the same placeholder as before')
  await say(`¶c lindqvist_thomas/x.txt, LINDQVIST & ${CANARY.nameChineseShort}的车`, [
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'c',
          type: 'function',
          function: { name: 'f', arguments: '{"a":"ThomasLindqvist 1100-2398-4415"}' },
        },
      ],
    },
    {
      role: 'tool',
      tool_call_id: 'c',
      content: `¶d ${Buffer.from(`of ${CANARY.nameGerman}!`).toString('base64')}`,
    },
  ])
  assert.deepEqual(arrivedIn(outside()), [])
})
