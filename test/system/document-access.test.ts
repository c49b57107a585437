import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { PeopleHouse, Person } from './people-house.ts'
import { openPeopleHouse } from './people-house.ts'
import { testDirectory } from '../../packages/server/src/kernel/test-directory.ts'

let house: PeopleHouse
let berta: Person
let carl: Person
let anna: Person
let sales: string
let shelf: string

before(async () => {
  house = await openPeopleHouse({ routes: [] })
  berta = await house.come('Berta Schulze')
  carl = await house.come('Carl Vogel')
  anna = await house.come('Anna Admin', 'admin')
  sales = (await read<{ id: string }>(anna.send('POST', '/api/groups', { name: 'Sales' }))).id
  shelf = (await read<{ id: string }>(berta.send('POST', '/api/collections', { name: 'Shelf' }))).id
  await enter(berta)
})
after(() => house.close())

async function read<T>(answer: Promise<Response>, status: number | null = null): Promise<T> {
  const sent = await answer
  const text = await sent.text()
  if (status === null) assert.ok(sent.ok, text)
  else assert.equal(sent.status, status, text)
  return (text === '' ? {} : JSON.parse(text)) as T
}
const enter = (person: Person) => read(anna.send('PUT', `/api/groups/${sales}/members/${person.id}`))
const leave = (person: Person) => read(anna.send('DELETE', `/api/groups/${sales}/members/${person.id}`))
const add = (person: Person, document: object, status: number | null = null) =>
  read<{ documents: { acl?: object | null }[]; error?: { code: string; param: string } }>(
    person.send('POST', `/api/collections/${shelf}/documents`, { documents: [document] }),
    status,
  )

interface Told {
  readonly listed: readonly string[]
  readonly counted: number | undefined
  readonly found: readonly string[]
  readonly said: string
}

/** Everything that tells somebody of documents. */
async function told(person: Person, question: string): Promise<Told> {
  type List = { data: { id: string; documents?: number }[] }
  const listed = await read<List>(person.send('GET', `/api/collections/${shelf}/documents`))
  const { data } = await read<List>(person.send('GET', '/api/collections'))
  const { hits } = await read<{ hits: { documentId: string }[] }>(
    person.send('POST', `/api/collections/${shelf}/search`, { query: question }),
  )
  const said = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.key.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'extract-1', messages: [{ role: 'user', content: question }] }),
  })
  return {
    listed: listed.data.map(({ id }) => id),
    counted: data.find(({ id }) => id === shelf)?.documents,
    found: hits.map(({ documentId }) => documentId),
    said: await said.text(),
  }
}
const OFFER = {
  title: 'Offer for Zeisig',
  text: 'The discount for Zeisig is 40 percent.',
  class: 'public',
}
const QUESTION = 'What is the discount for Zeisig?'

test('a document for a group is there for its members, and for nobody else it never was', async () => {
  const { documents } = await add(berta, { id: 'offer', ...OFFER, acl: { groups: ['sales'], self: false } })
  assert.deepEqual(documents[0]?.acl, { users: [], groups: [sales], services: [], keys: [] })
  const seen = await told(berta, QUESTION)
  assert.deepEqual([seen.listed, seen.counted, seen.found], [['offer'], 1, ['offer']])
  assert.match(seen.said, /40 percent/)
  for (const stranger of [carl, anna]) {
    const { said, ...rest } = await told(stranger, QUESTION)
    assert.deepEqual(rest, { listed: [], counted: 0, found: [] })
    assert.doesNotMatch(said, /40 percent|Offer/)
    for (const [method, path, body] of [
      ['GET', '/api/documents/offer/text'],
      ['DELETE', '/api/documents/offer'],
      ['PUT', '/api/documents/offer/acl', { acl: null }],
    ] as const) {
      const refused = await read<object>(stranger.send(method, path, body), 404)
      const never = await read<object>(stranger.send(method, path.replace('offer', 'never'), body), 404)
      assert.deepEqual(refused, never)
    }
    assert.equal((await add(stranger, { id: 'offer', ...OFFER }, 409)).error?.code, 'conflict')
    assert.equal((await stranger.send('DELETE', `/api/collections/${shelf}`)).status, 403)
  }
})

test('who joins the group finds it with the next question, and who leaves it or loses the list does not', async () => {
  await enter(carl)
  assert.deepEqual((await told(carl, QUESTION)).found, ['offer'])
  await leave(carl)
  assert.deepEqual((await told(carl, QUESTION)).listed, [])
  await read(berta.send('PUT', '/api/documents/offer/acl', { acl: { users: ['carl vogel'] } }))
  assert.match((await told(carl, QUESTION)).said, /40 percent/)
  const { acl } = await read<{ acl: object }>(
    berta.send('PUT', '/api/documents/offer/acl', { acl: { groups: [sales] } }),
  )
  assert.deepEqual(acl, { users: [berta.id], groups: [sales], services: [], keys: [] })
  const { said, ...rest } = await told(carl, QUESTION)
  assert.deepEqual(rest, { listed: [], counted: 0, found: [] })
  assert.doesNotMatch(said, /40 percent|Offer/)
})

