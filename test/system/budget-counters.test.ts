import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import type { Ask, CounterName } from '../../packages/server/src/gateway/budgets/bank.ts'
import { deleteBudgetsOlderThan } from '../../packages/server/src/gateway/budgets/budgets.ts'
import type { Alert } from '../../packages/server/src/gateway/budgets/charging.ts'
import { DatabaseBank } from '../../packages/server/src/gateway/budgets/database-bank.ts'
import { Purses } from '../../packages/server/src/gateway/budgets/purses.ts'
import { createLimits } from '../../packages/server/src/gateway/limits.ts'
import type { Admitted, Settled } from '../../packages/server/src/gateway/records/ledger.ts'
import { closedAsUnknown } from '../../packages/server/src/gateway/records/write-ahead-line.ts'
import type { ShipperOptions } from '../../packages/server/src/gateway/records/shipping.ts'
import { createShipper } from '../../packages/server/src/gateway/records/shipping.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { addTenant, asSuperuser, type OpenedStore, openTestStore } from './cluster.ts'
import { memoryLines, newPaper, request } from './written-lines.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
const NOON = Date.UTC(2027, 0, 15, 12)
const DAY_MS = 86_400_000
const [TODAY, MONTH] = ['2027-01-15', '2027-01']
let opened: OpenedStore
let store: Store
let ours: TenantId
let theirs: TenantId

before(async () => {
  opened = await openTestStore(data, { poolSize: 6 })
  store = opened.store
  ours = store.home
  theirs = tenantId(await addTenant(data))
  await sql(
    `INSERT INTO api_key (tenant_id, id, dek, creator, secret_hash, scopes, class, ceiling, revoked_at) VALUES
      ($1, 'keyParent001', '', '0190aaaa-0000-7000-8000-000000000001', 'a', '{*}', 'internal', 'restricted', null),
      ($1, 'keyChild0001', '', 'keyParent001', 'b', '{*}', 'internal', 'restricted', now())`,
    [ours],
  )
})
after(async () => {
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})
beforeEach(() =>
  sql('TRUNCATE request_record, budget_counter, budget_lease, budget_alert, budget_process', []),
)

const PERSON = '0190aaaa-0000-7000-8000-000000000001'

async function sql<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  return (await asSuperuser(data, (client) => client.query<Row>(text, [...values]))).rows
}

const bankOf = (process: string): DatabaseBank =>
  new DatabaseBank({ store, process, isAlone: false, clock: { now: () => NOON } })

const tokens = (budget: string, period = TODAY): CounterName => ({ budget, period, unit: 'tokens' })
const asking = (name: CounterName, more: Partial<Ask> = {}): Ask => ({
  ...name,
  limit: 1000,
  free: 0,
  wants: [],
  appetite: 0,
  keepsNothing: false,
  recalls: true,
  unsure: null,
  ...more,
})

async function standing({ budget, period, unit }: CounterName): Promise<readonly [number, number]> {
  const [row] = await sql<{ spent: string; leased: string }>(
    'SELECT spent, leased FROM budget_counter WHERE (budget, period, unit) = ($1, $2, $3)',
    [budget, period, unit],
  )
  return [Number(row?.spent), Number(row?.leased)]
}

/** A process whose records can be brought to the database. */
function shipping(alertAt: readonly number[] = [], heldFor: ShipperOptions['heldFor'] = () => 0) {
  const paper = newPaper()
  const lines = memoryLines(paper)
  const alerts: Alert[] = []
  const ship = async (): Promise<void> => {
    const shipper = createShipper({
      source: memoryLines({ ...paper, shippedTo: 0 }),
      store,
      onEvent: ({ event }) => assert.fail(event),
      alertAt: () => alertAt,
      heldFor,
      onCharged: (told) => alerts.push(...told.alerts),
      mostBehindBytes: () => 0,
    })
    assert.equal(await shipper.flush(), true)
    await shipper.close()
  }
  return { lines, alerts, ship, process: paper.id }
}

/** 400 tokens for 1375 millionths. */
function spend(
  lines: ReturnType<typeof memoryLines>,
  admitted: Partial<Admitted>,
  settled: Partial<Settled> = {},
): void {
  const one = request(ours, { admitted: { atMs: NOON, ...admitted }, settled })
  lines.admit(one.admitted)
  lines.settle(one.settled)
}

