import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CallToolResult } from '@modelcontextprotocol/client'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { SkillsClient } from '@modelcontextprotocol/client/ext/skills'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway } from './gateway-house.ts'

let house: GatewayHouse
const WORD = 'Kranwagen'

before(async () => {
  house = await openGateway({ listen: '127.0.0.1:0' }, { key: ['--scope', '*'] })
  const made = await house.post('/api/collections', { name: 'yard' })
  const { id } = (await made.json()) as { id: string }
  const added = await house.post(`/api/collections/${id}/documents`, {
    documents: [
      { id: 'd1', title: 'Yard', text: `The ${WORD} stands behind hall four.`, class: 'confidential' },
    ],
  })
  assert.equal(added.status, 201)
})
after(() => house.close())

type Era = 'auto' | 'legacy'

async function connected(mode: Era, key = house.apiKey): Promise<Client> {
  const client = new Client({ name: 'tests', version: '1.0.0' }, { versionNegotiation: { mode } })
  const headers = { authorization: `Bearer ${key}` }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${house.url}/mcp`), { requestInit: { headers } }),
  )
  return client
}

const textOf = ({ content }: CallToolResult): string =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')

for (const [mode, version] of [
  ['auto', '2026-07-28'],
  ['legacy', '2025-11-25'],
] as const)
  test(`a client of ${version} finds what its caller may read, with the class of it`, async () => {
    const client = await connected(mode)
    assert.equal(client.getNegotiatedProtocolVersion(), version)
    const { tools } = await client.listTools()
    assert.deepEqual(
      tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]),
      [
        ['read_document', true],
        ['search_knowledge', true],
      ],
    )
    const found = await client.callTool({ name: 'search_knowledge', arguments: { query: WORD } })
    assert.match(textOf(found), /behind hall four/)
    assert.equal(found._meta?.['dev.freehold/class'], 'confidential')
    const wrong = await client.callTool({ name: 'search_knowledge', arguments: { limit: 5 } })
    assert.equal(wrong.isError, true)
    assert.match(textOf(wrong), /do not fit/)
    await assert.rejects(client.callTool({ name: 'no_such_tool' }), /no tool no_such_tool/)
    assert.deepEqual((await new SkillsClient(client).list()).skills, [])
    await client.close()
  })

test('a key that may not read knowledge has no tools of it, and each call is on record without its words', async () => {
  const key = await house.key('--name', 'bare', '--scope', 'model')
  const client = await connected('auto', key)
  assert.deepEqual((await client.listTools()).tools, [])
  await assert.rejects(client.callTool({ name: 'search_knowledge', arguments: { query: WORD } }))
  await client.close()
  const events = await house.get('/api/audit?limit=200')
  const { data } = (await events.json()) as { data: { action: string; subject: string; detail: object }[] }
  const calls = data.filter(({ action }) => action === 'mcp.tool_called')
  assert.deepEqual(
    calls.map(({ subject, detail }) => [subject, detail]),
    Array.from({ length: 2 }, () => ['search_knowledge', { effect: 'read', confirmed: false }]),
  )
  assert.ok(!JSON.stringify(data).includes(WORD))
})

test('whoever is not known is told where a token is to be had', async () => {
  const bare = await fetch(`${house.url}/mcp`, { method: 'POST', body: '{}' })
  assert.equal(bare.status, 401)
  const told = bare.headers.get('www-authenticate') ?? ''
  assert.doesNotMatch(told, /error=/)
  const [, address = ''] = /resource_metadata="([^"]+)"/.exec(told) ?? []
  const metadata = (await (await fetch(address)).json()) as Record<string, unknown>
  assert.deepEqual(metadata, {
    resource: `${house.url}/mcp`,
    resource_name: 'Freehold',
    authorization_servers: [house.url],
    scopes_supported: ['openid'],
    bearer_methods_supported: ['header'],
  })
  const wrong = await fetch(`${house.url}/mcp`, { headers: { authorization: 'Bearer fh_no' } })
  assert.equal(wrong.status, 401)
  assert.match(wrong.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
})

const opening = (headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  house.post(
    '/mcp',
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'raw', version: '1' },
      },
    },
    { accept: 'application/json, text/event-stream', ...headers },
  )

test('a session of 2025 is the caller’s own, and ends when it says so', async () => {
  const opened = await opening()
  assert.equal(opened.status, 200)
  const session = opened.headers.get('mcp-session-id') ?? ''
  await opened.body?.cancel()
  const other = await house.key('--name', 'other')
  const ping = { jsonrpc: '2.0', id: 2, method: 'ping' }
  const as = { accept: 'application/json, text/event-stream', 'mcp-session-id': session }
  const foreign = await house.post('/mcp', ping, { ...as, authorization: `Bearer ${other}` })
  assert.equal(foreign.status, 404)
  const own = await house.post('/mcp', ping, as)
  assert.equal(own.status, 200)
  await own.body?.cancel()
  const ended = await fetch(`${house.url}/mcp`, {
    method: 'DELETE',
    headers: { ...as, authorization: `Bearer ${house.apiKey}` },
  })
  assert.equal(ended.status, 200)
  assert.equal((await house.post('/mcp', ping, as)).status, 404)
})

test('a body that is too long, is no JSON or comes with a foreign name of this server is refused', async () => {
  const long = await house.post('/mcp', 'x'.repeat(1024 * 1024 + 1))
  assert.equal(long.status, 413)
  const broken = await house.post('/mcp', '{"jsonrpc"', { accept: 'application/json, text/event-stream' })
  assert.equal(broken.status, 400)
  const { error } = (await broken.json()) as { error: { code: number } }
  assert.equal(error.code, -32_700)
})
