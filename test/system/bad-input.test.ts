import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Speaker } from './ask.ts'
import type { House } from './house.ts'
import { open, remove } from './house.ts'

let house: House
let key: string
let me: Speaker
let collection: string

before(async () => {
  house = await open()
  key = await house.key()
  me = new Speaker(house.url, key)
  collection = await me.collection('Tests')
})
after(async () => {
  await house.stop()
  await remove(house.data)
})

const bearer = () => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' })

async function refusal(path: string, init: RequestInit): Promise<[number, string, string | null]> {
  const response = await fetch(house.url + path, init)
  const { error } = (await response.json()) as {
    error: { code: string; param: string | null; message: string; type: string }
  }
  assert.ok(error.message.length > 10 && error.type.length > 0)
  return [response.status, error.code, error.param]
}

const chat = (body: string | object): RequestInit => ({
  method: 'POST',
  headers: bearer(),
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const message = [{ role: 'user', content: 'hi' }]

const CASES: readonly (readonly [
  string,
  string,
  () => RequestInit,
  readonly [number, string, string | null],
])[] = [
  [
    'malformed JSON',
    '/v1/chat/completions',
    () => chat('{"model": "m", "messages": [}'),
    [400, 'malformed', null],
  ],
  ['an empty body', '/v1/chat/completions', () => chat(''), [400, 'malformed', null]],
  [
    'bytes that are not UTF-8',
    '/v1/chat/completions',
    () => ({ ...chat(''), body: new Uint8Array([0x7b, 0xff, 0x7d]) }),
    [400, 'malformed', null],
  ],
  [
    'a wrong type',
    '/v1/chat/completions',
    () => chat({ model: 7, messages: message }),
    [400, 'invalid', 'model'],
  ],
  ['a missing field', '/v1/chat/completions', () => chat({ model: 'm' }), [400, 'invalid', 'messages']],
  [
    'a wrong role',
    '/v1/chat/completions',
    () => chat({ model: 'm', messages: [{ role: 'king', content: 'x' }] }),
    [400, 'invalid', 'messages[0].role'],
  ],
  [
    'several answers at once',
    '/v1/chat/completions',
    () => chat({ model: 'm', messages: message, n: 3 }),
    [400, 'invalid', 'n'],
  ],
  [
    'an unknown field of ours',
    '/v1/chat/completions',
    () => chat({ model: 'm', messages: message, freehold: { x: 1 } }),
    [400, 'invalid', 'freehold.x'],
  ],
  [
    'an unknown class',
    '/v1/chat/completions',
    () => ({
      ...chat({ model: 'm', messages: message }),
      headers: { ...bearer(), 'x-freehold-class': 'secret' },
    }),
    [400, 'invalid', 'x-freehold-class'],
  ],
  ['embeddings', '/v1/embeddings', () => chat({ model: 'm', input: 'x' }), [404, 'no_route', 'model']],
  ['an unknown operation', '/v1/nothing', () => ({ headers: bearer() }), [404, 'no_such_operation', null]],
  ['a wrong method', '/v1/chat/completions', () => ({ headers: bearer() }), [405, 'wrong_method', null]],
  [
    'an unknown path of ours',
    '/api/nothing',
    () => ({ headers: bearer() }),
    [404, 'no_such_operation', null],
  ],
  [
    'a wrong method of ours',
    '/api/collections',
    () => ({ method: 'PUT', headers: bearer(), body: '{}' }),
    [405, 'wrong_method', null],
  ],
  ['no key', '/v1/models', () => ({}), [401, 'unidentified', null]],
  [
    'a mistyped key',
    '/v1/models',
    () => ({ headers: { authorization: 'Bearer fh_abc' } }),
    [401, 'unidentified', null],
  ],
  [
    'a key no one made',
    '/api/collections',
    () => ({ headers: { authorization: `Bearer ${'x'.repeat(80)}` } }),
    [401, 'unidentified', null],
  ],
  ['malformed JSON of ours', '/api/collections', () => chat('{'), [400, 'malformed', null]],
  [
    'an unknown key in a body',
    '/api/collections',
    () => chat({ name: 'a', colour: 'red' }),
    [400, 'invalid', 'colour'],
  ],
  [
    'a wrong body type',
    '/api/collections',
    () => ({
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'text/plain' },
      body: 'x',
    }),
    [415, 'wrong_media_type', null],
  ],
  ['an id that is none', '/api/collections/42/search', () => chat({ query: 'x' }), [400, 'invalid', 'id']],
  [
    'a collection that is not there',
    '/api/collections/00000000-0000-4000-8000-000000000000/search',
    () => chat({ query: 'x' }),
    [404, 'not_found', 'id'],
  ],
  [
    'too many hits',
    '/api/collections/00000000-0000-4000-8000-000000000000/search',
    () => chat({ query: 'x', limit: 5000 }),
    [400, 'invalid', 'limit'],
  ],
  [
    'a second collection of the same name',
    '/api/collections',
    () => chat({ name: 'Tests' }),
    [409, 'conflict', 'name'],
  ],
  ['a scope the key does not have', '/api/keys', () => chat({}), [403, 'not_allowed', null]],
  [
    'a wrong claim',
    '/api/claim',
    () => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: 'no', name: 'me', password: 'a long enough one' }),
    }),
    [403, 'wrong_claim', 'token'],
  ],
]

