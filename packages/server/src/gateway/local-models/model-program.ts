import { localModelProblem } from '@freehold/contract/local-model-problems.ts'
import { randomUUID } from 'node:crypto'
import { errorResponse, Fault } from '../../kernel/fault.ts'
import { systemClock } from '../../kernel/clock.ts'
import { ChatEvents, completion } from './chat-answer.ts'
import { readChat, readEmbeddings } from './chat-input.ts'
import { Engine } from './engine.ts'
import type { Ending, Part } from './generation.ts'
import { CannotOpen } from './llama-package.ts'
import type { FromModel, ToModel } from './model-wire.ts'

/** The process of one model: it opens the file, and answers one question after the other until nobody listens any more. */

const MIB = 1024 * 1024
const LOOK_MS = 500
/** What the server takes for the end by its own decision, and says so. */
const OVER_MEMORY = 77

const say = (message: FromModel): void => void process.send?.(message)
let engine: Promise<Engine> | null = null
let names: readonly string[] = []
const asked = new Map<number, AbortController>()

process.on('message', (message: ToModel) => {
  if ('open' in message) void open(message)
  else if ('drop' in message) asked.get(message.drop)?.abort()
  else void answer(message)
})
// The server is gone: nothing may be left behind that eats a processor.
process.on('disconnect', () => process.exit(0))

async function open({ open: setting }: Extract<ToModel, { open: unknown }>): Promise<void> {
  names = setting.models
  engine = Engine.open(setting, () => {})
  try {
    const { contextTokens } = await engine
    say({ ready: { contextTokens } })
  } catch (error) {
    const told =
      error instanceof CannotOpen
        ? { code: error.code, problem: error.problem }
        : { code: 'error' as const, problem: localModelProblem('not_opened') }
    say({ failed: told })
    return
  }
  setInterval(() => {
    const { rss } = process.memoryUsage()
    say({ memoryBytes: rss })
    if (rss > setting.memoryMb * MIB) process.exit(OVER_MEMORY)
  }, LOOK_MS).unref()
}

async function answer({ ask: id, path, body }: Extract<ToModel, { ask: unknown }>): Promise<void> {
  const leaving = new AbortController()
  asked.set(id, leaving)
  const reply = new Reply(id)
  try {
    const ready = await engine
    if (ready === null) throw new Error('asked before it was opened')
    if (path.endsWith('/chat/completions')) await chat(ready, body, { reply, signal: leaving.signal })
    else if (path.endsWith('/embeddings')) await embeddings(ready, body, { reply, signal: leaving.signal })
    else if (path.endsWith('/models')) reply.json(modelList())
    else throw new Fault('not_offered', 'A local model answers chat completions and embeddings.')
    say({ end: id })
  } catch (error) {
    if (!leaving.signal.aborted && !(error instanceof Fault))
      say({ bug: error instanceof Error ? error.name : 'unknown' })
    if (leaving.signal.aborted || reply.isBegun) say({ broken: id })
    else reply.refuse(error)
  } finally {
    asked.delete(id)
  }
}

const modelList = (): object => ({ object: 'list', data: names.map((id) => ({ id, object: 'model' })) })

interface Answering {
  readonly reply: Reply
  readonly signal: AbortSignal
}

async function chat(engine: Engine, body: Uint8Array, { reply, signal }: Answering): Promise<void> {
  const input = readChat(body)
  const envelope = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(systemClock.now() / 1000),
    model: input.model,
  }
  const parts = engine.answer(input, signal)
  if (!input.stream) {
    const whole: Part[] = []
    const ending = await eachOf(parts, (part) => whole.push(part))
    return reply.json(completion(envelope, whole, ending))
  }
  const events = new ChatEvents(envelope, input.stream_options?.include_usage === true)
  // What is wrong with the request shows before the first part, and then it is refused with a status of its own.
  const ending = await eachOf(parts, (part) => {
    if (!reply.isBegun) reply.stream(events.begin())
    reply.write(events.part(part))
  })
  if (!reply.isBegun) reply.stream(events.begin())
  reply.write(events.end(ending))
}

async function eachOf(parts: AsyncGenerator<Part, Ending>, take: (part: Part) => void): Promise<Ending> {
  for (;;) {
    const { value, done } = await parts.next()
    if (done) return value
    take(value)
  }
}

async function embeddings(engine: Engine, body: Uint8Array, { reply, signal }: Answering): Promise<void> {
  const input = readEmbeddings(body)
  const { vectors, tokens } = await engine.embed(input, signal)
  const inBase64 = input.encoding_format === 'base64'
  reply.json({
    object: 'list',
    model: input.model,
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: inBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector],
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  })
}

class Reply {
  readonly #id: number
  isBegun = false

  constructor(id: number) {
    this.#id = id
  }

  json(value: object): void {
    this.#head(200, { 'content-type': 'application/json; charset=utf-8' })
    this.write(Buffer.from(JSON.stringify(value)))
  }

  stream(first: Buffer): void {
    this.#head(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    this.write(first)
  }

  refuse(error: unknown): void {
    const { status, headers, body } = errorResponse(error, `local-${this.#id}`)
    this.#head(status, { 'content-type': headers['content-type'] ?? 'application/json' })
    this.write(body)
    say({ end: this.#id })
  }

  write(bytes: Buffer): void {
    say({ data: this.#id, bytes })
  }

  #head(status: number, headers: Readonly<Record<string, string>>): void {
    this.isBegun = true
    say({ head: this.#id, status, headers })
  }
}
