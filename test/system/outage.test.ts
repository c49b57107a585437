import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { faultBody } from '@freehold/contract/fault-body.ts'
import { Speaker } from './ask.ts'
import { serverProcesses, signalServer } from './cluster.ts'
import type { Answer, Call, Ground } from './operation-ground.ts'
import { codeOf, openGround } from './operation-ground.ts'
import { sampleCall } from './every-operation.ts'
import { open, remove } from './house.ts'

let ground: Ground
before(async () => {
  ground = await openGround()
})
afterEach(() => signalServer(ground.house.data, 'SIGCONT'))
after(() => ground.close())

interface Timed {
  readonly answer: Answer
  readonly tookMs: number
}

async function timed(call: Call): Promise<Timed> {
  const begun = performance.now()
  const answer = await ground.send({ ...call, headers: { ...ground.admin, ...call.headers } })
  return { answer, tookMs: performance.now() - begun }
}

const get = (path: string): Call => ({ method: 'GET', path })

/** Asks until the claim holds; fails when it does not within the patience. */
async function until(claim: () => Promise<boolean>, patienceMs: number, what: string): Promise<void> {
  const begun = performance.now()
  while (!(await claim())) {
    assert.ok(performance.now() - begun < patienceMs, `${what}: not within ${patienceMs} ms`)
    await pause(50)
  }
}

const statusOf = async (path: string): Promise<number> => (await timed(get(path))).answer.status

/** Without a limit of its own a request would wait for as long as the database is stopped. */
const IN_TIME_MS = 20_000

function assertUnavailable({ answer, tookMs }: Timed): void {
  assert.deepEqual([answer.status, codeOf(answer)], [503, 'unavailable'], answer.text)
  assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
  assert.match(String(answer.headers['x-freehold-request']), /^req_/)
  faultBody.parse(JSON.parse(answer.text))
  assert.ok(tookMs < IN_TIME_MS, `${tookMs} ms`)
}

test('while the database does not answer, requests are refused in time, the process lives, and all comes back', async () => {
  const add = await sampleCall(ground, 'document.add')
  const chat = await sampleCall(ground, 'chat.complete')
  const create = await sampleCall(ground, 'collection.create')
  assert.ok(serverProcesses(ground.house.data).length > 0)
  signalServer(ground.house.data, 'SIGSTOP')

  const [listed, added, created, answered] = await Promise.all(
    [get('/api/collections'), add, create, chat].map(timed),
  )
  assert.ok(listed && added && created && answered)
  for (const refused of [listed, added, created]) assertUnavailable(refused)
  assert.ok([200, 503].includes(answered.answer.status), answered.answer.text)
  assert.ok(answered.tookMs < IN_TIME_MS, `${answered.tookMs} ms`)

  // Those who come when every connection has been found dead wait no longer than the first.
  const late = await Promise.all(Array.from({ length: 20 }, () => timed(get('/api/keys'))))
  for (const refused of late) assertUnavailable(refused)
  const alive = await timed(get('/livez'))
  assert.deepEqual([alive.answer.status, alive.tookMs < IN_TIME_MS], [200, true])
  await until(async () => (await statusOf('/readyz')) === 503, 60_000, 'not ready')
  assert.equal(await statusOf('/startupz'), 200)
  const measured = await timed(get('/metrics'))
  assert.deepEqual([measured.answer.status, measured.tookMs < IN_TIME_MS], [200, true])
  assert.match(measured.answer.text, /^freehold_database_up 0$/m)

  signalServer(ground.house.data, 'SIGCONT')
  await until(async () => (await statusOf('/api/collections')) === 200, 60_000, 'collections')
  await until(async () => (await statusOf('/readyz')) === 200, 60_000, 'ready')
  assert.equal((await timed(add)).answer.status, 201)
  assert.equal((await timed(chat)).answer.status, 200)
})

test('nothing that was refused in the outage is found half-done afterwards', async () => {
  const add = await sampleCall(ground, 'document.add')
  const list = get(add.path)
  signalServer(ground.house.data, 'SIGSTOP')
  assertUnavailable(await timed(add))
  signalServer(ground.house.data, 'SIGCONT')
  await until(async () => (await statusOf('/api/collections')) === 200, 60_000, 'collections')
  const { data } = await ground.ok<{ data: readonly unknown[] }>(list)
  // What was refused may still have been committed: then it is whole, and its event stands in the record.
  const { data: events } = await ground.ok<{ data: readonly { action: string; subject: string }[] }>(
    get('/api/audit'),
  )
  const recorded = events.filter(
    ({ action, subject }) => action === 'documents.added' && add.path.includes(subject),
  )
  assert.equal(recorded.length, data.length)
})

