import type { Carried } from './carried.ts'
import { cannotCarry } from './carried.ts'
import type { Conversation, GivenPart, Part, SaidPart, Tool, Turn } from './conversation.ts'
import { EFFORTS } from './conversation.ts'
import { customArguments } from './custom-input.ts'
import type { MembersOf } from './openai-tools.ts'
import { offeredTools, openaiTool } from './openai-tools.ts'
import {
  anyObject,
  argumentsOf,
  contentOf,
  fileOf,
  imageOf,
  readStreamOptions,
  schemaFormat,
  tierOf,
  userOf,
} from './read-chat.ts'
import { signatureIn } from './sealed-reasoning.ts'

type TextPart = Extract<SaidPart, { kind: 'text' }>

/** A request to OpenAI's `POST /v1/responses`. @throws Fault `invalid` that names what cannot be carried over */
export function readResponses(request: Carried, model: string): Conversation {
  request.bookkeeping('model', 'freehold', 'metadata')
  readStreamOptions(request)
  request.only('background', false)
  request.only('store', false)
  request.only('top_logprobs', 0)
  // The former bounds the calls of tools that the provider runs, of which there are none.
  request.hint('max_tool_calls', 'client_metadata')
  if (request.text('truncation') !== 'disabled') request.hint('truncation')
  readIncludes(request)
  const text = request.inner('text')
  const format = formatOf(text?.inner('format'))
  const verbosity = request.journey.to === 'chat' ? text?.text('verbosity') : undefined
  if (request.journey.to !== 'chat') text?.only('verbosity', 'medium')
  text?.done()
  const openai = { ...(verbosity !== undefined && { verbosity }), ...sameMembers(request) }
  const reasoning = request.inner('reasoning')
  reasoning?.hint('summary', 'generate_summary', 'context')
  reasoning?.only('mode', 'standard')
  const user = request.journey.to === 'chat' ? (request.text('user') ?? null) : userOf(request)
  const read: Conversation = {
    model,
    turns: turnsOf(request),
    ...offeredTools(request, request.items('tools').map(toolOf), beside),
    parallelTools: request.flag('parallel_tool_calls') ?? null,
    format,
    maxTokens: request.number('max_output_tokens') ?? null,
    temperature: request.number('temperature') ?? null,
    topP: request.number('top_p') ?? null,
    topK: null,
    stop: [],
    effort: reasoning?.one('effort', EFFORTS) ?? null,
    user,
    tier: request.journey.to === 'chat' ? null : tierOf(request),
    stream: request.flag('stream') ?? false,
    openai,
  }
  reasoning?.done()
  request.done()
  return read
}

/** Signed reasoning is told whether it is asked for or not; only Anthropic signs it. */
function readIncludes(request: Carried): void {
  for (const [at, item] of request.texts('include').entries()) {
    if (item !== 'reasoning.encrypted_content') cannotCarry(`include[${at}]`, request.journey)
    if (request.journey.to === 'chat') request.journey.leftOut.push(`include[${at}]`)
  }
}

/** What both APIs of OpenAI call the same. */
const SAME = [
  'safety_identifier',
  'service_tier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
]

