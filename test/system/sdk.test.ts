import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Client, Progress } from '@freehold/sdk'
import { createClient, FreeholdError } from '@freehold/sdk'
import type { CuttingProxy, Judge } from './cutting-proxy.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import {
  answered,
  captureServer,
  chatEvents,
  event,
  responseEvents,
  ordinary,
  silent,
} from './gateway-upstream.ts'
import { emptyData, remove, run } from './house.ts'

const root = join(import.meta.dirname, '../..')
const OWNER = { name: 'Anna Owner', password: 'heron lantern quilted 42 violin' }

let house: GatewayHouse
let target: CaptureServer
let key: string
let client: Client

before(async () => {
  target = await captureServer()
  house = await openGateway({
    knowledge: { guide: true },
    targets: [
      privateModel(target.url),
      privateModel(target.url, { name: 'claude', dialect: 'anthropic', models: ['claude'] }),
      { name: 'echo', kind: 'service', zone: 'private', url: target.url },
    ],
    routes: [{ when: { service: 'echo' }, to: ['echo'] }, { to: ['house', 'claude'] }],
  })
  key = await house.key('--scope', '*')
  client = createClient({ url: house.url, key })
})
after(async () => {
  await house.close()
  await target.close()
})

const nameOf = (what: string): string => `${what} ${crypto.randomUUID()}`
/** A client whose network is a proxy of its own, so that it uses no connection that another test opened. */
async function throughProxy(t: TestContext, judge: Judge): Promise<{ cut: Client; proxy: CuttingProxy }> {
  const proxy = await cuttingProxy(house.url)
  t.after(() => proxy.close())
  proxy.judge(judge)
  return { cut: createClient({ url: proxy.url, key }), proxy }
}

async function namesOf(prefix: string): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { name } of client.collections.list()) if (name.startsWith(prefix)) names.push(name)
  return names
}

const QUESTION = { model: 'm', messages: [{ role: 'user', content: 'Which words?' }] } as const
const WORDS = ['one ', 'two ', 'three']

test('what is added is found, read and deleted', async () => {
  const { id } = await client.collections.create({ name: nameOf('Leases') })
  const documents = [{ id: 'lease-1', title: 'Lease', text: 'The rent of the workshop is 1250 pounds.' }]
  await client.documents.add(id, { documents })
  const { hits } = await client.collections.search(id, { query: 'rent workshop' })
  assert.equal(hits[0]?.documentId, 'lease-1')
  const { text } = await client.documents.text('lease-1', { collection: id })
  assert.equal(text.slice(hits[0]?.span.start, hits[0]?.span.end), hits[0]?.text)
  await client.documents.delete('lease-1', { collection: id })
  await assert.rejects(client.documents.text('lease-1', { collection: id }), {
    code: 'not_found',
    status: 404,
  })
  await client.collections.delete(id)
})

test('a model answers at once or word by word, in each of the three APIs', async () => {
  target.answer(ordinary)
  const { choices } = await client.chat.complete(QUESTION)
  assert.equal(typeof choices[0]?.message.content, 'string')
  const stream = client.chat.stream(QUESTION)
  assert.equal((await stream.facts()).zone, 'private')
  const whole = await stream.text()
  assert.equal(whole, choices[0]?.message.content)
  assert.equal(await client.messages.stream({ ...QUESTION, max_tokens: 9 }).text(), whole)
  assert.equal(await client.responses.stream({ model: 'm', input: 'Which words?' }).text(), whole)
})

test('a stream that its model breaks off is an error in each API, and what came was handed out', async () => {
  target.answer(({ path }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const whole = path.endsWith('/responses') ? responseEvents(WORDS) : chatEvents(WORDS)
    const half = whole.slice(
      0,
      whole.findIndex((one) => one.includes('three')),
    )
    response.write(half.join(''), () => setImmediate(() => response.destroy()))
  })
  for (const stream of [
    client.chat.stream(QUESTION),
    client.messages.stream({ ...QUESTION, max_tokens: 9 }),
    client.responses.stream({ model: 'm', input: 'Which words?' }),
  ]) {
    const seen: string[] = []
    await assert.rejects(async () => {
      for await (const text of stream.texts()) seen.push(text)
    }, FreeholdError)
    assert.equal(seen.join(''), 'one two ')
  }
})

