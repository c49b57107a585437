import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantId } from '../store/tenant-id.ts'
import { budgetsOfAccount, budgetsOfGroups, budgetsOfKey } from './budgets.ts'
import type { Account, ApiKey } from './roster.ts'
import { Roster } from './roster.ts'

const standing = (role: string) => ({
  role,
  roles: [role],
  groups: [],
  groupIds: [],
  customScopes: new Set<never>(),
})
const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const anna: Account = { tenant, id: 'a1', name: 'Anna Żółw', ...standing('owner') }
const key = (id: string, creator: string, limits: ApiKey['limits'] = {}): ApiKey => ({
  tenant,
  id,
  name: null,
  creator,
  fingerprint: id,
  scopes: null,
  class: 'internal',
  ceiling: 'restricted',
  limits,
  expiresMs: null,
  usedMs: null,
})
const keys = [key('parent', 'a1', { rpm: 5 }), key('child', 'parent'), key('machine', 'local-operator')]
const roster = new Roster([{ accounts: [anna], services: [], sessions: [], keys, policies: null }])
const ofKey = (id: string, configured: Parameters<typeof budgetsOfKey>[2]): readonly string[] =>
  keys
    .filter((one) => one.id === id)
    .flatMap((one) => budgetsOfKey(one, roster, configured).map(({ id: found }) => found))

test('a key counts for itself, the keys above it, the person behind them and the tenant', () => {
  const configured = { tenant: { rpm: 1 }, key: { rpm: 2 }, users: { '*': { moneyPerMonth: 3 } } }
  assert.deepEqual(ofKey('child', configured), ['key:child', 'key:parent', 'user:a1', `tenant:${tenant}`])
  // Nobody stands behind a key that was made on the machine itself.
  assert.deepEqual(ofKey('machine', configured), ['key:machine', `tenant:${tenant}`])
  assert.deepEqual(ofKey('child', {}), ['key:parent'])
})

test('a person is named by id or by name, however it is written; everybody else is "*"', () => {
  const limitOf = (users: Parameters<typeof budgetsOfAccount>[1]['users']) =>
    budgetsOfAccount(anna, { users }).map(({ limits }) => limits.tokensPerDay)
  assert.deepEqual(limitOf({ a1: { tokensPerDay: 1 }, 'anna żółw': { tokensPerDay: 2 } }), [1])
  assert.deepEqual(limitOf({ ' ANNA ŻÓŁW': { tokensPerDay: 2 }, '*': { tokensPerDay: 3 } }), [2])
  assert.deepEqual(limitOf({ ben: { tokensPerDay: 2 }, '*': { tokensPerDay: 3 } }), [3])
  assert.deepEqual(limitOf({ ben: { tokensPerDay: 2 } }), [])
  assert.deepEqual(limitOf({ anna: {}, a1: {} }), [])
})

test('a member of groups counts for each that has limits', () => {
  const groups = { staff: { moneyPerDay: 5 }, guests: {}, toString: { rpm: 1 } }
  assert.deepEqual(
    budgetsOfGroups({ tenant, groups: ['staff', 'guests', 'nobody', 'constructor'] }, { groups }),
    [{ id: 'group:staff', meter: `${tenant} group:staff`, limits: { moneyPerDay: 5 } }],
  )
  assert.deepEqual(budgetsOfGroups({ tenant, groups: [] }, { groups }), [])
})
