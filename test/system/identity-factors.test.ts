import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { invitationInput } from '@freehold/contract/people.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { Challenges } from '../../packages/server/src/identity/factors/challenge.ts'
import { totp } from '../../packages/server/src/identity/factors/totp.ts'
import type { Ground, Replica } from './identity-house.ts'
import { codeOf, cookieOf, openGround } from './identity-house.ts'

const GOOD = 'copper lantern drifts'
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const KEY = Buffer.from('12345678901234567890')

let ground: Ground
before(async () => {
  ground = await openGround()
})
after(() => ground.close())

const by = (caller: Caller) => ({ caller, request: 'req_1' })
const codeAt = (nowMs: number): string => totp(KEY, Math.floor(nowMs / 30_000))

async function come(house: Replica, name: string, role = 'member'): Promise<Caller> {
  const invited = invitationInput.parse({ name, role })
  const { token } = await house.identity.people.invite(by(house.operator), invited)
  const entered = await house.identity.accept({ token, password: GOOD }, { headers: {}, method: 'POST' })
  return house.get(cookieOf(entered))
}

/** Somebody with an authenticator app, and the recovery codes. */
async function protectedBy(house: Replica, name: string, role?: string) {
  const caller = await come(house, name, role)
  const code = codeAt(house.hands.now)
  const asked = { secret: SECRET, code, password: GOOD }
  const { codes } = await house.identity.factors.confirmTotp(by(caller), asked)
  house.hands.now += 30_000
  const login = (sent?: string) =>
    house.identity.login(
      { name, password: GOOD, ...(sent === undefined ? {} : { code: sent }) },
      { headers: {}, method: 'POST' },
    )
  return { caller, codes, login }
}

test('with an authenticator app a password alone opens nothing, and a code is good once', async () => {
  const house = await ground.open()
  const { login } = await protectedBy(house, 'Anna')
  assert.equal(await codeOf(() => login()), 'second_factor')
  assert.equal(await codeOf(() => login('000000')), 'wrong_login')
  const code = codeAt(house.hands.now)
  assert.equal(await codeOf(() => login(code)), null)
  assert.equal(await codeOf(() => login(code)), 'wrong_login')
  house.hands.now += 30_000
  assert.equal(await codeOf(() => login(codeAt(house.hands.now))), null)
})

test('of two sign-ins with the same code at the same moment one is let in', async () => {
  const house = await ground.open()
  const { login } = await protectedBy(house, 'Anna')
  const code = codeAt(house.hands.now)
  const outcomes = await Promise.all([0, 1, 2, 3].map(() => codeOf(() => login(code))))
  assert.equal(outcomes.filter((outcome) => outcome === null).length, 1)
})

test('a recovery code opens once, however it is typed, and new ones void the older', async () => {
  const house = await ground.open()
  const { caller, codes, login } = await protectedBy(house, 'Anna')
  const [first = '', second = ''] = codes
  assert.equal(codes.length, 10)
  assert.equal(await codeOf(() => login(first.toUpperCase().replaceAll('-', ' '))), null)
  assert.equal(await codeOf(() => login(first)), 'wrong_login')
  assert.equal((await house.identity.factors.read(by(caller))).recoveryCodes, 9)
  const renewed = await house.identity.factors.renewCodes(by(caller), GOOD)
  assert.equal(await codeOf(() => login(second)), 'wrong_login')
  assert.equal(await codeOf(() => login(renewed.codes[0])), null)
})

test('a link for a new password does not stand in for the authenticator app, and codes are not guessed with it', async () => {
  const house = await ground.open()
  const { caller, codes } = await protectedBy(house, 'Anna')
  const { token } = await house.identity.people.passwordLink(by(house.operator), caller.principal.id)
  const use = (code?: string) =>
    house.identity.accept(
      { token, password: 'tangled otter marmalade', ...(code === undefined ? {} : { code }) },
      { headers: {}, method: 'POST' },
    )
  assert.equal(await codeOf(() => use()), 'second_factor')
  for (let tries = 0; tries < 5; tries += 1) assert.equal(await codeOf(() => use('000000')), 'wrong_login')
  assert.equal(await codeOf(() => use(codes[0])), 'too_many')
  house.hands.now += 60_000
  assert.equal(await codeOf(() => use(codes[0])), null)
  assert.equal(await codeOf(() => use(codes[1])), 'wrong_claim')
})

