import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { Caller } from '../identity/caller.ts'
import { tenantId } from '../store/tenant-id.ts'
import type { OutsideAttempt } from './asked.ts'
import { BodyBudget } from './body-budget.ts'
import type { DataPathOptions } from './data-path.ts'
import { createDataPath } from './data-path.ts'
import type { Exchange } from './exchange.ts'
import type { RecordOptions, SettledRequest } from './record.ts'
import { costOf, RequestRecord } from './record.ts'
import type { Admitted, Settled } from './records/ledger.ts'
import type { Reply } from './reply.ts'

/** A ledger on paper: what was written, in order. */
function paper(fault?: Error) {
  const lines: (Admitted | Settled)[] = []
  const settled: SettledRequest[] = []
  const active = { open: 0, inc: () => void (active.open += 1), dec: () => void (active.open -= 1) }
  const options: RecordOptions = {
    nowMs: () => 1_000,
    active,
    settled: (one) => void settled.push(one),
    ledger: {
      async admit(line) {
        if (fault) throw fault
        lines.push(line)
      },
      durable: async () => {},
      settle: (line) => void lines.push(line),
    },
  }
  return { lines, settled, active, options }
}

// A record reads these fields of its exchange and nothing else.
const exchange = { id: 'req_test', method: 'POST', bytesIn: 12, firstByteMs: null } as Exchange

const caller: Caller = {
  tenant: tenantId('00000000-0000-7000-8000-000000000001'),
  principal: { kind: 'key', id: 'k', name: null },
  groups: [],
  roles: [],
  scopes: null,
  baseClass: 'internal',
  classCeiling: 'restricted',
  budgets: [],
}

test('a record is closed once, also where closing it fails', () => {
  const { options, active } = paper()
  let told = 0
  const record = new RequestRecord('chat.complete', exchange, {
    ...options,
    settled() {
      told += 1
      throw new Error('the log is full')
    },
  })
  assert.throws(() => record.fail({ status: 503, code: 'unavailable' }), /the log is full/)
  record.fail({ status: 500, code: 'bug' })
  assert.deepEqual([told, active.open], [1, 0])
})

const entry = {
  atMs: null,
  charged: null,
  spending: null,
  reserve: () => null,
  settle: () => {},
  leave: () => {},
}

test('a request that is refused after its caller is known is written down, and its limits are given back', () => {
  const { options, lines } = paper()
  const given: string[] = []
  const record = new RequestRecord('chat.complete', exchange, options)
  record.entered(caller, {
    ...entry,
    settle: (tokens, micros) => void given.push(`settled ${tokens} ${micros}`),
    leave: () => void given.push('left'),
  })
  record.fail({ status: 404, code: 'no_route' })
  assert.deepEqual(
    lines.map((line) =>
      'state' in line ? [line.state, line.code, line.status] : [line.class, line.bytesIn],
    ),
    [
      ['internal', 12],
      ['failed', 'no_route', 404],
    ],
  )
  assert.deepEqual(given, ['settled 0 0', 'left'])
})

test('a refusal stands on record before it is sent, and is sent where nothing can be written', async () => {
  const { options, lines } = paper()
  const record = new RequestRecord('chat.complete', exchange, options)
  record.entered(caller, entry)
  await record.refusing()
  assert.equal(lines.length, 1)
  const full = new RequestRecord('chat.complete', exchange, paper(new Error('disk full')).options)
  full.entered(caller, entry)
  await full.refusing()
})

test('where a record cannot be written nothing is let out', async () => {
  const { options } = paper(new Error('disk full'))
  const record = new RequestRecord('chat.complete', exchange, options)
  record.entered(caller, entry)
  await assert.rejects(record.staying(), /disk full/)
})

// Of a target and of a reply a record reads these fields.
const house = { zone: 'private', target: { name: 'house', price: { in: 1, out: 2 } } } as OutsideAttempt
const keptReply = {
  status: 200,
  zone: 'private',
  target: 'house',
  model: 'm',
  tokens: () => ({ input: 0, output: 0, estimated: false }),
  answerId: () => null,
} as Partial<Reply> as Reply

const FREE = {
  atMs: null,
  charged: null,
  spending: null,
  reserve: () => null,
  settle: () => {},
  leave: () => {},
}

test('a kept answer is written down with its target, no call and no cost, and is no work of a model', async () => {
  const { options, lines, settled } = paper()
  const record = new RequestRecord('chat.complete', exchange, options)
  record.entered(caller, FREE)
  await record.recalling(house)
  record.answered(keptReply)
  record.settle()
  const last = lines.at(-1)
  assert.ok(last && 'state' in last)
  assert.deepEqual(
    [last.state, last.target, last.attempts, last.costMicros, last.bytesPrivate, last.inputTokens],
    ['settled', 'house', 0, 0, 0, 0],
  )
  assert.deepEqual(
    settled.map(({ zone, model }) => [zone, model]),
    [['private', null]],
  )
})

test('a kept answer that cannot be written down is not given', async () => {
  const record = new RequestRecord('chat.complete', exchange, paper(new Error('disk full')).options)
  record.entered(caller, FREE)
  await assert.rejects(record.recalling(house), /disk full/)
})

test('nobody who was not recognised stands in the records', () => {
  const { options, lines, settled } = paper()
  new RequestRecord('chat.complete', exchange, options).fail({ status: 401, code: 'unidentified' })
  assert.deepEqual([lines, settled.map(({ code }) => code)], [[], ['unidentified']])
})

test('a path under /v1 that leads nowhere is told like any other', async () => {
  const { options, settled } = paper()
  const unreached = (): never => assert.fail('nobody needs to be known for this')
  const { serve } = createDataPath({
    identify: unreached,
    authorise: unreached,
    enter: unreached,
    records: options,
    bodies: new BodyBudget(),
    cache: { around: (steps) => steps },
    securityHeaders: [],
    onBug: unreached,
    trace: null,
    // No question comes as far as these.
    ...({} as Pick<
      DataPathOptions,
      | 'engine'
      | 'openRequests'
      | 'targets'
      | 'discovery'
      | 'shadow'
      | 'ruleLimits'
      | 'continuity'
      | 'tokens'
      | 'watchdog'
      | 'figures'
      | 'circuits'
      | 'balance'
      | 'limits'
      | 'desensitising'
      | 'classifying'
    >),
  })
  const server = createServer((request, response) => void serve(request, response, 'network'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const [method, path] of [
    ['GET', '/v1/nothing'],
    ['DELETE', '/v1/models'],
  ] as const)
    await (await fetch(`http://127.0.0.1:${port}${path}`, { method })).text()
  server.close()
  server.closeAllConnections()
  assert.deepEqual(
    settled.map(({ operation, method, status, code }) => [operation, method, status, code]),
    [
      ['unknown', 'GET', 404, 'no_such_operation'],
      ['unknown', 'DELETE', 405, 'wrong_method'],
    ],
  )
})

test('a cost is rounded up to a millionth, and what a computer cannot write exactly is none', () => {
  const cost = (input: number, price: number): number | null =>
    costOf({ input, output: 0 }, { in: price, out: 0 })
  assert.deepEqual([cost(100, 1.1), cost(3, 0.1), cost(1_000_000, 2.2), cost(0, 5)], [110, 1, 2_200_000, 0])
  assert.deepEqual([cost(1, 0.02), cost(101, 0.15), cost(1e9, 1.1)], [1, 16, 1.1e9])
})
