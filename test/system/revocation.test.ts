import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Path, Replicas, Stream } from './revocation-house.ts'
import { bearer, begin, known, openReplicas } from './revocation-house.ts'
import type { SocketClient } from './socket-client.ts'
import { openSocket } from './socket-client.ts'

let all: Replicas
before(async () => {
  all = await openReplicas()
})
after(() => all.close())

const PASSWORD = 'copper lantern drifts'
const OPENING_MS = 4000
/** A connection of anybody else, which must go on through all of it. */
const others = (): Promise<Stream> => begin(all, all.there, { headers: bearer({ key: all.there.apiKey }) })

async function isRevoked({ seen, over }: Stream): Promise<string> {
  await seen.left
  const { text, isWhole } = await over
  assert.equal(isWhole, false, 'a stream that was ended looks whole')
  return text
}

/** What the last event says, in whichever dialect. */
const lastEvent = (text: string): object => JSON.parse(text.trimEnd().split('\ndata: ').at(-1) ?? '')

interface Recorded {
  readonly principal: string
  readonly status: number | null
  readonly code: string | null
  readonly usage: object | null
}

/** What stands on record of the two requests of a key, when both have been settled. */
async function settledOf(key: string): Promise<readonly Recorded[]> {
  for (;;) {
    const answer = await all.here.get('/api/requests?limit=20')
    const { data } = (await answer.json()) as { data: readonly Recorded[] } // As the contract says.
    const mine = data.filter(({ principal, status }) => principal === key && status !== null)
    if (mine.length === 2) return mine
  }
}

const PATHS: readonly Path[] = ['/v1/chat/completions', '/v1/messages', '/v1/responses']
for (const path of PATHS) {
  test(`a key that is revoked ends its stream of ${path} on every replica, and nobody else's`, async () => {
    const key = await all.makeKey({ name: 'brief' })
    const untouched = await others()
    const streams = [
      await begin(all, all.here, { path, headers: bearer(key) }),
      await begin(all, all.there, { path, headers: bearer(key) }),
    ]
    await all.revoke(key.id)
    for (const stream of streams) {
      const {
        type,
        error,
        sequence_number: number,
      } = lastEvent(await isRevoked(stream)) as {
        type?: string
        error: { code: string; type: string }
        sequence_number?: number
      }
      assert.deepEqual([error.code, error.type], ['revoked', 'authentication_error'])
      assert.equal(type, path === '/v1/chat/completions' ? undefined : 'error')
      assert.equal(typeof number, path === '/v1/responses' ? 'number' : 'undefined')
    }
    all.finish()
    assert.equal((await untouched.over).isWhole, true)
    const mine = await settledOf(key.id)
    assert.deepEqual(
      mine.map(({ status, code, usage }) => [status, code, usage === null]),
      [
        [401, 'revoked', false],
        [401, 'revoked', false],
      ],
    )
  })
}

test('a request that is not answered yet is refused', async () => {
  const key = await all.makeKey()
  await known(all.there, bearer(key))
  const asked = all.model.next()
  const answer = all.there.post(
    '/v1/chat/completions',
    { model: 'mute', messages: [{ role: 'user', content: 'hi' }] },
    bearer(key),
  )
  const seen = await asked
  await all.revoke(key.id)
  await seen.left
  const { status, headers } = await answer
  const { error } = (await (await answer).json()) as { error: { code: string; message: string } }
  assert.deepEqual([status, error.code], [401, 'revoked'])
  assert.match(error.message, /was revoked/)
  assert.ok(headers.get('x-freehold-request'))
})

interface Person {
  readonly id: string
  readonly name: string
  readonly headers: { readonly cookie: string; readonly 'x-csrf-token': string }
}

