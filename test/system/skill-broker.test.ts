import { after, before, beforeEach, test } from 'node:test'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { answering, certificates, everywhere, portOf } from './dial-house.ts'
import { brokerOf, codeOf, service } from './skill-broker-house.ts'

type Service = Awaited<ReturnType<typeof service>>

let api: Service
let other: Service
/** What the API answers next. */
let answer: { status: number; headers: Record<string, string | string[]>; body: string | Buffer }

before(async () => {
  api = await service((_, response) => response.writeHead(answer.status, answer.headers).end(answer.body))
  other = await service((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end('other'),
  )
})
after(async () => {
  await Promise.all([api.close(), other.close()])
})
beforeEach(() => {
  answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' }
  api.seen.length = 0
  other.seen.length = 0
})

const TOKEN = 'tok-5f2c9a71e6'
const BEARER = { auth: ['{ type: bearer, secret: token }'], secrets: { token: TOKEN } }
const home = (more = ''): string =>
  `{ host: 127.0.0.1, ports: [${api.port}], zone: private, tls: false, paths: [/v1/orders, '/v1/orders/*', '/v1/files/**'] ${more} }`

test('a declared request is sent with the secret that the skill never saw, and it is written down before', async () => {
  const broker = brokerOf({ network: [home()], ...BEARER })
  const { status, body } = await broker.send({
    url: `${api.url}/v1/orders/7?deep=true`,
    headers: { 'x-trace': 'a' },
  })
  assert.deepEqual([status, body.toString()], [200, '{"ok":true}'])
  const [seen] = api.seen
  assert.deepEqual(
    [seen?.path, seen?.headers.authorization, seen?.headers['x-trace'], seen?.headers['accept-encoding']],
    ['/v1/orders/7?deep=true', `Bearer ${TOKEN}`, 'a', 'identity'],
  )
  assert.deepEqual(
    broker.started.map(({ skill, zone, host, port, masked }) => [skill, zone, host, port, masked]),
    [['orders', 'private', '127.0.0.1', api.port, 0]],
  )
  assert.deepEqual(
    broker.ended.map(({ status: came, failure }) => [came, failure]),
    [[200, null]],
  )
  await broker.close()
})

test('nothing leaves for a place, a method or a path that is not declared, however it is written', async () => {
  const broker = brokerOf({ network: [home()], ...BEARER })
  const at = (path: string): string => `${api.url}${path}`
  const refused = [
    { url: `http://localhost:${api.port}/v1/orders` },
    { url: `http://127.0.0.1:${other.port}/v1/orders` },
    { url: `https://127.0.0.1:${api.port}/v1/orders` },
    { url: `http://127.0.0.1.nip.io:${api.port}/v1/orders` },
    { url: `http://127.1:${api.port}/v1/admin` },
    { url: `http://user:pass@127.0.0.1:${api.port}/v1/orders` },
    { url: `http://127.0.0.1:${api.port}@evil.example/v1/orders` },
    { url: `http://evil.example#@127.0.0.1:${api.port}/v1/orders` },
    { url: `http://127.0.0.1:${api.port}\\@evil.example/v1/orders` },
    { url: `http:/127.0.0.1:${api.port}/v1/orders` },
    { url: `file:///etc/passwd` },
    { url: `data:text/plain,hello` },
    { url: `unix:/var/run/docker.sock` },
    { url: '//127.0.0.1/v1/orders' },
    { url: '/v1/orders' },
    { url: at('/v1/orders'), method: 'DELETE' as const },
    { url: at('/v1/admin') },
    { url: at('/v1/orders/7/lines') },
    { url: at('/v1/orders/../admin') },
    { url: at('/v1/orders/%2e%2e/admin') },
    { url: at('/v1/files/%2e%2e/%2e%2e/admin') },
    { url: at('/v1/files/..%2f..%2fadmin') },
    { url: at('/v1/files/%252e%252e%252fadmin') },
    { url: at('/v1/files/%25252e%25252e/admin') },
    { url: at('/v1/files/..;/admin') },
    { url: at('/v1/files/.%2e;x=1/admin') },
    { url: at('/v1/files/..%5cadmin') },
    { url: at('/v1/files/..\\admin') },
    { url: at('/v1/files//admin') },
    { url: at('/v1/files/a%00b') },
    { url: at('/v1/files/a%0d%0aHost:%20evil') },
    { url: at('/v1/files/a b') },
    { url: at('/v1/files/%zz') },
    { url: at('/v1/orders/7%2Flines') },
    { url: at('/v1/orders#/../admin') },
    { url: at('/v1/orders\r\nHost: evil.example') },
  ]
  for (const request of refused) assert.equal(await codeOf(broker.send(request)), 'skill_denied', request.url)
  assert.deepEqual([api.seen.length, other.seen.length, broker.started.length], [0, 0, 0])
  assert.equal(broker.refused.length, refused.length)
  assert.equal(await codeOf(broker.send({ url: at('/v1/files/a%2Fb') })), 'done')
  await broker.close()
})

test('a skill sets no header that says who asks, where to, or how the connection is used', async () => {
  const broker = brokerOf({
    network: [home('')],
    auth: [
      '{ type: apiKey, secret: token, name: x-api-key }',
      '{ type: apiKey, secret: token, in: query, name: key }',
    ],
    secrets: { token: TOKEN },
  })
  const url = `${api.url}/v1/orders`
  const forbidden = [
    'Host',
    'authorization',
    'Proxy-Authorization',
    'Cookie',
    'X-Freehold-Class',
    'Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Content-Length',
    'Expect',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'Forwarded',
    'X-HTTP-Method-Override',
    'X-Original-URL',
    'Accept-Encoding',
    'Proxy-Connection',
    'a b',
    'a:b',
    '',
  ]
  for (const name of forbidden) {
    assert.equal(await codeOf(broker.send({ url, headers: { [name]: 'x' } })), 'skill_denied', name)
  }
  for (const value of ['a\r\nx: y', 'a\nb', 'a\0b', 'ä']) {
    assert.equal(await codeOf(broker.send({ url, headers: { 'x-note': value } })), 'skill_denied')
  }
  assert.equal(await codeOf(broker.send({ url, headers: { 'x-a': '1', 'X-A': '2' } })), 'skill_denied')
  assert.equal(await codeOf(broker.send({ url: `${url}?key=mine` })), 'skill_denied')
  assert.equal(await codeOf(broker.send({ url, body: Buffer.from('x') })), 'skill_denied')
  assert.equal(api.seen.length, 0)
  await broker.send({ url: `${url}?a=1`, headers: { 'X-Api-Key': 'mine' } })
  assert.deepEqual(
    [api.seen[0]?.headers['x-api-key'], api.seen[0]?.path],
    [TOKEN, `/v1/orders?a=1&key=${TOKEN}`],
  )
  await broker.close()
})

test('a redirect is asked about anew, and the secret stays where it was sent', async () => {
  const elsewhere = `{ host: 127.0.0.1, ports: [${other.port}], zone: private, tls: false, paths: [/open] }`
  const metadata = '{ host: 169.254.169.254, ports: [80], zone: private, tls: false }'
  const broker = brokerOf({ network: [home(), elsewhere, metadata], ...BEARER })
  const url = `${api.url}/v1/orders`
  const sentOn = async (location: string, status = 302): Promise<string> => {
    answer = { status, headers: { location }, body: '' }
    return codeOf(broker.send({ url }))
  }
  assert.equal(await sentOn(`${other.url}/closed`), 'skill_denied')
  assert.equal(await sentOn('https://evil.example/'), 'skill_denied')
  assert.equal(await sentOn('//evil.example/'), 'skill_denied')
  assert.equal(await sentOn('http://169.254.169.254/latest/meta-data/'), 'skill_denied')
  assert.equal(await sentOn('/v1/admin'), 'skill_denied')
  assert.equal(await sentOn('/v1/orders', 307), 'skill_failed', 'in circles')
  assert.equal(other.seen.length, 0)
  assert.equal(await sentOn(`${other.url}/open#x`), 'done')
  assert.deepEqual([other.seen[0]?.path, other.seen[0]?.headers.authorization], ['/open', undefined])
  await broker.close()
})

test('a name that changes its mind, or leads inside, outside or to the metadata of a cloud, is not dialled', async () => {
  const named = (zone: string): string =>
    `{ host: api.test, ports: [${api.port}], zone: ${zone}, tls: ${zone === 'managed'} }`
  const url = `http://api.test:${api.port}/v1/orders`
  const turning = brokerOf({
    network: [named('private')],
    lookup: answering(['127.0.0.1'], ['169.254.169.254']),
  })
  answer.headers['connection'] = 'close'
  assert.equal(await codeOf(turning.send({ url })), 'done')
  assert.equal(await codeOf(turning.send({ url })), 'skill_denied')
  assert.equal(api.seen.length, 1)
  for (const address of [
    '169.254.169.254',
    '100.100.100.200',
    'fd00:ec2::254',
    '93.184.216.34',
    '0.0.0.0',
    '::ffff:169.254.169.254',
  ]) {
    const broker = brokerOf({ network: [named('private')], lookup: answering(['127.0.0.1', address]) })
    assert.equal(await codeOf(broker.send({ url })), 'skill_denied', address)
    await broker.close()
  }
  for (const address of [
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
  ]) {
    const broker = brokerOf({ network: [named('managed')], lookup: answering([address]) })
    assert.equal(await codeOf(broker.send({ url: url.replace('http', 'https') })), 'skill_denied', address)
    await broker.close()
  }
  assert.equal(api.seen.length, 1)
  // With the guard off the same request arrives: it is the guard that holds it.
  const open = { name: () => null, address: () => null }
  const unguarded = brokerOf({
    network: [named('private')],
    lookup: answering(['169.254.169.254']),
    connect: everywhere(api.port).connect,
    guard: open,
  })
  assert.equal(await codeOf(unguarded.send({ url })), 'done')
  assert.equal(api.seen.length, 2)
  await Promise.all([turning.close(), unguarded.close()])
})

const EMAIL = 'anna.schmidt@canary.example'
const PHONE = '13812345678'

test('what goes to a managed host is masked, in the path too, and its answer says again what was meant', async () => {
  const network = [
    `{ host: 127.0.0.1, ports: [${api.port}], zone: managed, tls: false, methods: [GET, POST] }`,
  ]
  // The loopback address stands for a host outside, which has TLS.
  const broker = brokerOf({ network: network.map((one) => one), ...BEARER })
  api.seen.length = 0
  const body = Buffer.from(JSON.stringify({ to: EMAIL, text: `Ruf ${PHONE} an` }))
  const json = { 'content-type': 'application/json' }
  await broker.send({ url: `${api.url}/mail/${PHONE}?cc=${EMAIL}`, method: 'POST', headers: json, body })
  const arrived = JSON.stringify(api.seen)
  assert.equal(arrived.includes(EMAIL) || arrived.includes(PHONE), false, arrived)
  assert.match(api.seen[0]?.body ?? '', /"to":"\[EMAIL_\w+_1\]"/)
  assert.deepEqual([broker.started[0]?.zone, (broker.started[0]?.masked ?? 0) >= 2], ['managed', true])
  await broker.close()

  const echo = await service(({ body: said }, response) => response.writeHead(200, json).end(said))
  const echoing = brokerOf({
    network: network.map((one) => one.replace(String(api.port), String(echo.port))),
  })
  const answered = await echoing.send({ url: `${echo.url}/`, method: 'POST', headers: json, body })
  assert.deepEqual(JSON.parse(answered.body.toString()), JSON.parse(body.toString()))
  assert.equal(JSON.stringify(echo.seen).includes(EMAIL), false)
  await Promise.all([echoing.close(), echo.close()])

  // Declared private it goes as it is: it is the zone that masks.
  const inside = brokerOf({ network: network.map((one) => one.replace('managed', 'private')) })
  await inside.send({ url: `${api.url}/mail`, method: 'POST', headers: json, body })
  assert.match(api.seen.at(-1)?.body ?? '', /canary/)
  await inside.close()
})

test('what cannot be read, and what is of a class that stays, does not leave', async () => {
  const network = [
    `{ host: 127.0.0.1, ports: [${api.port}], zone: managed, tls: false, methods: [GET, POST] }`,
  ]
  const broker = brokerOf({ network, data: 'in: confidential', privateOnly: ['confidential'] })
  const post = { url: `${api.url}/x`, method: 'POST' as const }
  const refused: readonly (readonly [Buffer, string])[] = [
    [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]), 'image/png'],
    [Buffer.from([0xff, 0xfe, 0x41, 0]), 'application/json'],
    [Buffer.from('{"a":'), 'application/json'],
    [Buffer.from('--x\r\n'), 'multipart/form-data; boundary=x'],
    [Buffer.from('hello'), 'text/plain; charset=utf-16'],
  ]
  for (const [body, type] of refused) {
    assert.equal(
      await codeOf(broker.send({ ...post, headers: { 'content-type': type }, body })),
      'stays_home',
      type,
    )
  }
  assert.equal(await codeOf(broker.send({ ...post, headers: { 'x-note': EMAIL } })), 'stays_home')
  assert.equal(await codeOf(broker.send(post, { class: 'confidential' })), 'stays_home')
  assert.equal(await codeOf(broker.send(post, { class: 'restricted' })), 'skill_denied')
  // By what stands in it the text is of a class that stays.
  const raised = brokerOf({ network, found: { default: 'internal', EMAIL: 'restricted' } })
  const note = { ...post, headers: { 'content-type': 'text/plain' } }
  assert.equal(await codeOf(raised.send({ ...note, body: Buffer.from(`Write to ${EMAIL}`) })), 'stays_home')
  assert.equal(api.seen.length, 0)
  assert.equal(await codeOf(raised.send({ ...note, body: Buffer.from('Write to nobody') })), 'done')
  api.seen.length = 0
  await raised.close()
  assert.deepEqual([api.seen.length, broker.started.length], [0, 0])
  await broker.close()
})

