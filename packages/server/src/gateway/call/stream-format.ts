import type { StreamEvent } from './sse-splitter.ts'
import { eventsIn, lastEvents } from './sse-splitter.ts'

/** How one API streams: what its events say of errors, of their end and of usage. */
export interface StreamFormat {
  /** Bytes of which at least one stands in every event that has to be read; others are not decoded. */
  readonly marks: readonly Buffer[]
  read(event: StreamEvent, seen: StreamFacts): void
  /** The error that an event carries; null when it is none. */
  errorOf(event: StreamEvent): object | null
  /** What of whole events a client may see; null: nothing. Absent: all of it. */
  passes?(whole: Buffer): Buffer | null
}

/** What a stream has said so far. */
export interface StreamFacts {
  /** The event came that ends a whole answer. */
  isComplete: boolean
  /** Nothing comes after it: how the connection ends says nothing any more. */
  isOver: boolean
  /** An error came in its middle, which some servers follow with the event that ends a whole answer. */
  hasFailed: boolean
  /** Of a chat with several choices: those that were seen, and those that ended. One bit each. */
  begunChoices: number
  endedChoices: number
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
  if (data === null || !/^\s*\{/.test(data)) return null
  try {
    return fieldsOf(JSON.parse(data))
  } catch {
    // Not ours to judge: what is no JSON passes on as it came.
    return null
  }
}

/** More than any answer has. A larger figure would use up every budget, and its price fits no column of a database. */
const MOST_TOKENS = 1e9

const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= MOST_TOKENS
    ? value
    : null

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
  marks: bytes('[DONE]', '"finish_reason":"', '"finish_reason": "', '"prompt_tokens"', 'error'),
  read(event, seen) {
    // Clients take what only begins like that for the end as well.
    if (event.data?.trimStart().startsWith('[DONE]')) {
      seen.isComplete = seen.isOver = true
      return
    }
    const body = parsed(event.data)
    if (event.name === 'error' || (body !== null && plainErrorIn(body) !== null)) seen.hasFailed = true
    if (!body) return
    // Groq says it under a name of its own.
    take(seen, body['usage'] ?? fieldsOf(body['x_groq'])?.['usage'])
    if (!Array.isArray(body['choices']) || seen.isOver) return
    for (const choice of body['choices']) {
      readChoice(fieldsOf(choice), seen)
      // Moonshot says it here.
      take(seen, fieldsOf(choice)?.['usage'])
    }
  },
  errorOf(event) {
    const body = parsed(event.data)
    const error = body && plainErrorIn(body)
    return error ?? (event.name === 'error' ? (body ?? {}) : null)
  },
}

/** An answer is whole when each of its choices has ended; some servers send an empty reason until then. */
function readChoice(choice: Fields | null, seen: StreamFacts): void {
  if (choice === null) return
  const bit = 1 << ((count(choice['index']) ?? 0) % 31)
  const reason = choice['finish_reason']
  seen.begunChoices |= bit
  if (typeof reason === 'string' && reason !== '') seen.endedChoices |= bit
  seen.isComplete = seen.endedChoices !== 0 && seen.endedChoices === seen.begunChoices
}

/** Some servers say it as text, and older ones in place of the chunk. */
function plainErrorIn(body: Fields): object | null {
  const error = body['error'] ?? null
  if (error === null) return body['object'] === 'error' ? body : null
  return fieldsOf(error) ?? (typeof error === 'string' ? { message: error } : {})
}

/** Servers that speak several APIs tell errors in the words of the first. */
const untypedErrorIn = (body: Fields | null): object | null =>
  body !== null && body['type'] === undefined ? plainErrorIn(body) : null

