import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import type { Scope } from '@freehold/contract/actions.ts'
import { tenantId } from '../store/tenant-id.ts'
import { Fault } from '../kernel/fault.ts'
import type { ConfiguredLimits } from './budgets.ts'
import { createIdentify } from './identify.ts'
import { mintKey } from './key-format.ts'
import { KnownCallers } from './known-callers.ts'
import { LastUse } from './last-use.ts'
import { LOCAL_OPERATOR } from './local-operator.ts'
import { Roster } from './roster.ts'
import type { ApiKey } from './roster.ts'
import { TenantDirectory } from './tenants/directory.ts'
import type { TenantRecord } from './tenants/directory.ts'
import { csrfTokenOf, fingerprintOf, newSessionSecret, sessionCookie } from './session-cookie.ts'

const standing = (role: string) => ({
  role,
  roles: [role],
  groups: [],
  groupIds: [],
  customScopes: new Set<never>(),
})
const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const HOUR = 3_600_000

/** One tenant, with these traits. */
const directoryWith = (traits: Partial<TenantRecord>): TenantDirectory =>
  new TenantDirectory(
    [
      {
        id: tenant,
        slug: 'home',
        createdAt: new Date(0),
        suspendedAt: null,
        deletesAt: null,
        isolation: 'pooled',
        bounds: {},
        ...traits,
      },
    ],
    tenant,
  )

/** A house with an owner, her session and one key; `minted` adds more keys. */
function house() {
  const hands = { now: Date.UTC(2026, 5, 1), limits: {} as ConfiguredLimits, directory: directoryWith({}) }
  const roster = new Roster([])
  const secret = newSessionSecret()
  roster.putAccount({ tenant, id: 'anna', name: 'Anna', ...standing('owner') })
  roster.putSession({
    tenant,
    id: 's1',
    account: 'anna',
    fingerprint: fingerprintOf(secret),
    seenMs: hands.now,
    expiresMs: hands.now + 7 * 24 * HOUR,
  })
  const identify = createIdentify({
    snapshot: {
      roster,
      get directory() {
        return hands.directory
      },
    },
    callers: new KnownCallers(() => hands.limits),
    lastUse: new LastUse(),
    clock: { now: () => hands.now },
    cookie: sessionCookie(null),
    publicUrl: null,
    tokenGraceMs: 0,
    tokens: {
      read() {
        throw new Fault('unidentified', 'no tokens here')
      },
    },
  })
  const minted = (traits: Partial<ApiKey> = {}) => {
    const { id, key } = mintKey()
    const entry: ApiKey = {
      tenant,
      id,
      name: null,
      creator: 'anna',
      fingerprint: fingerprintOf(key),
      scopes: null,
      class: 'internal',
      ceiling: 'restricted',
      limits: {},
      expiresMs: null,
      usedMs: null,
      ...traits,
    }
    roster.putKey(entry)
    return { key, entry, bearer: { authorization: `Bearer ${key}` } }
  }
  const get = (headers: IncomingHttpHeaders) => identify({ headers, method: 'GET' })
  return { hands, roster, secret, cookie: { cookie: `freehold_session=${secret}` }, identify, minted, get }
}

test('a key is found under either header, whatever the case of "Bearer"', () => {
  const { minted, get } = house()
  const { key, entry } = minted({ name: 'laptop' })
  for (const headers of [
    { authorization: `Bearer ${key}` },
    { authorization: `bearer  ${key} ` },
    { 'x-api-key': key },
    { 'x-api-key': key, authorization: `Bearer ${key}` },
  ]) {
    assert.deepEqual(get(headers).principal, { kind: 'key', id: entry.id, name: 'laptop' })
  }
})

test('two different keys in one request are refused', () => {
  const { minted, get } = house()
  assert.throws(() => get({ ...minted().bearer, 'x-api-key': minted().key }), { code: 'invalid' })
})

