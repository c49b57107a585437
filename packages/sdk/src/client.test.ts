import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '@freehold/contract/operation.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { ClientOptions } from './client.ts'
import { createClient } from './client.ts'
import { TABLE } from './generated/table.ts'
import { placeOf } from './place.ts'
import type { Row } from './row.ts'
import type { CollectionView, Page } from './sdk.ts'

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Headers
  readonly body: unknown
}

/** A client whose server is a function, and what it sent. */
function clientOf(answer: (sent: Sent) => Response, options: ClientOptions = {}) {
  const sent: Sent[] = []
  const client = createClient({
    url: 'https://house.example/ai/',
    key: 'fh_key',
    retries: 0,
    ...options,
    fetch: async (address, { method = 'GET', headers, body }) => {
      const path = decodeURIComponent(address.replace('https://house.example/ai', ''))
      const one = { method, path, headers: new Headers(headers), body }
      sent.push(one)
      return answer(one)
    },
  })
  return { client, sent }
}

const json = (
  value: unknown,
  init: { readonly status?: number; readonly headers?: Record<string, string> } = {},
): Response => Response.json(value, { ...init, headers: { 'x-freehold-request': 'req_1', ...init.headers } })

const rows = Object.entries<Row>(TABLE)

test('the client knows every operation of the contract, and sends it where the contract says', async () => {
  const { client, sent } = clientOf(() => json({ data: [], next: null }))
  for (const [id, operation] of Object.entries<Operation>(OPERATIONS)) {
    const row = new Map(rows).get(id)
    assert.ok(row, id)
    if (row.apart) continue
    const { groups, method } = placeOf(id)
    const group = groups.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client)
    const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
    const words = [
      ...names.map((name) => `p-${name}`),
      ...(row.body ? [{ b: 1 }] : []),
      ...(row.query ? [{ q: 2 }] : []),
    ]
    sent.length = 0
    await (group as Record<string, (...words: unknown[]) => Promise<unknown>>)[method]?.(...words)
    const path = names.reduce((at, name) => at.replace(`{${name}}`, `p-${name}`), operation.path)
    assert.deepEqual(
      sent.map((one) => [one.method, one.path]),
      [[operation.method, path + (row.query ? '?q=2' : '')]],
      id,
    )
    if (row.body === 'json') assert.equal(sent[0]?.body, '{"b":1}', id)
    assert.equal(sent[0]?.headers.get('authorization'), 'Bearer fh_key')
  }
})

test('a refusal says its code, its field and the request', async () => {
  const { client } = clientOf(() =>
    json(
      {
        error: { message: 'name: too long.', type: 'invalid_request_error', param: 'name', code: 'invalid' },
      },
      { status: 400 },
    ),
  )
  await assert.rejects(client.collections.create({ name: 'x' }), {
    name: 'FreeholdError',
    message: 'name: too long.',
    code: 'invalid',
    param: 'name',
    status: 400,
    requestId: 'req_1',
  })
})

test('refusals in the words of other APIs are refusals too', async () => {
  const bodies = [
    [
      { type: 'error', error: { type: 'not_found_error', message: 'No.', code: 'no_route' } },
      'no_route',
      'No.',
    ],
    [{ error: 'invalid_grant', error_description: 'Gone.' }, 'invalid_grant', 'Gone.'],
    [{ schemas: [], detail: 'Taken.', status: '409', scimType: 'uniqueness' }, 'uniqueness', 'Taken.'],
    ['<html>', 'unknown', 'The server answered 502.'],
  ] as const
  for (const [body, code, message] of bodies) {
    const { client } = clientOf(() =>
      typeof body === 'string' ? new Response(body, { status: 502 }) : json(body, { status: 409 }),
    )
    await assert.rejects(client.platform.read(), { code, message })
  }
})

test('a page of somebody else is not taken for an answer', async () => {
  const { client } = clientOf(
    () => new Response('<h1>Sign in</h1>', { headers: { 'content-type': 'text/html' } }),
  )
  await assert.rejects(client.collections.list(), { code: 'unreadable_answer' })
})

test('a loop over a list asks for page after page, and an await for the first', async () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, name: id, documents: 0, createdAt: '' }))
  const { client, sent } = clientOf(({ path }) => {
    const from = Number(new URLSearchParams(path.split('?')[1]).get('after') ?? 0)
    return json({ data: all.slice(from, from + 2), next: from + 2 < all.length ? String(from + 2) : null })
  })
  const first: Page<CollectionView> = await client.collections.list({ limit: 2 })
  assert.deepEqual(
    first.data.map(({ id }) => id),
    ['a', 'b'],
  )
  sent.length = 0
  const ids: string[] = []
  for await (const { id } of client.collections.list({ limit: 2 })) ids.push(id)
  assert.deepEqual(ids, ['a', 'b', 'c', 'd', 'e'])
  assert.deepEqual(
    sent.map(({ path }) => path),
    ['/api/collections?limit=2', '/api/collections?limit=2&after=2', '/api/collections?limit=2&after=4'],
  )
})

test('an answer tells where it was processed when it is asked', async () => {
  const headers = { 'x-freehold-zone': 'private', 'x-freehold-target': 'house', 'x-freehold-masked': '2' }
  const { client } = clientOf(() => json({ choices: [] }, { headers }))
  const { data, ...facts } = await client.chat.complete({ model: 'm', messages: [] }).withResponse()
  assert.deepEqual(data, { choices: [] })
  assert.deepEqual(
    [facts.zone, facts.target, facts.masked, facts.requestId],
    ['private', 'house', 2, 'req_1'],
  )
})

test('an envelope sees each body before it leaves and each answer before it is handed out', async () => {
  const { client, sent } = clientOf(
    ({ body }) => json({ ...(JSON.parse(String(body)) as object), id: 'c1' }),
    {
      envelope: {
        seal: async (_, body) => ({ name: Buffer.from(JSON.stringify(body)).toString('base64') }),
        open(operation, value) {
          assert.equal(operation, 'collection.create')
          const { name, ...more } = value as { name: string }
          return { ...more, ...(JSON.parse(Buffer.from(name, 'base64').toString()) as object) }
        },
      },
    },
  )
  const made = await client.collections.create({ name: 'Kanarienvogel' })
  assert.deepEqual(made, { id: 'c1', name: 'Kanarienvogel' })
  assert.doesNotMatch(String(sent[0]?.body), /Kanarienvogel/)
})

test('what the types refuse does not compile', () => {
  const { client } = clientOf(() => json({}))
  const wrong: (() => unknown)[] = [
    // @ts-expect-error a collection needs a name
    () => client.collections.create({}),
    // @ts-expect-error there is no such class
    () => client.chat.complete({ model: 'm', messages: [] }, { dataClass: 'secret' }),
    // @ts-expect-error a search says what it looks for
    () => client.call('collection.search', { params: { id: 'c' }, body: {} }),
    // @ts-expect-error there is no such operation
    () => client.call('collection.burn', {}),
    // @ts-expect-error what is deleted gives nothing back
    async () => (await client.documents.delete('d')).id,
  ]
  assert.equal(wrong.length, 5)
})

test('a request that the caller calls off ends with the reason of the caller', async () => {
  const reason = new Error('enough')
  const { client } = clientOf(() => json({}))
  await assert.rejects(client.platform.read({ signal: AbortSignal.abort(reason) }), reason)
})
