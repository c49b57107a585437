import assert from 'node:assert/strict'
import { test } from 'node:test'
import { opaqueBody, opaqueContent, opaqueJson } from './opaque.ts'

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
  [
    'items of the Responses API',
    {
      input: [
        { role: 'user', content: 'x' },
        { type: 'function_call', arguments: '{}' },
        { type: 'function_call_output', output: 'x' },
        { type: 'reasoning', summary: [] },
      ],
      tools: [{ type: 'code_interpreter', container: { type: 'auto' } }],
    },
  ],
  ['how an answer is to be spoken', { ...user('x'), audio: { voice: 'v', format: 'wav' } }],
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
  ['one part that is no list', user({ type: 'image', source: { data: 'AA' } })],
  ['an image among the instructions', { ...user('x'), system: [{ type: 'image', source: {} }] }],
  ['an image that was made before', { input: [{ type: 'image_generation_call', result: 'AA' }] }],
  ['an item without type and role', { input: [{ id: 'x' }] }],
  ['a stored prompt', { prompt: { id: 'pmpt_1' } }],
  ['a container', { ...user('x'), container: 'c_1' }],
  ['a container of a tool', { tools: [{ type: 'code_interpreter', container: 'c_1' }] }],
  ['audio of an earlier answer', { messages: [{ role: 'assistant', audio: { id: 'a_1' } }] }],
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

test('a request nested a hundred thousand deep is looked at without falling over', () => {
  let deep: unknown = { type: 'image', image_url: 'x' }
  for (let i = 0; i < 100_000; i += 1) deep = [deep]
  assert.equal(opaqueContent({ messages: deep }), 'an image')
})

test('a member that is named twice hides nothing, at any depth and however it is written', () => {
  const text = (json: string): string | null => opaqueJson(Buffer.from(json))
  assert.equal(
    text('\ufeff{"messages":[{"role":"user","content":"a: \\"b\\": \\\\"}],"__proto__":{"x":[{}]}}'),
    null,
  )
  const image = '[{"type":"image","source":{}}]'
  for (const json of [
    `{"system":${image},"system":"x"}`,
    `{"system":${image},"\\u0073ystem":"x"}`,
    `{"messages":[{"content":${image},"content":"x"}]}`,
    '{"parameters":{"a":1,"a":2}}',
  ])
    assert.equal(text(json), 'a member that is named twice', json)
  assert.equal(text(`{"__proto__":{"content":${image}}}`), 'content that is not text')
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
    { contentType: 'text/plain; charset=utf-16le' },
    { contentType: 'text/plain;charset="GBK"' },
    { contentEncoding: 'gzip' },
    { isUtf8: false },
  ])
    assert.notEqual(opaqueBody({ ...body, ...wrong }), null, JSON.stringify(wrong))
})
