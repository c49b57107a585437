import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import type { TlsOptions, TLSSocket } from 'node:tls'
import { connect as connectTls } from 'node:tls'
import type { Destination } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { createDialler, RefusedAddress } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { answering, certificates, destination, dialled, everywhere, failure, portOf } from './dial-house.ts'

const issued = certificates()
const needsOpenssl = { skip: issued === null && 'no openssl on this machine to make certificates with' }
const {
  ca,
  otherCa,
  server: own,
  client,
  stranger,
} = issued ?? {
  ca: '',
  otherCa: '',
  server: { cert: '', key: '' },
  client: { cert: '', key: '' },
  stranger: { cert: '', key: '' },
}

interface Greeted {
  readonly name: string | false | null
  readonly alpn: string | false | null
  readonly protocol: string | null
  readonly isReused: boolean
  readonly subject: unknown
}

/** A server that notes how it was greeted. It asks for a client certificate where `ca` is given. */
async function secured(options: TlsOptions = {}) {
  const greeted: Greeted[] = []
  const server = createServer({ ...own, ...options }, (request, response) => {
    const socket = request.socket as TLSSocket // An https server has no other sockets.
    const { CN } = socket.getPeerCertificate().subject ?? {}
    greeted.push({
      name: socket.servername ?? null,
      alpn: socket.alpnProtocol,
      protocol: socket.getProtocol(),
      isReused: socket.isSessionReused(),
      subject: CN,
    })
    response.setHeader('connection', 'close').end('hello')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close().closeAllConnections())
  return { port: portOf(server), greeted }
}

const dialler = createDialler({ lookup: answering(['127.0.0.1']) })
const open = (port: number, more: Partial<Destination> = {}, host = 'models.test') =>
  dialler.open(destination(`https://${host}:${port}/`, more))
const me = { cert: client.cert, key: new Secret(client.key) }

test('the right pair is let in, greeted by name and with HTTP/1.1', needsOpenssl, async () => {
  const { port, greeted } = await secured({ ca, requestCert: true, rejectUnauthorized: true })
  const line = open(port, { tls: { ca, ...me } })
  assert.equal((await dialled(line)).body.toString(), 'hello')
  assert.deepEqual(greeted, [
    { name: 'models.test', alpn: 'http/1.1', protocol: 'TLSv1.3', isReused: false, subject: 'client' },
  ])
  await line.destroy()
})

test('a second connection goes on with the session of the first', needsOpenssl, async () => {
  const { port, greeted } = await secured({ maxVersion: 'TLSv1.2' })
  const line = open(port, { tls: { ca } })
  for (let at = 0; at < 2; at += 1) await dialled(line)
  assert.deepEqual(
    greeted.map(({ isReused }) => isReused),
    [false, true],
  )
  await line.destroy()
})

test(
  'without a client certificate, or with one of a stranger, the target refuses',
  needsOpenssl,
  async () => {
    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      const { port, greeted } = await secured({ ca, requestCert: true, rejectUnauthorized: true, maxVersion })
      for (const pair of [{}, { cert: stranger.cert, key: new Secret(stranger.key) }]) {
        const line = open(port, { tls: { ca, ...pair } })
        const error = await failure(line)
        assert.ok(!/answered/.test(error.message), error.message)
        await line.destroy()
      }
      assert.deepEqual(greeted, [])
    }
  },
)