/** `POST /v1/messages` of the Anthropic API. */
const messagesStream: StreamFormat = {
  marks: bytes('message_start', 'message_delta', 'message_stop', 'error'),
  read(event, seen) {
    const body = parsed(event.data)
    const type = body?.['type'] ?? event.name
    if (event.name === 'error' || type === 'error' || untypedErrorIn(body) !== null) seen.hasFailed = true
    // What was cut is not what its name says.
    else if (body === null) return
    else if (type === 'message_stop') seen.isComplete = seen.isOver = true
    else if (type === 'message_start') take(seen, fieldsOf(body['message'])?.['usage'])
    else if (type === 'message_delta') take(seen, body['usage'])
  },
  errorOf(event) {
    const body = parsed(event.data)
    if (event.name !== 'error' && body?.['type'] !== 'error') return untypedErrorIn(body)
    return fieldsOf(body?.['error']) ?? body
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
  marks: bytes('response.co', 'response.in', 'response.failed', 'response.cancelled', 'error'),
  read(event, seen) {
    const body = parsed(event.data)
    const type = body?.['type'] ?? event.name
    if (untypedErrorIn(body) !== null) seen.hasFailed = true
    if (typeof type !== 'string') return
    const response = fieldsOf(body?.['response'])
    const id = response?.['id']
    if (typeof id === 'string' && id.length <= 256) seen.answerId = id
    if (event.name === 'error' || type === 'error') seen.hasFailed = true
    if (body === null || !RESPONSE_ENDS.has(type)) return
    seen.isComplete = seen.isOver = true
    take(seen, response?.['usage'])
  },
  errorOf(event) {
    const body = parsed(event.data)
    const type = body?.['type'] ?? event.name
    if (type === 'error') return fieldsOf(body?.['error']) ?? body
    if (untypedErrorIn(body) !== null) return untypedErrorIn(body)
    return type === 'response.failed' ? fieldsOf(fieldsOf(body?.['response'])?.['error']) : null
  },
}

export const STREAM_FORMATS = {
  chat: chatStream,
  messages: messagesStream,
  responses: responsesStream,
} as const

/** What stands in the last events of every API; they are read when the stream has ended, and what is between is not. */
const LAST_EVENTS = 16
/** Bytes of the end of a stream that are kept at least, so that keep-alive comments do not push out its last words. */
const KEPT_BYTES = 16 * 1024
/** Each piece ends with an event, so that these hold the last ones however long they are. */
const KEPT_PIECES = 4

/** Reads along a stream that passes by unchanged: its first event and its last ones. */
export class StreamWatch {
  readonly #format: StreamFormat
  readonly #facts: StreamFacts = {
    isComplete: false,
    isOver: false,
    hasFailed: false,
    begunChoices: 0,
    endedChoices: 0,
    input: null,
    output: null,
    answerId: null,
  }
  #kept: Buffer[] = []
  #keptBytes = 0
  #bytes = 0
  #readBytes = 0

  constructor(format: StreamFormat) {
    this.#format = format
  }

  /** The id that the target gave the answer, which stands in its first event. */
  get answerId(): string | null {
    return this.#facts.answerId
  }

  /** What the stream said; to be asked when it has ended or broke. */
  get facts(): StreamFacts {
    if (this.#readBytes < this.#bytes) {
      this.#readBytes = this.#bytes
      const end = this.#end()
      const last = lastEvents(end, LAST_EVENTS)
      for (const event of markedAmong(end, last, this.#format.marks)) this.#read(event)
      // Without the last event of all, the others decide, whatever stands in them.
      if (!this.#facts.isOver) for (const event of last) this.#read(event)
    }
    return this.#facts
  }

  /** Events so far, which is about as many tokens; of a long stream a guess from those at its end. */
  get events(): number {
    if (this.#keptBytes === 0) return 0
    return Math.ceil((countEvents(this.#end()) * this.#bytes) / this.#keptBytes)
  }

  /** Takes note of the first event. */
  begin(event: StreamEvent): void {
    this.#format.read(event, this.#facts)
  }

  /** Whole events that pass. */
  see(whole: Buffer): void {
    this.#bytes += whole.length
    this.#kept.push(whole)
    this.#keptBytes += whole.length
    for (let [oldest] = this.#kept; oldest && this.#mayForget(oldest); [oldest] = this.#kept) {
      this.#kept.shift()
      this.#keptBytes -= oldest.length
    }
  }

  #mayForget(oldest: Buffer): boolean {
    return this.#kept.length > KEPT_PIECES && this.#keptBytes - oldest.length >= KEPT_BYTES
  }

  #end(): Buffer {
    const [only] = this.#kept
    if (this.#kept.length === 1 && only) return only
    const end = Buffer.concat(this.#kept)
    this.#kept = [end]
    return end
  }

  #read(bytes: Buffer): void {
    for (const event of eventsIn(bytes)) this.#format.read(event, this.#facts)
  }
}

/**
 * Those of the events of `whole` in which a mark stands. They are searched together: to ask each for each mark costs
 * more than to read it.
 */
function markedAmong(whole: Buffer, events: readonly Buffer[], marks: readonly Buffer[]): readonly Buffer[] {
  const startOf = (event: Buffer): number => event.byteOffset - whole.byteOffset
  const marked = new Set<Buffer>()
  for (const mark of marks) {
    let at = -1
    for (const event of events) {
      const start = startOf(event)
      // No mark holds a line end, so that it ends where it begins.
      if (at < start) at = whole.indexOf(mark, start)
      if (at < 0) break
      if (at < start + event.length) marked.add(event)
    }
  }
  return events.filter((event) => marked.has(event))
}

const DATA = Buffer.from('data:')

function countEvents(whole: Buffer): number {
  let found = 0
  for (let at = whole.indexOf(DATA); at >= 0; at = whole.indexOf(DATA, at + 5)) found += 1
  return found
}