test('a new version that says nothing of readers is for the same ones, and one that does changes them', async () => {
  await add(berta, { id: 'offer', ...OFFER })
  assert.deepEqual((await told(carl, QUESTION)).listed, [])
  await add(berta, { id: 'offer', ...OFFER, acl: null })
  assert.deepEqual((await told(carl, QUESTION)).found, ['offer'])
  await add(berta, { id: 'offer', ...OFFER, acl: {} })
  assert.deepEqual((await told(carl, QUESTION)).found, [])
})

test('a collection says who reads what is added to it, and whoever adds it reads it too', async () => {
  await read(berta.send('PUT', `/api/collections/${shelf}/acl`, { acl: { groups: ['Sales'] } }))
  await add(carl, { id: 'note', title: 'Note', text: 'The note of Zeisig.', class: 'public' })
  assert.deepEqual((await told(carl, 'note')).listed, ['note'])
  assert.deepEqual((await told(berta, 'note')).listed.toSorted(), ['note', 'offer'])
  assert.deepEqual((await told(anna, 'note')).listed, [])
  await read(berta.send('PUT', `/api/collections/${shelf}/acl`, { acl: null }))
})

test('whom nobody knows cannot be named, and the field says where', async () => {
  const refused = await add(berta, { ...OFFER, acl: { users: [berta.id], groups: ['Sales', 'Nobody'] } }, 404)
  assert.deepEqual([refused.error?.code, refused.error?.param], ['not_found', 'documents[0].acl.groups[1]'])
})

test('the operator names readers from the command line, reads what it is not named in, and all is on record', async () => {
  const folder = testDirectory()
  const file = join(folder, 'price.md')
  writeFileSync(file, '# Prices\n\nThe price of Zeisig is nine.')
  const added = await house.cli(
    'add',
    '--collection',
    'Shelf',
    '--class',
    'public',
    '--acl-group',
    'Sales',
    file,
  )
  assert.equal(added.status, 0, added.stderr)
  assert.ok((await told(berta, 'price')).listed.includes(file))
  assert.ok(!(await told(carl, 'price')).listed.includes(file))
  const changed = await house.cli(
    'document',
    'acl',
    file,
    '--collection',
    'Shelf',
    '--user',
    'Carl Vogel',
    '--json',
  )
  assert.equal(changed.status, 0, changed.stderr)
  const { acl } = JSON.parse(changed.stdout) as { acl: object }
  assert.deepEqual(acl, { users: [carl.id], groups: [], services: [], keys: [] })
  assert.ok((await told(carl, 'price')).listed.includes(file))
  const defaults = await house.cli('document', 'defaults', 'Shelf', '--everybody')
  assert.equal(defaults.status, 0, defaults.stderr)
  const { stdout } = await house.cli('audit', 'search', '--action', 'document.acl_changed', '--json')
  const { data } = JSON.parse(stdout) as { data: { actor: string; detail: object }[] }
  assert.deepEqual(
    data.slice(0, 1).map(({ actor, detail }) => [actor, detail]),
    [['local-operator', { before: [`group:${sales}`], after: [`user:${carl.id}`] }]],
  )
})

test('a key of a person reads as the person, and a service account as itself', async () => {
  const { id } = await read<{ id: string }>(
    anna.send('POST', '/api/service-accounts', { name: 'Robot', role: 'member', scopes: ['knowledge'] }),
  )
  const { key } = await read<{ key: string }>(
    anna.send('POST', '/api/keys', { service: id, scopes: ['knowledge'] }),
  )
  const listed = async (bearer: string): Promise<readonly string[]> => {
    const headers = { authorization: `Bearer ${bearer}` }
    const answer = fetch(`${house.url}/api/collections/${shelf}/documents`, { headers })
    return (await read<{ data: { id: string }[] }>(answer)).data.map((one) => one.id)
  }
  await read(berta.send('PUT', '/api/documents/offer/acl', { acl: { groups: ['Sales'], self: false } }))
  assert.ok((await listed(berta.key.key)).includes('offer'))
  assert.ok(!(await listed(key)).includes('offer'))
  // A key that was made on the machine itself has the owner's role, and no list names it.
  assert.ok(!(await listed(house.apiKey)).includes('offer'))
  await read(berta.send('PUT', '/api/documents/offer/acl', { acl: { services: ['robot'] } }))
  assert.ok((await listed(key)).includes('offer'))
})

test('who was shut out of a document since reads it in no export, and who is erased is on no list', async () => {
  await add(carl, {
    id: 'own',
    title: 'Diary of Carl',
    text: 'What Carl wrote down.',
    class: 'public',
    acl: null,
  })
  const exported = async () => (await carl.send('POST', '/api/session/export')).text()
  assert.match(await exported(), /What Carl wrote down/)
  await read(berta.send('PUT', '/api/documents/own/acl', { acl: { groups: ['Sales'] } }))
  const text = await exported()
  assert.doesNotMatch(text, /What Carl wrote down|Diary/)
  assert.match(text, /"kind":"reader"/)
  const erased = await house.cli('user', 'erase', 'Carl Vogel', '--reason', 'Ticket 1', '--yes', '--json')
  assert.equal(erased.status, 0, erased.stderr)
  assert.deepEqual(await house.tablesWith([carl.id]), ['erasure'])
  assert.deepEqual((await told(berta, 'Diary')).found, ['own'])
})
