import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutsideAttempt } from '../asked.ts'
import type { Attempt, Group } from '../routing/routing.ts'
import { Balance } from './balance.ts'
import { TargetState } from './target-state.ts'

/** Members of a group at one clock; each choice is one of the well-mixed numbers of a small generator. */
function house(names: readonly string[], affinity: Group['affinity'] = 'none') {
  const clock = { ms: 1000, slowStartMs: 0, ejectPercent: 50, seed: 7 }
  const away = new Map<string, 'away' | 'returning'>()
  const ejected: string[] = []
  const options = {
    slowStartMs: () => clock.slowStartMs,
    ejectPercent: () => clock.ejectPercent,
    ejectMs: () => 1000,
    onEjected: ({ target }: { readonly target: string }) => void ejected.push(target),
    nowMs: () => clock.ms,
  }
  const states = new Map(names.map((name) => [name, new TargetState(name, options, false)]))
  const stateOf = (name: string): TargetState => {
    const state = states.get(name)
    assert.ok(state, name)
    return state
  }
  const balance = new Balance({
    circuits: { stateOf: (name) => away.get(name) ?? 'ready' },
    random() {
      clock.seed = (clock.seed * 48_271) % 2_147_483_647
      return clock.seed / 2_147_483_647
    },
  })
  const group: Group = { affinity }
  const attempts = names.map((name) => attemptAt(name, group))
  // Only the state is asked for.
  const open = (target: { readonly name: string }) => ({ state: stateOf(target.name) }) as never
  const order = (start: number | null = null, tried: readonly Attempt[] = attempts): string[] =>
    balance
      .inOrder({ attempts: tried, open }, { streams: false, start: () => start })
      .map((one) => (one.zone === 'local' ? 'local' : one.target.name))
  return {
    clock,
    away,
    ejected,
    attempts,
    order,
    stateOf,
    /** How often each comes first. */
    firsts: (times: number, start?: (n: number) => number): Record<string, number> => {
      const counts: Record<string, number> = {}
      for (let n = 0; n < times; n += 1) {
        const [first = ''] = order(start?.(n) ?? null)
        counts[first] = (counts[first] ?? 0) + 1
      }
      return counts
    },
    call: (name: string, verdict: 'well' | 'failed', firstByteMs = 10): void => {
      const turn = stateOf(name).of('m').begin(false)
      if (verdict === 'well') turn.heard(firstByteMs)
      turn.over(verdict)
    },
  }
}

function attemptAt(name: string, group?: Group): OutsideAttempt {
  // Nothing else of a target is read here.
  const target = { name } as OutsideAttempt['target']
  return {
    zone: 'private',
    target,
    model: 'm',
    desensitise: 'strict',
    opaque: false,
    ...(group && { group }),
  }
}

test('a rule without a group keeps its order, and the list itself', () => {
  const { attempts, order } = house(['a', 'b'])
  const plain = attempts.map(({ target }) => attemptAt(target.name))
  assert.deepEqual(order(null, plain), ['a', 'b'])
})

test('what stands before and after a group stays there', () => {
  const { attempts, order } = house(['a', 'b', 'first', 'last'])
  const [a, b] = attempts
  assert.ok(a && b)
  const local: Attempt = { zone: 'local', target: 'local', model: 'extract-1' }
  const found = order(null, [attemptAt('first'), a, b, attemptAt('last'), local])
  assert.deepEqual([found[0], found.slice(3)], ['first', ['last', 'local']])
})

test('members that are alike get alike, and a slow one gets less', () => {
  const { firsts, call } = house(['a', 'b', 'c'])
  for (const name of ['a', 'b', 'c']) call(name, 'well', 10)
  for (const count of Object.values(firsts(300))) assert.ok(count > 60, String(count))
  call('c', 'well', 500)
  assert.equal(firsts(300)['c'], undefined)
})

test('one with much under way is passed over, also by a slower one', () => {
  const { firsts, call, stateOf } = house(['a', 'b'])
  call('a', 'well', 10)
  call('b', 'well', 25)
  assert.deepEqual(firsts(20), { a: 20 })
  const turns = [stateOf('a').of('m').begin(false), stateOf('a').of('m').begin(false)]
  assert.deepEqual(firsts(20), { b: 20 })
  for (const turn of turns) turn.over('well')
  assert.deepEqual(firsts(20), { a: 20 })
})

