import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer as createSecureServer, request } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { connect as connectSecurely } from 'node:tls'
import { faultBody } from '@freehold/contract/fault-body.ts'
import type { Doors } from '../../packages/server/src/http/doors.ts'
import { openDoors } from '../../packages/server/src/http/doors.ts'
import type { ListenerTls } from '../../packages/server/src/http/tls.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import type { Authority, Issued } from './certificates.ts'
import { cannotIssue, openRegistry } from './certificates.ts'
import type { House } from './house.ts'
import { preparedData, open, remove } from './house.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

describe('listeners with TLS', { skip: cannotIssue }, () => {
  let registry: ReturnType<typeof openRegistry>
  let house: Authority
  let clients: Authority
  let foreign: Authority
  let first: Issued
  let second: Issued
  before(() => {
    registry = openRegistry()
    house = registry.authority('house')
    clients = registry.authority('clients')
    foreign = registry.authority('foreign')
    first = house.issue({ serial: 0x11, days: 2 })
    second = house.issue({ serial: 0x22, days: 9 })
  })
  after(() => registry.close())

  const tlsOf = (issued: Issued, demand: ListenerTls['clientCertificates'] = null): ListenerTls => ({
    cert: issued.cert,
    key: new Secret(issued.key),
    clientCa: demand && clients.cert,
    clientCertificates: demand,
  })

  interface Opened {
    readonly doors: Doors
    readonly port: number
    /** Paths that were asked for, in order. */
    readonly asked: readonly string[]
  }

  async function opened(tls: ListenerTls, handler: Handler = answerYes, headersTimeoutMs = 5000) {
    const one = { host: '127.0.0.1', port: 0 }
    const asked: string[] = []
    const doors = await openDoors({
      listeners: { data: one, admin: one, metrics: one },
      tls,
      publicUrl: null,
      headersTimeoutMs,
      onBug: (_, error) => assert.fail(String(error)),
    })
    const never = (): boolean => false
    doors.serve(
      {
        dataPath(incoming, response) {
          asked.push(incoming.url ?? '')
          handler(incoming, response)
          return true
        },
        probes: never,
        metrics: never,
        wellKnown: never,
        issuer: never,
        mcp: { serve: never, close: async () => {} },
        page: never,
        api: never,
        sockets: { accepts: () => false, take() {}, close: async () => {} },
      },
      () => {},
    )
    return { doors, port: Number(new URL(doors.urls.admin).port), asked } satisfies Opened
  }

  const answerYes: Handler = (_, response) => void response.end('yes')

  const dial = ({ port }: Pick<Opened, 'port'>, more: ConnectionOptions = {}): TLSSocket => {
    const socket = connectSecurely({ port, host: '127.0.0.1', ca: house.cert, ...more })
    socket.on('error', () => {})
    return socket
  }

  /** Sends a request together with the end of the handshake, and reads until the server closes. */
  async function say(at: Pick<Opened, 'port'>, more: ConnectionOptions = {}): Promise<string> {
    const socket = dial(at, more)
    socket.write('GET /said HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
    return await untilClosed(socket)
  }

  const asClient = ({ cert, key }: Issued): ConnectionOptions => ({ cert, key })

  test('TLS 1.3 is spoken and nothing older', async () => {
    const at = await opened(tlsOf(first))
    assert.match(at.doors.urls.admin, /^https:\/\/127\.0\.0\.1:\d+$/)
    assert.match(await say(at), /^HTTP\/1\.1 200 [\s\S]*yes/)
    const old = dial(at, { maxVersion: 'TLSv1.2' })
    const [error] = await once(old, 'error')
    assert.equal(error.code, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
    at.doors.renew(tlsOf(second))
    const [again] = await once(dial(at, { maxVersion: 'TLSv1.2' }), 'error')
    assert.equal(again.code, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
    await at.doors.close(0)
  })

  test('a listener that would speak TLS 1.2 is found by the same question', async () => {
    const server = createSecureServer({ cert: first.cert, key: first.key }, answerYes).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const old = dial(server.address() as AddressInfo, { maxVersion: 'TLSv1.2' })
    await once(old, 'secureConnect')
    assert.equal(old.getProtocol(), 'TLSv1.2')
    old.destroy()
    server.close()
  })

  test('where client certificates are required nobody without a good one can send a request', async () => {
    const at = await opened(tlsOf(first, 'required'))
    assert.equal(await say(at), '')
    assert.equal(await say(at, asClient(foreign.issue())), '')
    assert.deepEqual(at.asked, [])
    assert.match(await say(at, asClient(clients.issue())), /yes/)
    assert.deepEqual(at.asked, ['/said'])
    await at.doors.close(0)
  })

  test('where they are optional a client may come without one, but not with a bad one', async () => {
    const at = await opened(tlsOf(first, 'optional'))
    const bad = asClient(foreign.issue())
    for (let round = 0; round < 20; round++) assert.equal(await say(at, bad), '')
    assert.deepEqual(at.asked, [])
    assert.match(await say(at), /yes/)
    assert.match(await say(at, asClient(clients.issue())), /yes/)
    assert.equal(at.asked.length, 2)
    await at.doors.close(0)
  })

  test('node alone would take a bad certificate where it is optional', async () => {
    const options = { cert: first.cert, key: first.key, ca: clients.cert }
    const server = createSecureServer({ ...options, requestCert: true, rejectUnauthorized: false }, answerYes)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    assert.match(await say(server.address() as AddressInfo, asClient(foreign.issue())), /yes/)
    server.close()
  })

  test('a renewed certificate is shown to new connections while a long stream goes on', async () => {
    const streams: ServerResponse[] = []
    const at = await opened(tlsOf(first), (incoming, response) => {
      if (incoming.url === '/stream') streams.push(response)
      if (incoming.url === '/stream') response.write('1 ')
      else response.end('yes')
    })
    assert.equal(at.doors.expiresAt()?.getTime(), endOf(first))
    const agent = new Agent({ ca: house.cert, keepAlive: true, maxSockets: 1 })
    const call = request({ port: at.port, host: '127.0.0.1', path: '/stream', agent }).end()
    const [stream] = await once(call, 'response')
    stream.setEncoding('utf8')
    let text = String((await once(stream, 'data'))[0])

    at.doors.renew(tlsOf(second))
    assert.equal(at.doors.expiresAt()?.getTime(), endOf(second))
    assert.equal(await serialAt(at), '22')
    streams[0]?.write('2 ')
    text += String((await once(stream, 'data'))[0])
    streams[0]?.end('3')
    for await (const part of stream) text += String(part)
    assert.equal(text, '1 2 3')

    // The connection of the stream is the only one that the agent may have; it is used again.
    const next = request({ port: at.port, host: '127.0.0.1', path: '/next', agent }).end()
    const [answer] = await once(next, 'response')
    assert.equal((answer.socket as TLSSocket).getPeerCertificate().serialNumber, '11')
    assert.equal(next.reusedSocket, true)
    answer.resume()
    await once(answer, 'end')
    agent.destroy()
    await at.doors.close(0)
  })

  async function serialAt(at: Opened, more: ConnectionOptions = {}): Promise<string> {
    const socket = dial(at, more)
    await once(socket, 'secureConnect')
    const { serialNumber } = socket.getPeerCertificate()
    socket.destroy()
    return serialNumber
  }

  const endOf = ({ cert }: Issued): number => new X509Certificate(cert).validToDate.getTime()

  test('a client authority that was replaced is trusted no longer, not even for a session from before', async () => {
    const at = await opened(tlsOf(first, 'required'))
    const known = asClient(clients.issue())
    const socket = dial(at, known)
    const [session] = await once(socket, 'session')
    socket.destroy()
    const resumed = dial(at, { ...known, session })
    await once(resumed, 'secureConnect')
    assert.equal(resumed.isSessionReused(), true)
    resumed.destroy()
    const others = registry.authority('other clients')
    at.doors.renew({ ...tlsOf(second, 'required'), clientCa: others.cert })
    assert.equal(await say(at, known), '')
    assert.equal(await say(at, { ...known, session }), '')
    assert.match(await say(at, asClient(others.issue())), /yes/)
    assert.equal(at.asked.length, 1)
    await at.doors.close(0)
  })

  test('a certificate is renewed also where clients shall no longer need one, which waits for the restart', async () => {
    const at = await opened(tlsOf(first, 'required'))
    at.doors.renew(tlsOf(second))
    assert.equal(await say(at), '')
    assert.equal(await say(at, asClient(foreign.issue())), '')
    const known = asClient(clients.issue())
    assert.match(await say(at, known), /yes/)
    assert.equal(await serialAt(at, known), '22')
    await at.doors.close(0)
  })

  test('a renewal that cannot be used leaves the certificate that is there', async () => {
    const at = await opened(tlsOf(first))
    const broken = { ...tlsOf(second), key: new Secret(first.key) }
    const refusal = { code: 'cannot_start', message: /cannot be used \(ERR_OSSL_X509_KEY_VALUES_MISMATCH\)/ }
    assert.throws(() => at.doors.renew(broken), refusal)
    await assert.rejects(opened(broken), refusal)
    assert.equal(await serialAt(at), '11')
    assert.equal(at.doors.expiresAt()?.getTime(), endOf(first))
    await at.doors.close(0)
  })

  test('plain HTTP on a TLS port is told to write https', async () => {
    const at = await opened(tlsOf(first))
    const socket = connect({ port: at.port, host: '127.0.0.1' })
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    assert.match(await untilClosed(socket), /^HTTP\/1\.1 400 [\s\S]*https:\/\/[\s\S]*"code":"malformed"/)
    assert.deepEqual(at.asked, [])
    await at.doors.close(0)
  })

  test('handshakes that fail cost nobody anything', async () => {
    const at = await opened(tlsOf(first))
    const noise = ['\u0016\u0003\u0001', 'NONSENSE\r\n\r\n', '\u0016\u0003\u0001\u0000\u0005hello', '']
    const sockets = noise.flatMap((bytes) =>
      [true, false].map(async (resets) => {
        const socket = connect({ port: at.port, host: '127.0.0.1' })
        socket.on('error', () => {})
        await once(socket, 'connect')
        await new Promise((resolve) => socket.write(Buffer.from(bytes, 'latin1'), resolve))
        if (resets) socket.resetAndDestroy()
        else socket.destroy()
      }),
    )
    await Promise.all(sockets)
    // It does not know our authority and says so in the middle of the handshake.
    await once(connectSecurely({ port: at.port, host: '127.0.0.1' }), 'error')
    assert.match(await say(at), /yes/)
    await at.doors.close(0)
  })

  test('broken records end a connection that was good', async () => {
    const at = await opened(tlsOf(first))
    const raw = connect({ port: at.port, host: '127.0.0.1' })
    const socket = dial(at, { socket: raw })
    await once(socket, 'secureConnect')
    raw.write('NONSENSE THAT IS NO RECORD\r\n\r\n')
    assert.doesNotMatch(await untilClosed(raw), /HTTP/)
    assert.match(await say(at), /yes/)
    await at.doors.close(0)
  })

  test('a handshake that does not end is cut off', async () => {
    const at = await opened(tlsOf(first), answerYes, 60)
    const socket = connect({ port: at.port, host: '127.0.0.1' })
    await once(socket, 'connect')
    socket.write(Buffer.from([0x16, 0x03, 0x01]))
    assert.equal(await untilClosed(socket), '')
    await at.doors.close(0)
  })

  test('headers that never end are cut off over TLS too, and the client is told why', async () => {
    const at = await opened(tlsOf(first), answerYes, 60)
    const socket = dial(at)
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ')
    assert.match(await untilClosed(socket), /^HTTP\/1\.1 408 [\s\S]*"code":"timed_out"/)
    await at.doors.close(0)
  })

  test('closing ends idle connections and handshakes, and waits for an answer that is under way', async () => {
    const asked = Promise.withResolvers<ServerResponse>()
    const at = await opened(tlsOf(first), (_, response) => {
      response.write('first ')
      asked.resolve(response)
    })
    const raw = connect({ port: at.port, host: '127.0.0.1' })
    const half = connect({ port: at.port, host: '127.0.0.1' })
    half.write(Buffer.from([0x16, 0x03, 0x01]))
    const idle = dial(at)
    await Promise.all([once(raw, 'connect'), once(half, 'connect'), once(idle, 'secureConnect')])
    const busy = dial(at)
    busy.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    const response = await asked.promise
    const closing = at.doors.close(60_000)
    assert.deepEqual(await Promise.all([raw, half, idle].map(untilClosed)), ['', '', ''])
    response.end('last')
    assert.match(await untilClosed(busy), /first [\s\S]*last/)
    await closing
  })

  test('closing waits no longer than it may, and no connection outlives it', async () => {
    const asked = Promise.withResolvers<void>()
    const at = await opened(tlsOf(first), (_, response) => {
      response.write('first ')
      asked.resolve()
    })
    const busy = dial(at)
    busy.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await asked.promise
    const gone = untilClosed(busy)
    await at.doors.close(10)
    await gone
  })
})

describe('a house with separate listeners and TLS', { skip: cannotIssue }, () => {
  const registry = cannotIssue === undefined ? openRegistry() : null
  let data: string
  let house: House
  let addresses: { readonly url: string; readonly dataUrl: string; readonly metricsUrl: string }
  let authority: Authority
  let files: Issued['files']
  before(async () => {
    assert.ok(registry)
    data = await preparedData()
    authority = registry.authority('house')
    files = authority.issue({ serial: 0x11 }).files
    const config = join(data, 'freehold.yaml')
    const lines = [
      'listen: { data: "127.0.0.1:0", admin: "127.0.0.1:0", metrics: "localhost:0" }',
      `tls: { cert: ${files.cert}, key: ${files.key} }`,
      'knowledge: { guide: false }',
    ]
    writeFileSync(config, lines.join('\n'))
    house = await open({ data, args: ['--config', config] })
    addresses = JSON.parse(house.output().match(/^.*"event":"ready".*$/m)?.[0] ?? '')
  })
  after(async () => {
    await house.stop()
    await remove(data)
    registry?.close()
  })

  async function ask(url: string, path: string, method = 'GET') {
    const call = request(url + path, { method, ca: authority.cert, agent: false })
    const [response] = await once(call.end(), 'response')
    const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate()
    let text = ''
    for await (const part of response) text += String(part)
    return { status: response.statusCode as number, text, serialNumber }
  }

  test('its start says where the page, the models and the metrics are', () => {
    const { url, dataUrl, metricsUrl } = addresses
    assert.equal(new Set([url, dataUrl, metricsUrl]).size, 3)
    for (const one of [url, dataUrl, metricsUrl]) assert.match(one, /^https:\/\//)
    assert.ok(house.claimUrl?.startsWith(url))
  })

  test('each listener answers what is its own and has never heard of the rest', async () => {
    const { url: admin, dataUrl, metricsUrl } = addresses
    const expected = [
      ['GET', '/livez', 200, 200, 200],
      ['GET', '/.well-known/jwks.json', 200, 200, 404],
      ['GET', '/v1/models', 401, 404, 404],
      ['POST', '/v1/models', 405, 404, 404],
      ['POST', '/v1/chat/completions', 401, 404, 404],
      ['GET', '/services/x/y', 401, 404, 404],
      ['GET', '/', 404, 200, 404],
      ['GET', '/api/platform', 404, 200, 404],
      ['PUT', '/api/platform', 404, 405, 404],
      ['GET', '/metrics', 404, 404, 200],
      ['POST', '/metrics', 404, 404, 405],
      ['GET', '/nothing', 404, 404, 404],
    ] as const
    const shapes = new Set<string>()
    for (const [method, path, ...statuses] of expected) {
      const answers = await Promise.all([dataUrl, admin, metricsUrl].map((at) => ask(at, path, method)))
      assert.deepEqual(
        answers.map(({ status }) => status),
        statuses,
        `${method} ${path}`,
      )
      for (const { status, text } of answers)
        if (status === 404) shapes.add(text.replace(`${method} ${path}`, ''))
    }
    assert.deepEqual(
      [...shapes].map((text) => faultBody.parse(JSON.parse(text)).error.code),
      ['no_such_operation'],
    )
  })

  test('a renewed certificate is followed without a restart, and the metrics say when it ends', async () => {
    const { url, metricsUrl } = addresses
    const expiry = async () =>
      /^freehold_certificate_expiry_seconds (\S+)$/m.exec((await ask(metricsUrl, '/metrics')).text)?.[1]
    const before = Number(await expiry())
    const next = authority.issue({ serial: 0x22, days: 9 })
    renameSync(next.files.key, files.key)
    renameSync(next.files.cert, files.cert)
    house.process.kill('SIGHUP')
    while ((await ask(url, '/livez')).serialNumber !== '22') await pause(20)
    while (Number(await expiry()) === before) await pause(100)
    assert.ok(Number(await expiry()) > before + 6 * 86_400)
  })
})

async function untilClosed(socket: Socket): Promise<string> {
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (part: Buffer) => (text += part.toString('latin1')))
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return text
}
