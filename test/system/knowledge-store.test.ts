import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { DocumentParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import type { Knowledge, NewText } from '../../packages/server/src/knowledge/knowledge.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, asSuperuser, openTestStore } from './cluster.ts'
import type { Replica } from './knowledge-house.ts'
import { callerOf, replica } from './knowledge-house.ts'
import { pdf } from './pdf.ts'

let house: OpenedStore
let first: Replica
let knowledge: Knowledge
let caller: Caller
const data = mkdtempSync(join(tmpdir(), 'fh-'))

before(async () => {
  house = await openTestStore(data)
  first = replica(house.store)
  knowledge = first.knowledge
  caller = callerOf(house.store.home)
})
after(async () => {
  await first.parser.close()
  await house.close()
  rmSync(data, { recursive: true, force: true })
})

const collection = async (name: string): Promise<string> =>
  (await knowledge.createCollection(caller, name, {})).id
const text = (id: string | undefined, body: string, more: Partial<NewText> = {}): NewText => ({
  id,
  title: `Title of ${id ?? 'a text'}`,
  text: body,
  class: 'internal',
  ...more,
})
const refusedAs =
  (code: string, param?: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof Fault, String(error))
    assert.equal(error.code, code)
    if (param !== undefined) assert.equal(error.param, param)
    return true
  }

async function auditOf(
  subject: string,
): Promise<{ action: string; actor: string; request: string | null }[]> {
  return house.store.withTenant(caller, (tx) =>
    tx.db
      .selectFrom('audit_event')
      .select(['action', 'actor', 'request', 'detail'])
      .where('subject', '=', subject)
      .orderBy('at')
      .execute(),
  )
}

async function blobCount(): Promise<number> {
  let count = 0
  for await (const _ of house.store.blobs.list(caller.tenant)) count++
  return count
}

test('a file is found, read back and gone after its deletion', async () => {
  const id = await collection('Depot')
  const file = pdf([
    'The cold store is kept at minus eighteen degrees.',
    'Forklifts are inspected on Tuesdays.',
  ])
  const added = await knowledge.addFile(
    caller,
    id,
    { fileName: 'rules.pdf', bytes: file },
    { request: 'req_1' },
  )
  assert.deepEqual(
    [added.id.length, added.title, added.mediaType, added.class, added.sizeBytes, added.passages],
    [36, 'rules', 'application/pdf', 'internal', file.length, 1],
  )
  const [hit] = await knowledge.search(caller, id, 'when are forklifts inspected?', 5)
  assert.equal(hit?.documentId, added.id)
  const { text } = await knowledge.documentText(caller, added.id)
  assert.equal(text.slice(hit?.span.start, hit?.span.end), hit?.text)
  assert.match(text, /minus eighteen/)
  const listed = await knowledge.listDocuments(caller, id, { limit: 10 })
  assert.deepEqual(listed, { data: [added], next: null })
  await knowledge.deleteDocument(caller, { id: added.id }, { request: 'req_2' })
  assert.deepEqual(await knowledge.search(caller, id, 'forklifts', 5), [])
  await assert.rejects(knowledge.documentText(caller, added.id), refusedAs('not_found'))
  const events = await auditOf(id)
  assert.deepEqual(
    events.map(({ action, actor, request }) => [action, actor, request]),
    [
      ['collection.created', 'tester', null],
      ['documents.added', 'tester', 'req_1'],
    ],
  )
})

test('a document sent again under its id takes the place of the old one', async () => {
  const id = await collection('Policies')
  await knowledge.addTexts(
    caller,
    id,
    [text('leave', 'Holiday is twenty days.'), text('b', 'Parking is free.')],
    {},
  )
  const blobs = await blobCount()
  await knowledge.addTexts(caller, id, [text('leave', 'Holiday is thirty days.')], {})
  assert.deepEqual(
    (await knowledge.search(caller, id, 'holiday', 5)).map((hit) => hit.text),
    ['Holiday is thirty days.'],
  )
  assert.equal((await knowledge.listDocuments(caller, id, { limit: 10 })).data.length, 2)
  assert.equal((await knowledge.documentText(caller, 'leave')).text, 'Holiday is thirty days.')
  await knowledge.addTexts(caller, id, [text('b', 'Parking costs two euros.')], {})
  // The first segment holds nothing any more and left with its blob.
  assert.equal(await blobCount(), blobs + 1)
})

