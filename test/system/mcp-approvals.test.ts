import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallToolResult } from '@modelcontextprotocol/client'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { z } from 'zod'
import type { Serving } from '../../packages/server/src/http/mcp/serving.ts'
import { createServing } from '../../packages/server/src/http/mcp/serving.ts'
import { createToolOffer } from '../../packages/server/src/http/mcp/tool-offer.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Tool } from '../../packages/server/src/skills/tool.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { callerOf } from './knowledge-house.ts'

interface Ground {
  readonly serving: Serving
  /** `send confirmed`, as it was put on record. */
  readonly recorded: string[]
  readonly made: unknown[]
}

function ground(): Ground {
  const recorded: string[] = []
  const made: unknown[] = []
  const tool = (name: string, more: Partial<Tool>): Tool => ({
    name,
    description: name,
    input: { type: 'object', properties: { to: { type: 'string' } }, additionalProperties: false },
    effect: 'read',
    dials: 'nowhere',
    confirm: 'never',
    idempotent: true,
    async run(input) {
      made.push(input)
      return { parts: [{ origin: 'tool', integrity: 'trusted', class: 'internal', text: `${name} done` }] }
    },
    ...more,
  })
  const tools = [
    tool('look', {}),
    tool('look_anywhere', { dials: 'anywhere' }),
    tool('send', { effect: 'external-send' }),
    tool('ask_always', { confirm: 'always' }),
    tool('slow', { timeoutMs: 20, run: () => new Promise(() => {}) }),
    tool('failing', { run: () => Promise.reject(new Fault('skill_failed', 'The other side is closed.')) }),
    tool('broken', { run: () => Promise.reject(new Error('secret words of a bug')) }),
    tool('above', {
      run: async () => ({
        parts: [
          { origin: 'document', integrity: 'untrusted', class: 'restricted', text: 'the secret' },
          { origin: 'document', integrity: 'untrusted', class: 'confidential', text: 'the rest' },
        ],
      }),
    }),
  ]
  const serving = createServing({
    version: '1.0.0',
    hasSessions: true,
    mostBytes: 100_000,
    sessionsChanged: () => {},
    onError: () => {},
    offers: (visitOf) => [
      createToolOffer(
        {
          toolsFor: async () => tools,
          record: async (_, { name }, confirmed) => void recorded.push(`${name} ${confirmed}`),
          counted: () => {},
          report: () => {},
          secret: Buffer.alloc(32, 7),
        },
        visitOf,
      ),
    ],
  })
  return { serving, recorded, made }
}

const caller = callerOf(tenantId('018f0000-0000-7000-8000-000000000001'), 'confidential')
const visit = (id = 'tester') => ({
  caller: { ...caller, principal: { ...caller.principal, id } },
  request: 'req_1',
  signal: new AbortController().signal,
})

/** `approve`: what the user of the client says; null: it cannot be asked. */
async function client(
  { serving }: Ground,
  mode: 'auto' | 'legacy',
  approve: boolean | null,
): Promise<Client> {
  const capabilities = approve === null ? {} : { elicitation: {} }
  const made = new Client({ name: 't', version: '1' }, { capabilities, versionNegotiation: { mode } })
  if (approve !== null)
    made.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: { approve } }))
  const fetch = (input: string | URL, init?: RequestInit): Promise<Response> =>
    serving.answer(new Request(input, init), visit())
  await made.connect(new StreamableHTTPClientTransport(new URL('http://freehold.invalid/mcp'), { fetch }))
  return made
}

const textOf = ({ content }: CallToolResult): string =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join(' | ')

for (const mode of ['auto', 'legacy'] as const)
  test(`what is more than a read is done once its user allowed it, and on record as that (${mode})`, async () => {
    const house = ground()
    const yes = await client(house, mode, true)
    const names = ['look', 'look_anywhere', 'send', 'ask_always']
    for (const name of names)
      assert.equal(textOf(await yes.callTool({ name, arguments: { to: 'a' } })), `${name} done`)
    assert.deepEqual(house.recorded, ['look false', 'look_anywhere true', 'send true', 'ask_always true'])
    const no = await client(house, mode, false)
    const refused = await no.callTool({ name: 'send', arguments: { to: 'b' } })
    assert.deepEqual(
      [refused.isError, textOf(refused)],
      [true, 'send was not allowed, so it was not called.'],
    )
    const mute = await client(house, mode, null)
    const told = await mute.callTool({ name: 'send', arguments: { to: 'c' } })
    assert.match(textOf(told), /needs an approval.*Ask for it in the chat/)
    assert.deepEqual(
      house.made,
      Array.from({ length: 4 }, () => ({ to: 'a' })),
    )
    for (const one of [yes, no, mute]) await one.close()
  })

const state = z.object({
  result: z.object({ resultType: z.literal('input_required'), requestState: z.string() }),
})

/** One round by hand, so that what comes back can be another thing than what was asked. */
async function round({ serving }: Ground, to: string, more: object, id?: string): Promise<unknown> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 't', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  }
  const params = { name: 'send', arguments: { to }, _meta: meta, ...more }
  const request = new Request('http://freehold.invalid/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'send',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  })
  return (await serving.answer(request, visit(id))).json()
}

test('an approval is for these arguments and this caller, and a made-up one is none', async () => {
  const house = ground()
  const { requestState } = state.parse(await round(house, 'a', {})).result
  const approved = {
    requestState,
    inputResponses: { approve: { action: 'accept', content: { approve: true } } },
  }
  state.parse(await round(house, 'somebody else', approved))
  const refusal = z.object({ error: z.object({ code: z.literal(-32_602) }) })
  refusal.parse(await round(house, 'a', approved, 'another caller'))
  refusal.parse(await round(house, 'a', { ...approved, requestState: `${requestState.slice(0, -2)}AA` }))
  assert.deepEqual(house.made, [])
  await round(house, 'a', approved)
  assert.deepEqual(house.made, [{ to: 'a' }])
})

test('what is above the ceiling is left out, and what goes wrong is told without the words of a bug', async () => {
  const house = ground()
  const one = await client(house, 'auto', null)
  const above = await one.callTool({ name: 'above' })
  assert.equal(textOf(above), 'A part was left out: its class is above what you may read. | the rest')
  assert.equal(above._meta?.['dev.freehold/class'], 'confidential')
  const said = async (name: string): Promise<unknown> => {
    const result = await one.callTool({ name })
    return [result.isError, textOf(result)]
  }
  assert.deepEqual(await said('slow'), [true, 'It did not answer in time (20 ms at most).'])
  assert.deepEqual(await said('failing'), [true, 'The other side is closed.'])
  assert.deepEqual(await said('broken'), [true, 'The tool failed.'])
  await one.close()
})
