import { Fault } from '../../kernel/fault.ts'
import type { StreamFormat } from '../call/stream-format.ts'
import { STREAM_FORMATS } from '../call/stream-format.ts'
import type { LiveBody } from '../call/upstream-call.ts'
import { Carried } from './carried.ts'
import type { Journey } from './carried.ts'
import type { Conversation } from './conversation.ts'
import { parseExact } from './exact-json.ts'
import type { AnswerContext, AnswerReader, AnswerWriter, ModelAnswer } from './model-answer.ts'
import { unreadable } from './model-answer.ts'
import { ChatAnswerReader, readChatAnswer } from './read-chat-answer.ts'
import { readChat } from './read-chat.ts'
import { MessagesAnswerReader, readMessagesAnswer } from './read-messages-answer.ts'
import { readMessages } from './read-messages.ts'
import { readResponses } from './read-responses.ts'
import { Teller, TranslatedBody } from './translated-body.ts'
import { ChatAnswerWriter, writeChatAnswer } from './write-chat-answer.ts'
import type { ChatOptions } from './write-chat.ts'
import { writeChat } from './write-chat.ts'
import { MessagesAnswerWriter, writeMessagesAnswer } from './write-messages-answer.ts'
import type { MessagesOptions } from './write-messages.ts'
import { writeMessages } from './write-messages.ts'
import { writeResponsesAnswer } from './write-response.ts'
import { ResponsesAnswerWriter } from './write-responses-answer.ts'

/** The APIs that clients speak. */
export type ClientApi = 'chat' | 'messages' | 'responses'

export interface TranslationOptions extends ChatOptions, MessagesOptions {
  readonly from: ClientApi
  /** The API that is spoken to the target. */
  readonly to: Journey['to']
  /** What the target calls the model. */
  readonly model: string
  /** Seconds since 1970. */
  readonly nowS: number
  /** Names of what is left behind already. */
  readonly leftOut: readonly string[]
}

/** A request in the words of a target, and the way back for its answer. */
export interface Translation {
  /** Of the target. */
  readonly api: Journey['to']
  readonly path: string
  readonly body: Buffer
  readonly format: StreamFormat
  /** Hints that could not be carried over. */
  readonly leftOut: readonly string[]
  /** @throws Fault `upstream_broke` for what is no answer */
  answer(body: Buffer): Buffer
  stream(body: LiveBody): LiveBody
  /** For an answer that is made in the program itself; each piece is whole events. */
  events(body: AsyncIterable<Buffer>): AsyncIterable<Buffer>
}

const PATHS = { chat: '/chat/completions', messages: '/messages' } as const
const REQUESTS = { chat: readChat, messages: readMessages, responses: readResponses } as const

/** @throws Fault `invalid` that names what the target's API has no word for */
export function translate(body: Buffer, options: TranslationOptions): Translation {
  try {
    return translated(body, options)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Fault(
      'invalid',
      'The body is nested too deeply, or holds too many values, to be carried over to the API of the target.',
      { param: 'body', cause: error },
    )
  }
}

function translated(body: Buffer, options: TranslationOptions): Translation {
  const { from, to, model } = options
  const journey: Journey = { to, leftOut: [...options.leftOut] }
  const fields = parseExact(body.toString())
  const said = REQUESTS[from](new Carried(fields, '', journey), model)
  const request = to === 'chat' ? writeChat(said, journey, options) : writeMessages(said, journey, options)
  const context = contextOf(fields, said, options)
  return {
    api: to,
    path: PATHS[to],
    body: Buffer.from(JSON.stringify(request)),
    format: STREAM_FORMATS[to],
    leftOut: [...new Set(journey.leftOut)],
    answer: (answered) => translatedAnswer(() => written(from, readAnswer(answered, to, said), context)),
    stream: (live) => new TranslatedBody(live, new Teller(readerOf(to, said), writerOf(from, context))),
    events: (made) => toldEvents(made, new Teller(readerOf(to, said), writerOf(from, context))),
  }
}

async function* toldEvents(made: AsyncIterable<Buffer>, teller: Teller): AsyncGenerator<Buffer> {
  for await (const events of made) {
    teller.read(events)
    yield Buffer.from(teller.told())
  }
  teller.end()
  yield Buffer.from(teller.told())
}

function translatedAnswer(translate: () => object): Buffer {
  try {
    return Buffer.from(JSON.stringify(translate()))
  } catch (error) {
    throw error instanceof RangeError ? unreadable('it is nested too deeply', error) : error
  }
}

/** Far more than a model says; reading it holds up everything else. */
const LARGEST_ANSWER_BYTES = 8 * 1024 * 1024

function readAnswer(body: Buffer, to: Journey['to'], { stop }: Conversation): ModelAnswer {
  if (body.length > LARGEST_ANSWER_BYTES) throw unreadable('it is over 8 MiB')
  const text = body.toString()
  return to === 'chat' ? readChatAnswer(text, stop) : readMessagesAnswer(text)
}

const readerOf = (to: Journey['to'], { stop }: Conversation): AnswerReader =>
  to === 'chat' ? new ChatAnswerReader(stop) : new MessagesAnswerReader()

function written(from: ClientApi, answer: ModelAnswer, context: AnswerContext): object {
  if (from === 'chat') return writeChatAnswer(answer, context)
  return from === 'messages' ? writeMessagesAnswer(answer, context) : writeResponsesAnswer(answer, context)
}

function writerOf(from: ClientApi, context: AnswerContext): AnswerWriter {
  if (from === 'chat') return new ChatAnswerWriter(context)
  return from === 'messages' ? new MessagesAnswerWriter(context) : new ResponsesAnswerWriter(context)
}

/** Members of a Responses request that its answer repeats. */
const REPEATED = [
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_p',
  'user',
]

function contextOf(
  request: unknown,
  { tools }: Conversation,
  { from, nowS, model }: TranslationOptions,
): AnswerContext {
  const fields: Readonly<Record<string, unknown>> = Object(request)
  const streamed: Readonly<Record<string, unknown>> = Object(fields['stream_options'])
  const echo =
    from === 'responses'
      ? Object.fromEntries(
          REPEATED.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
        )
      : {}
  return {
    model,
    created: nowS,
    withUsage: from === 'chat' && streamed['include_usage'] === true,
    echo,
    custom: tools.flatMap(({ name, isCustom }) => (isCustom ? [name] : [])),
  }
}
