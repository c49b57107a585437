import { Fault } from '../../kernel/fault.ts'
import { Carried, cannotCarry } from './carried.ts'
import type {
  Conversation,
  Effort,
  Format,
  GivenPart,
  Part,
  SaidPart,
  Tool,
  ToolChoice,
  ToolResult,
  Turn,
} from './conversation.ts'
import { schemaOf } from './openai-tools.ts'
import { contentOf } from './read-chat.ts'

type TextPart = Extract<SaidPart, { kind: 'text' }>

/** A request to Anthropic's `POST /v1/messages`. @throws Fault `invalid` that names what cannot be carried over */
export function readMessages(request: Carried, model: string): Conversation {
  request.bookkeeping('model', 'freehold')
  noThread(request)
  request.hint('cache_control', 'diagnostics', 'workspace_id', 'user_profile_id')
  // Where a request may be worked on is no hint.
  request.only('inference_geo', 'global')
  request.only('speed', 'standard')
  keepThinking(request)
  const metadata = request.inner('metadata')
  const user = metadata?.text('user_id') ?? null
  metadata?.done()
  const output = request.inner('output_config')
  const effort = output?.one('effort', ['low', 'medium', 'high', 'xhigh', 'max']) ?? null
  const format = formatOf(output?.inner('format') ?? request.inner('output_format'))
  output?.done()
  const choice = request.inner('tool_choice')
  const tools = request.items('tools').map(toolOf)
  // Without tools there is nothing to choose from.
  if (tools.length === 0) request.hint('tool_choice')
  const tier = request.one('service_tier', ['auto', 'standard_only'])
  const read: Conversation = {
    model,
    turns: turnsOf(request),
    tools,
    toolChoice: toolChoiceOf(choice),
    parallelTools: choice?.flag('disable_parallel_tool_use') === true ? false : null,
    format,
    maxTokens: request.number('max_tokens') ?? null,
    temperature: request.number('temperature') ?? null,
    topP: request.number('top_p') ?? null,
    topK: request.number('top_k') ?? null,
    stop: request.texts('stop_sequences'),
    effort: effortOf(request.inner('thinking'), effort),
    user,
    tier: tier === 'standard_only' ? 'standard' : (tier ?? null),
    stream: request.flag('stream') ?? false,
    openai: {},
  }
  choice?.done()
  request.done()
  return read
}

/** The official client goes on without a thread, and sends the whole conversation, where it is told so by this code. */
function noThread(request: Carried): void {
  if (request.take('thread') === undefined) return
  throw new Fault(
    'invalid',
    'thread cannot be carried over: nothing is kept that a later request could go on from. Send the whole conversation.',
    { param: 'thread', details: { error_code: 'thread_unsupported_request' } },
  )
}

/** Clearing thinking of earlier turns is what leaving it behind does anyway; any other edit changes what is read. */
function keepThinking(request: Carried): void {
  const management = request.inner('context_management')
  for (const edit of management?.items('edits') ?? []) {
    const type = edit.needed('type')
    if (!type.startsWith('clear_thinking_')) cannotCarry(edit.at('type'), edit.journey)
    edit.bookkeeping('keep')
    edit.done()
    request.journey.leftOut.push(edit.path)
  }
  management?.done()
}

function turnsOf(request: Carried): readonly Turn[] {
  const system = contentOf(request, 'system', textPart)
  const turns = request.items('messages').map(turnOf)
  if (turns.at(-1)?.role === 'assistant') {
    cannotCarry(
      `messages[${turns.length - 1}].role`,
      request.journey,
      'The last turn must be the user’s: an answer that was begun cannot be continued there.',
    )
  }
  return system.length === 0 ? turns : [{ role: 'system', parts: system }, ...turns]
}

function turnOf(message: Carried): Turn {
  const role = message.one('role', ['user', 'assistant', 'system']) ?? 'user'
  const parts = contentOf<Part>(
    message,
    'content',
    role === 'assistant' ? saidPart : role === 'system' ? textPart : givenPart,
  )
  message.done()
  return { role, parts }
}

function textPart(block: Carried): TextPart {
  block.one('type', ['text'])
  block.hint('citations')
  block.bookkeeping('parsed_output')
  return { kind: 'text', text: block.needed('text') }
}

function saidPart(block: Carried): SaidPart {
  const type = block.one('type', ['text', 'tool_use', 'thinking', 'redacted_thinking'])
  // Reasoning of an earlier answer has no place in the other API.
  if (type === 'thinking' || type === 'redacted_thinking') block.journey.leftOut.push(block.path)
  if (type === 'thinking') {
    return { kind: 'thinking', text: block.needed('thinking'), signature: block.text('signature') ?? null }
  }
  if (type === 'redacted_thinking') return { kind: 'redacted', data: block.needed('data') }
  if (type !== 'tool_use') return textPart(block)
  onlyDirect(block)
  const input = block.take('input')
  return {
    kind: 'call',
    id: block.needed('id'),
    name: block.needed('name'),
    arguments: JSON.stringify(input ?? {}),
  }
}

