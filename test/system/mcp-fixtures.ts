import { setTimeout as wait } from 'node:timers/promises'
import type {
  CallToolResult,
  GetPromptResult,
  InputRequests,
  InputRequiredResult,
  McpServer,
  RequestStateCodec,
  ServerContext,
} from '@modelcontextprotocol/server'
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  fromJsonSchema,
  inputRequired,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

/**
 * What the conformance suite asks a server for by name: its tools, prompts and resources. The suite prescribes names,
 * texts and shapes; a skill has no images, questions and prompts to offer, so these are the server's own here.
 */
export interface FixtureParts {
  readonly codec: RequestStateCodec<State>
  readonly toolsChanged: () => void
  readonly promptsChanged: () => void
}
export interface State {
  readonly round: number
  readonly name?: string
}

type Answered = CallToolResult | InputRequiredResult
type Run = (context: ServerContext, input: Readonly<Record<string, unknown>>) => Answered | Promise<Answered>

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const SOUND = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA='
const text = (said: string) => ({ type: 'text' as const, text: said })
const image = { type: 'image' as const, data: PIXEL, mimeType: 'image/png' }
const says = (said: string): CallToolResult => ({ content: [text(said)] })
const embedded = (uri: string, mimeType: string, said: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: said },
})

const ask = (message: string, name: string, type: 'string' | 'boolean' = 'string') =>
  inputRequired.elicit({
    message,
    requestedSchema: {
      type: 'object',
      properties: { [name]: type === 'string' ? { type: 'string' } : { type: 'boolean' } },
      required: [name],
    },
  })
const complete = (question: string, maxTokens = 50) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: text(question) }], maxTokens })

const named = z.object({ name: z.string() })
const sampled = z.object({ content: z.object({ text: z.string() }) })
const rooted = z.object({ roots: z.array(z.object({ uri: z.string() })) })
const of = <T extends z.ZodType>(
  schema: T,
  { mcpReq }: ServerContext,
  key: string,
): z.output<T> | undefined => schema.safeParse(mcpReq.inputResponses?.[key]).data

