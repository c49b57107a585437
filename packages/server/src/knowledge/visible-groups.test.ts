import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantId } from '../store/tenant-id.ts'
import type { Visible } from './retrieval.ts'
import { encodeSegment } from './segment-writing.ts'
import { openSegment } from './segment.ts'
import { EVERYBODY, forget, load, restrict, seenBy, statisticsOf } from './visible-groups.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const segmentOf = (count: number) =>
  openSegment(
    encodeSegment(
      Array.from({ length: count }, (_, at) => ({
        id: `d${at}`,
        class: 'public' as const,
        collection: 'c',
        titleTerms: [],
        passages: [{ start: 0, end: 1, terms: Array.from({ length: at + 1 }, () => 'word') }],
      })),
    ),
  )
const bits = (...sets: readonly number[]): Uint32Array => {
  const all = new Uint32Array(4)
  for (const set of sets) all[set >>> 5] = (all[set >>> 5] ?? 0) | (1 << (set & 31))
  return all
}
const counted = (loaded: ReturnType<typeof load>, sets?: Visible['sets']): number => {
  const seen = seenBy({ tenant, ceiling: 'restricted', ...(sets && { sets }) }, loaded)
  return seen ? statisticsOf([seen]).passages : 0
}

test('passages are seen by everybody, by the readers of their set, or by who sees every set', () => {
  const acl = new Map(Object.entries({ d1: 31, d2: 32, d3: 127 }))
  const loaded = load(segmentOf(4), acl)
  assert.deepEqual(
    [undefined, bits(), bits(31), bits(32, 127), bits(30, 33), 'every' as const].map((sets) =>
      counted(loaded, sets),
    ),
    [1, 1, 2, 3, 1, 4],
  )
})

test('a set whose number is beyond what the asker knows is not seen', () => {
  const loaded = load(segmentOf(1), new Map([['d0', 4096]]))
  assert.equal(counted(loaded, bits(0, 1, 2)), 0)
})

test('other readers take passages and lengths along, and what was taken out stays out', () => {
  const loaded = load(segmentOf(3), new Map([['d0', 1]]))
  restrict(loaded, 'd2', 1)
  const seen = seenBy({ tenant, ceiling: 'restricted', sets: bits(1) }, loaded)
  assert.deepEqual(seen && statisticsOf([seen]), { passages: 3, meanLength: 2 })
  assert.equal(counted(loaded), 1)
  restrict(loaded, 'd0', EVERYBODY)
  assert.equal(counted(loaded), 2)
  forget(loaded, 'd0')
  restrict(loaded, 'd0', EVERYBODY)
  restrict(loaded, 'nobody', EVERYBODY)
  assert.equal(counted(loaded), 1)
})

test('readers that change for ever use the groups again that emptied', () => {
  const loaded = load(segmentOf(2))
  for (let set = 1; set <= 70_000; set++) restrict(loaded, 'd1', set)
  assert.ok(loaded.groups.length <= 0x1_0000)
  assert.equal(counted(loaded), 1)
  assert.equal(counted(loaded, 'every'), 2)
})
