import type { Citation } from './generated/types.ts'

/** What models answer, in the words of the APIs that their clients know. Further fields pass through as they came. */

export interface ChatUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  [field: string]: unknown
}

export interface ChatToolCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

export interface ChatAnswer {
  id: string
  object: 'chat.completion'
  created: number
  model: string
  choices: {
    index: number
    message: {
      role: 'assistant'
      content: string | null
      refusal?: string | null
      tool_calls?: ChatToolCall[]
      /** The citations of an answer from documents: `[n]` in the text resolves to this span. */
      annotations?: Citation[]
      [field: string]: unknown
    }
    finish_reason: string
    [field: string]: unknown
  }[]
  usage?: ChatUsage
  [field: string]: unknown
}

export interface ChatChunk {
  id: string
  object: 'chat.completion.chunk'
  created: number
  model: string
  choices: {
    index: number
    delta: {
      role?: string
      content?: string | null
      refusal?: string | null
      tool_calls?: {
        index: number
        id?: string
        type?: 'function'
        function?: { name?: string; arguments?: string }
      }[]
      annotations?: Citation[]
      [field: string]: unknown
    }
    finish_reason?: string | null
    [field: string]: unknown
  }[]
  usage?: ChatUsage | null
  [field: string]: unknown
}

export interface EmbeddingsAnswer {
  object: 'list'
  data: { object: 'embedding'; index: number; embedding: number[] | string }[]
  model: string
  usage?: { prompt_tokens: number; total_tokens: number }
  [field: string]: unknown
}

export interface MessagesAnswer {
  id: string
  type: 'message'
  role: 'assistant'
  model: string
  content: { type: string; text?: string; [field: string]: unknown }[]
  stop_reason: string | null
  usage: { input_tokens: number; output_tokens: number; [field: string]: unknown }
  [field: string]: unknown
}

export interface MessagesEvent {
  type: string
  index?: number
  delta?: { type?: string; text?: string; [field: string]: unknown }
  [field: string]: unknown
}

export interface ResponsesAnswer {
  id: string
  object: 'response'
  status: string
  model: string
  output: { type: string; [field: string]: unknown }[]
  [field: string]: unknown
}

export interface ResponsesEvent {
  type: string
  delta?: unknown
  response?: ResponsesAnswer
  [field: string]: unknown
}
