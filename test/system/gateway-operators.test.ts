import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import { answered, captureServer, chatEvents, ordinary, silent } from './gateway-upstream.ts'

let old: CaptureServer
let next: CaptureServer
let house: GatewayHouse
before(async () => {
  old = await captureServer()
  next = await captureServer()
  const config = {
    targets: [
      privateModel(old.url, { name: 'old' }),
      privateModel(next.url, { name: 'new' }),
      managedModel(next.url, { name: 'cloud' }),
    ],
  }
  house = await openGateway(config, { key: ['--scope', '*'] })
})
after(async () => {
  await house.close()
  await old.close()
  await next.close()
})
beforeEach(() => {
  for (const one of [old, next]) {
    one.answer(ordinary)
    one.forget()
  }
})

const send = async (method: string, path: string, body?: object): Promise<Response> =>
  fetch(house.url + path, {
    method,
    headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })

async function useRules(...routes: readonly object[]): Promise<void> {
  const answer = await send('PUT', '/api/routes', { routes })
  assert.equal(answer.status, 200, await answer.clone().text())
}

const user = (content: string) => ({ role: 'user', content })
const chat = (messages: readonly object[], more: object = {}): Promise<Response> =>
  house.post('/v1/chat/completions', { model: 'gpt-5', messages, ...more })
const targetOf = (answer: Response): string => answer.headers.get('x-freehold-target') ?? ''

test('a rule with a share takes some conversations and keeps them from their first message to their last', async () => {
  await useRules({ when: { model: 'gpt-*', share: 0.3 }, to: ['new'] }, { to: ['old'] })
  const sides = new Map<string, number>()
  for (let n = 0; n < 40; n += 1) {
    const messages = [user(`conversation ${n}`)]
    const side = targetOf(await chat(messages))
    messages.push({ role: 'assistant', content: 'yes' }, user('go on'))
    assert.equal(targetOf(await chat(messages)), side)
    sides.set(side, (sides.get(side) ?? 0) + 1)
  }
  assert.deepEqual([...sides.keys()].toSorted(), ['new', 'old'])
  // Two keys draw for themselves; a name counts more than what is said.
  const named = async (name: string, text: string) =>
    targetOf(
      await house.post(
        '/v1/chat/completions',
        { model: 'gpt-5', messages: [user(text)] },
        { 'x-freehold-conversation': name },
      ),
    )
  for (let n = 0; n < 5; n += 1)
    assert.equal(await named(`talk-${n}`, 'one thing'), await named(`talk-${n}`, 'another'))
  assert.equal(
    targetOf(await house.post('/v1/chat/completions', { model: 'other', messages: [user('hi')] })),
    'old',
  )
})

test('an answer that a rule with a share gave is continued there', async () => {
  await useRules({ when: { share: 0.5 }, to: ['new'] }, { to: ['old'] })
  for (const [name, server] of [
    ['old', old],
    ['new', next],
  ] as const)
    server.answer(answered(200, { id: `resp_${name}`, object: 'response', status: 'completed', output: [] }))
  const seen = new Set<string>()
  for (let n = 0; seen.size < 2 || n < 10; n += 1) {
    const first = await house.post('/v1/responses', { model: 'm', input: `beginning ${n}` })
    const side = targetOf(first)
    const { id } = JSON.parse(await first.text())
    const later = await house.post('/v1/responses', {
      model: 'm',
      input: `later ${n}`,
      previous_response_id: id,
    })
    assert.equal(targetOf(later), side)
    seen.add(side)
  }
})

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await pause(10)
}
/** The text of the metrics is up to a second old. */
async function metric(series: string): Promise<number> {
  const text = await house.metrics()
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1) ?? 0)
}

interface State {
  readonly version: number
  readonly shadow: {
    readonly counts: Readonly<Record<string, number>>
    readonly differing: readonly { readonly request: string; readonly outcome: string }[]
    readonly routes: readonly {
      readonly id: string
      readonly problems: readonly { readonly code: string }[]
    }[]
  } | null
}
const trial = async (): Promise<State> => JSON.parse(await (await send('GET', '/api/routes/shadow')).text())
const event = async (): Promise<{ readonly action: string; readonly detail: unknown }> =>
  JSON.parse(await (await send('GET', '/api/audit?limit=1')).text()).data[0]