test('a target whose certificate is not of the given authority hears nothing', needsOpenssl, async (t) => {
  const { port, greeted } = await secured()
  const authorities: readonly (readonly [string, Partial<Destination>])[] = [
    ['another authority', { tls: { ca: otherCa } }],
    ['the authorities of the system', {}],
    ['a managed target', { zone: 'managed' }],
  ]
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  t.after(() => {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
  })
  for (const setting of ['1', '0']) {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = setting
    for (const [why, more] of authorities) {
      const line = open(port, more, '127.0.0.1')
      assert.equal((await failure(line)).code, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', why)
      await line.destroy()
    }
  }
  assert.deepEqual(greeted, [])
  const trusting = connectTls({ port, host: '127.0.0.1' })
  await once(trusting, 'secureConnect')
  assert.ok(!trusting.authorized, 'the setting of the environment does open other doors')
  trusting.destroy()
})

test('a certificate for another name or address is not taken', needsOpenssl, async () => {
  const { port, greeted } = await secured()
  const altname = 'ERR_TLS_CERT_ALTNAME_INVALID'
  for (const host of ['other.test', 'sub.models.test', 'localhost', '127.0.0.2', 'models.test.evil.test']) {
    const line = createDialler({
      lookup: answering(['127.0.0.1']),
      connect: everywhere(port).connect,
    }).open(destination(`https://${host}:${port}/`, { tls: { ca } }))
    assert.equal((await failure(line)).code, altname, host)
    // The failed handshake leaves no session with which the next one would be believed.
    assert.equal((await failure(line)).code, altname, host)
    await line.destroy()
  }
  assert.deepEqual(greeted, [])
})

test(
  'an address is greeted without a name and compared with the addresses of the certificate',
  needsOpenssl,
  async () => {
    const { port, greeted } = await secured()
    for (const host of ['127.0.0.1', 'models.test.', 'MODELS.test']) {
      const line = open(port, { tls: { ca } }, host)
      assert.equal((await dialled(line)).status, 200, host)
      await line.destroy()
    }
    assert.deepEqual(
      greeted.map(({ name }) => name || null),
      [null, 'models.test', 'models.test'],
    )
  },
)

test('a managed name that turns private is refused from the next connection on', needsOpenssl, async () => {
  const { port, greeted } = await secured()
  const line = createDialler({
    connect: everywhere(port).connect,
    lookup: answering(['8.8.8.8'], ['10.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['8.8.8.8']),
  }).open(destination('https://models.test/', { zone: 'managed', tls: { ca } }))
  assert.equal((await dialled(line)).status, 200)
  for (const reason of ['private', 'loopback']) {
    const error = await failure(line)
    assert.ok(error instanceof RefusedAddress && error.reason === reason)
  }
  assert.equal((await dialled(line)).status, 200)
  assert.equal(greeted.length, 2)
  await line.destroy()
})

test('a target that speaks only old TLS is not spoken to', needsOpenssl, async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const { port, greeted } = await secured(old)
  const line = open(port, { tls: { ca } })
  assert.match((await failure(line)).code ?? '', /^ERR_SSL_/)
  await line.destroy()
  assert.deepEqual(greeted, [])
  const lax = connectTls({ ...old, ca, socket: connect(port, '127.0.0.1'), servername: 'models.test' })
  await once(lax, 'secureConnect')
  assert.equal(lax.getProtocol(), 'TLSv1.1', 'the server does take those who ask for it')
  lax.destroy()
})

test('certificates that cannot be used are refused when the line is opened', needsOpenssl, () => {
  const block = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`
  const broken = ca.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')
  for (const [tls, what] of [
    [{ ca: 'no PEM' }, /^Target models: ca /],
    [{ ca: '' }, /^Target models: ca /],
    [{ ca: block('AAAA') }, /^Target models: ca /],
    [{ ca: broken }, /^Target models: ca /],
    [{ ca: ca + broken }, /^Target models: ca /],
    [{ cert: client.cert }, /^Target models: cert and key belong together/],
    [{ key: me.key }, /^Target models: cert and key belong together/],
    [{ cert: 'no PEM', key: me.key }, /^Target models: cert /],
    [{ cert: client.cert, key: new Secret('no PEM') }, /^Target models: key /],
    [{ cert: client.cert, key: new Secret(stranger.key) }, /^Target models: cert and key are not halves/],
  ] as const) {
    assert.throws(() => open(1, { tls }), { name: 'Fault', code: 'invalid', message: what })
  }
  const plain = () => dialler.open(destination('http://10.0.0.1/', { tls: { ca } }))
  assert.throws(plain, { name: 'Fault', code: 'invalid', message: /certificates need an https address/ })
})
