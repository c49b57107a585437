import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Limits } from '@freehold/contract/limits.ts'
import { Fault } from '../kernel/fault.ts'
import { tenantId } from '../store/tenant-id.ts'
import { MemoryCounters } from './budgets/memory-counters.ts'
import { Purses } from './budgets/purses.ts'
import { createLimits, hasMoneyLimit } from './limits.ts'
import type { CallerLimits, Entry } from './limits.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const tenant = tenantId('00000000-0000-7000-8000-000000000001')

function house() {
  const hands = { now: NOON }
  const refused: string[] = []
  const clock = { now: () => hands.now }
  const counters = new MemoryCounters()
  const purses = new Purses({ bank: counters.bankOf('one'), clock })
  const limits = createLimits({ clock, purses, refused: (limit) => refused.push(limit) })
  /** What is spent and what is reserved, of one budget and limit in the period of now. */
  const stands = (budget: string, period = '2026-06-01', unit: 'tokens' | 'micros' = 'tokens') => {
    const purse = purses.find(tenant, { budget, period, unit })
    const { spent, leased } = counters.of({ budget, period, unit })
    const reserved = purse?.reserved ?? 0
    return [spent + leased - (purse?.free ?? 0) - reserved, reserved]
  }
  return { hands, limits, refused, purses, counters, stands }
}

type OneLimits = ReturnType<typeof house>['limits']
const key = (limits: Limits, id = 'key:k') => ({ id, limits })
const of = (...budgets: ReturnType<typeof key>[]) => ({ tenant, budgets })
const one = (limits: Limits) => of(key(limits))
/** Lets a request in that reserves. */
async function reserving(
  limits: OneLimits,
  caller: ReturnType<typeof of>,
  [tokens, micros]: readonly [number, number],
): Promise<Entry> {
  const entry = limits.enter(caller)
  try {
    await entry.reserve(tokens, micros)
    return entry
  } catch (error) {
    entry.settle(0, 0)
    entry.leave()
    throw error
  }
}
function over(entry: Entry, tokens: number, micros: number): void {
  entry.settle(tokens, micros)
  entry.leave()
}

