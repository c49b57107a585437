import assert from 'node:assert/strict'
import { test } from 'node:test'
import { opaqueBody, opaqueContent } from './opaque.ts'

const user = (content: unknown): object => ({ model: 'm', messages: [{ role: 'user', content }] })

const READABLE: readonly (readonly [string, object])[] = [
  ['a text', user('hello')],
  ['text parts', user([{ type: 'text', text: 'hello' }])],
  [
    'a tool call and its result',
    {
      messages: [
        { content: [{ type: 'tool_use', input: { content: [1] } }] },
        { content: [{ type: 'tool_result', content: [{ type: 'text', text: 'x' }] }] },
      ],
    },
  ],
  ['texts to embed', { model: 'm', input: ['a', 'b'] }],
  [
    'a schema with a field called content',
    {
      ...user('x'),
      tools: [
        {
          function: {
            parameters: { properties: { content: [{ type: 'image' }], file_id: { type: 'string' } } },
          },
        },
      ],
    },
  ],
  ['no files', { ...user('x'), file_ids: [], mcp_servers: null }],
]
for (const [name, request] of READABLE)
  test(`${name} can be read`, () => assert.equal(opaqueContent(request), null))

const UNREADABLE: readonly (readonly [string, object])[] = [
  ['an image by address', user([{ type: 'image_url', image_url: { url: 'https://x' } }])],
  ['an Anthropic image', user([{ type: 'image', source: { type: 'base64', data: 'AA' } }])],
  ['a document', user([{ type: 'document', source: {} }])],
  ['audio', user([{ type: 'input_audio', input_audio: { data: 'AA' } }])],
  ['a file id', { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] }],
  ['an unknown part', user([{ type: 'hologram' }])],
  ['a part without type', user([{ text: 'x' }])],
  ['an image in a tool result', user([{ type: 'tool_result', content: [{ type: 'image' }] }])],
  ['a tool of the client', { ...user('x'), tools: [{ type: 'mcp', server_url: 'https://x' }] }],
  ['servers of the client', { ...user('x'), mcp_servers: [{ url: 'https://x' }] }],
  ['stored files', { ...user('x'), tools: [{ type: 'file_search', vector_store_ids: ['v'] }] }],
  ['token ids', { input: [1, 2, 3] }],
  ['lists of token ids', { input: [[1, 2], [3]] }],
  ['encrypted reasoning', { input: [{ type: 'reasoning', encrypted_content: 'x' }] }],
]
for (const [name, request] of UNREADABLE)
  test(`${name} cannot be read`, () => assert.notEqual(opaqueContent(request), null))

test('a request nested a million deep is looked at without falling over', () => {
  let deep: unknown = { type: 'image', image_url: 'x' }
  for (let i = 0; i < 1_000_000; i += 1) deep = [deep]
  assert.equal(opaqueContent({ messages: deep }), 'an image')
})

test('a body for a service is text, or it is opaque', () => {
  const body = {
    contentType: 'application/json; charset=utf-8',
    contentEncoding: undefined,
    isUtf8: true,
    length: 3,
  }
  assert.equal(opaqueBody(body), null)
  assert.equal(opaqueBody({ ...body, contentType: 'application/vnd.api+json' }), null)
  assert.equal(opaqueBody({ ...body, length: 0, contentType: undefined }), null)
  for (const wrong of [
    { contentType: 'multipart/form-data; boundary=x' },
    { contentType: 'application/octet-stream' },
    { contentType: undefined },
    { contentType: 'application/jsonx' },
    { contentEncoding: 'gzip' },
    { isUtf8: false },
  ])
    assert.notEqual(opaqueBody({ ...body, ...wrong }), null, JSON.stringify(wrong))
})
