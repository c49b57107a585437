import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, Socket } from 'node:net'
import { test } from 'node:test'
import type { Guard } from '../../packages/server/src/kernel/dialler/addresses.ts'
import type { Line, Refusal } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { createDialler, RefusedAddress } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { DialCase } from './dial-cases.ts'
import { HONEST, HOSTILE } from './dial-cases.ts'
import { answering, counted, destination, dialled, everywhere, failure, portOf } from './dial-house.ts'
import { captureServer } from './gateway-upstream.ts'

/** The net switched off. */
const blind: Guard = { name: () => null, address: () => null }

/** Goes through all cases along one line each; gives back the errors, in their order. */
async function tryAll(cases: readonly DialCase[], port: number, guard?: Guard) {
  const { connect, asked } = everywhere(port)
  const errors: (Error | null)[] = []
  const refusals: Refusal[] = []
  for (const { url, zone, answers } of cases) {
    const dialler = createDialler({
      connect,
      lookup: answering(answers ?? ['8.8.8.8']),
      refused: (refusal) => refusals.push(refusal),
      ...(guard && { guard }),
    })
    const line = dialler.open(destination(url, { zone, name: url }))
    errors.push(
      await dialled(line).then(
        () => null,
        (error: Error) => error,
      ),
    )
    await line.destroy()
  }
  return { errors, refusals, asked }
}

test('no spelling, name or answer of a name server leads to a forbidden address', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  const { errors, refusals, asked } = await tryAll(HOSTILE, server.port)
  for (const [at, { url, zone, answers, why }] of HOSTILE.entries()) {
    assert.ok(
      errors[at] instanceof RefusedAddress,
      `${why}: ${url} (${zone}) ${String(answers)} ${String(errors[at])}`,
    )
  }
  assert.deepEqual([asked, server.heard], [[], []])
  assert.equal(refusals.length, HOSTILE.length)
  assert.ok(HOSTILE.length >= 120, `${HOSTILE.length} cases`)
  t.diagnostic(`${HOSTILE.length} hostile cases refused, 0 connections`)
})

test('with the guard switched off every one of them does connect', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  const { errors } = await tryAll(HOSTILE, server.port, blind)
  assert.equal(server.heard.length, HOSTILE.length)
  assert.ok(errors.every((error) => !(error instanceof RefusedAddress)))
})

test('a connection that is no request is checked in the same way', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  const connected = async (guard?: Guard): Promise<readonly (Error | null)[]> => {
    const errors: (Error | null)[] = []
    for (const { url, zone, answers } of HOSTILE.filter((one) => one.url.startsWith('http:'))) {
      const { connect: network } = everywhere(server.port)
      const lookup = answering(answers ?? ['8.8.8.8'])
      const line = createDialler({ connect: network, lookup, ...(guard && { guard }) }).open(
        destination(url, { zone, name: url }),
      )
      const error = await line.connect().then(
        () => null,
        (failed: Error) => failed,
      )
      errors.push(error)
      assert.equal(line.inUse(), error === null ? 1 : 0)
      await line.destroy()
    }
    return errors
  }
  const errors = await connected()
  assert.ok(errors.length > 50 && errors.every((error) => error instanceof RefusedAddress))
  assert.equal(server.heard.length, 0)
  assert.ok((await connected(blind)).every((error) => error === null))
})

test('what may be dialled is dialled', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  const { errors, refusals, asked } = await tryAll(HONEST, server.port)
  for (const [at, { url, zone, answers, why }] of HONEST.entries()) {
    assert.ok(
      !(errors[at] instanceof RefusedAddress),
      `${why}: ${url} (${zone}) ${String(answers)} ${String(errors[at])}`,
    )
    if (url.startsWith('http:')) assert.equal(errors[at], null, url)
  }
  assert.deepEqual([refusals, asked.length, server.heard.length], [[], HONEST.length, HONEST.length])
  assert.ok(HONEST.length >= 60, `${HONEST.length} cases`)
  t.diagnostic(`${HONEST.length} honest cases connected`)
})

