import type { Journey } from './carried.ts'
import { cannotCarry } from './carried.ts'
import type { Conversation, Format, GivenPart, Part, ToolResult, Turn } from './conversation.ts'

export interface ChatOptions {
  /** The older name is known to every server that speaks this API, the newer is what OpenAI's own models insist on. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens'
}

/** The body for OpenAI's `POST /v1/chat/completions`. @throws Fault `invalid` that names what cannot be carried over */
export function writeChat(said: Conversation, journey: Journey, options: ChatOptions): object {
  if (said.topK !== null) cannotCarry('top_k', journey)
  return {
    model: said.model,
    messages: said.turns.flatMap((turn) => messagesOf(turn, journey)),
    ...(said.tools.length > 0 && { tools: said.tools.map(toolOf) }),
    ...toolChoiceOf(said, journey),
    ...(said.parallelTools !== null && said.tools.length > 0 && { parallel_tool_calls: said.parallelTools }),
    ...(said.format !== null && {
      response_format: said.format === 'object' ? { type: 'json_object' } : formatOf(said.format),
    }),
    ...(said.maxTokens !== null && { [options.maxTokensField]: said.maxTokens }),
    ...(said.temperature !== null && { temperature: said.temperature }),
    ...(said.topP !== null && { top_p: said.topP }),
    ...(said.stop.length > 0 && { stop: said.stop }),
    ...(said.effort !== null && { reasoning_effort: said.effort }),
    ...(said.user !== null && { user: said.user }),
    ...(said.tier !== null && { service_tier: said.tier === 'standard' ? 'default' : said.tier }),
    ...said.openai,
    // Without it nobody would say what a stream cost.
    ...(said.stream && { stream: true, stream_options: { include_usage: true } }),
  }
}

function messagesOf({ role, parts }: Turn, journey: Journey): readonly object[] {
  if (role === 'system') return parts.length === 0 ? [] : [{ role, content: contentOf(parts, journey) }]
  if (role === 'assistant') return assistantMessages(parts, journey)
  const results = parts.filter((part): part is ToolResult => part.kind === 'result')
  const given = parts.filter((part) => part.kind !== 'result')
  // A tool message holds text only: what else a tool gave follows as the user's.
  const shown = results.flatMap((result) => result.parts.filter((part) => part.kind !== 'text'))
  const rest = [...shown, ...given]
  return [
    ...results.map((result) => ({
      role: 'tool',
      tool_call_id: result.call,
      content: contentOf(
        result.parts.filter((part) => part.kind === 'text'),
        journey,
      ),
    })),
    ...(rest.length > 0 || results.length === 0 ? [{ role: 'user', content: contentOf(rest, journey) }] : []),
  ]
}

function assistantMessages(parts: readonly Part[], journey: Journey): readonly object[] {
  const calls = parts.filter((part) => part.kind === 'call')
  const said = parts.filter((part) => part.kind === 'text' || part.kind === 'refusal')
  if (said.length === 0 && calls.length === 0) return []
  return [
    {
      role: 'assistant',
      content: said.length === 0 ? null : contentOf(said, journey),
      ...(calls.length > 0 && {
        tool_calls: calls.map((call) => ({
          id: call.id,
          type: 'function',
          function: { name: call.name, arguments: call.arguments },
        })),
      }),
    },
  ]
}

/** One text as a string, which every server takes; anything more as parts. */
function contentOf(parts: readonly Part[], journey: Journey): string | readonly object[] {
  const [first] = parts
  if (first === undefined) return ''
  if (parts.length === 1 && first.kind === 'text') return first.text
  return parts.map((part) => partOf(part, journey))
}

function partOf(part: Part, journey: Journey): object {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text }
  if (part.kind === 'image') return imagePart(part)
  if (part.kind === 'file') return filePart(part, journey)
  throw new Error(`a ${part.kind} is no part of a message`)
}

function imagePart({ source, detail }: Extract<GivenPart, { kind: 'image' }>): object {
  const url = 'url' in source ? source.url : `data:${source.mediaType};base64,${source.data}`
  return { type: 'image_url', image_url: { url, ...(detail !== null && { detail }) } }
}

function filePart({ source, name, path }: Extract<GivenPart, { kind: 'file' }>, journey: Journey): object {
  if ('url' in source) cannotCarry(path, journey, 'Send the file itself.')
  return {
    type: 'file',
    file: { filename: name ?? 'document.pdf', file_data: `data:${source.mediaType};base64,${source.data}` },
  }
}

function toolOf({ name, description, input, strict }: Conversation['tools'][number]): object {
  return {
    type: 'function',
    function: {
      name,
      ...(description !== null && { description }),
      ...(input !== null && { parameters: input }),
      ...(strict !== null && { strict }),
    },
  }
}

/** Some servers refuse a choice where there is nothing to choose from. */
function toolChoiceOf({ toolChoice, tools }: Conversation, journey: Journey): object {
  if (toolChoice === null) return {}
  if (tools.length > 0) return { tool_choice: choiceOf(toolChoice) }
  const needsTools = toolChoice.kind === 'required' || toolChoice.kind === 'tool'
  return needsTools ? cannotCarry('tool_choice', journey, 'The request has no tools.') : {}
}

function choiceOf(choice: NonNullable<Conversation['toolChoice']>): string | object {
  return choice.kind === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.kind
}

function formatOf({ name, description, schema, strict }: Format): object {
  return {
    type: 'json_schema',
    json_schema: {
      name,
      ...(description !== null && { description }),
      schema,
      ...(strict !== null && { strict }),
    },
  }
}
