import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { chatEvents, event, messageEvents, responseEvents } from './gateway-upstream.ts'
import type { Api } from './recorded-streams.ts'
import type { Random } from './stream-mutations.ts'
import { below, oneOf } from './stream-mutations.ts'

/** What may become of one call. */
const FAULTS = [
  'slow',
  'hangs',
  'resets before its head',
  'resets after its head',
  'cuts its answer',
  'stalls in its answer',
  'an error event first',
  'an error event in the middle',
  429,
  500,
  503,
  529,
] as const
type Fault = (typeof FAULTS)[number]

/** `good`: every call is answered. `rough`: every other. `bad`: all calls go wrong in one way. `away`: nobody listens. */
export type Mood = 'good' | 'rough' | 'bad' | 'away'

/** A whole answer that was sent. */
export interface Served {
  readonly text: string
  readonly input: number
  readonly output: number
}

/** A target in changing moods, which keeps its own books. */
export interface FaultyTarget {
  readonly url: string
  /** By the tag of the request, which stands in its prompt. */
  readonly served: Map<string, Served>
  readonly arrivals: Map<string, number>
  turn(mood: Mood): Promise<void>
  close(): Promise<void>
}

export const tagOf = (text: string): string => /tag-\d+/.exec(text)?.[0] ?? ''
export const textFor = (tag: string): string => `begin ${tag} 你好 "quoted" end-of-${tag}`

export async function faultyTarget(random: Random): Promise<FaultyTarget> {
  const served = new Map<string, Served>()
  const arrivals = new Map<string, number>()
  let mood: Mood = 'good'
  let bad: Fault = 503
  let port = 0
  let server: Server | null = null
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('error', () => {})
    response.on('error', () => {})
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      const tag = tagOf(body)
      arrivals.set(tag, (arrivals.get(tag) ?? 0) + 1)
      const fault = mood === 'bad' ? bad : mood === 'rough' && random() < 0.5 ? oneOf(random, FAULTS) : null
      const answer = answerTo(tag, request.url ?? '', random)
      void play({ fault, random, response, stream: /"stream":true/.test(body), answer }, () =>
        served.set(tag, answer),
      )
    })
  }
  const listen = async (): Promise<void> => {
    server = createServer({ keepAliveTimeout: 60_000 }, handle)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    // `listen` on a host and port yields this and nothing else.
    port = (server.address() as AddressInfo).port
  }
  const leave = async (): Promise<void> => {
    const leaving = server
    server = null
    if (leaving === null) return
    leaving.close()
    leaving.closeAllConnections()
    await once(leaving, 'close')
  }
  await listen()
  return {
    url: `http://127.0.0.1:${port}`,
    served,
    arrivals,
    async turn(next) {
      if (next === 'away') await leave()
      else if (server === null) await listen()
      bad = oneOf(random, FAULTS)
      mood = next
    },
    close: leave,
  }
}

interface Answer extends Served {
  readonly api: Api
  readonly events: readonly string[]
  readonly whole: string
}

function answerTo(tag: string, path: string, random: Random): Answer {
  const api = path.endsWith('/messages') ? 'messages' : path.endsWith('/responses') ? 'responses' : 'chat'
  const text = textFor(tag)
  const [input, output] = [1 + below(random, 20), 1 + below(random, 40)]
  const words = text.split(/(?= )/)
  const make = { chat: chatEvents, messages: messageEvents, responses: responseEvents }[api]
  const counted = (one: string): string =>
    one
      .replaceAll(/"(prompt|input)_tokens":11\b/g, `"$1_tokens":${input}`)
      .replaceAll(/"(completion|output)_tokens":7\b/g, `"$1_tokens":${output}`)
  const usage =
    api === 'chat'
      ? { prompt_tokens: input, completion_tokens: output }
      : { input_tokens: input, output_tokens: output }
  const content = [{ type: api === 'messages' ? 'text' : 'output_text', text, annotations: [] }]
  const whole = {
    chat: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage,
    },
    messages: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content,
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage,
    },
    responses: {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', id: 'msg_1', role: 'assistant', content }],
      usage,
    },
  }[api]
  return { api, text, input, output, events: make(words).map(counted), whole: JSON.stringify(whole) }
}

interface Play {
  readonly fault: Fault | null
  readonly random: Random
  readonly response: ServerResponse
  readonly stream: boolean
  readonly answer: Answer
}

async function play({ fault, random, response, stream, answer }: Play, told: () => void): Promise<void> {
  if (typeof fault === 'number') return refuse(response, fault, random)
  if (fault === 'hangs') return
  if (fault === 'resets before its head') return void response.destroy()
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
  if (fault === 'resets after its head') {
    response.flushHeaders()
    return void setImmediate(() => response.destroy())
  }
  const pieces = stream ? answer.events : [answer.whole.slice(0, 60), answer.whole.slice(60)]
  const isBroken = fault !== null && fault !== 'slow' && !(fault.startsWith('an error') && !stream)
  const until =
    fault === 'an error event first' ? 0 : isBroken ? 1 + below(random, pieces.length - 2) : pieces.length
  for (const piece of pieces.slice(0, until)) {
    if (response.destroyed) return
    response.write(piece)
    if (fault === 'slow') await pause(below(random, 20))
    else await new Promise((resolve) => setImmediate(resolve))
  }
  if (!isBroken) {
    told()
    response.end()
  } else if (fault === 'cuts its answer') response.destroy()
  else if (fault !== 'stalls in its answer')
    response.end(event({ type: 'error', error: { type: 'overloaded_error', message: 'busy', code: 503 } }))
}

/** Sometimes with the time after which to ask again. */
function refuse(response: ServerResponse, status: number, random: Random): void {
  const later = random() < 0.5 ? { 'retry-after-ms': String(below(random, 400)) } : {}
  response.writeHead(status, { 'content-type': 'application/json', ...later })
  response.end(
    JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: `no ${status}` } }),
  )
}