test('a limit that is new counts what was spent in its day or month before, by everybody whom it is about', async () => {
  const { lines, ship } = shipping()
  spend(lines, { principal: 'keyParent001' })
  spend(lines, { principal: 'keyChild0001', budgets: ['group:staff'] })
  spend(lines, { principal: PERSON, atMs: NOON - DAY_MS }, { target: 'house' })
  spend(lines, { principal: 'other', atMs: NOON - 20 * DAY_MS })
  spend(lines, { principal: 'other', tenant: theirs }, { tenant: theirs })
  lines.admit(request(ours, { admitted: { atMs: NOON } }).admitted)
  await ship()
  const expected = [
    [tokens(`tenant:${ours}`), 800],
    [tokens(`tenant:${ours}`, MONTH), 1200],
    [{ ...tokens(`tenant:${ours}`, MONTH), unit: 'micros' }, 3 * 1375],
    [tokens('key:keyParent001'), 800],
    [tokens('key:keyChild0001', MONTH), 400],
    [{ ...tokens('key:keyChild0001'), unit: 'micros' }, 1375],
    [tokens(`user:${PERSON}`), 800],
    [tokens(`user:${PERSON}`, MONTH), 1200],
    [tokens('target:house', MONTH), 400],
    [tokens('group:staff'), 400],
    [tokens('key:nobody'), 0],
  ] as const satisfies readonly (readonly [CounterName, number])[]
  const together = await bankOf(randomUUID()).visit(
    ours,
    expected.map(([name]) => asking(name)),
  )
  assert.deepEqual(
    together.map(({ spent }) => spent),
    expected.map(([, spent]) => spent),
  )
  await sql('TRUNCATE budget_counter CASCADE', [])
  for (const [name, spent] of expected) {
    const [answer] = await bankOf(randomUUID()).visit(ours, [asking(name)])
    assert.equal(answer?.spent, spent, name.budget)
  }
})

test('a day ends with its last millisecond, whenever its first request came', async () => {
  const { lines, ship } = shipping()
  for (const hours of [-2, 1, 11.9, 12.1, 14])
    spend(lines, { principal: 'k', atMs: NOON + hours * 3_600_000 })
  await ship()
  const clock = { now: () => NOON + DAY_MS }
  const bank = new DatabaseBank({ store, process: randomUUID(), isAlone: false, clock })
  const names = [tokens('key:k'), tokens('key:k', '2027-01-16')]
  const [today, tomorrow] = await bank.visit(
    ours,
    names.map((name) => asking(name)),
  )
  assert.deepEqual([today?.spent, tomorrow?.spent], [3 * 400, 2 * 400])
})

test('the counters of hundreds of keys that have not spent anything are made in one go', async () => {
  let transactions = 0
  const counting: Pick<Store, 'tenants' | 'isSeparate' | 'withTenant'> = {
    tenants: () => store.tenants(),
    isSeparate: () => false,
    withTenant(context, work) {
      transactions += 1
      return store.withTenant(context, work)
    },
  }
  const bank = new DatabaseBank({
    store: counting,
    process: randomUUID(),
    isAlone: false,
    clock: { now: () => NOON },
  })
  const names = Array.from({ length: 300 }, (_, n) => tokens(`key:k${n}`, n % 2 ? TODAY : MONTH))
  const answers = await bank.visit(
    ours,
    names.map((name) => asking(name, { wants: [1] })),
  )
  assert.equal(answers.filter(({ admitted }) => admitted === 1).length, 300)
  assert.ok(transactions <= 3, `${transactions} transactions`)
})

const ALL = ['key:keyChild0001', 'key:keyParent001', `user:${PERSON}`, 'group:staff', 'target:openai']

