import type { Fields } from './answer-fields.ts'
import {
  countIn,
  listIn,
  messageOf,
  nameIn,
  neededIn,
  objectIn,
  parsedAnswer,
  parsedEvent,
  textIn,
} from './answer-fields.ts'
import type { SaidPart } from './conversation.ts'
import { pageCitation } from './annotations.ts'
import { isObject } from './exact-json.ts'
import type {
  Annotation,
  AnswerHead,
  AnswerReader,
  AnswerUsage,
  Delta,
  ModelAnswer,
  Stop,
} from './model-answer.ts'
import { assertFew, endedBy, joinedParts, newId, NO_USAGE, unreadable } from './model-answer.ts'

/** A whole answer of Anthropic's messages. @throws Fault `upstream_broke` */
export function readMessagesAnswer(body: string): ModelAnswer {
  const answer = parsedAnswer(body)
  if (!Array.isArray(answer['content'])) throw unreadable('it has no content')
  const usage = isObject(answer['usage']) ? usageWith(NO_USAGE, answer['usage']) : null
  const blocks = listIn(answer, 'content')
  const parts = blocks.map(partOf)
  let length = 0
  const annotations = parts.flatMap((part, at) => {
    if (part.kind !== 'text') return []
    const start = length
    length += part.text.length
    return citationsIn(blocks[at]).map((citation) => annotationOf(citation, start, length))
  })
  const why = refusalIn(answer)
  if (why !== null) parts.push({ kind: 'refusal', text: why })
  return { ...headOf(answer), parts: joinedParts(parts), annotations, stop: stopOf(answer), usage }
}

/** One that cannot be read is not worth the whole answer. */
function citationsIn(block: unknown): Annotation[] {
  const citations = isObject(block) ? block['citations'] : null
  return Array.isArray(citations) ? citations.filter(isObject) : []
}

/** A block of text rests on what it cites; of pages the other APIs say for which part of all text that is. */
function annotationOf(citation: Annotation, start_index: number, end_index: number): Annotation {
  const { type, url, title } = citation
  if (type !== 'web_search_result_location' || typeof url !== 'string') return citation
  return pageCitation({ url, title: typeof title === 'string' ? title : url, start_index, end_index })
}

/** Why an answer was refused, where the target says so. */
function refusalIn({ stop_reason, stop_details }: Fields): string | null {
  const explanation = isObject(stop_details) ? stop_details['explanation'] : null
  return stop_reason === 'refusal' && typeof explanation === 'string' ? explanation || null : null
}

function partOf(block: unknown): SaidPart {
  const fields = isObject(block) ? block : {}
  switch (fields['type']) {
    case 'text':
      return { kind: 'text', text: textIn(fields, 'text') ?? '' }
    case 'thinking':
      return {
        kind: 'thinking',
        text: textIn(fields, 'thinking') ?? '',
        signature: textIn(fields, 'signature') || null,
      }
    case 'redacted_thinking':
      return { kind: 'redacted', data: textIn(fields, 'data') ?? missing('data') }
    case 'tool_use':
      return {
        kind: 'call',
        id: neededIn(fields, 'id', 'a tool call'),
        name: neededIn(fields, 'name', 'a tool call'),
        arguments: JSON.stringify(objectIn(fields, 'input')),
      }
    default:
      throw unreadable(`it holds a ${typeOf(fields)} block`)
  }
}

function missing(name: string): never {
  throw unreadable(`a block has no ${name}`)
}

/** As it is told to whoever reads the error. */
const typeOf = ({ type }: Fields): string => (typeof type === 'string' ? type.slice(0, 64) : 'nameless')

interface OpenBlock {
  readonly kind: SaidPart['kind']
  /** Of calls: which one. */
  readonly call: number
  /** Of calls: what stood with the start, which counts where no piece follows. */
  readonly input: string
  hasPieces: boolean
  /** Of texts: where it begins in all text, and what it cites. */
  readonly start: number
  readonly citations: Annotation[]
}

/** Reads the events of Anthropic's messages. */
export class MessagesAnswerReader implements AnswerReader {
  #usage = NO_USAGE
  /** The open blocks by their index. */
  readonly #blocks = new Map<number, OpenBlock>()
  #calls = 0
  #textLength = 0
  #hasBegun = false
  #hasStopped = false
  #isOver = false

