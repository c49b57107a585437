import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, ordinary } from './gateway-upstream.ts'

let old: CaptureServer
let next: CaptureServer
let house: GatewayHouse
before(async () => {
  old = await captureServer()
  next = await captureServer()
  const config = {
    targets: [privateModel(old.url, { name: 'old' }), privateModel(next.url, { name: 'new' })],
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
