import { createHash } from 'node:crypto'
import type { Journey } from './carried.ts'
import { cannotCarry } from './carried.ts'
import type { Conversation, GivenPart, Part, Turn } from './conversation.ts'
import { parseExact } from './exact-json.ts'

export interface MessagesOptions {
  /** The API insists on a bound; this one where the request has none. */
  readonly maxTokens: number
}

/** The body for Anthropic's `POST /v1/messages`. @throws Fault `invalid` that names what cannot be carried over */
export function writeMessages(said: Conversation, journey: Journey, options: MessagesOptions): object {
  if ((said.temperature ?? 0) > 1) cannotCarry('temperature', journey, 'Its temperature ends at 1.')
  const first = said.turns.findIndex(({ role }) => role !== 'system')
  const leading = said.turns
    .slice(0, first < 0 ? said.turns.length : first)
    .flatMap(({ parts }) => parts.filter(saysSomething))
  const output = outputOf(said)
  return {
    model: said.model,
    max_tokens: said.maxTokens ?? options.maxTokens,
    ...(leading.length > 0 && { system: contentOf(leading, journey) }),
    messages: joined(first < 0 ? [] : said.turns.slice(first)).map(({ role, parts }) => ({
      role,
      content: contentOf(parts, journey),
    })),
    ...(said.tools.length > 0 && { tools: said.tools.map(toolOf) }),
    ...choiceOf(said, journey),
    ...(said.temperature !== null && { temperature: said.temperature }),
    ...(said.topP !== null && { top_p: said.topP }),
    ...(said.topK !== null && { top_k: said.topK }),
    ...(said.stop.length > 0 && { stop_sequences: said.stop }),
    ...(Object.keys(output).length > 0 && { output_config: output }),
    ...(said.effort === 'none' && { thinking: { type: 'disabled' } }),
    ...(said.user !== null && { metadata: { user_id: said.user } }),
    ...(said.tier !== null && { service_tier: said.tier === 'standard' ? 'standard_only' : said.tier }),
    ...(said.stream && { stream: true }),
  }
}

/** Blank text is refused there as content, though models write it beside calls. */
const saysSomething = (part: Part): boolean =>
  (part.kind !== 'text' && part.kind !== 'refusal') || part.text.trim() !== ''

/** Turns of one role in a row are one: results of parallel calls must stand together. What says nothing is no turn. */
function joined(turns: readonly Turn[]): readonly Turn[] {
  const all: Turn[] = []
  for (const { role, parts: given } of turns) {
    const said = given.filter(saysSomething)
    const parts = said.length === 0 && role === 'user' ? given : said
    if (parts.length === 0 && role !== 'user') continue
    const last = all.at(-1)
    if (last?.role === role) all[all.length - 1] = { role, parts: [...last.parts, ...parts] }
    else all.push({ role, parts })
  }
  return all.map(({ role, parts }) => ({ role, parts: role === 'user' ? resultsFirst(parts) : parts }))
}

/** The API wants results before anything else that answers the same turn. */
const resultsFirst = (parts: readonly Part[]): readonly Part[] => [
  ...parts.filter(({ kind }) => kind === 'result'),
  ...parts.filter(({ kind }) => kind !== 'result'),
]

function contentOf(parts: readonly Part[], journey: Journey): string | readonly object[] {
  const [first] = parts
  if (first === undefined) return ''
  if (parts.length === 1 && first.kind === 'text') return first.text
  return parts.map((part) => blockOf(part, journey))
}

function blockOf(part: Part, journey: Journey): object {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text }
    case 'thinking':
      return { type: 'thinking', thinking: part.text, signature: part.signature }
    case 'redacted':
      return { type: 'redacted_thinking', data: part.data }
    case 'call':
      return { type: 'tool_use', id: callId(part.id), name: part.name, input: inputOf(part.arguments) }
    case 'result':
      return {
        type: 'tool_result',
        tool_use_id: callId(part.call),
        content: contentOf(part.parts.filter(saysSomething), journey),
        ...(part.isError && { is_error: true }),
      }
    case 'image':
      return { type: 'image', source: sourceOf(part.source) }
    default:
      return documentOf(part, journey)
  }
}

const sourceOf = (source: GivenPart['source']): object =>
  'url' in source
    ? { type: 'url', url: source.url }
    : { type: 'base64', media_type: source.mediaType, data: source.data }

function documentOf({ source, name, path }: Extract<GivenPart, { kind: 'file' }>, journey: Journey): object {
  const title = name !== null && { title: name }
  if ('url' in source || source.mediaType === 'application/pdf')
    return { type: 'document', source: sourceOf(source), ...title }
  if (!source.mediaType.startsWith('text/')) {
    cannotCarry(path, journey, 'Files are PDF or plain text there.')
  }
  const data = Buffer.from(source.data, 'base64').toString()
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title }
}

/** The ids of other APIs may hold characters that this one refuses; the same id always becomes the same other one. */
function callId(id: string): string {
  if (/^[\w-]{1,64}$/.test(id)) return id
  return `toolu_${createHash('sha256').update(id).digest('base64url').slice(0, 24)}`
}

/** It was seen to be an object, or to say nothing. */
const inputOf = (text: string): unknown => parseExact(text.trim() === '' ? '{}' : text) ?? {}

function toolOf({ name, description, input, strict }: Conversation['tools'][number]): object {
  return {
    name,
    ...(description !== null && { description }),
    input_schema: input === null ? { type: 'object', properties: {} } : { type: 'object', ...input },
    ...(strict !== null && { strict }),
  }
}

/** Whether calls may be made in parallel is a part of the choice here. */
function choiceOf({ toolChoice, parallelTools, tools }: Conversation, journey: Journey): object {
  if (tools.length === 0) {
    const needsTools = toolChoice?.kind === 'required' || toolChoice?.kind === 'tool'
    return needsTools ? cannotCarry('tool_choice', journey, 'The request has no tools.') : {}
  }
  const oneByOne = parallelTools === false && { disable_parallel_tool_use: true }
  if (toolChoice === null) return oneByOne ? { tool_choice: { type: 'auto', ...oneByOne } } : {}
  if (toolChoice.kind === 'none') return { tool_choice: { type: 'none' } }
  if (toolChoice.kind === 'tool') return { tool_choice: { type: 'tool', name: toolChoice.name, ...oneByOne } }
  return { tool_choice: { type: toolChoice.kind === 'required' ? 'any' : 'auto', ...oneByOne } }
}

function outputOf({ effort, format }: Conversation): object {
  return {
    ...(effort !== null && effort !== 'none' && { effort: effort === 'minimal' ? 'low' : effort }),
    ...(format !== null && format !== 'object' && { format: { type: 'json_schema', schema: format.schema } }),
  }
}
