import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextOf, stepsIn } from './progress.ts'

test('what is kept of the first steps is read in their order, and nothing else is', () => {
  assert.deepEqual(stepsIn('skill guide moon'), ['guide', 'skill'])
  assert.deepEqual(stepsIn(''), [])
})

test('the next step is the first that is not done', () => {
  assert.equal(nextOf([]), 'guide')
  assert.equal(nextOf(['guide', 'skill']), 'file')
  assert.equal(nextOf(['guide', 'file', 'skill', 'privacy', 'connect']), null)
})
