import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES, isWithin } from '@freehold/contract/data-class.ts'
import { tenantId } from '../store/tenant-id.ts'
import { termsOf } from './analysis.ts'
import { Bm25 } from './bm25.ts'
import type { PassageHit, Visible } from './retrieval.ts'
import { encodeSegment } from './segment.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const other = tenantId('00000000-0000-7000-8000-000000000002')

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 25)

interface Text {
  readonly id: string
  readonly class: DataClass
  readonly collection: string
  readonly title: string
  readonly passages: readonly string[]
}

function segmentOf(texts: readonly Text[]): Uint8Array {
  return encodeSegment(
    texts.map(({ title, passages, ...text }) => ({
      ...text,
      titleTerms: termsOf(title),
      passages: passages.map((passage, at) => ({
        start: at * 1000,
        end: at * 1000 + 1,
        terms: termsOf(passage),
      })),
    })),
  )
}

/** The formula written out over plain arrays. */
function bruteForce(texts: readonly Text[], query: string, visible: Visible): PassageHit[] {
  const passages = texts
    .filter((text) => isWithin(text.class, visible.ceiling))
    .filter((text) => !visible.collections || visible.collections.includes(text.collection))
    .flatMap((text) =>
      text.passages.map((passage, at) => {
        const title = termsOf(text.title)
        return { document: text.id, start: at * 1000, terms: [...termsOf(passage), ...title, ...title] }
      }),
    )
  const mean = passages.reduce((sum, { terms }) => sum + terms.length, 0) / passages.length
  const weights = new Map<string, number>()
  for (const term of termsOf(query)) {
    const n = passages.filter(({ terms }) => terms.includes(term)).length
    const weight = Math.log(1 + (passages.length - n + 0.5) / (n + 0.5))
    weights.set(term, (weights.get(term) ?? 0) + weight)
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  return passages
    .map(({ document, start, terms }) => {
      let score = 0
      let covered = 0
      for (const [term, weight] of weights) {
        const tf = terms.filter((word) => word === term).length
        if (tf === 0) continue
        score += (weight * tf * 2.5) / (tf + 1.5 * (0.25 + (0.75 * terms.length) / mean))
        covered += weight
      }
      const coverage = covered / total
      return { document, start, end: start + 1, score: score * (1 + coverage), coverage }
    })
    .filter(({ score }) => score > 0)
}

const rounded = (hits: readonly PassageHit[]) =>
  hits
    .map((hit) => `${hit.document} ${hit.start} ${hit.score.toFixed(9)} ${hit.coverage.toFixed(9)}`)
    .toSorted()

const word = fc.constantFrom('heron', 'nest', 'river', 'stone', '知识库', '数据', 'loud', 'reed')
const sentence = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '))
const library = fc
  .array(
    fc.record({
      class: fc.constantFrom(...DATA_CLASSES),
      collection: fc.constantFrom('a', 'b', 'c'),
      title: sentence,
      passages: fc.array(sentence, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((texts) => texts.map((text, at): Text => ({ id: `d${at}`, ...text })))
const hiddenLibrary = library.map((texts) =>
  texts.map(({ id, ...text }): Text => ({ id: `hidden-${id}`, ...text })),
)
const view = fc.record({
  tenant: fc.constant(tenant),
  ceiling: fc.constantFrom(...DATA_CLASSES),
  collections: fc.constantFrom<readonly string[]>(['a'], ['a', 'b'], ['a', 'b', 'c']),
})

function indexOf(texts: readonly Text[], cut: number): Bm25 {
  const index = new Bm25()
  const at = cut % texts.length
  index.add(tenant, { id: 's1', bytes: segmentOf(texts.slice(0, at)) })
  index.add(tenant, { id: 's2', bytes: segmentOf(texts.slice(at)) })
  return index
}

test('the index agrees with BM25 written out, however it is cut into segments', () => {
  fc.assert(
    fc.property(library, sentence, view, fc.nat(), (texts, query, visible, cut) => {
      const hits = indexOf(texts, cut).search(query, 1000, visible)
      assert.deepEqual(rounded(hits), rounded(bruteForce(texts, query, visible)))
      assert.deepEqual(
        hits.map((hit) => hit.score),
        hits.map((hit) => hit.score).toSorted((a, b) => b - a),
      )
    }),
    { numRuns: ROUNDS },
  )
})

test('a document that the asker may not see changes nothing: not ranks, not scores, not weights', () => {
  fc.assert(
    fc.property(library, hiddenLibrary, sentence, view, (seen, hidden, query, visible) => {
      const isHidden = (text: Text) =>
        !isWithin(text.class, visible.ceiling) || !visible.collections?.includes(text.collection)
      const without = new Bm25()
      without.add(tenant, { id: 's', bytes: segmentOf(seen) })
      const withMore = new Bm25()
      withMore.add(tenant, { id: 's', bytes: segmentOf(seen) })
      const secret = hidden.filter(isHidden)
      withMore.add(tenant, { id: 'h', bytes: segmentOf(secret) })
      withMore.add(other, { id: 'o', bytes: segmentOf(hidden) })
      assert.deepEqual(withMore.search(query, 50, visible), without.search(query, 50, visible))
      assert.deepEqual(withMore.weigh(query, visible), without.weigh(query, visible))
    }),
    { numRuns: ROUNDS },
  )
})

test('the same check finds the difference when the filter is off', () => {
  const text = (id: string, dataClass: DataClass): Text => ({
    id,
    class: dataClass,
    collection: 'a',
    title: 't',
    passages: ['heron nest'],
  })
  const index = new Bm25()
  index.add(tenant, { id: 's', bytes: segmentOf([text('open', 'public'), text('secret', 'restricted')]) })
  const filtered = index.weigh('heron', { tenant, ceiling: 'public' })
  const unfiltered = index.weigh('heron', { tenant, ceiling: 'restricted' })
  assert.notDeepEqual(filtered, unfiltered)
})

test('a removed document leaves the results and the statistics; one that is added again has moved', () => {
  fc.assert(
    fc.property(library, sentence, view, fc.nat(), (texts, query, visible, cut) => {
      const index = indexOf(texts, cut)
      index.remove(tenant, ['d0', 'never there'])
      const rest = texts.slice(1)
      assert.deepEqual(rounded(index.search(query, 99, visible)), rounded(bruteForce(rest, query, visible)))
      index.add(tenant, { id: 's3', bytes: segmentOf(texts) })
      assert.deepEqual(rounded(index.search(query, 99, visible)), rounded(bruteForce(texts, query, visible)))
    }),
    { numRuns: ROUNDS },
  )
})

test('the best few are the first of all', () => {
  fc.assert(
    fc.property(library, sentence, fc.nat({ max: 5 }), (texts, query, limit) => {
      const index = indexOf(texts, 1)
      const visible: Visible = { tenant, ceiling: 'restricted' }
      assert.deepEqual(
        index.search(query, limit, visible),
        index.search(query, 1000, visible).slice(0, limit),
      )
    }),
    { numRuns: ROUNDS },
  )
})
