import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as always, constantFrom, property } from 'fast-check'
import { wordStarts } from './cue-source.ts'
import { CueWords } from './cue-words.ts'

const none = (): boolean => false

test('the words of a cue are read from its regular expression', () => {
  const read = (source: string) =>
    wordStarts(source, none).map(({ letters, isWhole }) => (isWhole ? letters : `${letters}…`))
  assert.deepEqual(read('cards?'), ['cards', 'card'])
  assert.deepEqual(read('(?:my|his) n[oº]\\.?'), [
    'my no.',
    'my no',
    'my nº.',
    'my nº',
    'his no.',
    'his no',
    'his nº.',
    'his nº',
  ])
  assert.deepEqual(read('号?护照[^\\n]{0,8}证'), ['号护照…', '护照…'])
  assert.deepEqual(read('steueridentifikation'), ['steuerid…'])
  assert.throws(() => read('[^a]{0,4}x'), /may begin with anything/)
})

test('a word is heard however it is written, alone, and as far as one listens', () => {
  const words = new CueWords()
  const tax = words.add(['tax ?file ?no\\.?', 'tfn'], ['税号'])
  const other = words.add(['pan'])
  const hears = (text: string, from = 0, to = text.length) => words.isNear(tax, text, from, to)
  for (const text of ['Tax File No. 1', 'my taxFileNo', 'tax_file_no', 't.f.n.', '我的税号是', 'TFN'])
    assert.ok(hears(text), text)
  for (const text of ['syntax file no', 'tfnx', 'tax', 'pan', '']) assert.ok(!hears(text), text)
  assert.ok(!hears('tfn and then', 5) && !hears('and then tfn', 0, 9))
  assert.ok(words.isNear(other, 'the PAN', 0, 7) && !words.isNear(other, 'company', 0, 7))
  assert.ok(words.isInKey(tax, 'customerTfn') && !words.isInKey(tax, 'content') && !words.isInKey(tax, null))
  assert.ok(words.isInKey(tax, 'k'.repeat(200)), 'a key that is too long to read may say anything')
})

const SOURCES = [
  'card ?(?:no|number)?',
  '(?:my|work) number',
  'tel[eé]phone',
  String.raw`a\/c`,
  'd\\.?o\\.?b',
]
const PIECES = [
  'card',
  'Card',
  'No',
  'number',
  '_',
  ' ',
  'my',
  'WORK',
  'tel',
  'éphone',
  'É',
  'a/c',
  'd',
  'o',
  'b',
  '.',
  'ſ',
  '\n',
  '1',
]

test('wherever the regular expression finds a word, it is heard', () => {
  const words = new CueWords()
  const asked = SOURCES.map((source) => ({
    said: words.add([source]),
    pattern: new RegExp(`(?<![a-z])(?:${source})(?![a-z])`, 'iu'),
  }))
  always(
    property(array(constantFrom(...PIECES), { maxLength: 8 }), (pieces) => {
      const text = pieces.join('')
      const split = text.replaceAll(/(?<=[a-z])(?=[A-Z])|_/g, ' ')
      for (const { said, pattern } of asked)
        if (pattern.test(split))
          assert.ok(words.isNear(said, text, 0, text.length), `${pattern.source}: ${text}`)
    }),
    { numRuns: 3000 },
  )
})
