import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Speaker } from './conversation-house.ts'
import { speakerAt } from './conversation-house.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway } from './gateway-house.ts'

interface Asked {
  readonly k: number
  readonly questions: number
  readonly found: number
  readonly foundBefore: number | null
  readonly data: readonly {
    readonly question: string
    readonly place: number | null
    readonly before?: number | null
    readonly first: { readonly documentId: string } | null
  }[]
}

const TEXTS = [
  {
    id: 'parking',
    title: 'Parking',
    text: 'Visitors park in front of the north gate. A badge costs nothing.',
  },
  { id: 'kitchen', title: 'Kitchen', text: 'The kitchen is cleaned on Fridays. Bring your own cup.' },
]

let house: GatewayHouse
let owner: Speaker
let other: Speaker
let collection: string
before(async () => {
  house = await openGateway({})
  owner = speakerAt(house.url, { authorization: `Bearer ${await house.key('--name', 'op', '--scope', '*')}` })
  other = speakerAt(house.url, { authorization: `Bearer ${house.apiKey}` })
  collection = (await owner.call<{ id: string }>('POST', '/api/collections', { name: 'House' })).id
  await owner.call('POST', `${at()}/documents`, { documents: TEXTS })
})
after(() => house.close())

const at = (): string => `/api/collections/${collection}`
const keep = (question: string, document: string, more: object = {}) =>
  owner.call<{ id: string }>('POST', `${at()}/questions`, { question, document, ...more })
const run = (k = 1): Promise<Asked> => owner.call('POST', `${at()}/questions/run`, { k })

test('questions are asked together, and what comes up no more is told against the last time', async () => {
  await keep('Where do visitors park?', 'parking', { passage: 'NORTH   gate' })
  await keep('When is the kitchen cleaned?', 'kitchen')
  const { id } = await keep('Where do visitors park?', 'kitchen')
  const first = await run()
  assert.deepEqual([first.questions, first.found, first.foundBefore], [3, 2, null])
  assert.deepEqual([first.data[0]?.place, first.data[0]?.first?.documentId], [null, 'parking'])
  await owner.call('DELETE', `/api/questions/${id}`)
  await owner.call('DELETE', `/api/documents/parking?collection=${collection}`)
  const second = await run()
  assert.deepEqual([second.questions, second.found, second.foundBefore], [2, 1, 2])
  const [worst] = second.data
  assert.deepEqual([worst?.question, worst?.before, worst?.place], ['Where do visitors park?', 1, null])
  const { data } = await owner.call<{ data: readonly { last: { place: number | null } | null }[] }>(
    'GET',
    `${at()}/questions`,
  )
  assert.deepEqual(
    data.map(({ last }) => last?.place),
    [null, 1],
  )
})

test('a question names a document that is there, and a collection that one may change', async () => {
  const wish = { question: 'Where?', document: 'nowhere' }
  assert.deepEqual(await owner.refused('POST', `${at()}/questions`, wish), [404, 'not_found'])
  const path = '/api/collections/018f0000-0000-7000-8000-000000000000/questions'
  assert.deepEqual(await owner.refused('GET', path), [404, 'not_found'])
  assert.deepEqual(await owner.refused('DELETE', `/api/questions/${crypto.randomUUID()}`), [404, 'not_found'])
})

test('the questions go with their collection, and each run is on record by its numbers alone', async () => {
  const { id } = await owner.call<{ id: string }>('POST', '/api/collections', { name: 'Passing' })
  await owner.call('POST', `/api/collections/${id}/documents`, { documents: TEXTS })
  const question = { question: 'Where do visitors park?', document: 'parking' }
  await owner.call('POST', `/api/collections/${id}/questions`, question)
  await owner.call('POST', `/api/collections/${id}/questions/run`, {})
  const { data } = await owner.call<{ data: readonly { detail: object }[] }>(
    'GET',
    `/api/audit?action=question.ran&subject=${id}`,
  )
  assert.deepEqual(data[0]?.detail, { questions: 1, found: 1 })
  await owner.call('DELETE', `/api/collections/${id}`)
  assert.deepEqual(await owner.refused('GET', `/api/collections/${id}/questions`), [404, 'not_found'])
})

test('a collection is renamed, unless another one has the name', async () => {
  const { id } = await owner.call<{ id: string }>('POST', '/api/collections', { name: 'Before' })
  const renamed = await owner.call('PATCH', `/api/collections/${id}`, { name: 'Afterwards' })
  assert.deepEqual(renamed, { id, name: 'Afterwards' })
  const { data } = await owner.call<{ data: readonly { id: string; name: string }[] }>(
    'GET',
    '/api/collections',
  )
  assert.equal(data.find((one) => one.id === id)?.name, 'Afterwards')
  assert.deepEqual(await owner.refused('PATCH', `/api/collections/${id}`, { name: 'House' }), [
    409,
    'conflict',
  ])
  assert.equal(
    (await owner.call<{ name: string }>('PATCH', `/api/collections/${id}`, { name: 'Afterwards' })).name,
    'Afterwards',
  )
})

test('one search looks into every collection, or into those that are named', async () => {
  const { id } = await owner.call<{ id: string }>('POST', '/api/collections', { name: 'Garden' })
  const text = 'The pond is drained in November.'
  await owner.call('POST', `/api/collections/${id}/documents`, {
    documents: [{ id: 'pond', title: 'Pond', text }],
  })
  interface Found {
    hits: readonly { documentId: string; collectionId: string }[]
  }
  const search = (wish: object) => other.call<Found>('POST', '/api/search', wish)
  const [hit] = (await search({ query: 'When is the pond drained?' })).hits
  assert.deepEqual([hit?.documentId, hit?.collectionId], ['pond', id])
  const elsewhere = await search({ query: 'When is the pond drained?', collections: [collection] })
  assert.ok(elsewhere.hits.every((one) => one.collectionId === collection))
  const nowhere = { query: 'pond', collections: [crypto.randomUUID()] }
  assert.deepEqual(await other.refused('POST', '/api/search', nowhere), [404, 'not_found'])
})
