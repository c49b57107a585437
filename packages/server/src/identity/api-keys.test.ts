import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scope } from '@freehold/contract/actions.ts'
import { keyInput } from '@freehold/contract/identity.ts'
import { tenantId } from '../store/tenant-id.ts'
import { grantWithin } from './api-keys.ts'
import { localOperator } from './local-operator.ts'
import type { Rights } from './rights.ts'

const operator = localOperator(tenantId('00000000-0000-7000-8000-000000000001'))
const now = Date.UTC(2026, 5, 1)
const HOUR = 3_600_000

/** A program whose key may make keys, up to `internal`, for one more hour. */
const rights: Rights = {
  roles: ['owner'],
  customScopes: new Set(),
  groups: [],
  readsAs: ['user:anna'],
  scopes: new Set<Scope>(['keys', 'model']),
  base: 'internal',
  ceiling: 'confidential',
  expiresMs: now + HOUR,
  generation: 1,
}
const program = {
  ...operator,
  principal: { kind: 'key', id: 'k', name: null },
  scopes: rights.scopes,
  classCeiling: rights.ceiling,
} as const

const asked = (wish: object) => keyInput.parse(wish)
const inTime = { expiresAt: new Date(now + HOUR / 2).toISOString() }
const humble = { scopes: ['model'], ceiling: 'internal' }

test('the operator gives whatever is asked, once each and in one order', () => {
  assert.deepEqual(grantWithin(operator, null, asked({}), now), {
    scopes: ['model', 'service', 'knowledge', 'conversations', 'skills', 'requests'],
    expiresMs: null,
  })
  const twice = asked({ scopes: ['keys', 'model', 'model'] })
  assert.deepEqual(grantWithin(operator, null, twice, now).scopes, ['model', 'keys'])
  assert.deepEqual(grantWithin(operator, null, asked({ scopes: ['model', '*'] }), now).scopes, ['*'])
})

test('a key made with a key ends with it unless it ends sooner', () => {
  assert.equal(grantWithin(program, rights, asked(humble), now).expiresMs, now + HOUR)
  assert.equal(grantWithin(program, rights, asked({ ...humble, ...inTime }), now).expiresMs, now + HOUR / 2)
})

const later = { expiresAt: new Date(now + 2 * HOUR).toISOString() }
const past = { expiresAt: new Date(now).toISOString() }
const refusals: readonly (readonly [string, () => unknown, string, string | null])[] = [
  [
    'a class above the ceiling',
    () => grantWithin(operator, null, asked({ class: 'confidential', ceiling: 'internal' }), now),
    'invalid',
    'class',
  ],
  ['a time that is over', () => grantWithin(operator, null, asked(past), now), 'invalid', 'expiresAt'],
  [
    "a ceiling above the creator's",
    () => grantWithin(program, rights, asked({ scopes: ['model'] }), now),
    'above_ceiling',
    'ceiling',
  ],
  [
    'a scope the creator lacks',
    () => grantWithin(program, rights, asked({ ...humble, scopes: ['audit'] }), now),
    'not_allowed',
    'scopes',
  ],
  [
    "a base class below the creator's",
    () => grantWithin(program, rights, asked({ ...humble, class: 'public' }), now),
    'not_allowed',
    'class',
  ],
  [
    "a life longer than the creator's",
    () => grantWithin(program, rights, asked({ ...humble, ...later }), now),
    'not_allowed',
    'expiresAt',
  ],
  [
    'a ninth generation',
    () => grantWithin(program, { ...rights, generation: 8 }, asked(humble), now),
    'not_allowed',
    null,
  ],
]

for (const [what, attempt, code, param] of refusals) {
  test(`${what} is refused, naming the field`, () => assert.throws(attempt, { code, param }))
}
