import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel, settledRecord } from './gateway-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import {
  answered,
  captureServer,
  chatEvents,
  messageEvents,
  ordinary,
  responseEvents,
  streamed,
} from './gateway-upstream.ts'

/** Planted everywhere; none of them may arrive at a managed target. */
const CANARY = /[\w.]+@canary\.example/g
const PLACEHOLDER = /\[EMAIL_[a-z2-7]{4}_\d+\]/g

let cloud: CaptureServer
let claude: CaptureServer
let home: CaptureServer
let house: GatewayHouse

const PUBLIC = ['public']
const RULES = [
  { when: { model: 'open-*', class: PUBLIC }, to: ['cloud'], desensitise: 'none' },
  { when: { model: 'both', class: PUBLIC }, to: ['house', 'cloud'] },
  { when: { model: 'cloud-first', class: PUBLIC }, to: ['cloud', 'house'] },
  { when: { model: 'claude', class: PUBLIC }, to: ['claude'] },
  { when: { service: 'nlp', class: PUBLIC }, to: ['nlp'] },
  { when: { model: 'ours', class: PUBLIC }, to: ['cloud'], desensitise: 'ours' },
  { when: { model: 'blocking', class: PUBLIC }, to: ['cloud', 'house'], desensitise: 'blocking' },
  { when: { class: PUBLIC }, to: ['cloud'] },
]

before(async () => {
  cloud = await captureServer()
  claude = await captureServer()
  home = await captureServer()
  house = await openGateway(
    {
      targets: [
        managedModel(cloud.url),
        managedModel(claude.url, { name: 'claude', dialect: 'anthropic' }),
        { name: 'nlp', kind: 'service', zone: 'managed', url: cloud.url },
        privateModel(home.url),
      ],
      routes: RULES,
      // What is found would raise the class of everything here, and these rules are for public content.
      classes: { found: { default: 'public', PHONE: 'public' } },
      desensitise: { ours: { EMAIL: 'keep-part' }, blocking: { EMAIL: 'block' } },
    },
    { key: ['--class', 'public'] },
  )
})
after(async () => {
  await house.close()
  await Promise.all([cloud.close(), claude.close(), home.close()])
})

const bodies = (server: CaptureServer): string =>
  server.seen
    .map(({ path, body, headers }) => `${path} ${JSON.stringify(headers)} ${body.toString()}`)
    .join('\n')

/** Sends it and returns what arrived, in which no canary may stand. */
async function arrived(path: string, body: unknown, server = cloud): Promise<string> {
  server.forget()
  const response = await house.post(path, body)
  assert.equal(response.status, 200, await response.clone().text())
  await response.text()
  assert.deepEqual(bodies(server).match(CANARY), null)
  return server.seen[0]?.body.toString() ?? ''
}

const CHAT = {
  model: 'm',
  messages: [
    { role: 'system', content: 'You answer for boss@canary.example.' },
    {
      role: 'user',
      content: [{ type: 'text', text: '你好 anna@canary.example，"x"\nand anna@canary.example' }],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'send', arguments: '{"to":"bob@canary.example"}' },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: '{"sent":{"to":"bob@canary.example"}}' },
  ],
  tools: [
    {
      type: 'function',
      function: {
        name: 'send',
        description: 'Ask help@canary.example',
        parameters: {
          type: 'object',
          properties: { to: { type: 'string', description: 'like x@canary.example' } },
        },
      },
    },
  ],
}
const RESPONSES = {
  model: 'm',
  instructions: 'You answer for boss@canary.example.',
  input: [
    { role: 'user', content: [{ type: 'input_text', text: 'anna@canary.example' }] },
    { type: 'function_call', call_id: 'c1', name: 'send', arguments: '{"to":"bob@canary.example"}' },
    { type: 'function_call_output', call_id: 'c1', output: 'sent to bob@canary.example' },
  ],
}
const MESSAGES = {
  model: 'claude',
  max_tokens: 100,
  system: [{ type: 'text', text: 'You answer for boss@canary.example.' }],
  messages: [
    { role: 'user', content: 'anna@canary.example' },
    {
      role: 'assistant',
      content: [{ type: 'tool_use', id: 't1', name: 'send', input: { to: 'bob@canary.example' } }],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 't1', content: 'sent to bob@canary.example' }],
    },
  ],
}

