import { errorFrom, fieldsOf, FreeholdError } from './error.ts'
import type { NumberedEvent } from './follow.ts'
import type { RunEvent } from './runs.ts'
import type { RunNotice } from './generated/types.ts'

interface SocketWish {
  /** `wss://…/api/ws` */
  readonly address: string
  /** Browsers can send no header with a WebSocket. */
  readonly key: string | null
  readonly run: string
  readonly after: number
  readonly signal: AbortSignal
  /** A connection on which nothing comes for this long is taken for lost. */
  readonly silenceMs: number
}

/** The events of one run over a WebSocket, until they end or the connection does. */
export async function* socketEvents(wish: SocketWish): AsyncGenerator<NumberedEvent<RunEvent> | 'ended'> {
  const { run, after, signal } = wish
  const protocols = wish.key === null ? ['freehold'] : ['freehold', `openai-insecure-api-key.${wish.key}`]
  const socket = new WebSocket(wish.address, protocols)
  const inbox = createInbox()
  const lost = (why: string): void => inbox.fail(new FreeholdError('broken_stream', why))
  const leave = (): void => inbox.fail(signal.reason)
  let heardMs = performance.now()
  const pulse = setInterval(() => {
    if (performance.now() - heardMs > wish.silenceMs) lost(`Nothing came for ${wish.silenceMs} ms.`)
    else if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}')
  }, wish.silenceMs / 3)
  signal.addEventListener('abort', leave)
  socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'subscribe', run, after })))
  socket.addEventListener('message', ({ data }) => {
    heardMs = performance.now()
    inbox.put(String(data))
  })
  socket.addEventListener('error', () =>
    inbox.fail(new FreeholdError('unreachable', `No WebSocket could be opened or kept at ${wish.address}.`)),
  )
  socket.addEventListener('close', ({ code }) => lost(`The connection was closed (${code}).`))
  try {
    signal.throwIfAborted()
    for (;;) {
      const notice = noticeIn(await inbox.take())
      if (notice === null || ('run' in notice && notice.run !== null && notice.run !== run)) continue
      if (notice.type === 'event') yield { seq: notice.seq, event: notice.event as RunEvent }
      if (notice.type === 'error') throw errorFrom(notice)
      if (notice.type !== 'ended') continue
      yield 'ended'
      return
    }
  } finally {
    clearInterval(pulse)
    signal.removeEventListener('abort', leave)
    socket.close()
  }
}

function noticeIn(text: string): RunNotice | null {
  try {
    // The contract says what the server sends here; a type that is newer than this client is passed over.
    return fieldsOf(JSON.parse(text)) as RunNotice | null
  } catch (cause) {
    throw new FreeholdError('broken_stream', 'A message of the server cannot be read.', { cause })
  }
}

/** Messages wait here for whoever reads them; a failure comes after those that arrived before it. */
function createInbox(): { put(text: string): void; fail(error: unknown): void; take(): Promise<string> } {
  const waiting: string[] = []
  let failure: { readonly error: unknown } | null = null
  let wake = (): void => {}
  return {
    put(text) {
      waiting.push(text)
      wake()
    },
    fail(error) {
      failure ??= { error }
      wake()
    },
    async take() {
      for (;;) {
        const text = waiting.shift()
        if (text !== undefined) return text
        if (failure !== null) throw failure.error
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
