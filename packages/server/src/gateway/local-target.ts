import type { ChatRequest, Usage } from '@freehold/contract/chat.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import type { Exchange } from './exchange.ts'
import type { ModelAsked } from './model-asked.ts'
import type { Route } from './decide.ts'
import type { LocalAnswer, LocalCall, LocalEngine } from './local-engine.ts'
import { LOCAL_MODEL } from './local-engine.ts'
import type { Reply } from './reply.ts'
import { leftOutHeader } from './translation/left-out.ts'

interface Envelope {
  readonly id: string
  readonly created: number
}

/** Answers in the program itself, in the client's API. */
export function createLocalTarget(engine: LocalEngine, nowMs: () => number) {
  return async (route: Route, asked: ModelAsked, exchange: Exchange): Promise<Reply> => {
    const { request, translation } = chatOf(asked)
    const answer = await engine.answer(
      {
        caller: route.caller,
        messages: request.messages,
        ...(request.freehold?.collections && { collections: request.freehold.collections }),
        ...(request.freehold?.given && { given: request.freehold.given }),
        tools: toolsIn(request),
      },
      exchange.signal,
    )
    const envelope: Envelope = {
      id: `chatcmpl-${exchange.id.slice('req_'.length)}`,
      created: Math.floor(nowMs() / 1000),
    }
    const streamed = request.stream === true
    const type = streamed ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8'
    const withUsage = translation !== null || request.stream_options?.include_usage === true
    const whole = (): Buffer => Buffer.from(JSON.stringify(completion(envelope, answer)))
    const live = (): AsyncIterable<Buffer> => events(envelope, answer, withUsage)
    return {
      status: 200,
      zone: 'local',
      target: 'local',
      model: LOCAL_MODEL,
      class: highestClass(route.class, answer.class),
      masked: 0,
      headers: ['content-type', type, 'cache-control', 'no-store', ...leftOutHeader(translation?.leftOut)],
      body: streamed ? (translation?.events(live()) ?? live()) : (translation?.answer(whole()) ?? whole()),
      tokens: () => ({
        input: answer.usage.prompt_tokens,
        output: answer.usage.completion_tokens,
        estimated: false,
      }),
      answerId: () => null,
    }
  }
}

function chatOf(asked: ModelAsked): ReturnType<ModelAsked['local']> {
  const local = asked.local()
  const { request } = local
  if (request.n !== undefined && request.n !== null && request.n !== 1) {
    throw new Fault('invalid', 'n must be 1: a quotation has no variants.', { param: 'n' })
  }
  return local
}

const offeredTool = z.looseObject({ function: z.looseObject({ name: z.string() }) })

/** Names of the tools that it may call. */
function toolsIn({ tools, tool_choice: choice }: ChatRequest): readonly string[] {
  if (!Array.isArray(tools) || choice === 'none') return []
  return tools.flatMap((tool: unknown) => {
    const read = offeredTool.safeParse(tool)
    return read.success ? [read.data.function.name] : []
  })
}

const finishOf = ({ calls = [] }: LocalAnswer): string => (calls.length > 0 ? 'tool_calls' : 'stop')

interface WireCall {
  readonly index: number
  readonly id: string
  readonly type: 'function'
  readonly function: LocalCall
}

/** Calls as the Chat Completions API has them. */
const callsOf = ({ id }: Envelope, { calls = [] }: LocalAnswer): readonly WireCall[] =>
  calls.map(({ name, arguments: said }, index) => ({
    index,
    id: `call_${id.slice('chatcmpl-'.length)}_${index}`,
    type: 'function',
    function: { name, arguments: said },
  }))

function completion(envelope: Envelope, answer: LocalAnswer): object {
  const calls = callsOf(envelope, answer)
  const message = {
    role: 'assistant',
    content: answer.pieces.join(''),
    annotations: answer.citations,
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, type, function: called }) => ({ id, type, function: called })),
    }),
  }
  return {
    ...envelope,
    object: 'chat.completion',
    model: LOCAL_MODEL,
    choices: [{ index: 0, message, finish_reason: finishOf(answer) }],
    usage: answer.usage,
  }
}

/** The stream: a role, the pieces, the citations as the last delta before the finish, the usage when asked for. */
async function* events(envelope: Envelope, answer: LocalAnswer, withUsage: boolean): AsyncGenerator<Buffer> {
  const chunk = (choices: readonly object[], usage?: Usage | null): Buffer => {
    const body = {
      ...envelope,
      object: 'chat.completion.chunk',
      model: LOCAL_MODEL,
      choices,
      ...(usage !== undefined && { usage }),
    }
    return Buffer.from(`data: ${JSON.stringify(body)}\n\n`)
  }
  const pending = withUsage ? null : undefined
  const delta = (content: object, finish: string | null = null): Buffer =>
    chunk([{ index: 0, delta: content, finish_reason: finish }], pending)
  yield delta({ role: 'assistant', content: '' })
  for (const piece of answer.pieces) yield delta({ content: piece })
  if (answer.citations.length > 0) yield delta({ annotations: answer.citations })
  const calls = callsOf(envelope, answer)
  if (calls.length > 0) yield delta({ tool_calls: calls })
  yield delta({}, finishOf(answer))
  if (withUsage) yield chunk([], answer.usage)
  yield Buffer.from('data: [DONE]\n\n')
}
