import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantId } from '../../store/tenant-id.ts'
import { termsOf } from '../analysis.ts'
import type { Visible } from '../retrieval.ts'
import { SegmentMemory } from '../segment-memory.ts'
import { encodeSegment } from '../segment-writing.ts'
import type { LotDocument } from './vector-lot.ts'
import { noVector, openLot, quantised, writeLot } from './vector-lot.ts'
import { VectorMemory } from './vector-memory.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const DIMENSIONS = 64
const SPACE = 'one'

/** Pseudo-random, the same in every run (Numerical Recipes). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}

function vectors(count: number, seed: number): Float32Array[] {
  const next = random(seed)
  return Array.from({ length: count }, () => Float32Array.from({ length: DIMENSIONS }, next))
}

const lotOf = (id: string, passages: readonly Float32Array[]): LotDocument => ({
  id,
  passages: passages.map((vector) => ({
    mark: Buffer.alloc(16, 1),
    ...(quantised(vector) ?? noVector(DIMENSIONS)),
  })),
})

/** Documents of one passage each, every third of them for nobody of low class. */
function held(count: number): SegmentMemory {
  const memory = new SegmentMemory(() => Infinity)
  const documents = Array.from({ length: count }, (_, at) => ({
    id: `d${at}`,
    class: at % 3 === 0 ? ('confidential' as const) : ('internal' as const),
    collection: 'c',
    titleTerms: termsOf('title'),
    passages: [{ start: 0, end: 10, terms: termsOf(`word${at}`) }],
  }))
  memory.add(tenant, { id: 's', bytes: encodeSegment(documents) })
  return memory
}

function viewOf(memory: SegmentMemory, ceiling: Visible['ceiling'] = 'restricted') {
  const view = memory.view({ tenant, ceiling })
  if ('lacking' in view) throw new Error('a segment was let go')
  return view
}

const cosine = (a: Float32Array, b: Float32Array): number => {
  const dot = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, one, at) => sum + one * (y[at] ?? 0), 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

test('a lot is read as it was written, and one that was changed is refused', () => {
  const bytes = writeLot(DIMENSIONS, [lotOf('a', vectors(2, 1)), lotOf('b', vectors(3, 2))])
  const lot = openLot(bytes)
  assert.deepEqual(lot.documents, [
    { id: 'a', first: 0, passages: 2 },
    { id: 'b', first: 2, passages: 3 },
  ])
  assert.deepEqual([lot.dimensions, lot.passages], [DIMENSIONS, 5])
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  assert.throws(() => openLot(bytes), /damaged/)
})

test('the nearest passages are those that plain arithmetic finds, also where signs choose them first', () => {
  for (const count of [300, 2500]) {
    const all = vectors(count, 3)
    const memory = new VectorMemory()
    const bytes = writeLot(
      DIMENSIONS,
      all.map((vector, at) => lotOf(`d${at}`, [vector])),
    )
    memory.add(tenant, { id: 'l', space: SPACE, bytes })
    // As real questions are: near to some passage, with noise.
    const next = random(9)
    const asked = (all[123] ?? new Float32Array()).map((value) => value + next() * 0.8)
    const near = memory.near(tenant, viewOf(held(count)), { space: SPACE, values: asked })
    const expected = all
      .map((vector, at) => ({ at, score: cosine(vector, asked) }))
      .toSorted((a, b) => b.score - a.score)
    const best = expected.slice(0, 10).map(({ at }) => at)
    const found = new Set(near?.nearest.slice(0, 20))
    assert.equal(near?.nearest[0], 123)
    const missed = best.filter((at) => !found.has(at)).length
    assert.ok(missed <= (count > 2048 ? 3 : 0), `${missed} of the best ten are missing among ${count}`)
    assert.equal(near?.of(123), 1)
  }
})

test('what the asker may not see is not compared, and changes nothing of what is', () => {
  const all = vectors(60, 4)
  const asked = all[0] ?? new Float32Array()
  const whole = new VectorMemory()
  const own = new VectorMemory()
  const lots = all.map((vector, at) => lotOf(`d${at}`, [vector]))
  whole.add(tenant, { id: 'l', space: SPACE, bytes: writeLot(DIMENSIONS, lots) })
  own.add(tenant, {
    id: 'l',
    space: SPACE,
    bytes: writeLot(
      DIMENSIONS,
      lots.filter((_, at) => at % 3 !== 0),
    ),
  })
  const memory = held(60)
  const seen = whole.near(tenant, viewOf(memory, 'internal'), { space: SPACE, values: asked })
  const expected = own.near(tenant, viewOf(memory), { space: SPACE, values: asked })
  assert.deepEqual(seen?.nearest, expected?.nearest)
  assert.deepEqual(
    seen?.nearest.map((passage) => seen.of(passage)),
    expected?.nearest.map((passage) => expected.of(passage)),
  )
  assert.ok(!seen?.nearest.includes(0))
  // With the net off the hidden one would be first.
  assert.equal(whole.near(tenant, viewOf(memory), { space: SPACE, values: asked })?.nearest[0], 0)
})

test('vectors of another space, of another tenant, and of a text that was cut in another way do not count', () => {
  const memory = new VectorMemory()
  const view = viewOf(held(3))
  const [first = new Float32Array(), second = new Float32Array()] = vectors(2, 5)
  const asked = { space: SPACE, values: first }
  memory.add(tenant, { id: 'l1', space: 'two', bytes: writeLot(DIMENSIONS, [lotOf('d0', [first])]) })
  assert.equal(memory.near(tenant, view, asked), null)
  memory.add(tenant, { id: 'l2', space: SPACE, bytes: writeLot(DIMENSIONS, [lotOf('d0', [first, second])]) })
  assert.equal(memory.near(tenant, view, asked), null)
  memory.add(tenant, { id: 'l3', space: SPACE, bytes: writeLot(DIMENSIONS, [lotOf('d1', [first])]) })
  assert.deepEqual(memory.near(tenant, view, asked)?.nearest, [1])
  const other = tenantId('00000000-0000-7000-8000-000000000002')
  assert.equal(memory.near(other, view, asked), null)
  memory.drop(tenant, ['l3'])
  assert.equal(memory.near(tenant, view, asked), null)
})
