import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf, splitPolicies } from './splitting.ts'

test('a semicolon ends a policy, unless it stands in a string or a comment', () => {
  const text = `// one; two
@id("a;b\\";")
forbid (principal, action, resource); // and; more
permit (principal, action, resource) when { "//;" == ";" };
  rest`
  const pieces = splitPolicies(text)
  assert.deepEqual(
    pieces.map(({ text: piece, start }) => [piece.split('\n')[0], placeOf(text, start)]),
    [
      ['@id("a;b\\";")', { line: 2, column: 1 }],
      ['permit (principal, action, resource) when { "//;" == ";" };', { line: 4, column: 1 }],
      ['rest', { line: 5, column: 3 }],
    ],
  )
})

test('a text without policies has none, and a string that never ends is one piece', () => {
  assert.deepEqual(splitPolicies(' // nothing;\n\n'), [])
  assert.deepEqual(splitPolicies('"; ; ;'), [{ start: 0, text: '"; ; ;' }])
})
