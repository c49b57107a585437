import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { embeddingsView } from '../../packages/contract/src/embeddings.ts'
import type { Hit } from '../../packages/contract/src/knowledge.ts'
import { askedOf, embeddingServer, embeds, textsOf } from './embedding-server.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, silent } from './gateway-upstream.ts'
import { untilTrue } from './people-house.ts'

let home: CaptureServer
let cloud: CaptureServer
let house: GatewayHouse

const OPEN = ['public', 'internal']
const knowledge = { guide: false, embeddingModel: 'meaning-1', embeddingTimeoutMs: 5000 }
const config = (more: object = {}): object => ({
  targets: [privateModel(home.url), managedModel(cloud.url)],
  routes: [
    { when: { model: 'meaning-*', class: OPEN }, to: ['house'] },
    { when: { model: 'cloud-*', class: OPEN }, to: ['cloud'] },
  ],
  circuit: { failures: 1000, openMs: 100 },
  knowledge: { ...knowledge, ...more },
})

before(async () => {
  home = await embeddingServer()
  cloud = await embeddingServer('ollama')
  house = await openGateway(config())
})
after(async () => {
  await house.close()
  await home.close()
  await cloud.close()
})

const status = async () => embeddingsView.parse(await (await house.get('/api/embeddings')).json())
/** Everything that can have vectors has some, of this model. */
const done = (model = 'meaning-1', held = 0): Promise<void> =>
  untilTrue(async () => {
    const view = await status()
    return view.model === model && view.state === 'resting' && view.embedded.documents === view.documents - held
  })

async function collection(name: string): Promise<string> {
  const answer = await house.post('/api/collections', { name })
  return ((await answer.json()) as { id: string }).id
}

const add = async (id: string, documents: readonly object[]): Promise<void> => {
  const answer = await house.post(`/api/collections/${id}/documents`, { documents })
  assert.equal(answer.status, 201, await answer.clone().text())
}

async function search(id: string, query: string, key?: string): Promise<Hit[]> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const answer = await house.post(`/api/collections/${id}/search`, { query, explain: true }, headers)
  assert.equal(answer.status, 200, await answer.clone().text())
  return ((await answer.json()) as { hits: Hit[] }).hits
}

const STAFF = [
  { id: 'a', title: 'Absence', text: 'Employees take thirty days of vacation in every year of service.' },
  { id: 'b', title: 'Fleet', text: 'Automobiles are parked behind the northern gate.' },
  { id: 'c', title: 'Canteen', text: 'Soup is served at noon, bread the whole morning.' },
]

test('a question in other words finds its passage by embeddings, and by nothing else', async () => {
  const staff = await collection('Staff')
  await add(staff, STAFF)
  await done()
  const [hit] = await search(staff, 'holidays')
  assert.deepEqual([hit?.documentId, hit?.explanation?.meaning?.by], ['a', 'embeddings'])
  assert.deepEqual(hit?.explanation?.embeddings, { model: 'meaning-1', used: true, fault: null })
  const { explanation } = hit ?? {}
  const parts = [...(explanation?.terms ?? []), ...(explanation?.feedback ?? []), explanation?.meaning]
  const sum = parts.reduce((total, part) => total + (part?.contribution ?? 0), 0)
  assert.ok(Math.abs(sum - (hit?.score ?? 0)) < 1e-9)
  // What stands over a passage is embedded with it.
  assert.ok(textsOf(home).includes('Fleet\nAutomobiles are parked behind the northern gate.'))

  home.answer(answered(500, { error: { message: 'down' } }))
  assert.deepEqual(await search(staff, 'holidays'), [])
  const [found] = await search(staff, 'Where are automobiles parked?')
  assert.deepEqual([found?.documentId, found?.explanation?.embeddings?.used], ['b', false])
  assert.match(found?.explanation?.embeddings?.fault ?? '', /^upstream_/)
  home.answer(embeds())
})