test('an answer gives no secret back, in whatever form, and sets no cookie', async () => {
  const broker = brokerOf({
    network: [home()],
    auth: ['{ type: basic, secret: login }'],
    secrets: { login: `anna:${TOKEN}/+` },
  })
  const login = Buffer.from(`anna:${TOKEN}/+`).toString('base64')
  answer = {
    status: 200,
    headers: {
      'set-cookie': ['a=1'],
      'x-echo': `Basic ${login}`,
      'www-authenticate': 'Basic',
      'x-freehold-class': 'public',
      'x-more': 'kept',
    },
    body: `${login} ${TOKEN}/+ ${encodeURIComponent(`${TOKEN}/+`)} ${Buffer.from(`${TOKEN}/+`).toString('hex')} 中`,
  }
  const { headers, body } = await broker.send({ url: `${api.url}/v1/orders` })
  assert.equal(api.seen[0]?.headers.authorization, `Basic ${login}`)
  assert.equal(body.toString(), '[secret] [secret] [secret] [secret] 中')
  assert.deepEqual([headers['x-echo'], headers['x-more']], ['Basic [secret]', 'kept'])
  for (const name of ['set-cookie', 'www-authenticate', 'x-freehold-class'])
    assert.equal(headers[name], undefined)
  await broker.close()
})

