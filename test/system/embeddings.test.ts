import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { embeddingsView } from '../../packages/contract/src/embeddings.ts'
import type { Hit } from '../../packages/contract/src/knowledge.ts'
import { askedOf, embeddingServer, embeds, textsOf } from './embedding-server.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, silent } from './gateway-upstream.ts'
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
  classes: { found: { default: 'internal' } },
  knowledge: { ...knowledge, ...more },
})

before(async () => {
  home = await embeddingServer()
  cloud = await embeddingServer('ollama')
  house = await openGateway(config(), { key: ['--scope', '*', '--ceiling', 'restricted'] })
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
    return (
      view.model === model && view.state === 'resting' && view.embedded.documents === view.documents - held
    )
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
  const [hit] = await search(staff, 'furlough')
  assert.deepEqual([hit?.documentId, hit?.explanation?.meaning?.by], ['a', 'embeddings'])
  assert.deepEqual(hit?.explanation?.embeddings, { model: 'meaning-1', used: true, fault: null })
  const { explanation } = hit ?? {}
  const parts = [...(explanation?.terms ?? []), ...(explanation?.feedback ?? []), explanation?.meaning]
  const sum = parts.reduce((total, part) => total + (part?.contribution ?? 0), 0)
  assert.ok(Math.abs(sum - (hit?.score ?? 0)) < 1e-9)
  // What stands over a passage is embedded with it.
  assert.ok(textsOf(home).includes('Fleet\nAutomobiles are parked behind the northern gate.'))

  home.answer(answered(503, { error: { message: 'down' } }))
  assert.deepEqual(await search(staff, 'furlough'), [])
  const [found] = await search(staff, 'Where are automobiles parked?')
  assert.deepEqual([found?.documentId, found?.explanation?.embeddings?.used], ['b', false])
  assert.match(found?.explanation?.embeddings?.fault ?? '', /^upstream_/)
  home.answer(embeds())
})

test('nobody is led to a passage that is not theirs, and what is theirs has the ranks of an index of its own', async () => {
  const shared = await collection('Shared')
  const mine = { users: [], groups: [], services: [], self: true }
  const secret = { id: 's', title: 'Secret', text: 'The physician examines pilots on Tuesday.', acl: mine }
  await add(shared, [secret, { id: 'o', title: 'Open', text: 'Bread is sold at the gate.' }])
  await done()
  const guest = await house.key('--name', 'guest')
  assert.deepEqual(
    (await search(shared, 'medic')).map((hit) => hit.documentId),
    ['s', 'o'],
  )
  const seen = await search(shared, 'medic', guest)
  assert.deepEqual(
    seen.map((hit) => hit.documentId),
    ['o'],
  )
  // The nearest of what the guest may see, whatever else is nearer.
  assert.equal(seen[0]?.explanation?.meaning?.nearness, 0)
})

test('text of a class that no rule leads anywhere is sent nowhere, and that is told', async () => {
  const classes = await collection('Classes')
  await add(classes, [
    { id: 'c', title: 'Plan', text: 'The wombat merger is signed in March.', class: 'confidential' },
    { id: 'i', title: 'Menu', text: 'The quokka soup is served at noon.', class: 'internal' },
  ])
  await done('meaning-1', 1)
  assert.deepEqual((await status()).held, ['confidential'])
  const sent = textsOf(home).join('\n')
  assert.ok(sent.includes('quokka soup') && !sent.includes('wombat merger'))
  // By its words it is found all the same.
  const [hit] = await search(classes, 'wombat merger')
  assert.equal(hit?.documentId, 'c')
  const said = await house.cli('embeddings')
  assert.match(said.stdout, /Model: meaning-1\. State: resting\.\n[^]*Held back[^]*: confidential\.\n$/)
})

test('another model embeds everything anew, masked on its way to a managed target', async () => {
  const letters = await collection('Letters')
  await add(letters, [{ id: 'l', title: 'Letter', text: 'Ask anna.berg@example.org about the automobile.' }])
  await done('meaning-1', 1)
  cloud.answer(silent)
  await house.rewrite(config({ embeddingModel: 'cloud-2' }))
  await cloud.next()
  // While nothing has the new vectors yet, searches go by words, and ask nobody.
  const [meanwhile] = await search(letters, 'automobile')
  assert.deepEqual(
    [meanwhile?.documentId, meanwhile?.explanation?.embeddings],
    ['l', { model: 'cloud-2', used: false, fault: 'not_found' }],
  )
  cloud.answer(embeds('ollama'))
  await house.rewrite(config({ embeddingModel: 'cloud-1' }))
  await done('cloud-1', 1)
  const [hit] = await search(letters, 'Whom do I ask about the vehicle? anna.berg@example.org')
  assert.deepEqual([hit?.documentId, hit?.explanation?.meaning?.by], ['l', 'embeddings'])
  const wire = cloud.seen.map(({ body }) => body.toString()).join('\n')
  assert.ok(wire.includes('about the automobile') && wire.includes('Whom do I ask'))
  assert.ok(!wire.includes('anna.berg') && !wire.includes('wombat merger'))
  assert.ok(
    cloud.seen.every(({ headers }) => headers.authorization === 'Bearer sk-managed-canary-0123456789'),
  )
  await house.rewrite(config())
  await done('meaning-1', 1)
})

