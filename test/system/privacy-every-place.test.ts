import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Span } from '../../packages/server/src/privacy/detect/span.ts'
import { opaqueJson } from '../../packages/server/src/privacy/opaque.ts'
import { profileNamed } from '../../packages/server/src/privacy/policy/profile.ts'
import type { Departing } from '../../packages/server/src/privacy/mask/desensitiser.ts'
import { Desensitiser } from '../../packages/server/src/privacy/mask/desensitiser.ts'
import { Mint } from '../../packages/server/src/privacy/mask/mint.ts'
import { Scanning } from '../../packages/server/src/privacy/mask/scanning.ts'

const SCHEMA = {
  type: 'object',
  title: 't',
  properties: {
    city: { type: 'string', enum: ['x'], const: 'c', default: 'd', examples: ['e'], pattern: '^a$' },
  },
  required: ['city'],
  $defs: { one: { $comment: 'c', description: 'd' } },
}
const ARGUMENTS = '{"a":{"b":["c"]},"n":123456789,"deep":"{\\"x\\":\\"y\\"}"}'
const FORMAT = { type: 'json_schema', name: 'n', description: 'd', schema: SCHEMA }

/** Every kind of member that the APIs have, once. */
const BODIES = {
  chat: {
    model: 'gpt-4.1',
    user: 'u-1',
    metadata: { topic: 't' },
    stop: ['END'],
    prediction: { type: 'content', content: 'p' },
    response_format: { type: 'json_schema', json_schema: { name: 'n', description: 'd' } },
    web_search_options: { user_location: { approximate: { city: 'c' } } },
    safety_identifier: 's',
    messages: [
      { role: 'system', name: 'sys', content: 's' },
      { role: 'user', name: 'bob', content: [{ type: 'text', text: 't' }] },
      {
        role: 'assistant',
        content: 'a',
        refusal: 'r',
        reasoning_content: 'think',
        function_call: { name: 'f', arguments: '{}' },
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'f', arguments: ARGUMENTS } },
          { id: 'c2', type: 'custom', custom: { name: 'g', input: 'free' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: '[{"row":{"k":"v"}}]' },
    ],
    tools: [
      { type: 'function', function: { name: 'f', description: 'd', parameters: SCHEMA } },
      { type: 'custom', custom: { name: 'g', format: { grammar: { definition: 'start: "a"' } } } },
    ],
    tool_choice: { type: 'function', function: { name: 'f' } },
  },
  messages: {
    model: 'claude',
    system: [{ type: 'text', text: 's' }],
    metadata: { user_id: 'u' },
    stop_sequences: ['x'],
    tools: [{ name: 'f', description: 'd', input_schema: SCHEMA, input_examples: [{ city: 'x' }] }],
    messages: [
      { role: 'user', content: 'hello' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'signed', signature: 'c2ln' },
          { type: 'thinking', thinking: 'not signed' },
          { type: 'text', text: 'a', citations: [{ type: 'char_location', cited_text: 'c' }] },
          {
            type: 'tool_use',
            id: 't1',
            name: 'f',
            input: { a: { b: ['c'] }, name: 'n', id: 'i', n: 123456789 },
          },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: '{"k":"v"}' }] }],
      },
    ],
  },
  responses: {
    model: 'gpt',
    instructions: 'i',
    text: { format: FORMAT },
    prompt_cache_key: 'k',
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 't' }] },
      {
        type: 'message',
        id: 'm1',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'o', annotations: [{ type: 'url_citation', url: 'u', title: 't' }] },
        ],
      },
      { type: 'reasoning', id: 'rs', summary: [{ type: 'summary_text', text: 's' }] },
      { type: 'function_call', call_id: 'c', id: 'f1', name: 'f', arguments: ARGUMENTS },
      { type: 'function_call_output', call_id: 'c', output: 'out' },
      { type: 'custom_tool_call', call_id: 'd', name: 'g', input: 'in' },
      { type: 'web_search_call', id: 'w', action: { type: 'search', query: 'q', queries: ['z'] } },
      { type: 'local_shell_call', call_id: 'l', action: { command: ['ls'], env: { A: 'b' }, user: 'root' } },
      { type: 'shell_call_output', call_id: 's', output: [{ stdout: 'o', stderr: 'e' }] },
      { type: 'apply_patch_call', call_id: 'p', operation: { path: 'a.ts', diff: '+x' } },
      {
        type: 'file_search_call',
        id: 'fs',
        results: [{ file_name: 'n', text: 't', attributes: { a: 'b' } }],
      },
      {
        type: 'mcp_call',
        id: 'mc',
        server_label: 's',
        name: 'n',
        arguments: ARGUMENTS,
        output: 'o',
        error: 'e',
      },
      { type: 'mcp_approval_response', approval_request_id: 'ma', approve: true, reason: 'r' },
    ],
    tools: [{ type: 'web_search', filters: { allowed_domains: ['x'] }, user_location: { city: 'c' } }],
  },
  embeddings: { model: 'e', input: ['a', 'b'], user: 'u' },
  free: { a: 'b', c: [{ d: 'e', n: 123456789 }], name: 'x', id: 'y', type: 'z' },
} as const

