import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exposedAs } from './exposed.ts'

test('a list shows what is on it or fits a pattern of it, under its own name', () => {
  const models = ['gpt-*', 'plain']
  assert.deepEqual(exposedAs({ models }, 'gpt-5'), ['gpt-5'])
  assert.deepEqual(exposedAs({ models }, 'plain'), ['plain'])
  assert.deepEqual(exposedAs({ models }, 'text'), [])
})

test('a map shows a model under each name that leads to it', () => {
  const models = { fast: 'mini', small: 'mini', 'old-*': 'mini', 'gpt-*': '*', 'gpt-5': 'big' }
  assert.deepEqual(exposedAs({ models }, 'mini'), ['fast', 'small', 'old-*'])
  assert.deepEqual(exposedAs({ models }, 'gpt-4'), ['gpt-4'])
  assert.deepEqual(exposedAs({ models }, 'big'), ['gpt-5'])
  assert.deepEqual(exposedAs({ models }, 'gpt-5'), [], 'that name leads elsewhere')
})
