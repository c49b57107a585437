import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pointed, pointedText } from './json-pointer.ts'

test('a pointer leads through objects and lists, with its escapes, and to nothing that was inherited', () => {
  const value = { a: [{ 'b/c': 1, '~': 'x' }] }
  assert.equal(pointed(value, ''), value)
  assert.deepEqual([pointed(value, '/a/0/b~1c'), pointed(value, '/a/0/~0')], [1, 'x'])
  assert.deepEqual([pointed(value, '/constructor'), pointed(value, '/a/length/x')], [undefined, undefined])
  assert.deepEqual([pointedText(value, '/a/0/b~1c'), pointedText(value, '/a')], ['1', null])
})
