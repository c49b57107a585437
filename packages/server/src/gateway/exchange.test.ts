import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import type { Outcome } from './exchange.ts'
import { BodyBudget } from './body-budget.ts'
import type { Exchange } from './exchange.ts'
import { HttpExchange } from './exchange.ts'
import type { Reply } from './reply.ts'

interface Seen {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  readonly complete: boolean
}

/** One real request against a server whose only handler is the one under test. */
async function over(
  handle: (exchange: Exchange) => Promise<void>,
  body = '',
  leaveAfterBytes = Infinity,
  bodies = new BodyBudget(),
): Promise<Seen> {
  const bugs: unknown[] = []
  const server = createServer((incoming, response) => {
    void handle(
      new HttpExchange(incoming, response, {
        id: 'req_test',
        door: 'network',
        dialect: 'openai',
        bodies,
        securityHeaders: ['x-content-type-options', 'nosniff'],
        onBug: (_, bug) => bugs.push(bug),
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const call = request({ port, method: 'POST', agent: false })
    call.end(body)
    const [response] = await once(call, 'response')
    let text = ''
    response.on('data', (part: Buffer) => {
      text += part.toString('utf8')
      if (text.length >= leaveAfterBytes) response.destroy()
    })
    response.on('error', () => {})
    await new Promise((resolve) => response.on('close', resolve))
    return { status: response.statusCode, headers: response.headers, text, complete: response.complete }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

const reply: Omit<Reply, 'body'> = {
  status: 200,
  zone: 'local',
  target: 'local',
  model: 'extract-1',
  class: 'internal',
  masked: 0,
  headers: ['content-type', 'text/event-stream'],
  tokens: () => null,
  answerId: () => null,
}

test('a reply says where it was processed and as what', async () => {
  const seen = await over(async (exchange) => void exchange.respond({ ...reply, body: Buffer.from('yes') }))
  assert.deepEqual(
    [seen.status, seen.text, seen.headers['x-freehold-zone'], seen.headers['x-freehold-class']],
    [200, 'yes', 'local', 'internal'],
  )
})

test('what still works for a request hears that it was refused', async () => {
  const told: string[] = []
  const seen = await over(async (exchange) => {
    exchange.onLeave(({ code }) => told.push(code))
    exchange.refuse(new Fault('unavailable', 'The database is away.'))
  })
  assert.deepEqual([seen.status, told], [503, ['unavailable']])
})

test('a client that has stopped reading does not keep the connection of a stream that broke', async (t) => {
  const server = createServer((incoming, response) => {
    const exchange = new HttpExchange(incoming, response, {
      id: 'req_test',
      door: 'network',
      dialect: 'openai',
      bodies: new BodyBudget(),
      securityHeaders: [],
      onBug: () => {},
    })
    async function* body(): AsyncGenerator<Buffer> {
      // More than the system takes for a client that reads nothing.
      yield Buffer.alloc(16 * 1024 * 1024, 'x')
    }
    exchange.respond({ ...reply, body: body() })?.catch(() => {})
    setImmediate(() => {
      assert.ok(response.writableNeedDrain)
      t.mock.timers.enable({ apis: ['setTimeout'] })
      exchange.refuse(new Fault('upstream_broke', 'The target broke off.'))
      t.mock.timers.tick(10_000)
    })
    response.on('close', () => server.emit('gone', response.writableFinished))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const call = request({ port, agent: false })
  call.on('error', () => {})
  call.on('response', (response) => void response.pause().on('error', () => {}))
  call.end()
  const [isFinished] = await once(server, 'gone')
  assert.equal(isFinished, false)
  call.destroy()
  server.close()
})

test('a stream that breaks ends with an error event and an unclean close', async () => {
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from('data: one\n\n')
    throw new Error('upstream gone')
  }
  let outcome: Outcome | undefined
  const seen = await over(async (exchange) => {
    try {
      await exchange.respond({ ...reply, body: body() })
    } catch (error) {
      outcome = exchange.refuse(error)
    }
  })
  assert.match(seen.text, /^data: one\n\n\n\nevent: error\ndata: \{"error":\{"message":"Something went wrong/)
  assert.equal(seen.complete, false)
  assert.deepEqual(outcome, { status: 500, code: 'bug' })
  assert.doesNotMatch(seen.text, /upstream gone/)
})

test('a client that leaves stops what is being made for it', async () => {
  let made = 0
  async function* body(): AsyncGenerator<Buffer> {
    for (;;) {
      made += 1
      yield Buffer.alloc(64 * 1024, 0x61)
    }
  }
  let fault: unknown
  const { promise: over_, resolve } = Promise.withResolvers<void>()
  await over(
    async (exchange) => {
      try {
        await exchange.respond({ ...reply, body: body() })
      } catch (error) {
        fault = error
        exchange.refuse(error)
      }
      resolve()
    },
    '',
    100_000,
  )
  await over_
  assert.ok(fault instanceof Fault && fault.code === 'client_left')
  assert.ok(made < 1000, `${made} pieces were made for nobody`)
})

test('a body for which there is no room now is refused before it is read, and told when to come again', async () => {
  const read: Buffer[] = []
  const seen = await over(
    async (exchange) => {
      try {
        read.push(await exchange.body(1_000_000))
      } catch (error) {
        exchange.refuse(error)
      }
    },
    'x'.repeat(100_000),
    Infinity,
    new BodyBudget(50_000),
  )
  assert.deepEqual([seen.status, seen.headers['retry-after'], read.length], [429, '2', 0])
})

test('a body that comes in many pieces is whole, and other large bodies at the same time are too', async () => {
  const bodies = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(2_000_000))
  const read = await Promise.all(
    bodies.map(async (body) => {
      let text = ''
      await over(async (exchange) => {
        text = (await exchange.body(3_000_000)).toString('latin1')
        await exchange.respond({ ...reply, body: Buffer.from('ok') })
      }, body)
      return text
    }),
  )
  for (const [at, text] of read.entries()) assert.ok(text === bodies[at])
})

test('a body over the limit is refused by its declared length', async () => {
  let read = ''
  const seen = await over(async (exchange) => {
    try {
      read = (await exchange.body(4)).toString('utf8')
    } catch (error) {
      exchange.refuse(error)
    }
  }, 'too long')
  assert.deepEqual([seen.status, read], [413, ''])
})
