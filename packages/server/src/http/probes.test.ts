import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { createHealth } from '../kernel/health.ts'
import type { MetricsOptions } from './probes.ts'
import { createMetricsPlace, createProbes, isLoopback } from './probes.ts'

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => ({
  socket: { remoteAddress },
  headers,
})

test('only an address of this machine is local', () => {
  const local = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']
  assert.ok(local.every((address) => isLoopback(from(address))))
  const remote = ['10.0.0.1', '128.0.0.1', '::2', '::ffff:10.0.0.1', '1127.0.0.1', '', undefined]
  assert.ok(!remote.some((address) => isLoopback(from(address))))
})

test('what a proxy on this machine forwards is not local', () => {
  for (const name of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])
    assert.equal(isLoopback(from('127.0.0.1', { [name]: '' })), false, name)
})

/** The probes behind a real server; asked one question. */
async function ask(
  path: string,
  init: RequestInit = {},
  changed: Partial<MetricsOptions> = {},
): Promise<Response> {
  const probes = createProbes({ health: createHealth({ probe: async () => true }), onBug: () => {} })
  const figures = createMetricsPlace({
    metrics: async () => 'a 1\n',
    mayReadMetrics() {
      throw new Fault('not_allowed', 'Only the operator may do this.')
    },
    onBug: () => {},
    ...changed,
  })
  const server = createServer((request, response) => {
    const isServed = probes(request, response, 'network') || figures(request, response, 'network')
    if (!isServed) response.writeHead(418).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    return new Response(await response.text(), response)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

test('a house that is starting is alive, not started and not ready', async () => {
  const answers = await Promise.all(['/livez', '/startupz', '/readyz?verbose'].map((path) => ask(path)))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 503, 503],
  )
})

test('metrics are open to this machine and refused to who comes through a proxy without the right', async () => {
  assert.equal(await (await ask('/metrics')).text(), 'a 1\n')
  const refused = await ask('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })
  assert.equal(refused.status, 403)
  assert.match(await refused.text(), /"code":"not_allowed"/)
})

test('a probe takes no POST and says what it takes', async () => {
  const refused = await ask('/livez', { method: 'POST' })
  assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD'])
})

test('a bug in a probe is told to the operator under the id that the caller can quote', async () => {
  const bugs: (readonly [string, unknown])[] = []
  const broken = new Error('the metrics broke')
  const answer = await ask(
    '/metrics',
    {},
    { metrics: () => Promise.reject(broken), onBug: (...bug) => bugs.push(bug) },
  )
  assert.equal(answer.status, 500)
  const [id] = /req_[\da-f]{24}/.exec(await answer.text()) ?? []
  assert.deepEqual(bugs, [[id, broken]])
})

test('what is no probe is left to others', async () => {
  for (const path of ['/', '/livez/', '/livez/x', '/LIVEZ', '/constructor', '/__proto__'])
    assert.equal((await ask(path)).status, 418, path)
})
