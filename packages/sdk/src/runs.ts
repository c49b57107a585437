import { fillPath, withQuery } from './address.ts'
import { FreeholdError } from './error.ts'
import type { Followed, FollowOptions, NumberedEvent } from './follow.ts'
import { follow } from './follow.ts'
import { socketEvents } from './run-socket.ts'
import { readEvents } from './sse.ts'
import type { Transport } from './transport.ts'

/** What happened in a run; its type says which other fields it has. */
export interface RunEvent {
  type: string
  [field: string]: unknown
}

export interface FollowRunOptions extends FollowOptions {
  /** Server-sent events unless told otherwise; a WebSocket needs the session of a browser, or a key that is a text. */
  readonly over?: 'events' | 'websocket' | undefined
  /** A connection on which not even a sign of life comes for this long is taken for lost. */
  readonly silenceMs?: number | undefined
}

/** Behind one of these nothing comes, or only when somebody continues the run. */
const ENDS = new Set(['run.completed', 'run.stopped', 'run.failed', 'run.interrupted'])
const OPEN = new Set(['running', 'waiting'])
const SILENCE_MS = 45_000

interface RunsOptions {
  readonly transport: Transport
  readonly key: string | null
}

/** Follows what happens in a run, wherever it runs, until it ends. */
export function followRun(
  { transport, key }: RunsOptions,
  run: string,
  { over = 'events', silenceMs = SILENCE_MS, ...options }: FollowRunOptions,
): AsyncGenerator<NumberedEvent<RunEvent>> {
  const followed: Followed<RunEvent> = {
    connect: (after, signal) =>
      over === 'websocket'
        ? socketEvents({
            address: `${transport.base}/api/ws`.replace(/^http/, 'ws'),
            key,
            run,
            after,
            signal,
            silenceMs,
          })
        : streamedEvents(transport, { run, after, signal, silenceMs }),
    async isOver(last) {
      if (last !== null && ENDS.has(last.type)) return true
      const row = { method: 'GET', path: '/api/runs/{id}' } as const
      const wish = { row, path: fillPath(row.path, { id: run }) }
      const answered = await transport.exchange(wish, options, (response) => response.json())
      // What the operation `run.read` answers.
      return !OPEN.has((answered as { readonly state: string }).state)
    },
  }
  return follow(followed, options)
}

interface StreamWish {
  readonly run: string
  readonly after: number
  readonly signal: AbortSignal
  readonly silenceMs: number
}

async function* streamedEvents(
  transport: Transport,
  { run, after, signal, silenceMs }: StreamWish,
): AsyncGenerator<NumberedEvent<RunEvent> | 'ended'> {
  const row = { method: 'GET', path: '/api/runs/{id}/events' } as const
  const wish = {
    row,
    path: withQuery(fillPath(row.path, { id: run }), { after }),
    headers: { accept: 'text/event-stream' },
  }
  // Whoever follows tries again by itself.
  const response = await transport.exchange(wish, { signal, retries: 0 }, async (answered) => answered)
  for await (const { event, data, id } of readEvents(response, { silenceMs })) {
    if (event === 'ended') yield 'ended'
    else if (/^[1-9]\d*$/.test(id)) yield { seq: Number(id), event: parsed(data) }
  }
  yield 'ended'
}

function parsed(data: string): RunEvent {
  try {
    // What the contract says of events.
    return JSON.parse(data) as RunEvent
  } catch (cause) {
    throw new FreeholdError('broken_stream', 'An event of the run cannot be read.', { cause })
  }
}
