import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { House } from './house.ts'
import { open, remove, run } from './house.ts'

let house: House
let key: string

before(async () => {
  house = await open()
  key = await house.key()
})
after(async () => {
  await house.stop()
  await remove(house.data)
})

async function detect(body: unknown, authorization = `Bearer ${key}`) {
  const response = await fetch(`${house.url}/api/privacy/detect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  return { status: response.status, answer }
}

test('a text is searched, and only what is acted on is told', async () => {
  const text = '电话 13800138000，卡号 4111 1111 1111 1112'
  assert.deepEqual(await detect({ text, language: 'zh-CN' }), {
    status: 200,
    answer: { entities: [{ type: 'PHONE', start: 3, end: 14, score: 0.95 }] },
  })
  const { answer } = await detect({ text, minScore: 0 })
  assert.match(JSON.stringify(answer), /BANK_CARD/)
})

test('a long text is searched too, and offsets reach to its end', async () => {
  const text = `${'文字'.repeat(200_000)} anna@example.org`
  const { status, answer } = await detect({ text })
  const entity = { type: 'EMAIL', start: 400_001, end: 400_017, score: 0.95 }
  assert.deepEqual([status, answer], [200, { entities: [entity] }])
})

test('a stranger, a text that is too long and an unknown field are refused by name', async () => {
  const cases: readonly (readonly [unknown, string | undefined, number, RegExp])[] = [
    [{ text: 'x' }, 'Bearer nobody', 401, /unidentified/],
    [{ text: 'x'.repeat(1_048_577) }, undefined, 400, /"param":"text"/],
    [{ text: 'x', minScore: 2 }, undefined, 400, /"param":"minScore"/],
    [{ text: 'x', colour: 1 }, undefined, 400, /"param":"colour"/],
    [{}, undefined, 400, /"param":"text"/],
  ]
  for (const [body, authorization, status, said] of cases) {
    const refused = await detect(body, authorization)
    assert.equal(refused.status, status)
    assert.match(JSON.stringify(refused.answer), said)
  }
})

test('finds are counted by type, and no value stands in metrics or log', async () => {
  await detect({ text: 'mail zygomorphic.canary@example.org' })
  const metrics = await (
    await fetch(`${house.url}/metrics`, {
      headers: { authorization: `Bearer ${await house.key('--scope', '*')}` },
    })
  ).text()
  assert.match(metrics, /freehold_privacy_found_total\{type="EMAIL"\} \d/)
  assert.match(metrics, /freehold_privacy_scan_seconds_count \d/)
  assert.doesNotMatch(metrics, /zygomorphic/)
})

test('the commands work without a server or a data directory', async () => {
  const scanned = await run('npx', ['freehold', 'privacy', 'scan', '--json', 'LICENSE'], {
    env: { FREEHOLD_DATA: '/nonexistent' },
  })
  assert.match(scanned.stdout, /"file":"LICENSE"/)
})
