import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, ordinary, responseEvents, streamed } from './gateway-upstream.ts'

let home: CaptureServer
let cloud: CaptureServer
let house: GatewayHouse
let publicKey: string
before(async () => {
  home = await captureServer()
  cloud = await captureServer()
  house = await openGateway({
    targets: [
      privateModel(home.url),
      managedModel(cloud.url),
      privateModel(home.url, { name: 'only-small', models: ['small'] }),
      {
        name: 'nlp',
        kind: 'service',
        zone: 'managed',
        url: cloud.url,
        auth: { header: { name: 'x-key', value: 'k-managed' } },
      },
    ],
    routes: [
      { when: { class: ['restricted'] }, to: ['house'] },
      { when: { model: 'gpt-*', class: ['public', 'internal'] }, to: ['cloud'] },
      { when: { model: 'home-first', class: ['public', 'internal'] }, to: ['house', 'cloud'] },
      { when: { model: 'pictures', class: ['public'] }, to: ['cloud'], opaque: 'allow' },
      { when: { model: 'big' }, to: ['only-small'] },
      { when: { service: 'nlp', class: ['public', 'internal'] }, to: ['nlp'] },
      { when: { class: ['public', 'internal', 'confidential'] }, to: ['house'] },
    ],
    classes: { privateOnly: ['restricted', 'confidential'] },
  })
  publicKey = await house.key('--name', 'public', '--class', 'public')
})
after(async () => {
  await house.close()
  await home.close()
  await cloud.close()
})
beforeEach(() => {
  for (const one of [home, cloud]) {
    one.answer(ordinary)
    one.forget()
  }
})

const say = (model: string, content: unknown = 'hi', more: object = {}): object => ({
  model,
  messages: [{ role: 'user', content }],
  ...more,
})
const asPublic = (): Record<string, string> => ({ authorization: `Bearer ${publicKey}` })
const codeOf = async (response: Response): Promise<string> => {
  const body: { error?: { code: string } } = JSON.parse(await response.text())
  return body.error?.code ?? 'ok'
}

test('a private target gets a short token that names who asks, of which class, and for which audience', async () => {
  await house.post('/v1/chat/completions', say('any'), { 'x-freehold-class': 'confidential' })
  const token = home.seen[0]?.headers.authorization?.replace('Bearer ', '') ?? ''
  const keys = createRemoteJWKSet(new URL(`${house.url}/.well-known/jwks.json`))
  const { payload, protectedHeader } = await jwtVerify(token, keys, { audience: 'vllm', issuer: house.url })
  assert.equal(protectedHeader.alg, 'EdDSA')
  assert.deepEqual(
    [payload['class'], typeof payload.sub, typeof payload['tenant']],
    ['confidential', 'string', 'string'],
  )
  assert.ok(payload.exp !== undefined && payload.iat !== undefined && payload.exp - payload.iat <= 300)
  assert.match(payload.jti ?? '', /.{8}/)
  await assert.rejects(jwtVerify(token, keys, { audience: 'another' }))
  await house.post('/v1/chat/completions', say('any'))
  const other = home.seen[1]?.headers.authorization?.replace('Bearer ', '') ?? ''
  assert.equal((await jwtVerify(other, keys)).payload['class'], 'internal')
})

test('a managed target gets its key and nothing about the caller', async () => {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const response = await house.post('/v1/chat/completions', say('gpt-5'), {
    ...asPublic(),
    traceparent: trace,
  })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('x-freehold-zone'), 'managed')
  const [seen] = cloud.seen
  assert.equal(seen?.headers.authorization, 'Bearer sk-managed-canary-0123456789')
  assert.equal(seen?.headers['traceparent'], undefined)
  assert.equal(JSON.stringify(seen?.headers).includes('fh_'), false)
})

test('a class that its rule does not list does not leave, and the refusal says so', async () => {
  const response = await house.post('/v1/chat/completions', say('gpt-5'), {
    'x-freehold-class': 'confidential',
  })
  assert.deepEqual([response.status, response.headers.get('x-freehold-zone')], [200, 'private'])
  const restricted = await house.post('/v1/chat/completions', say('gpt-5'), {
    'x-freehold-class': 'restricted',
  })
  assert.equal(restricted.headers.get('x-freehold-zone'), 'private')
  const service = await house.post('/services/nlp/x', { text: 'hi' }, { 'x-freehold-class': 'confidential' })
  assert.deepEqual([service.status, await codeOf(service)], [422, 'stays_home'])
  assert.deepEqual(cloud.seen, [])
})