test('no value of a conversation reaches a managed target, in any of the APIs', async () => {
  const chat = await arrived('/v1/chat/completions', CHAT)
  // The same value is the same placeholder, and everything else is as it was sent.
  const seen = [...chat.matchAll(PLACEHOLDER)].map(([placeholder]) => placeholder)
  assert.equal(seen.length, 7)
  assert.equal(new Set(seen).size, 5)
  assert.equal(seen[1], seen[2])
  assert.equal(seen[3], seen[4])
  assert.equal(chat.replaceAll(PLACEHOLDER, '@'), JSON.stringify(CHAT).replaceAll(CANARY, '@'))
  const responses = await arrived('/v1/responses', RESPONSES)
  assert.equal(responses.replaceAll(PLACEHOLDER, '@'), JSON.stringify(RESPONSES).replaceAll(CANARY, '@'))
  const messages = await arrived('/v1/messages', MESSAGES, claude)
  assert.equal(messages.replaceAll(PLACEHOLDER, '@'), JSON.stringify(MESSAGES).replaceAll(CANARY, '@'))
})

test('what is translated for its target is masked too', async () => {
  const toMessages = await arrived('/v1/chat/completions', { ...CHAT, model: 'claude' }, claude)
  assert.equal(toMessages.match(PLACEHOLDER)?.length, 7)
  const toChat = await arrived('/v1/messages', { ...MESSAGES, model: 'm' })
  assert.equal(toChat.match(PLACEHOLDER)?.length, 4)
  const responses = await arrived('/v1/responses', { ...RESPONSES, model: 'claude' }, claude)
  assert.equal(responses.match(PLACEHOLDER)?.length, 4)
})

test('embeddings get labels that nobody can turn back', async () => {
  const sent = await arrived('/v1/embeddings', {
    model: 'm',
    input: ['anna@canary.example', 'bob@canary.example'],
  })
  assert.equal(sent, '{"model":"m","input":["[EMAIL]","[EMAIL]"]}')
})

test('with the net off the canary is seen leaving', async () => {
  cloud.forget()
  const response = await house.post('/v1/chat/completions', { ...CHAT, model: 'open-1' })
  assert.equal(response.status, 200)
  assert.equal(bodies(cloud).match(CANARY)?.length, 7)
  assert.equal(response.headers.get('x-freehold-masked'), '0')
})

test('a value where nothing may be rewritten keeps the request here', async () => {
  cloud.forget()
  const user = [{ role: 'user', content: 'hello' }]
  for (const body of [
    { model: 'm', messages: user, user: 'anna@canary.example' },
    { model: 'm', messages: [{ role: 'user', name: 'anna@canary.example', content: 'x' }] },
    { model: 'm', messages: user, 'anna@canary.example': 1 },
    { model: 'm', messages: [...user, { role: 'tool', tool_call_id: 'anna@canary.example', content: '' }] },
  ]) {
    const response = await house.post('/v1/chat/completions', body)
    const { error } = JSON.parse(await response.text())
    assert.deepEqual([response.status, error.code], [422, 'stays_home'])
    assert.match(error.message, /EMAIL/)
    assert.doesNotMatch(error.message, /canary/)
  }
  assert.equal(cloud.seen.length, 0)
})

test('a private target sees what was said, and only when it fails is the request masked for the managed one', async () => {
  home.forget()
  cloud.forget()
  const said = { ...CHAT, model: 'both' }
  assert.equal((await house.post('/v1/chat/completions', said)).headers.get('x-freehold-masked'), '0')
  assert.equal(home.seen[0]?.body.toString(), JSON.stringify(said))
  assert.equal(cloud.seen.length, 0)
  home.answer(answered(503, {}))
  try {
    const response = await house.post('/v1/chat/completions', said)
    assert.equal(response.headers.get('x-freehold-masked'), '5')
    assert.deepEqual(bodies(cloud).match(CANARY), null)
    assert.equal(home.seen[1]?.body.toString(), JSON.stringify(said))
  } finally {
    home.answer(ordinaryAnswer)
  }
})

