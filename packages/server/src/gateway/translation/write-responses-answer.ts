import { sorted } from './annotations.ts'
import type { SaidPart } from './conversation.ts'
import { CustomInput, customInput } from './custom-input.ts'
import type {
  Annotation,
  AnswerContext,
  AnswerHead,
  AnswerUsage,
  AnswerWriter,
  Delta,
  Stop,
} from './model-answer.ts'
import { ownPart, unreadable } from './model-answer.ts'
import type { Status } from './write-response.ts'
import {
  citationOf,
  contentPart,
  isCustom,
  isMessage,
  itemId,
  itemOf,
  responseObject,
  statusOf,
} from './write-response.ts'

/** An item whose pieces still come. */
interface OpenItem {
  readonly id: string
  /** Of calls: which one. */
  readonly call: number
  part: SaidPart
  readonly pages: Annotation[]
  /** Of calls of custom tools. */
  readonly input: CustomInput | null
  status: Status
}

/** The last events repeat all that was said, several times. */
const LONGEST_SAID = 4 * 1024 * 1024

/** Writes the events of OpenAI's Responses. */
export class ResponsesAnswerWriter implements AnswerWriter {
  readonly #context: AnswerContext
  #head: AnswerHead = { id: '', model: '', created: 0, tier: null }
  #sequence = 0
  #said = 0
  readonly #items: OpenItem[] = []
  /** Those that are not done yet, by their place in the output. */
  readonly #open = new Set<number>()
  #stop: Stop = { reason: 'end', sequence: null }
  #usage: AnswerUsage | null = null
  /** Those that no text was told to cite yet. */
  #annotations: Annotation[] = []

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
      case 'annotation':
        this.#annotations.push(delta.annotation)
        return this.#cite()
      case 'stop':
        this.#stop = delta.stop
        return ''
      default:
        this.#usage = delta.usage
        return ''
    }
  }

  keepAlive(): string {
    return ': ping\n\n'
  }

  end(): string {
    const status = statusOf(this.#stop)
    const last = this.#items.at(-1)
    const closed = [...this.#open]
      .map((at) => {
        const item = this.#itemAt(at)
        item.status = item === last ? status : 'completed'
        return this.#close(at)
      })
      .join('')
    return closed + this.#event(`response.${status}`, { response: this.#response(status) })
  }

  /** Only what is open can still be added to. */
  #cite(): string {
    const at = [...this.#open].findLast((one) => this.#items[one]?.part.kind === 'text')
    const item = at === undefined ? undefined : this.#items[at]
    if (item === undefined) return ''
    const { pages, own } = sorted(this.#annotations)
    this.#annotations = [...own]
    return pages
      .map((page) => {
        const annotation_index = item.pages.push(page) - 1
        const place = { item_id: item.id, output_index: at, content_index: 0, annotation_index }
        return this.#event('response.output_text.annotation.added', {
          ...place,
          annotation: citationOf(page),
        })
      })
      .join('')
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
    const place = { item_id: item.id, output_index: at }
    return item.input === null
      ? this.#event('response.function_call_arguments.delta', { ...place, delta: text })
      : this.#input(item.input.read(text), place)
  }

  #input(delta: string, place: object): string {
    return delta === '' ? '' : this.#event('response.custom_tool_call_input.delta', { ...place, delta })
  }

  #add(part: SaidPart, call: number): string {
    const at = this.#items.length
    const id = itemId(part, this.#context, { own: ownPart(this.#head.id), at })
    const input = isCustom(part, this.#context) ? new CustomInput() : null
    const opened: OpenItem = { id, call, part, pages: [], input, status: 'in_progress' }
    this.#items.push(opened)
    this.#open.add(at)
    const item = isMessage(part)
      ? { id, type: 'message', status: 'in_progress', role: 'assistant', content: [] }
      : itemOf(part, { ...opened, context: this.#context })
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
    const item = this.#itemAt(at)
    const { id, part } = item
    this.#open.delete(at)
    if (item.status === 'in_progress') item.status = 'completed'
    // A call without arguments is one with an empty object, which its client will parse.
    const isEmpty = part.kind === 'call' && part.arguments === '' && item.input === null
    const empty = isEmpty ? this.#argument(item.call, '{}') : ''
    const said = empty + this.#partDone(item, { item_id: id, output_index: at })
    const done = itemOf(item.part, { ...item, context: this.#context })
    return said + this.#event('response.output_item.done', { output_index: at, item: done })
  }

  #partDone({ part, pages, input }: OpenItem, place: object): string {
    const inside = { ...place, [part.kind === 'thinking' ? 'summary_index' : 'content_index']: 0 }
    switch (part.kind) {
      case 'call':
        if (input !== null) {
          return (
            this.#input(input.end(), place) +
            this.#event('response.custom_tool_call_input.done', {
              ...place,
              input: customInput(part.arguments),
            })
          )
        }
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
          this.#event('response.content_part.done', { ...inside, part: contentPart(part, pages) })
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
      output: isOver ? this.#items.map((item) => itemOf(item.part, { ...item, context: this.#context })) : [],
      own: isOver ? this.#annotations : [],
    })
  }

  #event(type: string, fields: object): string {
    const sequence_number = this.#sequence
    this.#sequence += 1
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...fields })}\n\n`
  }
}