for (const [name, path, init, expected] of CASES) {
  test(`${name} is refused with the field and the reason`, async () => {
    assert.deepEqual(await refusal(path, init()), expected)
  })
}

test('an access list that names nobody known is refused with its field, and nothing is stored', async () => {
  const path = `/api/collections/${collection}/documents`
  const body = {
    documents: [
      { title: 'a', text: 'fine' },
      { title: 'b', text: 'with a list', acl: { users: ['alice'] } },
    ],
  }
  assert.deepEqual(await refusal(path, chat(body)), [404, 'not_found', 'documents[1].acl.users[0]'])
  assert.deepEqual((await me.documents(collection)).body.data, [])
})

/** A form as raw bytes, so that the order of its parts and their names are the test's. */
function form(...parts: readonly (readonly [name: string, text: string, file?: string])[]) {
  const body = parts.map(([name, text, file]) => {
    const fileName = file === undefined ? '' : `; filename="${file}"`
    return `--xx\r\ncontent-disposition: form-data; name="${name}"${fileName}\r\n\r\n${text}\r\n`
  })
  return {
    method: 'POST',
    headers: { ...bearer(), 'content-type': 'multipart/form-data; boundary=xx' },
    body: `${body.join('')}--xx--\r\n`,
  }
}
const LAMP = ['file', 'The lamp burns. '.repeat(20_000), 'lamp.txt'] as const

test('a class counts wherever it stands in the form, also when it arrives late', async () => {
  const id = await me.collection('Classes')
  const path = `/api/collections/${id}/documents`
  const [head, tail] = form(LAMP, ['class', 'restricted'], ['id', 'late']).body.split('name="class"')
  const late = async function* () {
    yield Buffer.from(head ?? '')
    await pause(100)
    yield Buffer.from(`name="class"${tail}`)
  }
  const init = { ...form(), body: late(), duplex: 'half' } as const
  assert.equal((await fetch(house.url + path, init)).status, 201)
  const operator = new Speaker(house.url, await house.key('--ceiling', 'restricted'))
  const [document] = (await operator.documents(id)).body.data
  assert.deepEqual([document?.id, document?.class], ['late', 'restricted'])
})

const FORMS: readonly (readonly [string, () => RequestInit, readonly [number, string, string]])[] = [
  [
    'a doubled class',
    () => form(['class', 'restricted'], LAMP, ['class', 'public']),
    [400, 'invalid', 'class'],
  ],
  ['a doubled id', () => form(['id', 'a'], ['id', 'b'], LAMP), [400, 'invalid', 'id']],
  ['an access list that is no JSON', () => form(['acl', 'alice'], LAMP), [400, 'invalid', 'acl']],
  ['an access list as a file', () => form(['acl', '{}', 'acl.json']), [400, 'invalid', 'acl']],
  [
    'an access list of a wrong shape after the file',
    () => form(LAMP, ['acl', '{"groups":"sales"}']),
    [400, 'invalid', 'acl.groups'],
  ],
  [
    'an access list with a group that is not there',
    () => form(LAMP, ['acl', '{"groups":["sales"]}']),
    [404, 'not_found', 'acl.groups[0]'],
  ],
  ['a name that nobody knows', () => form(LAMP, ['colour', 'red']), [400, 'invalid', 'colour']],
  ['a second file', () => form(LAMP, LAMP), [400, 'invalid', 'file']],
  ['no file', () => form(['class', 'public']), [400, 'invalid', 'file']],
  ['a file under another name', () => form(['datei', 'x', 'x.txt']), [400, 'invalid', 'datei']],
  ['a field that was cut', () => form(['id', 'x'.repeat(5000)], LAMP), [400, 'invalid', 'id']],
]

for (const [name, init, expected] of FORMS) {
  test(`a form with ${name} is refused, and nothing is stored`, async () => {
    assert.deepEqual(await refusal(`/api/collections/${collection}/documents`, init()), expected)
    assert.deepEqual((await me.documents(collection)).body.data, [])
  })
}

test('a broken pdf and a program posing as text are refused, and nothing is stored', async () => {
  const broken = await me.addFile(
    collection,
    'broken.pdf',
    new Uint8Array(Buffer.from('%PDF-1.7\nthis is not one')),
  )
  assert.deepEqual([broken.status, broken.body.error.code], [422, 'unreadable_document'])
  const binary = await me.addFile(collection, 'tool.txt', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0]))
  assert.deepEqual([binary.status, binary.body.error.code], [422, 'unreadable_document'])
  const zip = new Uint8Array([0x50, 0x4b, 3, 4])
  const word = await me.addFile(collection, 'letter.docx', zip)
  assert.deepEqual([word.status, word.body.error.code], [422, 'unreadable_document'])
  const office = await me.addFile(collection, 'letter.odt', zip)
  assert.deepEqual([office.status, office.body.error.code], [415, 'wrong_media_type'])
  assert.deepEqual((await me.documents(collection)).body.data, [])
})

