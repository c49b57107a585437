import type { SaidPart } from './conversation.ts'
import { isObject, parseExact } from './exact-json.ts'
import type { AnswerUsage, AnswerWriter, Delta, ModelAnswer, Stop } from './model-answer.ts'
import { NO_USAGE, ownPart, unreadable } from './model-answer.ts'

/** A whole answer as Anthropic's messages. @throws Fault `upstream_broke` for arguments that are not JSON */
export function writeMessagesAnswer(answer: ModelAnswer): object {
  return {
    ...headOf(answer),
    content: answer.parts.map(blockOf),
    ...endOf(answer.stop),
    usage: usageOf(answer.usage ?? NO_USAGE),
  }
}

const headOf = ({ id, model }: Pick<ModelAnswer, 'id' | 'model'>): object => ({
  id: `msg_${ownPart(id)}`,
  type: 'message',
  role: 'assistant',
  model,
})

function blockOf(part: SaidPart): object {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text, citations: null }
    case 'thinking':
      return { type: 'thinking', thinking: part.text, signature: part.signature ?? '' }
    case 'redacted':
      return { type: 'redacted_thinking', data: part.data }
    default:
      return { type: 'tool_use', id: part.id, name: part.name, input: inputOf(part.arguments) }
  }
}

function inputOf(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    const input = parseExact(text)
    if (isObject(input)) return input
  } catch (error) {
    throw unreadable('the arguments of a tool call are not valid JSON', error)
  }
  throw unreadable('the arguments of a tool call are no JSON object')
}

const REASONS: Readonly<Record<Stop['reason'], string>> = {
  end: 'end_turn',
  sequence: 'stop_sequence',
  length: 'max_tokens',
  calls: 'tool_use',
  refusal: 'refusal',
  filter: 'refusal',
  pause: 'pause_turn',
}

const endOf = ({ reason, sequence }: Stop): object => ({
  stop_reason: REASONS[reason],
  stop_sequence: sequence,
})

const usageOf = ({ input, cached, cacheWritten, output, reasoning }: AnswerUsage): object => ({
  input_tokens: Math.max(0, input - cached - cacheWritten),
  cache_creation_input_tokens: cacheWritten,
  cache_read_input_tokens: cached,
  output_tokens: output,
  ...(reasoning !== null && { output_tokens_details: { thinking_tokens: reasoning } }),
})

type Open = { readonly kind: SaidPart['kind']; readonly call: number }

/** Writes the events of Anthropic's messages: one block at a time, as its clients expect them. */
export class MessagesAnswerWriter implements AnswerWriter {
  #open: Open | null = null
  #index = -1
  #calls = 0
  #stop: Stop = { reason: 'end', sequence: null }
  #usage = NO_USAGE

  write(delta: Delta): string {
    switch (delta.kind) {
      case 'begin': {
        const message = { ...headOf(delta), content: [], stop_reason: null, stop_sequence: null }
        return event('message_start', { message: { ...message, usage: usageOf(NO_USAGE) } })
      }
      case 'text':
      case 'refusal':
        return this.#piece('text', { type: 'text', text: '' }, { type: 'text_delta', text: delta.text })
      case 'thinking':
        return this.#piece('thinking', EMPTY_THINKING, { type: 'thinking_delta', thinking: delta.text })
      case 'signature':
        return this.#piece('thinking', EMPTY_THINKING, {
          type: 'signature_delta',
          signature: delta.signature,
        })
      case 'redacted':
        return this.#start('redacted', { type: 'redacted_thinking', data: delta.data })
      case 'call':
        this.#calls += 1
        return this.#start('call', { type: 'tool_use', id: delta.id, name: delta.name, input: {} })
      case 'arguments':
        return this.#argument(delta.index, delta.text)
      case 'stop':
        this.#stop = delta.stop
        return ''
      default:
        this.#usage = delta.usage
        return ''
    }
  }

  end(): string {
    const last = event('message_delta', { delta: endOf(this.#stop), usage: usageOf(this.#usage) })
    return this.#close() + last + event('message_stop', {})
  }

  #piece(kind: Open['kind'], block: object, delta: object): string {
    const start = this.#open?.kind === kind ? '' : this.#start(kind, block)
    return start + event('content_block_delta', { index: this.#index, delta })
  }

  #argument(call: number, text: string): string {
    if (this.#open?.call !== call) throw unreadable('its tool calls come in pieces between each other')
    const delta = { type: 'input_json_delta', partial_json: text }
    return event('content_block_delta', { index: this.#index, delta })
  }

  #start(kind: Open['kind'], block: object): string {
    const closed = this.#close()
    this.#index += 1
    this.#open = { kind, call: kind === 'call' ? this.#calls - 1 : -1 }
    return closed + event('content_block_start', { index: this.#index, content_block: block })
  }

  #close(): string {
    if (this.#open === null) return ''
    this.#open = null
    return event('content_block_stop', { index: this.#index })
  }
}

const EMPTY_THINKING = { type: 'thinking', thinking: '', signature: '' }

const event = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