test('two replacements at the same moment leave one document', async () => {
  const id = await collection('Races')
  await Promise.all(
    ['one', 'two', 'three'].map((word) =>
      knowledge.addTexts(caller, id, [text('same', `Version ${word} here.`)], {}),
    ),
  )
  assert.equal((await knowledge.listDocuments(caller, id, { limit: 10 })).data.length, 1)
  assert.equal((await knowledge.search(caller, id, 'version', 5)).length, 1)
})

test('names, classes and permissions that cannot be are refused and leave nothing behind', async () => {
  const id = await collection('Refusals')
  await assert.rejects(collection('Refusals'), refusedAs('conflict', 'name'))
  const low = callerOf(house.store.home, 'internal')
  await assert.rejects(
    knowledge.addTexts(low, id, [text('x', 'Secret.', { class: 'confidential' })], {}),
    refusedAs('above_ceiling', 'documents[0].class'),
  )
  await assert.rejects(
    knowledge.addTexts(
      caller,
      id,
      [text('x', 'Open.', { acl: { users: [], groups: ['a'], services: [], self: true } })],
      {},
    ),
    refusedAs('not_found', 'documents[0].acl.groups[0]'),
  )
  await assert.rejects(
    knowledge.addTexts(caller, id, [text('x', 'One.'), text('x', 'Two.')], {}),
    refusedAs('invalid', 'documents[1].id'),
  )
  const blobs = await blobCount()
  await assert.rejects(
    knowledge.addFile(caller, id, { fileName: 'a.pdf', bytes: Buffer.from('%PDF-1.4 broken') }, {}),
    refusedAs('unreadable_document'),
  )
  await assert.rejects(
    knowledge.addFile(caller, id, { fileName: 'a.odt', bytes: Buffer.from('PK') }, {}),
    refusedAs('wrong_media_type'),
  )
  assert.equal((await knowledge.listDocuments(caller, id, { limit: 10 })).data.length, 0)
  assert.equal(await blobCount(), blobs)
})

test('a transaction that fails leaves neither rows nor blobs', async () => {
  const id = await collection('Failing')
  const blobs = await blobCount()
  await asSuperuser(data, (client) =>
    client.query("ALTER TABLE audit_event ADD CONSTRAINT stop CHECK (action <> 'documents.added') NOT VALID"),
  )
  try {
    await assert.rejects(
      knowledge.addFile(caller, id, { fileName: 'a.txt', bytes: Buffer.from('Some words.') }, {}),
    )
  } finally {
    await asSuperuser(data, (client) => client.query('ALTER TABLE audit_event DROP CONSTRAINT stop'))
  }
  assert.equal(await blobCount(), blobs)
  assert.deepEqual(await knowledge.search(caller, id, 'words', 5), [])
  assert.equal((await knowledge.listDocuments(caller, id, { limit: 10 })).data.length, 0)
})

test('a commit that lands after its answer was given up on keeps its file', async () => {
  const id = await collection('Late')
  const landing = Promise.withResolvers<void>()
  const landed: Promise<unknown>[] = []
  /** Gives the transaction that adds rows up while it is open; it commits when the test lets it. */
  const late: Store = {
    ...house.store,
    withTenant: async (context, fn) => {
      let isAdding = false
      const givenUp = Promise.withResolvers<never>()
      const done = house.store.withTenant(context, async (tx) => {
        const result = await fn(tx)
        const rows = tx.db.selectFrom('index_segment').select('id').where('collection_id', '=', id)
        isAdding = (await rows.executeTakeFirst()) !== undefined
        if (!isAdding) return result
        givenUp.reject(new Fault('unavailable', 'The database did not answer in time.'))
        await landing.promise
        return result
      })
      landed.push(done)
      return Promise.race([done, givenUp.promise])
    },
  }
  const other = replica(late)
  const file = { fileName: 'late.txt', bytes: Buffer.from('The tram leaves at seven.') }
  await assert.rejects(other.knowledge.addFile(caller, id, file, {}), refusedAs('unavailable'))
  await other.parser.close()
  landing.resolve()
  await Promise.all(landed)
  const third = replica(house.store)
  const [hit] = await third.knowledge.search(caller, id, 'tram', 5)
  assert.equal(hit?.text, 'The tram leaves at seven.')
  await third.parser.close()
})

