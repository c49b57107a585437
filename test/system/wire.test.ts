import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ACTIONS } from '@freehold/contract/actions.ts'
import { faultBody } from '@freehold/contract/fault-body.ts'
import { SECURITY_HEADERS } from '../../packages/server/src/http/security-headers.ts'
import type { Answer, Ground, Headers } from './operation-ground.ts'
import { codeOf, openGround } from './operation-ground.ts'
import { sampleCall, TABLE } from './every-operation.ts'

let ground: Ground
let key: Headers
before(async () => {
  ground = await openGround()
  key = ground.admin
})
after(async () => {
  for (const socket of dialled) socket.destroy()
  await ground.close()
})

const dialled: Socket[] = []

function dial(): Socket {
  const { hostname, port } = new URL(ground.house.url)
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
  socket.setEncoding('latin1')
  dialled.push(socket)
  return socket
}

/** Everything that comes back until the server closes. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = ''
  for await (const part of socket) text += String(part)
  return text
}

async function say(...lines: readonly string[]): Promise<string> {
  const socket = dial()
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return untilClosed(socket)
}

const authorization = (): string => `authorization: ${key.authorization}`
const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4)

function assertRefused(answer: string, status: number, code: string): void {
  assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), answer)
  assert.equal(faultBody.parse(JSON.parse(bodyOf(answer))).error.code, code)
  for (const [name, value] of Object.entries(SECURITY_HEADERS))
    assert.ok(answer.includes(`${name}: ${value}`))
  assert.match(answer, /x-freehold-request: req_/)
}

test('a request without a host is refused in our words', async () => {
  assertRefused(await say('GET /v1/models HTTP/1.1', 'connection: close'), 400, 'malformed')
})

test('a probe that speaks HTTP/1.0 without a host is answered and the connection ends', async () => {
  const answer = await say('GET /livez HTTP/1.0')
  assert.match(answer, /^HTTP\/1\.1 200 /)
  assert.match(answer, /connection: close/i)
  assert.equal(JSON.parse(bodyOf(answer)).status, 'alive')
})

test('a stream to an HTTP/1.0 client is not chunked and ends with the connection', async () => {
  const body =
    '{"model":"extract-1","stream":true,"messages":[{"role":"user","content":"What is Freehold?"}]}'
  const answer = await say(
    'POST /v1/chat/completions HTTP/1.0',
    authorization(),
    `content-length: ${body.length}`,
    '',
    body,
  )
  assert.match(answer, /^HTTP\/1\.1 200 /)
  assert.doesNotMatch(answer, /transfer-encoding/i)
  assert.match(bodyOf(answer), /^data: \{[\s\S]*data: \[DONE\]\n\n$/)
})

const SMUGGLED: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
  ['both lengths', 'content-length: 5', 'transfer-encoding: chunked', '', '0', '', 'GET /livez HTTP/1.1'],
  ['two lengths', 'content-length: 5', 'content-length: 6', '', 'hello'],
  ['an unknown transfer encoding', 'transfer-encoding: chunked, cow', '', 'hello'],
  ['a space before the colon', 'content-length : 5', '', 'hello'],
  ['a folded header', 'x-a: b', ' c: d', ''],
  ['a length that is no number', 'content-length: +5', '', 'hello'],
  ['a chunk size that is none', 'transfer-encoding: chunked', '', 'xyz', 'hello'],
]

for (const [name, ...lines] of SMUGGLED) {
  test(`a request with ${name} is refused and the connection ends`, async () => {
    const answer = await say('POST /api/session HTTP/1.1', 'host: localhost', ...lines)
    assertRefused(answer, 400, 'malformed')
    assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1)
  })
}

test('requests that come together on one connection are answered in their order', async () => {
  const body = '{"model":"extract-1","messages":[{"role":"user","content":"What is Freehold?"}]}'
  const answer = await say(
    ['POST /v1/chat/completions HTTP/1.1', 'host: localhost', authorization()].join('\r\n'),
    `content-length: ${body.length}\r\n\r\n${body}GET /livez HTTP/1.1`,
    'host: localhost\r\n\r\nGET /api/collections HTTP/1.1',
    `host: localhost\r\n${authorization()}\r\n\r\nGET /v1/models HTTP/1.1`,
    `host: localhost\r\n${authorization()}\r\nconnection: close`,
  )
  const marks = ['"chat.completion"', '"alive"', '"next"', '"object":"list"'].map((mark) =>
    answer.indexOf(mark),
  )
  assert.ok(!marks.includes(-1), answer)
  assert.deepEqual(
    marks,
    marks.toSorted((a, b) => a - b),
  )
})

test('who asks first whether to send a body is told to go on', async () => {
  const body = '{"name":"expected"}'
  const socket = dial()
  socket.write(
    ['POST /api/collections HTTP/1.1', 'host: localhost', authorization(), 'expect: 100-continue'].join(
      '\r\n',
    ),
  )
  socket.write(
    `\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
  )
  const [first] = await once(socket, 'data')
  assert.match(String(first), /^HTTP\/1\.1 100 Continue/)
  socket.write(body)
  assert.match(await untilClosed(socket), /HTTP\/1\.1 201 /)
})

test('an expectation that nobody knows is passed over', async () => {
  const answer = await say('GET /livez HTTP/1.1', 'host: localhost', 'expect: miracles', 'connection: close')
  assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*x-content-type-options/)
})

test('a packed body is refused on every operation that takes one', async () => {
  const surprises: string[] = []
  for (const [id, operation] of TABLE) {
    if (operation.input.body === undefined) continue
    const { method, path, body } = await sampleCall(ground, id)
    for (const encoding of ['gzip', 'br', 'deflate, gzip', 'nonsense']) {
      const response = await fetch(ground.house.url + path, {
        method,
        headers: { ...key, 'content-type': 'application/json', 'content-encoding': encoding },
        body: gzipSync(JSON.stringify(body)),
      })
      const { error } = faultBody.parse(await response.json())
      if (error.code !== 'wrong_media_type') surprises.push(`${id} ${encoding}: ${error.code}`)
    }
  }
  assert.deepEqual(surprises, [])
})

const lengthOf = ({ headers }: Answer): unknown => headers['content-length']

const MOVING: ReadonlySet<string> = new Set([
  'audit.list',
  'key.list',
  'metrics.read',
  'session.read',
  'source.list',
  'source.get',
  'source.items',
  'conversation.get',
  'conversation.list',
  'run.read',
  'run.events',
])

test('HEAD answers what GET answers, without the body', async () => {
  for (const [id, operation] of TABLE) {
    // Where there is no client there is no issuer, and the refusal names the method.
    if (operation.method !== 'GET' || ['socket', 'issuer'].includes(operation.surface)) continue
    const sample = await sampleCall(ground, id)
    let get = await ground.send({ ...sample, headers: key })
    let head = await ground.send({ ...sample, method: 'HEAD', headers: key })
    // What goes on in between may tell more: then both are asked again.
    for (let again = 0; again < 5 && lengthOf(head) !== lengthOf(get); again += 1) {
      get = await ground.send({ ...sample, headers: key })
      head = await ground.send({ ...sample, method: 'HEAD', headers: key })
    }
    assert.deepEqual([id, head.status, head.text], [id, get.status, ''])
    assert.equal(head.headers['content-type'], get.headers['content-type'], id)
    if (!MOVING.has(id)) assert.equal(lengthOf(head), lengthOf(get), id)
    const nobody = await ground.send({ ...sample, method: 'HEAD' })
    assert.equal(nobody.status, (await ground.send(sample)).status, id)
  }
})

/** Whether other operations have a parameter where this path has its last word. */
function liesBesideNames(path: string): boolean {
  const parent = path.slice(0, path.lastIndexOf('/') + 1)
  return TABLE.some(
    ([, other]) => other.path.startsWith(`${parent}{`) && !other.path.slice(parent.length).includes('/'),
  )
}

