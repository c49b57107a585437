import { once } from 'node:events'
import { WebSocket } from 'ws'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { REALTIME_TYPES } from '@freehold/contract/realtime.ts'
import type { SocketOperationId } from '@freehold/contract/socket-operations.ts'
import { runMessage } from '@freehold/contract/sockets.ts'
import type { Attack } from './isolation-attacks.ts'
import { Draw } from './isolation-attacks.ts'
import { foreignIn } from './isolation-foreign.ts'
import type { Isolation } from './isolation-house.ts'
import type { Row } from './isolation-matrix.ts'
import type { Headers } from './operation-ground.ts'

/** The messages of each WebSocket by type, and a message whose answer shows that all before it were answered. */
interface Kind {
  readonly operation: SocketOperationId
  readonly query: string
  readonly types: readonly string[]
  readonly last: (mark: string) => object
}

const KINDS: readonly Kind[] = [
  {
    operation: 'responses.connect',
    query: '',
    types: ['response.create', 'response.cancel'],
    last: (mark) => ({ type: 'response.create', stream_id: mark }),
  },
  {
    operation: 'realtime.connect',
    query: '?model=speech',
    types: REALTIME_TYPES,
    last: (mark) => ({ type: 'session.update', session: { type: 'realtime', instructions: mark } }),
  },
  {
    operation: 'runs.connect',
    query: '',
    types: runMessage.options.map(({ shape }) => shape.type.value),
    last: (mark) => ({ type: 'subscribe', run: mark }),
  },
]

/** What a message of this type says of what is somebody else's. */
const saying = (type: string, id: string): object => ({
  type,
  ...(type === 'response.create' && { model: 'extract-1', input: 'Which bird sings at dawn?' }),
  ...(type === 'session.update' && { session: { type: 'realtime', instructions: id } }),
  ...(type === 'conversation.item.create' && { item: { id, type: 'message' }, previous_item_id: id }),
  ...(/^conversation\.item\.(?!create)/.test(type) && { item_id: id }),
  ...(type === 'conversation.item.truncate' && { content_index: 0, audio_end_ms: 0 }),
  ...(type === 'input_audio_buffer.append' && { audio: 'AAAA' }),
  ...(type.endsWith('subscribe') && { run: id }),
})

/** Every message of every WebSocket, by everybody. */
export function socketRows(all: Isolation, seed: number): readonly Row[] {
  const lines = new Lines(all)
  return KINDS.flatMap((kind) =>
    kind.types.map((type) => ({
      id: `${kind.operation} ${type}`,
      isReading: true,
      tried: (attack, turn) => tried(all, lines, { kind, type, attack, turn, seed }),
    })),
  )
}

/** Longer than anything takes: an answer that does not come is a fault of its own. */
const PATIENCE_MS = 60_000

interface Wish {
  readonly kind: Kind
  readonly type: string
  readonly attack: Attack
  readonly turn: number
  readonly seed: number
}

const COMES_IN: ReadonlySet<string> = new Set(['key', 'session', 'insider', 'fallen'])

async function tried(all: Isolation, lines: Lines, wish: Wish): Promise<readonly string[]> {
  const { kind, type, attack, turn, seed } = wish
  const draw = new Draw(seed, `${kind.operation} ${type} ${attack.name} ${turn}`)
  const credentials = all.credentials[attack.by]
  const credential = credentials[turn % credentials.length] ?? {}
  const extra = attack.headers?.(all, draw) ?? {}
  const call = {
    method: 'GET',
    path: OPERATIONS[kind.operation].path + kind.query,
    body: message(all, wish, draw),
  }
  const bent = attack.bent && turn % 2 === 0 ? attack.bent(call, all, draw) : call
  const mark = crypto.randomUUID()
  const messages = [bent.body ?? call.body, kind.last(mark)].map((one) => JSON.stringify(one))
  const headers = { ...credential, ...extra, origin: all.ground.house.url }
  const sent = [...messages, bent.path, JSON.stringify(headers), ...draw.asked].join('\n')
  const { text, earlier } = COMES_IN.has(attack.by)
    ? await lines.say(bent.path, headers, { messages, mark })
    : { text: await pushed(all, bent.path, headers, messages), earlier: '' }
  return foreignIn(text, all.foreign[attack.seen], sent + earlier)
}