/** Tools without arguments. */
function plainTools({ codec, toolsChanged, promptsChanged }: FixtureParts): Readonly<Record<string, Run>> {
  return {
    test_simple_text: () => says('This is a simple text response for testing.'),
    test_image_content: () => ({ content: [image] }),
    test_audio_content: () => ({ content: [{ type: 'audio', data: SOUND, mimeType: 'audio/wav' }] }),
    test_embedded_resource: () => ({
      content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
    }),
    test_multiple_content_types: () => ({
      content: [
        text('Multiple content types test:'),
        image,
        embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
      ],
    }),
    test_error_handling() {
      throw new Error('This tool intentionally returns an error for testing')
    },
    async test_tool_with_logging({ mcpReq }) {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } })
        await wait(20)
      }
      return says('Tool with logging executed successfully')
    },
    async test_tool_with_progress({ mcpReq }) {
      const { progressToken } = mcpReq._meta ?? {}
      for (const progress of progressToken === undefined ? [] : [0, 50, 100])
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100, message: `Completed step ${progress} of 100` },
        })
      return says(String(progressToken ?? 'no-progress-token'))
    },
    test_missing_capability: (context) =>
      context.mcpReq.inputResponses?.['llm_answer'] === undefined
        ? inputRequired({ inputRequests: { llm_answer: complete('Say pong.') } })
        : says('done'),
    test_streaming_elicitation: () => says('Results only.'),
    async test_logging_tool({ mcpReq }) {
      await mcpReq.log('info', 'test_logging_tool ran')
      return says('logged')
    },
    test_trigger_tool_change() {
      toolsChanged()
      return says('told')
    },
    test_trigger_prompt_change() {
      promptsChanged()
      return says('told')
    },
    test_input_required_result_elicitation({ mcpReq }) {
      const name = acceptedContent(mcpReq.inputResponses, 'user_name', named)?.name
      return name === undefined
        ? inputRequired({ inputRequests: { user_name: ask('What is your name?', 'name') } })
        : says(`Hello, ${name}!`)
    },
    test_input_required_result_sampling(context) {
      const answer = of(sampled, context, 'capital_question')
      return answer === undefined
        ? inputRequired({
            inputRequests: { capital_question: complete('What is the capital of France?', 100) },
          })
        : says(`Sampling response: ${answer.content.text}`)
    },
    test_input_required_result_list_roots(context) {
      const answer = of(rooted, context, 'client_roots')
      return answer === undefined
        ? inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
        : says(`Client exposed ${answer.roots.map(({ uri }) => uri).join(', ')}`)
    },
    async test_input_required_result_request_state({ mcpReq }) {
      const isConfirmed = acceptedContent(mcpReq.inputResponses, 'confirm') !== undefined
      if (!isConfirmed || mcpReq.requestState() === undefined)
        return inputRequired({
          inputRequests: { confirm: ask('Please confirm', 'ok', 'boolean') },
          requestState: await codec.mint({ round: 1 }),
        })
      return says('state-ok: requestState verified and confirmation received')
    },
    async test_input_required_result_tampered_state({ mcpReq }) {
      const isConfirmed = acceptedContent(mcpReq.inputResponses, 'confirm') !== undefined
      if (isConfirmed && mcpReq.requestState() !== undefined) return says('integrity-ok')
      return inputRequired({
        inputRequests: { confirm: ask('Please confirm', 'ok', 'boolean') },
        requestState: await codec.mint({ round: 1 }),
      })
    },
    async test_input_required_result_multiple_inputs(context) {
      const name = acceptedContent(context.mcpReq.inputResponses, 'user_name', named)?.name
      const greeting = of(sampled, context, 'greeting')
      const roots = of(rooted, context, 'client_roots')
      if (name !== undefined && greeting !== undefined && roots !== undefined)
        return says(`${greeting.content.text} ${name}, ${roots.roots.length} root(s)`)
      return inputRequired({
        inputRequests: {
          user_name: ask('What is your name?', 'name'),
          greeting: complete('Generate a greeting'),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await codec.mint({ round: 1 }),
      })
    },
    async test_input_required_result_multi_round({ mcpReq }) {
      const { round = 0, name = '' } = mcpReq.requestState<State>() ?? {}
      if (round === 0)
        return inputRequired({
          inputRequests: { step1: ask('Step 1: What is your name?', 'name') },
          requestState: await codec.mint({ round: 1 }),
        })
      if (round === 1)
        return inputRequired({
          inputRequests: { step2: ask('Step 2: What is your favorite color?', 'color') },
          requestState: await codec.mint({
            round: 2,
            name: acceptedContent(mcpReq.inputResponses, 'step1', named)?.name ?? 'unknown',
          }),
        })
      return says(`Multi-round complete for ${name}`)
    },
    test_input_required_result_capabilities({ mcpReq }) {
      if (mcpReq.inputResponses !== undefined) return says('fulfilled')
      const all = z.object({ [CLIENT_CAPABILITIES_META_KEY]: z.record(z.string(), z.unknown()) })
      const declared = all.safeParse(mcpReq.envelope).data?.[CLIENT_CAPABILITIES_META_KEY] ?? {}
      const inputRequests: InputRequests = {
        ...('elicitation' in declared && { user_name: ask('What is your name?', 'name') }),
        ...('sampling' in declared && { greeting: complete('Generate a short greeting') }),
        ...('roots' in declared && { client_roots: inputRequired.listRoots() }),
      }
      return Object.keys(inputRequests).length === 0
        ? says('nothing to ask')
        : inputRequired({ inputRequests })
    },
    test_elicitation_sep1034_defaults: (context) => pushed(context, 'Review the fields', DEFAULTS),
    test_elicitation_sep1330_enums: (context) => pushed(context, 'Select options', ENUMS),
  }
}

const DEFAULTS = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
}
const OPTIONS = ['option1', 'option2', 'option3']
const titled = (word: string) =>
  ['value1', 'value2', 'value3'].map((value, at) => ({ const: value, title: `${word} ${at + 1}` }))
const ENUMS = {
  untitledSingle: { type: 'string', enum: OPTIONS },
  titledSingle: { type: 'string', oneOf: titled('Option') },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string', enum: OPTIONS } },
  titledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { anyOf: titled('Choice') } },
}

/** A question in the way of 2025: the server asks by itself, within the session. */
async function pushed(
  { mcpReq }: ServerContext,
  message: string,
  properties: object,
): Promise<CallToolResult> {
  const answer = await mcpReq.send({
    method: 'elicitation/create',
    params: { message, requestedSchema: { type: 'object', properties, required: [] } },
  })
  return says(
    `Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`,
  )
}

