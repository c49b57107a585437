import type { RunMessage, RunNotice } from '@freehold/contract/sockets.ts'
import { runMessage } from '@freehold/contract/sockets.ts'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import type { Session, Wire } from '../../gateway/socket/wire.ts'
import type { Caller } from '../../identity/caller.ts'
import { errorResponse, Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import { parseInput, parseJson } from '../../kernel/input.ts'

/** One thing that happened in a run; `seq` grows by one from 1. */
export interface RunEvent {
  readonly seq: number
  readonly event: Readonly<Record<string, unknown>>
}

/** Takes what happens in a run. */
export interface RunSink {
  /** False: not so fast, `onDrain` tells when to go on. */
  tell(event: RunEvent): boolean
  onDrain(resume: () => void): void
  /** No event comes any more. */
  end(): void
}

/** Where runs can be followed: the port that the assistant fills. */
export interface RunEvents {
  /**
   * Tells every event behind the number `after`, those of the past first, until what is returned is called.
   * @throws Fault `not_found` for a run that is not the caller's
   */
  subscribe(caller: Caller, wish: { readonly run: string; readonly after: number }, sink: RunSink): () => void
}

/** There are no runs. */
export const NO_RUNS: RunEvents = {
  subscribe() {
    throw new Fault('not_found', 'There is no such run.', { param: 'run' })
  },
}

interface RunSessionOptions {
  readonly events: RunEvents
  readonly caller: Caller
  readonly onBug: (request: string, error: unknown) => void
}

const MOST_SUBSCRIPTIONS = 20

/** Follows runs over a WebSocket. */
export class RunSession implements Session {
  readonly #wire: Wire
  readonly #options: RunSessionOptions
  /** What ends each subscription, by run. */
  readonly #subscriptions = new Map<string, () => void>()

  constructor(wire: Wire, options: RunSessionOptions) {
    this.#wire = wire
    this.#options = options
  }

  get isBusy(): boolean {
    return this.#subscriptions.size > 0
  }

  message(bytes: Buffer): void {
    // Whoever asks without reading the answers is not answered without end.
    if (this.#wire.isFull) return this.#wire.close(1008, 'the answers are not read')
    let run: string | null = null
    try {
      const message = parseInput(runMessage, parseJson(bytes))
      run = 'run' in message ? message.run : null
      this.#heed(message)
    } catch (error) {
      const id = requestId()
      if (!(error instanceof Fault)) this.#options.onBug(id, error)
      const said: FaultBody = JSON.parse(errorResponse(error, id).body.toString())
      this.#send({ type: 'error', run, error: said.error })
    }
  }

  /** A run goes on without its watchers, so none is waited for. */
  stop(): void {
    this.left()
  }

  left(): void {
    for (const end of this.#subscriptions.values()) end()
    this.#subscriptions.clear()
  }

  #heed(message: RunMessage): void {
    if (message.type === 'ping') return this.#send({ type: 'pong' })
    const { run } = message
    this.#subscriptions.get(run)?.()
    this.#subscriptions.delete(run)
    if (message.type === 'unsubscribe') return
    if (this.#subscriptions.size >= MOST_SUBSCRIPTIONS)
      throw new Fault('too_many', `One connection follows at most ${MOST_SUBSCRIPTIONS} runs.`, {
        param: 'run',
      })
    this.#subscribe(run, message.after ?? 0)
  }

  #subscribe(run: string, after: number): void {
    const { events, caller } = this.#options
    // What the port tells while it subscribes must not overtake the word that it did.
    const early: RunNotice[] = []
    let tell = (notice: RunNotice): void => void early.push(notice)
    const end = events.subscribe(
      caller,
      { run, after },
      {
        tell: ({ seq, event }) => {
          tell({ type: 'event', run, seq, event })
          return !this.#wire.isFull
        },
        onDrain: (resume) => this.#wire.onDrain(resume),
        end: () => {
          this.#subscriptions.delete(run)
          tell({ type: 'ended', run })
        },
      },
    )
    this.#subscriptions.set(run, end)
    this.#send({ type: 'subscribed', run })
    tell = (notice) => this.#send(notice)
    for (const notice of early) tell(notice)
    if (early.some(({ type }) => type === 'ended')) this.#subscriptions.delete(run)
  }

  #send(notice: RunNotice): void {
    this.#wire.send(JSON.stringify(notice))
  }
}
