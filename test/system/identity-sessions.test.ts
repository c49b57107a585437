import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Passwords } from '../../packages/server/src/identity/password.ts'
import { codeOf, cookieOf, openGround, PASSWORD } from './identity-house.ts'
import type { Ground, Replica } from './identity-house.ts'

let ground: Ground
before(async () => {
  ground = await openGround()
})
after(() => ground.close())

const visit = { headers: {}, method: 'POST' }
const signIn = ({ identity }: Replica, name: string, password = PASSWORD, address = '203.0.113.9') =>
  identity.login({ name, password }, { ...visit, address })

async function countOf(house: Replica, table: 'session' | 'audit_event', where = 'true'): Promise<number> {
  const { rows } = await ground.sql.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1 AND ${where}`,
    [house.store.home],
  )
  return rows[0]?.n ?? 0
}

test('the owner signs in by name, however it is capitalised or composed, and out again', async () => {
  const house = await ground.open()
  await house.claim('Zoë Müller')
  const entered = await signIn(house, ' ZOE\u0308 müller ')
  const caller = house.get(cookieOf(entered))
  assert.deepEqual(caller.principal.name, 'Zoë Müller')
  assert.match(await house.identity.logout(caller), /Max-Age=0/)
  assert.equal(await codeOf(() => house.get(cookieOf(entered))), 'unidentified')
  assert.equal(await countOf(house, 'audit_event', "action = 'session.closed'"), 1)
})

test('signing out ends one session and leaves the others', async () => {
  const house = await ground.open()
  const [first, second] = [await house.claim(), await signIn(house, 'Anna Żółw')]
  await house.identity.logout(house.get(cookieOf(first)))
  assert.equal(house.get(cookieOf(second)).principal.kind, 'user')
})

test('who am I tells a session its CSRF token and its end, and a key only its end', async () => {
  const house = await ground.open()
  const entered = await house.claim()
  const headers = cookieOf(entered)
  assert.deepEqual(house.identity.view(house.get(headers), { headers }), entered.view)
  const changing = { ...headers, 'x-csrf-token': entered.view.csrf ?? '' }
  assert.equal(house.identity.identify({ headers: changing, method: 'DELETE' }).principal.kind, 'user')
  const expiresAt = new Date(house.hands.now + 60_000).toISOString()
  const key = await house.createKey({ expiresAt })
  const bearer = { authorization: `Bearer ${key.key}` }
  const view = house.identity.view(house.get(bearer), { headers: bearer })
  assert.deepEqual([view.csrf, view.expiresAt, view.caller.kind], [null, expiresAt, 'key'])
})

test('a wrong name and a wrong password are refused in the same words, and both are on record', async () => {
  const house = await ground.open()
  await house.claim()
  const said = await Promise.all(
    [signIn(house, 'Anna Żółw', 'wrong password'), signIn(house, 'Nobody')].map((attempt) =>
      attempt.then(
        () => assert.fail('nobody should come in'),
        (error: unknown) => [error instanceof Error && error.message, error],
      ),
    ),
  )
  assert.deepEqual(said[0], said[1])
  assert.equal(await countOf(house, 'audit_event', "action = 'session.refused' AND actor = 'anonymous'"), 2)
  assert.equal(await countOf(house, 'session'), 1)
})

test('after ten wrong passwords from one place a name waits there, others do not, and later the right password opens again', async () => {
  const house = await ground.open()
  await house.claim()
  for (let n = 0; n < 10; n += 1) {
    assert.equal(await codeOf(() => signIn(house, 'Anna Żółw', `guess ${n}`)), 'wrong_login')
  }
  assert.equal(await codeOf(() => signIn(house, 'anna żółw')), 'too_many')
  assert.equal(await codeOf(() => signIn(house, 'Bert')), 'wrong_login')
  house.hands.now += 20_000
  assert.equal(await codeOf(() => signIn(house, 'Anna Żółw')), null)
})

test('nobody who guesses elsewhere keeps the owner out', async () => {
  const house = await ground.open()
  await house.claim()
  for (let n = 0; n < 30; n += 1) {
    const from = `198.51.100.${n % 2}`
    const code = await codeOf(() => signIn(house, 'Anna Żółw', `guess ${n}`, from))
    assert.equal(code, n < 20 ? 'wrong_login' : 'too_many')
    await codeOf(() => signIn(house, `Somebody ${n}`, 'guess', from))
  }
  assert.equal(await codeOf(() => signIn(house, 'Anna Żółw')), null)
})

test('many refused sign-ins are on record once a minute, with how many there were', async () => {
  const house = await ground.open()
  await house.claim()
  for (let n = 0; n < 5; n += 1) {
    await codeOf(() => signIn(house, 'Anna Żółw', 'guess'))
    await codeOf(() => signIn(house, `Somebody ${n}`))
  }
  house.hands.now += 60_000
  await codeOf(() => signIn(house, 'Anna Żółw', 'guess'))
  const { rows } = await ground.sql.query<{ detail: object }>(
    "SELECT detail FROM audit_event WHERE tenant_id = $1 AND action = 'session.refused' ORDER BY id",
    [house.store.home],
  )
  assert.deepEqual(
    rows.map(({ detail }) => detail),
    [
      { reason: 'wrong_password', count: 1 },
      { reason: 'unknown_name', count: 1 },
      { reason: 'wrong_password', count: 5 },
    ],
  )
})

test('signing in rightly many times is not counted against anybody', async () => {
  const house = await ground.open()
  await house.claim()
  for (let n = 0; n < 12; n += 1) assert.equal(await codeOf(() => signIn(house, 'Anna Żółw')), null)
})

test('an ended session is swept at the next sign-in', async () => {
  const house = await ground.open()
  await house.claim()
  house.hands.now += 25 * 3_600_000
  await house.identity.close()
  const later = await ground.open({ tenant: house.store.home })
  later.hands.now = house.hands.now
  await signIn(later, 'Anna Żółw')
  assert.equal(await countOf(house, 'session'), 1)
})

test('a session of one replica opens and closes on the other', async () => {
  const here = await ground.open({ refreshEveryMs: 5 })
  const there = await ground.open({ tenant: here.store.home, refreshEveryMs: 5 })
  const headers = cookieOf(await here.claim())
  while ((await codeOf(() => there.get(headers))) !== null) await pause(5)
  await there.identity.logout(there.get(headers))
  while ((await codeOf(() => here.get(headers))) === null) await pause(5)
})

test('a key cannot sign out', async () => {
  const house = await ground.open()
  assert.equal(await codeOf(() => house.identity.logout(house.operator)), 'invalid')
})

test('a thief of the disk finds no name, password, key or cookie in the rows', async () => {
  const house = await ground.open()
  const entered = await house.claim('Canary Bird')
  const key = await house.createKey({ name: 'canary laptop' })
  const session = cookieOf(entered).cookie.split('=')[1] ?? ''
  const rows: string[] = []
  for (const table of ['account', 'session', 'api_key', 'audit_event', 'tenant_key']) {
    const found = await ground.sql.query<Record<string, unknown>>(`SELECT * FROM ${table}`)
    for (const value of found.rows.flatMap((row) => Object.values(row))) {
      rows.push(Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value))
    }
  }
  const all = rows.join('\n').toLowerCase()
  const secrets = [
    'canary',
    PASSWORD,
    'argon2id',
    key.key,
    key.key.slice(16),
    session,
    entered.view.csrf ?? '',
  ]
  assert.deepEqual(
    secrets.filter((secret) => all.includes(secret.toLowerCase())),
    [],
  )
  assert.equal(all.includes(key.id.toLowerCase()), true)
})

test('a hash made elsewhere by the reference implementation is understood', async () => {
  // argon2 -id -t 2 -k 65536 -p 1 -l 32, message "password", salt "somesalt", from phc-winner-argon2 test.c.
  const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.equal(await new Passwords().verify(phc, 'password'), true)
})
