import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { LocalQuestion } from '../gateway/local-engine.ts'
import type { Caller } from '../identity/caller.ts'
import { tenantId } from '../store/tenant-id.ts'
import { ingest } from './ingest.ts'
import { createLocalEngine } from './local-engine.ts'
import type { Knowledge } from './knowledge.ts'
import { piecesOf } from './phrasing.ts'
import { inThisThread } from './search-engine.ts'
import type { QuotableDocument } from './text-cache.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const caller = (classCeiling: DataClass, by: Partial<Caller> = {}): Caller => ({
  tenant,
  principal: { kind: 'key', id: 'k', name: null },
  groups: [],
  roles: ['member'],
  scopes: null,
  baseClass: 'internal',
  classCeiling,
  budgets: [],
  ...by,
})

interface Paper {
  readonly name: string
  readonly text: string
  readonly class?: DataClass
  readonly collection?: string
}

/** A library in memory: the same index and analysis, without a database. */
async function library(papers: readonly Paper[]): Promise<Pick<Knowledge, 'find' | 'hasDocuments'>> {
  const retrieval = inThisThread()
  const documents = new Map<string, QuotableDocument>()
  for (const { name, text, class: dataClass = 'internal', collection = 'own' } of papers) {
    const bytes = Buffer.from(text)
    const job = {
      kind: 'file',
      id: name,
      class: dataClass,
      collection,
      fileName: name,
      bytes,
      textLimit: 1e6,
    } as const
    const read = await ingest(job)
    assert.equal(read.kind, 'file')
    await retrieval.add(tenant, { id: name, bytes: read.segment }, [])
    const title = read.kind === 'file' ? read.title : ''
    documents.set(name, {
      row: name,
      id: name,
      collectionId: collection,
      title,
      class: dataClass,
      text: read.kind === 'file' ? read.text : '',
    })
  }
  return {
    async find({ classCeiling: ceiling }, { text, limit, collections }) {
      const visible = { tenant, ceiling, ...(collections && { collections }) }
      const found = await retrieval.search({ text, limit }, visible, [])
      assert.ok('hits' in found)
      return {
        weights: found.weights,
        passages: found.hits.flatMap((hit) => {
          const document = documents.get(hit.document)
          return document ? [{ ...hit, document }] : []
        }),
      }
    },
    async hasDocuments(_, besides) {
      return [...documents.values()].some((document) => document.collectionId !== besides)
    },
  }
}

const HANDBOOK: Paper = {
  name: 'handbook.md',
  text: '# Staff handbook\n\nEmployees receive 28 days of leave.\nThe canteen opens at eight. Parking is free.',
}
const SECRET: Paper = {
  name: 'board.md',
  class: 'restricted',
  text: '# Board paper\n\nThe canteen closes for good in May. The merger with Northwind is signed.',
}
const CHINESE: Paper = { name: '手册.md', text: '# 员工手册\n\n年假为十五天。食堂八点开门。' }

interface Asking {
  readonly by?: Partial<Caller>
  readonly collections?: readonly string[]
}

async function ask(
  papers: readonly Paper[],
  question: string,
  ceiling: DataClass = 'internal',
  { by, collections }: Asking = {},
) {
  const knowledge = await library(papers)
  const engine = createLocalEngine({ knowledge, guide: () => 'guide' })
  const asked: LocalQuestion = {
    ...(collections && { collections }),
    caller: caller(ceiling, by),
    messages: [
      { role: 'user', content: 'Something else first?' },
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: [{ type: 'text', text: question }] },
    ],
  }
  const answer = await engine.answer(asked, new AbortController().signal)
  return { ...answer, text: answer.pieces.join('') }
}

test('an answer quotes the sentence, numbers it, names the document and says that it only quotes', async () => {
  const answer = await ask([HANDBOOK, CHINESE], 'How many days of leave do employees receive?')
  assert.match(answer.text, /^Quoted word for word.*no language model wrote this/)
  assert.match(answer.text, /“Employees receive 28 days of leave\.” \[1\]\n— Staff handbook/)
  const [citation] = answer.citations
  assert.deepEqual([citation?.n, citation?.documentId, citation?.title], [1, 'handbook.md', 'Staff handbook'])
  assert.equal(answer.class, 'internal')
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens)
})

test('a Chinese question is answered in Chinese', async () => {
  const answer = await ask([HANDBOOK, CHINESE], '年假有多少天?')
  assert.match(answer.text, /^以下内容逐字引自/)
  assert.match(answer.text, /“年假为十五天。” \[1\]/)
})

/** What is said to the last of some questions, each answered before the next is asked. */
async function converse(papers: readonly Paper[], ...questions: readonly string[]): Promise<string> {
  const engine = createLocalEngine({ knowledge: await library(papers), guide: () => null })
  const messages: { role: 'user' | 'assistant'; content: string }[] = []
  for (const content of questions) {
    messages.push({ role: 'user', content })
    const answer = await engine.answer({ caller: caller('internal'), messages }, new AbortController().signal)
    messages.push({ role: 'assistant', content: answer.pieces.join('') })
  }
  return messages.at(-1)?.content ?? ''
}

const REVENUE: Paper = {
  name: 'report.md',
  text: '# Report of Acme\n\nThe revenue of Acme was 30 million euros in 2022. In 2023 the revenue of Acme was 41 million euros. The canteen was rebuilt.',
}
const FILTER: Paper = {
  name: '净水器.md',
  text: '# 净水器X5说明书\n\n净水器X5安装前请关闭进水阀。整机售价为一千九百元。滤芯六个月更换一次。',
}