test('one that was slow is tried again after a while', () => {
  const { clock, firsts, call } = house(['a', 'b'])
  call('a', 'well', 10)
  call('b', 'well', 1000)
  assert.deepEqual(firsts(20), { a: 20 })
  clock.ms += 50_000
  call('a', 'well', 10)
  assert.ok((firsts(20)['b'] ?? 0) > 0)
})

test('conversations stay with one member, those of one that leaves are spread, and all come back', () => {
  const { away, firsts, order } = house(['a', 'b', 'c'], 'prefix')
  const home = (n: number): string => order(n)[0] ?? ''
  const before = Array.from({ length: 300 }, (_, n) => home(n))
  assert.deepEqual(
    before,
    before.map((_, n) => home(n)),
  )
  for (const count of Object.values(firsts(300, (n) => n))) assert.ok(count > 60, String(count))
  away.set('b', 'away')
  const without = before.map((_, n) => home(n))
  assert.ok(without.every((name, n) => (before[n] === 'b' ? name !== 'b' : name === before[n])))
  assert.deepEqual(
    new Set(before.flatMap((name, n) => (name === 'b' ? [without[n]] : []))),
    new Set(['a', 'c']),
  )
  away.delete('b')
  assert.deepEqual(
    before,
    before.map((_, n) => home(n)),
  )
})

test('a conversation leaves a member that has far more under way than the others', () => {
  const { order, stateOf } = house(['a', 'b', 'c'], 'prefix')
  const [home = '', second] = order(1)
  for (let n = 0; n < 8; n += 1) stateOf(home).of('m').begin(true)
  assert.equal(order(1)[0], home)
  for (let n = 0; n < 8; n += 1) stateOf(home).of('m').begin(true)
  assert.deepEqual([order(1)[0], order(1).at(-1)], [second, home])
})

test('one that came back gets a part that grows', () => {
  for (const affinity of ['none', 'prefix'] as const) {
    const { clock, firsts, stateOf } = house(['a', 'b'], affinity)
    clock.slowStartMs = 1000
    firsts(1)
    clock.ms += 1000
    const part = (): number => firsts(1000, (n) => n)['b'] ?? 0
    const all = part()
    stateOf('b').restart()
    const little = part()
    clock.ms += 500
    const half = part()
    assert.ok(little > 20 && little < half && half < all, `${affinity}: ${little}, ${half}, ${all}`)
    clock.ms += 500
    assert.ok(Math.abs(part() - all) < 60)
  }
})

test('one that finds out whether it is back comes first, and one that is away last', () => {
  const { away, order } = house(['a', 'b', 'c'])
  away.set('b', 'returning').set('a', 'away')
  assert.deepEqual(order(), ['b', 'c', 'a'])
})

test('one that fails more than half of its calls is taken out and comes back, and never more than half of a group', () => {
  const { clock, order, call, ejected, firsts } = house(['a', 'b', 'c', 'd'])
  order()
  const sixInTen = (name: string): void => {
    for (let n = 0; n < 20; n += 1) call(name, n % 5 < 2 ? 'well' : 'failed')
  }
  sixInTen('a')
  assert.deepEqual(ejected, ['a'])
  assert.equal(order().at(-1), 'a')
  assert.equal(firsts(100)['a'], undefined)
  for (const name of ['b', 'c', 'd']) sixInTen(name)
  assert.deepEqual(ejected, ['a', 'b', 'c', 'd'])
  assert.equal(Object.keys(firsts(100)).length, 2)
  clock.ms += 1000
  assert.equal(Object.keys(firsts(100)).length, 4)
})

test('switched off nothing is taken out, and what is out comes back at once', () => {
  const { clock, order, call, ejected, firsts } = house(['a', 'b'])
  order()
  for (let n = 0; n < 20; n += 1) call('a', 'failed')
  assert.deepEqual([ejected, firsts(50)['a']], [['a'], undefined])
  clock.ejectPercent = 0
  assert.ok((firsts(50)['a'] ?? 0) > 0)
  for (let n = 0; n < 50; n += 1) call('a', 'failed')
  assert.deepEqual(ejected, ['a'])
})

test('a few failures, or a target that is in no group, are no reason', () => {
  const { order, call, ejected } = house(['a', 'b'])
  for (let n = 0; n < 20; n += 1) call('a', 'failed')
  order()
  for (let n = 0; n < 20; n += 1) call('b', n % 3 === 0 ? 'failed' : 'well')
  assert.deepEqual(ejected, [])
})
