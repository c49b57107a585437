import type { IncomingHttpHeaders } from 'node:http'
import type { Assistant } from '../assistant/assistant.ts'
import type { RunEvent } from '../assistant/feed.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { TextAnswer, TextStream } from './text-answer.ts'

interface Following {
  readonly caller: Caller
  readonly params: { readonly id: string }
  readonly query: { readonly after?: number | undefined }
  readonly asking: { readonly headers: IncomingHttpHeaders }
  readonly header: (name: string, value: string) => void
}

const TYPE = 'text/event-stream; charset=utf-8'
/** Events that wait for the client; the feed waits as well then. */
const MOST_WAITING = 100
/** A proxy may take a longer silence for the end. */
const SILENCE_MS = 15_000

/** The events of a run as server-sent events (WHATWG HTML section 9.2); `id` is their number. */
export async function runEventStream(
  assistant: Assistant,
  { caller, params, query, asking, header }: Following,
): Promise<TextStream | TextAnswer> {
  const after = query.after ?? lastEventId(asking.headers)
  const run = await assistant.run(caller, params.id)
  const isOver = run.state !== 'running' && run.state !== 'waiting'
  // A browser comes back after every end; this status tells it that there is nothing to come back for.
  if (isOver && after >= run.lastSeq) return new TextAnswer(TYPE, '', 204)
  // Proxies that gather an answer would hold the words back.
  header('x-accel-buffering', 'no')
  return new TextStream(TYPE, following(assistant, caller, { run: params.id, after }))
}

/** @throws Fault `invalid` */
function lastEventId(headers: IncomingHttpHeaders): number {
  const sent = headers['last-event-id']
  if (sent === undefined || sent === '') return 0
  if (typeof sent === 'string' && /^\d{1,9}$/.test(sent)) return Number(sent)
  throw new Fault('invalid', 'last-event-id: must be the number of an event.', { param: 'last-event-id' })
}

async function* following(
  assistant: Assistant,
  caller: Caller,
  wish: { readonly run: string; readonly after: number },
): AsyncGenerator<string> {
  const waiting: RunEvent[] = []
  const state = { isOver: false, wake: (): void => {}, resume: (): void => {} }
  const leave = await assistant.follow(caller, wish, {
    tell(event) {
      waiting.push(event)
      state.wake()
      return waiting.length < MOST_WAITING
    },
    onDrain: (resume) => void (state.resume = resume),
    end() {
      state.isOver = true
      state.wake()
    },
  })
  try {
    // The head goes out with the first bytes.
    yield ': following\n\n'
    for (;;) {
      const next = waiting.splice(0)
      if (next.length > 0) {
        yield next.map((event) => asText(event)).join('')
        state.resume()
      } else if (state.isOver) return
      else if (!(await awoken(state))) yield ': still here\n\n'
    }
  } finally {
    leave()
  }
}

/** False: nothing came for a while. */
function awoken(state: { wake: () => void }): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), SILENCE_MS)
    state.wake = () => {
      clearTimeout(timer)
      resolve(true)
    }
  })
}

const asText = ({ seq, event }: RunEvent): string =>
  `id: ${seq}\nevent: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`