test('what is internal leaves where its rule lists the class, and stays where what is found in it raises it', async () => {
  const response = await house.post('/v1/chat/completions', say('gpt-5', 'I am anna@canary.example'))
  // What was found is confidential, and here that never leaves.
  assert.equal(response.headers.get('x-freehold-zone'), 'private')
  const plain = await house.post('/v1/chat/completions', say('gpt-5'))
  assert.deepEqual(
    [plain.headers.get('x-freehold-zone'), plain.headers.get('x-freehold-class')],
    ['managed', 'internal'],
  )
})

test('a request falls back from private to managed only with what may leave', async () => {
  home.answer(answered(503, { error: { message: 'down', type: 't', param: null, code: null } }))
  const picture = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }]
  const unread = await house.post('/v1/chat/completions', say('home-first', picture))
  assert.deepEqual([unread.status, home.seen.length, cloud.seen.length], [503, 1, 0])
  const text = await house.post('/v1/chat/completions', say('home-first'))
  assert.deepEqual([text.status, home.seen.length, cloud.seen.length], [200, 2, 1])
})

test('a declared class only raises, the highest of several counts, and nonsense is refused', async () => {
  const class_ = async (header: string, key = asPublic()) => {
    const response = await house.post('/v1/chat/completions', say('any'), {
      ...key,
      'x-freehold-class': header,
    })
    return response.ok ? response.headers.get('x-freehold-class') : codeOf(response)
  }
  assert.equal(await class_('internal'), 'internal')
  assert.equal(await class_('public, confidential, internal'), 'confidential')
  assert.equal(await class_('public', { authorization: `Bearer ${house.apiKey}` }), 'internal')
  assert.equal(await class_('secret'), 'invalid')
  assert.deepEqual(cloud.seen, [])
})

test('content above the ceiling of a key is refused', async () => {
  const low = await house.key('--name', 'low', '--class', 'public', '--ceiling', 'internal')
  const headers = { authorization: `Bearer ${low}`, 'x-freehold-class': 'confidential' }
  const response = await house.post('/v1/chat/completions', say('any'), headers)
  assert.deepEqual([response.status, await codeOf(response)], [403, 'above_ceiling'])
})

test('a conversation keeps the highest class that it has had', async () => {
  const talk = (dataClass: string, conversation = 'talk-1') =>
    house.post('/v1/chat/completions', say('any'), {
      ...asPublic(),
      'x-freehold-class': dataClass,
      'x-freehold-conversation': conversation,
    })
  assert.equal((await talk('public')).headers.get('x-freehold-class'), 'public')
  assert.equal((await talk('confidential')).headers.get('x-freehold-class'), 'confidential')
  assert.equal((await talk('public')).headers.get('x-freehold-class'), 'confidential')
  assert.equal((await talk('public', 'talk-2')).headers.get('x-freehold-class'), 'public')
  // The same name with another key is another conversation.
  const other = await house.key('--name', 'other', '--class', 'public')
  const foreign = await house.post('/v1/chat/completions', say('any'), {
    authorization: `Bearer ${other}`,
    'x-freehold-conversation': 'talk-1',
  })
  assert.equal(foreign.headers.get('x-freehold-class'), 'public')
})

test('a conversation keeps its class when nobody answers', async () => {
  const talk = (model: string, more: Record<string, string> = {}) =>
    house.post('/v1/chat/completions', say(model), {
      ...asPublic(),
      'x-freehold-conversation': 'unanswered',
      ...more,
    })
  home.answer((_, response) => void response.destroy())
  assert.equal((await talk('any', { 'x-freehold-class': 'confidential' })).status, 502)
  home.answer(ordinary)
  const again = await talk('gpt-5')
  assert.deepEqual([again.headers.get('x-freehold-class'), cloud.seen.length], ['confidential', 0])
})

test('what was given to somebody else cannot be referred to by its id', async () => {
  const input = [{ role: 'user', content: 'hi' }]
  for (const item of [
    { type: 'item_reference', id: 'msg_1' },
    { id: 'msg_1' },
    { type: null, id: 'msg_1' },
  ]) {
    const response = await house.post('/v1/responses', { model: 'any', input: [...input, item] })
    const { code, param } = Object(await response.json()).error
    assert.deepEqual([code, param, home.seen.length], ['invalid', 'input[1]', 0], JSON.stringify(item))
  }
  assert.equal((await house.post('/v1/responses', { model: 'any', input })).status, 200)
})

