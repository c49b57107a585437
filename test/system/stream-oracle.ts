import type { Event, Said } from './client-answers.ts'
import { eventsOf, nothingSaid } from './client-answers.ts'
import type { Api } from './recorded-streams.ts'

type Fields = Readonly<Record<string, unknown>>

/** Thrown where no client of another API could be told what a target said. */
export class Unreadable extends Error {}
const no = (what: string): never => {
  throw new Unreadable(what)
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Missing and null are the same in every API. */
const object = (value: unknown, what: string): Fields =>
  isObject(value ?? {}) ? Object(value ?? {}) : no(what)
const list = (value: unknown, what: string): readonly unknown[] =>
  Array.isArray(value ?? []) ? Object(value ?? []) : no(what)
const text = (value: unknown, what: string): string =>
  typeof value === 'string' ? value : (value ?? null) === null ? '' : no(what)
const count = (value: unknown): number =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0

function json(source: string): Fields {
  try {
    const value: unknown = JSON.parse(source)
    return isObject(value) ? value : no('no object')
  } catch {
    return no('no JSON')
  }
}

/** Whether a stream of this API holds the event that ends a whole answer, and no error on its way. */
export function isComplete(api: Api, events: readonly Event[]): boolean {
  if (events.some((event) => hasFailed(api, event))) return false
  if (api !== 'chat') return events.some((event) => isLast(event))
  if (events.some(({ data }) => data?.trim() === '[DONE]')) return true
  const [begun, ended] = [new Set<number>(), new Set<number>()]
  for (const choice of events.flatMap(choicesIn)) {
    const index = count(choice['index'])
    begun.add(index)
    if (typeof choice['finish_reason'] === 'string' && choice['finish_reason'] !== '') ended.add(index)
  }
  return ended.size > 0 && ended.size === begun.size
}

function choicesIn(event: Event): readonly Fields[] {
  const choices = fieldsOf(event)?.['choices']
  return Array.isArray(choices) ? choices.filter(isObject) : []
}

const hasFailed = (api: Api, event: Event): boolean => errorOf(api, event) !== null

const fieldsOf = ({ data }: Event): Fields | null => {
  try {
    return json(data ?? '')
  } catch {
    return null
  }
}

/** Of one that is cut its name says nothing. */
function isLast(event: Event): boolean {
  const fields = fieldsOf(event)
  const type = fields === null ? null : (fields['type'] ?? event.name)
  return (
    typeof type === 'string' &&
    /^(?:message_stop|response\.(?:completed|incomplete|failed|cancelled))$/.test(type)
  )
}

export function errorOf(api: Api, event: Event): Fields | null {
  const fields = fieldsOf(event)
  const said = fields?.['error'] ?? null
  const error = isObject(said) ? said : null
  const isPlain = fields !== null && (said !== null || fields['object'] === 'error')
  if (api === 'chat') return isPlain || event.name === 'error' ? (error ?? {}) : null
  if (event.name === 'error' || fields?.['type'] === 'error') return error ?? fields ?? {}
  return isPlain && fields['type'] === undefined ? (error ?? {}) : null
}

/** What the events of a target say. */
export function saidIn(api: 'chat' | 'messages', source: string): Said {
  const events = eventsOf(source).flatMap(({ name, data }) =>
    data === null || data.trim() === '' || name === 'ping' ? [] : [data],
  )
  return api === 'chat' ? chatSaid(events) : messagesSaid(events)
}

const STOPS: Readonly<Record<string, string>> = {
  stop: 'end',
  length: 'length',
  tool_calls: 'calls',
  function_call: 'calls',
  content_filter: 'filter',
}

/** Text and thinking. */
function parts(content: unknown): readonly [words: string, thinking: string] {
  if (!Array.isArray(content)) return [text(content, 'content'), '']
  const all = content.map((part): readonly [string, string] => {
    if (!isObject(part)) return no('a part')
    if (part['type'] === 'text') return [text(part['text'], 'text'), '']
    if (part['type'] !== 'thinking') return no('a part')
    return [
      '',
      list(part['thinking'], 'thinking')
        .map((one) => parts([one]).join(''))
        .join(''),
    ]
  })
  return [all.map(([words]) => words).join(''), all.map(([, thinking]) => thinking).join('')]
}

class ChatSaid {
  readonly said = nothingSaid()
  readonly places: { place: unknown; id: string }[] = []
  isRefused = false

  take(message: Fields): void {
    const thinking = text(message['reasoning_content'] || message['reasoning'], 'reasoning')
    const [words, thought] = parts(message['content'])
    const refusal = text(message['refusal'], 'refusal')
    this.said.thinking += thinking + thought
    this.said.words += words + refusal
    if (refusal) this.isRefused = true
    if ((message['function_call'] ?? message['audio'] ?? null) !== null) return no('a member')
    list(message['annotations'], 'annotations')
    for (const [at, call] of list(message['tool_calls'], 'calls').entries()) this.#call(call, at)
  }

  #call(call: unknown, at: number): void {
    if (!isObject(call)) return no('a call')
    const made = object(call['function'], 'function')
    const place = call['index'] ?? at
    if (typeof place !== 'number') return no('index')
    const id = text(call['id'], 'id')
    const args = made['arguments']
    const more = isObject(args) ? JSON.stringify(args) : text(args, 'arguments')
    let index = this.places.findLastIndex((known) => known.place === place)
    const known = this.places[index]
    const named = text(made['name'], 'name')
    const isOther = known !== undefined && named !== '' && named !== this.said.calls[index]?.name
    const isNext = named !== '' && id !== '' && known !== undefined && known.id !== '' && id !== known.id
    if (known === undefined || isOther || isNext) {
      const name = named || no('name')
      index = this.places.push({ place, id }) - 1
      this.said.calls.push({ id, name, arguments: '' })
    }
    const mine = this.said.calls[index]
    if (more === '' || mine === undefined) return
    mine.arguments += more
  }

  stopFor(finish: string): string {
    if (finish === 'error' || finish === 'abort') return no('an error')
    const reason = STOPS[finish] ?? 'end'
    if (reason !== 'end' && (reason !== 'calls' || this.places.length > 0)) return reason
    return this.places.length > 0 ? 'calls' : this.isRefused ? 'refused' : 'end'
  }

  count(usage: unknown): void {
    if (!isObject(usage)) return
    this.said.input = count(usage['prompt_tokens'])
    this.said.output = count(usage['completion_tokens'])
  }
}

