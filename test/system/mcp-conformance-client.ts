import type { CallToolRequest, ClientOptions, FetchLike } from '@modelcontextprotocol/client'
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import { SkillsClient, SkillVerificationError } from '@modelcontextprotocol/client/ext/skills'
import { z } from 'zod'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Authorisation, NOTHING_KEPT } from '../../packages/server/src/skills/mcp/authorisation.ts'
import { finishAuthorisation } from '../../packages/server/src/skills/mcp/authorising.ts'
import { brokerFetch } from '../../packages/server/src/skills/mcp/broker-fetch.ts'
import { connectHttp } from '../../packages/server/src/skills/mcp/connect-http.ts'
import { dialledFetch } from '../../packages/server/src/skills/mcp/dialled-fetch.ts'
import { loopbackBroker } from './mcp-broker.ts'

/**
 * The client that the conformance suite starts, once for each scenario: our ways to a server, and what an administrator
 * and a browser would do.
 */
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? ''
const isModern = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] === '2026-07-28'
const url = new URL(process.argv[2] ?? '')
const told: unknown = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}')
const signal = AbortSignal.timeout(25_000)

const dialled = dialledFetch({
  dialler: createDialler(),
  name: 'conformance',
  zone: 'private',
  answerMs: 10_000,
  mostBytes: 4 * 1024 * 1024,
})
const viaBroker = brokerFetch(loopbackBroker(), signal).fetch

async function connected(options: ClientOptions, fetch: FetchLike, mode: 'auto' | 'legacy'): Promise<Client> {
  const client = new Client({ name: 'freehold', version: '1' }, { ...options, versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(url, { fetch }))
  return client
}

/** As a skill does it: connection, tools, a call. */
async function asSkill(): Promise<void> {
  const connection = await connectHttp({
    url,
    broker: loopbackBroker(),
    signal,
    bounds: { connectMs: 10_000, requestMs: 10_000 },
    authorisation: null,
    known: isModern ? null : { kind: 'legacy' },
  })
  const tools = await connection.tools(signal)
  const add = tools.find(({ name }) => name === 'add_numbers')
  if (add) await connection.call(add, { a: 5, b: 3 }, { signal, timeoutMs: 9000 })
  await connection.close()
}

/** The mocks of some scenarios know no way to begin; what they would say is said for them. */
const discovering =
  (fetch: FetchLike): FetchLike =>
  async (input, init) => {
    const message =
      typeof init?.body === 'string'
        ? z.object({ id: z.unknown(), method: z.string() }).safeParse(JSON.parse(init.body)).data
        : undefined
    if (message?.method !== 'server/discover') return fetch(input, init)
    return Response.json({
      jsonrpc: '2.0',
      id: message.id,
      result: {
        resultType: 'complete',
        ttlMs: 0,
        cacheScope: 'private',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: { listChanged: true }, resources: {}, prompts: {} },
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'mock', version: '1' } },
      },
    })
  }

async function everyKind(): Promise<void> {
  const client = await connected({}, discovering(viaBroker), 'auto')
  const [tool] = (await client.listTools()).tools
  if (tool) await client.callTool({ name: tool.name, arguments: {} })
  const [resource] = (await client.listResources()).resources
  if (resource) await client.readResource({ uri: resource.uri })
  const [prompt] = (await client.listPrompts()).prompts
  if (prompt) await client.getPrompt({ name: prompt.name, arguments: {} })
  await client.close()
}

const toolCalls = z.object({
  toolCalls: z
    .array(z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }))
    .default([]),
})

async function givenCalls(): Promise<void> {
  const client = await connected({}, discovering(viaBroker), 'auto')
  await client.listTools()
  for (const call of toolCalls.parse(told).toolCalls) await client.callTool(call)
  await client.close()
}

async function allThatAreLeft(): Promise<void> {
  const client = await connected({}, discovering(viaBroker), 'auto')
  for (const { name } of (await client.listTools()).tools)
    await client.callTool({ name, arguments: { region: 'us-west1' } }).catch(() => undefined)
  await client.close()
}

async function rounds(): Promise<void> {
  const client = await connectedToAsk({ elicitation: {} }, discovering(viaBroker), 'auto', {
    confirmed: true,
  })
  for (const name of [
    'test_mrtr_echo_state',
    'test_mrtr_no_state',
    'test_mrtr_unrelated',
    'test_mrtr_no_result_type',
  ])
    await client.callTool({ name, arguments: {} }).catch(() => undefined)
  await client.close()
}

async function connectedToAsk(
  capabilities: NonNullable<ClientOptions['capabilities']>,
  fetch: FetchLike,
  mode: 'auto' | 'legacy',
  content: Record<string, boolean>,
): Promise<Client> {
  const client = new Client(
    { name: 'freehold', version: '1' },
    { capabilities, versionNegotiation: { mode } },
  )
  client.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content }))
  await client.connect(new StreamableHTTPClientTransport(url, { fetch }))
  return client
}

