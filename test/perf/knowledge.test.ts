import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bm25 } from '../../packages/server/src/knowledge/bm25.ts'
import { ingest } from '../../packages/server/src/knowledge/ingest.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const PASSAGES = 10_000

/** Pseudo-random, the same in every run (Numerical Recipes). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const next = random(7)
const SYLLABLES = 'ba ke lo mi nu ra se ti vo pa du ger lin mar nos'.split(' ')
const syllable = () => SYLLABLES[Math.floor(next() * SYLLABLES.length)] ?? ''
const vocabulary = Array.from({ length: 20_000 }, () =>
  Array.from({ length: 2 + Math.floor(next() * 2) }, syllable).join(''),
)
/** Zipf-like: few words are frequent, as in language. */
const word = () => vocabulary[Math.floor(vocabulary.length ** next()) - 1] ?? 'word'
const sentence = (words: number) => `${Array.from({ length: words }, word).join(' ')}.`
const text = () => Array.from({ length: 12 }, () => sentence(14)).join(' ')

/** A fixed piece of work of the same kind, to measure this machine at this moment. */
function baselineMs(): number {
  const words = vocabulary.slice(0, 2000)
  const started = performance.now()
  for (let round = 0; round < 20; round++) {
    const counts = new Map<string, number>()
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    ;[...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1))
  }
  return performance.now() - started
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

test('indexing and searching ten thousand passages keep their proportion to plain work', async () => {
  const documents = Array.from({ length: PASSAGES }, (_, at) => ({
    id: `d${at}`,
    class: at % 5 === 0 ? ('confidential' as const) : ('internal' as const),
    title: sentence(4),
    text: text(),
  }))
  const indexing = performance.now()
  const read = await ingest({ kind: 'texts', collection: 'c', documents })
  const indexMs = performance.now() - indexing
  assert.equal(read.kind, 'texts')
  const index = new Bm25()
  const opening = performance.now()
  index.add(tenant, { id: 's', bytes: read.segment })
  const openMs = performance.now() - opening
  const queries = Array.from({ length: 300 }, () => sentence(6))
  const measure = (ceiling: 'internal' | 'restricted') =>
    median(
      queries.map((query) => {
        const started = performance.now()
        index.search(query, 10, { tenant, ceiling, collections: ['c'] })
        return performance.now() - started
      }),
    )
  measure('restricted')
  const openMedian = measure('restricted')
  const filteredMedian = measure('internal')
  baselineMs()
  const baseline = median(Array.from({ length: 9 }, baselineMs))
  console.log(
    `knowledge: ${Math.round((PASSAGES / indexMs) * 1000)} passages/s indexed, segment ${(read.segment.length / 1e6).toFixed(1)} MB ` +
      `opened in ${openMs.toFixed(1)} ms, query p50 ${openMedian.toFixed(2)} ms (filtered ${filteredMedian.toFixed(2)} ms), ` +
      `baseline ${baseline.toFixed(1)} ms`,
  )
  assert.ok(openMedian / baseline < 1, `a query takes ${(openMedian / baseline).toFixed(2)} baselines`)
  assert.ok(filteredMedian < openMedian * 1.5 + 0.5, 'the filter costs little')
  assert.ok(indexMs / baseline < 1500, `indexing takes ${(indexMs / baseline).toFixed(0)} baselines`)
})