/** Somebody who was invited and came. */
async function come(name: string, role = 'member'): Promise<Person> {
  const made = await all.here.post('/api/invitations', { name, role })
  const { token } = (await made.json()) as { token: string }
  const answer = await fetch(`${all.here.url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: PASSWORD }),
  })
  const view = (await answer.json()) as { csrf: string; caller: { principal: string } }
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { id: view.caller.principal, name, headers: { cookie, 'x-csrf-token': view.csrf } }
}

test('a session that is ended ends its streams, and whoever ends it hears that it worked', async () => {
  const berta = await come('Berta')
  const untouched = await others()
  const streams = [
    await begin(all, all.here, { headers: berta.headers }),
    await begin(all, all.there, { headers: berta.headers }),
  ]
  const ended = await fetch(`${all.here.url}/api/session`, { method: 'DELETE', headers: berta.headers })
  assert.equal(ended.status, 204)
  for (const stream of streams) assert.match(await isRevoked(stream), /Your session has ended/)
  all.finish()
  assert.equal((await untouched.over).isWhole, true)
})

async function keyOf({ headers }: Person, wish: object = {}): Promise<{ id: string; key: string }> {
  const answer = await fetch(`${all.here.url}/api/keys`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  })
  assert.ok(answer.ok, await answer.clone().text())
  return (await answer.json()) as { id: string; key: string }
}

test('an account that is shut ends what a key of its key has open', async () => {
  const carl = await come('Carl')
  const own = await keyOf(carl, { scopes: ['model', 'keys'] })
  const below = await all.makeKey({ scopes: ['model'] }, own.key)
  const streams = [
    await begin(all, all.here, { headers: bearer(below) }),
    await begin(all, all.there, { headers: bearer(below) }),
  ]
  const shut = await all.here.cli('user', 'disable', 'Carl')
  assert.equal(shut.status, 0, shut.stderr)
  for (const stream of streams) assert.match(await isRevoked(stream), /"code":"revoked"/)
})

test('a service account that is disabled ends what its keys have open, and nobody else', async () => {
  const made = await all.here.cli('service', 'create', 'Reporter', '--scope', 'model', '--json')
  assert.equal(made.status, 0, made.stderr)
  const key = await all.here.cli('key', 'create', '--service', 'reporter', '--json')
  assert.equal(key.status, 0, key.stderr)
  const headers = bearer(JSON.parse(key.stdout) as { key: string })
  const untouched = await others()
  const streams = [await begin(all, all.here, { headers }), await begin(all, all.there, { headers })]
  const disabled = await all.here.cli('service', 'disable', 'Reporter')
  assert.equal(disabled.status, 0, disabled.stderr)
  for (const stream of streams) assert.match(await isRevoked(stream), /"code":"revoked"/)
  all.finish()
  assert.equal((await untouched.over).isWhole, true)
})

test('a role that no longer allows it, and a ceiling that was lowered, end what is above them', async () => {
  const dora = await come('Dora')
  const key = await keyOf(dora)
  const streams = [
    await begin(all, all.here, { headers: bearer(key) }),
    await begin(all, all.there, { headers: bearer(key) }),
  ]
  const changed = await all.here.cli('user', 'role', 'Dora', 'auditor')
  assert.equal(changed.status, 0, changed.stderr)
  for (const stream of streams) assert.match(await isRevoked(stream), /Your role does not include/)
  const high = await all.makeKey({ ceiling: 'confidential' })
  const above = await begin(all, all.there, {
    headers: { ...bearer(high), 'x-freehold-class': 'confidential' },
  })
  const within = await begin(all, all.there, { headers: bearer(high) })
  await all.sql.query("UPDATE api_key SET ceiling = 'internal' WHERE id = $1", [high.id])
  assert.match(await isRevoked(above), /highest class of this caller is internal/)
  all.finish()
  assert.equal((await within.over).isWhole, true)
})

test('every kind of WebSocket is closed, and says why where something is under way', async () => {
  const untouched = await openSocket(`${all.there.url}/v1/responses`, {
    headers: bearer({ key: all.there.apiKey }),
  })
  for (const house of [all.here, all.there]) {
    const key = await all.makeKey()
    await known(house, bearer(key))
    const connect = (path: string): Promise<SocketClient> =>
      openSocket(house.url + path, { headers: bearer(key) })
    const runs = await connect('/api/ws')
    const [busy, idle] = [await connect('/v1/responses'), await connect('/v1/responses')]
    const asked = all.model.next()
    busy.send({ type: 'response.create', model: 'm', input: 'hi' })
    const seen = await asked
    await busy.until('response.output_text.delta')
    const speech = await connect('/v1/realtime?model=speech')
    await speech.until('session.created')
    await all.revoke(key.id)
    const said = (await busy.until('error')).at(-1)
    assert.deepEqual([said?.status, said?.error?.code], [401, 'revoked'])
    assert.deepEqual(await busy.closed, { code: 1008, reason: 'revoked' })
    assert.deepEqual(await runs.closed, { code: 1008, reason: 'unidentified' })
    assert.deepEqual(await idle.closed, { code: 1008, reason: 'unidentified' })
    assert.equal((await speech.until('error')).at(-1)?.error?.code, 'revoked')
    assert.deepEqual(await speech.closed, { code: 1008, reason: 'revoked' })
    await seen.left
    await all.realtime.seen.at(-1)?.closed
  }
  assert.equal(untouched.ws.readyState, untouched.ws.OPEN)
  await untouched.end()
})

test('a key that runs out ends its streams and WebSockets on every replica, and nobody else’s', async () => {
  const untouched = await others()
  // As long as it takes to open everything on a slow machine; what is opened later would be refused, and the test fail.
  const key = await all.makeKey({ expiresAt: new Date(Date.now() + OPENING_MS).toISOString() })
  const headers = bearer(key)
  const streams = [await begin(all, all.here, { headers }), await begin(all, all.there, { headers })]
  const sockets = [
    await openSocket(`${all.here.url}/v1/responses`, { headers }),
    await openSocket(`${all.there.url}/v1/realtime?model=speech`, { headers }),
    await openSocket(`${all.there.url}/api/ws`, { headers }),
  ]
  for (const stream of streams) assert.match(await isRevoked(stream), /"code":"revoked"/)
  for (const { closed } of sockets) {
    const { code, reason } = await closed
    assert.deepEqual([code, /^(?:expired_key|revoked)$/.test(reason)], [1008, true])
  }
  all.finish()
  assert.equal((await untouched.over).isWhole, true)
})

test('a session whose time is over ends its streams', async () => {
  const erna = await come('Erna')
  const { headers } = erna
  const streams = [await begin(all, all.here, { headers }), await begin(all, all.there, { headers })]
  await all.sql.query('UPDATE session SET expires_at = now(), seen_at = now() WHERE account_id = $1', [
    erna.id,
  ])
  for (const stream of streams) assert.match(await isRevoked(stream), /Your session has ended/)
})

const listening = async (): Promise<boolean> =>
  (await all.there.metrics()).includes('freehold_identity_listening 1')

test('what no notice tells, a replica finds by looking', async () => {
  const key = await all.makeKey()
  const untouched = await others()
  const stream = await begin(all, all.there, { headers: bearer(key) })
  await all.sql.query('ALTER TABLE api_key DISABLE TRIGGER tell_identity')
  try {
    await all.revoke(key.id)
    assert.match(await isRevoked(stream), /"code":"revoked"/)
  } finally {
    await all.sql.query('ALTER TABLE api_key ENABLE TRIGGER tell_identity')
  }
  all.finish()
  assert.equal((await untouched.over).isWhole, true)
})

test('a connection that listens and is lost is told, bridged, and made again', async () => {
  assert.equal(await listening(), true)
  const key = await all.makeKey()
  const stream = await begin(all, all.there, { headers: bearer(key) })
  const cutting = new AbortController()
  // Each that listens dies as soon as it is there.
  const cutAll = async (): Promise<void> => {
    while (!cutting.signal.aborted)
      await all.sql.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'freehold listening'",
      )
  }
  const cut = cutAll()
  await all.revoke(key.id)
  assert.match(await isRevoked(stream), /"code":"revoked"/)
  cutting.abort()
  await cut
  assert.match(all.there.output(), /database\.not_listening/)
  while (!(await listening())) assert.equal(all.there.process.exitCode, null)
  const later = await all.makeKey()
  const again = await begin(all, all.there, { headers: bearer(later) })
  await all.revoke(later.id)
  await isRevoked(again)
})
