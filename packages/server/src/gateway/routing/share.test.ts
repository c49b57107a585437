import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import { compileRouting } from './compile.ts'
import type { Ask, Lot, Routing } from './routing.ts'

const target = (name: string) =>
  guardTarget(
    targetInput.parse({
      name,
      kind: 'model',
      zone: 'private',
      dialect: 'openai',
      url: 'https://10.0.1.5',
      models: ['*'],
    }),
  )

const compiled = (routes: readonly unknown[]): Routing =>
  compileRouting({
    file: {
      targets: ['old', 'new', 'other'].map(target),
      routes: routes.map((one) => routeInput.parse(one)),
    },
    settings: { targets: [], routes: [] },
    privateOnly: [],
  }).routing

const ASK: Ask = {
  kind: 'model',
  model: 'gpt-5',
  dialect: 'openai',
  local: true,
  portable: true,
  class: 'internal',
}
const lot = (n: number, bound: string | null = null): Lot => ({ key: () => `conversation ${n}`, bound })
const canary = (share: number, to = 'new') => ({ when: { model: 'gpt-5*', share }, to: [to] })
const REST = { to: ['old'] }

const COUNT = 2000
/** Numbers of the conversations that a rule takes. */
const takenBy = (routing: Routing, rule: string): ReadonlySet<number> =>
  new Set(Array.from({ length: COUNT }, (_, n) => n).filter((n) => routing.decide(ASK, lot(n)).rule === rule))
/** Six standard deviations of a binomial count: chance alone leaves them once in 500 million runs. */
function assertShare(count: number, share: number, of = COUNT): void {
  const slack = 6 * Math.sqrt(of * share * (1 - share))
  assert.ok(Math.abs(count - of * share) <= slack, `${count} of ${of} is no ${share * 100} %`)
}

test('a rule with a share takes that share of the conversations, the rest go on', () => {
  for (const share of [0.01, 0.05, 0.5, 0.9]) {
    const routing = compiled([canary(share), REST])
    const taken = takenBy(routing, 'file:1')
    assertShare(taken.size, share)
    assert.equal(takenBy(routing, 'file:2').size, COUNT - taken.size)
  }
  assert.equal(takenBy(compiled([canary(0), REST]), 'file:1').size, 0)
  assert.equal(takenBy(compiled([canary(1), REST]), 'file:1').size, COUNT)
})

test('a larger share keeps everyone that a smaller one took, and a smaller one takes nobody new', () => {
  const five = takenBy(compiled([canary(0.05), REST]), 'file:1')
  const ten = takenBy(compiled([canary(0.1), REST]), 'file:1')
  assertShare(ten.size, 0.1)
  assert.ok([...five].every((n) => ten.has(n)))
  // Also where the rule has moved and learned something that says nothing about where requests go.
  const moved = takenBy(
    compiled([{ when: { model: 'x' }, to: ['other'] }, { ...canary(0.05), opaque: 'refuse' }, REST]),
    'file:2',
  )
  assert.deepEqual(moved, five)
})

test('two rules with a share draw independently of each other', () => {
  const first = takenBy(compiled([canary(0.5), REST]), 'file:1')
  const second = takenBy(compiled([canary(0.5, 'other'), REST]), 'file:1')
  const both = [...first].filter((n) => second.has(n)).length
  assertShare(both, 0.25)
  const routing = compiled([canary(0.2), canary(0.2, 'other'), REST])
  assertShare(takenBy(routing, 'file:2').size, 0.16)
})

test('an answer is continued where it came from, whatever the draw says', () => {
  const routing = compiled([canary(0.3), REST])
  for (let n = 0; n < 100; n += 1) {
    assert.equal(routing.decide(ASK, lot(n, 'new')).rule, 'file:1')
    assert.equal(routing.decide(ASK, lot(n, 'old')).rule, 'file:2')
  }
  // A share of nothing is a rule that is switched off.
  assert.equal(compiled([canary(0), REST]).decide(ASK, lot(1, 'new')).rule, 'file:2')
})

test('a rule with a share decides nothing for the others: who is not taken may be refused', () => {
  const routing = compiled([{ when: { model: 'gpt-5', share: 0.5 }, to: ['new'] }])
  const codes = new Set(
    Array.from({ length: 50 }, (_, n) => routing.decide(ASK, lot(n)).refused?.code ?? 'answered'),
  )
  assert.deepEqual([...codes].toSorted(), ['answered', 'no_route'])
  assert.equal(routing.decide(ASK).refused?.code, 'no_route')
  assert.equal(routing.decide({ ...ASK, model: 'gpt-4' }, lot(1)).refused?.code, 'no_route')
})
