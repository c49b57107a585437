import { z } from 'zod'
import { parseInput } from '../../kernel/input.ts'

const MOST_MESSAGES = 10_000
const MOST_TOOLS = 128
const MOST_STOPS = 4

const textPart = z.object({
  type: z.literal('text', 'must be text: a local model reads nothing else'),
  text: z.string(),
})
const content = z
  .union([z.string(), z.array(textPart)], 'must be text, or a list of parts of type text')
  .nullish()
  .transform((said) => (typeof said === 'string' ? said : (said ?? []).map((part) => part.text).join('\n')))

const toolCall = z.object({
  id: z.string().max(256),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string().max(256), arguments: z.string() }),
})

const message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content }),
  z.object({ role: z.literal('user'), content }),
  z.object({
    role: z.literal('assistant'),
    content,
    tool_calls: z.array(toolCall).max(MOST_TOOLS).nullish(),
  }),
  z.object({ role: z.literal('tool'), content, tool_call_id: z.string().max(256).optional() }),
])

const tool = z.object({
  type: z.literal('function', 'must be function: a local model calls no others'),
  function: z.object({
    name: z.string().regex(/^[\w.-]{1,128}$/, 'must be letters, digits and _ . -, at most 128'),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
})

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['text', 'json_object']) }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({
      name: z.string().max(256).optional(),
      schema: z.record(z.string(), z.unknown()),
      strict: z.boolean().nullish(),
    }),
  }),
])

const tokens = z.int().min(1).max(10_000_000).nullish()

/** Of a chat completion what a local model makes use of; other fields change nothing. */
const chatInput = z.object({
  model: z.string(),
  messages: z.array(message).min(1).max(MOST_MESSAGES),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.int().nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  stop: z
    .union([z.string().min(1).max(256), z.array(z.string().min(1).max(256)).max(MOST_STOPS)])
    .nullish()
    .transform((stop) => (typeof stop === 'string' ? [stop] : (stop ?? []))),
  n: z.literal(1, 'must be 1: a local model gives one answer at a time').nullish(),
  logprobs: z.literal(false, 'is not told by a local model').nullish(),
  tools: z.array(tool).max(MOST_TOOLS).nullish(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.object({ type: z.literal('function'), function: z.object({ name: z.string().max(256) }) }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormat.nullish(),
})
export type ChatInput = z.output<typeof chatInput>
export type Tool = z.output<typeof tool>

const MOST_TEXTS = 256

const embeddingsInput = z.object({
  model: z.string(),
  input: z.union(
    [z.string().min(1), z.array(z.string().min(1)).min(1).max(MOST_TEXTS)],
    `must be a text, or a list of 1 to ${MOST_TEXTS} texts`,
  ),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().min(1).nullish(),
})
export type EmbeddingsInput = z.output<typeof embeddingsInput>

/** What is asked of a local model. @throws Fault `invalid`, naming the field */
export const readChat = (body: Uint8Array): ChatInput => parseInput(chatInput, parsed(body))
/** As `readChat`. */
export const readEmbeddings = (body: Uint8Array): EmbeddingsInput => parseInput(embeddingsInput, parsed(body))

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}