test('guessing codes is slowed down like guessing passwords', async () => {
  const house = await ground.open()
  const { login } = await protectedBy(house, 'Anna')
  let refused = ''
  for (let tries = 0; tries < 12 && refused !== 'too_many'; tries += 1)
    refused = (await codeOf(() => login(String(100_000 + tries)))) ?? 'null'
  assert.equal(refused, 'too_many')
})

test('what protects an account changes only with the password, and is not taken from an open screen by trying', async () => {
  const house = await ground.open()
  const { caller } = await protectedBy(house, 'Anna')
  const { factors } = house.identity
  const attempts = [
    () => factors.removeTotp(by(caller), 'wrong'),
    () => factors.renewCodes(by(caller), 'wrong'),
    () => factors.passkeyOptions(by(caller), 'wrong'),
    () => factors.confirmTotp(by(caller), { secret: SECRET, code: '000000', password: 'wrong' }),
  ]
  for (const attempt of attempts) assert.equal(await codeOf(attempt), 'wrong_login')
  assert.equal(await codeOf(() => factors.removeTotp(by(caller), 'wrong')), 'wrong_login')
  assert.equal(await codeOf(() => factors.removeTotp(by(caller), GOOD)), 'too_many')
  house.hands.now += 60_000
  await house.identity.people.refresh()
  await factors.removeTotp(by(caller), GOOD)
  assert.deepEqual(await factors.read(by(caller)), { totp: false, recoveryCodes: 0, passkeys: [] })
})

test('a lost device is reset by whoever looks after the account, and not by who may do less', async () => {
  const house = await ground.open()
  const { people } = house.identity
  const { caller, login } = await protectedBy(house, 'Anna', 'security-officer')
  const berta = await come(house, 'Berta', 'admin')
  assert.equal(await codeOf(() => people.resetFactors(by(berta), caller.principal.id)), 'not_allowed')
  assert.equal(await codeOf(() => login()), 'second_factor')
  await people.resetFactors(by(house.operator), caller.principal.id)
  assert.equal(await codeOf(() => login()), null)
})

test('a challenge is known by every replica, for its purpose, for five minutes', () => {
  const [one, two, other] = [
    new Challenges(Buffer.alloc(32, 1)),
    new Challenges(Buffer.alloc(32, 1)),
    new Challenges(Buffer.alloc(32, 2)),
  ]
  const nowMs = 1_800_000_000_000
  const challenge = one.issue('passkey-enter', nowMs).toString('base64url')
  assert.equal(two.isOurs('passkey-enter', challenge, nowMs + 299_000), true)
  assert.equal(two.isOurs('passkey-enter', challenge, nowMs + 300_000), false)
  assert.equal(two.isOurs('passkey-add anna', challenge, nowMs), false)
  assert.equal(other.isOurs('passkey-enter', challenge, nowMs), false)
  for (let at = 0; at < challenge.length - 1; at += 1) {
    const changed = `${challenge.slice(0, at)}${challenge[at] === 'A' ? 'B' : 'A'}${challenge.slice(at + 1)}`
    assert.equal(one.isOurs('passkey-enter', changed, nowMs), false)
  }
  assert.equal(one.isOurs('passkey-enter', '', nowMs), false)
})

test('no secret and no recovery code stands in the database', async () => {
  const house = await ground.open()
  const { codes } = await protectedBy(house, 'Anna')
  for (const table of ['totp', 'recovery_code', 'audit_event']) {
    const { rows } = await ground.sql.query(`SELECT * FROM ${table} WHERE tenant_id = $1`, [house.store.home])
    const text = rows
      .flatMap((row: object) => Object.values(row))
      .map((value: unknown) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))
      .join('\n')
    assert.ok(rows.length > 0 && !text.includes(SECRET) && !text.includes(KEY.toString()), table)
    for (const code of codes)
      assert.ok(!text.includes(code) && !text.includes(code.replaceAll('-', '')), table)
  }
})
