import type { SaidPart } from './conversation.ts'
import { closedJson } from './cut-json.ts'
import { isObject, parseExact } from './exact-json.ts'
import { ownCitations, sorted } from './annotations.ts'
import type {
  Annotation,
  AnswerContext,
  AnswerUsage,
  AnswerWriter,
  Delta,
  ModelAnswer,
  Stop,
} from './model-answer.ts'
import { NO_USAGE, ownPart, unreadable } from './model-answer.ts'
import { ObjectEnd } from './object-end.ts'

/** A whole answer as Anthropic's messages. @throws Fault `upstream_broke` for arguments that are not JSON */
export function writeMessagesAnswer(answer: ModelAnswer, context: AnswerContext): object {
  const { pages, own } = sorted(answer.annotations)
  const { parts, stop } = answer
  const lastText = parts.findLastIndex(({ kind }) => kind === 'text')
  const cut = isCut(stop) ? parts.length - 1 : -1
  return {
    ...headOf(answer, context),
    content: parts.map((part, at) =>
      part.kind === 'call'
        ? callBlock(part, inputOf(at === cut ? closedJson(part.arguments) : part.arguments))
        : blockOf(part, at === lastText ? pages : []),
    ),
    ...endOf(stop),
    usage: usageOf(answer.usage ?? NO_USAGE, answer.tier),
    ...ownCitations(own),
  }
}

const headOf = ({ id, model }: Pick<ModelAnswer, 'id' | 'model'>, context: AnswerContext): object => ({
  id: `msg_${ownPart(id)}`,
  type: 'message',
  role: 'assistant',
  model: model || context.model,
  container: null,
  diagnostics: null,
})

/** Ended from outside, in the middle of what was said. */
const isCut = ({ reason }: Stop): boolean => reason === 'length' || reason === 'filter'

function blockOf(part: Exclude<SaidPart, { kind: 'call' }>, pages: readonly Annotation[]): object {
  if (part.kind === 'thinking')
    return { type: 'thinking', thinking: part.text, signature: part.signature ?? '' }
  if (part.kind === 'redacted') return { type: 'redacted_thinking', data: part.data }
  return { type: 'text', text: part.text, citations: pages.length > 0 ? pages.map(citationOf) : null }
}

const callBlock = (
  { id, name }: { readonly id: string; readonly name: string },
  input: unknown = {},
): object => ({
  type: 'tool_use',
  id,
  name,
  input,
  caller: { type: 'direct' },
})

/** What OpenAI says of a cited page; the text that was cited it does not say. */
const citationOf = ({ url, title }: Annotation): object => ({
  type: 'web_search_result_location',
  url,
  title: title ?? null,
  cited_text: '',
  encrypted_index: '',
})

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
  stop_details: null,
})

const TIERS: Readonly<Record<string, string>> = { default: 'standard', priority: 'priority' }

const usageOf = (
  { input, cached, cacheWritten, output, reasoning }: AnswerUsage,
  tier: string | null,
): object => ({
  input_tokens: Math.max(0, input - cached - cacheWritten),
  cache_creation_input_tokens: cacheWritten,
  cache_read_input_tokens: cached,
  cache_creation: null,
  output_tokens: output,
  output_tokens_details: reasoning === null ? null : { thinking_tokens: reasoning },
  server_tool_use: null,
  service_tier: TIERS[tier ?? ''] ?? null,
  inference_geo: null,
  speed: null,
})

type Open = {
  readonly kind: SaidPart['kind']
  readonly call: number
  arguments: string
  /** Of its arguments. */
  readonly end: ObjectEnd
}

/** Writes the events of Anthropic's messages: one block at a time, as its clients expect them. */
export class MessagesAnswerWriter implements AnswerWriter {
  readonly #context: AnswerContext
  #open: Open | null = null
  #index = -1
  #calls = 0
  /** What waits for the end of an open call: some servers send calls, or text, between the pieces of another. */
  #waiting: Delta[] = []
  /** Those that no text was told to cite yet. */
  #annotations: Annotation[] = []
  #stop: Stop = { reason: 'end', sequence: null }
  #usage = NO_USAGE
  #tier: string | null = null

