import type { Facts } from './answer.ts'
import { factsOf } from './answer.ts'
import type { ChatChunk, MessagesEvent, ResponsesEvent } from './dialects.ts'
import { errorFrom, fieldsOf, FreeholdError } from './error.ts'
import type { ServerEvent } from './sse.ts'
import { readEvents } from './sse.ts'

/**
 * The events of an answer that is made while it is read. It is asked for when it is first read, and can be read once.
 * The loop ends when the answer is whole; a stream that breaks off or tells of an error throws.
 */
export interface AnswerStream<E> extends AsyncIterable<E> {
  /** Its text alone, piece by piece. */
  texts(): AsyncIterable<string>
  /** The whole text, once the answer is whole. */
  text(): Promise<string>
  /** Where it is processed; known when the stream begins. */
  facts(): Promise<Facts>
}

/** What the events of one API say of its text and its end. */
interface Format<E> {
  readonly textIn: (event: E) => string
  /** What ends a whole answer; told every event in order. */
  readonly watch: () => { take(event: E | null, raw: ServerEvent): void; readonly isWhole: boolean }
}

const chat: Format<ChatChunk> = {
  textIn: ({ choices }) => choices?.[0]?.delta?.content ?? '',
  watch() {
    const open = new Set<number>()
    let hasEnded = false
    let isDone = false
    return {
      take(chunk, { data }) {
        if (data.trimStart().startsWith('[DONE]')) isDone = true
        for (const { index, finish_reason: reason } of chunk?.choices ?? []) {
          if (!reason) open.add(index)
          else hasEnded = true
          if (reason) open.delete(index)
        }
      },
      // Some servers leave the last word out: then every choice must have ended.
      get isWhole() {
        return isDone || (hasEnded && open.size === 0)
      },
    }
  },
}

/** APIs whose events say by their type which is the last. */
function typed<E extends { readonly type: string }>(
  ends: readonly string[],
  textIn: (event: E) => string,
): Format<E> {
  return {
    textIn,
    watch() {
      let isWhole = false
      return {
        take(event) {
          isWhole ||= event !== null && ends.includes(event.type)
        },
        get isWhole() {
          return isWhole
        },
      }
    },
  }
}

const messages = typed<MessagesEvent>(['message_stop'], ({ delta }) =>
  delta?.type === 'text_delta' ? (delta.text ?? '') : '',
)
const responses = typed<ResponsesEvent>(
  ['response.completed', 'response.incomplete', 'response.cancelled'],
  ({ type, delta }) => (type === 'response.output_text.delta' && typeof delta === 'string' ? delta : ''),
)

/** By operation. */
export const STREAMS: Readonly<Record<string, Format<unknown>>> = {
  // Each is told events of its own API only, which is what the operation gives.
  'chat.complete': chat as Format<unknown>,
  'messages.create': messages as Format<unknown>,
  'responses.create': responses as Format<unknown>,
}

export function answerStream<E>(
  format: Format<E>,
  open: () => Promise<Response>,
  /** What each event becomes before it is handed out. */
  opened: (event: object) => Promise<unknown>,
): AnswerStream<E> {
  let begun: Promise<Response> | null = null
  let isRead = false
  const begin = (): Promise<Response> => (begun ??= open())

  async function* events(): AsyncGenerator<E> {
    if (isRead) throw new TypeError('An answer can be read once.')
    isRead = true
    const response = await begin()
    const watch = format.watch()
    for await (const raw of readEvents(response)) {
      const event = parsed(raw)
      const error = errorIn(event, raw)
      if (error !== null) throw errorFrom({ error }, { requestId: factsOf(response).requestId })
      // What it is made of is the business of the API that is spoken.
      watch.take(event as E | null, raw)
      if (event !== null) yield (await opened(event)) as E
    }
    if (watch.isWhole) return
    throw new FreeholdError('broken_stream', 'The stream ended before the answer was whole.', {
      requestId: factsOf(response).requestId,
    })
  }

  async function* texts(): AsyncGenerator<string> {
    for await (const event of events()) {
      const text = format.textIn(event)
      if (text !== '') yield text
    }
  }

  return {
    [Symbol.asyncIterator]: events,
    texts,
    async text() {
      let whole = ''
      for await (const text of texts()) whole += text
      return whole
    },
    facts: async () => factsOf(await begin()),
  }
}

function parsed({ data }: ServerEvent): object | null {
  if (!data.trimStart().startsWith('{')) return null
  try {
    return fieldsOf(JSON.parse(data))
  } catch (cause) {
    throw new FreeholdError('broken_stream', 'An event of the stream is cut.', { cause })
  }
}

/** The error that an event tells of, in any of the three APIs. */
function errorIn(event: object | null, { event: name }: ServerEvent): object | null {
  const fields = fieldsOf(event)
  const type = fields?.['type']
  const failed = type === 'response.failed' ? fieldsOf(fields?.['response']) : fields
  const error = failed?.['error'] ?? null
  if (error !== null) return fieldsOf(error) ?? { message: error }
  return name === 'error' || type === 'error' || type === 'response.failed' ? (fields ?? {}) : null
}
