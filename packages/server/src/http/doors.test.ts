import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Doors, Places } from './doors.ts'
import { openDoors } from './doors.ts'
import type { DoorRefusal, Serve } from './server.ts'

const anywhere = () => ({ host: '127.0.0.1', port: 0 })

/** A place that answers the given paths, and those beneath them, with its name. */
const at =
  (name: string, ...paths: readonly string[]): Serve =>
  ({ url = '' }, response) => {
    if (!paths.some((path) => url === path || url.startsWith(`${path}/`))) return false
    response.end(name)
    return true
  }

const places: Places = {
  dataPath: at('dataPath', '/v1', '/services'),
  probes: at('probes', '/livez', '/readyz', '/startupz'),
  metrics: at('metrics', '/metrics'),
  wellKnown: at('wellKnown', '/.well-known/jwks.json'),
  issuer: at('issuer', '/oidc'),
  mcp: { serve: at('mcp', '/mcp'), close: async () => {} },
  page: at('page', '/chat'),
  api: at('api', '/api'),
  sockets: { accepts: () => false, take() {}, close: async () => {} },
}
const PATHS = [
  '/v1/models',
  '/services/x',
  '/livez',
  '/readyz',
  '/startupz',
  '/metrics',
  '/.well-known/jwks.json',
  '/mcp',
  '/chat',
  '/api/keys',
]

interface Opened {
  readonly doors: Doors
  readonly refusals: readonly DoorRefusal[]
}

async function opened(listeners: Parameters<typeof openDoors>[0]['listeners']): Promise<Opened> {
  const refusals: DoorRefusal[] = []
  const doors = await openDoors({
    listeners,
    tls: null,
    publicUrl: null,
    onBug: (_, error) => assert.fail(String(error)),
  })
  doors.serve(places, (refusal) => refusals.push(refusal))
  return { doors, refusals }
}

async function ask(where: { readonly socketPath: string } | string, path: string, method = 'GET') {
  const options = { path, method, agent: false, headers: { host: 'localhost' } }
  const call = typeof where === 'string' ? request(where, options) : request({ ...where, ...options })
  const [response] = await once(call.end(), 'response')
  let text = ''
  for await (const part of response) text += String(part)
  return { status: response.statusCode as number, text }
}

async function served(where: Parameters<typeof ask>[0]): Promise<readonly string[]> {
  const answers = await Promise.all(
    PATHS.map(async (path) => [path, (await ask(where, path)).status] as const),
  )
  return answers.filter(([, status]) => status === 200).map(([path]) => path)
}

test('one address serves everything', async () => {
  const one = anywhere()
  const { doors } = await opened({ data: one, admin: one, metrics: one })
  assert.deepEqual(new Set(Object.values(doors.urls)).size, 1)
  assert.deepEqual(await served(doors.urls.admin), PATHS)
  assert.equal(doors.expiresAt(), null)
  await doors.close(0)
})

test('separate listeners serve what is theirs and know nothing of the rest', async () => {
  const { doors, refusals } = await opened({ data: anywhere(), admin: anywhere(), metrics: anywhere() })
  const { data, admin, metrics } = doors.urls
  const probes = ['/livez', '/readyz', '/startupz']
  const shared = [...probes, '/.well-known/jwks.json', '/mcp']
  assert.deepEqual(await served(data), ['/v1/models', '/services/x', ...shared])
  assert.deepEqual(await served(admin), [...shared, '/chat', '/api/keys'])
  assert.deepEqual(await served(metrics), [...probes, '/metrics'])
  const before = refusals.length
  for (const [url, path] of [
    [data, '/api/keys?x=1'],
    [data, '/nothing?x=1'],
    [admin, '/v1/models?x=1'],
    [metrics, '/v1/models?x=1'],
  ] as const) {
    const { status, text } = await ask(url, path, 'POST')
    const { error } = JSON.parse(text)
    assert.deepEqual(
      [status, error.code, error.type],
      [404, 'no_such_operation', 'invalid_request_error'],
      path,
    )
    assert.equal(error.message, `There is no operation at POST ${path.slice(0, -4)}.`)
  }
  assert.deepEqual(
    refusals.slice(before).map(({ status, method }) => [status, method]),
    Array.from({ length: 4 }, () => [404, 'POST']),
  )
  await doors.close(0)
})

test('metrics without a listener of their own are served with admin', async () => {
  const admin = anywhere()
  const { doors } = await opened({ data: anywhere(), admin, metrics: admin })
  assert.equal(doors.urls.metrics, doors.urls.admin)
  assert.ok((await served(doors.urls.admin)).includes('/metrics'))
  assert.ok(!(await served(doors.urls.data)).includes('/metrics'))
  await doors.close(0)
})

test('the control socket serves everything, also where it is opened last, and only to its owner', async () => {
  const { doors } = await opened({ data: anywhere(), admin: anywhere(), metrics: anywhere() })
  const folder = mkdtempSync(join(tmpdir(), 'fh-doors-'))
  const socketPath = join(folder, 'control.sock')
  await doors.openControl(socketPath)
  assert.deepEqual(await served({ socketPath }), PATHS)
  assert.equal(statSync(socketPath).mode & 0o777, 0o600)
  await doors.close(0)
  await assert.rejects(ask({ socketPath }, '/livez'), { code: 'ENOENT' })
  rmSync(folder, { recursive: true })
})

test('until something is served every listener says that the server is starting', async () => {
  const options = { tls: null, publicUrl: null, onBug: () => {} }
  const listeners = { data: anywhere(), admin: anywhere(), metrics: anywhere() }
  const doors = await openDoors({ ...options, listeners })
  for (const url of Object.values(doors.urls)) assert.match((await ask(url, '/livez')).text, /"draining"/)
  await doors.close(0)
})

test('an address that is taken is named, with the key that chooses another, and the others are let go', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  const taken = { host: '127.0.0.1', port }
  const message = (where: string): string =>
    `127.0.0.1:${port} is in use by another program (is Freehold running already?). Choose another with ${where}.`
  const free = anywhere()
  for (const [listeners, where] of [
    [{ data: taken, admin: taken, metrics: taken }, '--listen'],
    [{ data: free, admin: taken, metrics: taken }, 'listen.admin'],
    [{ data: free, admin: free, metrics: taken }, 'listen.metrics'],
  ] as const)
    await assert.rejects(opened(listeners), { code: 'address_taken', message: message(where) })
  squatter.close()
})

test('each listener offers the WebSockets of its own purpose', async () => {
  const { doors } = await opened({ data: anywhere(), admin: anywhere(), metrics: anywhere() })
  const offered: (readonly string[])[] = []
  const accepts: Places['sockets']['accepts'] = (_, among) => {
    offered.push(among)
    return false
  }
  doors.serve({ ...places, sockets: { ...places.sockets, accepts } }, () => {})
  for (const url of [doors.urls.data, doors.urls.admin, doors.urls.metrics]) {
    const headers = { host: 'localhost', connection: 'Upgrade', upgrade: 'websocket' }
    await once(request(url, { path: '/livez', agent: false, headers }).end(), 'response')
  }
  await doors.close(0)
  assert.deepEqual(offered, [['responses.connect', 'realtime.connect'], ['runs.connect'], []])
})
