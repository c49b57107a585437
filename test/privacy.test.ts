import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { engine } from '../packages/server/src/privacy/detect/engine-house.ts'
import { knownLanguage } from '../packages/server/src/privacy/detect/language.ts'
import { ACTING_SCORE } from '../packages/server/src/privacy/detect/span.ts'

interface Labelled {
  readonly text: string
  readonly lang: string
  readonly entities: readonly { readonly type: string; readonly start: number; readonly end: number }[]
}
interface Count {
  right: number
  missed: number
  wrong: number
}

/** Rows that were written before the recognisers, and rows that were written after them; all values are made up. */
const SETS = ['structured.jsonl', 'structured-later.jsonl'] as const

const rowsOf = (name: string): readonly Labelled[] =>
  readFileSync(join(import.meta.dirname, 'privacy', name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    // The test's own data; a row of another shape fails every comparison.
    .map((line) => JSON.parse(line) as Labelled)

const nameOf = ({ type, start, end }: { type: string; start: number; end: number }): string =>
  `${type} ${start}-${end}`

/** What was found exactly, missed, and found where nothing is, by type. */
function compare(rows: readonly Labelled[]): Map<string, Count> {
  const counts = new Map<string, Count>()
  const count = (type: string, what: keyof Count): void => {
    const known = counts.get(type) ?? { right: 0, missed: 0, wrong: 0 }
    known[what] += 1
    counts.set(type, known)
  }
  for (const { text, lang, entities } of rows) {
    const types = new Set(entities.map(({ type }) => type))
    const found = engine
      .detect(text, { language: knownLanguage(lang), key: null })
      .filter(({ type, score }) => score >= ACTING_SCORE && (types.has(type) || STRUCTURED.has(type)))
    const expected = new Set(entities.map(nameOf))
    const seen = new Set(found.map(nameOf))
    for (const entity of entities) count(entity.type, seen.has(nameOf(entity)) ? 'right' : 'missed')
    for (const span of found) if (!expected.has(nameOf(span))) count(span.type, 'wrong')
  }
  return counts
}

/** The types that the rows label wherever they stand. */
const STRUCTURED: ReadonlySet<string> = new Set(
  SETS.flatMap(rowsOf).flatMap(({ entities }) => entities.map(({ type }) => type)),
)

const f1 = ({ right, missed, wrong }: Count): number => (2 * right) / (2 * right + missed + wrong)

for (const set of SETS) {
  test(`numbers, addresses and accounts of ${set} are found where they are and nowhere else`, () => {
    const rows = rowsOf(set)
    assert.ok(rows.length > 150)
    const counts = compare(rows)
    assert.ok(counts.size >= 16)
    const worse = [...counts].filter(([, count]) => f1(count) < 0.98)
    assert.deepEqual(worse, [])
  })
}

test('the comparison notices a value that is missed and one that is made up', () => {
  const missed = compare([{ text: 'nothing', lang: 'en', entities: [{ type: 'EMAIL', start: 0, end: 7 }] }])
  const madeUp = compare([{ text: 'anna@example.org', lang: 'en', entities: [] }])
  assert.deepEqual([missed.get('EMAIL')?.missed, madeUp.get('EMAIL')?.wrong], [1, 1])
})
