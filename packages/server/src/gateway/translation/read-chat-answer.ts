import { createHash } from 'node:crypto'
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
import { isObject, numberOf } from './exact-json.ts'
import type { AnswerHead, AnswerReader, AnswerUsage, Delta, ModelAnswer, Stop } from './model-answer.ts'
import { assertFew, endedBy, joinedParts, newId, unreadable } from './model-answer.ts'
import { ObjectEnd } from './object-end.ts'

/** A whole answer of OpenAI's chat completions. @throws Fault `upstream_broke` */
export function readChatAnswer(body: string, stops: readonly string[]): ModelAnswer {
  const answer = parsedAnswer(body)
  const choice = firstChoice(answer)
  if (!isObject(choice?.['message'])) throw unreadable('it has no choice with a message')
  const { message } = choice
  const parts: SaidPart[] = []
  const thinking = thinkingIn(message)
  if (thinking) parts.push({ kind: 'thinking', text: thinking, signature: null })
  for (const { kind, text } of contentOf(message))
    parts.push(kind === 'text' ? { kind, text } : { kind, text, signature: null })
  const refusal = textIn(message, 'refusal')
  if (refusal) parts.push({ kind: 'refusal', text: refusal })
  onlyKnown(message)
  const calls = listIn(message, 'tool_calls')
  for (const [at, call] of calls.entries()) parts.push(callOf(call, at, nameIn(answer, 'id')))
  return {
    ...headOf(answer),
    parts: joinedParts(parts),
    annotations: listIn(message, 'annotations').filter(isObject),
    stop: stopOf(choice, { stops, hasCalls: calls.length > 0, isRefused: Boolean(refusal) }),
    usage: usageOf(answer['usage']),
  }
}

/** Reads the chunks of OpenAI's chat completions. */
export class ChatAnswerReader implements AnswerReader {
  readonly #stops: readonly string[]
  #hasBegun = false
  #hasStopped = false
  #isOver = false
  #id = ''
  /** Where each call stands in the target's own count, and what tells it from others: some give all the same place. */
  readonly #calls: Known[] = []
  #isRefused = false

  constructor(stops: readonly string[]) {
    this.#stops = stops
  }

