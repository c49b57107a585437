import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { BodyBudget } from './body-budget.ts'
import type { DataPathOptions } from './data-path.ts'
import { createDataPath } from './data-path.ts'
import type { Exchange } from './exchange.ts'
import type { SettledRequest } from './record.ts'
import { createRecords } from './record.ts'

test('a record is closed once, also where closing it fails', () => {
  const active = { open: 0, inc: () => void (active.open += 1), dec: () => void (active.open -= 1) }
  let told = 0
  const failing = (): never => {
    told += 1
    throw new Error('the log is full')
  }
  // A record reads the id and the method of its exchange and nothing else.
  const exchange = { id: 'req_test', method: 'POST' } as Exchange
  const record = createRecords(() => 0, failing, active)('chat.complete', exchange)
  assert.throws(() => record.fail({ status: 503, code: 'unavailable' }), /the log is full/)
  record.fail({ status: 500, code: 'bug' })
  assert.deepEqual([told, active.open], [1, 0])
})

test('a path under /v1 that leads nowhere is recorded like any other', async () => {
  const settled: SettledRequest[] = []
  const unreached = (): never => assert.fail('nobody needs to be known for this')
  const serve = createDataPath({
    identify: unreached,
    authorise: unreached,
    record: createRecords(
      () => 0,
      (one) => settled.push(one),
      { inc: () => {}, dec: () => {} },
    ),
    // No question comes this far.
    engine: {} as DataPathOptions['engine'],
    nowMs: () => 0,
    bodies: new BodyBudget(),
    onBug: unreached,
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