/** A call that code of the provider made has no counterpart. */
function onlyDirect(block: Carried): void {
  const caller = block.inner('caller')
  caller?.one('type', ['direct'])
  caller?.done()
}

function givenPart(block: Carried): TextPart | GivenPart | ToolResult {
  const type = block.one('type', ['text', 'image', 'document', 'tool_result'])
  if (type === 'tool_result') return resultOf(block)
  return type === 'image' ? imageOf(block) : type === 'document' ? documentOf(block) : textPart(block)
}

function resultOf(block: Carried): ToolResult {
  const isError = block.flag('is_error') ?? false
  // A tool message has no such mark; the text of the result says what went wrong.
  if (isError) block.journey.leftOut.push(block.at('is_error'))
  return {
    kind: 'result',
    call: block.needed('tool_use_id'),
    parts: contentOf(block, 'content', (part) => {
      const type = part.one('type', ['text', 'image', 'document'])
      return type === 'image' ? imageOf(part) : type === 'document' ? documentOf(part) : textPart(part)
    }),
    isError,
    path: block.path,
  }
}

function imageOf(block: Carried): GivenPart {
  const transformations = block.inner('transformations')
  transformations?.only('oversized_image', 'downsize')
  transformations?.done()
  const source = sourceOf(block)
  const type = source.one('type', ['base64', 'url'])
  const given: GivenPart = {
    kind: 'image',
    source:
      type === 'url'
        ? { url: source.needed('url') }
        : { mediaType: source.needed('media_type'), data: source.needed('data') },
    detail: null,
  }
  source.done()
  return given
}

function documentOf(block: Carried): TextPart | GivenPart {
  const citations = block.inner('citations')
  citations?.only('enabled', false)
  citations?.done()
  const name = block.text('title') ?? null
  const source = sourceOf(block)
  const type = source.one('type', ['base64', 'text'])
  const data = source.needed('data')
  const mediaType = source.needed('media_type')
  source.done()
  if (type === 'text') {
    if (name !== null) block.journey.leftOut.push(block.at('title'))
    return { kind: 'text', text: data }
  }
  return { kind: 'file', source: { mediaType, data }, name, path: block.path }
}

const sourceOf = (block: Carried): Carried =>
  block.inner('source') ?? new Carried(null, block.at('source'), block.journey)

function toolOf(tool: Carried): Tool {
  tool.one('type', ['custom'])
  tool.hint('cache_control', 'eager_input_streaming', 'input_examples')
  tool.only('defer_loading', false)
  for (const [at, caller] of tool.texts('allowed_callers').entries())
    if (caller !== 'direct') cannotCarry(`${tool.at('allowed_callers')}[${at}]`, tool.journey)
  const read: Tool = {
    name: tool.needed('name'),
    description: tool.text('description') ?? null,
    input: schemaOf(tool, 'input_schema'),
    strict: tool.flag('strict') ?? null,
    isCustom: false,
  }
  tool.done()
  return read
}

function toolChoiceOf(choice: Carried | undefined): ToolChoice | null {
  const kind = choice?.one('type', ['auto', 'any', 'tool', 'none'])
  if (choice === undefined || kind === undefined) return null
  if (kind === 'tool') return { kind, name: choice.needed('name') }
  return { kind: kind === 'any' ? 'required' : kind }
}

function formatOf(format: Carried | undefined): Format | null {
  if (format === undefined) return null
  format.one('type', ['json_schema'])
  const schema = schemaOf(format, 'schema')
  format.done()
  return {
    name: 'answer',
    description: null,
    schema: schema ?? cannotCarry(format.at('schema'), format.journey, 'It must be a JSON Schema.'),
    // Anthropic always holds the answer to the schema.
    strict: true,
  }
}

/** Tokens of thinking up to which a budget counts as that effort; the words are OpenAI's only measure. */
const BUDGETS: readonly (readonly [upTo: number, Effort])[] = [
  [2048, 'low'],
  [8192, 'medium'],
]

function effortOf(thinking: Carried | undefined, effort: Effort | null): Effort | null {
  if (thinking === undefined) return effort
  const type = thinking.one('type', ['enabled', 'adaptive', 'disabled', 'between_tools'])
  const budget = thinking.number('budget_tokens')
  thinking.hint('display')
  thinking.done()
  if (type !== 'enabled') thinking.hint('type')
  else if (budget === undefined)
    cannotCarry(thinking.at('budget_tokens'), thinking.journey, 'It must be a number.')
  else if (effort === null) return BUDGETS.find(([upTo]) => budget <= upTo)?.[1] ?? 'high'
  else thinking.hint('budget_tokens')
  return effort
}