function message(all: Isolation, { kind, type, turn }: Wish, draw: Draw): object {
  const said = saying(type, draw.id(all))
  if (turn === 0) return said
  return {
    ...said,
    ...(kind.operation === 'responses.connect' &&
      type === 'response.create' && {
        model: draw.pick(['extract-1', 'house', 'claude', 'far'], 'house'),
        ...(draw.chance(0.5) && { previous_response_id: draw.id(all) }),
        ...(draw.chance(0.3) && { conversation: draw.id(all) }),
        ...(draw.chance(0.3) && {
          freehold: {
            collections: [draw.pick([all.shelves.open, all.shelves.closed], all.shelves.closed).collection],
          },
        }),
      }),
    ...(kind.operation === 'realtime.connect' && draw.chance(0.3) && { event_id: draw.id(all) }),
    ...(draw.chance(0.1) && { after: draw.below(9) }),
  }
}

/** Handshake and messages at once, before anybody has said whether they are wanted. */
async function pushed(
  all: Isolation,
  path: string,
  headers: Headers,
  messages: readonly string[],
): Promise<string> {
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  const { text } = await all.wires.say({
    method: 'GET',
    path,
    headers: Object.entries({ ...handshake, ...headers }),
    following: Buffer.concat(messages.map(frameOf)),
  })
  return text
}

/** A text frame of a client (RFC 6455 section 5.2), masked with nothing. */
function frameOf(text: string): Buffer {
  const bytes = Buffer.from(text)
  const head =
    bytes.length < 126
      ? Buffer.from([0x81, 0x80 | bytes.length])
      : Buffer.from([0x81, 0x80 | 126, bytes.length >> 8, bytes.length & 0xff])
  return Buffer.concat([head, Buffer.alloc(4), bytes])
}

/** Open connections by who opened them, each with one message at a time. */
class Lines {
  readonly #all: Isolation
  readonly #idle = new Map<string, WebSocket[]>()
  /** What was sent on a connection before: whoever follows a run may be answered after the next message. */
  readonly #earlier = new WeakMap<WebSocket, string>()

  constructor(all: Isolation) {
    this.#all = all
  }

  /** All that was heard until the mark came back, or the connection ended. */
  async say(
    path: string,
    headers: Headers,
    { messages, mark }: { messages: readonly string[]; mark: string },
  ): Promise<{ readonly text: string; readonly earlier: string }> {
    const whose = JSON.stringify([path, headers])
    const kept = this.#idle.get(whose)?.pop()
    const { ws, head } =
      kept?.readyState === WebSocket.OPEN ? { ws: kept, head: '' } : await this.#open(path, headers)
    if (ws === null) return { text: head, earlier: '' }
    const earlier = this.#earlier.get(ws) ?? ''
    this.#earlier.set(ws, earlier + messages.join('\n'))
    let text = head
    const over = Promise.withResolvers<void>()
    const take = (data: Buffer): void => {
      text += data.toString()
      if (text.includes(mark)) over.resolve()
    }
    const ended = (): void => over.resolve()
    ws.on('message', take).once('close', ended)
    for (const one of messages) ws.send(one)
    if (ws.readyState !== WebSocket.OPEN) ended()
    const late = setTimeout(
      () => over.reject(new Error(`no answer to ${messages.join(' ')}, but ${text}`)),
      PATIENCE_MS,
    )
    await over.promise.finally(() => clearTimeout(late))
    ws.off('message', take).off('close', ended)
    const idle = this.#idle.get(whose) ?? []
    // Whoever says something else of themselves each time comes only once.
    if (idle.length < 4 && this.#idle.size < 64) this.#idle.set(whose, [...idle, ws])
    else ws.terminate()
    return { text, earlier }
  }

  async #open(path: string, headers: Headers): Promise<{ ws: WebSocket | null; head: string }> {
    const ws = new WebSocket(this.#all.ground.house.url.replace(/^http/, 'ws') + path, { headers })
    let head = ''
    ws.on('error', () => {})
    ws.once('upgrade', ({ rawHeaders }) => (head += JSON.stringify(rawHeaders)))
    const refused = Promise.withResolvers<void>()
    ws.once('unexpected-response', async (request, response) => {
      head += `${response.statusCode} ${JSON.stringify(response.rawHeaders)}\n`
      for await (const part of response) head += String(part)
      request.destroy()
      refused.resolve()
    })
    ws.once('close', () => refused.resolve())
    await Promise.race([once(ws, 'open'), refused.promise])
    return { ws: ws.readyState === WebSocket.OPEN ? ws : null, head }
  }
}