const CANARY = 'Quinn-440306198807152340'
const NUMBER = 440306198807152300
const FOUND = /440306198807152\d{3}/

const desensitiser = new Desensitiser(
  new Scanning({
    id: 'x',
    detect: (text) =>
      [...text.matchAll(new RegExp(FOUND, 'g'))].map(({ 0: value, index }): Span => {
        return { start: index, end: index + value.length, type: 'CN_RESIDENT_ID', score: 1, source: 'x' }
      }),
  }),
  () => 0,
)

type Value = unknown

/** The value with the canary in one of its places after another: each text, name, long number, and those in texts that are JSON. */
function* planted(value: Value): Generator {
  if (typeof value === 'string') {
    yield CANARY
    if (/^[[{]/.test(value)) for (const inner of planted(JSON.parse(value))) yield JSON.stringify(inner)
  } else if (typeof value === 'number') yield NUMBER
  else if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) for (const other of planted(one)) yield value.with(at, other)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      for (const other of planted(one)) yield { ...value, [name]: other }
      yield { ...value, [CANARY]: one }
    }
  }
}

/** Null: it stays. */
async function leaving(shape: keyof typeof BODIES, json: string): Promise<string | null> {
  const body = Buffer.from(json)
  const departing: Departing =
    shape === 'free'
      ? { path: '', body, shape: null, contentType: 'application/json', headers: [], isOpaque: false }
      : { path: '', body, shape, contentType: undefined, headers: [], isOpaque: false }
  if (shape !== 'free' && opaqueJson(body) !== null) return null
  try {
    const masked = await desensitiser.masked(departing, {
      tenant: 't',
      profile: profileNamed('strict', {}) ?? assert.fail(),
      conversation: async () => ({ mint: new Mint({ nonce: 'k7f2', secret: null }), keep: async () => true }),
      continues: false,
    })
    return masked.body.toString()
  } catch (error) {
    if (error instanceof Fault && error.code === 'stays_home') return null
    throw error
  }
}

for (const [shape, body] of Object.entries(BODIES)) {
  test(`wherever a value stands in a body of ${shape}, it is masked or keeps the request here`, async () => {
    let left = 0
    let stayed = 0
    for (const one of planted(body)) {
      const json = JSON.stringify(one)
      assert.match(json, FOUND)
      // Of the keys of BODIES.
      const sent = await leaving(shape as keyof typeof BODIES, json)
      if (sent === null) stayed += 1
      else {
        left += 1
        assert.doesNotMatch(sent, FOUND, json)
        assert.equal(typeof JSON.parse(sent), 'object')
      }
    }
    assert.ok(left > 1 && stayed > 1, `${left} left, ${stayed} stayed`)
  })
}
