import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { documentId, place, span } from './knowledge.ts'

const textPart = z.looseObject({ type: z.string(), text: z.string().optional() })
export const chatMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(textPart)]).nullish(),
})

/** A text that comes with a question; its id and title are what citations name it by. */
export const givenText = z.strictObject({
  documentId,
  collectionId: z.uuid(),
  title: z.string().max(512),
  class: dataClass,
  text: z.string().max(400_000),
})
export type GivenText = z.infer<typeof givenText>

/** The part of an OpenAI chat request that the platform reads; every other field passes through. */
export const chatRequest = z.looseObject({
  model: z.string().min(1).max(256),
  messages: z.array(chatMessage).min(1).max(10_000),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.number().int().nullish(),
  freehold: z
    .strictObject({
      collections: z.array(z.uuid()).max(100).optional(),
      /** Texts that the built-in engine quotes before it looks into collections. */
      given: z.array(givenText).max(20).optional(),
    })
    .optional(),
})
/** What the platform reads of the other operations; every other field passes through. */
export const embeddingsRequest = z.looseObject({ model: z.string().min(1).max(256) })
export const messagesRequest = z.looseObject({
  model: z.string().min(1).max(256),
  messages: z
    .array(z.looseObject({ role: z.string() }))
    .min(1)
    .max(10_000),
  stream: z.boolean().nullish(),
  max_tokens: z.number().int().min(0).nullish(),
})
export const responsesRequest = z.looseObject({
  model: z.string().min(1).max(256),
  stream: z.boolean().nullish(),
  previous_response_id: z.string().min(1).max(256).nullish(),
  max_output_tokens: z.number().int().min(0).nullish(),
})
export type ChatRequest = z.infer<typeof chatRequest>

/** One numbered citation of an answer: `[n]` in the text resolves to this span. */
export const citation = z.object({
  type: z.literal('freehold_citation'),
  n: z.number().int().positive(),
  documentId,
  /** Tells two documents of the same id in different collections apart; of an attached file its conversation. */
  collectionId: z.uuid(),
  title: z.string(),
  span,
  /** It is a file that is attached to the conversation, and its text at `/api/attachments/{documentId}/text`. */
  attachment: z.literal(true).optional(),
  ...place,
})
export type Citation = z.infer<typeof citation>

export const usage = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
})
export type Usage = z.infer<typeof usage>

export const chatAnswer = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.number().int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string(),
        annotations: z.array(citation),
      }),
      finish_reason: z.string(),
    }),
  ),
  usage,
})
export const model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.number().int(),
  owned_by: z.string(),
})
/** As clients with an `anthropic-version` header know it. */
export const anthropicModel = z.object({
  type: z.literal('model'),
  id: z.string(),
  display_name: z.string(),
  /** The epoch where nobody said when. */
  created_at: z.string(),
})
export const modelList = z.union([
  z.object({ object: z.literal('list'), data: z.array(model) }),
  z.object({
    data: z.array(anthropicModel),
    has_more: z.boolean(),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
  }),
])
/** Of the Anthropic dialect; in the OpenAI one the list comes whole, whatever the query says. */
export const modelPage = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(20),
  after_id: z.string().min(1).max(256).optional(),
  before_id: z.string().min(1).max(256).optional(),
})