test('what lies above the ceiling is not found, listed, counted, read, replaced or deleted', async () => {
  const id = await collection('Classes')
  await knowledge.addTexts(
    caller,
    id,
    [
      text('open', 'The canteen opens at eight.'),
      text('closed', 'The canteen closes for good.', { class: 'restricted' }),
    ],
    {},
  )
  const low = callerOf(house.store.home, 'internal')
  assert.deepEqual(
    (await knowledge.search(low, id, 'canteen', 5)).map((hit) => hit.documentId),
    ['open'],
  )
  assert.deepEqual(
    (await knowledge.listDocuments(low, id, { limit: 5 })).data.map((document) => document.id),
    ['open'],
  )
  const seen = await knowledge.listCollections(low, { limit: 100 })
  assert.equal(seen.data.find((entry) => entry.id === id)?.documents, 1)
  await assert.rejects(knowledge.documentText(low, 'closed'), refusedAs('not_found'))
  await assert.rejects(knowledge.deleteDocument(low, { id: 'closed' }, {}), refusedAs('not_found'))
  await assert.rejects(knowledge.addTexts(low, id, [text('closed', 'Mine now.')], {}), refusedAs('conflict'))
  await assert.rejects(knowledge.deleteCollection(low, id, {}), (error) => {
    refusedAs('above_ceiling')(error)
    // What the collection holds is not told.
    return error instanceof Error && !/document|holds/.test(error.message)
  })
  assert.equal((await knowledge.documentText(caller, 'closed')).text, 'The canteen closes for good.')
})

test('an id that two collections hold is asked about', async () => {
  const [a, b] = [await collection('Left'), await collection('Right')]
  await knowledge.addTexts(caller, a, [text('twin', 'Left text.')], {})
  await knowledge.addTexts(caller, b, [text('twin', 'Right text.')], {})
  await assert.rejects(knowledge.documentText(caller, 'twin'), refusedAs('conflict', 'collection'))
  assert.equal((await knowledge.documentText(caller, 'twin', b)).text, 'Right text.')
})

test('another tenant finds nothing and is told nothing', async () => {
  const stranger = callerOf(tenantId(await addTenant(data)))
  const id = await collection('Ours')
  await knowledge.addTexts(caller, id, [text('ours', 'The vault code is under the mat.')], {})
  await assert.rejects(knowledge.search(stranger, id, 'vault', 5), refusedAs('not_found'))
  await assert.rejects(knowledge.documentText(stranger, 'ours'), refusedAs('not_found'))
  await assert.rejects(knowledge.deleteCollection(stranger, id, {}), refusedAs('not_found'))
  assert.deepEqual(await knowledge.listCollections(stranger, { limit: 10 }), { data: [], next: null })
  assert.deepEqual((await knowledge.find(stranger, { text: 'vault code', limit: 5 })).passages, [])
})

test('lists come in pages without gaps', async () => {
  const id = await collection('Pages')
  const documents = Array.from({ length: 7 }, (_, at) => text(`p${at}`, `Page number ${at}.`))
  await knowledge.addTexts(caller, id, documents, {})
  const seen: string[] = []
  let after: string | undefined
  do {
    const { data: rows, next } = await knowledge.listDocuments(caller, id, { limit: 3, after })
    seen.push(...rows.map((row) => row.id))
    after = next ?? undefined
  } while (after !== undefined)
  assert.deepEqual(new Set(seen), new Set(documents.map((document) => document.id)))
  assert.equal(seen.length, documents.length)
  await assert.rejects(
    knowledge.listDocuments(caller, id, { limit: 3, after: 'nonsense' }),
    refusedAs('invalid', 'after'),
  )
})

test('another replica sees adds and deletes a second later', async () => {
  const id = await collection('Replicas')
  const other = replica(house.store, first.parser)
  await knowledge.addTexts(caller, id, [text('r1', 'Herons nest in spring.')], {})
  const found = async (word: string) =>
    (await other.knowledge.search(caller, id, word, 5)).map((hit) => hit.documentId)
  assert.deepEqual(await found('herons'), ['r1'])
  await knowledge.addTexts(caller, id, [text('r2', 'Herons eat frogs.'), text('r3', 'Storks eat frogs.')], {})
  assert.deepEqual(await found('frogs'), [], 'within the second it still shows what it knew')
  other.clock.advance(1001)
  assert.deepEqual((await found('frogs')).toSorted(), ['r2', 'r3'])
  await knowledge.deleteDocument(caller, { id: 'r3', collection: id }, {})
  other.clock.advance(1001)
  assert.deepEqual(await found('frogs'), ['r2'])
  await knowledge.deleteCollection(caller, id, {})
  await assert.rejects(found('frogs'), refusedAs('not_found'))
})