  constructor(context: AnswerContext) {
    this.#context = context
  }

  write(delta: Delta): string {
    switch (delta.kind) {
      case 'begin': {
        this.#tier = delta.tier
        const message = { ...headOf(delta, this.#context), content: [], ...NOT_ENDED }
        return event('message_start', { message: { ...message, usage: usageOf(NO_USAGE, this.#tier) } })
      }
      case 'annotation':
        this.#annotations.push(delta.annotation)
        return this.#open?.kind === 'text' ? this.#cite() : ''
      case 'stop':
        this.#stop = delta.stop
        return ''
      case 'usage':
        this.#usage = delta.usage
        return ''
      default:
        return this.#inTurn(delta)
    }
  }

  keepAlive(): string {
    return event('ping', {})
  }

  end(): string {
    let text = ''
    this.#assertWhole()
    while (this.#waiting.length > 0) {
      text += this.#close() + this.#goOn()
      this.#assertWhole()
    }
    text += this.#cite()
    const { own } = sorted(this.#annotations)
    const delta = { ...endOf(this.#stop), container: null }
    const last = event('message_delta', {
      delta,
      usage: usageOf(this.#usage, this.#tier),
      ...ownCitations(own),
    })
    return text + this.#close() + last + event('message_stop', {})
  }

  /** Clients would call with what they make of a part, unless the answer says that it was cut. @throws Fault `upstream_broke` */
  #assertWhole(): void {
    if (this.#open?.kind === 'call' && this.#stop.reason !== 'length') inputOf(this.#open.arguments)
  }

  #cite(): string {
    const { pages, own } = sorted(this.#annotations)
    this.#annotations = [...own]
    return pages
      .map((page) => this.#piece('text', EMPTY_TEXT, { type: 'citations_delta', citation: citationOf(page) }))
      .join('')
  }

  /** What begins another block waits until the open call has all its arguments. */
  #inTurn(delta: Delta): string {
    const open = this.#open
    if (delta.kind === 'arguments' && delta.index === open?.call) {
      open.arguments += delta.text
      open.end.add(delta.text)
      const piece = { type: 'input_json_delta', partial_json: delta.text }
      const said = event('content_block_delta', { index: this.#index, delta: piece })
      return this.#waiting.length > 0 && open.end.isWhole ? said + this.#goOn() : said
    }
    if (open?.kind === 'call' && (this.#waiting.length > 0 || !open.end.isWhole)) {
      this.#waiting.push(delta)
      return ''
    }
    return this.#say(delta)
  }

  #goOn(): string {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting.map((delta) => this.#inTurn(delta)).join('')
  }

  #say(delta: Delta): string {
    switch (delta.kind) {
      case 'text':
      case 'refusal':
        return this.#piece(delta.kind, EMPTY_TEXT, { type: 'text_delta', text: delta.text })
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
        return this.#start('call', callBlock(delta))
      default:
        throw unreadable('arguments belong to a tool call that has ended')
    }
  }

  #piece(kind: Open['kind'], block: object, delta: object): string {
    const start = this.#open?.kind === kind ? '' : this.#start(kind, block)
    return start + event('content_block_delta', { index: this.#index, delta })
  }

  #start(kind: Open['kind'], block: object): string {
    this.#assertWhole()
    const closed = this.#close()
    this.#index += 1
    this.#open = { kind, call: kind === 'call' ? this.#calls - 1 : -1, arguments: '', end: new ObjectEnd() }
    return closed + event('content_block_start', { index: this.#index, content_block: block })
  }

  #close(): string {
    if (this.#open === null) return ''
    this.#open = null
    return event('content_block_stop', { index: this.#index })
  }
}

const NOT_ENDED = { stop_reason: null, stop_sequence: null, stop_details: null }
const EMPTY_TEXT = { type: 'text', text: '', citations: null }
const EMPTY_THINKING = { type: 'thinking', thinking: '', signature: '' }

const event = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