test('client credentials become a token once, and again when it is not taken any more', async () => {
  let tokens = 0
  const oauth = await service(({ path, headers, body }, response) => {
    if (path === '/token') {
      tokens += 1
      const isRight = headers.authorization === `Basic ${Buffer.from('me:s3cret-of-me').toString('base64')}`
      response
        .writeHead(isRight ? 200 : 401)
        .end(JSON.stringify({ access_token: `at-${tokens}-${body.length}`, expires_in: 3600 }))
    } else
      response
        .writeHead(headers.authorization?.startsWith('Bearer at-1') === true && tokens === 1 ? 200 : 401)
        .end()
  })
  const broker = brokerOf({
    network: [`{ host: 127.0.0.1, ports: [${oauth.port}], zone: private, tls: false, methods: [GET, POST] }`],
    auth: [`{ type: oauth2, secret: client, tokenUrl: '${oauth.url}/token', scopes: [read] }`],
    secrets: { client: 'me:s3cret-of-me' },
  })
  const asked = await Promise.all([1, 2, 3].map(() => broker.send({ url: `${oauth.url}/data` })))
  assert.deepEqual([asked.map(({ status }) => status), tokens], [[200, 200, 200], 1])
  assert.equal(
    oauth.seen.find(({ path }) => path === '/token')?.body,
    'grant_type=client_credentials&scope=read',
  )
  tokens += 1
  await broker.send({ url: `${oauth.url}/data` })
  await broker.send({ url: `${oauth.url}/data` })
  assert.equal(tokens, 3)
  await Promise.all([broker.close(), oauth.close()])
})

