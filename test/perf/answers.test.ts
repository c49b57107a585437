import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Classifier, trainClassifier } from '../../packages/server/src/kernel/linear/classifier.ts'
import { inThisThread } from '../../packages/server/src/knowledge/search-engine.ts'
import { ingest } from '../../packages/server/src/knowledge/ingest.ts'
import type { Knowledge } from '../../packages/server/src/knowledge/knowledge.ts'
import { createLocalEngine } from '../../packages/server/src/knowledge/local-engine.ts'
import { answerSet } from '../system/answer-sets.ts'
import { callerOf } from '../system/knowledge-house.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'

const caller = callerOf(tenantId('00000000-0000-7000-8000-000000000001'))

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0
}

/** A fixed piece of work of the same kind, to measure this machine at this moment. */
function baselineMs(): number {
  const words = Array.from({ length: 2000 }, (_, at) => `word${(at * 7919) % 2000}`)
  const started = performance.now()
  for (let round = 0; round < 20; round++) {
    const counts = new Map<string, number>()
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    ;[...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1))
  }
  return performance.now() - started
}

test('choosing the sentences of an answer keeps its proportion to plain work at ten thousand passages', async (t) => {
  const { papers, questions } = answerSet('learn', 'zh')
  // The same papers under other names, until there are as many passages as in a large house.
  const documents = Array.from({ length: 10_000 }, (_, at) => {
    const { file, text } = papers[at % papers.length] ?? { file: '', text: '' }
    return {
      id: `${at}-${file}`,
      title: `${at}`,
      class: 'internal' as const,
      text: text.replaceAll('，', `，${at}`),
    }
  })
  const asked = questions.slice(0, 60).map(({ question }) => question)
  const read = await ingest({ kind: 'texts', collection: 'own', documents })
  const retrieval = inThisThread()
  await retrieval.add(caller.tenant, { id: 's', bytes: read.segment }, [])
  const rows = new Map(documents.map((document) => [document.id, document]))
  const find: Knowledge['find'] = async ({ tenant, classCeiling: ceiling }, { text, limit }) => {
    const visible = { tenant, ceiling }
    const result = await retrieval.search({ text, limit }, visible, [])
    assert.ok('hits' in result)
    const passages = result.hits.flatMap((hit) => {
      const found = rows.get(hit.document)
      return found ? [{ ...hit, document: { ...found, row: found.id, collectionId: 'own' } }] : []
    })
    return { passages, weights: result.weights }
  }
  const engine = createLocalEngine({ knowledge: { find, hasDocuments: async () => true }, guide: () => null })
  const timed = async (work: (question: string) => Promise<unknown>): Promise<number[]> => {
    const times: number[] = []
    for (const question of asked) {
      const started = performance.now()
      await work(question)
      times.push(performance.now() - started)
    }
    return times
  }
  const search = (text: string) => find(caller, { text, limit: 12 })
  const ask = (content: string) =>
    engine.answer({ caller, messages: [{ role: 'user', content }] }, new AbortController().signal)
  await timed(ask)
  const searches = await timed(search)
  const answers = await timed(ask)
  baselineMs()
  const baseline = percentile(Array.from({ length: 9 }, baselineMs), 0.5)
  t.diagnostic(
    `answer p50 ${percentile(answers, 0.5).toFixed(1)} ms, p95 ${percentile(answers, 0.95).toFixed(1)} ms; ` +
      `search p50 ${percentile(searches, 0.5).toFixed(1)} ms; baseline ${baseline.toFixed(1)} ms`,
  )
  const sentences = percentile(answers, 0.5) - percentile(searches, 0.5)
  assert.ok(sentences / baseline < 3, `sentences take ${(sentences / baseline).toFixed(2)} baselines`)
})

test('recognising an intent keeps its proportion to plain work', (t) => {
  const examples = [...answerSet('learn', 'en').questions, ...answerSet('learn', 'zh').questions].map(
    ({ question, title }) => ({ text: question, label: title }),
  )
  const started = performance.now()
  const model = new Classifier(trainClassifier(examples))
  const trainMs = performance.now() - started
  const guesses = Array.from({ length: 20 }, () => {
    const from = performance.now()
    for (const { text } of examples) model.guess(text)
    return (performance.now() - from) / examples.length
  })
  const baseline = percentile(Array.from({ length: 9 }, baselineMs), 0.5)
  const guessMs = percentile(guesses, 0.5)
  t.diagnostic(
    `${examples.length} examples learned in ${trainMs.toFixed(0)} ms; a guess ${(guessMs * 1000).toFixed(1)} µs; baseline ${baseline.toFixed(1)} ms`,
  )
  assert.ok(guessMs / baseline < 0.02, `a guess takes ${(guessMs / baseline).toFixed(4)} baselines`)
  assert.ok(trainMs / baseline < 60, `training takes ${(trainMs / baseline).toFixed(0)} baselines`)
})