const SCHEMA_2020 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

/** SEP-2243; a word that schemas do not have. */
const MIRRORED: { type: 'string' } = Object.assign({ type: 'string' as const }, { 'x-mcp-header': 'Region' })

/** Offers all of it on a server. */
export function offerFixtures(mcp: McpServer, parts: FixtureParts): void {
  mcp.server.registerCapabilities({
    resources: { subscribe: true, listChanged: true },
    prompts: { listChanged: true },
    logging: {},
    completions: {},
  })
  for (const [name, run] of Object.entries(plainTools(parts)))
    mcp.registerTool(name, { description: `Prescribed: ${name}`, inputSchema: z.object({}) }, (_, context) =>
      run(context, {}),
    )
  mcp.registerTool(
    'test_sampling',
    { description: 'Prescribed', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const answer = await mcpReq.send({
        method: 'sampling/createMessage',
        params: { messages: [{ role: 'user', content: text(prompt) }], maxTokens: 100 },
      })
      return says(`LLM response: ${textOf(answer.content)}`)
    },
  )
  mcp.registerTool(
    'test_elicitation',
    { description: 'Prescribed', inputSchema: z.object({ message: z.string() }) },
    ({ message }, context) =>
      pushed(context, message, { response: { type: 'string', description: "User's response" } }),
  )
  mcp.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Prescribed', inputSchema: fromJsonSchema(SCHEMA_2020) },
    () => says('called'),
  )
  mcp.registerTool(
    'test_x_mcp_header',
    {
      description: 'Prescribed',
      inputSchema: fromJsonSchema<{ region?: string }>({
        type: 'object',
        properties: { region: MIRRORED, level: { type: 'integer' } },
      }),
    },
    ({ region }) => says(`region=${region ?? '<none>'}`),
  )
  offerResources(mcp)
  offerPrompts(mcp)
  mcp.server.setRequestHandler('logging/setLevel', async () => ({}))
  mcp.server.setRequestHandler('completion/complete', async () => ({
    completion: { values: ['paris', 'park'], total: 2, hasMore: false },
  }))
}

const textOf = (content: unknown): string =>
  z.object({ text: z.string() }).safeParse(content).data?.text ?? 'none'

function offerResources(mcp: McpServer): void {
  const fixed = (name: string, mimeType: string, content: { text: string } | { blob: string }): void => {
    const uri = `test://${name}`
    mcp.registerResource(name, uri, { description: 'Prescribed', mimeType }, () => ({
      contents: [{ uri, mimeType, ...content }],
    }))
  }
  fixed('static-text', 'text/plain', { text: 'This is the content of the static text resource.' })
  fixed('static-binary', 'image/png', { blob: PIXEL })
  fixed('watched-resource', 'text/plain', { text: 'Watched resource content' })
  mcp.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Prescribed', mimeType: 'application/json' },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  )
  mcp.server.setRequestHandler('resources/subscribe', async () => ({}))
  mcp.server.setRequestHandler('resources/unsubscribe', async () => ({}))
}

type PromptContent = GetPromptResult['messages'][number]['content']
const prompt = (...contents: readonly PromptContent[]): GetPromptResult => ({
  messages: contents.map((content) => ({ role: 'user', content })),
})

function offerPrompts(mcp: McpServer): void {
  const description = 'Prescribed'
  mcp.registerPrompt('test_simple_prompt', { description }, () =>
    prompt(text('This is a simple prompt for testing.')),
  )
  mcp.registerPrompt(
    'test_prompt_with_arguments',
    { description, argsSchema: z.object({ arg1: z.string(), arg2: z.string() }) },
    ({ arg1, arg2 }) => prompt(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  )
  mcp.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description, argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) =>
      prompt(
        embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
        text('Please process the embedded resource above.'),
      ),
  )
  mcp.registerPrompt('test_prompt_with_image', { description }, () =>
    prompt(image, text('Please analyze the image above.')),
  )
  mcp.registerPrompt(
    'test_input_required_result_prompt',
    { description, argsSchema: z.object({}) },
    (_, { mcpReq }) => {
      const answer = mcpReq.inputResponses
      return answer === undefined
        ? inputRequired({ inputRequests: { user_context: ask('What context should be used?', 'context') } })
        : prompt(text(`With context: ${JSON.stringify(answer)}`))
    },
  )
}
