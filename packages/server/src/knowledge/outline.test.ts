import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { outlineOf, placeAt, sectionsOf } from './outline.ts'
import { passagesOf } from './passages.ts'
import { RecordBuilder } from './text-of-record.ts'

test('a place has the nearest heading of each level above it, its page and the columns of its rows', () => {
  const record = new RecordBuilder(1_000_000)
  record.page(1)
  record.heading('Depots', 1)
  record.heading('Cold', 2)
  record.page(2)
  record.heading('Warm', 2)
  record.row('Name | Limit', true)
  record.row('Oslo | 7', false)
  record.heading('Ports', 1)
  record.page(3)
  record.paragraph('The end.')
  const made = record.finish(null)
  const outline = outlineOf(made, passagesOf(made.text, made.headings, made.tables))
  assert.deepEqual(placeAt(outline, made.text.indexOf('Oslo')), {
    page: 2,
    heading: 'Depots › Warm',
    columns: 'Name | Limit',
  })
  assert.deepEqual(placeAt(outline, made.text.indexOf('Name')), { page: 2, heading: 'Depots › Warm' })
  assert.deepEqual(placeAt(outline, made.text.indexOf('The end')), { page: 3, heading: 'Ports' })
  assert.deepEqual(placeAt(undefined, 5), {})
})

test('whatever the rows, a passage neither parts one nor leaves a word of it out', () => {
  const cell = fc.string({ minLength: 1, maxLength: 30 })
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(fc.array(table, { maxLength: 4 }), (tables) => {
      const record = new RecordBuilder(1_000_000)
      for (const [at, rows] of tables.entries()) {
        record.paragraph(`Table ${at} follows. It has rows.`)
        rows.forEach((row, number) => record.row(row.join(' | '), number === 0))
      }
      const { text, headings, tables: spans } = record.finish(null)
      let last = 0
      for (const { start, end } of passagesOf(text, headings, spans)) {
        assert.ok(start >= last)
        assert.doesNotMatch(text.slice(last, start), /[\p{L}\p{N}]/u)
        const cut = spans?.find((span) => start > span.start && start < span.end)
        if (cut) assert.equal(text[start - 1], '\n')
        last = end
      }
      assert.doesNotMatch(text.slice(last), /[\p{L}\p{N}]/u)
    }),
    { numRuns: 100 },
  )
})

test('sections nest, end at the next of their level, and cover five thousand headings at once', () => {
  const headings = Array.from({ length: 5000 }, (_, at) => ({
    start: at,
    end: at,
    level: 1 + (at % 6),
    title: `${at}`,
  }))
  const sections = sectionsOf({ headings, pages: [], tables: [], cells: [] }, 5000)
  assert.deepEqual(sections[7]?.path, ['6', '7'])
  assert.deepEqual(sections[6]?.span, { start: 6, end: 12 })
  assert.equal(sections.at(-1)?.span.end, 5000)
})