test('who asks for a kind is told the one that is meant, and not the other way round', async () => {
  const lease: Paper = {
    name: 'lease.md',
    text: '# Lease\n\nThe monthly rent is 1250 pounds. The tenant may keep two cats and one quiet dog.',
  }
  assert.match((await ask([lease], 'Which pets may the tenant keep?')).text, /two cats/)
  const rule: Paper = { name: 'rule.md', text: '# Rule\n\nThe tenant may keep a pet.' }
  assert.doesNotMatch((await ask([rule], 'How old is the tenant’s horse?')).text, /\[1\]/)
})

test('a follow-up that turns to something else is answered by itself', async () => {
  const english = 'How many days of leave do employees receive?'
  assert.match(await converse([HANDBOOK, CHINESE], english, 'And what about parking?'), /“Parking is free\.”/)
  assert.match(await converse([HANDBOOK, CHINESE], '年假有多少天？', '那食堂呢？'), /“食堂八点开门。”/)
})

test('a question that only makes sense after the one before is answered as it is meant, in both languages', async () => {
  const revenue = 'What was the revenue of Acme in 2022?'
  assert.match(await converse([REVENUE, HANDBOOK], revenue), /30 million euros in 2022.*\[1\]/)
  const next = await converse([REVENUE, HANDBOOK], revenue, 'And in 2023?')
  assert.match(next, /^Quoted word for word[^]*?“In 2023 the revenue of Acme was 41 million euros\.” \[1\]/)
  const price = await converse([FILTER, CHINESE], '净水器X5怎么安装？', '它多少钱？')
  assert.match(price, /^以下内容逐字引自[^]*?“整机售价为一千九百元。” \[1\]/)
  assert.match(await converse([REVENUE, HANDBOOK], 'And in 2023?'), /2023|nothing/)
})

test('thanks and goodbyes are answered without looking anything up', async () => {
  const question = 'How many days of leave do employees receive?'
  assert.match(await converse([HANDBOOK], question, 'Thank you so much!'), /^You are welcome/)
  assert.equal(await converse([CHINESE], '再见'), '再见。')
})

test('what nothing answers is refused with the nearest titles', async () => {
  const answer = await ask([HANDBOOK, CHINESE], 'Who repairs the canteen elevator doors?')
  assert.match(answer.text, /found nothing/)
  assert.match(answer.text, /“Staff handbook”/)
  assert.deepEqual(answer.citations, [])
})

test('who may use models and read no documents is quoted the guide and nothing else', async () => {
  const guide: Paper = {
    name: 'guide.md',
    collection: 'guide',
    text: '# Keys\n\nA key is revoked with one command.',
  }
  const papers = [HANDBOOK, guide]
  const question = 'How many days of leave do employees receive?'
  for (const by of [{ roles: ['guest'] }, { scopes: new Set(['model'] as const) }]) {
    const answer = await ask(papers, question, 'internal', { by })
    assert.doesNotMatch(answer.text, /28|Staff handbook|freehold add/)
    assert.deepEqual(answer.citations, [])
    const [cited] = (await ask(papers, 'How is a key revoked?', 'internal', { by })).citations
    assert.equal(cited?.title, 'Keys')
    await assert.rejects(ask(papers, question, 'internal', { by, collections: ['own'] }), {
      code: 'not_allowed',
    })
  }
  assert.match((await ask(papers, question)).text, /28 days/)
})

test('a text above the ceiling is neither quoted nor named', async () => {
  const low = await ask([HANDBOOK, SECRET], 'When was the merger with Northwind signed?')
  assert.doesNotMatch(low.text, /Board paper|merger/)
  assert.equal(low.class, 'public')
  const high = await ask([HANDBOOK, SECRET], 'Is the merger with Northwind signed?', 'restricted')
  assert.match(high.text, /The merger with Northwind is signed\./)
  assert.equal(high.class, 'restricted')
})

test('own documents come before the guide, unless the question is about Freehold', async () => {
  const line = 'Keys are created in the office.'
  const papers: Paper[] = [
    {
      name: 'guide.md',
      collection: 'guide',
      class: 'public',
      text: `# Keys\n\n${line} Freehold makes keys.`,
    },
    { name: 'own.md', text: `# Keys\n\n${line} Freehold makes keys.` },
  ]
  assert.equal((await ask(papers, 'Where are keys created?')).citations[0]?.documentId, 'own.md')
})

test('small talk and an empty house are told how to add documents', async () => {
  const hello = await ask([], 'Hello!')
  assert.match(hello.text, /freehold add PATH/)
  assert.match((await ask([], '你好')).text, /freehold add/)
  assert.match((await ask([], 'How many days of leave?')).text, /freehold add PATH/)
  assert.doesNotMatch((await ask([HANDBOOK], 'Hello!')).text, /freehold add/)
})

test('an answer that nobody waits for any more is given up', async () => {
  const engine = createLocalEngine({ knowledge: await library([HANDBOOK]), guide: () => null })
  const messages = [{ role: 'user' as const, content: 'When does the canteen open?' }]
  await assert.rejects(engine.answer({ caller: caller('internal'), messages }, AbortSignal.abort()), /abort/i)
})

test('the pieces of a stream are clauses and lose nothing', () => {
  const text = '“One, two; three.” [1]\n— Title\n\n年假,十五天。完'
  const pieces = piecesOf(text)
  assert.equal(pieces.join(''), text)
  assert.ok(pieces.length >= 5)
})