test('rules on trial see every request, act on none, and are promoted as they were looked at', async () => {
  await useRules(
    { when: { model: ['gpt-*', 'old-*'] }, to: ['old'] },
    { when: { model: 'none' }, to: ['local'] },
  )
  assert.equal((await trial()).shadow, null)
  const routes = [
    { when: { model: 'gpt-5' }, to: ['new'] },
    { when: { model: 'gpt-6', class: ['internal'] }, to: ['cloud'] },
    { when: { model: ['gpt-*', 'fresh'] }, to: ['old'] },
  ]
  const bad = await send('POST', '/api/routes/shadow', { routes: [...routes, { to: ['cloud'] }] })
  assert.deepEqual([bad.status, JSON.parse(await bad.text()).error.param], [400, 'routes[3].when'])
  assert.equal((await trial()).shadow, null)
  assert.equal((await send('POST', '/api/routes/shadow', { routes })).status, 200)
  assert.equal((await event()).action, 'shadow.set')
  const sent = { 'gpt-4': 200, 'gpt-5': 200, 'gpt-6': 200, 'old-1': 200, fresh: 404, unknown: 404 }
  const ids: Record<string, string> = {}
  for (const [model, status] of Object.entries(sent)) {
    const answer = await chat([user('hi')], { model })
    assert.equal(answer.status, status, model)
    ids[model] = answer.headers.get('x-freehold-request') ?? ''
  }
  assert.deepEqual([old.seen.length, next.seen.length], [4, 0])
  const { version, shadow } = await trial()
  assert.deepEqual(shadow?.counts, {
    same: 2,
    other_target: 1,
    other_handling: 0,
    would_refuse: 1,
    would_answer: 1,
    would_leave: 1,
    would_stay: 0,
    failed: 0,
  })
  assert.deepEqual(
    new Map(shadow?.differing.map(({ request, outcome }) => [request, outcome])),
    new Map([
      [ids['gpt-5'], 'other_target'],
      [ids['gpt-6'], 'would_leave'],
      [ids['old-1'], 'would_refuse'],
      [ids['fresh'], 'would_answer'],
    ]),
  )
  assert.doesNotMatch(JSON.stringify(shadow), /"hi"/)
  await until(async () => (await metric('freehold_shadow_decisions_total{outcome="would_leave"}')) === 1)
  // Somebody changed something else in the meantime.
  assert.equal((await send('POST', '/api/targets/cloud/drain')).status, 200)
  const late = await send('POST', '/api/routes/shadow/promote', { version })
  assert.deepEqual([late.status, JSON.parse(await late.text()).error.param], [409, 'version'])
  assert.equal((await send('POST', '/api/targets/cloud/resume')).status, 200)
  assert.equal((await trial()).shadow?.counts['same'], 2, 'counting goes on')
  const promoted = await send('POST', '/api/routes/shadow/promote', { version: (await trial()).version })
  // One look: an event that is looked at again may be in the log by then.
  const told = await event()
  assert.deepEqual(told, {
    ...told,
    action: 'shadow.promoted',
    detail: { routes: 3, version: version + 3 },
  })
  assert.equal(promoted.status, 200)
  assert.equal((await trial()).shadow, null)
  assert.equal(targetOf(await chat([user('hi')])), 'new')
})

test('a trial survives a rule that is restored, shows what no longer fits, and ends by command', async () => {
  await useRules({ to: ['old'] })
  const spare = { ...privateModel(next.url, { name: 'spare' }) }
  assert.equal((await send('PUT', '/api/targets/spare', { target: spare })).status, 200)
  assert.equal((await send('POST', '/api/routes/shadow', { routes: [{ to: ['spare'] }] })).status, 200)
  assert.equal((await send('DELETE', '/api/targets/spare')).status, 204)
  assert.deepEqual(
    (await trial()).shadow?.routes.map(({ problems }) => problems.map(({ code }) => code)),
    [['no_target']],
  )
  await chat([user('hi')])
  assert.equal((await trial()).shadow?.counts['would_refuse'], 1)
  const { version } = await trial()
  assert.equal((await send('POST', `/api/routing/versions/${version - 3}/restore`)).status, 200)
  assert.equal((await trial()).shadow?.routes.length, 1)
  const broken = await send('POST', '/api/routes/shadow/promote', { version: (await trial()).version })
  assert.deepEqual([broken.status, JSON.parse(await broken.text()).error.param], [400, 'routes[0].to[0]'])
  assert.equal((await send('DELETE', '/api/routes/shadow')).status, 204)
  assert.equal((await event()).action, 'shadow.removed')
  assert.equal((await send('DELETE', '/api/routes/shadow')).status, 404)
  assert.equal((await send('POST', '/api/routes/shadow/promote', { version: 1 })).status, 409)
})

