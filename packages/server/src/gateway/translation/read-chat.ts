import { Carried, cannotCarry } from './carried.ts'
import type { Conversation, Format, GivenPart, Part, SaidPart, Tool, Turn } from './conversation.ts'
import { dataUrl, EFFORTS } from './conversation.ts'
import { customArguments } from './custom-input.ts'
import { isObject } from './exact-json.ts'
import type { MembersOf } from './openai-tools.ts'
import { offeredTools, openaiTool, schemaOf } from './openai-tools.ts'
import { readDetails, withDetails } from './reasoning-details.ts'

/** A request to OpenAI's `POST /v1/chat/completions`. @throws Fault `invalid` that names what cannot be carried over */
export function readChat(request: Carried, model: string): Conversation {
  request.bookkeeping('model', 'freehold')
  request.only('n', 1)
  request.only('logprobs', false)
  request.only('top_logprobs', 0)
  request.only('frequency_penalty', 0)
  request.only('presence_penalty', 0)
  request.only('store', false)
  request.only('verbosity', 'medium')
  textOnly(request)
  readStreamOptions(request)
  request.hint('metadata', 'prediction', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention')
  const user = userOf(request)
  const parallelTools = request.flag('parallel_tool_calls') ?? null
  const newest = request.number('max_completion_tokens')
  const maxTokens = request.number('max_tokens')
  if (newest !== undefined && maxTokens !== undefined) request.journey.leftOut.push('max_tokens')
  const read: Conversation = {
    model,
    turns: request.items('messages').map(turnOf),
    ...offeredTools(request, request.items('tools').map(toolOf), inside),
    parallelTools,
    format: formatOf(request.inner('response_format')),
    maxTokens: newest ?? maxTokens ?? null,
    temperature: request.number('temperature') ?? null,
    topP: request.number('top_p') ?? null,
    topK: request.number('top_k') ?? null,
    stop: stopOf(request),
    effort: request.one('reasoning_effort', EFFORTS) ?? null,
    user,
    tier: tierOf(request),
    stream: request.flag('stream') ?? false,
    openai: {},
  }
  request.done()
  return read
}

/** How much goes along with a stream; the target's is asked for in its own words. */
export function readStreamOptions(request: Carried): void {
  const options = request.inner('stream_options')
  options?.bookkeeping('include_usage')
  if (options?.flag('include_obfuscation')) options.hint('include_obfuscation')
  options?.done()
}

/** The newer name counts. */
export function userOf(request: Carried): string | null {
  const user = request.text('safety_identifier')
  if (user !== undefined) request.hint('user')
  return user ?? request.text('user') ?? null
}

function textOnly(request: Carried): void {
  for (const [at, kind] of request.texts('modalities').entries())
    if (kind !== 'text') cannotCarry(`modalities[${at}]`, request.journey)
}

function stopOf(request: Carried): readonly string[] {
  const stop = request.take('stop')
  return typeof stop === 'string' ? [stop] : stop === undefined ? [] : request.texts('stop')
}

/** `standard` is what everybody gets who pays for nothing else. */
export function tierOf(request: Carried): Conversation['tier'] {
  const tier = request.one('service_tier', ['auto', 'default'])
  return tier === 'default' ? 'standard' : (tier ?? null)
}

function turnOf(message: Carried): Turn {
  const role = message.one('role', ['system', 'developer', 'user', 'assistant', 'tool']) ?? 'user'
  const turn = TURNS[role](message)
  message.done()
  return turn
}

const systemTurn = (message: Carried): Turn => ({ role: 'system', parts: textParts(message, 'content') })

const TURNS = {
  system: systemTurn,
  developer: systemTurn,
  user: (message: Carried): Turn => ({ role: 'user', parts: contentOf(message, 'content', givenPart) }),
  assistant: assistantTurn,
  tool(message: Carried): Turn {
    const call = message.needed('tool_call_id')
    // Some clients name the tool once more; the call says it already.
    message.bookkeeping('name')
    const parts = textParts(message, 'content')
    return { role: 'user', parts: [{ kind: 'result', call, parts, isError: false, path: message.path }] }
  },
}

function assistantTurn(message: Carried): Turn {
  // What answers carry back when they are sent again.
  message.hint('annotations')
  message.bookkeeping('parsed')
  const details = readDetails(message)
  const name = message.has('reasoning_content') ? 'reasoning_content' : 'reasoning'
  const reasoning = message.text(name)
  message.bookkeeping('reasoning')
  if (details.length === 0 && reasoning !== undefined) message.hint(name)
  const parts: Part[] = contentOf(message, 'content', assistantPart)
  const refusal = message.text('refusal')
  if (refusal !== undefined) parts.push({ kind: 'refusal', text: refusal })
  for (const call of message.items('tool_calls')) parts.push(callOf(call))
  return { role: 'assistant', parts: withDetails(parts, details) }
}

function callOf(call: Carried): SaidPart {
  const type = call.one('type', ['function', 'custom']) ?? 'function'
  call.bookkeeping('index')
  const id = call.needed('id')
  const made = inside(call, type)
  made.bookkeeping('parsed_arguments')
  const part: SaidPart = {
    kind: 'call',
    id,
    name: made.needed('name'),
    arguments: type === 'custom' ? customArguments(made.needed('input')) : argumentsOf(made),
  }
  made.done()
  call.done()
  return part
}

/** Anthropic takes an object where the APIs of OpenAI take any text. */
export function argumentsOf(made: Carried): string {
  const text = made.text('arguments') ?? ''
  if (made.journey.to === 'messages' && text.trim() !== '' && text.trim() !== 'null' && !isObjectText(text))
    cannotCarry(made.at('arguments'), made.journey, 'They must be a JSON object.')
  return text
}

function isObjectText(text: string): boolean {
  try {
    return isObject(JSON.parse(text))
  } catch {
    // Only whether it is one matters here.
    return false
  }
}

/** A string, or a list of parts. */
export function contentOf<P>(
  holder: Carried,
  name: string,
  partOf: (part: Carried) => P,
): (P | Extract<SaidPart, { kind: 'text' }>)[] {
  const content = holder.take(name)
  if (content === undefined) return []
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  return holder.items(name).map((part) => {
    part.hint('cache_control', 'prompt_cache_breakpoint')
    const read = partOf(part)
    part.done()
    return read
  })
}

const textParts = (holder: Carried, name: string) => contentOf(holder, name, textPart)

function textPart(part: Carried): Extract<SaidPart, { kind: 'text' }> {
  part.one('type', ['text'])
  return { kind: 'text', text: part.needed('text') }
}

function assistantPart(part: Carried): SaidPart {
  return part.one('type', ['text', 'refusal']) === 'refusal'
    ? { kind: 'refusal', text: part.needed('refusal') }
    : { kind: 'text', text: part.needed('text') }
}

function givenPart(part: Carried): Extract<SaidPart, { kind: 'text' }> | GivenPart {
  const type = part.one('type', ['text', 'image_url', 'file'])
  if (type === 'image_url') {
    const image = inside(part, type)
    const given = imageOf(image.needed('url'), image, 'url')
    image.done()
    return given
  }
  if (type !== 'file') return { kind: 'text', text: part.needed('text') }
  const file = inside(part, type)
  const given = fileOf(file)
  file.done()
  return given
}

/** @param holder whose `detail` says how closely the image is to be looked at */
export function imageOf(url: string, holder: Carried, name: string): GivenPart {
  const source = dataUrl(url) ?? { url }
  if ('url' in source && !/^https?:/i.test(url)) {
    cannotCarry(holder.at(name), holder.journey, 'Send an http or https address, or a base64 data: URL.')
  }
  const detail = holder.text('detail') ?? null
  if (holder.journey.to === 'messages' && detail !== null && detail !== 'auto') holder.hint('detail')
  return { kind: 'image', source, detail }
}

/** `file_data` is a data: URL. @throws Fault `invalid` for files that lie at the provider */
export function fileOf(file: Carried): GivenPart {
  const name = file.text('filename') ?? null
  const source = dataUrl(file.text('file_data') ?? '')
  const url = file.journey.to === 'messages' ? file.text('file_url') : undefined
  if (url !== undefined) return { kind: 'file', source: { url }, name, path: file.path }
  if (source === null) {
    const given = ['file_id', 'file_url', 'file_data'].find((one) => file.has(one)) ?? 'file_data'
    cannotCarry(file.at(given), file.journey, 'Send the file itself, as a base64 data: URL in file_data.')
  }
  return { kind: 'file', source, name, path: file.path }
}

/** Under the name of its type, as this API keeps it. */
const inside: MembersOf = (holder, type) =>
  holder.inner(type) ?? new Carried(null, holder.at(type), holder.journey)

function toolOf(tool: Carried): Tool {
  tool.hint('cache_control')
  const read = openaiTool(tool, inside)
  tool.done()
  return read
}

function formatOf(format: Carried | undefined): Conversation['format'] {
  if (format === undefined) return null
  const type = format.one('type', ['text', 'json_schema', 'json_object'])
  if (type === 'json_object') return anyObject(format)
  const inner = type === 'json_schema' ? inside(format, type) : null
  const read = inner === null ? null : schemaFormat(inner)
  inner?.done()
  format.done()
  return read
}

/** Any JSON object as an answer. */
export function anyObject(format: Carried): 'object' {
  if (format.journey.to === 'messages') {
    cannotCarry(
      format.at('type'),
      format.journey,
      'Use json_schema, which says what the answer must look like.',
    )
  }
  format.done()
  return 'object'
}

/** The members of a structured output, in all OpenAI APIs. */
export function schemaFormat(holder: Carried): Format {
  const schema = schemaOf(holder, 'schema')
  const read: Format = {
    name: holder.text('name') ?? 'answer',
    description: holder.text('description') ?? null,
    schema: schema ?? cannotCarry(holder.at('schema'), holder.journey, 'It must be a JSON Schema.'),
    strict: holder.flag('strict') ?? null,
  }
  // Anthropic takes the schema alone, and always holds the answer to it.
  if (holder.journey.to === 'messages') {
    for (const name of ['name', 'description'] as const)
      if (holder.has(name)) holder.journey.leftOut.push(holder.at(name))
    if (read.strict === false) holder.journey.leftOut.push(holder.at('strict'))
  }
  return read
}
