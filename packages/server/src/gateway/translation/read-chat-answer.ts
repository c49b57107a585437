import { createHash } from 'node:crypto'
import type { SaidPart } from './conversation.ts'
import { isObject, numberOf, parseExact } from './exact-json.ts'
import type { AnswerReader, AnswerUsage, Delta, ModelAnswer, Stop } from './model-answer.ts'
import { unreadable } from './model-answer.ts'

type Fields = Readonly<Record<string, unknown>>

/** A whole answer of OpenAI's chat completions. @throws Fault `upstream_broke` */
export function readChatAnswer(body: string, stops: readonly string[]): ModelAnswer {
  const answer = parsedObject(body)
  const choice = listOf(answer['choices']).find(isObject)
  const message = choice && isObject(choice['message']) ? choice['message'] : null
  if (choice === undefined || message === null) throw unreadable('it has no choice with a message')
  const parts: SaidPart[] = []
  const thinking = textOf(message['reasoning_content']) ?? textOf(message['reasoning'])
  if (thinking) parts.push({ kind: 'thinking', text: thinking, signature: null })
  const text = contentText(message['content'])
  if (text) parts.push({ kind: 'text', text })
  const refusal = textOf(message['refusal'])
  if (refusal) parts.push({ kind: 'refusal', text: refusal })
  const calls = listOf(message['tool_calls'])
  for (const [at, call] of calls.entries()) parts.push(callOf(call, at, textOf(answer['id']) ?? ''))
  return {
    ...headOf(answer),
    parts,
    annotations: listOf(message['annotations']).filter(isObject),
    stop: stopOf(choice, { stops, hasCalls: calls.length > 0, isRefused: Boolean(refusal) }),
    usage: usageOf(answer['usage']),
  }
}

/** Reads the chunks of OpenAI's chat completions. */
export class ChatAnswerReader implements AnswerReader {
  readonly #stops: readonly string[]
  #hasBegun = false
  #id = ''
  /** Id of each call, and where it stands in the target's own count: some give every call the same place. */
  readonly #calls: { readonly place: number; readonly id: string | null }[] = []
  #isRefused = false

  constructor(stops: readonly string[]) {
    this.#stops = stops
  }

  read(data: string): readonly Delta[] {
    if (data.trim() === '[DONE]') return []
    const chunk = parsedObject(data)
    if (isObject(chunk['error'])) throw unreadable(textOf(chunk['error']['message']) ?? 'it broke off')
    const deltas: Delta[] = []
    if (!this.#hasBegun) {
      this.#hasBegun = true
      const head = headOf(chunk)
      this.#id = head.id
      deltas.push({ kind: 'begin', ...head })
    }
    const choice = listOf(chunk['choices']).find(isObject)
    if (choice) this.#readChoice(choice, deltas)
    const usage = usageOf(chunk['usage'])
    if (usage) deltas.push({ kind: 'usage', usage })
    return deltas
  }

  #readChoice(choice: Fields, deltas: Delta[]): void {
    const delta = isObject(choice['delta']) ? choice['delta'] : {}
    const thinking = textOf(delta['reasoning_content']) ?? textOf(delta['reasoning'])
    if (thinking) deltas.push({ kind: 'thinking', text: thinking })
    const text = contentText(delta['content'])
    if (text) deltas.push({ kind: 'text', text })
    const refusal = textOf(delta['refusal'])
    if (refusal) {
      this.#isRefused = true
      deltas.push({ kind: 'refusal', text: refusal })
    }
    for (const annotation of listOf(delta['annotations']).filter(isObject))
      deltas.push({ kind: 'annotation', annotation })
    for (const [at, call] of listOf(delta['tool_calls']).entries()) this.#readCall(call, at, deltas)
    if (typeof choice['finish_reason'] !== 'string') return
    const stop = stopOf(choice, {
      stops: this.#stops,
      hasCalls: this.#calls.length > 0,
      isRefused: this.#isRefused,
    })
    deltas.push({ kind: 'stop', stop })
  }

  #readCall(call: unknown, at: number, deltas: Delta[]): void {
    if (!isObject(call)) throw unreadable('a tool call is no object')
    const made = isObject(call['function']) ? call['function'] : {}
    const place = numberOf(call['index']) ?? at
    const id = textOf(call['id']) || null
    let index = this.#calls.findLastIndex((known) => known.place === place)
    const known = this.#calls[index]
    if (known === undefined || (id !== null && known.id !== null && id !== known.id)) {
      const name = textOf(made['name'])
      if (!name) throw unreadable('a tool call has no name')
      index = this.#calls.push({ place, id }) - 1
      deltas.push({ kind: 'call', index, id: id ?? madeUpId(this.#id, index), name })
    }
    const text = textOf(made['arguments'])
    if (text) deltas.push({ kind: 'arguments', index, text })
  }
}

/** JSON text with an object outside. @throws Fault `upstream_broke` */
export function parsedObject(text: string): Fields {
  let value: unknown
  try {
    value = parseExact(text)
  } catch (error) {
    throw unreadable('it is not valid JSON', error)
  }
  if (!isObject(value)) throw unreadable('it is no JSON object')
  return value
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
export const countOf = (value: unknown): number => {
  const count = numberOf(value)
  return count !== null && Number.isSafeInteger(count) && count >= 0 ? count : 0
}

/** Some servers answer with parts. */
function contentText(content: unknown): string | null {
  if (!Array.isArray(content)) return textOf(content)
  return content
    .map((part) => {
      const text = isObject(part) && part['type'] === 'text' ? textOf(part['text']) : null
      if (text === null) throw unreadable('its content has a part that is no text')
      return text
    })
    .join('')
}

function headOf(answer: Fields): Pick<ModelAnswer, 'id' | 'model' | 'created'> {
  return {
    id: textOf(answer['id']) ?? '',
    model: textOf(answer['model']) ?? '',
    created: countOf(answer['created']) || null,
  }
}

function callOf(call: unknown, at: number, answerId: string): SaidPart {
  const made = isObject(call) && isObject(call['function']) ? call['function'] : null
  const name = made && textOf(made['name'])
  if (!isObject(call) || !made || !name) throw unreadable('a tool call has no name')
  const id = textOf(call['id']) || madeUpId(answerId, at)
  return { kind: 'call', id, name, arguments: textOf(made['arguments']) || '{}' }
}

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
  const said = textOf(choice['finish_reason']) ?? 'stop'
  // As some gateways end what broke behind them.
  if (said === 'error') throw unreadable('it ended with an error')
  const reason = REASONS[said] ?? 'end'
  if (reason !== 'end') return { reason, sequence: null }
  // vLLM says which stop sequence was met; some servers say `stop` also where tools are to be called.
  const met = textOf(choice['stop_reason'])
  if (met !== null && stops.includes(met)) return { reason: 'sequence', sequence: met }
  return { reason: hasCalls ? 'calls' : isRefused ? 'refusal' : 'end', sequence: null }
}

function usageOf(usage: unknown): AnswerUsage | null {
  if (!isObject(usage)) return null
  const read = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {}
  const written = isObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {}
  return {
    input: countOf(usage['prompt_tokens']),
    cached: countOf(read['cached_tokens']),
    cacheWritten: countOf(read['cache_write_tokens']),
    output: countOf(usage['completion_tokens']),
    reasoning: numberOf(written['reasoning_tokens']),
  }
}