test('what is no key says what it is: nothing, foreign, mistyped, unknown, too long', () => {
  const { minted, get } = house()
  const refusals: readonly (readonly [IncomingHttpHeaders, RegExp])[] = [
    [{}, /Sign in, or send an API key/],
    [{ authorization: 'Basic YTpi' }, /must read "Bearer fh_…"/],
    [{ authorization: 'Bearer sk-abc' }, /start with "fh_"/],
    [{ 'x-api-key': minted().key.slice(0, -1) }, /mistyped/],
    [{ 'x-api-key': mintKey().key }, /not known here, or it was revoked/],
    [{ authorization: `Bearer ${'x'.repeat(10_000)}` }, /too long/],
    [{ 'x-api-key': '' }, /not an API key/],
  ]
  for (const [headers, message] of refusals) {
    assert.throws(() => get(headers), { code: 'unidentified', message })
  }
})

test('a wrong key is not overlooked because a good cookie came along', () => {
  const { cookie, get } = house()
  assert.throws(() => get({ ...cookie, 'x-api-key': mintKey().key }), { code: 'unidentified' })
})

test('an expired key is told when it expired, to the millisecond', () => {
  const { hands, minted, get } = house()
  const { bearer } = minted({ expiresMs: hands.now + 1 })
  assert.equal(get(bearer).principal.kind, 'key')
  hands.now += 1
  assert.throws(() => get(bearer), { code: 'expired_key', message: /expired at 2026-06-01T00:00:00.001Z/ })
})

test('a key has no more than its creator: scopes, ceiling and life are those both have', () => {
  const { hands, minted, get } = house()
  const parent = minted({
    scopes: new Set<Scope>(['keys', 'model']),
    ceiling: 'internal',
    expiresMs: hands.now + HOUR,
  })
  const child = minted({
    creator: parent.entry.id,
    scopes: new Set<Scope>(['model', 'audit']),
    ceiling: 'restricted',
  })
  const greedy = minted({ creator: parent.entry.id })
  assert.deepEqual([...(get(child.bearer).scopes ?? [])], ['model'])
  assert.equal(get(child.bearer).classCeiling, 'internal')
  assert.deepEqual([...(get(greedy.bearer).scopes ?? [])], ['keys', 'model'])
  hands.now += HOUR
  assert.throws(() => get(child.bearer), { code: 'expired_key' })
})

test('a key made with a key goes with it, and one of a person who is gone goes too', () => {
  const { roster, minted, get } = house()
  const parent = minted()
  const child = minted({ creator: parent.entry.id })
  const orphan = minted({ creator: 'nobody' })
  assert.equal(get(child.bearer).scopes, null)
  roster.forgetKey(tenant, parent.entry.id)
  for (const { bearer } of [parent, child, orphan]) assert.throws(() => get(bearer), { code: 'unidentified' })
})

test("a key of the operator has the owner's rights, not the operator's socket", () => {
  const { minted, get } = house()
  assert.deepEqual(get(minted({ creator: LOCAL_OPERATOR }).bearer).roles, ['owner'])
})

test('a key of another tenant does not borrow rights from a namesake here', () => {
  const { minted, get } = house()
  const other = tenantId('00000000-0000-7000-8000-000000000002')
  assert.throws(() => get(minted({ tenant: other, creator: 'anna' }).bearer), { code: 'unidentified' })
})

test('a session may look without a token and change things only with it, from our own page', () => {
  const { cookie, secret, identify, get } = house()
  assert.deepEqual([get(cookie).principal.name, get(cookie).sessionId], ['Anna', 's1'])
  const token = { 'x-csrf-token': csrfTokenOf(secret) }
  const post = (headers: IncomingHttpHeaders) => identify({ headers, method: 'POST' })
  assert.equal(post({ ...cookie, ...token }).principal.id, 'anna')
  assert.throws(() => post(cookie), { code: 'csrf' })
  assert.throws(() => post({ ...cookie, ...token, 'sec-fetch-site': 'same-site' }), { code: 'csrf' })
})

test('a key needs no CSRF token: no browser sends it by itself', () => {
  const { minted, identify } = house()
  const headers = { ...minted().bearer, 'sec-fetch-site': 'cross-site' }
  assert.equal(identify({ headers, method: 'POST' }).principal.kind, 'key')
})

test('a session ends after a day of silence, and after a week however busy', () => {
  const { hands, cookie, get } = house()
  for (let hours = 0; hours < 7 * 24 - 23; hours += 23) {
    assert.equal(get(cookie).principal.id, 'anna')
    hands.now += 23 * HOUR
  }
  hands.now += 23 * HOUR
  assert.throws(() => get(cookie), { code: 'unidentified', message: /session has ended/ })
  const idle = house()
  idle.hands.now += 24 * HOUR
  assert.throws(() => idle.get(idle.cookie), { code: 'unidentified' })
})