test('a stream that the network breaks off is an error, wherever it is cut', async (t) => {
  target.answer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(chatEvents(WORDS).join(''))
  })
  for (const bytes of [300, 700, 1000, 1200]) {
    const { cut } = await throughProxy(t, (from, piece, { answeredBytes }) => {
      if (from === 'client' || answeredBytes + piece.length < bytes) return 'pass'
      return Math.max(0, bytes - answeredBytes)
    })
    await assert.rejects(
      cut.chat.stream(QUESTION).text(),
      (error: FreeholdError) => ['broken_stream', 'unreachable'].includes(error.code),
      `cut after ${bytes} bytes`,
    )
  }
  const whole = await throughProxy(t, () => 'pass')
  assert.equal(await whole.cut.chat.stream(QUESTION).text(), WORDS.join(''))
})

test('connections that the server closed meanwhile are not used again', async (t) => {
  const prefix = nameOf('Closed')
  const { cut, proxy } = await throughProxy(t, () => 'pass')
  await cut.platform.read()
  proxy.cutAll()
  await setTimeout(50)
  await cut.collections.create({ name: prefix })
  assert.equal(proxy.connections, 2)
  assert.deepEqual(await namesOf(prefix), [prefix])
})

test('a call that breaks off in a used connection is not sent again, however soon that is', async (t) => {
  const prefix = nameOf('Used')
  const { cut } = await throughProxy(t, (from, _, { asked }) =>
    from === 'client' && asked > 1 ? 'cut' : 'pass',
  )
  // A slow answer is no measure for what may be sent again.
  target.answer((seen, response) => void setTimeout(300).then(() => ordinary(seen, response)))
  await cut.chat.complete(QUESTION)
  await setTimeout(50)
  await assert.rejects(cut.collections.create({ name: prefix }), { code: 'unreachable' })
  assert.deepEqual(await namesOf(prefix), [])
})

test('what may have been done is not done again: its answer got lost, and that is said', async (t) => {
  const prefix = nameOf('Lost')
  const { cut } = await throughProxy(t, (from, piece) =>
    from === 'server' && piece.includes(prefix) ? 'cut' : 'pass',
  )
  await cut.platform.read()
  await assert.rejects(cut.collections.create({ name: prefix }), { code: 'unreachable' })
  assert.deepEqual(await namesOf(prefix), [prefix])
})

test('what can be done twice is asked for again until its answer comes', async (t) => {
  const { id } = await client.collections.create({ name: nameOf('Again') })
  let answers = 0
  const { cut } = await throughProxy(t, (from) => (from === 'server' && (answers += 1) <= 2 ? 'cut' : 'pass'))
  assert.deepEqual((await cut.collections.search(id, { query: 'anything' })).hits, [])
  answers = 0
  // The first attempt deleted it; the next finds nothing and that is what was wanted.
  await cut.collections.delete(id)
  await assert.rejects(client.collections.delete(id), { code: 'not_found' })
})

test('a service behind the server answers as it is, and is asked again when it says so', async () => {
  let asked = 0
  target.answer((seen, response) =>
    (asked += 1) === 1
      ? answered(503, { busy: true }, { 'retry-after': '0' })(seen, response)
      : answered(200, { path: seen.path })(seen, response),
  )
  const response = await client.callService('echo', 'v1/bills', {
    method: 'POST',
    query: { q: 7 },
    json: { a: 1 },
  })
  assert.deepEqual(await response.json(), { path: '/v1/bills?q=7' })
  assert.equal(asked, 2)
})

test('who leaves or runs out of time lets the model go', async () => {
  target.answer(silent)
  const calling = new AbortController()
  const reason = new Error('closed the tab')
  const asked = target.next()
  const answer = client.chat.complete(QUESTION, { signal: calling.signal })
  const seen = await asked
  calling.abort(reason)
  await assert.rejects(answer, reason)
  await seen.left
  const late = target.next()
  await assert.rejects(client.chat.complete(QUESTION, { timeoutMs: 200 }), { code: 'no_answer' })
  await (
    await late
  ).left
})