function firstOf(answer: Fields): unknown {
  for (const choice of list(answer['choices'], 'choices')) {
    if (!isObject(choice)) return no('a choice')
    const index = choice['index'] ?? 0
    if (typeof index !== 'number' || index === 0) return choice
  }
  return undefined
}

function chatSaid(events: readonly string[]): Said {
  const chat = new ChatSaid()
  let hasBegun = false
  let isOver = false
  for (const data of events) {
    if (data.trim() === '[DONE]') {
      isOver = true
      break
    }
    const chunk = json(data)
    if ((chunk['error'] ?? null) !== null || chunk['object'] === 'error') return no('an error')
    const choice = firstOf(chunk)
    hasBegun ||= choice !== undefined || (typeof chunk['id'] === 'string' && chunk['id'] !== '')
    if (choice !== undefined) {
      const fields = isObject(choice) ? choice : no('a choice')
      if (isObject(fields['message'])) return no('a message in a stream')
      chat.take(object(fields['delta'], 'delta'))
      const finish = text(fields['finish_reason'], 'finish_reason')
      if (typeof fields['finish_reason'] === 'string') {
        chat.said.stop = chat.stopFor(finish)
        isOver = true
      }
    }
    chat.count(chunk['usage'])
  }
  if (!hasBegun || !isOver) return no('not whole')
  return { ...chat.said, stop: chat.said.stop || chat.stopFor('stop') }
}

const MESSAGE_STOPS: Readonly<Record<string, string>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  stop_sequence: 'sequence',
  tool_use: 'calls',
  refusal: 'refusal',
  pause_turn: 'pause',
}
const messageStop = (said: unknown): string => MESSAGE_STOPS[text(said, 'stop_reason')] ?? 'end'

interface Block {
  readonly type: string
  /** Of a call: what stood with its start. */
  readonly input: string
  hasPieces: boolean
}

function opened(value: unknown, said: Said): Block {
  const block = object(value, 'block')
  const type = text(block['type'], 'type')
  let input = ''
  if (type === 'text') said.words += text(block['text'], 'text')
  else if (type === 'thinking') {
    said.thinking += text(block['thinking'], 'thinking')
    const signature = text(block['signature'], 'signature')
    if (signature) said.signatures.push(signature)
  } else if (type === 'redacted_thinking') {
    if (typeof block['data'] !== 'string') no('data')
    said.redacted.push(text(block['data'], 'data'))
  } else if (type === 'tool_use') {
    const id = text(block['id'], 'id') || no('id')
    said.calls.push({ id, name: text(block['name'], 'name') || no('name'), arguments: '' })
    input = JSON.stringify(object(block['input'], 'input'))
  } else no('a block')
  return { type, input, hasPieces: false }
}

const PIECES: Readonly<Record<string, readonly [block: string, member: string]>> = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'thinking'],
  signature_delta: ['thinking', 'signature'],
  input_json_delta: ['tool_use', 'partial_json'],
}

