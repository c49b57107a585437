import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approval as command } from './approval.ts'
import { UsageError } from './terminal.ts'

const ID = '018f0000-0000-7000-8000-000000000001'
const WAITING = {
  id: ID,
  conversation: ID,
  run: ID,
  call: 'call_1',
  tool: 'send_mail',
  effect: 'external-send',
  because: 'untrusted',
  class: 'internal',
  arguments: '{"to":"anna@house.example"}',
  mayRemember: false,
  scope: null,
  createdAt: '2027-01-01T00:00:00.000Z',
  expiresAt: '2027-01-02T00:00:00.000Z',
}

async function run(args: readonly string[], ...answers: readonly unknown[]) {
  let out = ''
  const calls: unknown[][] = []
  const left = [...answers]
  await command.run(args, {
    out: (text) => void (out += text),
    client: {
      async call(...call) {
        calls.push(call)
        return left.shift()
      },
    },
  })
  return { out, calls }
}

test('what waits is listed with the exact arguments', async () => {
  const { out } = await run(['list'], { data: [WAITING], next: null })
  assert.match(out, /send_mail +external-send +untrusted +2027-01-02 00:00Z +\{"to":"anna@house\.example"\}/)
  assert.match((await run(['list'], { data: [], next: null })).out, /Nothing waits/)
})

test('a call is allowed once, with what is like it, or denied', async () => {
  const sent = async (...args: readonly string[]): Promise<unknown> =>
    (await run([...args, ID], { id: ID, run: ID, decision: 'once', grant: null })).calls
  const path = `/api/approvals/${ID}`
  assert.deepEqual(await sent('allow'), [['POST', path, { decision: 'once' }]])
  assert.deepEqual(await sent('allow', '--always', '--days', '7'), [
    ['POST', path, { decision: 'always', days: 7 }],
  ])
  assert.deepEqual(await sent('deny'), [['POST', path, { decision: 'deny' }]])
  await assert.rejects(sent('allow', '--days', '7'), UsageError)
  await assert.rejects(sent('deny', '--always'), UsageError)
})

test('what was said `always` to is listed, and taken back', async () => {
  const grant = {
    id: ID,
    tool: 'send_mail',
    scope: '',
    createdAt: WAITING.createdAt,
    expiresAt: WAITING.expiresAt,
  }
  assert.match((await run(['grants'], { data: [grant], next: null })).out, /send_mail +- +2027/)
  assert.deepEqual((await run(['revoke', ID])).calls, [['DELETE', `/api/tool-grants/${ID}`]])
})
