import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { PASSES, train } from '../../packages/server/corpus/en/train.ts'
import { contextRows } from '../../packages/server/corpus/zh/context-rows.ts'
import { wordModel } from '../../packages/server/corpus/zh/train-words.ts'
import { MODEL_FILE, VOCABULARY_FILE } from '../../packages/server/src/privacy/names/en/model.ts'
import { WORD_MODEL_FILE } from '../../packages/server/src/privacy/names/zh/word-names.ts'

test('training from the frames gives the weights that are here, to the byte', () => {
  const { model, words } = train(PASSES, () => {})
  assert.ok(model.equals(gunzipSync(readFileSync(MODEL_FILE))))
  assert.ok(words.equals(gunzipSync(readFileSync(VOCABULARY_FILE))))
})

test('counting in the Chinese frames gives the contexts that are here, to the letter', () => {
  const path = join(import.meta.dirname, '../../packages/server/src/privacy/names/zh/context.txt')
  assert.equal(contextRows(), readFileSync(path, 'utf8'))
})

test('learning from the Chinese frames which words are names gives the weights that are here, to the byte', () => {
  assert.ok(wordModel().equals(gunzipSync(readFileSync(WORD_MODEL_FILE))))
})