test('a managed target over plain http is not opened, unless it is the loopback address of this machine', () => {
  const open = (url: string) => () => createDialler().open(destination(url, { zone: 'managed' }))
  const refused = { name: 'Fault', code: 'invalid', param: 'url', message: /^Target models: / }
  for (const host of [
    'api.example.test',
    'localhost',
    '10.0.0.1',
    '8.8.8.8',
    '[fd00::1]',
    '0.0.0.0',
    '[::]',
  ]) {
    assert.throws(open(`http://${host}/`), refused, host)
  }
  for (const host of ['localhost.', '127.0.0.1.example.test', '[::127.0.0.1]', '[64:ff9b::8.8.8.8]']) {
    assert.throws(open(`http://${host}/`), refused, host)
  }
  for (const host of ['127.0.0.1', '127.1', '0x7f000001', '[::1]', '[::ffff:127.0.0.1]']) {
    assert.doesNotThrow(open(`http://${host}/`), host)
  }
  for (const url of ['ftp://127.0.0.1/', 'file:///etc/passwd', 'ws://127.0.0.1/', 'unix:/run/x']) {
    assert.throws(open(url), refused, url)
  }
})

test('an answer of the name server that cannot be read is refused', async () => {
  for (const answer of ['', '127.1', '0177.0.0.1', '2130706433', 'localhost', '[::1]', '8.8.8.8/8']) {
    const line = createDialler({ lookup: answering([answer]) }).open(destination('http://models.test/'))
    assert.ok((await failure(line)) instanceof RefusedAddress, answer)
    await line.destroy()
  }
  const none = createDialler({ lookup: answering([]) }).open(destination('http://models.test/'))
  assert.match((await failure(none)).message, /has no address/)
})

test('a name that turns to another address is refused from the next connection on', async (t) => {
  const server = await counted('127.0.0.1', 'HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n')
  t.after(() => server.close())
  const turning = (guard?: Guard): Line =>
    createDialler({
      connect: everywhere(server.port).connect,
      lookup: answering(['8.8.8.8'], ['169.254.169.254'], ['8.8.8.8', 'fd00:ec2::254'], ['1.1.1.1']),
      ...(guard && { guard }),
    }).open(destination('http://models.test/'))
  const line = turning()
  assert.equal((await dialled(line)).status, 204)
  assert.ok((await failure(line)) instanceof RefusedAddress)
  assert.ok((await failure(line)) instanceof RefusedAddress)
  assert.equal((await dialled(line)).status, 204)
  assert.equal(server.heard.length, 2)
  await line.destroy()
  const unguarded = turning(blind)
  for (let at = 0; at < 3; at += 1) await dialled(unguarded)
  assert.equal(server.heard.length, 5)
  await unguarded.destroy()
})

test('a connection that arrives elsewhere than it was sent is ended before a byte was said', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  for (const [sentTo, arrivedAt, reason] of [
    ['8.8.8.8', '169.254.169.254', 'metadata'],
    ['8.8.8.8', '1.1.1.1', 'elsewhere'],
    ['10.0.0.1', '::ffff:10.0.0.2', 'elsewhere'],
  ] as const) {
    const asked: string[] = []
    const line = createDialler({
      lookup: answering([sentTo, '9.9.9.9']),
      connect({ host }) {
        asked.push(host)
        const socket = connect({ host: '127.0.0.1', port: server.port })
        return Object.defineProperty(socket, 'remoteAddress', { get: () => arrivedAt })
      },
    }).open(destination('http://models.test/'))
    const error = await failure(line)
    assert.ok(error instanceof RefusedAddress)
    assert.deepEqual([error.target, error.address, error.reason], ['models', arrivedAt, reason])
    assert.deepEqual(asked, [sentTo], 'whoever is led astray once tries no other address')
    await line.destroy()
  }
  assert.ok(server.heard.every((text) => text === ''))
})

test('on the real network a managed name is kept from the loopback address and a private one is not', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  const url = `//localhost:${server.port}/`
  const managed = createDialler().open(destination(`https:${url}`, { zone: 'managed' }))
  const refusal = await failure(managed)
  assert.ok(refusal instanceof RefusedAddress && refusal.reason === 'loopback')
  assert.deepEqual(server.heard, [])
  const private_ = createDialler({ lookup: answering(['127.0.0.1']) }).open(destination(`http:${url}`))
  assert.equal((await dialled(private_)).status, 204)
  const literal = createDialler().open(destination(`http://127.0.0.1:${server.port}/`, { zone: 'managed' }))
  assert.equal((await dialled(literal)).status, 204)
  assert.equal(server.heard.length, 2)
  await Promise.all([managed, private_, literal].map((line) => line.destroy()))
})

