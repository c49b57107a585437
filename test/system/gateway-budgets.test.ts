import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Asked, Street } from './budget-houses.ts'
import { hammer, idOf, openStreet, recordedOf, refusedInVain } from './budget-houses.ts'

let street: Street
before(async () => {
  street = await openStreet({ limits: { key: { rpm: 60_000 } } })
  await street.open()
  await Promise.all([street.open(1), street.open(2)])
})
after(() => street.close())

/** Millionths of money. */
interface Counter {
  readonly spent: number
  readonly leased: number
  /** What the leases of the processes add up to. */
  readonly leases: number
}

async function counterOf(key: string): Promise<Counter> {
  const { rows } = await street.sql.query<{ spent: string; leased: string; leases: string }>(
    `SELECT spent, leased, coalesce((SELECT sum(amount) FROM budget_lease l
       WHERE (l.budget, l.period, l.unit) = (c.budget, c.period, c.unit)), 0) AS leases
     FROM budget_counter c WHERE budget = $1 AND unit = 'micros'`,
    [`key:${idOf(key)}`],
  )
  const [row] = rows
  assert.equal(rows.length, 1)
  return { spent: Number(row?.spent), leased: Number(row?.leased), leases: Number(row?.leases) }
}

/** A key that every house knows. */
async function keyWith(limit: number): Promise<string> {
  const key = await street.houses[0]?.key('--limit', `moneyPerDay=${limit / 1e6}`)
  assert.ok(key)
  for (const house of street.houses) {
    const knows = async (): Promise<boolean> =>
      (await house.get('/v1/models', { authorization: `Bearer ${key}` })).ok
    while (!(await knows())) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return key
}

/** Everything that was written is in the database. */
async function settled(): Promise<void> {
  for (const house of street.houses) assert.equal((await house.cli('usage')).status, 0)
}

async function hammerAll(key: string, seed: number): Promise<Asked[]> {
  const asked = await Promise.all(
    street.houses.map((house, at) => hammer(house, { key, voices: 5, seed: seed + at })),
  )
  return asked.flat()
}

test('three processes spend one budget to its end, to the millionth, and refuse nobody in vain', async () => {
  const limit = 300_000
  const key = await keyWith(limit)
  const asked = await hammerAll(key, 1)
  await settled()
  const records = await recordedOf(street, key)
  const { spent, leased, leases } = await counterOf(key)
  const onRecord = [...records.values()].reduce((sum, { cost }) => sum + cost, 0)
  const largest = Math.max(...[...records.values()].map(({ reserved }) => reserved))
  assert.equal(spent, onRecord)
  assert.equal(leased, leases)
  assert.ok(spent >= limit && spent < limit + largest, `${spent} of ${limit}`)
  assert.deepEqual(refusedInVain(asked, records, limit), [])
})

test('a process that is killed has spent what it held until it is back, and then what it spent', async () => {
  const limit = 300_000
  const key = await keyWith(limit)
  const [one, two, three] = street.houses
  assert.ok(one && two && three)
  street.target.forget()
  const hammered = hammerAll(key, 20)
  while (street.target.seen.length < 150) await street.target.next()
  await three.kill()
  const asked = await hammered
  await Promise.all([one, two].map((house) => house.cli('usage')))
  const without = await counterOf(key)
  assert.equal(without.leased, without.leases)
  assert.ok(without.spent + without.leased >= limit && without.spent < limit, JSON.stringify(without))
  await street.open(2)
  asked.push(...(await hammerAll(key, 30)))
  await settled()
  const records = await recordedOf(street, key)
  const { spent, leased, leases } = await counterOf(key)
  const onRecord = [...records.values()].reduce((sum, { cost }) => sum + cost, 0)
  const largest = Math.max(...[...records.values()].map(({ reserved }) => reserved))
  const states = new Set([...records.values()].map(({ state }) => state))
  assert.ok(states.has('unknown'))
  assert.equal(spent, onRecord)
  assert.equal(leased, leases)
  assert.ok(spent >= limit && spent < limit + largest, `${spent} of ${limit}`)
})
