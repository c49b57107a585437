import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { Snapshot } from '../../packages/server/src/identity/snapshot.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import { codeOf, openGround } from './identity-house.ts'
import type { Ground, Replica } from './identity-house.ts'

const standing = { role: 'owner', roles: ['owner'], groups: [], groupIds: [], customScopes: new Set<never>() }

let ground: Ground
before(async () => {
  ground = await openGround()
})
after(() => ground.close())

const bearer = ({ key }: { readonly key: string }) => ({ authorization: `Bearer ${key}` })
const FIRST_PAGE = { limit: 50 }

async function auditOf(replica: Replica, subject: string): Promise<unknown[]> {
  const { rows } = await ground.sql.query<{ action: string; actor: string; detail: unknown }>(
    'SELECT action, actor, detail FROM audit_event WHERE tenant_id = $1 AND subject = $2 ORDER BY id',
    [replica.store.home, subject],
  )
  return rows.map(({ action, actor, detail }) => [action, actor, detail])
}

/** Waits until the claim holds, for the turns of five seconds: a machine that is busy makes them longer, not more. */
async function untilTrue(claim: () => boolean): Promise<void> {
  for (let turn = 0; !claim(); turn += 1) {
    assert.ok(turn < 250, 'it did not become true within five seconds')
    await pause(20)
  }
}

test('a key works from the moment it is created, before anybody has claimed, until the moment it is revoked', async () => {
  const house = await ground.open()
  const { operator, identity } = house
  const key = await house.createKey({ name: 'laptop', class: 'confidential', scopes: ['model'] })
  const caller = house.get(bearer(key))
  assert.deepEqual(caller.principal, { kind: 'key', id: key.id, name: 'laptop' })
  assert.deepEqual([caller.baseClass, caller.classCeiling], ['confidential', 'restricted'])
  assert.deepEqual([...(caller.scopes ?? [])], ['model'])
  await identity.revokeKey(operator, key.id)
  assert.equal(await codeOf(() => house.get(bearer(key))), 'unidentified')
  assert.equal(await codeOf(() => identity.revokeKey(operator, key.id)), 'not_found')
  assert.deepEqual(await auditOf(house, key.id), [
    [
      'key.created',
      'local-operator',
      { class: 'confidential', scopes: ['model'], ceiling: 'restricted', expires: false, limits: [] },
    ],
    ['key.revoked', 'local-operator', {}],
  ])
})

test('another replica knows a new key and refuses a revoked one within five seconds', async () => {
  const here = await ground.open()
  const there = await ground.open({ tenant: here.store.home })
  const key = await here.createKey()
  const isKnown = (): boolean => {
    try {
      there.get(bearer(key))
      return true
    } catch {
      return false
    }
  }
  await untilTrue(isKnown)
  await here.identity.revokeKey(here.operator, key.id)
  await untilTrue(() => !isKnown())
})

test('an expired key is refused by the clock, without anybody telling', async () => {
  const house = await ground.open()
  const expiresAt = new Date(house.hands.now + 1000).toISOString()
  const key = await house.createKey({ expiresAt })
  assert.equal(house.get(bearer(key)).principal.id, key.id)
  house.hands.now += 1000
  assert.equal(await codeOf(() => house.get(bearer(key))), 'expired_key')
  assert.equal(await codeOf(() => house.createKey({ expiresAt })), 'invalid')
})

test('revoking a key revokes what was made with it, and the list says so', async () => {
  const house = await ground.open()
  const parent = await house.createKey({ scopes: ['*'] })
  const child = await house.createKey({ scopes: ['*'] }, house.get(bearer(parent)))
  const grandchild = await house.createKey({}, house.get(bearer(child)))
  const bystander = await house.createKey()
  await house.identity.revokeKey(house.operator, parent.id)
  for (const key of [parent, child, grandchild]) {
    assert.equal(await codeOf(() => house.get(bearer(key))), 'unidentified')
  }
  assert.equal(house.get(bearer(bystander)).principal.id, bystander.id)
  const { data } = await house.identity.listKeys(house.operator, FIRST_PAGE)
  assert.deepEqual(
    data.filter((key) => key.revokedAt === null).map((key) => key.id),
    [bystander.id],
  )
})

test('limits of a key are kept, shown, audited by name alone, and known to other replicas', async () => {
  const house = await ground.open()
  const limits = { rpm: 60, moneyPerDay: 2.5 }
  const parent = await house.createKey({ scopes: ['*'], limits })
  assert.deepEqual(parent.limits, limits)
  house.hands.now += 1
  const child = await house.createKey({ limits: { rpm: 60_000 } }, house.get(bearer(parent)))
  const budgets = [
    { id: `key:${child.id}`, limits: { rpm: 60_000 } },
    { id: `key:${parent.id}`, limits },
  ]
  const there = await ground.open({ tenant: house.store.home })
  for (const replica of [house, there]) {
    assert.deepEqual(replica.get(bearer(child)).budgets, budgets)
    const { data } = await replica.identity.listKeys(replica.operator, FIRST_PAGE)
    assert.deepEqual(
      data.map((key) => key.limits),
      [{ rpm: 60_000 }, limits],
    )
  }
  const whole = { scopes: ['*'], class: 'internal', ceiling: 'restricted', expires: false }
  assert.deepEqual(await auditOf(house, parent.id), [
    ['key.created', 'local-operator', { ...whole, limits: ['rpm', 'moneyPerDay'] }],
  ])
})

