import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES, isWithin } from '@freehold/contract/data-class.ts'
import { tenantId } from '../store/tenant-id.ts'
import { termsOf } from './analysis.ts'
import type { PassageHit, SearchQuery, SearchResult, Visible } from './retrieval.ts'
import { trainLatent } from './latent-training.ts'
import { SearchEngine } from './search-engine.ts'
import { encodeSegment } from './segment-writing.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const other = tenantId('00000000-0000-7000-8000-000000000002')

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 25)

interface Text {
  readonly id: string
  readonly class: DataClass
  readonly collection: string
  /** Set of readers; 0 is everybody. */
  readonly acl?: number
  readonly title: string
  readonly passages: readonly string[]
}

function segmentOf(texts: readonly Text[]): Uint8Array {
  return encodeSegment(
    texts.map(({ id, class: dataClass, collection, title, passages }) => ({
      id,
      class: dataClass,
      collection,
      titleTerms: termsOf(title),
      passages: passages.map((passage, at) => ({
        start: at * 1000,
        end: at * 1000 + 1,
        terms: termsOf(passage),
      })),
    })),
  )
}

/** BM25 with coordination, written out over plain arrays. */
function bruteForce(texts: readonly Text[], query: string, visible: Visible): PassageHit[] {
  const passages = texts
    .filter((text) => isWithin(text.class, visible.ceiling) && isFor(text, visible))
    .filter((text) => !visible.collections || visible.collections.includes(text.collection))
    .flatMap((text) =>
      text.passages.map((passage, at) => {
        const title = [...new Set(termsOf(text.title))]
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
      acl: fc.constantFrom(0, 0, 1, 33),
      title: sentence,
      passages: fc.array(sentence, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((texts) => texts.map((text, at): Text => ({ id: `d${at}`, ...text })))
const hiddenLibrary = library.map((texts) =>
  texts.map(({ id, ...text }): Text => ({ id: `hidden-${id}`, ...text })),
)
/** Sets of readers as bits. */
function readers(...sets: readonly number[]): Uint32Array {
  const bits = new Uint32Array(2)
  for (const set of sets) bits[set >>> 5] = (bits[set >>> 5] ?? 0) | (1 << (set & 31))
  return bits
}

const isFor = ({ acl = 0 }: Text, { sets }: Visible): boolean =>
  acl === 0 || sets === 'every' || (((sets?.[acl >>> 5] ?? 0) >>> (acl & 31)) & 1) === 1

const aclOf = (texts: readonly Text[]) => new Map(texts.map(({ id, acl = 0 }) => [id, acl] as const))

const view = fc.record({
  tenant: fc.constant(tenant),
  ceiling: fc.constantFrom(...DATA_CLASSES),
  collections: fc.constantFrom<readonly string[]>(['a'], ['a', 'b'], ['a', 'b', 'c']),
  sets: fc.constantFrom(readers(), readers(1), readers(33), readers(1, 33)),
})
const EVERYTHING: Visible = { tenant, ceiling: 'restricted', sets: 'every' }

/** `everywhere`: words are brought in and meaning is learned however few passages there are. */
function engineOf(parts: readonly (readonly Text[])[], { everywhere = false } = {}): SearchEngine {
  const engine = new SearchEngine({
    train: async (matrix) => trainLatent(matrix),
    ...(everywhere && { feedback: { from: 1, mostShare: 1 }, learning: { fewest: 1, duty: 1 } }),
  })
  parts.forEach((texts, at) =>
    engine.add(tenant, { id: `s${at}`, bytes: segmentOf(texts), acl: aclOf(texts) }),
  )
  return engine
}

const cutAt = (texts: readonly Text[], cut: number) => [
  texts.slice(0, cut % texts.length),
  texts.slice(cut % texts.length),
]

async function found(engine: SearchEngine, query: SearchQuery, visible: Visible): Promise<SearchResult> {
  const result = await engine.search(query, visible)
  assert.ok('hits' in result)
  return result
}

const hitsOf = async (engine: SearchEngine, text: string, visible: Visible, limit = 1000) =>
  (await found(engine, { text, limit }, visible)).hits

test('the index agrees with BM25 written out, however it is cut into segments', async () => {
  await fc.assert(
    fc.asyncProperty(library, sentence, view, fc.nat(), async (texts, query, visible, cut) => {
      const hits = await hitsOf(engineOf(cutAt(texts, cut)), query, visible)
      assert.deepEqual(rounded(hits), rounded(bruteForce(texts, query, visible)))
    }),
    { numRuns: ROUNDS },
  )
})

test('words of the best passages and learned meaning give the same ranks however the index is cut', async () => {
  await fc.assert(
    fc.asyncProperty(library, sentence, view, fc.nat(), async (texts, query, visible, cut) => {
      const whole = await hitsOf(engineOf([texts], { everywhere: true }), query, visible)
      const parts = await hitsOf(engineOf(cutAt(texts, cut), { everywhere: true }), query, visible)
      assert.deepEqual(rounded(parts), rounded(whole))
    }),
    { numRuns: ROUNDS },
  )
})

const isHiddenFrom = (visible: Visible) => (text: Text) =>
  !isWithin(text.class, visible.ceiling) ||
  !visible.collections?.includes(text.collection) ||
  !isFor(text, visible)

for (const everywhere of [false, true])
  test(`a document that the asker may not see changes nothing: not ranks, scores, weights or explanations${everywhere ? ', nor what is brought in and learned' : ''}`, async () => {
    await fc.assert(
      fc.asyncProperty(library, hiddenLibrary, sentence, view, async (seen, hidden, text, visible) => {
        const without = engineOf([seen], { everywhere })
        const withMore = engineOf([seen, hidden.filter(isHiddenFrom(visible))], { everywhere })
        withMore.add(other, { id: 'o', bytes: segmentOf(hidden), acl: aclOf(hidden) })
        // Whoever sees everything asks first: what was learned for them is not for others.
        await found(withMore, { text, limit: 50 }, EVERYTHING)
        const query = { text, limit: 50, explain: true }
        assert.deepEqual(await found(withMore, query, visible), await found(without, query, visible))
      }),
      { numRuns: ROUNDS },
    )
  })

const paper = (id: string, dataClass: DataClass, ...passages: readonly string[]): Text => ({
  id,
  class: dataClass,
  collection: 'a',
  title: 't',
  passages,
})

test('the same check finds the difference when the filter is off', async () => {
  const engine = engineOf([
    [paper('open', 'public', 'heron nest'), paper('secret', 'restricted', 'heron nest')],
  ])
  const query = { text: 'heron', limit: 5 }
  const filtered = await found(engine, query, { tenant, ceiling: 'public' })
  const unfiltered = await found(engine, query, EVERYTHING)
  assert.notDeepEqual(filtered.weights, unfiltered.weights)
})

/** Open papers of herons and of trams, and secret ones in which herons ride trams: only these join the two. */
const JOINED = [
  ...Array.from({ length: 8 }, (_, at) =>
    paper(`h${at}`, 'public', `heron nest reed ${'loud '.repeat(at % 3)}`),
  ),
  ...Array.from({ length: 8 }, (_, at) =>
    paper(`t${at}`, 'public', `tram rail stop ${'bell '.repeat(at % 3)}`),
  ),
  ...Array.from({ length: 30 }, (_, at) =>
    paper(`s${at}`, 'restricted', `heron tram heron tram ${'plan '.repeat(at % 3)}`),
  ),
]

test('what stands together only in hidden documents is not learned; who sees them learns it', async () => {
  const engine = engineOf([JOINED], { everywhere: true })
  const wordsFor = async (ceiling: DataClass) => {
    const query = { text: 'heron reeds', limit: 20, explain: true }
    const { hits } = await found(engine, query, { tenant, ceiling })
    return new Set(hits.flatMap(({ explanation }) => explanation?.feedback.map(({ term }) => term) ?? []))
  }
  assert.ok(!(await wordsFor('public')).has('tram'))
  const nearness = async (ceiling: DataClass) => {
    const query = { text: 'heron rails', limit: 50, explain: true }
    const { hits } = await found(engine, query, { tenant, ceiling })
    return hits.find(({ document }) => document === 't0')?.explanation?.meaning?.nearness ?? 0
  }
  assert.notEqual((await nearness('public')).toFixed(6), (await nearness('restricted')).toFixed(6))
})

test('the contributions of an explanation add up to the score', async () => {
  await fc.assert(
    fc.asyncProperty(library, sentence, view, fc.boolean(), async (texts, text, visible, everywhere) => {
      const engine = engineOf([texts], { everywhere })
      for (const { score, explanation } of (await found(engine, { text, limit: 20, explain: true }, visible))
        .hits) {
        const parts = [...(explanation?.terms ?? []), ...(explanation?.feedback ?? []), explanation?.meaning]
        const sum = parts.reduce((all, part) => all + (part?.contribution ?? 0), 0)
        assert.equal(sum.toFixed(9), score.toFixed(9))
      }
    }),
    { numRuns: ROUNDS },
  )
})

test('a removed document leaves the results, the statistics and what was learned; one that is added again has moved', async () => {
  await fc.assert(
    fc.asyncProperty(library, sentence, view, fc.nat(), async (texts, query, visible, cut) => {
      const rest = texts.slice(1)
      const engine = engineOf(cutAt(texts, cut), { everywhere: true })
      await hitsOf(engine, query, visible)
      engine.remove(tenant, ['d0', 'never there'])
      const expected =
        rest.length === 0 ? [] : await hitsOf(engineOf([rest], { everywhere: true }), query, visible)
      assert.deepEqual(rounded(await hitsOf(engine, query, visible)), rounded(expected))
      const again = engineOf(cutAt(texts, cut))
      again.remove(tenant, ['d0'])
      again.add(tenant, { id: 's3', bytes: segmentOf(texts), acl: aclOf(texts) })
      assert.deepEqual(
        rounded(await hitsOf(again, query, visible)),
        rounded(bruteForce(texts, query, visible)),
      )
    }),
    { numRuns: ROUNDS },
  )
})

test('a document that is for other readers now leaves results, statistics and what was learned', async () => {
  await fc.assert(
    fc.asyncProperty(library, sentence, view, async (texts, query, visible) => {
      const before = texts.map((text) => ({ ...text, acl: 0 }))
      const engine = engineOf([before], { everywhere: true })
      await hitsOf(engine, query, visible)
      engine.restrict(tenant, aclOf(texts))
      const expected = await hitsOf(engineOf([texts], { everywhere: true }), query, visible)
      assert.deepEqual(rounded(await hitsOf(engine, query, visible)), rounded(expected))
    }),
    { numRuns: ROUNDS },
  )
})

test('what is gone already when its segment is added is never found', async () => {
  const engine = engineOf([])
  engine.add(
    tenant,
    { id: 's', bytes: segmentOf([paper('a', 'public', 'heron'), paper('b', 'public', 'heron')]) },
    ['b'],
  )
  assert.deepEqual(
    (await hitsOf(engine, 'heron', EVERYTHING)).map(({ document }) => document),
    ['a'],
  )
})

test('the best few are the first of all', async () => {
  await fc.assert(
    fc.asyncProperty(library, sentence, fc.nat({ max: 5 }), async (texts, query, limit) => {
      const engine = engineOf(cutAt(texts, 1))
      const all = await hitsOf(engine, query, EVERYTHING)
      assert.deepEqual(await hitsOf(engine, query, EVERYTHING, limit), all.slice(0, limit))
    }),
    { numRuns: ROUNDS },
  )
})

test('a passage that repeats a better one stands behind those that say something else', async () => {
  const clause = 'the heron nests by the river in the reeds and the stones until the loud days of may'
  const engine = engineOf([
    [
      paper('first', 'public', clause),
      paper('copy', 'public', clause),
      paper('other', 'public', 'a heron slept'),
    ],
  ])
  assert.deepEqual(
    (await hitsOf(engine, 'heron by the river', EVERYTHING)).map(({ document }) => document),
    ['copy', 'other', 'first'],
  )
})

/** Hundreds of passages in which a few words are nearly everywhere, as in language. */
const COMMON = ['heron', 'nest', 'river']
const crowd = fc
  .array(
    fc.record({
      own: fc.nat({ max: 6 }),
      common: fc.subarray(COMMON),
      times: fc.integer({ min: 1, max: 4 }),
    }),
    {
      minLength: 150,
      maxLength: 250,
    },
  )
  .map((texts) =>
    texts.map(({ own, common, times }, at): Text => {
      const text = `${`word${own} `.repeat(times)}${common.join(' ')} number${at}`
      return { ...paper(`d${at}`, 'public', text), title: `title${at}` }
    }),
  )

test('words that are nearly everywhere are looked up only where it matters, and the best stay the same', async () => {
  await fc.assert(
    fc.asyncProperty(crowd, fc.nat({ max: 6 }), async (texts, own) => {
      const query = `heron word${own} nest river`
      const engine = new SearchEngine({
        train: async (matrix) => trainLatent(matrix),
        feedback: { from: Infinity, mostShare: 1 },
        learning: { fewest: Infinity },
      })
      engine.add(tenant, { id: 's', bytes: segmentOf(texts) })
      const scoresOf = (hits: readonly PassageHit[]) =>
        hits
          .map(({ score }) => score.toFixed(9))
          .toSorted((x, y) => Number(y) - Number(x))
          .slice(0, 20)
      const { hits } = await found(engine, { text: query, limit: 20 }, EVERYTHING)
      assert.deepEqual(scoresOf(hits), scoresOf(bruteForce(texts, query, EVERYTHING)))
    }),
    { numRuns: Math.ceil(ROUNDS / 3) },
  )
})

test('three versions of one clause do not fill the list, and each hit tells how much it repeats', async () => {
  const clause = (version: number) =>
    `version ${version} the heron nests by the river in the reeds and the stones until the loud days of may and june`
  const versions = [1, 2, 3].map((version) => paper(`v${version}`, 'public', clause(version)))
  const engine = engineOf([
    [
      ...versions,
      paper('feeding', 'public', 'herons by the river eat fish and frogs'),
      paper('winter', 'public', 'in winter the heron leaves the river for the sea'),
    ],
  ])
  const { hits } = await found(engine, { text: 'heron river reeds', limit: 5, explain: true }, EVERYTHING)
  const order = hits.map(({ document }) => document)
  assert.ok(order[0]?.startsWith('v'))
  assert.deepEqual(order.slice(1, 3).toSorted(), ['feeding', 'winter'])
  assert.deepEqual(
    hits.map(({ explanation }) => (explanation?.repeats ?? 0) > 0.9),
    [false, false, false, true, true],
  )
  // By their scores alone the versions would come first.
  const byScore = hits.toSorted((a, b) => b.score - a.score).slice(0, 3)
  assert.ok(byScore.every(({ document }) => document.startsWith('v')))
})

test('the more one passage stands above all others, the less is brought in from elsewhere', async () => {
  const others = Array.from({ length: 12 }, (_, at) =>
    paper(`d${at}`, 'public', `heron nest pond ${'reed '.repeat(at % 3)} number ${at}`),
  )
  const sought = paper('sought', 'public', 'heron ferry ferry Aland Aland nine')
  const engine = engineOf([[sought, ...others]], { everywhere: true })
  const meaningOf = async (text: string) => {
    const { hits } = await found(engine, { text, limit: 3, explain: true }, EVERYTHING)
    return hits.map(({ explanation }) => explanation?.meaning ?? null)
  }
  // The first question leaves a word unsaid everywhere, so that coverage alone would not decide.
  assert.deepEqual(await meaningOf('heron ferry Aland timetable'), [null, null, null])
  assert.ok((await meaningOf('heron nest timetable')).some((meaning) => meaning !== null))
})

test('a question for one passage is answered by its own words alone', async () => {
  const others = Array.from({ length: 30 }, (_, at) =>
    paper(`d${at}`, 'public', `heron nest by the pond number ${at}`),
  )
  const engine = engineOf([[paper('sought', 'public', 'the ferry to Aland leaves at nine'), ...others]], {
    everywhere: true,
  })
  const query = { limit: 3, explain: true }
  const known = await found(engine, { ...query, text: 'when does the ferry to Aland leave?' }, EVERYTHING)
  assert.deepEqual([known.hits[0]?.document, known.hits[0]?.explanation?.feedback], ['sought', []])
  const topical = await found(engine, { ...query, text: 'herons of the lake' }, EVERYTHING)
  assert.ok(topical.hits.some(({ explanation }) => (explanation?.meaning?.nearness ?? 0) > 0))
})

test('what does not fit into memory is let go, asked for again and gives the same answer', async () => {
  const texts = (name: string) => [paper(name, 'public', `heron ${name} nest`, 'river stone')]
  const small = new SearchEngine({ train: async (matrix) => trainLatent(matrix), memoryBytes: () => 100 })
  const segments = ['s0', 's1', 's2'].map((id) => ({ id, bytes: segmentOf(texts(id)) }))
  for (const segment of segments) small.add(tenant, segment)
  const query = { text: 'heron s1', limit: 5 }
  const lacking = await small.search(query, EVERYTHING)
  assert.ok('lacking' in lacking && lacking.lacking.length > 0)
  const opened = segments.filter(({ id }) => lacking.lacking.includes(id))
  const whole = engineOf(['s0', 's1', 's2'].map(texts))
  assert.deepEqual(await small.search(query, EVERYTHING, opened), await whole.search(query, EVERYTHING))
  small.remove(tenant, ['s1'])
  const rest = await small.search(query, EVERYTHING, segments)
  assert.ok('hits' in rest && rest.hits.every(({ document }) => document !== 's1'))
})
