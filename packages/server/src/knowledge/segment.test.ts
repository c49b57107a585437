import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { SegmentDocument } from './segment-writing.ts'
import { encodeSegment, mergeSegments } from './segment-writing.ts'
import {
  eachPosting,
  findTerm,
  forwardIndex,
  openSegment,
  segmentDocuments,
  termName,
  unpacked,
  weighted,
} from './segment.ts'

const document = (id: string, passages: readonly (readonly string[])[], title: readonly string[] = []) =>
  ({
    id,
    class: 'internal',
    collection: 'c',
    titleTerms: title,
    passages: passages.map((terms, at) => ({ start: at * 100, end: at * 100 + 90, terms })),
  }) satisfies SegmentDocument

function postingsOf(bytes: Uint8Array, term: string): (readonly [passage: number, count: number])[] {
  const segment = openSegment(bytes)
  const found: (readonly [number, number])[] = []
  const number = findTerm(segment, Buffer.from(term))
  if (number >= 0) eachPosting(segment, number, (passage, value) => found.push([passage, weighted(value)]))
  return found
}

test('what went in comes out', () => {
  const bytes = encodeSegment([
    document('a', [['heron', 'nest', 'heron'], ['nest']]),
    document('b', [['鹭', 'nest']], ['heron']),
  ])
  const segment = openSegment(bytes)
  assert.deepEqual(
    segmentDocuments(bytes).map(({ id }) => id),
    ['a', 'b'],
  )
  assert.deepEqual([...segment.passageDocument], [0, 0, 1])
  assert.deepEqual([...segment.passageStart], [0, 100, 0])
  assert.deepEqual([...segment.passageLength], [3, 1, 4])
  assert.deepEqual(postingsOf(bytes, 'heron'), [
    [0, 2],
    [2, 2],
  ])
  assert.deepEqual(postingsOf(bytes, '鹭'), [[2, 1]])
  assert.deepEqual(postingsOf(bytes, 'stork'), [])
})

test('a word in the title, the headings and the text is told apart, and weighs by where it stands', () => {
  const [one] = document('a', [['heron', 'nest', 'heron']], ['heron', 'heron']).passages
  assert.ok(one)
  const bytes = encodeSegment([
    { ...document('a', [], ['heron', 'heron']), passages: [{ ...one, headings: ['nest', 'reed'] }] },
  ])
  const segment = openSegment(bytes)
  const found = new Map<string, object>()
  const { terms, occurrences } = forwardIndex(segment)
  terms.forEach((term, at) => found.set(termName(segment, term), unpacked(occurrences[at] ?? 0)))
  assert.deepEqual(found.get('heron'), { body: 2, isInTitle: true, isInHeadings: false })
  assert.deepEqual(found.get('nest'), { body: 1, isInTitle: false, isInHeadings: true })
  assert.deepEqual(found.get('reed'), { body: 0, isInTitle: false, isInHeadings: true })
  assert.deepEqual(
    ['heron', 'nest', 'reed'].map((term) => postingsOf(bytes, term)),
    [[[0, 4]], [[0, 2.5]], [[0, 1.5]]],
  )
})

test('a changed or missing byte anywhere is an error, never another result', () => {
  const bytes = encodeSegment([document('a', [['heron', 'nest']])])
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ 0x41
    assert.throws(() => openSegment(damaged), /damaged/)
    assert.throws(() => openSegment(bytes.subarray(0, at)), /damaged/)
  }
})

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'ß', '鹭', '𝒳', 'zebra'), {
  minLength: 1,
  maxLength: 8,
})
const documents = fc
  .array(fc.array(words, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 })
  .map((all) => all.map((passages, at) => document(`d${at}`, passages)))

test('merging parts gives the segment that all documents together would have given', () => {
  fc.assert(
    fc.property(documents, fc.nat(), (all, cut) => {
      const at = cut % all.length
      const parts = [all.slice(0, at), all.slice(at)].map((part) => encodeSegment(part))
      assert.deepEqual(
        mergeSegments(parts, () => true),
        encodeSegment(all),
      )
      assert.deepEqual(
        mergeSegments(parts, (id) => id !== 'd0'),
        encodeSegment(all.filter(({ id }) => id !== 'd0')),
      )
    }),
  )
})
