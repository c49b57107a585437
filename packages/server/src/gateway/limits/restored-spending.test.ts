import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantId } from '../../store/tenant-id.ts'
import { createLimits } from '../limits.ts'
import { restoreSpending } from './restored-spending.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const other = tenantId('00000000-0000-7000-8000-000000000002')
const KEYS: Readonly<Record<string, readonly string[]>> = { child: ['child', 'parent'], parent: ['parent'] }

test('after a restart a key has spent what it and the keys made with it had spent, and the tenant everything', () => {
  const limits = createLimits({ clock: { now: () => Date.UTC(2026, 5, 1) } })
  restoreSpending(
    limits,
    [
      { tenant, principal: 'child', tokens: 10, micros: 1 },
      { tenant, principal: 'parent', tokens: 5, micros: 2 },
      { tenant, principal: 'anna', tokens: 3, micros: 4 },
      { tenant: other, principal: 'ben', tokens: 100, micros: 200 },
    ],
    (_, principal) => KEYS[principal] ?? [],
  )
  const spentBy = (budget: string) => [limits.usage(budget).tokens, limits.usage(budget).micros]
  assert.deepEqual(spentBy('key:child'), [10, 1])
  assert.deepEqual(spentBy('key:parent'), [15, 3])
  assert.deepEqual(spentBy(`tenant:${tenant}`), [18, 7])
  assert.deepEqual(spentBy(`tenant:${other}`), [100, 200])
  assert.deepEqual(spentBy('key:anna'), [0, 0])
})
