import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asked } from './asked.ts'
import type { CallOptions } from './call.ts'
import { createCall } from './call.ts'
import { Balance } from './balance/balance.ts'
import { TargetState } from './balance/target-state.ts'
import { Watchdog } from './call/watchdog.ts'
import { Circuits } from '../kernel/circuits.ts'
import type { Route } from './decide.ts'
import type { Exchange } from './exchange.ts'
import { Fault } from '../kernel/fault.ts'

const LOADS = {
  slowStartMs: () => 0,
  ejectPercent: () => 0,
  ejectMs: () => 0,
  onEjected() {},
  nowMs: () => 0,
}

test('nothing is sent to a target that is drained while the record of the request is written', async () => {
  const done: string[] = []
  const open = {
    isDrained: false,
    state: new TargetState('house', LOADS, false),
    handed: { request: null, response: null },
    url: new URL('http://127.0.0.1:1'),
    line: { dispatch: () => assert.fail('it was sent') },
  }
  const target = { name: 'house', record: 'async', price: null, budgets: [] }
  const attempt = { zone: 'private', target, model: 'm', desensitise: 'strict', opaque: false }
  // These hand on what they hold, and a call that is not made looks at none of their other fields.
  const route = {
    caller: { tenant: 't', budgets: [] },
    class: 'internal',
    privateOnly: new Set(),
    attempts: [attempt],
    open: () => open,
  } as unknown as Route
  const asked = { dial: () => ({ headers: [], body: Buffer.from('{}') }) } as unknown as Asked
  const exchange = { headers: {}, onLeave: () => assert.fail('a call began') } as unknown as Exchange
  const circuits = new Circuits({ failures: () => 1, openMs: () => 1, onOpened() {}, onClosed() {} })
  const options = {
    balance: new Balance({ circuits, random: () => 0 }),
    watchdog: new Watchdog(),
    circuits,
    limits: { spending: () => null },
  } as unknown as CallOptions<Asked>
  const record = {
    atMs: 0,
    own: null,
    staying: async () => {},
    masking() {},
    async leaving() {
      done.push('leaving')
      open.isDrained = true
    },
    lost() {},
    stayed: (_: unknown, bytes: number) => void done.push(`stayed ${bytes}`),
  }
  const call = createCall(options)(route, asked, { exchange, record, dialect: 'openai' })
  await assert.rejects(call, (error: unknown) => error instanceof Fault && error.code === 'draining')
  assert.deepEqual(done, ['leaving', 'stayed 2'])
  assert.equal(open.state.of('m').inFlight, 0)
})