/** A server of 2025 asks within its answer, so the answer has to come as it is sent. */
async function defaults(): Promise<void> {
  const form = { elicitation: { form: { applyDefaults: true } } }
  const client = await connectedToAsk(form, dialled.fetch, 'legacy', {})
  await client.listTools()
  await client.callTool({ name: 'test_client_elicitation_defaults', arguments: {} })
  await client.close()
}

async function resumed(): Promise<void> {
  const client = await connected({}, dialled.fetch, 'legacy')
  await client.listTools()
  await client.callTool({ name: 'test_reconnection', arguments: {} })
  await client.close()
}

async function asMetadata(): Promise<void> {
  const client = await connected(
    { capabilities: { roots: {}, sampling: {}, elicitation: {} } },
    viaBroker,
    'auto',
  )
  await client.close()
}

async function echoedSchema(): Promise<void> {
  const client = await connected({}, viaBroker, isModern ? 'auto' : 'legacy')
  const focal = (await client.listTools()).tools.find(({ name }) => name === 'json_schema_2020_12_tool')
  if (!focal) throw new Error('there is no such tool')
  await client.callTool({ name: 'json_schema_echo', arguments: { schema: focal.inputSchema } })
  await client.close()
}

const registration = z.object({ client_id: z.string(), client_secret: z.string() })

/** Signs in wherever it is asked to, as an administrator would. */
async function signedIn(): Promise<void> {
  const registered = registration.safeParse(told).data
  const authorisation = new Authorisation({
    kept: NOTHING_KEPT,
    keep: async () => {},
    fetch: dialled.fetch,
    nowMs: () => Date.now(),
    redirectUrl: 'http://localhost:3000/callback',
    clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
    ...(registered && { registered }),
  })
  const client = new Client({ name: 'freehold', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const connect = (): Promise<void> =>
    client.connect(
      new StreamableHTTPClientTransport(url, { fetch: dialled.fetch, authProvider: authorisation }),
    )
  const seen = new Set<string>()
  const signingIn = async (work: () => Promise<unknown>): Promise<void> => {
    for (;;) {
      try {
        await work()
        return
      } catch (error) {
        const { location } = authorisation
        if (
          !(error instanceof UnauthorizedError) ||
          location === null ||
          seen.has(location.href) ||
          seen.size > 1
        )
          throw error
        seen.add(location.href)
        const back = await fetch(location, { redirect: 'manual' })
        const answer = new URL(back.headers.get('location') ?? '').searchParams
        await finishAuthorisation(authorisation, url, answer)
      }
    }
  }
  await signingIn(connect)
  await signingIn(() => client.listTools())
  await signingIn(() =>
    client.callTool({ name: 'test-tool', arguments: {} } satisfies CallToolRequest['params']),
  )
  await client.close()
}

/** Skills are listed and nothing of them is fetched, or they are read and checked. */
async function skills(isRead: boolean): Promise<void> {
  const client = await connected({}, viaBroker, 'auto')
  const reader = new SkillsClient(client, { skipInvalid: true })
  const { skills: found } = await reader.list()
  for (const skill of isRead ? found : []) {
    const files = skill.resources === 'dynamic' ? [] : skill.resources.map(({ uri }) => uri)
    try {
      for (const uri of files) await reader.read(skill, uri)
    } catch (error) {
      // Of a skill of which one file is not what it should be nothing more is read.
      if (!SkillVerificationError.isInstance(error)) throw error
    }
  }
  await client.close()
}

const SCENARIOS: Readonly<Record<string, () => Promise<void>>> = {
  initialize: asSkill,
  tools_call: asSkill,
  'json-schema-ref-no-deref': asSkill,
  'request-metadata': asMetadata,
  'elicitation-sep1034-client-defaults': defaults,
  'sse-retry': resumed,
  'http-standard-headers': everyKind,
  'http-custom-headers': givenCalls,
  'http-invalid-tool-headers': allThatAreLeft,
  'sep-2322-client-request-state': rounds,
  'json-schema-2020-12-preservation': echoedSchema,
  'sep-2640-client-no-prefetch': () => skills(false),
  'sep-2640-client-verify-digest': () => skills(true),
  'sep-2640-client-verify-size': () => skills(true),
  'sep-2640-client-verify-frontmatter': () => skills(true),
}

const run = SCENARIOS[scenario] ?? (scenario.startsWith('auth/') ? signedIn : null)
if (run === null) throw new Error(`there is no scenario ${scenario}`)
await run()
await dialled.close()
process.exit(0)
