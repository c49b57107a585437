import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer } from './gateway-upstream.ts'

let target: CaptureServer
let bystander: CaptureServer
let house: GatewayHouse
before(async () => {
  target = await captureServer()
  bystander = await captureServer()
  house = await openGateway({
    targets: [
      privateModel(target.url),
      managedModel('https://metadata.google.internal', { name: 'metadata' }),
      managedModel('https://localhost:1', { name: 'inward' }),
      { name: 'svc', kind: 'service', zone: 'private', url: `${target.url}/base` },
    ],
    routes: [
      { when: { model: 'metadata', class: ['public'] }, to: ['metadata'] },
      { when: { model: 'inward', class: ['public'] }, to: ['inward'] },
      { to: ['house'] },
      { when: { service: 'svc' }, to: ['svc'] },
    ],
  })
})
after(async () => {
  await house.close()
  await target.close()
  await bystander.close()
})

/** Sends bytes as they are; what comes back until the end. */
function raw(lines: readonly string[], body = ''): Promise<string> {
  const { hostname, port } = new URL(house.url)
  const socket = connect({ host: hostname, port: Number(port) })
  const head = [
    ...lines,
    `authorization: Bearer ${house.apiKey}`,
    'connection: close',
    `content-length: ${body.length}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  return new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', (part) => (text += String(part)))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

const elsewhere = (): string => `127.0.0.1:${bystander.port}`
const chat = '{"model":"m","messages":[{"role":"user","content":"hi"}]}'

/** Everything by which proxies were led to another host. */
const HEADERS: readonly (() => string)[] = [
  () => `x-forwarded-host: ${elsewhere()}`,
  () => `x-original-url: http://${elsewhere()}/`,
  () => `x-rewrite-url: http://${elsewhere()}/`,
  () => `forwarded: host=${elsewhere()};proto=http`,
  () => `x-host: ${elsewhere()}`,
  () => `x-portkey-custom-host: http://${elsewhere()}/v1`,
  () => `x-portkey-provider: openai`,
  () => `x-target-url: http://${elsewhere()}`,
  () => `x-base-url: http://${elsewhere()}`,
  () => `openai-base-url: http://${elsewhere()}`,
  () => `api-base: http://${elsewhere()}`,
  () => `x-freehold-target: svc`,
  () => `x-upstream: http://${elsewhere()}`,
  () => `via: ${elsewhere()}`,
  () => `upgrade: h2c`,
]

test('no header leads a request to another host', async () => {
  for (const header of HEADERS) {
    await raw(
      ['POST /v1/chat/completions HTTP/1.1', 'host: localhost', 'content-type: application/json', header()],
      chat,
    )
  }
  assert.equal(bystander.connections(), 0)
  assert.ok(
    target.seen.every(
      ({ path, headers }) => path === '/v1/chat/completions' && headers.host === `127.0.0.1:${target.port}`,
    ),
  )
  target.forget()
})

const BODIES: readonly (() => object)[] = [
  () => ({ base_url: `http://${elsewhere()}/v1` }),
  () => ({ api_base: `http://${elsewhere()}/v1` }),
  () => ({ custom_host: `http://${elsewhere()}` }),
  () => ({ url: `http://${elsewhere()}` }),
  () => ({ model: `http://${elsewhere()}/v1` }),
  () => ({ model: `openai@${elsewhere()}` }),
  () => ({ model: '../../services/svc' }),
  () => ({ freehold: { target: `http://${elsewhere()}` } }),
  () => ({ provider: { url: `http://${elsewhere()}` } }),
]

test('no field of a body leads a request to another host', async () => {
  for (const body of BODIES)
    await (await house.post('/v1/chat/completions', { ...JSON.parse(chat), ...body() })).text()
  assert.equal(bystander.connections(), 0)
  assert.ok(target.seen.every(({ path }) => path === '/v1/chat/completions'))
  target.forget()
})

const PATHS: readonly (() => string)[] = [
  () => `http://${elsewhere()}/services/svc/x`,
  () => `//${elsewhere()}/services/svc/x`,
  () => `/services/svc@${elsewhere()}/x`,
  () => `/services/${elsewhere()}/x`,
  () => `/services/http:%2f%2f${elsewhere()}/x`,
  () => `/services/svc/../../admin`,
  () => `/services/svc/%2e%2e/admin`,
  () => `/services/svc/%252e%252e/admin`,
  () => `/services/svc/..%2fadmin`,
  () => `/services/svc/a/..;/admin`,
  () => `/services/svc/\\..\\admin`,
  () => `/services/svc/%5c..%5cadmin`,
  () => `/services/svc/x%00y`,
  () => `/services/svc/x%0d%0ahost:%20evil`,
  () => `/services/svc//${elsewhere()}/x`,
  () => `/services/svc/#@${elsewhere()}/`,
  () => `/services/svc/?x=#@${elsewhere()}/`,
  () => `/services/%73vc/x`,
  () => `/services/SVC/x`,
  () => `/services/local/x`,
  () => `/services/house/x`,
  () => `/services//svc/x`,
  () => `/services/`,
  () => `/services`,
  () => `/v1/../services/svc/x`,
  () => `/v1/chat/completions@${elsewhere()}`,
]

test('no path leads a request to another host, or above the address of its service', async () => {
  for (const path of PATHS) {
    const answer = await raw(
      [`POST ${path()} HTTP/1.1`, 'host: localhost', 'content-type: application/json'],
      chat,
    )
    assert.match(answer, /^HTTP\/1\.1 \d{3} /, path())
  }
  assert.equal(bystander.connections(), 0)
  const astray = target.seen.filter(({ path }) => !path.startsWith('/base/') || /\.\.|%2e|%5c|\\/i.test(path))
  assert.deepEqual(
    astray.map(({ path }) => path),
    [],
  )
})

test('a target at an address that may not be dialled is refused, and clients do not learn why in detail', async () => {
  const key = await house.key('--name', 'public', '--class', 'public')
  for (const model of ['metadata', 'inward']) {
    const body = { model, messages: [{ role: 'user', content: 'hi' }] }
    const response = await house.post('/v1/chat/completions', body, { authorization: `Bearer ${key}` })
    const text = await response.text()
    assert.equal(response.status, 502, text)
    assert.doesNotMatch(text, /127\.|169\.254|::1/)
  }
})