test('a session that was closed elsewhere does not open', () => {
  const { roster, cookie, get } = house()
  roster.forgetSession(tenant, 's1')
  assert.throws(() => get(cookie), { code: 'unidentified' })
})

test('the same key is the same caller from one request to the next, until something above it changes', () => {
  const { roster, hands, minted, get } = house()
  const parent = minted()
  const child = minted({ creator: parent.entry.id })
  const caller = get(child.bearer)
  assert.equal(get(child.bearer), caller)
  roster.putKey({ ...parent.entry, ceiling: 'internal' })
  const lowered = get(child.bearer)
  assert.deepEqual([caller.classCeiling, lowered.classCeiling], ['restricted', 'internal'])
  roster.putAccount({ tenant, id: 'anna', name: 'Anna', ...standing('member') })
  assert.deepEqual(get(child.bearer).roles, ['member'])
  hands.limits = { key: { rpm: 1 } }
  assert.equal(get(child.bearer).budgets.length, 2)
  roster.forgetKey(tenant, child.entry.id)
  assert.throws(() => get(child.bearer), { code: 'unidentified' })
})

test('a key is bounded by its own limits, by those of every key above it and by its tenant, in this order', () => {
  const { hands, minted, get } = house()
  const parent = minted({ limits: { tokensPerDay: 1000 } })
  const middle = minted({ creator: parent.entry.id })
  const child = minted({ creator: middle.entry.id, limits: { rpm: 60_000, tokensPerDay: 1e12 } })
  const budgets = () => get(child.bearer).budgets.map(({ id, limits }) => [id, limits])
  const own = [`key:${child.entry.id}`, { rpm: 60_000, tokensPerDay: 1e12 }]
  const above = [`key:${parent.entry.id}`, { tokensPerDay: 1000 }]
  assert.deepEqual(budgets(), [own, above])
  hands.limits = { tenant: { concurrent: 8 }, key: { rpm: 60 } }
  assert.deepEqual(budgets(), [
    own,
    [`key:${middle.entry.id}`, { rpm: 60 }],
    above,
    [`tenant:${tenant}`, { concurrent: 8 }],
  ])
  hands.limits = { tenant: {}, key: {} }
  assert.deepEqual(budgets(), [own, above])
})

test('limits of the configuration hold from the moment they are read, for people as well', () => {
  const { hands, cookie, minted, get } = house()
  const { bearer, entry } = minted()
  assert.deepEqual([get(bearer).budgets, get(cookie).budgets], [[], []])
  hands.limits = { tenant: { rpm: 9 }, key: { concurrent: 2 } }
  const ofTenant = { id: `tenant:${tenant}`, limits: { rpm: 9 } }
  assert.deepEqual(get(bearer).budgets, [{ id: `key:${entry.id}`, limits: { concurrent: 2 } }, ofTenant])
  assert.deepEqual(get(cookie).budgets, [ofTenant])
})

test('who belongs to a tenant that is suspended is told so, whether by key or by session', () => {
  const { get, minted, hands, cookie } = house()
  const { bearer } = minted()
  hands.directory = directoryWith({ suspendedAt: new Date(1) })
  for (const headers of [bearer, cookie]) assert.throws(() => get(headers), { code: 'suspended' })
  hands.directory = directoryWith({})
  for (const headers of [bearer, cookie]) assert.ok(get(headers))
})

test('a tenant with networks is used from these, however the address is written', () => {
  const { identify, minted, hands } = house()
  const { bearer: headers } = minted()
  hands.directory = directoryWith({ bounds: { sources: ['10.20.0.0/16', '2001:db8::/32', '192.0.2.7'] } })
  const come = (address: string | undefined) => identify({ headers, method: 'GET', address })
  for (const address of ['10.20.3.4', '::ffff:10.20.3.4', '2001:db8:1::1', '192.0.2.7', undefined])
    assert.ok(come(address), address)
  for (const address of ['10.21.0.1', '::ffff:10.21.0.1', '2001:db9::1', '192.0.2.8', '::1', ''])
    assert.throws(() => come(address), { code: 'wrong_network' }, address)
})
