import type { Script } from './gateway-upstream.ts'
import { answered, chatEvents, messageEvents, responseEvents } from './gateway-upstream.ts'

/** Planted texts begin with it. */
const SIGN = '¶'

type Json = unknown

function* stringsIn(value: Json): Generator<string> {
  if (typeof value === 'string') {
    yield value
    // A placeholder begins like a list and is none.
    if (/^(?:\{|\[[[{"])/.test(value)) yield* stringsIn(JSON.parse(value))
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) yield* stringsIn(inner)
  }
}

/** All planted texts of a body, in their order: what a model could repeat. */
export function spokenIn(body: Json): string {
  const planted = [...stringsIn(body)].filter((text) => text.startsWith(SIGN))
  return [...new Set(planted)].toSorted((a, b) => (a.slice(0, 2) < b.slice(0, 2) ? -1 : 1)).join('\n')
}

/** Pseudo-random, the same in every run (Numerical Recipes). */
export function numbers(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return 1 + Math.floor((state / 2 ** 32) * most)
  }
}

function cut<T extends string | Buffer>(text: T, next: () => number): T[] {
  const pieces: T[] = []
  for (let at = 0; at < text.length;) {
    const end = at + next()
    // A part of a text is a text, and one of a buffer a buffer.
    pieces.push((typeof text === 'string' ? text.slice(at, end) : text.subarray(at, end)) as T)
    at = end
  }
  return pieces
}

/** Written to the socket in pieces that respect neither events nor characters. */
const cutBytes =
  (events: readonly string[], next: () => number): Script =>
  async (seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const piece of cut(Buffer.from(events.join('')), next)) {
      if (seen.hasLeft()) return
      response.write(piece)
      await new Promise(setImmediate)
    }
    response.end()
  }

const argumentsIn = ({ messages = [], input = [] }: Record<string, Json>): Json => {
  for (const item of [messages, input].flat() as Record<string, Json>[]) {
    const [call] = (item['tool_calls'] ?? []) as { function: { arguments: string } }[]
    if (call) return call.function.arguments
    if (item['type'] === 'function_call') return item['arguments']
    if (!Array.isArray(item['content'])) continue
    const use = (item['content'] as Record<string, Json>[]).find(({ type }) => type === 'tool_use')
    if (use) return use['input']
  }
  return null
}

/** A model that repeats all it was told, and calls the tool as it was called before. */
export function parrot(seed = 1): Script {
  const next = numbers(seed)
  return (seen, response) => {
    const body: Record<string, Json> = JSON.parse(seen.body.toString())
    const text = spokenIn(body)
    const words = (): string[] => cut(text, () => next(9))
    const bytes = (): number => next(60)
    const { path } = seen
    if (body['stream'] === true) {
      if (path.endsWith('/chat/completions')) return cutBytes(chatEvents(words()), bytes)(seen, response)
      if (path.endsWith('/messages')) return cutBytes(messageEvents(words()), bytes)(seen, response)
      return cutBytes(responseEvents(words()), bytes)(seen, response)
    }
    return answered(200, wholeAnswer(path, text, argumentsIn(body)))(seen, response)
  }
}

function wholeAnswer(path: string, text: string, args: Json): object {
  if (path.endsWith('/embeddings'))
    return { object: 'list', data: [], usage: { prompt_tokens: 1, total_tokens: 1 } }
  if (path.endsWith('/messages')) {
    const use = { type: 'tool_use', id: 't', name: 'find', input: args ?? {} }
    const usage = { input_tokens: 1, output_tokens: 1 }
    return {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text }, use],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage,
    }
  }
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  if (path.endsWith('/chat/completions')) {
    const calls = [{ id: 'c', type: 'function', function: { name: 'find', arguments: args ?? '{}' } }]
    const message = { role: 'assistant', content: text, tool_calls: calls }
    return {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      usage,
    }
  }
  const content = [{ type: 'output_text', text, annotations: [] }]
  const output = [
    { id: 'm', type: 'message', role: 'assistant', status: 'completed', content },
    {
      id: 'f',
      type: 'function_call',
      call_id: 'c',
      name: 'find',
      arguments: args ?? '{}',
      status: 'completed',
    },
  ]
  return {
    id: 'r',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'm',
    output,
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  }
}

const eventsIn = (text: string): Record<string, Json>[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)))

/** What a client reads of an answer of any of the APIs, whole or streamed. */
export function heard(answer: string): { readonly text: string; readonly call: Json } {
  if (!answer.startsWith('{')) {
    const deltas = eventsIn(answer).flatMap((event) => {
      const { delta, choices, type } = event as {
        delta?: Json
        choices?: { delta: Record<string, Json> }[]
        type?: string
      }
      if (choices !== undefined) return choices.map((choice) => choice.delta['content'] ?? '')
      if (type === 'response.output_text.delta') return [delta]
      return type === 'content_block_delta' ? [(delta as Record<string, Json>)['text'] ?? ''] : []
    })
    return { text: deltas.join(''), call: null }
  }
  const { choices, content, output } = JSON.parse(answer)
  const parsed = (call: Json): Json => (typeof call === 'string' ? JSON.parse(call) : call)
  if (choices) {
    const [{ message }] = choices
    return { text: message.content, call: parsed(message.tool_calls[0].function.arguments) }
  }
  const parts: Record<string, Json>[] =
    content ?? output.flatMap((item: { content?: Json }) => item.content ?? item)
  const call = parts.find((part) => part['type'] === 'tool_use' || part['type'] === 'function_call')
  return {
    text: String(parts.find((part) => part['text'] !== undefined)?.['text']),
    call: parsed(call?.['input'] ?? call?.['arguments']),
  }
}
