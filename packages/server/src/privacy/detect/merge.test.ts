import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { merge } from './merge.ts'
import type { Span } from './span.ts'

const span = (type: EntityType, start: number, end: number, score = 0.9): Span => ({
  type,
  start,
  end,
  score,
  source: 'test',
})
const TEXT = 'abcdefghijklmnopqrstuvwxyz0123456789'
const merged = (...spans: readonly Span[]): string[] =>
  merge(spans, TEXT).map(({ type, start, end }) => `${type} ${start}-${end}`)

test('what does not overlap stays', () => {
  assert.deepEqual(merged(span('PHONE', 0, 5), span('EMAIL', 5, 9)), ['PHONE 0-5', 'EMAIL 5-9'])
})

test('the longer of two of one type has the place', () => {
  assert.deepEqual(merged(span('PHONE', 4, 10), span('PHONE', 0, 10)), ['PHONE 0-10'])
})

test('a checksum is worth more than the form of a phone number', () => {
  assert.deepEqual(merged(span('PHONE', 0, 10, 0.95), span('BANK_CARD', 0, 10, 0.8)), ['BANK_CARD 0-10'])
})

test('a URL keeps what the number in it left over', () => {
  assert.deepEqual(merged(span('URL', 0, 20), span('PHONE', 8, 12)), ['URL 0-8', 'PHONE 8-12', 'URL 12-20'])
})

test('whatever a sure span covered stays covered', () => {
  assert.deepEqual(merged(span('PHONE', 0, 6), span('CN_RESIDENT_ID', 4, 12)), [
    'PHONE 0-4',
    'CN_RESIDENT_ID 4-12',
  ])
})

test('of an address that a number cuts only what looks like one stays covered', () => {
  const left = (text: string, number: string): string[] => {
    const at = text.indexOf(number)
    const cut = [span('ADDRESS', 0, text.length, 0.75), span('BANK_CARD', at, at + number.length)]
    return merge(cut, text)
      .filter(({ type }) => type === 'ADDRESS')
      .map(({ start, end }) => text.slice(start, end).trim())
  }
  assert.deepEqual(left('4111111111111111 was charged twice on 2026-03-05', '4111111111111111'), [])
  assert.deepEqual(left('12 Oak Street, Portland 4111111111111111', '4111111111111111'), [
    '12 Oak Street, Portland',
  ])
  assert.deepEqual(left('4111111111111111 北京市朝阳区', '4111111111111111'), ['北京市朝阳区'])
})

test('a number inside of a mistyped one is none', () => {
  assert.deepEqual(merged(span('IBAN', 0, 20, 0.3), span('PHONE', 4, 12, 0.6)), ['IBAN 0-20'])
  assert.deepEqual(merged(span('IBAN', 0, 20, 0.3), span('BANK_CARD', 4, 20, 0.95)), ['IBAN 0-20'])
})

test('one that acts is not hidden by one that does not', () => {
  assert.deepEqual(merged(span('BANK_CARD', 0, 16, 0.3), span('CN_RESIDENT_ID', 0, 16, 0.95)), [
    'CN_RESIDENT_ID 0-16',
  ])
})

test('ten thousand spans in one chain are merged without looking at each pair', () => {
  const chain = Array.from({ length: 10_000 }, (_, i) => span(i % 2 ? 'PHONE' : 'PASSPORT', i, i + 3))
  const result = merge(chain, 'x'.repeat(10_003))
  assert.ok(result.every(({ start }, i) => start >= (result[i - 1]?.end ?? 0)))
  assert.equal(
    result.reduce((sum, { start, end }) => sum + end - start, 0),
    10_002 + 1 - 1,
  )
})

test('of an address that a number ran into stays what is of it', () => {
  const text = '14 Kestrel Close, Bracknell RG12 8TF and call me on 07700 900461. My colleague signs.'
  const address = {
    start: 0,
    end: text.indexOf(' colleague'),
    type: 'ADDRESS',
    score: 0.75,
    source: 'x',
  } as const
  const start = text.indexOf('07700')
  const phone = { start, end: text.indexOf('. My'), type: 'PHONE', score: 0.8, source: 'x' } as const
  assert.deepEqual(
    merge([address, phone], text).map((span) => text.slice(span.start, span.end)),
    ['14 Kestrel Close, Bracknell RG12 8TF', '07700 900461'],
  )
})