test('many small adds are merged, and every replica finds the same before and after', async () => {
  const id = await collection('Merging')
  const other = replica(house.store, first.parser)
  for (let at = 0; at < 12; at++)
    await knowledge.addTexts(caller, id, [text(`m${at}`, `Lighthouse number ${at} shines.`)], {})
  await knowledge.deleteDocument(caller, { id: 'm3', collection: id }, {})
  const before = (await other.knowledge.search(caller, id, 'lighthouse', 50)).map((hit) => hit.documentId)
  await knowledge.settled()
  assert.deepEqual(first.reported, [])
  const segments = await house.store.withTenant(caller, (tx) =>
    tx.db.selectFrom('index_segment').select('id').where('collection_id', '=', id).execute(),
  )
  assert.ok(segments.length <= 8, `${segments.length} segments`)
  other.clock.advance(1001)
  const expected = Array.from({ length: 12 }, (_, at) => `m${at}`).filter((name) => name !== 'm3')
  for (const { knowledge: room } of [first, other, replica(house.store, first.parser)]) {
    const after = (await room.search(caller, id, 'lighthouse', 50)).map((hit) => hit.documentId)
    assert.deepEqual(after.toSorted(), expected.toSorted())
  }
  assert.deepEqual(before.toSorted(), expected.toSorted())
})

test('five thousand texts go in as one batch', async () => {
  const id = await collection('Bulk')
  const before = process.cpuUsage()
  const documents = Array.from({ length: 5000 }, (_, at) =>
    text(
      `bulk-${at}`,
      `Entry ${at} tells of subject ${at % 97} and of place ${at % 13} in a few plain words.`,
    ),
  )
  const added = await knowledge.addTexts(caller, id, documents, {})
  assert.equal(added.length, 5000)
  assert.equal((await knowledge.search(caller, id, 'subject 42', 3)).length, 3)
  const seconds = process.cpuUsage(before).user / 1e6
  assert.ok(seconds < 60, `${seconds} s`)
})

test('no word of a document lies readable in the data directory', async () => {
  const id = await collection('Zanzibarish names')
  const bytes = Buffer.from('# Quetzalcoatlus\n\nThe pterodactyloid flew over 翼龙化石 valleys.')
  await knowledge.addFile(caller, id, { fileName: 'xylophonist.md', bytes, id: 'hummingbirdish' }, {})
  await asSuperuser(data, (client) => client.query('CHECKPOINT'))
  const needles = [
    'Zanzibarish',
    'Quetzalcoatlus',
    'quetzalcoatlu',
    'pterodactyloid',
    '翼龙',
    'xylophonist',
    'hummingbirdish',
  ]
  const files = readdirSync(data, { recursive: true, encoding: 'utf8' }).map((name) => join(data, name))
  const leaks = files
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .flatMap((file) => {
      const content = readFileSync(file)
      return needles.filter((needle) => content.includes(needle)).map((needle) => `${needle} in ${file}`)
    })
  assert.deepEqual(leaks, [])
  // The same look finds what is stored plain, so it would have found the words.
  const plain = files.filter(
    (file) =>
      statSync(file, { throwIfNoEntry: false })?.isFile() && readFileSync(file).includes('documents.added'),
  )
  assert.ok(plain.length > 0)
})

async function newestSegment(id: string): Promise<string> {
  const { blob_key: blob } = await house.store.withTenant(caller, (tx) =>
    tx.db
      .selectFrom('index_segment')
      .select('blob_key')
      .where('collection_id', '=', id)
      .orderBy('sequence', 'desc')
      .executeTakeFirstOrThrow(),
  )
  return blob
}