function messagesSaid(events: readonly string[]): Said {
  const said = nothingSaid()
  const blocks = new Map<number, Block & { readonly call: number }>()
  const usage: Record<string, number> = {}
  const count_ = (value: unknown): void => {
    if (!isObject(value)) return
    for (const [name, one] of Object.entries(value))
      if (Number.isSafeInteger(one) && Number(one) >= 0) usage[name] = Number(one)
  }
  let hasBegun = false
  for (const data of events) {
    const event = json(data)
    const type = event['type']
    if (typeof type !== 'string' || type === 'error') return no('an error')
    if (type === 'message_start') {
      if (hasBegun || !isObject(event['message'])) return no('message_start')
      hasBegun = true
      count_(event['message']['usage'])
    } else if (!hasBegun && type !== 'ping') return no('the middle')
    else if (type === 'message_stop') {
      if (blocks.size > 0 || said.stop === '') return no('not whole')
      const {
        input_tokens = 0,
        cache_read_input_tokens = 0,
        cache_creation_input_tokens = 0,
        output_tokens = 0,
      } = usage
      return {
        ...said,
        input: input_tokens + cache_read_input_tokens + cache_creation_input_tokens,
        output: output_tokens,
      }
    } else if (type === 'message_delta') {
      count_(event['usage'])
      const { stop_reason } = object(event['delta'], 'delta')
      if ((stop_reason ?? null) !== null) said.stop = messageStop(stop_reason)
    } else if (type.startsWith('content_block_')) messageBlock(event, blocks, said)
  }
  return no('not whole')
}

function messageBlock(
  event: Fields,
  blocks: Map<number, Block & { readonly call: number }>,
  said: Said,
): void {
  const { type, index } = event
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return no('index')
  const block = blocks.get(index)
  if (type === 'content_block_start') {
    if (block) return no('open twice')
    const begun = opened(event['content_block'], said)
    blocks.set(index, { ...begun, call: said.calls.length - 1 })
    return
  }
  if (type !== 'content_block_delta' && type !== 'content_block_stop') return
  if (block === undefined) return no('not open')
  const call = said.calls[block.call]
  if (type === 'content_block_stop') {
    if (block.type === 'tool_use' && !block.hasPieces && block.input !== '{}' && call)
      call.arguments = block.input
    blocks.delete(index)
    return
  }
  const delta = object(event['delta'], 'delta')
  const [kind, member] = PIECES[typeof delta['type'] === 'string' ? delta['type'] : ''] ?? no('a piece')
  const piece = delta[member]
  if (kind !== block.type || typeof piece !== 'string') return no('a piece')
  if (kind === 'text') said.words += piece
  else if (member === 'thinking') said.thinking += piece
  else if (member === 'signature') said.signatures.push(piece)
  else if (call && piece !== '') {
    block.hasPieces = true
    call.arguments += piece
  }
}

/** What a whole answer of a target says. */
export function saidAtOnce(api: 'chat' | 'messages', source: string): Said {
  const answer = json(source)
  if (api === 'messages') {
    const said = nothingSaid()
    if (!Array.isArray(answer['content'])) return no('content')
    for (const one of answer['content']) {
      const { type, input } = opened(one, said)
      const call = said.calls.at(-1)
      if (type === 'tool_use' && call) call.arguments = input
    }
    const usage = isObject(answer['usage']) ? answer['usage'] : {}
    const input = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'].reduce(
      (sum, name) => sum + count(usage[name]),
      0,
    )
    return { ...said, stop: messageStop(answer['stop_reason']), input, output: count(usage['output_tokens']) }
  }
  const chat = new ChatSaid()
  const choice = firstOf(answer)
  if (!isObject(choice) || !isObject(choice['message'])) return no('a message')
  const calls = list(choice['message']['tool_calls'], 'calls')
  // Each stands for itself here, wherever it says that it stands.
  for (const call of calls) if (!isObject(call)) no('a call')
  chat.take({
    ...choice['message'],
    tool_calls: calls.map((call, index) => Object.assign({}, call, { index })),
  })
  chat.count(answer['usage'])
  return { ...chat.said, stop: chat.stopFor(text(choice['finish_reason'], 'finish_reason') || 'stop') }
}

const WORDS: Readonly<Record<Api, Readonly<Record<string, string>>>> = {
  chat: {
    end: 'stop',
    sequence: 'stop',
    pause: 'stop',
    length: 'length',
    calls: 'tool_calls',
    refusal: 'content_filter',
    filter: 'content_filter',
  },
  messages: {
    end: 'end_turn',
    sequence: 'stop_sequence',
    pause: 'pause_turn',
    length: 'max_tokens',
    calls: 'tool_use',
    refused: 'refusal',
    refusal: 'refusal',
    filter: 'refusal',
  },
  responses: { length: 'max_output_tokens', refusal: 'content_filter', filter: 'content_filter' },
}

/** Why an answer ended, in the words of the client's API. */
export const stopFor = (api: Api, stop: string): string => WORDS[api][stop] ?? 'completed'