test('an address that cannot be reached does not keep the next one from being tried', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  const closed = await counted('127.0.0.2')
  await closed.close()
  const lookup = answering(['fd00::1', '127.0.0.3', '127.0.0.1'])
  const url = `http://models.test:${server.port}/`
  const line = createDialler({ lookup }).open(destination(url, { connectMs: 1200 }))
  assert.equal((await dialled(line)).status, 204)
  await line.destroy()
  const none = createDialler({ lookup: answering(['127.0.0.2', '127.0.0.3']) })
  const nowhere = none.open(destination(`http://models.test:${closed.port}/`))
  assert.equal((await failure(nowhere)).code, 'ECONNREFUSED')
  await nowhere.destroy()
})

test('an address that is silent uses up its share of the time and no more', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  const silent: Socket[] = []
  const line = createDialler({
    lookup: answering(['10.0.0.1', '127.0.0.1']),
    connect(to) {
      if (to.host === '127.0.0.1') return connect(to)
      silent.push(new Socket())
      return silent[0]!
    },
  }).open(destination(`http://models.test:${server.port}/`, { connectMs: 800 }))
  const startedMs = performance.now()
  assert.equal((await dialled(line)).status, 204)
  const tookMs = performance.now() - startedMs
  assert.ok(tookMs > 300, `${tookMs} ms`)
  assert.ok(silent[0]?.destroyed)
  await line.destroy()
})

/** A process that listens and is stopped: once its queue is full, the system drops whoever else knocks. */
async function blackHole() {
  const program = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    console.log(this.address().port)
  })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const port = Number(String(line))
  child.kill('SIGSTOP')
  const fillers = [0, 1].map(() => connect({ host: '127.0.0.1', port }))
  await Promise.all(fillers.map((socket) => once(socket, 'connect')))
  return {
    port,
    async close() {
      for (const socket of fillers) socket.on('error', () => {}).destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

test(
  'a target that never takes the connection is given up within its time',
  { skip: process.platform !== 'linux' && 'needs the accept queue of Linux' },
  async (t) => {
    const hole = await blackHole()
    t.after(() => hole.close())
    const line = createDialler().open(destination(`http://127.0.0.1:${hole.port}/`, { connectMs: 200 }))
    const startedMs = performance.now()
    assert.equal((await failure(line)).code, 'UND_ERR_CONNECT_TIMEOUT')
    const tookMs = performance.now() - startedMs
    assert.ok(tookMs > 150 && tookMs < 1500, `${tookMs} ms`)
    await line.destroy()
  },
)

test('a target that takes the connection and never greets is given up within its time', async (t) => {
  const ended = Promise.withResolvers<void>()
  const mute = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('close', () => ended.resolve())
      .resume()
  }).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  t.after(() => mute.close())
  const line = createDialler().open(destination(`https://127.0.0.1:${portOf(mute)}/`, { connectMs: 150 }))
  assert.equal((await failure(line)).code, 'UND_ERR_CONNECT_TIMEOUT')
  await ended.promise
  await line.destroy()
})

test('a name server that never answers uses up the time of the connection', async () => {
  const line = createDialler({ lookup: () => {} }).open(
    destination('http://models.test/', { connectMs: 100 }),
  )
  assert.equal((await failure(line)).code, 'UND_ERR_CONNECT_TIMEOUT')
  await line.destroy()
})

test('a line that is destroyed ends the attempts that are under way', async () => {
  const socket = new Socket()
  const line = createDialler({ connect: () => socket }).open(
    destination('http://10.0.0.1/', { connectMs: 60_000 }),
  )
  const failed = failure(line)
  await new Promise(setImmediate)
  await line.destroy()
  assert.ok((await failed) instanceof Error)
  if (!socket.closed) await once(socket, 'close')
  assert.ok(socket.destroyed)
  assert.match((await failure(line)).message, /destroyed/)
})

test('a line that is closed lets what is under way end', async (t) => {
  const slow = createHttpServer((_, response) => setImmediate(() => response.end('whole'))).listen(
    0,
    '127.0.0.1',
  )
  await once(slow, 'listening')
  t.after(() => slow.close())
  const line = createDialler().open(destination(`http://127.0.0.1:${portOf(slow)}/`))
  const answer = dialled(line)
  await line.close()
  assert.equal((await answer).body.toString(), 'whole')
})

