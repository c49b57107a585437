import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doing } from './loop/loop-house.ts'
import type { Tool } from '../packages/server/src/skills/tool.ts'
import { guard } from '../packages/server/src/assistant/loop/guard.ts'

const tool = (more: Partial<Tool> & Pick<Tool, 'effect'>): Tool =>
  doing({ name: 't', input: {}, ...more }, [])
const verdict = (more: Partial<Tool> & Pick<Tool, 'effect'>, isTainted: boolean): unknown => {
  const said = guard(tool(more), { to: 'a' }, isTainted)
  return said.kind === 'run' ? 'run' : [said.because, said.grantScope]
}

test('with nothing but trusted text a tool asks as it was set to', () => {
  assert.equal(verdict({ effect: 'read', confirm: 'policy' }, false), 'run')
  assert.deepEqual(verdict({ effect: 'read', confirm: 'always' }, false), ['always', null])
  assert.equal(verdict({ effect: 'write', confirm: 'never' }, false), 'run')
  assert.deepEqual(verdict({ effect: 'destructive', confirm: 'policy' }, false), ['policy', ''])
  assert.deepEqual(
    verdict({ effect: 'external-send', confirm: 'policy', grantScope: () => 'a@house' }, false),
    ['policy', 'a@house'],
  )
})

test('with untrusted text in the context everything but a read is asked for, and no grant stands for it', () => {
  for (const effect of ['write', 'destructive', 'external-send'] as const)
    for (const confirm of ['never', 'policy', 'always'] as const)
      assert.deepEqual(verdict({ effect, confirm }, true), ['untrusted', null])
  assert.equal(verdict({ effect: 'read', confirm: 'never' }, true), 'run')
})

test('a read at an address that the model chooses counts as one that sends something out', () => {
  assert.deepEqual(verdict({ effect: 'read', confirm: 'never', dials: 'anywhere' }, true), [
    'untrusted',
    null,
  ])
  assert.equal(verdict({ effect: 'read', confirm: 'never', dials: 'declared' }, true), 'run')
})
