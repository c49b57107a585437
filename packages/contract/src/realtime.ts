import { z } from 'zod'

const id = z.string().min(1).max(512)
const text = z.string().max(8 * 1024 * 1024)
const fewWords = z.string().min(1).max(256)
const common = { event_id: id.optional() }
const modalities = z.array(z.enum(['text', 'audio'])).max(2)
const mostTokens = z.union([z.int().min(1).max(1_000_000), z.literal('inf')])
const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.literal('function'), name: fewWords }),
])
/** Tools that the client runs. One that the target runs would go where nobody here sees it. */
const tools = z
  .array(
    z.strictObject({
      type: z.literal('function', 'must be function: tools that the target runs are not offered'),
      name: fewWords,
      description: text.optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
    }),
  )
  .max(256)
const format = z.strictObject({ type: fewWords, rate: z.int().min(1).max(192_000).optional() })
const voice = z.union([fewWords, z.strictObject({ id: fewWords })])
const spoken = z.strictObject({
  format: format.optional(),
  speed: z.number().min(0.1).max(10).optional(),
  voice: voice.optional(),
})
/** Whoever lets the target begin responses by itself gets some that nobody asked for and no limit was asked about. */
const turnDetection = z.strictObject({
  type: z.enum(['server_vad', 'semantic_vad']),
  create_response: z.literal(
    false,
    'must be false: a response is begun by response.create, which limits and records count',
  ),
  interrupt_response: z.boolean().optional(),
  idle_timeout_ms: z.null('must be left out: a response is begun by response.create').optional(),
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  prefix_padding_ms: z.int().min(0).max(60_000).optional(),
  silence_duration_ms: z.int().min(0).max(60_000).optional(),
  threshold: z.number().min(0).max(1).optional(),
})
const heard = z.strictObject({
  format: format.optional(),
  noise_reduction: z.strictObject({ type: fewWords }).nullish(),
  transcription: z
    .null('must be null: what transcribes is another model, whose work nobody counts')
    .optional(),
  turn_detection: turnDetection.nullish(),
})
const reasoning = z.strictObject({ effort: fewWords.optional() })

const session = z.strictObject({
  type: z.literal('realtime', 'must be realtime'),
  audio: z.strictObject({ input: heard.optional(), output: spoken.optional() }).optional(),
  instructions: text.optional(),
  max_output_tokens: mostTokens.optional(),
  output_modalities: modalities.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: reasoning.optional(),
  tool_choice: toolChoice.optional(),
  tools: tools.optional(),
  truncation: z.union([fewWords, z.looseObject({ type: fewWords })]).optional(),
})
const item = z.looseObject({ id: id.optional(), type: fewWords })
const response = z.strictObject({
  audio: z.strictObject({ output: spoken.optional() }).optional(),
  conversation: z.enum(['auto', 'none']).optional(),
  input: z.array(item).max(1000).optional(),
  instructions: text.optional(),
  max_output_tokens: mostTokens.optional(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  output_modalities: modalities.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: reasoning.optional(),
  tool_choice: toolChoice.optional(),
  tools: tools.optional(),
})

/** What a client may send on `/v1/realtime`. What is not named here is refused: it could begin work that nobody counts. */
export const realtimeEvent = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('session.update'), session }),
  z.strictObject({
    ...common,
    type: z.literal('conversation.item.create'),
    item,
    previous_item_id: id.nullish(),
  }),
  z.strictObject({ ...common, type: z.literal('conversation.item.delete'), item_id: id }),
  z.strictObject({ ...common, type: z.literal('conversation.item.retrieve'), item_id: id }),
  z.strictObject({
    ...common,
    type: z.literal('conversation.item.truncate'),
    item_id: id,
    content_index: z.int().min(0).max(1000),
    audio_end_ms: z.int().min(0).max(86_400_000),
  }),
  z.strictObject({ ...common, type: z.literal('response.create'), response: response.optional() }),
  z.strictObject({ ...common, type: z.literal('response.cancel'), response_id: id.optional() }),
  /** Base64; its length is bounded by that of a message. */
  z.strictObject({ ...common, type: z.literal('input_audio_buffer.append'), audio: z.string() }),
  z.strictObject({ ...common, type: z.literal('input_audio_buffer.commit') }),
  z.strictObject({ ...common, type: z.literal('input_audio_buffer.clear') }),
  z.strictObject({ ...common, type: z.literal('output_audio_buffer.clear') }),
])
export type RealtimeEvent = z.output<typeof realtimeEvent>

export const REALTIME_TYPES: readonly string[] = realtimeEvent.options.map(({ shape }) => shape.type.value)