test('a database that is killed while requests wait costs them, and nobody after them', async () => {
  const { data } = ground.house
  signalServer(data, 'SIGSTOP')
  const waiting = Promise.all(Array.from({ length: 5 }, () => timed(get('/api/collections'))))
  signalServer(data, 'SIGKILL')
  for (const { answer } of await waiting) assert.ok([200, 503].includes(answer.status), answer.text)
  await until(async () => (await statusOf('/api/collections')) === 200, 60_000, 'collections')
  await until(async () => (await statusOf('/readyz')) === 200, 60_000, 'ready')
})

/** The value of a metric without labels; null where it is not exported. */
async function figure(name: string): Promise<number | null> {
  const { answer } = await timed(get('/metrics'))
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(answer.text)?.[1]
  return value === undefined ? null : Number(value)
}

const address = (): { readonly port: number; readonly host: string } => {
  const { port, hostname } = new URL(ground.house.url)
  return { port: Number(port), host: hostname }
}

test('a client that leaves in the middle of a stream leaves nothing open', async () => {
  const chat = await sampleCall(ground, 'chat.complete')
  for (let n = 0; n < 20; n += 1) {
    const call = request({ ...address(), ...chat, agent: false, headers: { ...ground.admin } })
    call.on('error', () => {})
    call.end(JSON.stringify({ ...chat.body, stream: true }))
    if (n % 2 === 0) {
      const [response] = await once(call, 'response')
      response.on('error', () => {})
      await once(response, 'data')
    }
    call.destroy()
  }
  await until(async () => (await figure('freehold_streams_active')) === 0, 60_000, 'streams')
})

test('a client that leaves in the middle of an upload leaves no document and keeps nobody out', async () => {
  const add = await sampleCall(ground, 'document.add')
  const form = [
    `POST ${add.path} HTTP/1.1`,
    'host: localhost',
    `authorization: ${ground.admin.authorization}`,
    'content-type: multipart/form-data; boundary=xx',
    'content-length: 100000',
    '',
    '--xx',
    'content-disposition: form-data; name="file"; filename="a.txt"',
    'content-type: text/plain',
    '',
    'The first half of a',
  ].join('\r\n')
  const json = [
    `POST ${add.path} HTTP/1.1`,
    'host: localhost',
    `authorization: ${ground.admin.authorization}`,
    'content-type: application/json',
    'content-length: 100000',
    '',
    '{"documents": [{"title": "Half',
  ].join('\r\n')
  for (const text of [form, json, form, json]) {
    const socket = connect(address())
    await once(socket, 'connect')
    await new Promise((resolve) => socket.write(text, resolve))
    // The server has read it when it answers another request that was sent later.
    await statusOf('/livez')
    socket.destroy()
  }
  const { data } = await ground.ok<{ data: readonly unknown[] }>(get(add.path))
  assert.deepEqual(data, [])
  assert.equal((await timed(add)).answer.status, 201)
  assert.doesNotMatch(ground.house.output(), /request\.bug/)
})

test('a house without room adds nothing, and lets go of what it has', async () => {
  const full = await open({ env: { FREEHOLD_STORAGE__RESERVE_BYTES: String(900_000_000_000_000) } })
  const me = new Speaker(full.url, await full.key('--scope', '*'))
  const created = await me.api('POST', '/api/collections', { name: 'More' })
  assert.deepEqual([created.status, created.body.error.code], [507, 'storage_full'])
  const nowhere = `/api/collections/${crypto.randomUUID()}`
  const documents = [{ title: 'More', text: 'The lamp burns.' }]
  const added = await me.api('POST', `${nowhere}/documents`, { documents })
  assert.deepEqual([added.status, added.body.error.code], [507, 'storage_full'])
  const { status, body } = await me.api<{ id: string }>('POST', '/api/keys', {})
  assert.equal(status, 201)
  assert.equal((await me.api('DELETE', `/api/keys/${body.id}`)).status, 204)
  assert.equal((await me.api('DELETE', '/api/documents/none')).status, 404)
  assert.equal((await me.api('DELETE', nowhere)).status, 404)
  await full.stop()
  await remove(full.data)
})

test('after all that it stops at once, though a connection says nothing and another only half', async () => {
  const silent = connect(address())
  const half = connect(address())
  // What was not read yet when the house ends a connection makes it a reset.
  for (const socket of [silent, half]) socket.on('error', () => {})
  await Promise.all([once(silent, 'connect'), once(half, 'connect')])
  half.write('GET /livez HTTP/1.1\r\nhost: loc')
  const begun = performance.now()
  await ground.house.stop()
  assert.ok(performance.now() - begun < 5000)
  for (const socket of [silent, half]) socket.destroy()
})