function sameMembers(request: Carried): Readonly<Record<string, unknown>> {
  if (request.journey.to !== 'chat') {
    request.hint('prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention')
    return {}
  }
  return Object.fromEntries(
    SAME.flatMap((name) => {
      const value = request.take(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function turnsOf(request: Carried): readonly Turn[] {
  const instructions = request.text('instructions')
  const first: Turn[] =
    instructions === undefined ? [] : [{ role: 'system', parts: [{ kind: 'text', text: instructions }] }]
  const input = request.take('input')
  if (typeof input === 'string') return [...first, { role: 'user', parts: [{ kind: 'text', text: input }] }]
  return [...first, ...joined(request.items('input').map(turnOf))]
}

/** Here each piece of a turn is an item of its own: calls made together, and their results, are one turn elsewhere. */
function joined(turns: readonly Turn[]): readonly Turn[] {
  const all: Turn[] = []
  for (const turn of turns) {
    const last = all.at(-1)
    const isOne =
      last?.role === turn.role &&
      (turn.role === 'assistant' || [last, turn].every(({ parts }) => parts.every(isResult)))
    if (last && isOne) all[all.length - 1] = { role: turn.role, parts: [...last.parts, ...turn.parts] }
    else all.push(turn)
  }
  return all
}

const isResult = ({ kind }: Part): boolean => kind === 'result'

function turnOf(item: Carried): Turn {
  item.bookkeeping('id', 'status', 'created_by')
  const type = item.one('type', TYPES) ?? 'message'
  const turn = ITEMS[type](item)
  item.done()
  return turn
}

const TYPES = [
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'reasoning',
] as const

const ITEMS = {
  message(item: Carried): Turn {
    item.hint('phase')
    const role = item.one('role', ['user', 'assistant', 'system', 'developer']) ?? 'user'
    if (role === 'assistant') return { role, parts: contentOf<Part>(item, 'content', assistantPart) }
    if (role === 'user') return { role, parts: contentOf<Part>(item, 'content', givenPart) }
    return { role: 'system', parts: contentOf(item, 'content', textPart) }
  },
  function_call(item: Carried): Turn {
    // What the official client adds to answers that are sent again.
    item.bookkeeping('parsed_arguments')
    return callTurn(item, argumentsOf(item))
  },
  custom_tool_call: (item: Carried): Turn => callTurn(item, customArguments(item.needed('input'))),
  function_call_output: resultTurn,
  custom_tool_call_output: resultTurn,
  reasoning: reasoningTurn,
}

/** What code of the provider called has no counterpart. */
function onlyDirect(item: Carried): void {
  const caller = item.inner('caller')
  caller?.one('type', ['direct'])
  caller?.done()
}

function callTurn(item: Carried, text: string): Turn {
  onlyDirect(item)
  item.only('async', false)
  const [id, name] = [item.needed('call_id'), item.needed('name')]
  return { role: 'assistant', parts: [{ kind: 'call', id, name, arguments: text }] }
}

function resultTurn(item: Carried): Turn {
  onlyDirect(item)
  item.bookkeeping('name')
  const call = item.needed('call_id')
  const parts = contentOf(item, 'output', givenPart)
  return { role: 'user', parts: [{ kind: 'result', call, parts, isError: false, path: item.path }] }
}

/** Only what this gateway sealed itself can be shown to the provider that wrote it; of others' nothing can be carried. */
function reasoningTurn(item: Carried): Turn {
  const sealed = signatureIn(item.text('encrypted_content') ?? '')
  const text = item
    .items('summary')
    .map((part) => {
      part.one('type', ['summary_text'])
      const said = part.needed('text')
      part.done()
      return said
    })
    .join('\n\n')
  item.hint('content')
  if (sealed === null || item.journey.to !== 'messages') {
    item.journey.leftOut.push(item.path)
    return { role: 'assistant', parts: [] }
  }
  const part: SaidPart =
    'data' in sealed
      ? { kind: 'redacted', data: sealed.data }
      : { kind: 'thinking', text, signature: sealed.signature }
  return { role: 'assistant', parts: [part] }
}

function textPart(part: Carried): TextPart {
  part.one('type', ['input_text', 'text'])
  return { kind: 'text', text: part.needed('text') }
}

function assistantPart(part: Carried): SaidPart {
  const type = part.one('type', ['output_text', 'refusal', 'input_text'])
  part.hint('annotations')
  part.bookkeeping('logprobs', 'parsed')
  return type === 'refusal'
    ? { kind: 'refusal', text: part.needed('refusal') }
    : { kind: 'text', text: part.needed('text') }
}

function givenPart(part: Carried): TextPart | GivenPart {
  const type = part.one('type', ['input_text', 'input_image', 'input_file', 'output_text'])
  if (type === 'input_image') {
    if (part.has('file_id')) cannotCarry(part.at('file_id'), part.journey, 'Send the image itself.')
    return imageOf(part.needed('image_url'), part, 'image_url')
  }
  if (type !== 'input_file') {
    part.bookkeeping('annotations', 'logprobs')
    return { kind: 'text', text: part.needed('text') }
  }
  part.hint('detail')
  return fileOf(part)
}

/** Beside its type, as this API keeps it. */
const beside: MembersOf = (holder) => holder

function toolOf(tool: Carried): Tool {
  const read = openaiTool(tool, beside)
  tool.only('defer_loading', false)
  tool.only('async', false)
  tool.hint('output_schema')
  for (const [at, caller] of tool.texts('allowed_callers').entries())
    if (caller !== 'direct') cannotCarry(`${tool.at('allowed_callers')}[${at}]`, tool.journey)
  tool.done()
  return read
}

function formatOf(format: Carried | undefined): Conversation['format'] {
  if (format === undefined) return null
  const type = format.one('type', ['text', 'json_schema', 'json_object'])
  if (type === 'json_object') return anyObject(format)
  const read = type === 'json_schema' ? schemaFormat(format) : null
  format.done()
  return read
}
