import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntityType } from '@freehold/contract/privacy.ts'
import * as fc from 'fast-check'
import { merge } from '../detect/merge.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import { combined } from './combined.ts'

const TEXT = 'Zorblax Quent wrote to quent@canary.example from Port Vell. Zorblax Quent again.'

function span(type: EntityType, words: string, score = 0.6): Span {
  const start = TEXT.indexOf(words)
  return { start, end: start + words.length, type, score, source: 'test' }
}
const said = (spans: readonly Span[]): string[] =>
  spans.map(({ type, start, end }) => `${type} ${TEXT.slice(start, end)}`)

test('what only others find stands among what the engine found, and again where it stands again', () => {
  const own = [span('EMAIL', 'quent@canary.example', 0.95)]
  assert.deepEqual(said(combined(own, [span('PERSON', 'Zorblax Quent', 0.85)], TEXT)), [
    'PERSON Zorblax Quent',
    'EMAIL quent@canary.example',
    'PERSON Zorblax Quent',
  ])
  assert.equal(combined(own, [], TEXT), own)
})

test('whatever one of them covered stays covered, however unsure the rest of it was', () => {
  const email = span('EMAIL', 'quent@canary.example', 0.95)
  const person = span('PERSON', 'wrote to quent')
  const place = span('LOCATION', 'example from Port Vell')
  assert.deepEqual(said(combined([email, place], [person], TEXT)), [
    'PERSON wrote to ',
    'EMAIL quent@canary.example',
    'LOCATION  from Port Vell',
  ])
})

test('in any heap of spans every place that one of them covers is covered once', () => {
  const types: readonly EntityType[] = ['PERSON', 'LOCATION', 'EMAIL', 'URL', 'BANK_CARD', 'SECRET']
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          start: fc.nat(TEXT.length - 2),
          size: fc.integer({ min: 1, max: 30 }),
          type: fc.constantFrom(...types),
          score: fc.constantFrom(0.3, 0.6, 0.9),
          isOwn: fc.boolean(),
        }),
        { maxLength: 12 },
      ),
      (heap) => {
        const spans = heap.map(({ size, start, isOwn, ...rest }) => ({
          ...rest,
          start,
          end: Math.min(TEXT.length, start + size),
          source: isOwn ? 'own' : 'other',
        }))
        const own = merge(
          spans.filter(({ source }) => source === 'own'),
          TEXT,
        )
        const others = spans.filter(({ source }) => source === 'other')
        const all = combined(own, others, TEXT)
        let end = 0
        for (const span of all) {
          assert.ok(span.start >= end && span.end > span.start)
          ;({ end } = span)
        }
        for (const span of [...own, ...others]) {
          if (span.score < ACTING_SCORE) continue
          for (let at = span.start; at < span.end; at += 1) {
            const isCovered = all.some((one) => one.score >= ACTING_SCORE && one.start <= at && at < one.end)
            assert.ok(isCovered || !/[\p{L}\p{N}]/u.test(TEXT[at] ?? ''))
          }
        }
      },
    ),
  )
})