test('a name with a character that no database can hold breaks nothing, wherever it stands', async () => {
  for (const [id, { method, path, surface, limits }] of TABLE) {
    if (!path.includes('{') || surface === 'socket') continue
    const body = limits.bodyBytes > 0 ? { body: {} } : {}
    for (const text of ['a%00b', '%00', 'a%7fb', '%ef%bf%bf']) {
      const named = path.replaceAll(/\{\w+\}/g, text)
      const { status } = await ground.send({ method, path: named, headers: key, ...body })
      assert.ok(status < 500, `${id} ${text}: ${status}`)
    }
  }
})

/** Beside which others are read by name; a name with a slash in it is none. */
const READ_BESIDE: ReadonlySet<string> = new Set([
  'skill_connection.finish',
  'skill.catalogue',
  'conversation.tags',
])

test('a path with a slash too many is not another name of an operation', async () => {
  for (const [id, operation] of TABLE) {
    if (operation.path.includes('{')) continue
    for (const path of [`${operation.path}/`, `/${operation.path}`, `${operation.path}%2f`]) {
      const answer = await ground.send({ method: operation.method, path, headers: key })
      // Beside them lie others by name or id, which are put and deleted: `test%2f` would be one.
      const isName = liesBesideNames(operation.path) && path.endsWith('%2f')
      const unread = READ_BESIDE.has(id) ? [400, 'invalid'] : [405, 'wrong_method']
      const expected = isName ? unread : [404, 'no_such_operation']
      assert.deepEqual([id, answer.status, codeOf(answer)], [id, ...expected])
    }
  }
})

