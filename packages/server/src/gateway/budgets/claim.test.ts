import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Limits } from '@freehold/contract/limits.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { CallerLimits, Entry } from '../limits.ts'
import { createLimits } from '../limits.ts'
import { MemoryCounters } from './memory-counters.ts'
import { Purses } from './purses.ts'

const clock = { now: () => Date.UTC(2026, 5, 1, 12) }
const tenant = tenantId('00000000-0000-7000-8000-000000000001')

interface Caller {
  readonly tenant: typeof tenant
  readonly budgets: readonly { readonly id: string; readonly limits: Limits }[]
}

/** A caller with a budget of its own within the one of its tenant. */
const caller = (name: string, own: number, all: number): Caller => ({
  tenant,
  budgets: [
    { id: 'tenant:t', limits: { tokensPerDay: all } },
    { id: `key:${name}`, limits: { tokensPerDay: own } },
  ],
})

function openLimits(counters: MemoryCounters, process: string) {
  const purses = new Purses({ bank: counters.bankOf(process), clock })
  return { limits: createLimits({ clock, purses }), purses }
}

async function reserving(limits: CallerLimits, who: Caller, tokens: number): Promise<Entry> {
  const entry = limits.enter(who)
  try {
    await entry.reserve(tokens, 0)
    return entry
  } catch (error) {
    entry.leave()
    throw error
  }
}

for (const processes of [1, 2]) {
  test(`a request that its own budget refuses takes no room from others meanwhile (processes: ${processes})`, async () => {
    const counters = new MemoryCounters()
    const houses = ['one', 'two'].slice(0, processes).map((name) => openLimits(counters, name))
    const [{ limits }] = houses as [(typeof houses)[0]]
    for (const house of houses) {
      const first = await reserving(house.limits, caller('other', 1e6, 200), 1)
      first.leave()
    }
    await reserving(limits, caller('full', 100, 200), 100)
    // One of these alone would fill what is left to the tenant.
    const refused = Array.from({ length: 5 }, () => reserving(limits, caller('full', 100, 200), 100))
    const served = Array.from({ length: 4 }, () => reserving(limits, caller('other', 1e6, 200), 20))
    const ends = await Promise.allSettled([...refused, ...served])
    assert.deepEqual(
      ends.map(({ status }) => status),
      [...refused.map(() => 'rejected'), ...served.map(() => 'fulfilled')],
    )
    for (const end of ends)
      if (end.status === 'rejected') assert.match(String(end.reason), /tokensPerDay=100 of the key full/)
    for (const { purses } of houses) await purses.close()
  })
}

test('whoever asks for a second budget as soon as it has the first is never forgotten', async () => {
  for (let turns = 0; turns < 10; turns += 1) {
    const { limits } = openLimits(new MemoryCounters(), 'one')
    const target = limits.enter({ tenant, budgets: [{ id: 'target:house', limits: { tokensPerDay: 100 } }] })
    await limits.enter(caller('first', 100, 1000)).reserve(10, 0)
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    await target.reserve(10, 0)
  }
})

test('what a request was refused is held by nobody afterwards', async () => {
  const counters = new MemoryCounters()
  const { limits } = openLimits(counters, 'one')
  const holder = await reserving(limits, caller('full', 100, 1000), 100)
  await assert.rejects(reserving(limits, caller('full', 100, 1000), 400))
  holder.settle(100, 0)
  holder.leave()
  const spent = async (tokens: number): Promise<void> => {
    const entry = await reserving(limits, caller('other', 1e6, 1000), tokens)
    entry.settle(tokens, 0)
    entry.leave()
  }
  await spent(899)
  await spent(1)
  await assert.rejects(spent(1), /tokensPerDay=1000 of this tenant is reached/)
})