test('the token of the platform names who asks; a secret that nobody stored is a refusal', async () => {
  const broker = brokerOf({ network: [home()], auth: ['{ type: jwt, audience: orders }'] })
  await broker.send({ url: `${api.url}/v1/orders` })
  assert.equal(api.seen[0]?.headers.authorization, 'Bearer token.anna.orders.internal')
  await broker.send({ url: `${api.url}/v1/orders`, bearer: TOKEN })
  assert.equal(api.seen[1]?.headers.authorization, `Bearer ${TOKEN}`)
  const without = brokerOf({
    network: [home()],
    auth: ['{ type: bearer, secret: token }'],
    secrets: { token: '' },
  })
  assert.equal(await codeOf(without.send({ url: `${api.url}/v1/orders` })), 'skill_denied')
  assert.equal(api.seen.length, 2)
  await Promise.all([broker.close(), without.close()])
})

test('a host that asks for a certificate is shown the one that is stored, and another host that nobody knows is none', async (context) => {
  const made = certificates()
  if (made === null) return context.skip('openssl is not there')
  const options = {
    cert: made.server.cert,
    key: made.server.key,
    ca: made.ca,
    requestCert: true,
    rejectUnauthorized: true,
  }
  const secure = createServer(options, (_, response) => response.end('in')).listen(0, '127.0.0.1')
  await once(secure, 'listening')
  const network = [`{ host: 127.0.0.1, ports: [${portOf(secure)}], zone: private }`]
  const url = `https://127.0.0.1:${portOf(secure)}/`
  const shown = { network, auth: ['{ type: mtls, secret: pair }'] }
  const before = getCACertificates('default')
  try {
    const unknown = brokerOf({ ...shown, secrets: { pair: `${made.client.cert}${made.client.key}` } })
    assert.equal(await codeOf(unknown.send({ url })), 'upstream_down', 'its authority is unknown')
    // As NODE_EXTRA_CA_CERTS does it for the authority of a house.
    setDefaultCACertificates([...before, made.ca])
    const known = brokerOf({ ...shown, secrets: { pair: `${made.client.cert}${made.client.key}` } })
    assert.equal((await known.send({ url })).body.toString(), 'in')
    const stranger = brokerOf({ ...shown, secrets: { pair: `${made.stranger.cert}${made.stranger.key}` } })
    assert.equal(await codeOf(stranger.send({ url })), 'upstream_down')
    const broken = brokerOf({ ...shown, secrets: { pair: 'no certificate' } })
    assert.equal(await codeOf(broken.send({ url })), 'skill_denied')
    await Promise.all([unknown, known, stranger, broken].map((broker) => broker.close()))
  } finally {
    setDefaultCACertificates(before)
    secure.closeAllConnections()
    secure.close()
  }
})