test('an oversized body is refused before it is read', async () => {
  const { hostname, port } = new URL(house.url)
  const status = await new Promise((resolve, reject) => {
    const call = request({
      hostname,
      port,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { ...bearer(), 'content-length': 1_000_000_000 },
    })
    call.on('response', (response) => {
      resolve(response.statusCode)
      call.destroy()
    })
    call.on('error', reject)
    call.write('{')
  })
  assert.equal(status, 413)
})

test('much JSON is refused with what would help, and one long file is taken', async () => {
  const path = `/api/collections/${await me.collection('Long')}/documents`
  const text = 'The lamp burns. '.repeat(640_000)
  const json = await fetch(house.url + path, chat({ documents: [{ title: 'Long', text }] }))
  const { error } = (await json.json()) as { error: { code: string; message: string } }
  assert.deepEqual([json.status, error.code], [413, 'too_large'])
  assert.match(error.message, /fewer documents .* as a file/)
  const pieces = async function* () {
    yield Buffer.from(`{"documents": [{"title": "Long", "text": "${text}"}]}`)
  }
  const grown = await fetch(house.url + path, { ...chat(''), body: pieces(), duplex: 'half' })
  assert.match(await grown.text(), /fewer documents .* as a file/)
  const file = ['file', text.slice(0, 8_500_000), 'long.txt'] as const
  assert.equal((await fetch(house.url + path, form(file))).status, 201)
})

test('more large bodies at once than fit in memory are told to come again, and then they may', async () => {
  const { hostname, port } = new URL(house.url)
  const path = `/api/collections/${collection}/documents`
  const headers = {
    ...bearer(),
    'content-type': 'multipart/form-data; boundary=xx',
    'content-length': 64 * 1024 * 1024,
    expect: '100-continue',
  }
  /** Announces a large form; the status that it is refused with, or null once it may be sent. */
  const announce = () => {
    const call = request({ hostname, port, path, method: 'POST', headers, agent: false })
    call.flushHeaders()
    const answered = new Promise<readonly [number | undefined, string | undefined] | null>((resolve) => {
      call.on('continue', () => pause(200).then(() => resolve(null)))
      call.on('response', (response) => resolve([response.statusCode, response.headers['retry-after']]))
      call.on('error', () => {})
    })
    return { call, answered }
  }
  const large = []
  for (let n = 0; n < 5; n += 1) {
    const one = announce()
    large.push(one)
    const answer = await one.answered
    assert.deepEqual(answer, n < 4 ? null : [429, '2'])
  }
  const chatting = await me.ask('Is anybody there?')
  assert.equal(chatting.status, 200)
  for (const { call } of large) call.destroy()
  let again = announce()
  while ((await again.answered) !== null) again = announce()
  again.call.destroy()
})

test('a body that lies about its size is cut at the limit', async () => {
  const parts = async function* () {
    for (let sent = 0; sent < 12; sent += 1) yield new Uint8Array(1024 * 1024).fill(0x20)
  }
  const response = await fetch(`${house.url}/v1/chat/completions`, {
    ...chat(''),
    body: parts(),
    duplex: 'half',
  }).catch((error: Error) => error)
  // A client that is still sending may see the closed connection before the answer.
  if (response instanceof Response) assert.equal(response.status, 413)
  else assert.match(String(response.cause), /ECONNRESET|EPIPE|other side closed/)
})

test('what is not HTTP and a header without end are answered and closed', async () => {
  const raw = async (text: string): Promise<string> => {
    const { hostname, port } = new URL(house.url)
    const socket = connect(Number(port), hostname)
    socket.end(text)
    let answer = ''
    for await (const part of socket) answer += String(part)
    return answer
  }
  assert.match(await raw('HELLO\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*"code":"malformed"/)
  assert.match(
    await raw(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`),
    /^HTTP\/1\.1 413 /,
  )
})

test('a foreign host name is refused, so that a page elsewhere cannot reach in through DNS', async () => {
  const { hostname, port } = new URL(house.url)
  const status = await new Promise((resolve, reject) => {
    request({ hostname, port, path: '/api/platform', headers: { host: 'evil.example' } }, (response) =>
      resolve(response.statusCode),
    )
      .on('error', reject)
      .end()
  })
  assert.equal(status, 421)
})

/** A speaker whose key works and soon does not; on a busy machine a key may be over before it is used. */
async function usedBriefKey(): Promise<Speaker> {
  for (let lifeMs = 1500; ; lifeMs *= 2) {
    const expires = new Date(Date.now() + lifeMs).toISOString()
    const key = await house.key('--expires', expires).catch(() => null)
    if (key === null) continue
    const speaker = new Speaker(house.url, key)
    if ((await speaker.api('GET', '/v1/models')).status === 200) return speaker
  }
}

test('an expired key says that it has expired', async () => {
  const brief = await usedBriefKey()
  const ask = () => brief.api('GET', '/v1/models')
  let answer = await ask()
  while (answer.status === 200) answer = await ask()
  assert.deepEqual([answer.status, answer.body.error.code], [401, 'expired_key'])
})