test('what cannot be masked goes on to the private target of its rule', async () => {
  home.forget()
  cloud.forget()
  const body = {
    model: 'cloud-first',
    messages: [{ role: 'user', content: 'x' }],
    user: 'anna@canary.example',
  }
  const response = await house.post('/v1/chat/completions', body)
  assert.deepEqual([response.status, response.headers.get('x-freehold-target')], [200, 'house'])
  assert.equal(cloud.seen.length, 0)
})

const ordinaryAnswer: Script = answered(200, {
  id: 'c',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
})

/** Answers with the placeholders that it was sent, cut into pieces of so many characters. */
const repeating =
  (make: (words: readonly string[]) => string[], size: number): Script =>
  (seen, response) => {
    const words = `I know ${[...seen.body.toString().matchAll(PLACEHOLDER)].join(' and ')} [note] 张伟.`
    return streamed(make(words.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? []))(seen, response)
  }

test('a streamed answer comes back in the words of the client, however it is cut', async () => {
  const ask = {
    model: 'm',
    stream: true,
    messages: [{ role: 'user', content: 'anna@canary.example bob@canary.example' }],
  }
  const expected = 'I know anna@canary.example and bob@canary.example [note] 张伟.'
  try {
    for (const size of [1, 3, 7, 100]) {
      cloud.answer(repeating(chatEvents, size))
      const chat = await (await house.post('/v1/chat/completions', ask)).text()
      assert.equal(
        [...chat.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map((hit) => hit[1]).join(''),
        expected,
      )
      cloud.answer(repeating(responseEvents, size))
      const responses = await (
        await house.post('/v1/responses', { model: 'm', stream: true, input: ask.messages })
      ).text()
      assert.equal(
        [...responses.matchAll(/"delta":"((?:[^"\\]|\\.)*)"/g)].map((hit) => hit[1]).join(''),
        expected,
      )
      claude.answer(repeating(messageEvents, size))
      const messages = await (
        await house.post('/v1/messages', { ...ask, model: 'claude', max_tokens: 9 })
      ).text()
      assert.equal(
        [...messages.matchAll(/"text_delta","text":"((?:[^"\\]|\\.)*)"/g)].map((hit) => hit[1]).join(''),
        expected,
      )
    }
  } finally {
    cloud.answer(ordinaryAnswer)
    claude.answer(ordinaryAnswer)
  }
})

test('a whole answer comes back in the words of the client, also inside the arguments of a tool', async () => {
  cloud.answer((seen, response) => {
    const [placeholder] = seen.body.toString().match(PLACEHOLDER) ?? []
    const call = {
      id: 'c',
      type: 'function',
      function: { name: 'send', arguments: JSON.stringify({ to: placeholder }) },
    }
    return answered(200, {
      id: 'c',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: `To ${placeholder}`, tool_calls: [call] },
          finish_reason: 'stop',
        },
      ],
    })(seen, response)
  })
  const response = await house.post('/v1/chat/completions', {
    model: 'm',
    messages: [{ role: 'user', content: 'Write to anna@canary.example' }],
  })
  const { choices } = JSON.parse(await response.text())
  assert.equal(choices[0].message.content, 'To anna@canary.example')
  assert.equal(choices[0].message.tool_calls[0].function.arguments, '{"to":"anna@canary.example"}')
  assert.equal(response.headers.get('x-freehold-masked'), '1')
  const id = response.headers.get('x-freehold-request') ?? ''
  const record = await settledRecord<Record<string, unknown>>(house, id)
  assert.deepEqual(record['masked'], { EMAIL: 1 })
})

test('a conversation keeps its placeholders from turn to turn, and shares them with no other', async () => {
  const turn = (more: object[] = []) =>
    arrived('/v1/chat/completions', {
      model: 'm',
      messages: [{ role: 'user', content: 'I am anna@canary.example' }, ...more],
    })
  const [first] = (await turn()).match(PLACEHOLDER) ?? []
  const second = await turn([
    { role: 'assistant', content: 'Hello anna@canary.example' },
    { role: 'user', content: 'bob@canary.example says hello' },
  ])
  const placeholders = second.match(PLACEHOLDER) ?? []
  assert.deepEqual([placeholders[0], placeholders[1]], [first, first])
  assert.notEqual(placeholders[2], first)
  const other = await arrived('/v1/chat/completions', {
    model: 'm',
    messages: [{ role: 'user', content: 'I am also anna@canary.example' }],
  })
  assert.notEqual(other.match(PLACEHOLDER)?.[0], first)
})