test('a path in other letters or in escapes is not a way around the guard', async () => {
  for (const path of [
    '/API/keys',
    '/api/Keys',
    '/api/%6beys',
    '/v1/Models',
    '/%761/models',
    '/api/../api/keys',
  ]) {
    const { status } = await ground.send({ method: 'GET', path })
    assert.ok(status === 401 || status === 404, `${path}: ${status}`)
  }
})

test('queries are read strictly where there are some, and passed over where there are none', async () => {
  const status = async (path: string) => (await ground.send({ method: 'GET', path, headers: key })).status
  assert.equal(await status('/v1/models?limit=x'), 200)
  assert.equal(await status('/livez?verbose'), 200)
  assert.equal(await status('/api/collections?'), 200)
  for (const query of ['limit=x', 'limit=0', 'limit=1&limit=2', 'colour=red', 'limit=1e9', 'after=%zz'])
    assert.equal(await status(`/api/collections?${query}`), 400, query)
})

test('a document id of the greatest length is found again in any script', async () => {
  const { id } = await ground.ok<{ id: string }>({
    method: 'POST',
    path: '/api/collections',
    body: { name: 'Ids' },
  })
  for (const document of ['a'.repeat(256), '档'.repeat(256), '🗂'.repeat(128), 'a/b?c#d%2f', '..', 'x;y=1']) {
    const path = `/api/documents/${encodeURIComponent(document)}`
    const documents = [{ id: document, title: 'T', text: 'The lamp burns.' }]
    await ground.ok({ method: 'POST', path: `/api/collections/${id}/documents`, body: { documents } })
    const read = await ground.ok<{ id: string }>({ method: 'GET', path: `${path}/text` })
    assert.equal(read.id, document)
    await ground.ok({ method: 'DELETE', path })
  }
})

test('a client that names a JSON body and sends none is taken at its word', async () => {
  const { id } = await ground.ok<{ id: string }>({ method: 'POST', path: '/api/keys', body: {} })
  const headers = { ...key, 'content-type': 'application/json' }
  const gone = await ground.send({ method: 'DELETE', path: `/api/keys/${id}`, headers })
  assert.equal(gone.status, 204, gone.text)
})

test('bytes that are not UTF-8 are refused under /api too, not stored as something else', async () => {
  const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')])
  const response = await fetch(`${ground.house.url}/api/collections`, {
    method: 'POST',
    headers: { ...key, 'content-type': 'application/json' },
    body,
  })
  assert.deepEqual([response.status, faultBody.parse(await response.json()).error.code], [400, 'malformed'])
})

test('who sends much and may not still reads the refusal', async () => {
  const body = Buffer.alloc(8 * 1024 * 1024, 0x20)
  for (const path of ['/v1/chat/completions', '/api/collections', '/livez', '/nothing']) {
    for (let n = 0; n < 5; n += 1) {
      const response = await fetch(ground.house.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      const { error } = faultBody.parse(await response.json())
      assert.ok(response.status >= 400 && error.message.length > 10)
    }
  }
})

test('who may not call is refused before the body is read', async () => {
  for (const [id, { method, path, action }] of TABLE) {
    if (ACTIONS[action] === 'anyone' || method !== 'POST') continue
    const socket = dial()
    const target = path.replace('{id}', crypto.randomUUID())
    const head = [`${method} ${target} HTTP/1.1`, 'host: localhost', 'content-type: application/json']
    socket.write([...head, 'content-length: 1000', '', '{"a": '].join('\r\n'))
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 401 /, id)
    socket.destroy()
  }
})

test('a refusal does not cost a client its connection', async () => {
  const socket = dial()
  socket.write('GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const [first] = await once(socket, 'data')
  assert.match(String(first), /^HTTP\/1\.1 401 /)
  assert.doesNotMatch(String(first), /connection: close/i)
  socket.end()
  await untilClosed(socket)
})

test('two hundred connections that say nothing keep nobody out', async () => {
  const idle = Array.from({ length: 200 }, dial)
  await Promise.all(idle.map((socket) => once(socket, 'connect')))
  for (const [n, socket] of idle.entries()) if (n % 2 === 0) socket.write('GET /livez HTTP/1.1\r\nhost: loc')
  // Ten seconds later they would be cut off anyway.
  const begun = performance.now()
  await ground.ok({ method: 'GET', path: '/api/collections' })
  assert.ok(performance.now() - begun < 9000)
  for (const socket of idle) socket.destroy()
})
