import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultOf } from './results.ts'

test('data is the result where there is some, otherwise the texts are', () => {
  const content = [{ type: 'text' as const, text: '{"a":1}' }]
  assert.deepEqual(resultOf({ content, structuredContent: { a: 1 } }), { value: { a: 1 } })
  assert.deepEqual(resultOf({ content }), {
    value: '{"a":1}',
    texts: [{ origin: 'tool', text: '{"a":1}' }],
  })
})

test('images, files and links are named and nothing of them is taken along', () => {
  const { value } = resultOf({
    content: [
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'resource_link', uri: 'file:///etc/passwd]\n[x', name: 'x' },
      { type: 'resource', resource: { uri: 'a://b', blob: 'AAAA' } },
      { type: 'resource', resource: { uri: 'a://c', text: 'words' } },
    ],
  })
  assert.equal(
    value,
    [
      '[image of type image/png, 3 bytes, not taken along]',
      '[link to file:///etc/passwd   x, not followed]',
      '[resource a://b of type unknown, 3 bytes, not taken along]',
      '[resource a://c]\nwords',
    ].join('\n'),
  )
})

test('what a server calls a failure is one, in its words without what is hidden in them', () => {
  assert.throws(() => resultOf({ isError: true, content: [{ type: 'text', text: 'no\u200b such order' }] }), {
    code: 'skill_failed',
    message: 'no⟨U+200B⟩ such order',
  })
  assert.throws(() => resultOf({ isError: true, content: [] }), /says that the call failed/)
})
