import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inThisThread } from '../../packages/server/src/knowledge/search-engine.ts'
import { ingest } from '../../packages/server/src/knowledge/ingest.ts'
import type { Knowledge } from '../../packages/server/src/knowledge/knowledge.ts'
import { createLocalEngine } from '../../packages/server/src/knowledge/local-engine.ts'
import type { QuotableDocument } from '../../packages/server/src/knowledge/text-cache.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { callerOf } from './knowledge-house.ts'
import type { Asked, Paper } from './knowledge-questions.ts'

export const GUIDE = 'guide'
const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const guideFolder = join(import.meta.dirname, '../../packages/server/guide')

/** What is quoted for a question: the words, and the file that they stand in. */
export interface Quoted {
  readonly text: string
  readonly file: string
}

/** A shelf of papers in memory: what is searched on it, and the words of each of its documents. */
interface Shelf {
  readonly knowledge: Pick<Knowledge, 'find' | 'hasDocuments'>
  readonly documents: ReadonlyMap<string, QuotableDocument>
}

/** The guide and some papers on a shelf in memory, to be searched. */
export async function searchedShelf(papers: readonly Paper[]): Promise<Shelf> {
  const retrieval = inThisThread()
  const documents = new Map<string, QuotableDocument>()
  const guide = readdirSync(guideFolder).map((file) => ({
    file,
    text: readFileSync(join(guideFolder, file), 'utf8'),
    collection: GUIDE,
  }))
  for (const { file, text, collection } of [
    ...guide,
    ...papers.map(({ file, text }) => ({ file, text, collection: 'own' })),
  ]) {
    const about = { id: file, class: 'internal', collection, fileName: file } as const
    const read = await ingest({ ...about, kind: 'file', bytes: Buffer.from(text), textLimit: 1e6 })
    assert.ok(read.kind === 'file')
    await retrieval.add(tenant, { id: file, bytes: read.segment }, [])
    documents.set(file, {
      row: file,
      id: file,
      collectionId: collection,
      title: read.title,
      class: 'internal',
      text: read.text,
    })
  }
  const knowledge: Pick<Knowledge, 'find' | 'hasDocuments'> = {
    async find({ classCeiling: ceiling }, { text, limit }) {
      const visible = { tenant, ceiling }
      const found = await retrieval.search({ text, limit }, visible, [])
      assert.ok('hits' in found)
      const passages = found.hits.flatMap((hit) => {
        const document = documents.get(hit.document)
        return document ? [{ ...hit, document }] : []
      })
      return { passages, weights: found.weights }
    },
    hasDocuments: async () => papers.length > 0,
  }
  return { knowledge, documents }
}

/** The guide and some papers on a shelf in memory, as the local engine reads them. */
export async function shelfOf(
  papers: readonly Paper[],
): Promise<(question: string) => Promise<readonly Quoted[]>> {
  const { knowledge, documents } = await searchedShelf(papers)
  const engine = createLocalEngine({ knowledge, guide: () => GUIDE })
  return async (content) => {
    const asked = { caller: callerOf(tenant), messages: [{ role: 'user' as const, content }] }
    const { citations } = await engine.answer(asked, new AbortController().signal)
    return citations.map(({ documentId, span }) => ({
      file: documentId,
      text: documents.get(documentId)?.text.slice(span.start, span.end) ?? '',
    }))
  }
}

export interface Tally {
  /** Shares of the questions that have an answer. */
  readonly inFirst: number
  readonly inAny: number
  /** F1 of refusing what the papers do not say. */
  readonly refusal: number
}

/** How well questions are answered; an answer is a fragment or a pattern of what must be quoted, null: to be refused. */
export async function tallyOf(
  ask: (question: string) => Promise<readonly Quoted[]>,
  questions: readonly (readonly [question: string, answer: Asked[1] | RegExp])[],
): Promise<Tally> {
  const count = { answerable: 0, inFirst: 0, inAny: 0, right: 0, wrong: 0, missed: 0 }
  for (const [question, answer] of questions) {
    const quotes = await ask(question)
    if (answer === null) {
      count[quotes.length === 0 ? 'right' : 'missed']++
      continue
    }
    const fits = (quote: Quoted) =>
      typeof answer === 'string' ? quote.text.includes(answer) : answer.test(quote.text)
    count.answerable++
    if (quotes.length === 0) count.wrong++
    if (quotes[0] && fits(quotes[0])) count.inFirst++
    if (quotes.some(fits)) count.inAny++
  }
  return {
    inFirst: count.inFirst / count.answerable,
    inAny: count.inAny / count.answerable,
    refusal: (2 * count.right) / (2 * count.right + count.wrong + count.missed),
  }
}