test('a file goes up as it is read, and tells how far it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdk-'))
  const path = join(folder, '差旅 "制度".md')
  const text = `# Rules\n\n${'The heron nests on the north shore of the lake. '.repeat(20_000)}`
  await writeFile(path, text)
  const { id } = await client.collections.create({ name: nameOf('Files') })
  const steps: Progress[] = []
  const { documents } = await client.documents.addFile(id, {
    file: await openAsBlob(path),
    name: '差旅 "制度".md',
    fields: { id: 'rules', class: 'internal' },
    onProgress: (progress) => steps.push(progress),
  })
  assert.deepEqual([documents[0]?.id, documents[0]?.sizeBytes], ['rules', Buffer.byteLength(text)])
  assert.ok(steps.length > 3)
  assert.deepEqual(steps.at(-1), { sentBytes: Buffer.byteLength(text), totalBytes: Buffer.byteLength(text) })
  assert.deepEqual(
    steps,
    steps.toSorted((a, b) => a.sentBytes - b.sentBytes),
  )
  // The same without progress, and as a stream whose length nobody knows.
  for (const file of [new TextEncoder().encode('# A\n\nb'), new Blob(['# A\n\nb']).stream()]) {
    const added = await client.documents.addFile(id, { file, name: 'a.md' })
    assert.equal(added.documents[0]?.mediaType, documents[0]?.mediaType)
  }
  await assert.rejects(client.documents.addFile(id, { file: new Blob(['MZ']), name: 'a.exe' }), {
    status: 415,
  })
  await rm(folder, { recursive: true })
})

test('a session is kept with its cookie and its token, and a token that is stale is learned afresh', async () => {
  const visitor = createClient({ url: house.url })
  const token = new URL(house.claimUrl ?? '').hash.replace('#claim=', '')
  const { caller } = await visitor.owner.claim({ ...OWNER, token })
  assert.equal(caller.name, OWNER.name)
  const made = await visitor.keys.create({ name: 'from the session' })
  assert.match(made.key, /^fh_/)
  // Somebody who signs in anew gets another token.
  await visitor.sessions.open(OWNER)
  await visitor.keys.revoke(made.id)
  await visitor.sessions.close()
  await assert.rejects(visitor.keys.list(), { code: 'unidentified', status: 401 })
})

test('what is exported comes line by line, and figures as a table', async () => {
  const owner = createClient({ url: house.url })
  await owner.sessions.open(OWNER)
  const kinds: unknown[] = []
  for await (const line of await owner.people.exportOwn()) kinds.push(Object.keys(line).length > 0)
  assert.ok(kinds.length > 0 && kinds.every(Boolean))
  assert.match(await client.usage.readCsv({ by: 'day' }), /^\w+,/)
})

test('a server that is not there is said to be unreachable', async () => {
  const gone = await cuttingProxy(house.url)
  await gone.close()
  const nobody = createClient({ url: gone.url, key, retries: 1 })
  await assert.rejects(nobody.collections.list(), { code: 'unreachable', status: null })
})

test('an event that tells of an error ends the stream, even when the last word follows', async () => {
  target.answer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const wrong = event({ error: { message: 'out of memory', type: 'server_error', code: null } })
    response.end([...chatEvents(WORDS).slice(0, 3), wrong, event('[DONE]')].join(''))
  })
  await assert.rejects(client.chat.stream(QUESTION).text(), FreeholdError)
})

test('every example of the page about the SDK runs as it stands there', async () => {
  const folder = await emptyData()
  await mkdir(join(folder, 'node_modules'))
  await symlink(join(root, 'node_modules/@freehold'), join(folder, 'node_modules/@freehold'))
  const page = await readFile(join(root, 'packages/sdk/README.md'), 'utf8')
  const examples = [...page.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1] ?? '')
  assert.equal(examples.length, 7)
  const files = examples.map(async (example, at) => {
    const file = join(folder, `example-${at}.mjs`)
    await writeFile(file, example)
    const env = { FREEHOLD_URL: house.url, FREEHOLD_KEY: key }
    return run(process.execPath, [file], { cwd: folder, env })
  })
  const ran = await Promise.all(files)
  assert.deepEqual(
    ran.map(({ status, stderr }) => [status, stderr]),
    examples.map(() => [0, '']),
  )
  const said = ran.map(({ stdout }) => stdout)
  assert.match(said[0] ?? '', /1250 pounds/)
  assert.match(said[1] ?? '', /extract-1 is [^]* local req_/)
  assert.match(said[3] ?? '', /^\d+ \d+\nRules/)
  assert.match(said[4] ?? '', /^invalid 400 name req_/)
  await remove(folder)
})