/** One at a time: 200 shows that the place of the request before was given back. */
const LIMITED = { when: { model: 'one' }, to: ['old'], limits: { concurrent: 1 } }
const one = (more: object = {}): Promise<Response> => chat([user('hi')], { model: 'one', ...more })
const hasRoom = async (): Promise<boolean> => (await one()).status === 200

test('a rule holds its callers to its limits, and every way out of a request makes room', async () => {
  await useRules(LIMITED)
  const [first = '', ...rest] = chatEvents(['good', 'morning'])
  let response: ServerResponse | undefined
  const stream: Script = (_, opened) => {
    response = opened
    opened.writeHead(200, { 'content-type': 'text/event-stream' })
    opened.write(first)
  }
  const ways: readonly (readonly [
    string,
    Script,
    (leaving: AbortController, answer: Response | null) => Promise<unknown>,
  ])[] = [
    [
      'it ends',
      stream,
      async (_, answer) => {
        response?.end(rest.join(''))
        await answer?.text()
      },
    ],
    [
      'it breaks',
      stream,
      async (_, answer) => {
        response?.destroy()
        await assert.rejects(async () => answer?.text())
      },
    ],
    ['the client leaves in the middle', stream, async (leaving) => leaving.abort()],
    ['the client leaves before the first byte', silent, async (leaving) => leaving.abort()],
  ]
  for (const [way, script, end] of ways) {
    old.answer(script)
    const leaving = new AbortController()
    const asked = old.next()
    const running = fetch(`${house.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'one', stream: true, messages: [user('hi')] }),
      signal: leaving.signal,
    }).catch(() => null)
    await asked
    const answer = script === silent ? null : await running
    const refused = await one()
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1'], way)
    assert.match(await refused.text(), /concurrent=1 of rule settings:1/)
    old.answer(ordinary)
    await end(leaving, answer)
    await until(hasRoom)
  }
  old.answer(answered(400, { error: { message: 'no' } }))
  assert.deepEqual([(await one()).status, (await one()).status], [400, 400])
  old.answer(ordinary)
  assert.ok(await hasRoom())
  // A limit of the caller that is reached after the rule let it in gives the place back too.
  const poor = await house.key('--name', 'poor', '--limit', 'tokensPerDay=1')
  const asPoor = () =>
    house.post(
      '/v1/chat/completions',
      { model: 'one', messages: [user('hi')] },
      { authorization: `Bearer ${poor}` },
    )
  assert.deepEqual([(await asPoor()).status, (await asPoor()).status], [200, 429])
  assert.ok(await hasRoom())
  await until(
    async () => (await metric('freehold_limit_refused_total{reason="rule_concurrent"}')) >= ways.length,
  )
})

test('a rule bounds size, output and requests a minute, and names the field', async () => {
  const limits = { maxBodyBytes: 200, maxOutputTokens: 50, rpm: 2 }
  await useRules({ when: { model: 'one' }, to: ['old'], limits })
  const large = await chat([user('x'.repeat(300))], { model: 'one', max_tokens: 5 })
  assert.deepEqual([large.status, JSON.parse(await large.text()).error.code], [413, 'too_large'])
  const unsaid = await one()
  assert.deepEqual(
    [unsaid.status, JSON.parse(await unsaid.text()).error.param],
    [400, 'max_completion_tokens'],
  )
  assert.equal((await one({ max_tokens: 51 })).status, 400)
  assert.equal(old.seen.length, 0)
  const statuses = [
    await one({ max_tokens: 50 }),
    await one({ max_tokens: 50 }),
    await one({ max_tokens: 50 }),
  ]
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [200, 200, 429],
  )
  assert.equal(JSON.parse(old.seen[0]?.body.toString() ?? '').max_tokens, 50)
})

test('the time-outs of a rule go before those of its target', async () => {
  await useRules(
    { when: { model: 'quick' }, to: ['old'], timeouts: { firstByteMs: 100 } },
    { when: { model: 'steady' }, to: ['old'], timeouts: { idleMs: 100 } },
    { to: ['old'] },
  )
  old.answer(silent)
  const slow = await chat([user('hi')], { model: 'quick' })
  assert.deepEqual([slow.status, JSON.parse(await slow.text()).error.code], [504, 'upstream_timeout'])
  old.answer((_, opened) => {
    opened.writeHead(200, { 'content-type': 'text/event-stream' })
    opened.write(chatEvents(['good'])[0])
  })
  const stalled = await chat([user('hi')], { model: 'steady', stream: true })
  assert.equal(stalled.status, 200)
  const text = await stalled.text().catch((error: unknown) => String(error))
  assert.match(text, /stopped in the middle|terminated/)
  const shown = JSON.parse(await (await send('GET', '/api/routes')).text())
  assert.deepEqual(shown.data[0].timeouts, { firstByteMs: 100 })
  for (const [rule, param] of [
    [{ to: ['old'], limits: {} }, 'routes[0].limits'],
    [{ to: ['old'], limits: { rpm: 0 } }, 'routes[0].limits.rpm'],
    [{ to: ['old'], timeouts: { connectMs: 5 } }, 'routes[0].timeouts'],
  ] as const) {
    const refused = await send('PUT', '/api/routes', { routes: [rule] })
    const { error } = JSON.parse(await refused.text())
    assert.deepEqual([refused.status, error.param.startsWith(param)], [400, true], JSON.stringify(error))
  }
})

test('a private target gets and gives the headers that it names, models and services alike', async () => {
  const headers = { request: ['x-trace-hint', 'accept'], response: ['x-build', 'etag'] }
  const told: Script = answered(
    200,
    { id: 'x', object: 'chat.completion', choices: [] },
    { 'x-build': '42', 'x-secret': 'no', etag: '"v1"', 'set-cookie': 'a=b' },
  )
  old.answer(told)
  for (const target of [
    privateModel(old.url, { name: 'named', headers }),
    { name: 'tts', kind: 'service', zone: 'private', url: old.url, headers },
  ]) {
    const { name } = target as { readonly name: string }
    assert.equal((await send('PUT', `/api/targets/${name}`, { target })).status, 200)
  }
  await useRules(
    { when: { model: 'named' }, to: ['named'] },
    { when: { service: 'tts' }, to: ['tts'] },
    { to: ['old'] },
  )
  const body = { model: 'named', messages: [user('hi')] }
  const sent = { 'x-trace-hint': 'blue', 'x-other': 'no', accept: 'application/json', cookie: 'a=b' }
  for (const [path, more] of [
    ['/v1/chat/completions', {}],
    ['/services/tts/say', {}],
    ['/v1/chat/completions', { model: 'old' }],
  ] as const) {
    old.forget()
    const answer = await house.post(path, { ...body, ...more }, sent)
    assert.equal(answer.status, 200)
    const isNamed = !('model' in more)
    const seen = old.seen[0]?.headers
    assert.deepEqual(
      [seen?.['x-trace-hint'], seen?.['x-other'], seen?.accept, seen?.cookie],
      [isNamed ? 'blue' : undefined, undefined, 'application/json', undefined],
    )
    assert.equal(old.seen[0]?.headerNames.filter((name) => name.toLowerCase() === 'accept').length, 1)
    const got = ['x-build', 'x-secret', 'set-cookie'].map((name) => answer.headers.get(name))
    assert.deepEqual(got, [isNamed ? '42' : null, null, null])
  }
  const odd = await house.post('/v1/chat/completions', body, { 'x-trace-hint': 'caf\u00e9' })
  assert.deepEqual([odd.status, JSON.parse(await odd.text()).error.param], [400, 'x-trace-hint'])
  const cloud = managedModel(next.url, { name: 'cloud', headers: { request: ['x-trace-hint'] } })
  const refused = await send('PUT', '/api/targets/cloud2', { target: { ...cloud, name: 'cloud2' } })
  assert.deepEqual(
    [refused.status, JSON.parse(await refused.text()).error.param],
    [400, 'target.headers.request'],
  )
  const listed = JSON.parse(await (await send('GET', '/api/targets')).text())
  assert.deepEqual(listed.data.find(({ name }: { name: string }) => name === 'tts').headers, headers)
})

test('a trial changes nothing of what is known about targets; other rules do', async () => {
  const target = privateModel(old.url, { name: 'keyed', auth: { apiKey: 'sk-of-the-house-0123456789' } })
  assert.equal((await send('PUT', '/api/targets/keyed', { target })).status, 200)
  await useRules({ to: ['keyed'] })
  old.answer(answered(429, { error: { message: 'later' } }, { 'retry-after': '30' }))
  assert.equal((await chat([user('hi')])).status, 429)
  const circuits = async (): Promise<number> => {
    const { data } = JSON.parse(await (await send('GET', '/api/targets')).text())
    return data.find(({ name }: { name: string }) => name === 'keyed').circuits.length
  }
  assert.equal(await circuits(), 1)
  assert.equal((await send('POST', '/api/routes/shadow', { routes: [] })).status, 200)
  assert.equal(await circuits(), 1)
  assert.equal((await send('DELETE', '/api/routes/shadow')).status, 204)
  await useRules({ to: ['keyed', 'old'] })
  assert.equal(await circuits(), 0)
})