test('a lost segment is told of, searches go on without it, and it is rebuilt from the texts', async () => {
  const id = await collection('Damaged')
  await knowledge.addTexts(caller, id, [text('whole', 'The orchard has pears.')], {})
  await knowledge.addTexts(caller, id, [text('lost', 'The orchard has quinces.')], {})
  const blobs = await blobCount()
  const blob = await newestSegment(id)
  const path = join(data, 'blobs', caller.tenant, blob.slice(0, 2), blob)
  writeFileSync(path, readFileSync(path).fill(0, 100))
  const other = replica(house.store, first.parser)
  const found = async ({ knowledge: room }: Replica) =>
    (await room.search(caller, id, 'orchard', 5)).map((hit) => hit.documentId).toSorted()
  assert.deepEqual(await found(other), ['whole'])
  assert.equal(other.reported.length, 1)
  await other.knowledge.settled()
  assert.deepEqual(await found(other), ['lost', 'whole'])
  assert.deepEqual(await found(replica(house.store, first.parser)), ['lost', 'whole'])
  assert.equal(other.reported.length, 1)
  assert.equal(await blobCount(), blobs, 'the lost one is gone')
  await knowledge.deleteDocument(caller, { id: 'lost', collection: id }, {})
  other.clock.advance(1001)
  assert.deepEqual(await found(other), ['whole'])
})

test('a segment that cannot be read for the moment is read again a minute later', async () => {
  const id = await collection('Flaky')
  await knowledge.addTexts(caller, id, [text('f1', 'The meadow has larks.')], {})
  await knowledge.addTexts(caller, id, [text('f2', 'The meadow has mice.')], {})
  const broken = new Set([await newestSegment(id)])
  const { blobs } = house.store
  const flaky: Store = {
    ...house.store,
    blobs: {
      put: (tenant, sealed) => blobs.put(tenant, sealed),
      get: async (tenant, key) => {
        if (broken.has(key)) throw Object.assign(new Error('the disk stutters'), { code: 'EIO' })
        return blobs.get(tenant, key)
      },
      delete: (tenant, key) => blobs.delete(tenant, key),
      list: (tenant) => blobs.list(tenant),
    },
  }
  const other = replica(flaky, first.parser)
  const found = async () =>
    (await other.knowledge.search(caller, id, 'meadow', 5)).map((hit) => hit.documentId).toSorted()
  assert.deepEqual(await found(), ['f1'])
  other.clock.advance(1001)
  assert.deepEqual(await found(), ['f1'])
  assert.equal(other.reported.length, 1, 'told of once, not every second')
  broken.clear()
  other.clock.advance(60_001)
  assert.deepEqual(await found(), ['f1', 'f2'])
})

test('a merge that is too much for the parser is tried smaller, not again and again', async () => {
  const id = await collection('Heavy')
  const merged: number[] = []
  /** Merges up to four segments; more are too much. */
  const weak: DocumentParser = {
    close: () => Promise.resolve(),
    run(job) {
      if (job.kind !== 'merge') return first.parser.run(job)
      merged.push(job.segments.length)
      if (job.segments.length > 4) return Promise.reject(new Fault('unreadable_document', 'Too much.'))
      return first.parser.run(job)
    },
  }
  const other = replica(house.store, weak)
  for (let at = 0; at < 30; at++) {
    await other.knowledge.addTexts(caller, id, [text(`h${at}`, `Anvil number ${at}.`)], {})
    await other.knowledge.settled()
  }
  assert.equal(merged.filter((parts) => parts > 4).length, 1, String(merged))
  assert.equal(other.reported.length, 1)
  assert.equal((await other.knowledge.search(caller, id, 'anvil', 50)).length, 30)
})

test('a disk that is full when the index is written leaves no file behind', async () => {
  const id = await collection('Full')
  const blobs = await blobCount()
  const puts: string[] = []
  const full: Store = {
    ...house.store,
    blobs: {
      put: async (tenant, sealed) => {
        if (puts.length > 0) throw new Fault('storage_full', 'The disk is full.')
        const key = await house.store.blobs.put(tenant, sealed)
        puts.push(key)
        return key
      },
      get: (tenant, key) => house.store.blobs.get(tenant, key),
      delete: (tenant, key) => house.store.blobs.delete(tenant, key),
      list: (tenant) => house.store.blobs.list(tenant),
    },
  }
  const other = replica(full, first.parser)
  const file = { fileName: 'a.txt', bytes: Buffer.from('Some words.') }
  await assert.rejects(other.knowledge.addFile(caller, id, file, {}), refusedAs('storage_full'))
  assert.equal(puts.length, 1)
  assert.equal(await blobCount(), blobs)
})