test('a key with a limit that this version does not know opens nothing', async () => {
  const house = await ground.open()
  const key = await house.createKey()
  await ground.sql.query(`UPDATE api_key SET limits = '{"watts": 5}' WHERE id = $1`, [key.id])
  const there = await ground.open({ tenant: house.store.home })
  assert.equal(await codeOf(() => there.get(bearer(key))), 'unidentified')
  assert.deepEqual((await there.identity.listKeys(there.operator, FIRST_PAGE)).data[0]?.limits, {})
})

test('the list is paged newest first, misses none, and holds no secret', async () => {
  const house = await ground.open()
  const made: string[] = []
  // The same instant for two of three: the id decides then.
  for (let n = 0; n < 7; n += 1) {
    if (n % 3 === 0) house.hands.now += 1
    made.push((await house.createKey({ name: `key ${n}` })).id)
  }
  const seen: string[] = []
  const times: string[] = []
  let after: string | undefined
  do {
    const page = await house.identity.listKeys(house.operator, {
      limit: 3,
      ...(after === undefined ? {} : { after }),
    })
    assert.doesNotMatch(JSON.stringify(page), /fh_|secret|dek/)
    seen.push(...page.data.map((key) => key.id))
    times.push(...page.data.map((key) => key.createdAt))
    after = page.next ?? undefined
  } while (after !== undefined)
  assert.deepEqual(seen.toSorted(), made.toSorted())
  assert.deepEqual(times, times.toSorted().toReversed())
})

test('one tenant neither sees nor revokes the keys of another', async () => {
  const here = await ground.open()
  const neighbour = await ground.open()
  const key = await here.createKey()
  assert.deepEqual((await neighbour.identity.listKeys(neighbour.operator, FIRST_PAGE)).data, [])
  assert.equal(await codeOf(() => neighbour.identity.revokeKey(neighbour.operator, key.id)), 'not_found')
  assert.equal(here.get(bearer(key)).tenant, here.store.home)
})

test('the last use is written at a clean stop, at the latest', async () => {
  const house = await ground.open({ refreshEveryMs: 3_600_000 })
  const key = await house.createKey()
  assert.equal(key.lastUsedAt, null)
  house.hands.now += 5000
  house.get(bearer(key))
  const used = new Date(house.hands.now).toISOString()
  await house.identity.close()
  const { data } = await house.identity.listKeys(house.operator, FIRST_PAGE)
  assert.deepEqual(
    data.map((one) => one.lastUsedAt),
    [used],
  )
})

test('no audit, no key: when the record cannot be written the key is not made', async () => {
  const house = await ground.open()
  await ground.sql.query('REVOKE INSERT ON audit_event FROM fh_app')
  try {
    await assert.rejects(house.createKey())
  } finally {
    await ground.sql.query('GRANT INSERT ON audit_event TO fh_app')
  }
  assert.deepEqual((await house.identity.listKeys(house.operator, FIRST_PAGE)).data, [])
})

test('when the database goes away known callers come in for a minute, then nobody, until it is back', async () => {
  let isAway = false
  const failed = Promise.withResolvers<void>()
  const between = (store: Store): Store => ({
    ...store,
    tenants: () => {
      if (!isAway) return store.tenants()
      failed.resolve()
      return Promise.reject(new Error('the database does not answer'))
    },
  })
  const house = await ground.open({ between, refreshEveryMs: 5 })
  const key = await house.createKey()
  isAway = true
  await failed.promise
  house.hands.now += 59_000
  assert.equal(house.get(bearer(key)).principal.id, key.id)
  house.hands.now += 2000
  assert.equal(await codeOf(() => house.get(bearer(key))), 'unavailable')
  isAway = false
  await untilTrue(() => {
    try {
      return house.get(bearer(key)).principal.id === key.id
    } catch {
      return false
    }
  })
})

test('somebody who comes in while a refresh is reading is not forgotten when it ends', async () => {
  const { store } = await ground.open()
  const tenant = store.home
  const hasRead = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const slow: Store = {
    ...store,
    tenants: () => Promise.resolve([tenant]),
    async withTenant(context, fn) {
      const result = await store.withTenant(context, fn)
      hasRead.resolve()
      await gate.promise
      return result
    },
  }
  const snapshot = new Snapshot(slow, systemClock, () => {})
  const refreshing = snapshot.refresh()
  await hasRead.promise
  snapshot.apply(tenant, (roster) => roster.putAccount({ tenant, id: 'anna', name: 'Anna', ...standing }))
  gate.resolve()
  await refreshing
  assert.equal(snapshot.roster.hasOwner(tenant), true)
})
