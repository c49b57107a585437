import type { SaidPart } from './conversation.ts'
import { isObject, numberOf } from './exact-json.ts'
import type { AnswerReader, AnswerUsage, Delta, ModelAnswer, Stop } from './model-answer.ts'
import { NO_USAGE, unreadable } from './model-answer.ts'
import { countOf, parsedObject, textOf } from './read-chat-answer.ts'

type Fields = Readonly<Record<string, unknown>>

/** A whole answer of Anthropic's messages. @throws Fault `upstream_broke` */
export function readMessagesAnswer(body: string): ModelAnswer {
  const answer = parsedObject(body)
  if (!Array.isArray(answer['content'])) throw unreadable('it has no content')
  const usage = isObject(answer['usage']) ? usageWith(NO_USAGE, answer['usage']) : null
  return {
    ...headOf(answer),
    parts: answer['content'].map(partOf),
    annotations: [],
    stop: stopOf(answer),
    usage,
  }
}

function partOf(block: unknown): SaidPart {
  const fields = isObject(block) ? block : {}
  const type = textOf(fields['type'])
  if (type === 'text') return { kind: 'text', text: textOf(fields['text']) ?? '' }
  if (type === 'thinking') {
    return {
      kind: 'thinking',
      text: textOf(fields['thinking']) ?? '',
      signature: textOf(fields['signature']),
    }
  }
  if (type === 'redacted_thinking') return { kind: 'redacted', data: textOf(fields['data']) ?? '' }
  if (type === 'tool_use') {
    const { id, name } = callOf(fields)
    return { kind: 'call', id, name, arguments: JSON.stringify(fields['input'] ?? {}) }
  }
  throw unreadable(`it holds a ${(type ?? 'nameless').slice(0, 64)} block`)
}

function callOf(block: Fields): { readonly id: string; readonly name: string } {
  const id = textOf(block['id'])
  const name = textOf(block['name'])
  if (!id || !name) throw unreadable('a tool call has no id or no name')
  return { id, name }
}

/** Reads the events of Anthropic's messages. */
export class MessagesAnswerReader implements AnswerReader {
  #usage = NO_USAGE
  /** The open blocks by their index; of calls also the count among calls. */
  readonly #blocks = new Map<number, { readonly call: number; hasArguments: boolean }>()
  #calls = 0
  #hasBegun = false

  read(data: string): readonly Delta[] {
    const event = parsedObject(data)
    const type = textOf(event['type'])
    if (type === 'error') {
      const message = isObject(event['error']) ? textOf(event['error']['message']) : null
      throw unreadable(message ?? 'it broke off')
    }
    if (type === 'message_start') return this.#begin(event)
    if (!this.#hasBegun && type !== 'ping') throw unreadable('it begins in the middle')
    if (type === 'content_block_start') return this.#open(event)
    if (type === 'content_block_delta') return this.#step(event)
    if (type === 'content_block_stop') return this.#close(event)
    // New kinds of events may come at any time, and clients are told to pass over them.
    return type === 'message_delta' ? this.#finish(event) : []
  }

  #begin(event: Fields): readonly Delta[] {
    const message = isObject(event['message']) ? event['message'] : {}
    if (this.#hasBegun) throw unreadable('it begins twice')
    this.#hasBegun = true
    if (isObject(message['usage'])) this.#usage = usageWith(NO_USAGE, message['usage'])
    return [{ kind: 'begin', ...headOf(message) }]
  }

  #open(event: Fields): readonly Delta[] {
    const block = isObject(event['content_block']) ? event['content_block'] : {}
    const part = partOf(block)
    const isCall = part.kind === 'call'
    this.#blocks.set(countOf(event['index']), {
      call: isCall ? this.#calls : -1,
      hasArguments: false,
    })
    if (part.kind === 'call') {
      this.#calls += 1
      return [{ kind: 'call', index: this.#calls - 1, id: part.id, name: part.name }]
    }
    if (part.kind === 'redacted') return [part]
    return part.text === '' ? [] : [{ kind: part.kind, text: part.text }]
  }

  #step(event: Fields): readonly Delta[] {
    const block = this.#blocks.get(countOf(event['index']))
    const delta = isObject(event['delta']) ? event['delta'] : {}
    if (block === undefined) throw unreadable('a piece belongs to no open block')
    const said = (name: string): string => textOf(delta[name]) ?? ''
    switch (delta['type']) {
      case 'text_delta':
        return [{ kind: 'text', text: said('text') }]
      case 'thinking_delta':
        return [{ kind: 'thinking', text: said('thinking') }]
      case 'signature_delta':
        return [{ kind: 'signature', signature: said('signature') }]
      case 'input_json_delta':
        if (block.call < 0) throw unreadable('arguments belong to no tool call')
        if (said('partial_json') === '') return []
        block.hasArguments = true
        return [{ kind: 'arguments', index: block.call, text: said('partial_json') }]
      default:
        throw unreadable(`it holds a ${String(delta['type']).slice(0, 64)}`)
    }
  }

  /** A call without arguments streams none here; elsewhere they are an empty object. */
  #close(event: Fields): readonly Delta[] {
    const index = countOf(event['index'])
    const block = this.#blocks.get(index)
    this.#blocks.delete(index)
    const isEmptyCall = block !== undefined && block.call >= 0 && !block.hasArguments
    return isEmptyCall ? [{ kind: 'arguments', index: block.call, text: '{}' }] : []
  }

  #finish(event: Fields): readonly Delta[] {
    if (isObject(event['usage'])) this.#usage = usageWith(this.#usage, event['usage'])
    const delta = isObject(event['delta']) ? event['delta'] : {}
    const usage: Delta = { kind: 'usage', usage: this.#usage }
    return typeof delta['stop_reason'] === 'string' ? [{ kind: 'stop', stop: stopOf(delta) }, usage] : [usage]
  }
}

function headOf(message: Fields): Pick<ModelAnswer, 'id' | 'model' | 'created'> {
  return {
    id: textOf(message['id']) ?? '',
    model: textOf(message['model']) ?? '',
    created: null,
  }
}

const REASONS: Readonly<Record<string, Stop['reason']>> = {
  end_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'sequence',
  tool_use: 'calls',
  refusal: 'refusal',
  pause_turn: 'pause',
}

const stopOf = (message: Fields): Stop => ({
  reason: REASONS[textOf(message['stop_reason']) ?? ''] ?? 'end',
  sequence: textOf(message['stop_sequence']),
})

/** What a later event says counts for more; what it leaves out stays as it was. */
function usageWith(known: AnswerUsage, usage: Fields): AnswerUsage {
  const details = isObject(usage['output_tokens_details']) ? usage['output_tokens_details'] : {}
  const fresh = numberOf(usage['input_tokens'])
  const cached = numberOf(usage['cache_read_input_tokens']) ?? known.cached
  const cacheWritten = numberOf(usage['cache_creation_input_tokens']) ?? known.cacheWritten
  return {
    input: (fresh ?? known.input - known.cached - known.cacheWritten) + cached + cacheWritten,
    cached,
    cacheWritten,
    output: numberOf(usage['output_tokens']) ?? known.output,
    reasoning: numberOf(details['thinking_tokens']) ?? known.reasoning,
  }
}
