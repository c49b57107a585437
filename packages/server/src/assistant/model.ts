import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { GivenText } from '@freehold/contract/chat.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Exchange } from '../gateway/exchange.ts'
import type { Foresight } from '../gateway/offer/foreseeing.ts'
import { KEEP_HEADER } from '../gateway/reach.ts'
import type { Reply } from '../gateway/reply.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import type { Trace } from '../kernel/trace.ts'
import type { AttachedFiles, ShownImage } from './attachments/attached-files.ts'
import { ChatAnswer } from './chat-answer.ts'
import type { Model, ModelCall, ModelEnd, ModelMessage, ModelPiece, ModelTool } from './loop/ports.ts'
import type { Credentials } from './model-exchange.ts'
import { ModelExchange } from './model-exchange.ts'

/** The data path as runs see it. */
export interface ModelPath {
  /** Answers a request of `chat.complete`; never rejects. */
  readonly answer: (exchange: Exchange) => Promise<void>
  /** Where a request would go now. */
  readonly foresee: (asking: {
    readonly caller: Caller
    readonly model: string
    readonly class: DataClass
  }) => Foresight
  /** Who it is now. @throws Fault why there is none any more */
  readonly recognise: (credentials: Credentials) => Caller
  readonly onBug: (request: string, error: unknown) => void
  readonly trace: ((request: string, traceparent: unknown) => Trace | null) | null
}

interface ModelOptions {
  readonly path: ModelPath
  readonly credentials: Credentials
  readonly model: string
  /** The name that the data path knows the conversation by; null: it is not to remember it. */
  readonly conversation: string | null
  readonly collections: readonly string[] | null
  /** Nothing of it goes to a managed target. */
  readonly keepPrivate: boolean
  /** Opens what is attached to its messages. */
  readonly files: Pick<AttachedFiles, 'given' | 'images'>
  /** Told of the class of an answer before its first word. */
  readonly reached: (of: DataClass) => void
  /** Told which request it was, before its refusal is thrown. */
  readonly refused: (request: string) => void
}

/** Pieces that wait before the model is asked to wait. */
const MOST_WAITING = 64
const { path: URL_PATH } = OPERATIONS['chat.complete']

/** A model as a run calls it: through the whole data path, as whoever started the run. */
export function createModel(options: ModelOptions): Model {
  return { call: (call, signal) => callAttached(options, call, signal) }
}

/** Who asks for what stays at home, with everything that is done in that one's name. */
export const staying = (caller: Caller, keepPrivate: boolean): Caller =>
  keepPrivate ? { ...caller, keepsPrivate: true } : caller

interface Beside {
  /** Shown to the model, by the id of their file. */
  readonly images: ReadonlyMap<string, ShownImage>
  /** Handed to the built-in engine. */
  readonly given: readonly GivenText[]
}
const NOTHING: Beside = { images: new Map(), given: [] }

/** With what is attached, as far as where it goes can take it; what cannot leave is told in words alone. */
async function* callAttached(
  options: ModelOptions,
  call: ModelCall,
  signal: AbortSignal,
): AsyncGenerator<ModelPiece> {
  const beside = await besideOf(options, call)
  let hasBegun = false
  try {
    for await (const piece of callModel(options, { ...call, beside }, signal)) {
      hasBegun = true
      yield piece
    }
  } catch (error) {
    // What was found in it may have sent it elsewhere than was foreseen.
    const isKept = error instanceof Fault && error.code === 'stays_home'
    if (hasBegun || beside.images.size === 0 || !isKept) throw error
    yield* callModel(options, { ...call, beside: { ...beside, images: NOTHING.images } }, signal)
  }
}

async function besideOf(
  { path, credentials, model, files, keepPrivate }: ModelOptions,
  call: ModelCall,
): Promise<Beside> {
  const attached = call.messages.flatMap((message) =>
    message.role === 'user' ? (message.attached ?? []) : [],
  )
  if (attached.length === 0) return NOTHING
  const caller = staying(path.recognise(credentials), keepPrivate)
  const { isLocal, takesImages } = path.foresee({ caller, model, class: call.class })
  return {
    given: isLocal ? await files.given(caller, attached) : NOTHING.given,
    images: takesImages ? await files.images(caller, attached) : NOTHING.images,
  }
}