test('a request that comes again leaves as the same bytes, and that of somebody else under other placeholders', async () => {
  const say = { model: 'm', messages: [{ role: 'user', content: 'Again: anna@canary.example' }] }
  const first = await arrived('/v1/chat/completions', say)
  assert.equal(await arrived('/v1/chat/completions', say), first)
  const apiKey = await house.key('--name', 'else', '--class', 'public')
  cloud.forget()
  const response = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(say),
  })
  await response.text()
  const others = cloud.seen[0]?.body.toString() ?? ''
  assert.match(others, PLACEHOLDER)
  assert.notEqual(others, first)
})

test('a service is sent no value either, in its address, a form, JSON or a text', async () => {
  cloud.forget()
  const send = (path: string, type: string, body: string) =>
    fetch(`${house.url}/services/nlp/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': type },
      body,
    })
  await send('users/anna%40canary.example?q=bob%40canary.example', 'text/plain', 'I am anna@canary.example')
  await send('x', 'application/json', '{"to":["anna@canary.example",{"n":1.0}]}')
  await send('x', 'application/x-www-form-urlencoded', 'to=anna%40canary.example&n=1')
  await send('x', 'application/xml', '<to>anna@canary.example</to>')
  assert.equal(cloud.seen.length, 4)
  assert.doesNotMatch(bodies(cloud), /canary\.example/)
  assert.match(cloud.seen[1]?.body.toString() ?? '', /^\{"to":\["\[EMAIL_[a-z2-7]{4}_1\]",\{"n":1\.0\}\]\}$/)
})

test('a service gives back what it was sent, in a redirect and in an answer of any length', async () => {
  const ask = (path: string, body: string) =>
    fetch(`${house.url}/services/nlp/${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'text/plain' },
      body,
    })
  cloud.answer((seen, response) => {
    response.writeHead(303, { location: `${seen.path}/of/${seen.body.toString()}` }).end()
  })
  const moved = await ask('users', 'anna@canary.example')
  assert.doesNotMatch(bodies(cloud), /canary/)
  assert.deepEqual(
    [moved.status, moved.headers.get('location')],
    [303, '/services/nlp/users/of/anna%40canary.example'],
  )
  for (const [repeats, bytes] of [
    [3, 90],
    [6_000_000 / 30, 6_000_000],
  ] as const) {
    cloud.answer(async (seen, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const line = seen.body.toString().padEnd(28)
      const all = Buffer.from(JSON.stringify(Array.from({ length: repeats }, () => line)))
      for (let at = 0; at < all.length; at += 100_003) {
        if (!response.write(all.subarray(at, at + 100_003)))
          await new Promise((resolve) => response.once('drain', resolve))
      }
      response.end()
    })
    const answer = await (await ask('x', 'anna@canary.example')).text()
    assert.ok(answer.length >= bytes - repeats * 10)
    const lines: string[] = JSON.parse(answer)
    assert.ok(lines.length === repeats && lines.every((line) => line.startsWith('anna@canary.example')))
  }
  cloud.answer(ordinary)
})

test('a profile of the house decides what becomes of a value', async () => {
  const say = (model: string) => ({
    model,
    messages: [{ role: 'user', content: 'I am anna@canary.example.' }],
  })
  cloud.forget()
  assert.equal((await house.post('/v1/chat/completions', say('ours'))).status, 200)
  assert.match(bodies(cloud), /I am \*\*\*@canary\.example\./)
  cloud.forget()
  const response = await house.post('/v1/chat/completions', say('blocking'))
  assert.deepEqual([response.status, response.headers.get('x-freehold-target')], [200, 'house'])
  assert.equal(cloud.seen.length, 0)
})

test('a request in which too much is found to be looked at does not leave', async () => {
  cloud.forget()
  const content = Array.from({ length: 50_001 }, (_, at) => `a${at}@canary.example`).join(' ')
  const response = await house.post('/v1/chat/completions', {
    model: 'm',
    messages: [{ role: 'user', content }],
  })
  assert.equal(JSON.parse(await response.text()).error.code, 'stays_home')
  assert.equal(cloud.seen.length, 0)
})
