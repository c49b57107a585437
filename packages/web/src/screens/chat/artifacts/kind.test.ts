import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileNameOf, kindOf } from './kind.ts'

test('what could run is shown in the frame, and what is unknown as its text', () => {
  assert.equal(kindOf('text/html'), 'html')
  assert.equal(kindOf('image/svg+xml'), 'svg')
  assert.equal(kindOf('text/vnd.mermaid'), 'mermaid')
  assert.equal(kindOf('text/markdown'), 'markdown')
  assert.equal(kindOf('text/x-python'), 'code')
  assert.equal(kindOf('application/pdf'), 'code')
})

test('a file that is kept has the ending of what it is', () => {
  assert.equal(fileNameOf('Report', 'text/markdown'), 'Report.md')
  assert.equal(fileNameOf('page.HTML', 'text/html'), 'page.HTML')
  assert.equal(fileNameOf('flow', 'text/vnd.mermaid'), 'flow.mmd')
  assert.equal(fileNameOf('thing', 'application/unheard-of'), 'thing.txt')
})
