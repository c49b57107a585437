import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { LocalAnswer } from '../../packages/server/src/gateway/local-engine.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import { addGuide } from '../../packages/server/src/knowledge/guide.ts'
import { createLocalEngine } from '../../packages/server/src/knowledge/local-engine.ts'
import type { Knowledge } from '../../packages/server/src/knowledge/knowledge.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, openTestStore } from './cluster.ts'
import type { Replica } from './knowledge-house.ts'
import { callerOf, replica } from './knowledge-house.ts'
import { ABOUT_US } from './knowledge-first-questions.ts'
import { HELD_OUT, PAPERS, QUESTIONS } from './knowledge-questions.ts'
import type { Quoted } from './knowledge-shelf.ts'
import { tallyOf } from './knowledge-shelf.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
const guideFolder = mkdtempSync(join(tmpdir(), 'fh-guide-'))
let house: OpenedStore
let first: Replica
let caller: Caller
let guide: string
let own: string

before(async () => {
  cpSync(join(import.meta.dirname, '../../packages/server/guide'), guideFolder, { recursive: true })
  house = await openTestStore(data)
  first = replica(house.store)
  caller = callerOf(house.store.home)
  guide = await addGuide({ store: house.store, knowledge: first.knowledge, folder: guideFolder })
  own = (await first.knowledge.createCollection(caller, 'Papers', {})).id
  for (const { file, text } of PAPERS)
    await first.knowledge.addFile(caller, own, { fileName: file, bytes: Buffer.from(text), id: file }, {})
})
after(async () => {
  await first.parser.close()
  await house.close()
  rmSync(data, { recursive: true, force: true })
  rmSync(guideFolder, { recursive: true, force: true })
})

async function ask(
  content: string,
  collections?: readonly string[],
): Promise<LocalAnswer & { text: string }> {
  const engine = createLocalEngine({ knowledge: first.knowledge, guide: () => guide })
  const question = {
    caller,
    messages: [{ role: 'user' as const, content }],
    ...(collections && { collections }),
  }
  const answer = await engine.answer(question, new AbortController().signal)
  return { ...answer, text: answer.pieces.join('') }
}

/** The quoted words, read back through the stored text. */
async function quotesOf(answer: LocalAnswer): Promise<string[]> {
  return Promise.all(
    answer.citations.map(async ({ documentId, span }) => {
      const { text } = await first.knowledge.documentText(caller, documentId)
      return text.slice(span.start, span.end)
    }),
  )
}

/** What is quoted; every citation resolves to exactly what the answer shows. */
async function shownQuotes(question: string): Promise<readonly Quoted[]> {
  const said = await ask(question)
  const quotes = await quotesOf(said)
  for (const quote of quotes) assert.ok(said.text.includes(`“${quote}”`), quote)
  return quotes.map((text) => ({ text, file: '' }))
}

test('questions in the words of the papers are answered, and what they do not say is refused', async (t) => {
  const { inFirst, inAny, refusal } = await tallyOf(shownQuotes, QUESTIONS)
  t.diagnostic(`first ${inFirst.toFixed(2)}, any ${inAny.toFixed(2)}, refusal F1 ${refusal.toFixed(2)}`)
  assert.ok(inFirst >= 0.9 && inAny >= 0.95 && refusal >= 0.95)
})

test('questions in other words are answered more often than not', async (t) => {
  const { inFirst, inAny, refusal } = await tallyOf(shownQuotes, HELD_OUT)
  t.diagnostic(`first ${inFirst.toFixed(2)}, any ${inAny.toFixed(2)}, refusal F1 ${refusal.toFixed(2)}`)
  assert.ok(inFirst >= 0.75 && inAny >= 0.8 && refusal >= 0.8)
})

