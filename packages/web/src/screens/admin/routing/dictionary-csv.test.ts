import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOfTerms, csvRows, previewOf } from './dictionary-csv.ts'

test('quotes, commas and both ends of a line are read', () => {
  assert.deepEqual(csvRows('\ufeffvalue,type\r\n"Acme, ""Corp""",ORGANIZATION\n\nFalcon,\n'), [
    ['value', 'type'],
    ['Acme, "Corp"', 'ORGANIZATION'],
    ['Falcon', ''],
  ])
  assert.deepEqual(csvRows('"two\nlines",x'), [['two\nlines', 'x']])
  assert.equal(csvRows('value\n"open'), null)
})

test('a preview counts what would come in and says what is missing', () => {
  assert.deepEqual(previewOf('value,pattern\nAcme,\n,PRJ-\\d{4}'), {
    head: ['value', 'pattern'],
    rows: [
      ['Acme', ''],
      ['', 'PRJ-\\d{4}'],
    ],
    values: 1,
    patterns: 1,
  })
  assert.equal(previewOf('  '), 'empty')
  assert.equal(previewOf('name\nAcme'), 'head')
  assert.equal(previewOf('value\n'), 'terms')
  assert.equal(previewOf('value\n"'), 'quote')
})

test('terms that were read are written so that they are read the same', () => {
  const text = csvOfTerms([
    { value: 'A, "B"', type: 'CUSTOM_TERM', caseSensitive: false, wholeWord: true },
    { pattern: 'P{1,2}', type: 'ORGANIZATION', caseSensitive: true, wholeWord: false },
  ])
  assert.deepEqual(csvRows(text)?.slice(1), [
    ['A, "B"', '', 'CUSTOM_TERM', 'false', 'true'],
    ['', 'P{1,2}', 'ORGANIZATION', 'true', 'false'],
  ])
})