test('what a request cost is charged once to all that it counts for, however often its lines come', async () => {
  const names = [...ALL, 'key:other'].flatMap((budget) => [tokens(budget), tokens(budget, MONTH)])
  await bankOf(randomUUID()).visit(
    ours,
    names.map((name) => asking(name)),
  )
  const { lines, ship } = shipping()
  spend(lines, { principal: 'keyChild0001', budgets: ['group:staff'] })
  await ship()
  await ship()
  spend(lines, { principal: 'keyChild0001', atMs: NOON - DAY_MS })
  await ship()
  for (const budget of ALL) {
    const isGroup = budget === 'group:staff'
    assert.deepEqual(await standing(tokens(budget)), [400, 0], budget)
    assert.deepEqual(await standing(tokens(budget, MONTH)), [isGroup ? 400 : 800, 0], budget)
  }
  assert.deepEqual(await standing(tokens('key:other', MONTH)), [0, 0])
})

test('a request of which nobody knows how it ended is charged to the target that it was sent to', async () => {
  const [house, openai] = [tokens('target:house'), tokens('target:openai')]
  await bankOf(randomUUID()).visit(ours, [asking(house), asking(openai)])
  const { lines, ship } = shipping()
  const budgets = ['key:k', 'target:house']
  const one = request(ours, { admitted: { atMs: NOON, budgets } })
  lines.admit(one.admitted)
  lines.settle(closedAsUnknown(one.admitted, NOON))
  // Another target answered in the end.
  spend(lines, { budgets })
  await ship()
  assert.deepEqual(
    [await standing(house), await standing(openai)],
    [
      [900, 0],
      [400, 0],
    ],
  )
  await sql('TRUNCATE budget_counter CASCADE', [])
  const seeded = await bankOf(randomUUID()).visit(ours, [asking(house), asking(openai)])
  assert.deepEqual(
    seeded.map(({ spent }) => spent),
    [900, 400],
  )
})

test('a line that comes before its other one charges nothing until both are there', async () => {
  const name = tokens('key:keyAAAAAAAAA')
  await bankOf(randomUUID()).visit(ours, [asking(name)])
  const one = request(ours, { admitted: { atMs: NOON } })
  const late = shipping()
  late.lines.settle(one.settled)
  await late.ship()
  assert.deepEqual(await standing(name), [0, 0])
  late.lines.admit(one.admitted)
  await late.ship()
  await late.ship()
  assert.deepEqual(await standing(name), [400, 0])
})

test('what is on record comes out of the lease of its process; the rest is given back when it starts again', async () => {
  const name = tokens('key:keyAAAAAAAAA')
  let held = 400
  const { lines, ship, process } = shipping([], () => held)
  const [answer] = await bankOf(process).visit(ours, [asking(name, { wants: [500], appetite: 100 })])
  assert.deepEqual([answer?.admitted, answer?.change], [1, 600])
  await bankOf(randomUUID()).visit(ours, [asking(name, { wants: [10] })])
  spend(lines, { budgets: ['key:keyAAAAAAAAA'] })
  await ship()
  assert.deepEqual(await standing(name), [400, 210])
  // One for which nothing was held, because the limit is younger than the request.
  held = 0
  spend(lines, {})
  await ship()
  assert.deepEqual(await standing(name), [800, 210])
  await bankOf(process).giveBack()
  assert.deepEqual(await standing(name), [800, 10])
})

test('records that arrive while a limit is made are all counted, once', async () => {
  for (let round = 0; round < 10; round += 1) {
    const budget = `key:round${round}`
    const shippers = Array.from({ length: 3 }, () => shipping())
    for (const { lines } of shippers)
      for (let n = 0; n < 20; n += 1) spend(lines, { principal: `round${round}` })
    const open = bankOf(randomUUID()).visit(ours, [asking(tokens(budget)), asking(tokens(budget, MONTH))])
    await Promise.all([...shippers.map(({ ship }) => ship()), open])
    assert.deepEqual(await standing(tokens(budget)), [60 * 400, 0])
    assert.deepEqual(await standing(tokens(budget, MONTH)), [60 * 400, 0])
  }
})

