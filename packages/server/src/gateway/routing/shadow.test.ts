import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteInput } from '@freehold/contract/routing.ts'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import type { ShadowOutcome } from '@freehold/contract/shadow.ts'
import { SHADOW_OUTCOMES, shadowState } from '@freehold/contract/shadow.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import { compileRouting } from './compile.ts'
import type { Routing } from './routing.ts'
import type { InForce } from './settings.ts'
import type { Side } from './shadow.ts'
import { outcomeOf, Shadow } from './shadow.ts'

const target = (name: string, zone: string) =>
  guardTarget(
    targetInput.parse({
      name,
      kind: 'model',
      zone,
      dialect: 'openai',
      url: 'https://10.0.1.5',
      models: ['*'],
    }),
  )
const file = { targets: [target('house', 'private'), target('cloud', 'managed')], routes: [] }
const PUBLIC = ['public'] as const

/** What is in force while these rules are, with those on trial beside them. */
function inForce(routes: readonly unknown[], trial: readonly unknown[] | null): InForce {
  const rules = routes.map((one) => routeInput.parse(one))
  const shadow = trial?.map((one) => routeInput.parse(one)) ?? null
  const compiled = (own: readonly RouteInput[]) =>
    compileRouting({ file, settings: { targets: [], routes: own }, privateOnly: [] })
  return {
    ...compiled(rules),
    version: 3,
    file,
    settings: { targets: [], routes: rules, drained: [], shadow },
    shadow: shadow && compiled(shadow),
  }
}

const sideOf = (routing: Routing): Side => {
  const { rule, attempts, refused } = routing.decide({
    kind: 'model',
    model: 'm',
    dialect: 'openai',
    local: true,
    portable: true,
    class: 'public',
  })
  return { rule, attempts, refused: refused?.code ?? null }
}
const seen = (request: string) => ({ request, class: 'public', sideOf }) as const

function trialOf(routes: readonly unknown[], trial: readonly unknown[] | null) {
  const told: ShadowOutcome[] = []
  const shadow = new Shadow({ nowMs: () => Date.UTC(2026, 0, 2), counted: (one) => void told.push(one) })
  const current = inForce(routes, trial)
  shadow.use(current)
  return { shadow, current, told }
}

const leaving = (more: object = {}) => ({ when: { class: PUBLIC }, to: ['cloud'], ...more })
const TABLE: readonly (readonly [string, unknown, unknown, ShadowOutcome])[] = [
  ['the same rule', { to: ['house'] }, { to: ['house'] }, 'same'],
  [
    'another rule that leads to the same place',
    { to: ['house'] },
    { when: { class: PUBLIC }, to: ['house'] },
    'same',
  ],
  [
    'two that refuse',
    { when: { model: 'x' }, to: ['house'] },
    { when: { model: 'y' }, to: ['house'] },
    'same',
  ],
  ['another order', { to: ['house', 'local'] }, { to: ['local', 'house'] }, 'other_target'],
  ['no rule any more', { to: ['house'] }, { when: { model: 'x' }, to: ['house'] }, 'would_refuse'],
  ['a rule where there was none', { when: { model: 'x' }, to: ['house'] }, { to: ['house'] }, 'would_answer'],
  ['a way out as a fallback', { to: ['house'] }, leaving({ to: ['house', 'cloud'] }), 'would_leave'],
  ['a way out of a refusal', { when: { model: 'x' }, to: ['house'] }, leaving(), 'would_leave'],
  [
    'a way out before home',
    leaving({ to: ['house', 'cloud'] }),
    leaving({ to: ['cloud', 'house'] }),
    'would_leave',
  ],
  ['home before a way out', leaving(), leaving({ to: ['house', 'cloud'] }), 'would_stay'],
  ['no way out any more', leaving(), { to: ['house'] }, 'would_stay'],
  ['clear text instead of masked', leaving(), leaving({ desensitise: 'none' }), 'other_handling'],
  ['unreadable content', leaving(), leaving({ opaque: 'allow' }), 'other_handling'],
]
for (const [what, was, wouldBe, outcome] of TABLE) {
  test(`${what} is counted as ${outcome}`, () => {
    const { shadow, current, told } = trialOf([was], [wouldBe])
    shadow.see(current.routing, seen('req_1'))
    assert.deepEqual(told, [outcome])
    const state = shadowState.parse(shadow.state(current))
    assert.deepEqual(
      SHADOW_OUTCOMES.map((one) => state.shadow?.counts[one]),
      SHADOW_OUTCOMES.map((one) => (one === outcome ? 1 : 0)),
    )
    assert.equal(state.shadow?.differing.length, outcome === 'same' ? 0 : 1)
  })
}

test('a difference names rule and targets of both sides, and only the newest of each outcome are kept', () => {
  const { shadow, current } = trialOf([{ to: ['house'] }], [{ when: { model: 'x' }, to: ['house'] }])
  for (let n = 0; n < 50; n += 1) shadow.see(current.routing, seen(`req_${n}`))
  const state = shadow.state(current).shadow
  assert.deepEqual([state?.counts.would_refuse, state?.differing.length], [50, 20])
  assert.deepEqual(state?.differing[0], {
    request: 'req_49',
    at: '2026-01-02T00:00:00.000Z',
    class: 'public',
    outcome: 'would_refuse',
    was: { rule: 'settings:1', targets: ['house'], refused: null },
    wouldBe: { rule: null, targets: [], refused: 'no_route' },
  })
})

test('counting goes on while the same rules are on trial, and begins anew with others', () => {
  const { shadow, current } = trialOf([{ to: ['house'] }], [{ to: ['local'] }])
  shadow.see(current.routing, seen('req_1'))
  const counted = (now: InForce) => {
    shadow.use(now)
    return shadow.state(now).shadow?.counts.other_target
  }
  // The rules in force changed, or the file was read again.
  assert.equal(counted(inForce([], [{ to: ['local'] }])), 1)
  assert.equal(counted(inForce([], [{ to: ['house'] }])), 0)
  const without = inForce([], null)
  assert.equal(counted(without), undefined)
  assert.deepEqual([shadow.isSet, shadow.state(without)], [false, { version: 3, shadow: null }])
  shadow.see(current.routing, seen('req_2'))
})

test('rules on trial that break are counted and cost the request nothing', () => {
  const { shadow, current, told } = trialOf([{ to: ['house'] }], [{ to: ['local'] }])
  shadow.see(current.routing, {
    ...seen('req_1'),
    sideOf() {
      throw new Error('a bug')
    },
  })
  assert.deepEqual(told, ['failed'])
})

test('two refusals are the same, whatever their reasons', () => {
  const refused: Side = { rule: 'file:1', attempts: [], refused: 'no_route' }
  assert.equal(outcomeOf({ rule: 'file:1', attempts: [], refused: 'draining' }, refused), 'same')
})
