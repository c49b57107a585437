import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'

const examples = join(import.meta.dirname, '../docs/examples')
const spans = z.array(z.object({ start: z.int(), end: z.int(), type: z.string(), score: z.number() }))
const callable = z.custom<(...args: unknown[]) => unknown>((value) => typeof value === 'function')

async function exported(file: string, name: string) {
  const found = z.object({ [name]: callable }).parse({ ...(await import(join(examples, file))) })[name]
  assert.ok(found)
  return found
}

test('the example of a word list finds what stands in its list', async () => {
  const createDetector = await exported('word-list-detector.mjs', 'createDetector')
  const detector = z.object({ id: z.string(), detect: callable }).parse(createDetector())
  const text = '去东湖三号机房, then umbrella falls.'
  const found = spans.parse(detector.detect(text))
  assert.deepEqual(
    found.map(({ start, end }) => text.slice(start, end)),
    ['东湖三号机房', 'umbrella falls'],
  )
})

test('the example of a model puts tokens where they stand', async () => {
  const spansOf = await exported('transformers-detector.mjs', 'spansOf')
  const text = 'Sarah lives in the United States of America'
  const labels = ['B-PER', 'O', 'O', 'O', 'B-LOC', 'I-LOC', 'I-LOC', 'I-LOC']
  const tokens = text.split(' ').map((word, at) => ({ entity: labels[at], score: 0.99, index: at + 1, word }))
  const found = spans.parse(spansOf(tokens, text))
  assert.deepEqual(
    found.map(({ start, end, type }) => `${type} ${text.slice(start, end)}`),
    ['PER Sarah', 'LOC United States of America'],
  )
  const pieces = [
    { entity: 'B-PER', score: 0.9, word: 'Zo' },
    { entity: 'I-PER', score: 0.6, word: '##rblax' },
    { entity: 'O', score: 0.9, word: '[UNK]' },
  ]
  assert.deepEqual(spans.parse(spansOf(pieces, 'Zorblax')), [{ start: 0, end: 7, type: 'PER', score: 0.9 }])
})
