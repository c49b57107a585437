import type { StreamEvent } from './sse-splitter.ts'
import { eventsIn } from './sse-splitter.ts'

/** Tokens as the target counted them. */
interface Tokens {
  readonly input: number
  readonly output: number
}

/** How one API streams: what its events say of errors, of their end and of usage. */
export interface StreamFormat {
  /** Bytes of which at least one stands in every event that has to be read; events without them pass unread. */
  readonly marks: readonly Buffer[]
  read(event: StreamEvent, seen: StreamFacts): void
  /** The error that an event carries; null when it is none. */
  errorOf(event: StreamEvent): object | null
}

/** What a stream has said so far. */
export interface StreamFacts {
  /** The event came that ends a whole answer. */
  isComplete: boolean
  input: number | null
  output: number | null
  /** The id that the target gave the answer. */
  answerId: string | null
}

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields | null {
  // A JSON object; its fields are unknown until looked at.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}

function parsed(data: string | null): Fields | null {
  if (data === null || !data.startsWith('{')) return null
  try {
    return fieldsOf(JSON.parse(data))
  } catch {
    // Not ours to judge: what is no JSON passes on as it came.
    return null
  }
}

const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null

/** The figures under `usage`, in the names of either dialect. */
export function tokensIn(usage: unknown): { readonly input: number | null; readonly output: number | null } {
  const fields = fieldsOf(usage)
  if (!fields) return { input: null, output: null }
  const cached =
    (count(fields['cache_creation_input_tokens']) ?? 0) + (count(fields['cache_read_input_tokens']) ?? 0)
  const anthropic = count(fields['input_tokens'])
  return {
    input: count(fields['prompt_tokens']) ?? (anthropic === null ? null : anthropic + cached),
    output: count(fields['completion_tokens']) ?? count(fields['output_tokens']),
  }
}

function take(seen: StreamFacts, usage: unknown): void {
  const { input, output } = tokensIn(usage)
  if (input !== null) seen.input = Math.max(seen.input ?? 0, input)
  if (output !== null) seen.output = output
}

const bytes = (...texts: readonly string[]): readonly Buffer[] => texts.map((text) => Buffer.from(text))

/** `POST /v1/chat/completions` of the OpenAI API. */
const chatStream: StreamFormat = {
  marks: bytes('[DONE]', '"finish_reason":"', '"finish_reason": "', '"prompt_tokens"'),
  read(event, seen) {
    if (event.data?.trim() === '[DONE]') {
      seen.isComplete = true
      return
    }
    const body = parsed(event.data)
    if (!body) return
    take(seen, body['usage'])
    const choices = Array.isArray(body['choices']) ? body['choices'] : []
    if (choices.some((choice) => typeof fieldsOf(choice)?.['finish_reason'] === 'string'))
      seen.isComplete = true
  },
  errorOf: (event) => fieldsOf(parsed(event.data)?.['error']),
}

/** `POST /v1/messages` of the Anthropic API. */
const messagesStream: StreamFormat = {
  marks: bytes('message_start', 'message_delta', 'message_stop'),
  read(event, seen) {
    const body = parsed(event.data)
    const type = body?.['type'] ?? event.name
    if (type === 'message_stop') seen.isComplete = true
    else if (type === 'message_start') take(seen, fieldsOf(body?.['message'])?.['usage'])
    else if (type === 'message_delta') take(seen, body?.['usage'])
  },
  errorOf(event) {
    const body = parsed(event.data)
    return event.name === 'error' || body?.['type'] === 'error' ? (fieldsOf(body?.['error']) ?? body) : null
  },
}

const RESPONSE_ENDS = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
])

/** `POST /v1/responses` of the OpenAI API. */
const responsesStream: StreamFormat = {
  marks: bytes('response.c', 'response.i', 'response.failed'),
  read(event, seen) {
    const body = parsed(event.data)
    const type = body?.['type'] ?? event.name
    if (typeof type !== 'string') return
    const response = fieldsOf(body?.['response'])
    const id = response?.['id']
    if (typeof id === 'string' && id.length <= 256) seen.answerId = id
    if (!RESPONSE_ENDS.has(type)) return
    seen.isComplete = true
    take(seen, response?.['usage'])
  },
  errorOf(event) {
    const body = parsed(event.data)
    const type = body?.['type'] ?? event.name
    if (type === 'error') return fieldsOf(body?.['error']) ?? body
    return type === 'response.failed' ? fieldsOf(fieldsOf(body?.['response'])?.['error']) : null
  },
}

export const STREAM_FORMATS = {
  chat: chatStream,
  messages: messagesStream,
  responses: responsesStream,
} as const
type StreamFormatName = keyof typeof STREAM_FORMATS

/** Reads along a stream that passes by unchanged, at the cost of a few searches per piece. */
export class StreamWatch {
  readonly facts: StreamFacts = { isComplete: false, input: null, output: null, answerId: null }
  readonly #format: StreamFormat
  #events = 0

  constructor(format: StreamFormat) {
    this.#format = format
  }

  /** Events so far, which is about as many tokens. */
  get events(): number {
    return this.#events
  }

  /** Looks at whole events. */
  see(whole: Buffer): void {
    this.#events += countEvents(whole)
    const starts = new Set<number>()
    for (const mark of this.#format.marks) {
      for (let at = whole.indexOf(mark); at >= 0; at = whole.indexOf(mark, at + mark.length)) {
        const start = startOfEvent(whole, at)
        // A mark may stand in an event more than once, and so may two marks.
        if (starts.has(start)) continue
        starts.add(start)
        this.#read(whole, start, endOfEvent(whole, at))
      }
    }
  }

  #read(whole: Buffer, start: number, end: number): void {
    for (const event of eventsIn(whole.subarray(start, end))) this.#format.read(event, this.facts)
  }
}

const BLANK_LINES = bytes('\n\n', '\r\n\r\n', '\r\r')

function startOfEvent(whole: Buffer, at: number): number {
  return BLANK_LINES.reduce((start, blank) => {
    const found = whole.lastIndexOf(blank, at)
    return found < 0 ? start : Math.max(start, found + blank.length)
  }, 0)
}

function endOfEvent(whole: Buffer, at: number): number {
  return BLANK_LINES.reduce((end, blank) => {
    const found = whole.indexOf(blank, at)
    return found < 0 ? end : Math.min(end, found + blank.length)
  }, whole.length)
}

const DATA = Buffer.from('data:')

function countEvents(whole: Buffer): number {
  let found = 0
  for (let at = whole.indexOf(DATA); at >= 0; at = whole.indexOf(DATA, at + 5)) found += 1
  return found
}