test('an answer is continued by whom it was given to, at the target that gave it, and by nobody else', async () => {
  const first = await house.post(
    '/v1/responses',
    { model: 'any', input: 'hi' },
    { 'x-freehold-class': 'confidential' },
  )
  const { id } = JSON.parse(await first.text())
  const next = await house.post('/v1/responses', { model: 'any', input: 'go on', previous_response_id: id })
  assert.deepEqual([next.status, next.headers.get('x-freehold-class')], [200, 'confidential'])
  assert.equal(JSON.parse(home.seen[1]?.body.toString() ?? '').previous_response_id, id)
  const foreign = { model: 'any', input: 'go on', previous_response_id: id }
  const refused = await house.post('/v1/responses', foreign, asPublic())
  assert.deepEqual([refused.status, await codeOf(refused)], [400, 'unknown_response'])
  const unknown = await house.post('/v1/responses', { ...foreign, previous_response_id: 'resp_nobody' })
  assert.equal(await codeOf(unknown), 'unknown_response')
  // Of class confidential, and from the private target: a model name that leads elsewhere does not take it there.
  const astray = await house.post('/v1/responses', { ...foreign, model: 'gpt-5' })
  assert.equal(astray.headers.get('x-freehold-zone'), 'private')
  const begun = await house.post('/v1/responses', { model: 'any', input: 'hi' }, asPublic())
  const { id: open } = JSON.parse(await begun.text())
  const away = { model: 'gpt-5', input: 'x', previous_response_id: open }
  assert.equal(await codeOf(await house.post('/v1/responses', away, asPublic())), 'stays_home')
  assert.deepEqual(cloud.seen, [])
})

test('a streamed answer can be continued too', async () => {
  home.answer(streamed(responseEvents(['a'], 'resp_streamed')))
  await (await house.post('/v1/responses', { model: 'any', input: 'hi', stream: true })).text()
  home.answer(ordinary)
  const next = await house.post('/v1/responses', {
    model: 'any',
    input: 'x',
    previous_response_id: 'resp_streamed',
  })
  assert.equal(next.status, 200)
})

test('a rule that yields no target refuses, and no later rule is asked', async () => {
  const response = await house.post('/v1/chat/completions', say('big'))
  assert.deepEqual([response.status, await codeOf(response), home.seen.length], [404, 'no_route', 0])
})

test('what cannot be read stays at home unless a rule for public content lets it out', async () => {
  const picture = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }]
  const refused = await house.post('/v1/chat/completions', say('gpt-5', picture), asPublic())
  assert.equal(await codeOf(refused), 'stays_home')
  const [hidden, shown] = [say('gpt-5', picture), say('gpt-5')].map((body) => JSON.stringify(body))
  const twice = `${hidden?.slice(0, -1)},${shown?.slice(1)}`
  assert.equal(await codeOf(await house.post('/v1/chat/completions', twice, asPublic())), 'stays_home')
  const allowed = await house.post('/v1/chat/completions', say('pictures', picture), asPublic())
  assert.equal(allowed.status, 200)
  const atHome = await house.post('/v1/chat/completions', say('any', picture), asPublic())
  assert.equal(atHome.headers.get('x-freehold-zone'), 'private')
  const headers = { ...asPublic(), 'content-type': 'application/octet-stream' }
  const binary = await house.post('/services/nlp/x', Buffer.from([1, 2, 255]), headers)
  assert.equal(await codeOf(binary), 'stays_home')
  const packed = { ...asPublic(), 'content-encoding': 'gzip' }
  assert.equal(
    await codeOf(await house.post('/services/nlp/x', Buffer.from([31, 139]), packed)),
    'stays_home',
  )
  assert.equal(cloud.seen.length, 1)
  const plain = await house.post('/services/nlp/x', { text: 'hi' }, asPublic())
  assert.deepEqual([plain.status, cloud.seen[1]?.headers['x-key']], [200, 'k-managed'])
})

test('explain says what the data path does, and dials nobody', async () => {
  const explain = async (input: object, key = house.apiKey) => {
    const response = await house.post('/api/routes/explain', input, { authorization: `Bearer ${key}` })
    assert.equal(response.status, 200, await response.clone().text())
    return JSON.parse(await response.text())
  }
  const messages = [{ role: 'user', content: 'hi' }]
  const internal = await explain({ messages, model: 'home-first' })
  assert.deepEqual([internal.class, internal.rule], ['internal', 'file:3'])
  assert.deepEqual(
    internal.attempts.map((one: { target: string }) => one.target),
    ['house', 'cloud'],
  )
  const picture = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }]
  assert.equal((await explain({ messages: picture, model: 'home-first' })).attempts.length, 1)
  assert.equal((await explain({ messages: picture, model: 'gpt-5' })).refused.code, 'stays_home')
  assert.equal((await explain({ messages, model: 'big' })).refused.code, 'no_route')
  assert.equal((await explain({ messages, model: 'extract-1' })).attempts[0].zone, 'local')
  assert.equal((await explain({ service: 'nlp' }, publicKey)).attempts[0].target, 'nlp')
  const shown = await house.cli('route', 'explain', 'hi', '--model', 'gpt-5', '--class', 'public', '--json')
  assert.equal(shown.status, 0, shown.stderr)
  assert.deepEqual([home.seen, cloud.seen], [[], []])
})

