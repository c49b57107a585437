import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ingest } from '../../packages/server/src/knowledge/ingest.ts'
import { inThisThread } from '../../packages/server/src/knowledge/search-engine.ts'
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

async function indexed(passages: number, from = 0): Promise<{ segment: Uint8Array; ms: number }> {
  const documents = Array.from({ length: passages }, (_, at) => ({
    id: `d${from + at}`,
    class: at % 5 === 0 ? ('confidential' as const) : ('internal' as const),
    title: sentence(4),
    text: text(),
  }))
  const started = performance.now()
  const read = await ingest({ kind: 'texts', collection: 'c', documents })
  assert.equal(read.kind, 'texts')
  return { segment: read.segment, ms: performance.now() - started }
}

type Engine = ReturnType<typeof inThisThread>

/** Median time of searches, with what the asker may see applied; everything of the pipeline takes part. */
async function searchMs(engine: Engine, ceiling: 'internal' | 'restricted', rounds: number): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const query = { text: sentence(6), limit: 10 }
    const started = performance.now()
    const found = await engine.search(query, { tenant, ceiling, collections: ['c'] }, [])
    times.push(performance.now() - started)
    assert.ok('hits' in found)
  }
  return median(times)
}

/** Learns first, so that no search is measured while it does. */
async function warmed(engine: Engine, ceiling: 'internal' | 'restricted'): Promise<void> {
  for (let round = 0; round < 50; round++)
    await engine.search({ text: sentence(6), limit: 10 }, { tenant, ceiling, collections: ['c'] }, [])
}

test('indexing, searching and changing ten thousand passages keep their proportion to plain work', async () => {
  const read = await indexed(PASSAGES)
  const index = inThisThread({ learning: { duty: 1 } })
  const opening = performance.now()
  await index.add(tenant, { id: 's', bytes: read.segment }, [])
  const openMs = performance.now() - opening
  await warmed(index, 'restricted')
  await warmed(index, 'internal')
  const openMedian = await searchMs(index, 'restricted', 300)
  const filteredMedian = await searchMs(index, 'internal', 300)
  const changing = performance.now()
  const { segment } = await indexed(PASSAGES / 100)
  await index.add(tenant, { id: 't', bytes: segment }, [])
  await index.search(
    { text: sentence(6), limit: 10 },
    { tenant, ceiling: 'internal', collections: ['c'] },
    [],
  )
  const changeMs = performance.now() - changing
  baselineMs()
  const baseline = median(Array.from({ length: 9 }, baselineMs))
  console.log(
    `knowledge: ${Math.round((PASSAGES / read.ms) * 1000)} passages/s indexed, segment ${(read.segment.length / 1e6).toFixed(1)} MB ` +
      `opened in ${openMs.toFixed(1)} ms, query p50 ${openMedian.toFixed(2)} ms (filtered ${filteredMedian.toFixed(2)} ms), ` +
      `1 % changed in ${changeMs.toFixed(0)} ms, baseline ${baseline.toFixed(1)} ms`,
  )
  assert.ok(openMedian / baseline < 1, `a query takes ${(openMedian / baseline).toFixed(2)} baselines`)
  assert.ok(filteredMedian < openMedian * 1.5 + 0.5, 'the filter costs little')
  assert.ok(read.ms / baseline < 1500, `indexing takes ${(read.ms / baseline).toFixed(0)} baselines`)
  assert.ok(changeMs / baseline < 600, `a change takes ${(changeMs / baseline).toFixed(0)} baselines`)
})