test('an answer is bounded in size, in time and in form, and a call can be ended', async () => {
  const slow = await service(() => {})
  const network = [home(), `{ host: 127.0.0.1, ports: [${slow.port}], zone: private, tls: false }`]
  const broker = brokerOf({ network, limits: 'wallMs: 100' })
  assert.equal(await codeOf(broker.send({ url: slow.url })), 'timed_out')
  const patient = brokerOf({ network })
  const ending = new AbortController()
  const sent = codeOf(patient.send({ url: slow.url }, {}, ending.signal))
  ending.abort()
  assert.equal(await sent, 'timed_out')
  answer.body = Buffer.alloc(4 * 1024 * 1024 + 1)
  assert.equal(await codeOf(patient.send({ url: `${api.url}/v1/orders` })), 'skill_failed')
  answer = { status: 200, headers: { 'content-encoding': 'gzip' }, body: 'x' }
  assert.equal(await codeOf(patient.send({ url: `${api.url}/v1/orders` })), 'skill_failed')
  await slow.close()
  assert.equal(await codeOf(patient.send({ url: slow.url })), 'upstream_down')
  assert.deepEqual(
    patient.ended.map(({ failure }) => failure),
    ['timed_out', 'skill_failed', 'skill_failed', 'upstream_down'],
  )
  await Promise.all([broker.close(), patient.close()])
})
