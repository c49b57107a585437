import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launcher, run } from './house.ts'
import type { PeopleHouse, Person } from './people-house.ts'
import { openPeopleHouse } from './people-house.ts'

const REASON = 'The owner is unreachable and a key has leaked'

let house: PeopleHouse
let anna: Person

before(async () => {
  house = await openPeopleHouse()
  anna = await house.come('Anna Admin', 'admin')
})
after(() => house.close())

async function armed(): Promise<string> {
  const { status, stdout, stderr } = await house.cli('break-glass', 'arm', '--json')
  assert.equal(status, 0, stderr)
  return (JSON.parse(stdout) as { code: string }).code
}

const use = (body: object): Promise<Response> =>
  fetch(`${house.url}/api/break-glass/use`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const codeOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { code: string } }).error.code

type Send = (method: string, path: string, body?: object) => Promise<Response>

async function emergency(): Promise<{ readonly send: Send; readonly id: string }> {
  const entered = await use({ code: await armed(), reason: REASON })
  assert.equal(entered.status, 201)
  const { csrf, breakGlass } = (await entered.json()) as { csrf: string; breakGlass: { id: string } }
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  const send: Send = (method, path, body) =>
    fetch(house.url + path, {
      method,
      headers: {
        cookie,
        'x-csrf-token': csrf,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return { send, id: breakGlass.id }
}

interface Event {
  readonly action: string
  readonly reason: string | null
  readonly breakGlass: string | null
  readonly detail: { readonly operation?: string }
}
async function trail(): Promise<readonly Event[]> {
  const { stdout } = await house.cli('audit', 'search', '--break-glass', '--limit', '200', '--json')
  return (JSON.parse(stdout) as { data: Event[] }).data
}

test('nothing opens the emergency account while none is armed, nor a wrong code, nor one without a good reason', async () => {
  const code = `fhbg_${'A'.repeat(43)}`
  assert.equal(await codeOf(await use({ code, reason: REASON })), 'wrong_login')
  const right = await armed()
  assert.equal(await codeOf(await use({ code, reason: REASON })), 'wrong_login')
  const short = await use({ code: right, reason: 'because' })
  assert.equal(short.status, 400)
  const { stdout } = await house.cli('audit', 'search', '--action', 'break_glass.refused', '--json')
  assert.equal((JSON.parse(stdout) as { data: object[] }).data.length, 1)
  assert.equal((await house.cli('break-glass', 'disarm')).status, 0)
  assert.equal(await codeOf(await use({ code: right, reason: REASON })), 'wrong_login')
})

test('only the owner arms it, and a code is good once', async () => {
  const refused = await anna.send('POST', '/api/break-glass', {})
  assert.equal(refused.status, 403)
  const first = await armed()
  const second = await armed()
  assert.equal(await codeOf(await use({ code: first, reason: REASON })), 'wrong_login')
  assert.equal((await use({ code: second, reason: REASON })).status, 201)
  assert.equal(await codeOf(await use({ code: second, reason: REASON })), 'wrong_login')
  assert.equal((await house.cli('break-glass', 'disarm')).status, 0)
})

test('its session may do everything, and each thing done or read is an event with the reason', async () => {
  const { send, id } = await emergency()
  assert.equal((await send('GET', `/api/keys`)).status, 200)
  assert.equal((await send('DELETE', `/api/keys/${anna.key.id}`)).status, 204)
  const asked = { reason: 'looking' }
  assert.equal((await send('GET', '/api/audit')).status, 200)
  assert.equal((await send('POST', `/api/people/${anna.id}/export`)).status, 200)
  const events = (await trail()).filter(({ breakGlass }) => breakGlass === id)
  assert.ok(
    events.every(({ reason }) => reason === REASON),
    JSON.stringify(asked),
  )
  const said = events.map(({ action, detail }) => detail.operation ?? action).toReversed()
  assert.deepEqual(said, [
    'session.opened',
    'break_glass.used',
    'key.list',
    'key.revoked',
    'audit.list',
    'person.exported',
  ])
  await house.verify()
})

test('it cannot take its traces away, make keys that outlive it, or read where reading leaves none', async () => {
  const { send, id } = await emergency()
  const tries: readonly (readonly [string, string, object?])[] = [
    ['POST', `/api/people/${anna.id}/erase`, { reason: 'ticket' }],
    ['POST', '/api/holds', { scope: 'everything', reason: 'ticket' }],
    ['POST', '/api/break-glass', {}],
    ['DELETE', '/api/break-glass'],
    ['POST', '/api/keys', { name: 'a way back' }],
    ['POST', '/api/kek/rotate', {}],
    ['POST', '/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'hello' }] }],
  ]
  for (const [method, path, body] of tries) {
    const answer = await send(method, path, body)
    assert.equal(answer.status, 403, `${method} ${path}: ${await answer.text()}`)
  }
  const { caller } = (await (await send('GET', '/api/session')).json()) as { caller: { principal: string } }
  const erased = await house.cli('user', 'erase', caller.principal, '--reason', 'ticket', '--yes')
  assert.equal(erased.status, 1)
  const linked = await house.cli('user', 'password-link', caller.principal)
  assert.equal(linked.status, 1)
  assert.equal((await trail()).filter((event) => event.breakGlass === id).length, 3)
})

test('everybody who must know is told while it is open, and its end is the end', async () => {
  const { send, id } = await emergency()
  const seen = (await (await anna.send('GET', '/api/session')).json()) as {
    breakGlass: { id: string } | null
  }
  assert.ok(seen.breakGlass)
  const member = await house.come('Gerd Member')
  const other = (await (await member.send('GET', '/api/session')).json()) as { breakGlass: object | null }
  assert.equal(other.breakGlass, null)
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_break_glass_uses_total [1-9]/m)
  assert.match(metrics, /^freehold_break_glass_active [1-9]/m)
  assert.match(house.output(), /"severity":"error"[^\n]*break_glass\.used/)
  const status = await house.cli('break-glass', 'status', '--json')
  const { uses } = JSON.parse(status.stdout) as { uses: { id: string; isOpen: boolean; reason: string }[] }
  assert.deepEqual([uses[0]?.id, uses[0]?.isOpen, uses[0]?.reason], [id, true, REASON])
  assert.equal((await house.cli('break-glass', 'disarm')).status, 0)
  assert.equal((await send('GET', '/api/keys')).status, 401)
  const users = await house.cli('user', 'list', '--json')
  const { data } = JSON.parse(users.stdout) as { data: { role: string; disabledAt: string | null }[] }
  assert.ok(data.find(({ role }) => role === 'break-glass')?.disabledAt)
})

test('on the command line it is used from afar with the code on standard input', async () => {
  const code = await armed()
  const env = { FREEHOLD_URL: house.url }
  const used = await run(process.execPath, [launcher, 'break-glass', 'use', '--reason', REASON], {
    env,
    input: `${code}\n`,
  })
  assert.equal(used.status, 0, used.stderr)
  const [, session = ''] = /^export FREEHOLD_SESSION='(.+)'$/m.exec(used.stdout) ?? []
  const listed = await run(process.execPath, [launcher, 'user', 'disable', 'Anna Admin'], {
    env: { ...env, FREEHOLD_SESSION: session },
  })
  assert.equal(listed.status, 0, listed.stderr)
  assert.equal((await trail())[0]?.action, 'user.disabled')
})
