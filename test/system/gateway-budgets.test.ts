import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Asked, Street } from './budget-houses.ts'
import { hammer, idOf, openStreet, recordedOf, refusedInVain } from './budget-houses.ts'

/** Millionths of money. */
const LIMIT = 300_000
let street: Street
let keys: readonly string[]
before(async () => {
  street = await openStreet({ limits: { key: { rpm: 60_000 } } })
  const first = await street.open()
  // Made before the others start, so that they know them at once.
  const limit = `moneyPerDay=${LIMIT / 1e6}`
  keys = await Promise.all([first.key('--limit', limit), first.key('--limit', limit)])
  await Promise.all([street.open(1), street.open(2)])
})
after(() => street.close())

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
  const [key = ''] = keys
  const asked = await hammerAll(key, 1)
  await settled()
  const records = await recordedOf(street, key)
  const { spent, leased, leases } = await counterOf(key)
  const onRecord = [...records.values()].reduce((sum, { cost }) => sum + cost, 0)
  const largest = Math.max(...[...records.values()].map(({ reserved }) => reserved))
  assert.equal(spent, onRecord)
  assert.equal(leased, leases)
  assert.ok(spent >= LIMIT && spent < LIMIT + largest, `${spent} of ${LIMIT}`)
  assert.deepEqual(refusedInVain(asked, records, LIMIT), [])
  // The oracle finds a refusal that came before anything was spent.
  const early: Asked = { id: '', fromMs: 0, toMs: 1, status: 429, retryAfterS: 1, message: '' }
  assert.deepEqual(refusedInVain([...asked, early], records, LIMIT), [early])
})

test('a process that is killed has spent what it held until it is back, and then what it spent', async (t) => {
  const [, key = ''] = keys
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
  assert.ok(without.spent + without.leased >= LIMIT && without.spent < LIMIT, JSON.stringify(without))
  await street.open(2)
  asked.push(...(await hammerAll(key, 30)))
  await settled()
  const records = await recordedOf(street, key)
  const { spent, leased, leases } = await counterOf(key)
  const onRecord = [...records.values()].reduce((sum, { cost }) => sum + cost, 0)
  const largest = Math.max(...[...records.values()].map(({ reserved }) => reserved))
  // How many the kill met on their way is chance.
  const lost = [...records.values()].filter(({ state }) => state === 'unknown').length
  t.diagnostic(`${lost} requests of which nobody knows how they ended`)
  assert.equal(spent, onRecord)
  assert.equal(leased, leases)
  assert.ok(spent >= LIMIT && spent < LIMIT + largest, `${spent} of ${LIMIT}`)
})
