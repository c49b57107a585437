import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Limits } from '@freehold/contract/limits.ts'
import { Fault } from '../kernel/fault.ts'
import { createLimits, hasMoneyLimit } from './limits.ts'
import type { CallerLimits, Entry } from './limits.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

function house() {
  const hands = { now: NOON }
  const refused: string[] = []
  const limits = createLimits({
    clock: { now: () => hands.now },
    refused: (limit) => refused.push(limit),
  })
  return { hands, limits, refused }
}

const key = (limits: Limits, id = 'key:k') => ({ id, limits })
const one = (limits: Limits) => ({ budgets: [key(limits)] })

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
  const { limits } = house()
  const free = { budgets: [] }
  const entry = limits.enter(free)
  entry.reserve(1e12, 1e15)
  entry.settle(1e12, 1e15)
  entry.leave()
  assert.equal(limits.enter(free), entry)
  assert.equal(limits.size, 0)
})

test('a refusal names the limit, whose it is and when there is room, and is counted under its limit', () => {
  const { limits, refused } = house()
  const caller = { budgets: [key({ rpm: 2 }, 'key:4Zk9qX0bTr1P'), key({ tokensPerDay: 10 }, 'tenant:t')] }
  for (let n = 0; n < 2; n += 1) {
    const entry = limits.enter(caller)
    entry.settle(5, 0)
    entry.leave()
  }
  const { code, status, param, retryAfterS, message } = refusalOf(() => limits.enter(caller)) ?? {}
  assert.deepEqual([code, status, param, retryAfterS], ['over_limit', 429, null, 60])
  assert.equal(message, 'The limit rpm=2 of the key 4Zk9qX0bTr1P is reached. There is room again in 60 s.')
  const other = limits.enter({ budgets: [key({ tokensPerDay: 10 }, 'tenant:t')] })
  const spent = refusalOf(() => other.reserve(1, 0))
  assert.equal(
    spent?.message,
    'The limit tokensPerDay=10 of this tenant is reached. There is room again at 2026-06-02T00:00:00.000Z.',
  )
  assert.equal(spent?.retryAfterS, 12 * 3600)
  assert.deepEqual(refused, ['rpm', 'tokensPerDay'])
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
  for (let seed = 1; seed <= 40; seed += 1) {
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

test('a refusal by one budget charges none of the others', () => {
  const { hands, limits } = house()
  const roomy = key({ rpm: 2, concurrent: 9, tokensPerDay: 100 }, 'key:roomy')
  const full = key({ concurrent: 1, tokensPerDay: 5 }, 'tenant:full')
  const both = { budgets: [roomy, full] }
  const first = limits.enter(both)
  for (let n = 0; n < 5; n += 1) assert.throws(() => limits.enter(both), { code: 'over_limit' })
  assert.equal(limits.usage('key:roomy').open, 1)
  first.reserve(5, 0)
  first.settle(5, 0)
  first.leave()
  const second = limits.enter(both)
  assert.throws(() => second.reserve(7, 0), /tokensPerDay=5 of this tenant/)
  second.settle(0, 0)
  second.leave()
  assert.deepEqual(limits.usage('key:roomy'), {
    tokens: 5,
    micros: 0,
    open: 0,
    reservedTokens: 0,
    reservedMicros: 0,
  })
  hands.now += MINUTE_MS
  limits.enter({ budgets: [roomy] })
  limits.enter({ budgets: [roomy] })
  assert.throws(() => limits.enter({ budgets: [roomy] }), /rpm=2/)
})

test('of several limits that are reached the one that lasts longest is told', () => {
  const { hands, limits } = house()
  const short = key({ rpm: 1 }, 'key:short')
  const long = key({ rpm: 1 }, 'key:long')
  limits.enter({ budgets: [short] }).leave()
  hands.now += 30_000
  limits.enter({ budgets: [long] }).leave()
  const refusal = refusalOf(() => limits.enter({ budgets: [short, long] }))
  assert.equal(refusal?.retryAfterS, 60)
  assert.match(refusal?.message ?? '', /the key long/)
})

/** Callers of two keys under one tenant, and what each budget may spend. */
const KEY_LIMIT = 300
const TENANT_LIMIT = 500
const PAIRS = ['a', 'b'].map((name) => ({
  budgets: [
    key({ tokensPerDay: KEY_LIMIT, moneyPerDay: KEY_LIMIT / 1e6 }, `key:${name}`),
    key({ tokensPerDay: TENANT_LIMIT, moneyPerDay: TENANT_LIMIT / 1e6 }, 'tenant:t'),
  ],
}))

interface Spending {
  spent: number
  open: number
  /** What was reserved last: all that may go beyond the limit. */
  last: number
}

/** What is wrong with a day of requests that reserve, spend less or all of it, break off and overlap; null if nothing. */
function wrongSpending(enter: CallerLimits['enter'], seed: number): string | null {
  const roll = dice(seed)
  const book = new Map<string, Spending>()
  const of = (id: string): Spending => {
    const known = book.get(id) ?? { spent: 0, open: 0, last: 0 }
    book.set(id, known)
    return known
  }
  const open: { readonly entry: Entry; readonly reserved: number; readonly ids: readonly string[] }[] = []
  for (let step = 0; step < 120; step += 1) {
    const pair = PAIRS[roll(2)]
    if (pair && roll(5) < 3) {
      const reserved = 1 + roll(80)
      const entry = enter(pair)
      const hasRoom = pair.budgets.every(({ id, limits }) => {
        const { spent, open: held } = of(id)
        return spent + held < (limits.tokensPerDay ?? 0)
      })
      if (refusalOf(() => entry.reserve(reserved, reserved))) {
        if (hasRoom) return 'refused with room left'
        entry.settle(0, 0)
        entry.leave()
        continue
      }
      const ids = pair.budgets.map(({ id }) => id)
      for (const id of ids) {
        const one = of(id)
        one.open += reserved
        one.last = Math.max(one.last, reserved)
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
      of(id).open -= ending.reserved
      if (isSettled) of(id).spent += spent
    }
    for (const { budgets } of PAIRS) {
      for (const { id, limits } of budgets) {
        if (of(id).spent >= (limits.tokensPerDay ?? 0) + of(id).last) return 'spent more than one too many'
      }
    }
  }
  return null
}

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed + 1)

test('a day never costs more than the limit and one reservation, and nobody is refused while there is room', () => {
  for (const seed of SEEDS) {
    const { limits } = house()
    assert.equal(
      wrongSpending((caller) => limits.enter(caller), seed),
      null,
      `seed ${seed}`,
    )
  }
})

test('limits that look only at what is settled would be found out', () => {
  const afterwards = (): CallerLimits['enter'] => {
    const { limits } = house()
    return (caller) => {
      const entry = limits.enter(caller)
      // Asks whether there is room, and holds nothing.
      const reserve: Entry['reserve'] = (tokens, micros) => {
        entry.reserve(tokens, micros)
        entry.settle(0, 0)
      }
      return { reserve, settle: entry.settle.bind(entry), leave: entry.leave.bind(entry) }
    }
  }
  const found = SEEDS.map((seed) => wrongSpending(afterwards(), seed))
  assert.equal(found.includes('spent more than one too many'), true)
})

test('limits that forget to give reservations back would be found out', () => {
  const leaking = (): CallerLimits['enter'] => {
    const { limits } = house()
    return (caller) => {
      const entry = limits.enter(caller)
      return { reserve: entry.reserve.bind(entry), settle: entry.settle.bind(entry), leave() {} }
    }
  }
  assert.equal(SEEDS.map((seed) => wrongSpending(leaking(), seed)).includes('refused with room left'), true)
})

test('a request larger than the whole limit may come once a day, and what is free has room even then', () => {
  const { hands, limits } = house()
  const caller = one({ moneyPerDay: 0.5 })
  const big = limits.enter(caller)
  big.reserve(10, 2_000_000)
  const meanwhile = limits.enter(caller)
  assert.equal(refusalOf(() => meanwhile.reserve(10, 1))?.retryAfterS, 1, 'it may give something back')
  big.settle(10, 2_000_000)
  big.leave()
  assert.equal(refusalOf(() => meanwhile.reserve(10, 1))?.retryAfterS, 12 * 3600)
  meanwhile.reserve(10, 0)
  hands.now += 12 * 3_600_000
  limits.enter(caller).reserve(10, 1)
})

test('money is counted in millionths without loss: a limit of 1.1 ends after 1,100,000 of them', () => {
  const { limits } = house()
  const caller = one({ moneyPerDay: 1.1 })
  limits.restore('key:k', { tokens: 0, micros: 1_099_999 })
  limits.enter(caller).reserve(1, 1)
  assert.throws(() => limits.enter(caller).reserve(1, 1), /moneyPerDay=1.1/)
  const { limits: fresh } = house()
  fresh.enter(one({ moneyPerDay: 1e-9 })).reserve(1, 1)
})

test('what was spent without a reservation is counted all the same', () => {
  const { limits } = house()
  const entry = limits.enter(one({ tokensPerDay: 10 }))
  entry.settle(10, 7)
  entry.leave()
  assert.deepEqual([limits.usage('key:k').tokens, limits.usage('key:k').micros], [10, 7])
  assert.throws(() => limits.enter(one({ tokensPerDay: 10 })).reserve(1, 0), { code: 'over_limit' })
})

test('a request over midnight belongs to the day that reserved it and takes nothing from the new one', () => {
  const { hands, limits } = house()
  const caller = one({ tokensPerDay: 10 })
  hands.now = NOON + DAY_MS / 2 - 1
  const late = limits.enter(caller)
  late.reserve(10, 10)
  assert.throws(() => limits.enter(caller).reserve(1, 0), { code: 'over_limit', retryAfterS: 1 })
  hands.now += 1
  const early = limits.enter(caller)
  early.reserve(9, 9)
  late.settle(10, 10)
  late.leave()
  early.settle(4, 4)
  early.leave()
  const { tokens, micros, reservedTokens, reservedMicros } = limits.usage('key:k')
  assert.deepEqual([tokens, micros, reservedTokens, reservedMicros], [4, 4, 0, 0])
})

test('what was spent before a restart counts after it, until midnight', () => {
  const { hands, limits } = house()
  const caller = one({ tokensPerDay: 100 })
  limits.restore('key:k', { tokens: 100, micros: 5 })
  assert.throws(() => limits.enter(caller).reserve(1, 1), /tokensPerDay=100/)
  hands.now += DAY_MS / 2
  assert.equal(limits.usage('key:k').tokens, 0)
  limits.enter(caller).reserve(1, 1)
})

test('limits may change while requests are under way: what was counted stays counted', () => {
  const { hands, limits } = house()
  const held = [1, 2, 3, 4].map(() => limits.enter(one({ rpm: 40, tokensPerDay: 1000 })))
  for (const entry of held) entry.reserve(100, 0)
  assert.throws(() => limits.enter(one({ concurrent: 4 })), /concurrent=4/)
  assert.throws(() => limits.enter(one({ tokensPerDay: 400 })).reserve(1, 0), /tokensPerDay=400/)
  hands.now += 1000
  limits.enter(one({ rpm: 40 }))
  assert.equal(refusalOf(() => limits.enter(one({ rpm: 2 })))?.retryAfterS, 59)
  hands.now += 59_000
  assert.equal(
    refusalOf(() => limits.enter(one({ rpm: 2 }))),
    null,
  )
})

test('a clock that is set back neither locks anybody out nor begins a day or a minute anew', () => {
  const { hands, limits } = house()
  const caller = one({ rpm: 1, tokensPerDay: 10 })
  hands.now = NOON + DAY_MS / 2 + 5
  const entry = limits.enter(caller)
  entry.settle(10, 0)
  entry.leave()
  hands.now -= 10
  assert.equal(refusalOf(() => limits.enter(caller))?.retryAfterS, 60)
  assert.equal(limits.usage('key:k').tokens, 10)
  hands.now -= 3_600_000
  assert.equal(refusalOf(() => limits.enter(caller))?.retryAfterS, 60)
  hands.now += MINUTE_MS
  assert.throws(() => limits.enter(caller).reserve(1, 0), /tokensPerDay/)
})

test('a hundred thousand keys that came and went are forgotten; those with something to remember stay', () => {
  const { hands, limits } = house()
  const spender = limits.enter({ budgets: [key({ tokensPerDay: 10 }, 'key:spender')] })
  spender.settle(3, 0)
  spender.leave()
  const holder = limits.enter({ budgets: [key({ concurrent: 1 }, 'key:holder')] })
  for (let n = 0; n < 100_000; n += 1) {
    hands.now += 60
    limits.enter({ budgets: [key({ rpm: 5 }, `key:${n}`), key({ rpm: 60_000 }, 'tenant:t')] }).leave()
  }
  assert.ok(limits.size < 5000, `${limits.size} remembered`)
  assert.equal(limits.usage('key:spender').tokens, 3)
  assert.equal(limits.usage('key:holder').open, 1)
  holder.leave()
  hands.now += DAY_MS
  assert.equal(limits.usage('key:nobody').open, 0)
})

test('a money limit of any budget of the chain is a money limit of the caller', () => {
  assert.equal(hasMoneyLimit({ budgets: [key({ rpm: 1 }), key({ moneyPerDay: 1 }, 'tenant:t')] }), true)
  assert.equal(hasMoneyLimit({ budgets: [key({ tokensPerDay: 1 })] }), false)
})
