import type { Dialect } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { StreamFormat } from './call/stream-format.ts'
import { STREAM_FORMATS } from './call/stream-format.ts'
import type { ClientApi } from './translation/translation.ts'

export type ModelOperationId = 'chat.complete' | 'embeddings.create' | 'messages.create' | 'responses.create'
export type ModelFields = Readonly<Record<string, unknown>> & { readonly model: string }

/** One operation of a model API: where it lies at a target, and which of its fields the platform reads. */
export interface ModelOperation {
  readonly schema: z.ZodType<ModelFields>
  /** Below the target's address. */
  readonly path: string
  readonly dialect: Dialect
  /** As translation knows it: a target of the other dialect can answer it too; null: none can. */
  readonly api: ClientApi | null
  /** The built-in engine answers it too. */
  readonly local: boolean
  /** Null: it never streams. */
  readonly format: StreamFormat | null
  /** Fields that bound the answer, the newer name first. */
  readonly most: readonly string[]
  /** Headers of the client that mean something to the target. */
  readonly headers: readonly string[]
  /** A later request can name the answer and go on from it. */
  readonly continued: boolean
}

export const MODEL_OPERATIONS: Readonly<Record<ModelOperationId, ModelOperation>> = {
  'chat.complete': {
    schema: OPERATIONS['chat.complete'].input.body,
    path: '/chat/completions',
    dialect: 'openai',
    api: 'chat',
    local: true,
    format: STREAM_FORMATS.chat,
    most: ['max_completion_tokens', 'max_tokens'],
    headers: ['accept'],
    continued: false,
  },
  'embeddings.create': {
    schema: OPERATIONS['embeddings.create'].input.body,
    path: '/embeddings',
    dialect: 'openai',
    api: null,
    local: false,
    format: null,
    most: [],
    headers: ['accept'],
    continued: false,
  },
  'messages.create': {
    schema: OPERATIONS['messages.create'].input.body,
    path: '/messages',
    dialect: 'anthropic',
    api: 'messages',
    local: true,
    format: STREAM_FORMATS.messages,
    most: ['max_tokens'],
    headers: ['accept', 'anthropic-version', 'anthropic-beta'],
    continued: false,
  },
  'responses.create': {
    schema: OPERATIONS['responses.create'].input.body,
    path: '/responses',
    dialect: 'openai',
    api: 'responses',
    local: true,
    format: STREAM_FORMATS.responses,
    most: ['max_output_tokens'],
    headers: ['accept'],
    continued: true,
  },
}

/** Null for a name that is none of them. */
export const modelOperationOf = (name: string): ModelOperation | null =>
  Object.hasOwn(MODEL_OPERATIONS, name) ? MODEL_OPERATIONS[name as ModelOperationId] : null