/** As `refusalOf`, of what takes its time. */
async function refusalTo(attempt: Promise<unknown>): Promise<Fault | null> {
  try {
    await attempt
    return null
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** The refusal, or null when it was none. */
function refusalOf(attempt: () => unknown): Fault | null {
  try {
    attempt()
    return null
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** Mulberry32: the same numbers for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

test('a caller that nothing bounds is not counted at all', () => {
  const { limits, counters } = house()
  const free = of()
  const entry = limits.enter(free)
  assert.equal(entry.reserve(1e12, 1e15), null)
  over(entry, 1e12, 1e15)
  assert.equal(limits.enter(free), entry)
  assert.deepEqual([limits.size, counters.visits], [0, 0])
})

test('a caller whose spending nothing bounds does not ask for leave to spend', () => {
  const { limits, counters } = house()
  const entry = limits.enter(one({ rpm: 5 }))
  assert.equal(entry.reserve(1e12, 1e15), null)
  over(entry, 1e12, 1e15)
  assert.deepEqual([entry.charged, counters.visits], [null, 0])
})

test('most reservations are served at once, without asking', async () => {
  const { limits, counters } = house()
  let waited = 0
  for (let n = 0; n < 1000; n += 1) {
    const entry = limits.enter(one({ tokensPerDay: 1e6, moneyPerMonth: 100 }))
    const reserved = entry.reserve(100, 10)
    if (reserved !== null) waited += 1
    await reserved
    over(entry, 50, 5)
  }
  assert.ok(waited < 20, `${waited} of 1000 waited`)
  assert.ok(counters.visits < 20)
})

test('a refusal names the limit, whose it is and when there is room, and is counted under its limit', async () => {
  const { limits, refused } = house()
  const caller = of(key({ rpm: 2 }, 'key:4Zk9qX0bTr1P'), key({ tokensPerDay: 10 }, 'tenant:t'))
  for (let n = 0; n < 2; n += 1) over(limits.enter(caller), 5, 0)
  const { code, status, param, retryAfterS, message } = refusalOf(() => limits.enter(caller)) ?? {}
  assert.deepEqual([code, status, param, retryAfterS], ['over_limit', 429, null, 60])
  assert.equal(message, 'The limit rpm=2 of the key 4Zk9qX0bTr1P is reached. There is room again in 60 s.')
  const spent = await refusalTo(reserving(limits, of(key({ tokensPerDay: 10 }, 'tenant:t')), [1, 0]))
  assert.equal(
    spent?.message,
    'The limit tokensPerDay=10 of this tenant is reached. There is room again at 2026-06-02T00:00:00.000Z.',
  )
  assert.equal(spent?.retryAfterS, 12 * 3600)
  assert.deepEqual(refused, ['rpm', 'tokensPerDay'])
})

test('every kind of budget is called what it is', async () => {
  const { limits } = house()
  const told = async (id: string): Promise<string | undefined> => {
    const caller = of(key({ tokensPerMonth: 1 }, id))
    over(limits.enter(caller), 1, 0)
    return (await refusalTo(reserving(limits, caller, [1, 0])))?.message
  }
  const until = 'is reached. There is room again at 2026-07-01T00:00:00.000Z.'
  assert.deepEqual(await Promise.all(['key:k', 'user:u', 'group:g', 'target:t', 'tenant:x'].map(told)), [
    `The limit tokensPerMonth=1 of the key k ${until}`,
    `The limit tokensPerMonth=1 of this person ${until}`,
    `The limit tokensPerMonth=1 of the group g ${until}`,
    `The limit tokensPerMonth=1 of the target t ${until}`,
    `The limit tokensPerMonth=1 of this tenant ${until}`,
  ])
})

/** What is wrong with who was let in: `null` when no 60 seconds hold too many and nobody was refused without need. */
function wrongWindow(enter: (nowMs: number) => Fault | null, rpm: number, roll: (below: number) => number) {
  const admitted: number[] = []
  let nowMs = NOON
  for (let step = 0; step < 400; step += 1) {
    nowMs += roll(10) === 0 ? roll(MINUTE_MS) : roll((2 * MINUTE_MS) / rpm)
    const recent = admitted.filter((time) => time > nowMs - MINUTE_MS)
    const fault = enter(nowMs)
    if (fault === null) {
      if (recent.length >= rpm) return 'too many within a minute'
      admitted.push(nowMs)
    } else {
      if (recent.length < rpm) return 'refused with room left'
      const freeMs = (recent[recent.length - rpm] ?? 0) + MINUTE_MS
      if (fault.retryAfterS !== Math.ceil((freeMs - nowMs) / 1000)) return 'told a wrong time'
    }
  }
  return null
}

test('no 60 seconds hold more requests than rpm, nobody is refused without need, and the time told is right', () => {
  for (const seed of [...SEEDS, ...SEEDS.map((seed) => seed + 1000)]) {
    const roll = dice(seed)
    const rpm = 1 + roll(seed % 2 ? 5 : 100)
    const { hands, limits } = house()
    const enter = (nowMs: number) => {
      hands.now = nowMs
      return refusalOf(() => limits.enter(one({ rpm })).leave())
    }
    assert.equal(wrongWindow(enter, rpm, roll), null, `seed ${seed}`)
  }
})

test('a window that begins anew each minute would be found out', () => {
  let counted = { minute: 0, requests: 0 }
  const fixed = (nowMs: number) => {
    const minute = Math.floor(nowMs / MINUTE_MS)
    if (counted.minute !== minute) counted = { minute, requests: 0 }
    counted.requests += 1
    return counted.requests > 5 ? new Fault('over_limit', '', { retryAfterS: 1 }) : null
  }
  assert.notEqual(wrongWindow(fixed, 5, dice(1)), null)
})

test('as many requests as "concurrent" are under way, and one that ends makes room for one', () => {
  const { limits } = house()
  const caller = one({ concurrent: 2 })
  const [first] = [limits.enter(caller), limits.enter(caller)]
  const refusal = refusalOf(() => limits.enter(caller))
  assert.deepEqual([refusal?.code, refusal?.retryAfterS], ['over_limit', 1])
  first.leave()
  first.leave()
  limits.enter(caller)
  assert.notEqual(
    refusalOf(() => limits.enter(caller)),
    null,
  )
})

test('a refusal by one budget charges none of the others', async () => {
  const { hands, limits, stands } = house()
  const roomy = key({ rpm: 2, concurrent: 9, tokensPerDay: 100 }, 'key:roomy')
  const full = key({ concurrent: 1, tokensPerDay: 5 }, 'tenant:full')
  const both = of(roomy, full)
  const first = await reserving(limits, both, [5, 0])
  for (let n = 0; n < 5; n += 1) assert.throws(() => limits.enter(both), { code: 'over_limit' })
  over(first, 5, 0)
  await assert.rejects(reserving(limits, both, [7, 0]), /tokensPerDay=5 of this tenant/)
  assert.deepEqual(stands('key:roomy'), [5, 0])
  hands.now += MINUTE_MS
  limits.enter(of(roomy))
  limits.enter(of(roomy))
  assert.throws(() => limits.enter(of(roomy)), /rpm=2/)
})

test('of several limits that are reached the one that lasts longest is told', () => {
  const { hands, limits } = house()
  const short = key({ rpm: 1 }, 'key:short')
  const long = key({ rpm: 1 }, 'key:long')
  limits.enter(of(short)).leave()
  hands.now += 30_000
  limits.enter(of(long)).leave()
  const refusal = refusalOf(() => limits.enter(of(short, long)))
  assert.equal(refusal?.retryAfterS, 60)
  assert.match(refusal?.message ?? '', /the key long/)
})

/** Callers of two keys under one tenant, and what each budget may spend. */
const KEY_LIMIT = 300
const TENANT_LIMIT = 500
const PAIRS = ['a', 'b'].map((name) =>
  of(
    key({ tokensPerDay: KEY_LIMIT, moneyPerDay: KEY_LIMIT / 1e6 }, `key:${name}`),
    key({ tokensPerDay: TENANT_LIMIT, moneyPerDay: TENANT_LIMIT / 1e6 }, 'tenant:t'),
  ),
)

interface Spent {
  spent: number
  open: number
  /** What was reserved last: all that may go beyond the limit. */
  last: number
}

/** What is wrong with a day of requests that reserve, spend less or all of it, break off and overlap; null if nothing. */
async function wrongSpending(enter: CallerLimits['enter'], seed: number): Promise<string | null> {
  const roll = dice(seed)
  const book = new Map<string, Spent>()
  const known = (id: string): Spent => {
    const found = book.get(id) ?? { spent: 0, open: 0, last: 0 }
    book.set(id, found)
    return found
  }
  const open: { readonly entry: Entry; readonly reserved: number; readonly ids: readonly string[] }[] = []
  for (let step = 0; step < 120; step += 1) {
    const pair = PAIRS[roll(2)]
    if (pair && roll(5) < 3) {
      const reserved = 1 + roll(80)
      const entry = enter(pair)
      const hasRoom = pair.budgets.every(({ id, limits }) => {
        const { spent, open: held } = known(id)
        return spent + held < (limits.tokensPerDay ?? 0)
      })
      if (await refusalTo((async () => entry.reserve(reserved, reserved))())) {
        if (hasRoom) return 'refused with room left'
        over(entry, 0, 0)
        continue
      }
      if (!hasRoom) return 'let in without room'
      const ids = pair.budgets.map(({ id }) => id)
      for (const id of ids) {
        const budget = known(id)
        budget.open += reserved
        budget.last = Math.max(budget.last, reserved)
      }
      open.push({ entry, reserved, ids })
      continue
    }
    const [ending] = open.splice(roll(open.length), 1)
    if (!ending) continue
    const spent = roll(3) === 0 ? roll(ending.reserved + 1) : ending.reserved
    const isSettled = roll(5) > 0
    if (isSettled) ending.entry.settle(spent, spent)
    ending.entry.leave()
    for (const id of ending.ids) {
      known(id).open -= ending.reserved
      if (isSettled) known(id).spent += spent
    }
    for (const { budgets } of PAIRS) {
      for (const { id, limits } of budgets) {
        if (known(id).spent >= (limits.tokensPerDay ?? 0) + known(id).last)
          return 'spent more than one too many'
      }
    }
  }
  return null
}

const SEEDS = Array.from({ length: Number(process.env['LONG_ROUNDS'] ?? 3) }, (_, seed) => seed + 1)

test('a day never costs more than the limit and one reservation, and nobody is refused while there is room', async () => {
  for (const seed of SEEDS) {
    const { limits } = house()
    assert.equal(await wrongSpending((caller) => limits.enter(caller), seed), null, `seed ${seed}`)
  }
})

/** Limits that spoil one step of every entry. */
function spoilt(spoil: (entry: Entry) => Partial<Entry>): CallerLimits['enter'] {
  const { limits } = house()
  return (caller) => {
    const entry = limits.enter(caller)
    return {
      atMs: entry.atMs,
      charged: entry.charged,
      spending: entry.spending,
      reserve: entry.reserve.bind(entry),
      settle: entry.settle.bind(entry),
      leave: entry.leave.bind(entry),
      ...spoil(entry),
    }
  }
}

test('limits that look only at what is settled would be found out', async () => {
  // Asks whether there is room, and holds nothing.
  const afterwards = (entry: Entry): Partial<Entry> => ({
    async reserve(tokens, micros) {
      await entry.reserve(tokens, micros)
      entry.settle(0, 0)
    },
  })
  const found = await Promise.all(SEEDS.map((seed) => wrongSpending(spoilt(afterwards), seed)))
  assert.equal(found.includes('let in without room'), true)
})

test('limits that forget to give reservations back would be found out', async () => {
  const leaking = SEEDS.map((seed) =>
    wrongSpending(
      spoilt(() => ({ leave() {} })),
      seed,
    ),
  )
  assert.equal((await Promise.all(leaking)).includes('refused with room left'), true)
})

test('a request larger than the whole limit may come once a day, and what is free has room even then', async () => {
  const { hands, limits } = house()
  const caller = one({ moneyPerDay: 0.5 })
  const big = await reserving(limits, caller, [10, 2_000_000])
  const meanwhile = await refusalTo(reserving(limits, caller, [10, 1]))
  assert.equal(meanwhile?.retryAfterS, 1, 'it may give something back')
  over(big, 10, 2_000_000)
  assert.equal((await refusalTo(reserving(limits, caller, [10, 1])))?.retryAfterS, 12 * 3600)
  await reserving(limits, caller, [10, 0])
  hands.now += 12 * 3_600_000
  await reserving(limits, caller, [10, 1])
})

test('a request larger than the limit that costs little does not make room for more than the limit', async () => {
  const { limits, stands } = house()
  const caller = one({ tokensPerDay: 100 })
  over(await reserving(limits, caller, [1e9, 0]), 0, 0)
  let admitted = 0
  while ((await refusalTo(reserving(limits, caller, [30, 0]).then((entry) => over(entry, 30, 0)))) === null)
    admitted += 1
  assert.deepEqual([admitted, stands('key:k')], [4, [120, 0]])
})

test('money is counted in millionths without loss: a limit of 1.1 ends after 1,100,000 of them', async () => {
  const { limits } = house()
  const caller = one({ moneyPerDay: 1.1 })
  over(limits.enter(caller), 0, 1_099_999)
  await reserving(limits, caller, [1, 1])
  await assert.rejects(reserving(limits, caller, [1, 1]), /moneyPerDay=1.1/)
  const { limits: fresh } = house()
  await reserving(fresh, one({ moneyPerDay: 1e-9 }), [1, 1])
})

test('what was spent without a reservation is counted all the same', async () => {
  const { limits, stands } = house()
  over(limits.enter(one({ tokensPerDay: 10 })), 10, 7)
  assert.deepEqual(stands('key:k'), [10, 0])
  await assert.rejects(reserving(limits, one({ tokensPerDay: 10 }), [1, 0]), { code: 'over_limit' })
})

test('a request over midnight belongs to the day on which it came and takes nothing from the new one', async () => {
  const { hands, limits, stands } = house()
  const caller = one({ tokensPerDay: 10 })
  hands.now = NOON + DAY_MS / 2 - 1
  const late = await reserving(limits, caller, [10, 10])
  await assert.rejects(reserving(limits, caller, [1, 0]), { code: 'over_limit', retryAfterS: 1 })
  hands.now += 1
  const early = await reserving(limits, caller, [9, 9])
  over(late, 10, 10)
  over(early, 4, 4)
  assert.deepEqual(
    [stands('key:k', '2026-06-01'), stands('key:k', '2026-06-02')],
    [
      [10, 0],
      [4, 0],
    ],
  )
})

test('a month goes on when a day ends, and a new one begins with nothing spent', async () => {
  const { hands, limits } = house()
  const caller = one({ tokensPerDay: 10, tokensPerMonth: 15 })
  const spend = async (): Promise<number | null> => {
    const refusal = await refusalTo(reserving(limits, caller, [10, 0]).then((entry) => over(entry, 10, 0)))
    return refusal?.retryAfterS ?? null
  }
  assert.deepEqual([await spend(), await spend()], [null, 12 * 3600])
  hands.now += DAY_MS
  // The month lasts longer than the day, so its end is told.
  assert.deepEqual([await spend(), await spend()], [null, (28 * 24 + 12) * 3600])
  hands.now = Date.UTC(2026, 5, 30, 23, 59, 59)
  assert.equal(await spend(), 1)
  hands.now += 1000
  assert.equal(await spend(), null)
})

test('what another process has spent counts here', async () => {
  const { limits, counters } = house()
  const name = { budget: 'key:k', period: '2026-06-01', unit: 'tokens' as const }
  counters.of(name).spent = 100
  await assert.rejects(reserving(limits, one({ tokensPerDay: 100 }), [1, 1]), /tokensPerDay=100/)
})

test('what lies idle at another process is asked for; what is lost with one counts as spent', async () => {
  const { limits, counters, purses } = house()
  const clock = { now: () => NOON }
  const elsewhere = new Purses({ bank: counters.bankOf('two'), clock })
  const other = createLimits({ clock, purses: elsewhere })
  const caller = one({ tokensPerDay: 1000 })
  const held = await reserving(other, caller, [400, 0])
  over(await reserving(other, one({ tokensPerDay: 1000 }), [300, 0]), 10, 0)
  const lease = counters.leaseOf('two', { budget: 'key:k', period: '2026-06-01', unit: 'tokens' })
  assert.ok(lease > 600, `${lease} are held by the other`)
  const mine = [await reserving(limits, caller, [500, 0]), await reserving(limits, caller, [80, 0])]
  await reserving(limits, caller, [50, 0])
  const refusal = await refusalTo(reserving(limits, caller, [1, 0]))
  assert.equal(refusal?.retryAfterS, 1)
  over(held, 0, 0)
  await reserving(limits, caller, [1, 0])
  assert.equal(mine.length, 2)
  await elsewhere.close()
  await purses.close()
  const { limits: third, counters: rest } = house()
  const at = { budget: 'key:k', period: '2026-06-01', unit: 'tokens' as const }
  rest.lose('gone', at, 1000)
  assert.equal((await refusalTo(reserving(third, caller, [1, 0])))?.retryAfterS, 12 * 3600)
})

test('what lies idle is given back after a while, also where nobody else is there to ask for it', async () => {
  const counters = new MemoryCounters()
  const hands = { steadyMs: 0 }
  const bank = { ...counters.bankOf('one'), isAlone: false }
  const purses = new Purses({ bank, clock: { now: () => NOON }, steadyMs: () => hands.steadyMs })
  const limits = createLimits({ clock: { now: () => NOON }, purses })
  over(await reserving(limits, one({ tokensPerDay: 1000 }), [100, 0]), 30, 0)
  const name = { budget: 'key:k', period: '2026-06-01', unit: 'tokens' as const }
  assert.ok(counters.leaseOf('one', name) > 30)
  hands.steadyMs += 2001
  while (counters.leaseOf('one', name) > 30) await setTimeout(5)
  await purses.close()
})

test('a lease covers what was spent from it, and not what requests cost that are older than the limit', async () => {
  const { limits, purses } = house()
  over(await reserving(limits, one({ tokensPerDay: 1000 }), [100, 0]), 40, 0)
  const purse = purses.find(tenant, { budget: 'key:k', period: '2026-06-01', unit: 'tokens' })
  assert.equal(purse?.heldFor(25), 25)
  purse?.recorded({ held: 25, spent: 25 })
  assert.equal(purse?.heldFor(500), 15)
  purse?.recorded({ held: 15, spent: 525 })
  assert.equal(purse?.heldFor(500), 0)
})

test('a bank that does not answer refuses those whose lease does not suffice, and says why', async () => {
  const { limits, counters } = house()
  const caller = one({ tokensPerDay: 10_000 })
  over(await reserving(limits, caller, [100, 0]), 100, 0)
  counters.failure = new Error('gone')
  over(await reserving(limits, caller, [100, 0]), 100, 0)
  const refusal = await refusalTo(reserving(limits, caller, [9000, 0]))
  assert.deepEqual([refusal?.code, refusal?.status], ['unavailable', 503])
  assert.match(refusal?.message ?? '', /tokensPerDay=10000 of the key k .* the database does not answer/)
  counters.failure = null
  over(await reserving(limits, caller, [9000, 0]), 9000, 0)
})

for (const isKept of [true, false]) {
  test(`a visit whose answer is lost is made good, whether it was ${isKept ? 'kept' : 'undone'}`, async () => {
    const { limits, counters, stands } = house()
    const caller = one({ tokensPerDay: 100 })
    over(await reserving(limits, caller, [30, 0]), 30, 0)
    counters.loseNext = isKept ? 'answer' : 'visit'
    const refusal = await refusalTo(reserving(limits, caller, [60, 0]))
    assert.equal(refusal?.code, 'unavailable')
    over(await reserving(limits, caller, [60, 0]), 60, 0)
    assert.deepEqual(stands('key:k'), [90, 0])
    over(await reserving(limits, caller, [20, 0]), 20, 0)
    await assert.rejects(reserving(limits, caller, [1, 0]), { code: 'over_limit' })
  })
}

test('limits may change while requests are under way: what was counted stays counted', async () => {
  const { hands, limits } = house()
  const held = [1, 2, 3, 4].map(() => reserving(limits, one({ rpm: 40, tokensPerDay: 1000 }), [100, 0]))
  await Promise.all(held)
  assert.throws(() => limits.enter(one({ concurrent: 4 })), /concurrent=4/)
  await assert.rejects(reserving(limits, one({ tokensPerDay: 400 }), [1, 0]), /tokensPerDay=400/)
  hands.now += 1000
  limits.enter(one({ rpm: 40 }))
  assert.equal(refusalOf(() => limits.enter(one({ rpm: 2 })))?.retryAfterS, 59)
  hands.now += 59_000
  assert.equal(
    refusalOf(() => limits.enter(one({ rpm: 2 }))),
    null,
  )
})

test('a clock that is set back neither locks anybody out nor begins a day or a minute anew', async () => {
  const { hands, limits, stands } = house()
  const caller = one({ rpm: 1, tokensPerDay: 10 })
  hands.now = NOON + DAY_MS / 2 + 5
  const entry = limits.enter(caller)
  over(entry, 10, 0)
  hands.now -= 10
  assert.equal(refusalOf(() => limits.enter(caller))?.retryAfterS, 60)
  assert.deepEqual([entry.atMs, stands('key:k', '2026-06-02')], [NOON + DAY_MS / 2 + 5, [10, 0]])
  hands.now -= 3_600_000
  assert.equal(refusalOf(() => limits.enter(caller))?.retryAfterS, 60)
  hands.now += MINUTE_MS
  await assert.rejects(reserving(limits, caller, [1, 0]), /tokensPerDay/)
})

test('ten thousand keys that came and went are forgotten; those with something to remember stay', () => {
  const { hands, limits, stands } = house()
  const spender = limits.enter(of(key({ tokensPerDay: 10 }, 'key:spender')))
  spender.settle(3, 0)
  spender.leave()
  const holder = of(key({ concurrent: 1 }, 'key:holder'))
  const held = limits.enter(holder)
  for (let n = 0; n < 10_000; n += 1) {
    hands.now += 600
    limits.enter(of(key({ rpm: 5 }, `key:${n}`), key({ rpm: 60_000 }, 'tenant:t'))).leave()
  }
  assert.ok(limits.size < 5000, `${limits.size} remembered`)
  assert.deepEqual(stands('key:spender'), [3, 0])
  assert.throws(() => limits.enter(holder), /concurrent=1/)
  held.leave()
  limits.enter(holder).leave()
})

test('a money limit of any budget of the chain is a money limit of the caller', () => {
  assert.equal(hasMoneyLimit({ budgets: [key({ rpm: 1 }), key({ moneyPerDay: 1 }, 'tenant:t')] }), true)
  assert.equal(hasMoneyLimit({ budgets: [key({ tokensPerDay: 1 })] }), false)
})
