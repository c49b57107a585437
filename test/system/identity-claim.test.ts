import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { codeOf, cookieOf, openGround, PASSWORD } from './identity-house.ts'
import type { Ground } from './identity-house.ts'

let ground: Ground
before(async () => {
  ground = await openGround()
})
after(() => ground.close())

const visit = { headers: {}, method: 'POST' }

test('the link is the same until somebody claims, who is signed in at once; then there is none', async () => {
  const house = await ground.open()
  const link = house.identity.claimLink('http://127.0.0.1:7070')
  const restarted = await ground.open({ tenant: house.store.home })
  assert.equal(restarted.identity.claimLink('http://127.0.0.1:7070'), link)
  const entered = await house.claim()
  assert.deepEqual(house.get(cookieOf(entered)).principal.name, 'Anna Żółw')
  assert.deepEqual(house.get(cookieOf(entered)).roles, ['owner'])
  assert.equal(house.identity.isClaimed(), true)
  assert.equal(house.identity.claimLink('http://127.0.0.1:7070'), null)
})

test('a wrong link claims nothing', async () => {
  const { identity } = await ground.open()
  const stranger = await ground.open()
  const token = stranger.identity.claimLink('http://h')?.split('=')[1] ?? ''
  const attempt = () => identity.claim({ token, name: 'Eve', password: PASSWORD }, visit)
  assert.equal(await codeOf(attempt), 'wrong_claim')
  assert.equal(identity.isClaimed(), false)
})

test('a page of another site cannot claim, though it knows the link', async () => {
  const { identity } = await ground.open()
  const token = identity.claimLink('http://h')?.split('=')[1] ?? ''
  const evil = { headers: { 'sec-fetch-site': 'cross-site' }, method: 'POST' }
  const attempt = () => identity.claim({ token, name: 'Eve', password: PASSWORD }, evil)
  assert.equal(await codeOf(attempt), 'csrf')
})

test('of ten claims at once, on two replicas, exactly one wins and leaves one owner', async () => {
  const here = await ground.open()
  const there = await ground.open({ tenant: here.store.home })
  const names = Array.from({ length: 10 }, (_, n) => `claimant ${n}`)
  const codes = await Promise.all(names.map((name, n) => codeOf(() => (n % 2 ? here : there).claim(name))))
  assert.equal(codes.filter((code) => code === null).length, 1)
  assert.equal(codes.filter((code) => code === 'already_claimed').length, 9)
  const { rows } = await ground.sql.query(
    'SELECT (SELECT count(*)::int FROM account WHERE tenant_id = $1) AS accounts, ' +
      '(SELECT count(*)::int FROM session WHERE tenant_id = $1) AS sessions, ' +
      "(SELECT count(*)::int FROM audit_event WHERE tenant_id = $1 AND action = 'owner.claimed') AS events",
    [here.store.home],
  )
  assert.deepEqual(rows[0], { accounts: 1, sessions: 1, events: 1 })
})

test('after the claim the link says that there is an owner, also where the claim was not seen yet', async () => {
  const here = await ground.open()
  const there = await ground.open({ tenant: here.store.home, refreshEveryMs: 3_600_000 })
  await here.claim()
  assert.equal(there.identity.isClaimed(), false)
  assert.equal(await codeOf(() => there.claim('Bert')), 'already_claimed')
})

test('with the unique index gone two claims at once make two owners: the index is the net', async () => {
  const here = await ground.open()
  const there = await ground.open({ tenant: here.store.home, refreshEveryMs: 3_600_000 })
  await ground.sql.query('DROP INDEX account_one_owner')
  try {
    // Both have asked whether there is an owner before either may write.
    await ground.sql.query('BEGIN; LOCK TABLE account IN SHARE MODE')
    const claims = [here.claim('Anna'), there.claim('Bert')]
    await waitingFor(2)
    await ground.sql.query('COMMIT')
    await Promise.all(claims)
  } finally {
    await ground.sql.query('DELETE FROM account WHERE tenant_id = $1', [here.store.home])
    await ground.sql.query(
      "CREATE UNIQUE INDEX account_one_owner ON account (tenant_id) WHERE role = 'owner'",
    )
  }
  const again = await ground.open()
  const late = await ground.open({ tenant: again.store.home, refreshEveryMs: 3_600_000 })
  await ground.sql.query('BEGIN; LOCK TABLE account IN SHARE MODE')
  const codes = Promise.all([codeOf(() => again.claim('Anna')), codeOf(() => late.claim('Bert'))])
  await waitingFor(2)
  await ground.sql.query('COMMIT')
  assert.deepEqual((await codes).toSorted(), ['already_claimed', null])
})

/** Resolves when that many transactions stand before the locked table of accounts. */
async function waitingFor(count: number): Promise<void> {
  const deadline = Date.now() + 1500
  while (Date.now() < deadline) {
    const { rows } = await ground.sql.query<{ waiting: number }>(
      "SELECT count(*)::int AS waiting FROM pg_locks WHERE relation = 'account'::regclass AND NOT granted",
    )
    if (rows[0]?.waiting === count) return
  }
  assert.fail(`${count} claims should stand before the lock`)
}
