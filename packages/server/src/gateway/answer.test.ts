import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '../identity/caller.ts'
import type { StoredPolicy } from '../identity/policies/compiled.ts'
import { compilePolicies } from '../identity/policies/compiled.ts'
import { Restraint } from '../identity/policies/restraint.ts'
import { Fault } from '../kernel/fault.ts'
import { tenantId } from '../store/tenant-id.ts'
import type { Record, Rooms } from './answer.ts'
import type { Asked } from './asked.ts'
import { classify } from './classify.ts'
import type { Route } from './decide.ts'
import { createAnswer } from './answer.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { OpenRequest } from './open-requests.ts'
import type { Reply } from './reply.ts'
import type { Attempt } from './routing/routing.ts'

const reply: Reply = {
  status: 200,
  zone: 'local',
  target: 'local',
  model: 'extract-1',
  class: 'internal',
  masked: 0,
  headers: ['content-type', 'application/json'],
  body: Buffer.from('{}'),
  tokens: () => null,
  answerId: () => null,
}

/** A house where everything goes well; a test changes the one room it is about. */
function house(changed: Partial<Rooms<Asked, Record>> = {}) {
  const settled: (number | 'ok')[] = []
  const sent: Reply[] = []
  const reserved: (readonly [number, number])[] = []
  const enlisted = new Set<OpenRequest>()
  // The steps hand these on and look at none of their other fields.
  const caller = { baseClass: 'internal', classCeiling: 'restricted' } as Caller
  const route = { caller, reservedTokens: 7, reservedMicros: 9, attempts: [] as readonly Attempt[] } as Route
  const nothing = (): void => {}
  const record: Record = {
    entered: nothing,
    read: nothing,
    classified: nothing,
    ruled: nothing,
    decided: nothing,
    answered: nothing,
    refusing: async () => {},
    settle: () => void settled.push('ok'),
    fail: ({ status }) => void settled.push(status),
  }
  const rooms: Rooms<Asked, Record> = {
    open: () => record,
    identify: () => caller,
    admit: () => ({
      atMs: null,
      charged: null,
      spending: null,
      reserve(tokens, micros) {
        reserved.push([tokens, micros])
        return null
      },
      settle: nothing,
      leave: nothing,
    }),
    enlist(entrance) {
      const open = {
        entrance,
        action: 'model.use',
        class: null,
        attempts: [],
        caller: null,
      } satisfies OpenRequest
      enlisted.add(open)
      return open
    },
    dismiss: (open) => void enlisted.delete(open),
    read: async () => ({}) as Asked,
    continue: async () => ({ class: null, bound: null }),
    classify: () => classify(caller, { declared: null, conversation: null }),
    keep: async () => {},
    decide: () => route,
    call: async () => reply,
    remember: async () => {},
    ...changed,
  }
  const exchange = {
    respond: async (answer: Reply) => void sent.push(answer),
    over: nothing,
    refuse(error: unknown): Outcome {
      return error instanceof Fault
        ? { status: error.status, code: error.code }
        : { status: 500, code: 'bug' }
    },
  } as unknown as Exchange
  return { answer: () => createAnswer(rooms)(exchange), settled, sent, reserved, enlisted }
}

test('a request that goes well is answered and settled once', async () => {
  const { answer, settled, sent, reserved, enlisted } = house()
  await answer()
  assert.deepEqual([settled, sent, reserved, enlisted.size], [['ok'], [reply], [[7, 9]], 0])
})

const STEPS = [
  'identify',
  'admit',
  'read',
  'continue',
  'classify',
  'keep',
  'decide',
  'call',
  'remember',
] as const
for (const step of STEPS) {
  test(`a refusal while ${step} is reached ends the request and is recorded`, async () => {
    const no = (): never => {
      throw new Fault('not_allowed', 'Ask your administrator for this model.', { param: 'model' })
    }
    const { answer, settled, sent, enlisted } = house({ [step]: no })
    await answer()
    assert.deepEqual([settled, sent, enlisted.size], [[403], [], 0])
  })
}

test('a policy that came while the body was read keeps the request from where it was to go', async () => {
  const json: StoredPolicy['json'] = {
    effect: 'forbid',
    principal: { op: 'All' },
    action: { op: '==', entity: { type: 'Action', id: 'model.use' } },
    resource: { op: '==', entity: { type: 'Target', id: 'local' } },
    conditions: [],
  }
  const tenant = tenantId('00000000-0000-7000-8000-000000000001')
  const compiled = compilePolicies({ tenant, version: 1 }, [{ name: 'stay', line: 1, json }])
  const own = {
    kind: 'user',
    id: 'u',
    tenant,
    roles: [],
    groups: [],
    scopes: null,
    ceiling: 'restricted',
  } as const
  const restraint = new Restraint(compiled, own, [])
  const route = {
    class: 'internal',
    attempts: [{ zone: 'local', target: 'local', model: 'extract-1' }],
  } as unknown as Route
  const enlist: Rooms<Asked, Record>['enlist'] = (entrance) => ({
    entrance,
    action: 'model.use',
    class: null,
    attempts: [],
    caller: { restraint },
  })
  const { answer, settled, sent } = house({ enlist, decide: () => route })
  await answer()
  assert.deepEqual([settled, sent], [[403], []])
})
