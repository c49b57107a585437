import { once } from 'node:events'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it arrived at a target. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Names as they were written, in order. */
  readonly headerNames: readonly string[]
  readonly body: Buffer
  /** Resolves with the time (performance clock) when the other side left before its answer was whole. */
  readonly left: Promise<number>
  readonly hasLeft: () => boolean
}

export type Script = (seen: Seen, response: ServerResponse) => void | Promise<void>

/** A target that writes down what arrives and answers as it was told. */
export interface CaptureServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  readonly seen: readonly Seen[]
  /** Connections opened so far, also those on which nothing was asked. */
  readonly connections: () => number
  /** What the next requests are answered with. */
  answer(script: Script): void
  /** Resolves with the next request. */
  next(): Promise<Seen>
  forget(): void
  close(): Promise<void>
}

/** `at`: the port of one that is gone, to come back in its place. */
export async function captureServer(script: Script = ordinary, at = 0): Promise<CaptureServer> {
  const seen: Seen[] = []
  let waiting: ((seen: Seen) => void)[] = []
  let current = script
  let connections = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('error', () => {})
    let hasLeft = false
    const left = new Promise<number>((resolve) => {
      response.on('close', () => {
        if (response.writableFinished) return
        hasLeft = true
        resolve(performance.now())
      })
    })
    request.on('end', () => {
      const one: Seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        headerNames: request.rawHeaders.filter((_, at) => at % 2 === 0),
        body: Buffer.concat(parts),
        left,
        hasLeft: () => hasLeft,
      }
      seen.push(one)
      const told = waiting
      waiting = []
      for (const tell of told) tell(one)
      void current(one, response)
    })
  })
  server.on('connection', () => (connections += 1))
  server.listen(at, '127.0.0.1')
  await once(server, 'listening')
  // `listen` on a host and port yields this and nothing else.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => connections,
    answer(next) {
      current = next
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
    forget: () => void seen.splice(0),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const json = (response: ServerResponse, status: number, body: object, headers = {}): void => {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    ...headers,
  })
  response.end(bytes)
}

export const answered =
  (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Script =>
  (_, response) =>
    json(response, status, body, headers)

/** Never answers. */
export const silent: Script = () => {}

export const USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }

const chunk = (delta: object, finish: string | null = null): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
})

export const event = (data: object | string, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

/** The events of a chat stream, ready to be written. */
export function chatEvents(words: readonly string[]): string[] {
  return [
    event(chunk({ role: 'assistant', content: '' })),
    ...words.map((word) => event(chunk({ content: word }))),
    event(chunk({}, 'stop')),
    event({ ...chunk({}), choices: [], usage: USAGE }),
    event('[DONE]'),
  ]
}

export function messageEvents(words: readonly string[]): string[] {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
  }
  return [
    event(
      {
        type: 'message_start',
        message: { ...message, stop_sequence: null, usage: { input_tokens: 11, output_tokens: 1 } },
      },
      'message_start',
    ),
    event(
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      'content_block_start',
    ),
    event({ type: 'ping' }, 'ping'),
    ...words.map((text) =>
      event(
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
        'content_block_delta',
      ),
    ),
    event({ type: 'content_block_stop', index: 0 }, 'content_block_stop'),
    event(
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 7 },
      },
      'message_delta',
    ),
    event({ type: 'message_stop' }, 'message_stop'),
  ]
}

const responseObject = (id: string, text: string): object => ({
  id,
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'm',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
  ],
  usage: { input_tokens: 11, output_tokens: 7, total_tokens: 18 },
})

export function responseEvents(words: readonly string[], id = 'resp_1'): string[] {
  const item = { output_index: 0, content_index: 0, item_id: 'msg_1' }
  return [
    event(
      {
        type: 'response.created',
        sequence_number: 0,
        response: { id, object: 'response', status: 'in_progress' },
      },
      'response.created',
    ),
    ...words.map((delta, at) =>
      event(
        { type: 'response.output_text.delta', sequence_number: at + 1, ...item, delta },
        'response.output_text.delta',
      ),
    ),
    event(
      { type: 'response.completed', sequence_number: 99, response: responseObject(id, words.join('')) },
      'response.completed',
    ),
  ]
}

export interface Streaming {
  /** Between two events. */
  readonly everyMs?: number
  /** Cuts the connection after so many events. */
  readonly cutAfter?: number
  /** Stays open and silent after so many events. */
  readonly stallAfter?: number
}

/** Writes the events one by one. */
export function streamed(
  events: readonly string[],
  { everyMs = 0, cutAfter, stallAfter }: Streaming = {},
): Script {
  return async (seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [at, text] of events.entries()) {
      if (seen.hasLeft()) return
      if (at === stallAfter) return
      if (at === cutAfter) {
        response.destroy()
        return
      }
      response.write(text)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
    response.end()
  }
}

const WORDS = ['The quick ', 'brown fox ', '跳过了懒狗 ', '🚚📦']

/** Answers every operation of the model APIs in its own shape, streamed where asked, and anything else with an echo. */
export const ordinary: Script = async (seen, response) => {
  const { path } = seen
  const body = fieldsOf(seen)
  // As real ones do; a request without an answer would say nothing about whoever sent it.
  if (body === null) return json(response, 400, { error: { message: 'not JSON', type: 'invalid_request' } })
  const text = WORDS.join('')
  if (path.endsWith('/chat/completions')) {
    if (body['stream'] === true) return streamed(chatEvents(WORDS))(seen, response)
    const message = { role: 'assistant', content: text }
    return json(response, 200, {
      ...chunk({}),
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: USAGE,
    })
  }
  if (path.endsWith('/messages')) {
    if (body['stream'] === true) return streamed(messageEvents(WORDS))(seen, response)
    return json(response, 200, {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 11, output_tokens: 7 },
    })
  }
  if (path.endsWith('/responses')) {
    if (body['stream'] === true) return streamed(responseEvents(WORDS))(seen, response)
    return json(response, 200, responseObject('resp_1', text))
  }
  if (path.endsWith('/embeddings')) {
    return json(response, 200, {
      object: 'list',
      model: 'm',
      data: [{ object: 'embedding', index: 0, embedding: [0.5, -0.25, 1] }],
      usage: { prompt_tokens: 11, total_tokens: 11 },
    })
  }
  json(response, 200, { method: seen.method, path, body: seen.body.toString('latin1') })
}

/** Null where it says that it is JSON and is none. */
function fieldsOf(seen: Seen): Record<string, unknown> | null {
  if (!isJson(seen)) return {}
  try {
    return JSON.parse(seen.body.toString('utf8'))
  } catch {
    return null
  }
}

const isJson = ({ headers, body }: Seen): boolean =>
  body.length > 0 && (headers['content-type'] ?? '').includes('json')