async function* callModel(
  { path, credentials, model, conversation, collections, keepPrivate, reached, refused }: ModelOptions,
  call: ModelCall & { readonly beside: Beside },
  signal: AbortSignal,
): AsyncGenerator<ModelPiece> {
  const pieces = new Pieces()
  let unsound: unknown = null
  // What is wrong with an answer is no business of those who hand it over: they are told to stop.
  const soundly = <T>(read: () => T): T | undefined => {
    if (unsound !== null) return undefined
    try {
      return read()
    } catch (error) {
      unsound = error
      exchange.callOff(new Fault('upstream_broke', 'The answer of the target cannot be read.'))
      return undefined
    }
  }
  let reply: Reply | null = null
  let answer: ChatAnswer | null = null
  const over: { end: Omit<ModelEnd, 'costMicros'> | null } = { end: null }
  const exchange = new ModelExchange({
    credentials,
    headers: {
      'x-freehold-class': call.class,
      ...(conversation !== null && { 'x-freehold-conversation': conversation }),
      ...(keepPrivate && { [KEEP_HEADER]: 'private' }),
    },
    url: URL_PATH,
    body: Buffer.from(JSON.stringify(bodyOf(model, call, collections))),
    sink: {
      begin(begun, isStream) {
        reply = begun
        answer = new ChatAnswer(begun, isStream)
        reached(begun.class)
      },
      write: (piece) => pieces.push(soundly(() => answer?.read(piece)) ?? []),
      onDrain: (resume) => pieces.onDrain(resume),
      end() {
        const ended = soundly(() => answer?.end())
        if (ended === undefined || reply === null) return
        pieces.push(ended.pieces)
        over.end = endOf(exchange, reply, { model, finish: ended.finish })
      },
    },
    onBug: path.onBug,
    trace: path.trace,
  })
  const stop = (): void => exchange.callOff(new Fault('client_left', 'The run was stopped.'))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const answered = path.answer(exchange).finally(() => pieces.close())
  try {
    yield* pieces.all()
    await answered
    signal.throwIfAborted()
    if (unsound !== null) throw unsound
    if (exchange.refused !== null) {
      refused(exchange.id)
      throw exchange.refused
    }
    // What it cost is known when the request is settled, and not before.
    if (over.end !== null) yield { type: 'end', end: { ...over.end, costMicros: exchange.costMicros } }
  } finally {
    signal.removeEventListener('abort', stop)
    // Whoever stops to listen does not want the rest; nobody goes on before the target was let go.
    exchange.callOff(new Fault('client_left', 'The run went on without this answer.'))
    await answered
  }
}

function endOf(
  { id: request, route }: Pick<ModelExchange, 'id' | 'route'>,
  reply: Reply,
  { model, finish }: { readonly model: string; readonly finish: string },
) {
  const tokens = reply.tokens()
  return {
    request,
    model: reply.model ?? model,
    target: reply.target,
    zone: reply.zone,
    class: reply.class,
    rule: route?.rule ?? null,
    because: [...(route?.because ?? [])],
    masked: reply.masked,
    usage: { input: tokens?.input ?? 0, output: tokens?.output ?? 0 },
    finish,
  }
}

const bodyOf = (
  model: string,
  { messages, tools, beside: { images, given } }: ModelCall & { readonly beside: Beside },
  collections: readonly string[] | null,
) => ({
  model,
  messages: messages.map((message) => inChat(message, images)),
  stream: true,
  stream_options: { include_usage: true },
  ...(tools.length > 0 && { tools: tools.map((tool) => toolInChat(tool)) }),
  ...((collections !== null || given.length > 0) && {
    freehold: { ...(collections !== null && { collections }), ...(given.length > 0 && { given }) },
  }),
})

function inChat(message: ModelMessage, images: Beside['images']): object {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.call, content: message.text }
  const { role, text } = message
  const shown = message.role === 'user' ? shownIn(message, images) : []
  if (shown.length > 0) return { role, content: [...shown, { type: 'text', text }] }
  if (message.role !== 'assistant' || message.calls.length === 0) return { role, content: text }
  const calls = message.calls.map(({ id, name, arguments: said }) => ({
    id,
    type: 'function',
    function: { name, arguments: said },
  }))
  return { role, content: text === '' ? null : text, tool_calls: calls }
}

const shownIn = (
  { attached = [] }: Extract<ModelMessage, { readonly role: 'system' | 'user' }>,
  images: Beside['images'],
): object[] =>
  attached.flatMap(({ id }) => {
    const image = images.get(id)
    if (image === undefined) return []
    const url = `data:${image.mediaType};base64,${image.bytes.toString('base64')}`
    return [{ type: 'image_url', image_url: { url } }]
  })

const toolInChat = ({ name, description, parameters }: ModelTool): object => ({
  type: 'function',
  function: { name, description, parameters },
})

/** What comes out of an answer, no faster than it is taken. */
class Pieces {
  #waiting: ModelPiece[] = []
  #resumes: (() => void)[] = []
  #wake: (() => void) | null = null
  #isClosed = false

  push(pieces: readonly ModelPiece[]): boolean {
    this.#waiting.push(...pieces)
    this.#wake?.()
    return this.#waiting.length < MOST_WAITING
  }

  onDrain(resume: () => void): void {
    this.#resumes.push(resume)
  }

  close(): void {
    this.#isClosed = true
    this.#wake?.()
  }

  async *all(): AsyncGenerator<ModelPiece> {
    for (;;) {
      const piece = this.#waiting.shift()
      if (piece !== undefined) yield piece
      else if (this.#isClosed) return
      else {
        for (const resume of this.#resumes.splice(0)) resume()
        await new Promise<void>((resolve) => (this.#wake = resolve))
        this.#wake = null
      }
    }
  }
}