/** Pseudo-random, the same in every run (Numerical Recipes). */
function randomOf(seed: number): <T>(choices: readonly T[]) => T {
  let state = seed
  return (choices) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const chosen = choices[Math.floor((state / 2 ** 32) * choices.length)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }
}

const CONFIGURATIONS = 25
const MOSTLY_PUBLIC: readonly DataClass[] = ['public', 'public', 'public', ...DATA_CLASSES]

test('under generated rules, failing targets and fallbacks nothing restricted, and nothing unmasked that is not public, reaches a managed target', async (t) => {
  const away = await captureServer()
  t.after(() => away.close())
  const near = await captureServer()
  t.after(() => near.close())
  const other = await openGateway({})
  t.after(() => other.close())
  const keys = new Map<DataClass, string>()
  for (const one of DATA_CLASSES) keys.set(one, await other.key('--name', one, '--class', one))
  const choose = randomOf(20_261_125)
  const operator = await other.key('--name', 'operator', '--scope', '*')
  const asOperator = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
  const put = (path: string, body: object) =>
    fetch(other.url + path, { method: 'PUT', headers: asOperator, body: JSON.stringify(body) })
  const targets = [
    privateModel(near.url, { name: 'near-a' }),
    privateModel(near.url, { name: 'near-b', models: ['m1', 'm2'] }),
    managedModel(away.url, { name: 'away-a' }),
    managedModel(away.url, { name: 'away-b', models: { m1: 'x1', m3: 'x3' }, record: 'async' }),
  ]
  for (const target of targets) {
    const { name } = target as { readonly name: string }
    const response = await put(`/api/targets/${name}`, { target })
    assert.ok(response.ok, await response.text())
  }
  let refusedConfigurations = 0
  for (let at = 0; at < CONFIGURATIONS; at += 1) {
    const routes = Array.from({ length: choose([1, 2, 3]) }, () => {
      const to = choose([
        ['near-a'],
        ['away-a'],
        ['away-a', 'away-b'],
        ['near-b', 'away-a'],
        ['away-b', 'near-a'],
        ['near-a', 'away-a', 'local'],
      ])
      const mayLeave = to.some((name) => name.startsWith('away'))
      return {
        when: {
          // Now and then a rule that must be refused.
          ...((mayLeave || choose([true, false])) && {
            class: choose<DataClass[]>([
              ['public'],
              ['public', 'internal'],
              ['public', 'internal', 'confidential'],
              mayLeave && choose([true, true, true, false]) ? ['public'] : ['restricted'],
            ]),
          }),
          ...(choose([true, false]) && { model: choose<string | string[]>(['m1', 'm*', '*', ['m2', 'm3']]) }),
        },
        to,
        ...(choose([true, false, false, false]) && { desensitise: choose(['none', 'strict']) }),
      }
    })
    const response = await put('/api/routes', { routes })
    if (!response.ok) {
      refusedConfigurations += 1
      assert.equal(await codeOf(response), 'invalid')
      continue
    }
    const failing = answered(503, { error: { message: 'down', type: 't', param: null, code: null } })
    near.answer(choose([ordinary, failing]))
    away.answer(choose([ordinary, failing]))
    for (let call = 0; call < 12; call += 1) {
      const base = choose(MOSTLY_PUBLIC)
      const declared = choose(MOSTLY_PUBLIC)
      const highest = DATA_CLASSES[Math.max(DATA_CLASSES.indexOf(base), DATA_CLASSES.indexOf(declared))]
      const answer = await other.post(
        '/v1/chat/completions',
        say(choose(['m1', 'm2', 'm3', 'm4', 'extract-1']), `marked ${highest}`, {
          stream: choose([true, false]),
        }),
        { authorization: `Bearer ${keys.get(base)}`, 'x-freehold-class': declared },
      )
      await answer.text()
    }
  }
  const left = away.seen.map(({ body }) => body.toString())
  assert.deepEqual(
    left.filter((body) => body.includes('marked restricted') || body.includes('canary')),
    [],
  )
  assert.ok(left.some((body) => body.includes('marked confidential')))
  assert.ok(left.length > 5, `${left.length} requests left`)
  assert.ok(near.seen.length > 20, `${near.seen.length} requests stayed`)
  assert.ok(
    refusedConfigurations > 0 && refusedConfigurations < CONFIGURATIONS / 2,
    `${refusedConfigurations}`,
  )
})
