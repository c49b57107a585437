import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Fault } from '../kernel/fault.ts'
import { tenantId } from '../store/tenant-id.ts'
import { MemoryCounters } from './budgets/memory-counters.ts'
import { Purses } from './budgets/purses.ts'
import { createLimits } from './limits.ts'
import { shortOf } from './tried.ts'

const clock = { now: () => Date.UTC(2026, 5, 1, 12) }
const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const budgets = [{ id: 'target:house', limits: { tokensPerDay: 100 } }]
const route = { reservedTokens: 60, reservedMicros: 0 }

/** A target with a budget, which a database keeps that answers when it is told to. */
function target() {
  const bank = new MemoryCounters().bankOf('one')
  const { promise: told, resolve: answer } = Promise.withResolvers<void>()
  const visit: typeof bank.visit = async (...asked) => {
    await told
    return bank.visit(...asked)
  }
  const purses = new Purses({ bank: { isAlone: true, news: (...of) => bank.news(...of), visit }, clock })
  const limits = createLimits({ clock, purses })
  const spending = () => limits.spending(tenant, budgets, clock.now()) ?? assert.fail('it has no budget')
  const reserved = () => [...purses.all()][0]?.reserved
  return { spending, answer, reserved }
}

test('whoever is called off does not wait for the database, and leaves nothing reserved', async () => {
  const { spending, answer, reserved } = target()
  const listening = new Set<(reason: Fault) => void>()
  const client = {
    onLeave(then: (reason: Fault) => void) {
      listening.add(then)
      return () => void listening.delete(then)
    },
  }
  const first = shortOf(spending(), null, { route, client })
  for (const leave of listening) leave(new Fault('client_left', 'Another target was faster.'))
  const tried = await first
  assert.deepEqual([tried?.fault?.code, tried?.wasSent, tried?.mayRepeat], ['client_left', false, false])
  answer()
  assert.equal(await shortOf(spending(), null, { route, client }), null)
  while (reserved() !== 60) await setImmediate()
  assert.equal(await shortOf(spending(), null, { route: { ...route, reservedTokens: 41 }, client }), null)
  const refused = await shortOf(spending(), null, { route, client })
  assert.deepEqual([refused?.fault?.code, refused?.mayRepeat], ['over_limit', true])
  assert.equal(listening.size, 0)
})

test('while a target has no room, what its caller has reserved is there for others, and comes back with the room', async () => {
  const purses = new Purses({ bank: new MemoryCounters().bankOf('one'), clock })
  const limits = createLimits({ clock, purses })
  const all = [{ id: 'tenant:t', limits: { tokensPerDay: 200 } }]
  const spending = (of: typeof all = budgets) =>
    limits.spending(tenant, of, clock.now()) ?? assert.fail('it has no budget')
  const client = { onLeave: () => () => {} }
  const whole = { route: { reservedTokens: 200, reservedMicros: 0 }, client }
  const reserved = (): readonly number[] => [...purses.all()].map((purse) => purse.reserved)
  const [own, other, holder] = [spending(all), spending(all), spending()]
  await holder.reserve(100, 0)
  await own.reserve(200, 0)
  const short = shortOf(spending(), own, whole)
  await other.reserve(10, 0)
  assert.equal((await short)?.fault?.code, 'over_limit')
  assert.deepEqual([own.isLost, reserved()], [true, [10, 100]])
  // Nothing is given back twice.
  own.settle(0, 0)
  holder.giveBack()
  await own.reserve(200, 0)
  assert.equal(own.isLost, false)
  const there = spending()
  assert.equal(await shortOf(there, own, whole), null)
  assert.deepEqual(reserved(), [210, 200])
  for (const one of [own, there, other]) one.giveBack()
  assert.deepEqual(reserved(), [0, 0])
})

test('a request that ends while it waits for its target leaves nothing reserved', async () => {
  const { spending, answer, reserved } = target()
  const purses = new Purses({ bank: new MemoryCounters().bankOf('one'), clock })
  const limits = createLimits({ clock, purses })
  const own = limits.spending(tenant, [{ id: 'tenant:t', limits: { tokensPerDay: 200 } }], clock.now())
  await own?.reserve(60, 0)
  const there = spending()
  const taken = there.reserve(60, 0, own)
  own?.settle(5, 0)
  own?.giveBack()
  answer()
  await taken
  there.giveBack()
  const [purse] = purses.all()
  assert.deepEqual([purse?.reserved, purse?.heldFor(100), reserved()], [0, 5, 0])
})
