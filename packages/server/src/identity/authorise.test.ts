import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACTIONS, PLATFORM_ACTIONS } from '@freehold/contract/actions.ts'
import type { Action, Scope } from '@freehold/contract/actions.ts'
import { tenantId } from '../store/tenant-id.ts'
import { authorise, authoriseIn } from './authorise.ts'
import type { Caller } from './caller.ts'
import { localOperator } from './local-operator.ts'

const operator = localOperator(tenantId('00000000-0000-7000-8000-000000000001'))
const owner: Caller = { ...operator, principal: { kind: 'user', id: 'u', name: 'Anna' }, roles: ['owner'] }
const key = (scopes: readonly Scope[] | null, roles = ['owner']): Caller => ({
  ...operator,
  principal: { kind: 'key', id: 'k', name: null },
  roles,
  scopes: scopes && new Set(scopes),
})

const person = (...roles: readonly string[]): Caller => ({ ...owner, roles })

const EVERYTHING = Object.keys(ACTIONS) as Action[]
const FOR_ANYONE: readonly Action[] = [
  'platform.read',
  'owner.claim',
  'session.open',
  'invitation.accept',
  'break_glass.use',
]
const FOR_CALLERS: readonly Action[] = [
  ...FOR_ANYONE,
  'mcp.use',
  'session.read',
  'application.enter',
  'session.close',
  'session.list',
  'session.end',
  'password.change',
  'factor.read',
  'factor.write',
  'person.export_own',
  'routing.explain',
  'privacy.detect',
]

const OF_CONVERSATIONS: readonly Action[] = [
  'approval.read',
  'approval.decide',
  'conversation.read',
  'conversation.write',
  'run.read',
  'run.write',
]
/** Who of them adds a hold is asked once more, and so is who exports and erases. */
const OF_THE_RECORD: readonly Action[] = ['audit.read', 'hold.read', 'hold.write']
const OF_PEOPLE: readonly Action[] = [
  'connection.test',
  'people.read',
  'people.write',
  'person.export',
  'person.erase',
  'break_glass.read',
]

/** Every kind of caller and everything it may do; whatever is not named here is refused. */
const TABLE: readonly (readonly [string, Caller | null, readonly Action[]])[] = [
  ['a stranger', null, FOR_ANYONE],
  ['the local operator', operator, EVERYTHING],
  ["the owner's session", owner, EVERYTHING],
  ['a key for everything', key(null), EVERYTHING],
  ['a key without scopes', key([]), FOR_CALLERS],
  [
    'a model key',
    key(['model']),
    [...FOR_CALLERS, 'model.use', 'model.list', 'privacy.preview', 'privacy.forget'],
  ],
  ['a service key', key(['service']), [...FOR_CALLERS, 'service.use']],
  [
    'a key that reads records',
    key(['requests']),
    [...FOR_CALLERS, 'request.read', 'egress.read', 'usage.read'],
  ],
  [
    'a knowledge key',
    key(['knowledge']),
    [...FOR_CALLERS, 'knowledge.read', 'knowledge.write', 'source.read'],
  ],
  ['a key that manages keys', key(['keys']), [...FOR_CALLERS, 'key.read', 'key.write']],
  ['an auditor', key(['audit']), [...FOR_CALLERS, ...OF_THE_RECORD]],
  ['a key for everything of somebody without a role', key(null, []), FOR_CALLERS],
  ['a model key of somebody without a role', key(['model'], []), FOR_CALLERS],
  [
    'a key that looks after tenants',
    key(['tenants']),
    [...FOR_CALLERS, 'tenant.read', 'tenant.write', 'tenant.export'],
  ],
  [
    'an admin',
    person('admin'),
    EVERYTHING.filter((action) => !OF_THE_RECORD.includes(action) && !action.startsWith('tenant.')),
  ],
  [
    'a security officer',
    person('security-officer'),
    [
      ...FOR_CALLERS,
      ...OF_THE_RECORD,
      ...OF_PEOPLE,
      'egress.read',
      'key.read',
      'key.write',
      'request.read',
      'usage.read',
    ],
  ],
  [
    'an auditor in person',
    person('auditor'),
    [...FOR_CALLERS, ...OF_THE_RECORD, 'egress.read', 'request.read', 'usage.read'],
  ],
  [
    'a guest',
    person('guest'),
    [...FOR_CALLERS, 'model.use', 'model.list', 'privacy.preview', 'privacy.forget', ...OF_CONVERSATIONS],
  ],
  [
    "a guest with a role of the tenant's own",
    { ...person('guest', 'support-lead'), customScopes: new Set<Scope>(['people']) },
    [
      ...FOR_CALLERS,
      'model.use',
      'model.list',
      'privacy.preview',
      'privacy.forget',
      ...OF_CONVERSATIONS,
      ...OF_PEOPLE,
    ],
  ],
  ['somebody whose role is no word of ours', person('janitor'), FOR_CALLERS],
]

for (const [who, caller, allowed] of TABLE) {
  test(`${who} may do exactly what the table says`, () => {
    const passed = EVERYTHING.filter((action) => {
      try {
        authorise(caller, action)
        return true
      } catch (error) {
        const code = caller === null ? 'unidentified' : 'not_allowed'
        assert.equal(error instanceof Error && 'code' in error && error.code, code)
        return false
      }
    })
    assert.deepEqual(passed.toSorted(), [...allowed].toSorted())
  })
}

test('the emergency account may do everything but what would take its traces away or leave none', () => {
  const emergency = { ...person('break-glass'), breakGlass: { id: 'use', reason: 'why' } }
  const closed = EVERYTHING.filter((action) => {
    try {
      authorise(emergency, action)
      return false
    } catch {
      return true
    }
  })
  assert.deepEqual(closed.toSorted(), [
    'application.enter',
    'break_glass.write',
    'hold.write',
    'kek.write',
    'model.use',
    'person.erase',
    'run.read',
    'service.use',
  ])
})

test('a refusal names the scope that is missing and how to get it', () => {
  assert.throws(() => authorise(key(['model']), 'audit.read'), /lacks the scope "audit".*--scope audit/)
})

test('the owner of another tenant may do all but what concerns the installation', () => {
  const passes = authoriseIn(tenantId('00000000-0000-7000-8000-00000000000f'))
  const refused = EVERYTHING.filter((action) => {
    try {
      passes(owner, action)
      return false
    } catch {
      return true
    }
  })
  assert.deepEqual(new Set(refused), PLATFORM_ACTIONS)
  for (const action of EVERYTHING) authoriseIn(owner.tenant)(owner, action)
})