test('no path, method or header leads a request to another place than the one of its line', async (t) => {
  const server = await counted()
  t.after(() => server.close())
  const line = createDialler().open(destination(`http://127.0.0.1:${server.port}/base/`, { zone: 'managed' }))
  const invalid = (error: unknown): boolean => error instanceof Fault && error.code === 'invalid'
  const noPaths = [
    '',
    'x',
    '*',
    'http://evil.test/',
    'https://evil.test/',
    'evil.test:443',
    '@evil.test/',
    '\\evil',
  ]
  for (const path of [
    ...noPaths,
    '/a b',
    '/a\r\nX: y',
    '/a\n',
    '/a\t',
    '/\0',
    '/#',
    '/\u00e9',
    '/\u6587',
    '/\u{1f389}',
  ]) {
    assert.throws(() => line.dispatch({ path, method: 'GET', headers: [], body: null }, {}), invalid, path)
  }
  for (const [method, headers] of [
    ['CONNECT', []],
    ['GET', ['host', 'evil.test']],
    ['GET', ['accept', '*/*', 'HoSt', 'evil.test']],
  ] as const) {
    assert.throws(() => line.dispatch({ path: '/', method, headers: [...headers], body: null }, {}), invalid)
  }
  for (const headers of [
    ['x', 'a\r\nhost: evil.test'],
    ['x\r\nhost', 'evil.test'],
    ['host ', 'evil.test'],
    ['transfer-encoding', 'chunked'],
    ['upgrade', 'h2c'],
    ['expect', '100-continue'],
    ['content-length', '1', 'content-length', '2'],
  ]) {
    assert.ok((await failure(line, { headers })).message.match(/header/), headers.join())
  }
  assert.ok((await failure(line, { method: 'GET / HTTP/1.1\r\nx:' })).message.includes('method'))
  assert.deepEqual(server.heard, [])
  const paths = [
    '//evil.test/x',
    '/\\evil.test',
    '/@evil.test',
    '/http://evil.test/',
    '/../..',
    '/?q=http://evil.test',
  ]
  for (const path of paths) assert.equal((await dialled(line, { path })).status, 204)
  const said = [...server.heard.join('').matchAll(/GET (\S+) HTTP\/1.1\r\nhost: (\S+)/gi)]
  assert.deepEqual(
    new Set(said.map(([, path, host]) => `${host} ${path}`)),
    new Set(paths.map((path) => `127.0.0.1:${server.port} ${path}`)),
  )
  await line.destroy()
})

test('a redirect is an answer like any other and is not followed', async (t) => {
  const other = await counted()
  const to = `http://127.0.0.1:${other.port}/`
  const server = await counted(
    '127.0.0.1',
    `HTTP/1.1 307 Moved\r\nlocation: ${to}\r\ncontent-length: 0\r\n\r\n`,
  )
  t.after(() => Promise.all([server.close(), other.close()]))
  const line = createDialler().open(destination(`http://127.0.0.1:${server.port}/`))
  const { status, headers } = await dialled(line)
  assert.deepEqual([status, headers['location'], other.heard], [307, to, []])
  await line.destroy()
})

test('the proxies that the environment names are not asked', async (t) => {
  const [server, proxy] = await Promise.all([counted(), counted()])
  const names = ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
  const before = names.map((name) => [name, process.env[name]] as const)
  for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`
  t.after(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    await Promise.all([server.close(), proxy.close()])
  })
  const line = createDialler().open(destination(`http://127.0.0.1:${server.port}/`))
  assert.equal((await dialled(line)).status, 204)
  assert.deepEqual(proxy.heard, [])
  await line.destroy()
})

test('requests beyond the connections of a line wait, in order, and one that is given up is never sent', async (t) => {
  const server = await captureServer()
  t.after(() => server.close())
  const held: ServerResponse[] = []
  server.answer((_, response) => void held.push(response))
  const line = createDialler().open({ ...destination(server.url), connections: 1 })
  const first = dialled(line, { path: '/first' })
  const given = {}
  line.dispatch({ path: '/given-up', method: 'GET', headers: [], body: null }, given)
  const second = dialled(line, { path: '/second' })
  const left = failure(line, { path: '/left' })
  await server.next()
  line.release(given)
  const next = server.next()
  held[0]?.end()
  assert.equal((await first).status, 200)
  assert.equal((await next).path, '/second')
  await line.destroy()
  assert.notEqual((await left).message, '')
  await assert.rejects(second)
  assert.deepEqual(
    server.seen.map(({ path }) => path),
    ['/first', '/second'],
  )
})
