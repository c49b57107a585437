import type { SaidPart } from './conversation.ts'
import type { AnswerContext, AnswerUsage, AnswerWriter, Delta, ModelAnswer, Stop } from './model-answer.ts'
import { ownPart, unreadable } from './model-answer.ts'
import { sealRedacted, sealSignature } from './sealed-reasoning.ts'

type Status = 'completed' | 'incomplete' | 'in_progress'

/** A whole answer as OpenAI's Responses. */
export function writeResponsesAnswer(answer: ModelAnswer, context: AnswerContext): object {
  const own = ownPart(answer.id)
  return responseObject({
    answer: { ...answer, created: answer.created ?? context.created },
    context,
    status: statusOf(answer.stop),
    output: itemsOf(answer.parts).map((parts, at) => itemOf(parts, itemId(parts, own, at))),
  })
}

interface Responding {
  readonly answer: Omit<ModelAnswer, 'parts'>
  readonly context: AnswerContext
  readonly status: Status
  readonly output: readonly object[]
}

function responseObject({ answer, context, status, output }: Responding): object {
  const { id, created, model, stop, usage } = answer
  const isCut = status === 'incomplete'
  return {
    ...ECHOED,
    ...context.echo,
    id: `resp_${ownPart(id)}`,
    object: 'response',
    created_at: created,
    status,
    background: false,
    error: null,
    incomplete_details: isCut
      ? { reason: stop.reason === 'length' ? 'max_output_tokens' : 'content_filter' }
      : null,
    model,
    output,
    previous_response_id: null,
    // Nothing is kept at the target that a later request could go on from.
    store: false,
    usage: usage && status !== 'in_progress' ? usageOf(usage) : null,
  }
}

/** What an answer says of a request that left it out: the API's defaults. */
const ECHOED = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  reasoning: { effort: null, summary: null },
  service_tier: 'default',
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
}

const statusOf = ({ reason }: Stop): Status =>
  reason === 'length' || reason === 'filter' || reason === 'refusal' ? 'incomplete' : 'completed'

const usageOf = ({ input, cached, cacheWritten, output, reasoning }: AnswerUsage): object => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWritten },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
  total_tokens: input + output,
})

/** The parts of each item: texts and refusals in a row are one message. */
function itemsOf(parts: readonly SaidPart[]): readonly (readonly [SaidPart, ...SaidPart[]])[] {
  const items: [SaidPart, ...SaidPart[]][] = []
  for (const part of parts) {
    const last = items.at(-1)
    if (last !== undefined && isMessage(part) && isMessage(last[0])) last.push(part)
    else items.push([part])
  }
  return items
}

const isMessage = ({ kind }: SaidPart): boolean => kind === 'text' || kind === 'refusal'

function itemId([{ kind }]: readonly [SaidPart, ...SaidPart[]], own: string, at: number): string {
  const prefix = kind === 'call' ? 'fc' : kind === 'thinking' || kind === 'redacted' ? 'rs' : 'msg'
  return `${prefix}_${own}_${at}`
}

function itemOf(parts: readonly [SaidPart, ...SaidPart[]], id: string, status: Status = 'completed'): object {
  const [first] = parts
  if (first.kind === 'call') {
    const { id: call_id, name, arguments: args } = first
    return { id, type: 'function_call', status, call_id, name, arguments: args }
  }
  if (first.kind === 'thinking' || first.kind === 'redacted') return reasoningItem(first, id)
  const content = parts.flatMap((part) => (isMessage(part) ? [contentPart(part)] : []))
  return { id, type: 'message', status, role: 'assistant', content }
}

function reasoningItem(part: Extract<SaidPart, { kind: 'thinking' | 'redacted' }>, id: string): object {
  if (part.kind === 'redacted') {
    return { id, type: 'reasoning', summary: [], encrypted_content: sealRedacted(part.data) }
  }
  return {
    id,
    type: 'reasoning',
    summary: part.text === '' ? [] : [{ type: 'summary_text', text: part.text }],
    ...(part.signature !== null && { encrypted_content: sealSignature(part.signature) }),
  }
}

const contentPart = (part: SaidPart): object =>
  part.kind === 'refusal'
    ? { type: 'refusal', refusal: part.text }
    : { type: 'output_text', text: 'text' in part ? part.text : '', annotations: [], logprobs: [] }

/** An item whose pieces still come. */
interface OpenItem {
  readonly id: string
  /** Of calls: which one. */
  readonly call: number
  part: SaidPart
}

/** The last events repeat all that was said, several times. */
const LONGEST_SAID = 4 * 1024 * 1024

/** Writes the events of OpenAI's Responses. */
export class ResponsesAnswerWriter implements AnswerWriter {
  readonly #context: AnswerContext
  #head = { id: '', model: '', created: 0 }
  #sequence = 0
  #said = 0
  readonly #items: OpenItem[] = []
  /** Those that are not done yet, by their place in the output. */
  readonly #open = new Set<number>()
  #stop: Stop = { reason: 'end', sequence: null }
  #usage: AnswerUsage | null = null

  constructor(context: AnswerContext) {
    this.#context = context
  }

