import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel, withinOneDay } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, ordinary, silent } from './gateway-upstream.ts'

let target: CaptureServer
let house: GatewayHouse
before(withinOneDay)
before(async () => {
  target = await captureServer()
  house = await openGateway({
    targets: [
      privateModel(target.url, { models: ['priced'], price: { in: 1e6, out: 1e6 } }),
      managedModel(target.url, { models: ['unpriced'] }),
    ],
    routes: [{ when: { model: 'unpriced', class: ['public'] }, to: ['cloud'] }, { to: ['house'] }],
    limits: { key: { rpm: 1000 } },
  })
})
after(async () => {
  await house.close()
  await target.close()
})
beforeEach(() => {
  target.answer(ordinary)
  target.forget()
})

const chat = (model: string, more: object = {}): object => ({
  model,
  messages: [{ role: 'user', content: 'hi' }],
  ...more,
})
const as = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })
const ask = async (
  key: string,
  body = chat('priced'),
): Promise<{ status: number; code: string; after: string | null }> => {
  const response = await house.post('/v1/chat/completions', body, as(key))
  const { error }: { error?: { code: string } } = JSON.parse(await response.text())
  return { status: response.status, code: error?.code ?? 'ok', after: response.headers.get('retry-after') }
}

test('of requests that come at once exactly as many pass as the limit of a minute lets', async () => {
  const key = await house.key('--limit', 'rpm=7')
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask(key)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 7)
  const refused = answers.filter(({ status }) => status === 429)
  assert.equal(refused.length, 33)
  for (const { code, after: wait } of refused) {
    assert.equal(code, 'over_limit')
    assert.ok(Number(wait) > 20 && Number(wait) <= 60, String(wait))
  }
  assert.equal(target.seen.length, 7)
})

test('no more requests are under way than a key may have, and a place is free when one ends', async () => {
  const key = await house.key('--limit', 'concurrent=3')
  target.answer(silent)
  const abort = new AbortController()
  const held = Array.from({ length: 3 }, () =>
    fetch(`${house.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...as(key), 'content-type': 'application/json' },
      body: JSON.stringify(chat('priced')),
      signal: abort.signal,
    }).catch(() => null),
  )
  while (target.seen.length < 3) await target.next()
  assert.equal((await ask(key)).status, 429)
  abort.abort()
  await Promise.all(held)
  await Promise.all(target.seen.map(({ left }) => left))
  target.answer(ordinary)
  const { status } = await ask(key)
  assert.equal(status, 200)
})

test('tokens of a day are reserved before and charged by what was used', async () => {
  // A request reserves its prompt and the longest answer; it then uses 18.
  const key = await house.key('--limit', 'tokensPerDay=100')
  const body = chat('priced', { max_tokens: 10 })
  const statuses: number[] = []
  for (let at = 0; at < 8; at += 1) statuses.push((await ask(key, body)).status)
  // Admitted while less than 100 is spent: 18, 36, 54, 72, 90, and one more over the edge.
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 429, 429])
  const { code, after: wait } = await ask(key, body)
  assert.equal(code, 'over_limit')
  assert.ok(Number(wait) > 0 && Number(wait) <= 86_400)
})

test('money is counted, and a managed target without a price is not for a caller whose money is', async () => {
  // 18 tokens at one unit each.
  const key = await house.key('--class', 'public', '--limit', 'moneyPerDay=30')
  assert.deepEqual(
    [(await ask(key)).status, (await ask(key)).status, (await ask(key)).status],
    [200, 200, 429],
  )
  const rich = await house.key('--class', 'public', '--limit', 'moneyPerDay=1000000')
  assert.deepEqual([(await ask(rich, chat('unpriced'))).code, target.seen.length], ['no_route', 2])
  const free = await house.key('--class', 'public')
  assert.equal((await ask(free, chat('unpriced'))).status, 200)
})

test('a request that asks for more than there is does not make others forgotten', async () => {
  const key = await house.key('--limit', 'moneyPerDay=100')
  target.answer(silent)
  const leaving = new AbortController()
  const arrived = target.next()
  const open = fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: as(key),
    body: JSON.stringify(chat('priced', { max_tokens: 50 })),
    signal: leaving.signal,
  })
  const left = assert.rejects(open)
  await arrived
  target.answer(answered(400, { error: { message: 'too many tokens' } }))
  const most = Number.MAX_SAFE_INTEGER
  assert.equal((await ask(key, chat('priced', { max_tokens: most, n: most }))).status, 400)
  leaving.abort()
  await left
  target.answer(ordinary)
  const statuses: number[] = []
  for (let at = 0; at < 8; at += 1) statuses.push((await ask(key)).status)
  // 18 each, until 100 are spent.
  assert.equal(statuses.at(-1), 429, String(statuses))
})

test('several answers at once are reserved as such', async () => {
  const key = await house.key('--limit', 'tokensPerDay=100')
  target.answer(silent)
  const arrived = target.next()
  const leaving = new AbortController()
  const open = assert.rejects(
    fetch(`${house.url}/v1/chat/completions`, {
      method: 'POST',
      headers: as(key),
      body: JSON.stringify(chat('priced', { max_tokens: 10, n: 10 })),
      signal: leaving.signal,
    }),
  )
  await arrived
  assert.equal((await ask(key)).code, 'over_limit')
  leaving.abort()
  await open
})

test('what was spent today is still spent after a restart, and after a kill', async (t) => {
  const other = await openGateway({
    targets: [privateModel(target.url)],
    routes: [{ to: ['house'] }],
    limits: { tenant: { tokensPerDay: 50 } },
  })
  const say = async (one: GatewayHouse): Promise<number> => {
    const response = await one.post('/v1/chat/completions', chat('m', { max_tokens: 1 }))
    await response.text()
    return response.status
  }
  assert.deepEqual([await say(other), await say(other)], [200, 200])
  await other.kill()
  const config = {
    targets: [privateModel(target.url)],
    routes: [{ to: ['house'] }],
    limits: { tenant: { tokensPerDay: 50 } },
  }
  const again = await openGateway(config, { data: other.data })
  t.after(() => again.close())
  // Twice 18 before; a third begins below 50, a fourth does not.
  assert.deepEqual([await say(again), await say(again)], [200, 429])
})

test('a key made with a key cannot spend more than the one above it', async () => {
  const parent = await house.key('--scope', 'model', '--scope', 'keys', '--limit', 'rpm=4')
  const made = await house.post('/api/keys', { name: 'child', scopes: ['model'] }, as(parent))
  const { key: child }: { key: string } = JSON.parse(await made.text())
  const statuses = []
  for (const key of [child, child, parent, child, child, parent]) statuses.push((await ask(key)).status)
  assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429])
})
