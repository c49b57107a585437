import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { BodyBudget } from '../../packages/server/src/gateway/body-budget.ts'
import type { Exchange } from '../../packages/server/src/gateway/exchange.ts'
import { HttpExchange } from '../../packages/server/src/gateway/exchange.ts'
import { TurnoverMap } from '../../packages/server/src/kernel/turnover-map.ts'
import { readSentences } from '../../packages/server/src/knowledge/analysed-sentences.ts'

setFlagsFromString('--expose-gc')
// The function exists in contexts that are made after the flag was set.
const collect = runInNewContext('gc') as () => void

const OPEN = 32
const REQUESTS = 60_000
const ENTRY_BYTES = 400

/** How many megabytes grow old while requests come and go through a map that was there before. */
async function agedMegabytes(open: Pick<TurnoverMap<number, object>, 'set' | 'delete'>): Promise<number> {
  open.set(0, {})
  collect()
  collect()
  const before = oldBytes()
  let most = 0
  for (let n = 1; n <= REQUESTS; n += 1) {
    open.set(
      n,
      Array.from({ length: ENTRY_BYTES / 8 }, () => n),
    )
    open.delete(n - OPEN)
    if (n % 1000 !== 0) continue
    // A full collection may come in between.
    most = Math.max(most, oldBytes() - before)
    await turn()
  }
  return most / 1e6
}

function oldBytes(): number {
  const old = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')
  return old?.space_used_size ?? 0
}

test('what comes and goes through the map of open requests stays young garbage', async () => {
  const entries = (REQUESTS * ENTRY_BYTES) / 1e6
  assert.ok((await agedMegabytes(new TurnoverMap())) < entries / 20)
  assert.ok((await agedMegabytes(new Map())) > entries / 8, 'a Map does it as well: then take one')
})

/** A body that nobody needs any more when the exchange is over. */
function bodyOf(exchange: Exchange): WeakRef<Buffer> {
  const prompt = Buffer.alloc(1000)
  exchange.onLeave(() => prompt.fill(0))
  return new WeakRef(prompt)
}

/** A request to a server that answers it and keeps its exchange; whether the body of the request is still held then. */
async function isBodyHeld(end: (exchange: Exchange) => void): Promise<boolean> {
  const held: Exchange[] = []
  const bodies: WeakRef<Buffer>[] = []
  const server = createServer((incoming, response) => {
    const exchange = new HttpExchange(incoming, response, {
      id: 'req_test',
      door: 'network',
      dialect: 'openai',
      bodies: new BodyBudget(),
      securityHeaders: [],
      onBug: (_, bug) => assert.fail(String(bug)),
    })
    bodies.push(bodyOf(exchange))
    void exchange.respond(REPLY)
    end(exchange)
    held.push(exchange)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The test's own server has a port.
  const call = request({ port: (server.address() as AddressInfo).port, method: 'POST', agent: false }).end()
  const [response] = await once(call, 'response')
  await once(response.resume(), 'close')
  server.close()
  server.closeAllConnections()
  collect()
  return held.length === 1 && bodies[0]?.deref() !== undefined
}

const REPLY = {
  status: 200,
  zone: 'local',
  target: 'local',
  model: 'extract-1',
  class: 'internal',
  masked: 0,
  headers: ['content-type', 'text/event-stream'],
  tokens: () => null,
  answerId: () => null,
  body: Buffer.from('yes'),
} as const

test('a connection that waits for its next request does not hold the body of the last one', async () => {
  assert.equal(await isBodyHeld((exchange) => exchange.over()), false)
  assert.equal(await isBodyHeld(() => {}), true)
})

test('sentences that stay analysed do not keep the text of their documents in memory', () => {
  const before = process.memoryUsage().external + process.memoryUsage().heapUsed
  const kept = Array.from({ length: 20 }, (_, at) => {
    const text = `The ${at}th harbour is closed. `.repeat(100_000)
    const document = { row: 'r', id: 'r', collectionId: 'c', title: 't', class: 'public' as const, text }
    return readSentences(document, { start: 0, end: 400 })
  })
  collect()
  const after = process.memoryUsage().external + process.memoryUsage().heapUsed
  assert.equal(kept.length, 20)
  assert.ok(after - before < 20_000_000, `${after - before} bytes`)
})