  read(data: string): readonly Delta[] {
    // Nothing that follows the last event is a part of the answer.
    if (this.#isOver) return []
    const event = parsedEvent(data)
    const type = textIn(event, 'type')
    if (type === null && (event['error'] ?? null) !== null) throw endedBy(messageOf(event['error']))
    if (type === null) throw unreadable('an event has no type')
    if (type === 'error') throw endedBy(messageOf(event['error']))
    if (type === 'message_start') return this.#begin(event)
    if (!this.#hasBegun && type !== 'ping') throw unreadable('it begins in the middle')
    switch (type) {
      case 'content_block_start':
        return this.#open(event)
      case 'content_block_delta':
        return this.#step(event)
      case 'content_block_stop':
        return this.#close(event)
      case 'message_delta':
        return this.#finish(event)
      case 'message_stop':
        this.#isOver = true
        return []
      default:
        // New kinds of events may come at any time, and clients are told to pass over them.
        return []
    }
  }

  end(): readonly Delta[] {
    if (!this.#isOver || !this.#hasStopped || this.#blocks.size > 0)
      throw unreadable('a part of it is missing')
    return []
  }

  #begin(event: Fields): readonly Delta[] {
    const { message } = event
    if (this.#hasBegun) throw unreadable('it begins twice')
    if (!isObject(message)) throw unreadable('it begins without a message')
    this.#hasBegun = true
    if (isObject(message['usage'])) this.#usage = usageWith(NO_USAGE, message['usage'])
    return [{ kind: 'begin', ...headOf(message) }]
  }

  #open(event: Fields): readonly Delta[] {
    const index = indexOf(event)
    if (this.#blocks.has(index)) throw unreadable('a block begins twice')
    const part = partOf(event['content_block'])
    const isCall = part.kind === 'call'
    this.#blocks.set(index, {
      kind: part.kind,
      call: isCall ? this.#calls : -1,
      input: isCall ? part.arguments : '',
      hasPieces: false,
      start: this.#textLength,
      citations: part.kind === 'text' ? citationsIn(event['content_block']) : [],
    })
    if (isCall) {
      this.#calls += 1
      assertFew(this.#calls)
      return [{ kind: 'call', index: this.#calls - 1, id: part.id, name: part.name }]
    }
    if (part.kind === 'redacted') return [part]
    if (part.kind === 'text') this.#textLength += part.text.length
    const deltas: Delta[] = part.text === '' ? [] : [{ kind: part.kind, text: part.text }]
    if (part.kind === 'thinking' && part.signature !== null)
      deltas.push({ kind: 'signature', signature: part.signature })
    return deltas
  }

  #step(event: Fields): readonly Delta[] {
    const block = this.#blocks.get(indexOf(event))
    if (block === undefined) throw unreadable('a piece belongs to no open block')
    const delta = objectIn(event, 'delta')
    if (delta['type'] === 'citations_delta' && block.kind === 'text') {
      block.citations.push(...citationsIn({ citations: [delta['citation']] }))
      return []
    }
    const [kind, member] = PIECES[typeOf(delta)] ?? []
    if (kind !== block.kind || member === undefined)
      throw unreadable(`it holds a ${typeOf(delta)} in a block of another kind`)
    const text = textIn(delta, member)
    if (text === null) throw unreadable('a piece is empty')
    if (text === '') return []
    if (member === 'signature') return [{ kind: 'signature', signature: text }]
    if (block.kind === 'text') this.#textLength += text.length
    if (block.kind === 'text' || block.kind === 'thinking') return [{ kind: block.kind, text }]
    block.hasPieces = true
    return [{ kind: 'arguments', index: block.call, text }]
  }

  /** A call without arguments streams none here; elsewhere they are an empty object. */
  #close(event: Fields): readonly Delta[] {
    const index = indexOf(event)
    const block = this.#blocks.get(index)
    if (block === undefined) throw unreadable('a block ends that is not open')
    this.#blocks.delete(index)
    if (block.citations.length > 0) {
      return block.citations.map((citation) => ({
        kind: 'annotation',
        annotation: annotationOf(citation, block.start, this.#textLength),
      }))
    }
    const isWhole = block.call < 0 || block.hasPieces
    return isWhole ? [] : [{ kind: 'arguments', index: block.call, text: block.input }]
  }

  #finish(event: Fields): readonly Delta[] {
    if (isObject(event['usage'])) this.#usage = usageWith(this.#usage, event['usage'])
    const delta = objectIn(event, 'delta')
    const usage: Delta = { kind: 'usage', usage: this.#usage }
    if (textIn(delta, 'stop_reason') === null) return [usage]
    this.#hasStopped = true
    const why = refusalIn(delta)
    return [
      ...(why === null ? [] : [{ kind: 'refusal', text: why } as const]),
      { kind: 'stop', stop: stopOf(delta) },
      usage,
    ]
  }
}

/** The kind of block that each kind of piece belongs to, and where its text stands. */
const PIECES: Readonly<Record<string, readonly [kind: SaidPart['kind'], member: string]>> = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'thinking'],
  signature_delta: ['thinking', 'signature'],
  input_json_delta: ['call', 'partial_json'],
}

function indexOf(event: Fields): number {
  const index = countIn(event, 'index')
  if (index === null) throw unreadable('a block has no index')
  return index
}

function headOf(message: Fields): AnswerHead {
  return {
    id: nameIn(message, 'id') || newId(),
    model: nameIn(message, 'model'),
    created: null,
    tier: TIERS[nameIn(isObject(message['usage']) ? message['usage'] : {}, 'service_tier')] ?? null,
  }
}

const TIERS: Readonly<Record<string, string>> = { standard: 'default', priority: 'priority' }

const REASONS: Readonly<Record<string, Stop['reason']>> = {
  end_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'sequence',
  tool_use: 'calls',
  // The provider's, not words of the model.
  refusal: 'filter',
  pause_turn: 'pause',
}

const stopOf = (message: Fields): Stop => ({
  reason: REASONS[textIn(message, 'stop_reason') ?? ''] ?? 'end',
  sequence: typeof message['stop_sequence'] === 'string' ? message['stop_sequence'] : null,
})

/** What a later event says counts for more; what it leaves out stays as it was. */
function usageWith(known: AnswerUsage, usage: Fields): AnswerUsage {
  const details = isObject(usage['output_tokens_details']) ? usage['output_tokens_details'] : {}
  const fresh = countIn(usage, 'input_tokens')
  const cached = countIn(usage, 'cache_read_input_tokens') ?? known.cached
  const cacheWritten = countIn(usage, 'cache_creation_input_tokens') ?? known.cacheWritten
  return {
    input: (fresh ?? known.input - known.cached - known.cacheWritten) + cached + cacheWritten,
    cached,
    cacheWritten,
    output: countIn(usage, 'output_tokens') ?? known.output,
    reasoning: countIn(details, 'thinking_tokens') ?? known.reasoning,
  }
}