test('questions about Freehold are answered from the guide, in the language of the question', async () => {
  for (const [question, answer] of ABOUT_US) {
    if (answer === null) continue
    const said = await ask(question)
    const quotes = await quotesOf(said)
    const [quote = ''] = quotes
    assert.match(quotes.join('\n'), answer, question)
    assert.equal(/\p{Script=Han}/u.test(quote), /\p{Script=Han}/u.test(question), question)
    const cited = await Promise.all(
      said.citations.map(({ documentId }) => first.knowledge.documentText(caller, documentId)),
    )
    assert.ok(
      cited.some((document) => document.collectionId === guide),
      question,
    )
  }
})

test('a question to one collection is answered from it alone, to an unknown one refused', async () => {
  assert.equal((await ask('How do I create an API key?', [own])).citations.length, 0)
  await assert.rejects(ask('Which zeppelin is there?', ['00000000-0000-7000-8000-000000000000']), {
    code: 'not_found',
    param: 'freehold.collections',
  })
})

test('the guide is added once, replaced where its text changed, and cleared of what is no longer shipped', async () => {
  const count = async () => (await first.knowledge.listDocuments(caller, guide, { limit: 200 })).data
  const before = await count()
  const rooms = { store: house.store, knowledge: first.knowledge, folder: guideFolder }
  assert.equal(await addGuide(rooms), guide)
  assert.deepEqual(await count(), before)
  writeFileSync(join(guideFolder, 'api.en.md'), '# API\n\nThe zeppelin endpoint is new.\n')
  rmSync(join(guideFolder, 'api.zh-CN.md'))
  await addGuide(rooms)
  const now = await count()
  assert.equal(now.length, before.length - 1)
  assert.match((await ask('What is the zeppelin endpoint?')).text, /The zeppelin endpoint is new\./)
  const kept = before.filter((document) => !document.id.includes('api.'))
  assert.ok(kept.every((document) => now.some((other) => other.createdAt === document.createdAt)))
})

test('only the program writes to the guide, whatever the ceiling of who asks', async () => {
  const refused = { code: 'not_allowed' }
  const { knowledge } = first
  const file = { fileName: 'mine.txt', bytes: Buffer.from('My own note.'), class: 'public' as const }
  const note = { id: 'n', title: 'Note', text: 'My own note.', class: 'public' as const }
  const before = await knowledge.listDocuments(caller, guide, { limit: 200 })
  for (const who of [caller, callerOf(house.store.home, 'public'), localOperator(house.store.home)]) {
    await assert.rejects(knowledge.addFile(who, guide, file, {}), refused)
    await assert.rejects(knowledge.addTexts(who, guide, [note], {}), refused)
    const id = before.data[0]?.id ?? ''
    await assert.rejects(knowledge.deleteDocument(who, { id, collection: guide }, {}), refused)
    await assert.rejects(knowledge.deleteCollection(who, guide, {}), refused)
  }
  assert.deepEqual(await knowledge.listDocuments(caller, guide, { limit: 200 }), before)
})

test('replicas that start together share one guide, which leaves a collection of its name alone', async () => {
  const tenant = tenantId(await addTenant(data))
  const store = { ...house.store, home: tenant }
  const someone = callerOf(tenant)
  const mine = (await first.knowledge.createCollection(someone, 'Freehold guide', {})).id
  const note = { id: 'mine', title: 'Note', text: 'The rowing club meets.', class: 'public' as const }
  await first.knowledge.addTexts(someone, mine, [note], {})
  const second = replica(store, first.parser)
  const start = (knowledge: Knowledge) => addGuide({ store, knowledge, folder: guideFolder })
  const [one, two] = await Promise.all([start(first.knowledge), start(second.knowledge)])
  assert.equal(one, two)
  assert.notEqual(one, mine)
  assert.equal(await start(first.knowledge), one)
  const shipped = readdirSync(guideFolder).map((name) => `freehold-guide/${name}`)
  const held = await first.knowledge.listDocuments(someone, one, { limit: 200 })
  assert.deepEqual(held.data.map((document) => document.id).toSorted(), shipped.toSorted())
  assert.equal((await first.knowledge.documentText(someone, 'mine')).text, note.text)
})
