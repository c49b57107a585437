import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from '../detect/span.ts'
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