test('processes that ask for many counters at the same time wait for nobody for ever, and get no more than there is', async () => {
  // Few enough that on a slow machine no lock is waited for as long as the database waits for one.
  const names = Array.from({ length: 12 }, (_, n) => tokens(`key:k${n}`))
  const banks = Array.from({ length: 4 }, () => bankOf(randomUUID()))
  const { lines, ship } = shipping()
  for (let n = 0; n < 12; n += 1) spend(lines, { principal: `k${n}` })
  const shipped = ship()
  const visits = banks.flatMap((bank, at) =>
    Array.from({ length: 5 }, (_, n) =>
      bank.visit(
        ours,
        names.toSorted(() => (at + n) % 2 || -1).map((name) => asking(name, { wants: [90] })),
      ),
    ),
  )
  const answers = (await Promise.all(visits)).flat()
  await shipped
  const admitted = answers.reduce((sum, answer) => sum + answer.admitted, 0)
  for (const name of names) {
    const [spent, leased] = await standing(name)
    assert.ok(spent + leased < 1000 + 400 + 90, `${spent} ${leased}`)
  }
  assert.ok(admitted > 0 && admitted <= 12 * 12)
})

test('a share that is reached is told once, by whichever process sees it, and stands in the audit record', async () => {
  const name = tokens('key:keyAAAAAAAAA')
  await bankOf(randomUUID()).visit(ours, [asking(name)])
  const processes = Array.from({ length: 3 }, () => shipping([0.5, 0.8, 1, 0.5]))
  for (const { lines } of processes) spend(lines, {})
  await Promise.all(processes.map(({ ship }) => ship()))
  const told = processes.flatMap(({ alerts }) => alerts)
  assert.deepEqual(
    told.map(({ share }) => share).toSorted((a, b) => a - b),
    [0.5, 0.8, 1],
  )
  const events = await sql<{ subject: string; detail: object }>(
    "SELECT subject, detail FROM audit_event WHERE action = 'budget.alert' ORDER BY detail ->> 'percent' DESC",
    [],
  )
  assert.deepEqual(
    events,
    [80, 50, 100].map((percent) => ({
      subject: 'key:keyAAAAAAAAA',
      detail: { limit: 'tokensPerDay', period: TODAY, percent },
    })),
  )
  await Promise.all(processes.map(({ ship }) => ship()))
  assert.equal(processes.flatMap(({ alerts }) => alerts).length, 3)
})

test('a new day begins with nothing spent in the month that goes on, and a new month with nothing at all', async () => {
  const hands = { now: Date.UTC(2027, 0, 30, 23, 59, 59) }
  const clock = { now: () => hands.now }
  const { lines, ship, process } = shipping()
  const bank = new DatabaseBank({ store, process, isAlone: true, clock })
  const limits = createLimits({ clock, purses: new Purses({ bank, clock }) })
  const budgets = [{ id: 'key:k', limits: { tokensPerDay: 400, tokensPerMonth: 800 } }]
  /** The seconds until there is room; 0 where there was. */
  const spendNow = async (): Promise<number> => {
    const entry = limits.enter({ tenant: ours, budgets })
    try {
      await entry.reserve(400, 0)
    } catch (error) {
      entry.leave()
      return error instanceof Fault ? (error.retryAfterS ?? -1) : -1
    }
    entry.settle(400, 0)
    entry.leave()
    spend(lines, { principal: 'k', atMs: entry.atMs ?? 0, budgets: entry.charged })
    return 0
  }
  const waits = []
  waits.push(await spendNow(), await spendNow())
  hands.now += 1000
  waits.push(await spendNow(), await spendNow())
  hands.now += DAY_MS
  waits.push(await spendNow(), await spendNow())
  assert.deepEqual(waits, [0, 1, 0, 86_400, 0, 86_400])
  await ship()
  const spent = async (period: string): Promise<number> => (await standing(tokens('key:k', period)))[0]
  assert.deepEqual(
    await Promise.all(['2027-01-30', '2027-01-31', MONTH, '2027-02-01', '2027-02'].map(spent)),
    [400, 400, 800, 400, 400],
  )
})

test('days and months that ended long ago are forgotten, a month not before its days', async () => {
  const periods = ['2026-10-31', '2026-10', '2026-11-01', '2026-11', TODAY, MONTH]
  await bankOf(randomUUID()).visit(
    ours,
    periods.map((period) => asking(tokens('key:k', period), { wants: [1] })),
  )
  await deleteBudgetsOlderThan(store, 60, NOON)
  const left = await sql<{ period: string }>('SELECT period FROM budget_counter ORDER BY period', [])
  assert.deepEqual(
    left.map(({ period }) => period),
    ['2026-11', '2026-11-01', MONTH, TODAY],
  )
})