test('of a document that comes again only what is new is embedded, and what is deleted goes', async () => {
  const versions = await collection('Versions')
  const part = (word: string): string =>
    `${`The ${word} is described at length in this part. `.repeat(30)}\n\n`
  const text = (...words: string[]): string => words.map((word) => `# ${word}\n\n${part(word)}`).join('')
  const version = (...words: string[]) => [{ id: 'v', title: 'V', text: text(...words) }]
  await add(versions, version('alder', 'birch', 'cedar'))
  await done('meaning-1', 1)
  home.forget()
  await add(versions, version('alder', 'birch', 'cedar', 'dogwood'))
  await done('meaning-1', 1)
  const again = textsOf(home).join('\n')
  assert.ok(again.includes('dogwood') && !again.includes('cedar is') && !again.includes('alder is'), again)
  const { documents } = await status()
  const gone = await fetch(`${house.url}/api/collections/${versions}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${house.apiKey}` },
  })
  assert.equal(gone.status, 204)
  assert.equal((await status()).documents, documents - 1)
})

test('a provider that keeps silent holds up three questions and no more, until it had time to recover', async () => {
  const patient = await collection('Patient')
  await add(patient, STAFF)
  await done('meaning-1', 1)
  await house.rewrite(config({ embeddingTimeoutMs: 100 }))
  await untilTrue(async () => {
    home.answer(silent)
    const [hit] = await search(patient, 'vacation')
    home.answer(embeds())
    return hit?.explanation?.embeddings?.fault === 'upstream_timeout'
  })
  home.answer(silent)
  for (let at = 0; at < 3; at++) await search(patient, 'vacation')
  home.forget()
  const [hit] = await search(patient, 'vacation')
  assert.deepEqual(hit?.explanation?.embeddings, {
    model: 'meaning-1',
    used: false,
    fault: 'upstream_timeout',
  })
  assert.equal(home.seen.length, 0)
  const metrics = await house.metrics()
  assert.match(
    metrics,
    /freehold_knowledge_search_model_calls_total\{operation="embedding",outcome="upstream_timeout"\} [1-9]/,
  )
  home.answer(embeds())
})

test('a reranker sorts the best passages again; where it does not answer they stay, and a hit tells', async () => {
  const dishes = await collection('Dishes')
  const dish = (id: string, text: string, more: object = {}): object => ({ id, title: id, text, ...more })
  const texts = ['Soup of the day, soup again.', 'Soup with bread.', 'Cold soup for the night shift.']
  await add(
    dishes,
    texts.map((text, at) => dish(`d${at}`, text)),
  )
  const reranker = await captureServer((seen, response) => {
    const { query, documents } = JSON.parse(seen.body.toString())
    assert.equal(query, 'soup')
    const results = documents.map((text: string, index: number) => ({
      index,
      relevance_score: text.includes('night shift') ? 0.9 : 0.1 / (index + 1),
    }))
    answered(200, { results })(seen, response)
  })
  const service = (zone: string) => ({ name: 'sorter', kind: 'service', zone, url: `${reranker.url}/v1` })
  const before = await search(dishes, 'soup')
  const withReranker = (zone: string): object => ({
    ...config({ rerankService: 'sorter' }),
    targets: [privateModel(home.url), managedModel(cloud.url), service(zone)],
    routes: [
      { when: { model: 'meaning-*', class: OPEN }, to: ['house'] },
      { when: { service: 'sorter', class: OPEN }, to: ['sorter'] },
    ],
  })
  await house.rewrite(withReranker('private'))
  let sorted: Hit[] = []
  await untilTrue(async () => {
    sorted = await search(dishes, 'soup')
    return sorted[0]?.explanation?.rerank !== undefined
  })
  assert.equal(sorted[0]?.documentId, 'd2')
  const place = before.findIndex((hit) => hit.documentId === 'd2') + 1
  assert.deepEqual(sorted[0]?.explanation?.rerank, { service: 'sorter', place, score: 0.9, fault: null })
  assert.deepEqual(
    sorted.map((hit) => hit.score),
    before.map((hit) => hit.score),
  )
  assert.equal(reranker.seen.at(-1)?.path, '/v1/rerank')

  // With one confidential passage among them nothing of it leaves.
  await add(dishes, [dish('d3', 'The soup of the board.', { class: 'confidential' })])
  reranker.forget()
  const unsorted = await search(dishes, 'soup')
  assert.deepEqual([unsorted[0]?.explanation?.rerank?.fault, reranker.seen.length], ['stays_home', 0])
  assert.equal(unsorted.length, 4)
  // Who may not read that one is served as before.
  const clerk = await house.key('--name', 'clerk', '--ceiling', 'internal')
  assert.equal((await search(dishes, 'soup', clerk))[0]?.documentId, 'd2')
  await reranker.close()
})
