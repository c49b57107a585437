import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Dispatcher } from 'undici'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import type { Dialler, LineRequest } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { createBrokers } from '../../packages/server/src/skills/broker/brokers.ts'
import { checkedOperations } from '../../packages/server/src/skills/kinds/checked.ts'
import { openKind } from '../../packages/server/src/skills/kinds/kinds.ts'
import { readManifest } from '../../packages/server/src/skills/manifest/read-manifest.ts'
import type { CallContext } from '../../packages/server/src/skills/runner.ts'
import { ports } from '../../packages/server/src/skills/testing/ports-house.ts'
import type { TenantId } from '../../packages/server/src/store/store.ts'

const CALLS = 500
const ROUNDS = 7
const MOST_MS = 1

const example = readFileSync(join(import.meta.dirname, '../../docs/examples/order-desk/skill.yaml'), 'utf8')
const rows = Array.from({ length: 20 }, (_, at) => ({
  sku: `sku-${at}`,
  count: at,
  note: 'as it was ordered',
}))
const ANSWER = Buffer.from(JSON.stringify({ lines: rows, sum: 190 }))

/** In place of the network: it answers at once, so that what is left is what the platform itself takes. */
const atOnce: Pick<Dialler, 'open'> = {
  open: () => ({
    dispatch(_: LineRequest, handler: Dispatcher.DispatchHandler) {
      const controller = { abort() {} } as unknown as Dispatcher.DispatchController
      queueMicrotask(() => {
        handler.onResponseStart?.(controller, 200, { 'content-type': 'application/json' })
        handler.onResponseData?.(controller, ANSWER)
        handler.onResponseEnd?.(controller, {})
      })
    },
    release() {},
    connect: () => Promise.reject(new Error('nobody asks for a connection')),
    inUse: () => 0,
    close: async () => {},
    destroy: async () => {},
  }),
}

const caller: Caller = {
  tenant: '00000000-0000-0000-0000-000000000001' as TenantId,
  principal: { kind: 'user', id: 'anna', name: null },
  groups: [],
  roles: [],
  scopes: null,
  baseClass: 'internal',
  classCeiling: 'restricted',
  budgets: [],
}

test('a declared call costs a millisecond of computing at most, without the service that it calls', async (context) => {
  const skill = { manifest: readManifest(example), digest: 'a'.repeat(64), files: new Map<string, Buffer>() }
  const runner = await openKind(skill, ports)
  const brokers = createBrokers(skill, {
    dialler: atOnce,
    secrets: { read: async () => new Secret('tok-5f2c9a71e6') },
    outside: { leave: () => Promise.reject(new Error('nothing leaves the house')) },
    tokens: { tokenFor: () => '' },
    egress: { begin: async () => ({ over() {} }), refused() {} },
    privateOnly: () => ['restricted'],
    clock: { now: () => Date.now() },
  })
  const lines = checkedOperations(skill).get('order_lines')
  assert.ok(lines)
  const one = async (): Promise<void> => {
    const calling = { operation: 'order_lines', call: 'call-1', caller, class: 'internal' } as const
    const around = {
      caller,
      call: 'call-1',
      class: 'internal',
      broker: brokers.forCall(calling),
      signal: AbortSignal.timeout(10_000),
    }
    const result = await runner.run(
      'order_lines',
      lines.takeInput({ id: 'A1' }),
      around as unknown as CallContext,
    )
    lines.takeOutput(result.value)
    assert.equal((result.value as { total: number }).total, 190)
  }
  const costs: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before = process.cpuUsage()
    for (let call = 0; call < CALLS; call += 1) await one()
    const { user, system } = process.cpuUsage(before)
    // The first is for the compiler.
    if (round > 0) costs.push((user + system) / 1000 / CALLS)
  }
  const middle = costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? Infinity
  context.diagnostic(`${middle.toFixed(3)} ms of computing for a declared call`)
  assert.ok(middle <= MOST_MS, `${middle} ms`)
})
