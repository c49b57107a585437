import type { RunMessage, RunNotice } from '@freehold/contract/sockets.ts'
import { runMessage } from '@freehold/contract/sockets.ts'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import type { RunSink } from '../../assistant/feed.ts'
import type { Session, Wire } from '../../gateway/socket/wire.ts'
import type { Caller } from '../../identity/caller.ts'
import { errorResponse, Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import { parseInput, parseJson } from '../../kernel/input.ts'

/** Where runs can be followed. */
export interface RunEvents {
  /**
   * Tells every event behind the number `after`, those of the past first, until what is returned is called.
   * @throws Fault `not_found` for a run that is not the caller's
   */
  follow(
    caller: Caller,
    wish: { readonly run: string; readonly after: number },
    sink: RunSink,
  ): Promise<() => void>
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
      this.#refuse(run, error)
    }
  }

  #refuse(run: string | null, error: unknown): void {
    const id = requestId()
    if (!(error instanceof Fault)) this.#options.onBug(id, error)
    const said: FaultBody = JSON.parse(errorResponse(error, id).body.toString())
    this.#send({ type: 'error', run, error: said.error })
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
    void this.#subscribe(run, message.after ?? 0)
  }

  async #subscribe(run: string, after: number): Promise<void> {
    const { events, caller } = this.#options
    // What is told while it is found out whose run it is must not overtake the word that it is this caller's.
    const early: RunNotice[] = []
    const state = {
      isLeft: false,
      end: (): void => {},
      tell: (notice: RunNotice): void => void early.push(notice),
    }
    const leave = (): void => {
      state.isLeft = true
      state.end()
    }
    const forget = (): void => {
      if (this.#subscriptions.get(run) === leave) this.#subscriptions.delete(run)
    }
    this.#subscriptions.set(run, leave)
    try {
      const sink: RunSink = {
        tell: ({ seq, event }) => {
          state.tell({ type: 'event', run, seq, event })
          return !this.#wire.isFull
        },
        onDrain: (resume) => this.#wire.onDrain(resume),
        end: () => {
          forget()
          state.tell({ type: 'ended', run })
        },
      }
      state.end = await events.follow(caller, { run, after }, sink)
      if (state.isLeft) return state.end()
      this.#send({ type: 'subscribed', run })
      state.tell = (notice) => this.#send(notice)
      for (const notice of early) this.#send(notice)
    } catch (error) {
      forget()
      if (!state.isLeft) this.#refuse(run, error)
    }
  }

  #send(notice: RunNotice): void {
    this.#wire.send(JSON.stringify(notice))
  }
}