  write(delta: Delta): string {
    if ('text' in delta) this.#said += delta.text.length
    if (this.#said > LONGEST_SAID) throw unreadable('it is over 4 MiB of text')
    switch (delta.kind) {
      case 'begin':
        this.#head = { ...delta, created: delta.created ?? this.#context.created }
        return (
          this.#event('response.created', { response: this.#response('in_progress') }) +
          this.#event('response.in_progress', { response: this.#response('in_progress') })
        )
      case 'text':
      case 'refusal':
      case 'thinking':
        return this.#say(delta.kind, delta.text)
      case 'signature':
        return this.#sign(delta.signature)
      case 'redacted':
        return this.#closeSaid() + this.#add({ kind: 'redacted', data: delta.data }, -1)
      case 'call': {
        const part: SaidPart = { kind: 'call', id: delta.id, name: delta.name, arguments: '' }
        return this.#closeSaid() + this.#add(part, delta.index)
      }
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
    const closed = [...this.#open].map((at) => this.#close(at)).join('')
    const status = statusOf(this.#stop)
    return closed + this.#event(`response.${status}`, { response: this.#response(status) })
  }

  #say(kind: 'text' | 'refusal' | 'thinking', text: string): string {
    const known = [...this.#open].find((one) => this.#items[one]?.part.kind === kind)
    const added =
      known === undefined
        ? this.#closeSaid() +
          this.#add(kind === 'thinking' ? { kind, text: '', signature: null } : { kind, text: '' }, -1)
        : ''
    const at = known ?? this.#items.length - 1
    const item = this.#itemAt(at)
    if (item.part.kind !== kind) throw new Error('a piece was about to join an item of another kind')
    item.part = { ...item.part, text: item.part.text + text }
    const place = { item_id: item.id, output_index: at }
    if (kind === 'thinking') {
      return (
        added +
        this.#event('response.reasoning_summary_text.delta', { ...place, summary_index: 0, delta: text })
      )
    }
    const inside = { ...place, content_index: 0, delta: text }
    return kind === 'refusal'
      ? added + this.#event('response.refusal.delta', inside)
      : added + this.#event('response.output_text.delta', { ...inside, logprobs: [] })
  }

  #sign(signature: string): string {
    const at = [...this.#open].find((one) => this.#items[one]?.part.kind === 'thinking')
    const added =
      at === undefined ? this.#closeSaid() + this.#add({ kind: 'thinking', text: '', signature }, -1) : ''
    const item = this.#itemAt(at ?? this.#items.length - 1)
    if (item.part.kind === 'thinking') item.part = { ...item.part, signature }
    return added + this.#close(at ?? this.#items.length - 1)
  }

  #argument(call: number, text: string): string {
    const at = this.#items.findIndex((item) => item.call === call)
    const item = this.#itemAt(at)
    if (item.part.kind !== 'call') throw new Error('arguments were about to join what is no call')
    item.part = { ...item.part, arguments: item.part.arguments + text }
    return this.#event('response.function_call_arguments.delta', {
      item_id: item.id,
      output_index: at,
      delta: text,
    })
  }

  #add(part: SaidPart, call: number): string {
    const at = this.#items.length
    const id = itemId([part], ownPart(this.#head.id), at)
    this.#items.push({ id, call, part })
    this.#open.add(at)
    const item = isMessage(part)
      ? { id, type: 'message', status: 'in_progress', role: 'assistant', content: [] }
      : itemOf([part], id, 'in_progress')
    const added = this.#event('response.output_item.added', { output_index: at, item })
    const place = { item_id: id, output_index: at }
    if (isMessage(part)) {
      return (
        added +
        this.#event('response.content_part.added', { ...place, content_index: 0, part: contentPart(part) })
      )
    }
    if (part.kind === 'thinking') {
      const empty = { type: 'summary_text', text: '' }
      return (
        added +
        this.#event('response.reasoning_summary_part.added', { ...place, summary_index: 0, part: empty })
      )
    }
    return part.kind === 'redacted' ? added + this.#close(at) : added
  }

  /** Texts and reasoning end when something else begins; calls may go on between each other. */
  #closeSaid(): string {
    return [...this.#open]
      .filter((at) => this.#items[at]?.call === -1)
      .map((at) => this.#close(at))
      .join('')
  }

  #close(at: number): string {
    const { id, part } = this.#itemAt(at)
    this.#open.delete(at)
    const said = this.#partDone(part, { item_id: id, output_index: at })
    return said + this.#event('response.output_item.done', { output_index: at, item: itemOf([part], id) })
  }

  #partDone(part: SaidPart, place: object): string {
    const inside = { ...place, [part.kind === 'thinking' ? 'summary_index' : 'content_index']: 0 }
    switch (part.kind) {
      case 'call':
        return this.#event('response.function_call_arguments.done', {
          ...place,
          name: part.name,
          arguments: part.arguments,
        })
      case 'redacted':
        return ''
      case 'thinking':
        return (
          this.#event('response.reasoning_summary_text.done', { ...inside, text: part.text }) +
          this.#event('response.reasoning_summary_part.done', {
            ...inside,
            part: { type: 'summary_text', text: part.text },
          })
        )
      case 'refusal':
        return (
          this.#event('response.refusal.done', { ...inside, refusal: part.text }) +
          this.#event('response.content_part.done', { ...inside, part: contentPart(part) })
        )
      default:
        return (
          this.#event('response.output_text.done', { ...inside, text: part.text, logprobs: [] }) +
          this.#event('response.content_part.done', { ...inside, part: contentPart(part) })
        )
    }
  }

  #itemAt(at: number): OpenItem {
    const item = this.#items[at]
    if (item === undefined) throw new Error('a piece was about to join an item that was never begun')
    return item
  }

  #response(status: Status): object {
    const isOver = status !== 'in_progress'
    return responseObject({
      answer: { ...this.#head, stop: this.#stop, usage: this.#usage },
      context: this.#context,
      status,
      output: isOver ? this.#items.map(({ id, part }) => itemOf([part], id)) : [],
    })
  }

  #event(type: string, fields: object): string {
    const sequence_number = this.#sequence
    this.#sequence += 1
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...fields })}\n\n`
  }
}
