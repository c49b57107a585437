import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ingest } from '../../packages/server/src/knowledge/ingest.ts'
import { inThisThread } from '../../packages/server/src/knowledge/search-engine.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { SetLanguage } from './answer-sets.ts'
import type { RetrievalSet, SoughtDocuments } from './retrieval-sets.ts'
import { ndcg10, retrievalSet } from './retrieval-sets.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const visible = { tenant, ceiling: 'internal', collections: ['c'] } as const

/** `widened`: whether words and meaning may be brought in at all. */
async function searched({ documents }: RetrievalSet, widened: boolean) {
  const read = await ingest({
    kind: 'texts',
    collection: 'c',
    documents: documents.map(({ id, text }) => ({ id, class: 'internal', title: '·', text })),
  })
  const engine = inThisThread(
    widened ? {} : { feedback: { from: Infinity, mostShare: 0 }, learning: { fewest: Infinity } },
  )
  await engine.add(tenant, { id: 's', bytes: read.segment }, [])
  return async (asked: readonly SoughtDocuments[]): Promise<number> => {
    let sum = 0
    for (const { text, right } of asked) {
      const found = await engine.search({ text, limit: 100 }, visible, [])
      assert.ok('hits' in found)
      sum += ndcg10(
        found.hits.map(({ document }) => document),
        right,
      )
    }
    return sum / asked.length
  }
}

const LEAST: Readonly<Record<SetLanguage, { readonly known: number; readonly topical: number }>> = {
  en: { known: 0.8, topical: 0.34 },
  zh: { known: 0.94, topical: 0.41 },
}

for (const language of ['en', 'zh'] as const)
  test(`in ${language}, who asks for one fact finds it nearly as well as by words alone, and a subject is found too`, async (t) => {
    const set = retrievalSet(language)
    const [whole, words] = [await searched(set, true), await searched(set, false)]
    const figures = {
      known: await whole(set.known),
      topical: await whole(set.topical),
      knownByWords: await words(set.known),
      topicalByWords: await words(set.topical),
    }
    const said = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(4)}`)
    t.diagnostic(
      `${set.documents.length} texts, ${set.known.length} + ${set.topical.length} questions, nDCG@10 ${said.join(', ')}`,
    )
    assert.ok(figures.known >= LEAST[language].known)
    assert.ok(figures.topical >= LEAST[language].topical)
    assert.ok(figures.known >= figures.knownByWords - 0.03)
    assert.ok(figures.topical >= figures.topicalByWords)
  })