  read(data: string): readonly Delta[] {
    // Clients stop reading here.
    this.#isOver ||= data.trim() === '[DONE]'
    if (this.#isOver) return []
    const chunk = parsedEvent(data)
    if ((chunk['error'] ?? null) !== null) throw endedBy(messageOf(chunk['error']))
    // As older servers end what broke.
    if (chunk['object'] === 'error') throw endedBy(messageOf(chunk))
    const deltas: Delta[] = []
    const choice = firstChoice(chunk)
    // Some servers say something about the request before the answer begins.
    if (!this.#hasBegun && (choice !== null || nameIn(chunk, 'id') !== '')) {
      this.#hasBegun = true
      const head = headOf(chunk)
      this.#id = head.id
      deltas.push({ kind: 'begin', ...head })
    }
    if (choice !== null) this.#readChoice(choice, deltas)
    // Groq and Moonshot have places of their own for it.
    const said = chunk['usage'] ?? objectOr(chunk['x_groq'])['usage'] ?? choice?.['usage']
    const usage = usageOf(said)
    if (usage) deltas.push({ kind: 'usage', usage })
    return deltas
  }

  end(): readonly Delta[] {
    if (!this.#hasBegun) throw unreadable('it says nothing')
    return this.#hasStopped ? [] : [this.#stop({})]
  }

  #readChoice(choice: Fields, deltas: Delta[]): void {
    if (isObject(choice['message'])) throw unreadable('a choice has a message where a stream has pieces')
    const delta = objectIn(choice, 'delta')
    const thinking = thinkingIn(delta)
    if (thinking) deltas.push({ kind: 'thinking', text: thinking })
    deltas.push(...contentOf(delta))
    const refusal = textIn(delta, 'refusal')
    if (refusal) {
      this.#isRefused = true
      deltas.push({ kind: 'refusal', text: refusal })
    }
    onlyKnown(delta)
    for (const annotation of listIn(delta, 'annotations').filter(isObject))
      deltas.push({ kind: 'annotation', annotation })
    for (const [at, call] of listIn(delta, 'tool_calls').entries()) this.#readCall(call, at, deltas)
    // Some servers send an empty one until there is one.
    if (!textIn(choice, 'finish_reason')) return
    this.#hasStopped = true
    deltas.push(this.#stop(choice))
  }

  #stop(choice: Fields): Delta {
    const ending = { stops: this.#stops, hasCalls: this.#calls.length > 0, isRefused: this.#isRefused }
    return { kind: 'stop', stop: stopOf(choice, ending) }
  }

  #readCall(call: unknown, at: number, deltas: Delta[]): void {
    if (!isObject(call)) throw unreadable('a tool call is no object')
    const made = objectIn(call, 'function')
    const place = numberOf(call['index'] ?? at)
    if (place === null) throw unreadable('the index of a tool call is no number')
    const id = textIn(call, 'id') || null
    const named = textIn(made, 'name')
    let index = this.#calls.findLastIndex((known) => known.place === place)
    const known = this.#calls[index]
    const text = argumentsIn(made) ?? ''
    if (known === undefined || (named && isOther(known, { id, name: named, text }))) {
      const name = neededIn(made, 'name', 'a tool call')
      index = this.#calls.push({ place, id, name, end: new ObjectEnd() }) - 1
      assertFew(this.#calls.length)
      deltas.push({ kind: 'call', index, id: id ?? madeUpId(this.#id, index), name })
    }
    const open = this.#calls[index]
    if (open === undefined || text === '') return
    open.end.add(text)
    deltas.push({ kind: 'arguments', index, text })
  }
}

interface Known {
  readonly place: number
  readonly id: string | null
  readonly name: string
  /** Of its arguments. */
  readonly end: ObjectEnd
}

/**
 * Whether a piece that names a function at the place of a known call begins another one. Some servers name it in every
 * piece, some give all calls the same place, and some of these no id: then the second begins when the first is whole.
 */
function isOther(
  known: Known,
  { id, name, text }: { readonly id: string | null; readonly name: string; readonly text: string },
): boolean {
  if (name !== known.name) return true
  if (id !== null && known.id !== null) return id !== known.id
  return id === null && text.trimStart().startsWith('{') && known.end.isWhole
}

const objectOr = (value: unknown): Fields => (isObject(value) ? value : {})

/** Servers have two names for it. */
const thinkingIn = (message: Fields): string | null =>
  textIn(message, 'reasoning_content') || textIn(message, 'reasoning')

/** Of several choices nobody asked for more than the first. */
function firstChoice(answer: Fields): Fields | null {
  for (const choice of listIn(answer, 'choices')) {
    if (!isObject(choice)) throw unreadable('a choice is no object')
    if ((numberOf(choice['index'] ?? 0) ?? 0) === 0) return choice
  }
  return null
}

/** What nobody asked for, and what would be lost. @throws Fault `upstream_broke` */
function onlyKnown(message: Fields): void {
  for (const name of ['function_call', 'audio'])
    if ((message[name] ?? null) !== null) throw unreadable(`it holds ${name}`)
}

interface Piece {
  readonly kind: 'text' | 'thinking'
  readonly text: string
}

/** Some servers answer with parts, in which Mistral's think as well. What is empty is left out. */
function contentOf(message: Fields): readonly Piece[] {
  const { content } = message
  const pieces: readonly Piece[] = Array.isArray(content)
    ? content.map(pieceOf)
    : [{ kind: 'text', text: textIn(message, 'content') ?? '' }]
  return pieces.filter(({ text }) => text !== '')
}

function pieceOf(part: unknown): Piece {
  const fields = isObject(part) ? part : {}
  if (fields['type'] === 'text') return { kind: 'text', text: textIn(fields, 'text') ?? '' }
  // Mistral's numbers of sources, which no other API has.
  if (fields['type'] === 'reference') return { kind: 'text', text: '' }
  if (fields['type'] !== 'thinking') throw unreadable('its content has a part that is no text')
  const text = listIn(fields, 'thinking').map((one) => pieceOf(one).text)
  return { kind: 'thinking', text: text.join('') }
}

function headOf(answer: Fields): AnswerHead {
  return {
    id: nameIn(answer, 'id') || newId(),
    model: nameIn(answer, 'model'),
    created: countIn(answer, 'created') || null,
    tier: nameIn(answer, 'service_tier') || null,
  }
}

function callOf(call: unknown, at: number, answerId: string): SaidPart {
  if (!isObject(call)) throw unreadable('a tool call is no object')
  const made = objectIn(call, 'function')
  const id = textIn(call, 'id') || madeUpId(answerId, at)
  return {
    kind: 'call',
    id,
    name: neededIn(made, 'name', 'a tool call'),
    arguments: argumentsIn(made) || '{}',
  }
}

/** Some servers answer with an object instead of its text. */
const argumentsIn = (made: Fields): string | null =>
  isObject(made['arguments']) ? JSON.stringify(made['arguments']) : textIn(made, 'arguments')

/** Some servers give calls no id, and without one no result can be given back. */
const madeUpId = (answerId: string, at: number): string =>
  `call_${createHash('sha256').update(`${answerId} ${at}`).digest('base64url').slice(0, 24)}`

const REASONS: Readonly<Record<string, Stop['reason']>> = {
  stop: 'end',
  length: 'length',
  tool_calls: 'calls',
  function_call: 'calls',
  content_filter: 'filter',
}

interface Ending {
  readonly stops: readonly string[]
  readonly hasCalls: boolean
  readonly isRefused: boolean
}

function stopOf(choice: Fields, { stops, hasCalls, isRefused }: Ending): Stop {
  const said = textIn(choice, 'finish_reason') || 'stop'
  // As some gateways end what broke behind them, and some servers what was ended from outside.
  if (said === 'error' || said === 'abort') throw endedBy('it broke off')
  const reason = REASONS[said] ?? 'end'
  if (reason !== 'end' && (reason !== 'calls' || hasCalls)) return { reason, sequence: null }
  // vLLM says which stop sequence was met; some servers say `stop` also where tools are to be called.
  const met = choice['stop_reason']
  if (typeof met === 'string' && stops.includes(met)) return { reason: 'sequence', sequence: met }
  return { reason: hasCalls ? 'calls' : isRefused ? 'refusal' : 'end', sequence: null }
}

function usageOf(usage: unknown): AnswerUsage | null {
  if (!isObject(usage)) return null
  const read = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {}
  const written = isObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {}
  const input = countIn(usage, 'prompt_tokens') ?? 0
  const cached = Math.min(countIn(read, 'cached_tokens') ?? 0, input)
  return {
    input,
    cached,
    cacheWritten: Math.min(countIn(read, 'cache_write_tokens') ?? 0, input - cached),
    output: countIn(usage, 'completion_tokens') ?? 0,
    reasoning: countIn(written, 'reasoning_tokens'),
  }
}
