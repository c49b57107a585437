import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteView, TargetList } from '@freehold/sdk'
import { proposalsFor, proposedRule } from './proposals.ts'

type Target = TargetList['data'][number]
const target = (name: string, zone: Target['zone'], models: Target['models']): Target =>
  // Proposals look at these fields alone.
  ({ kind: 'model', name, zone, models }) as Target
const targets = [target('house', 'private', ['*']), target('cloud', 'managed', ['gpt'])]
const rules = [{ id: 'file:1', to: ['cloud'], desensitise: 'strict' } as unknown as RouteView]
const asked = { rules, targets, otherClass: new Set(['file:1']) }

test('what a rule would lack is proposed: at home first, and to leave only where that class may', () => {
  const when = { class: ['confidential'], model: ['gpt'] }
  assert.deepEqual(proposalsFor({ ...asked, record: { class: 'confidential', modelAsked: 'gpt' } }), [
    { kind: 'home', targets: ['house'], rule: { when, to: ['house'] } },
    { kind: 'leave', targets: ['cloud'], rule: { when, to: ['cloud'], desensitise: 'strict' } },
  ])
  const restricted = proposalsFor({ ...asked, record: { class: 'restricted', modelAsked: 'gpt' } })
  assert.deepEqual(
    restricted.map(({ kind }) => kind),
    ['home'],
  )
  const alone = { ...asked, targets: [target('cloud', 'managed', ['gpt'])] }
  assert.deepEqual(
    proposalsFor({ ...alone, record: { class: 'restricted', modelAsked: 'gpt' } })[0]?.targets,
    ['local'],
  )
  assert.deepEqual(proposalsFor({ ...asked, record: { class: 'internal', modelAsked: null } }), [])
})

test('an address hands a rule to the editor, and nothing that is none', () => {
  const rule = { when: { class: ['confidential'] }, to: ['house'] }
  assert.deepEqual(proposedRule(rule), rule)
  for (const wrong of [null, 'x', {}, { to: 'house' }, { to: [1] }, { to: [], when: { class: 1 } }])
    assert.equal(proposedRule(wrong), null)
})
