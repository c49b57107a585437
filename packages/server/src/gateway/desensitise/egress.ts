import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Caller } from '../../identity/caller.ts'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { Fault } from '../../kernel/fault.ts'
import { TurnoverMap } from '../../kernel/turnover-map.ts'

/** Larger bodies are not kept. */
const MOST_BYTES = 4 * 1024 * 1024
/** All that may wait for the database; what comes on top of it is not kept. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024
const FLUSH_MS = 250
/** When so much waits nobody waits for the time. */
const FLUSH_BYTES = 4 * 1024 * 1024
/** Of one batch; a call that is larger is one by itself. */
const BATCH_BYTES = 1024 * 1024
const BATCH_CALLS = 500

export type Surrogate = readonly [type: EntityType, surrogate: string]

/** One call of a managed target, as it went over the wire. */
export interface Left {
  readonly tenant: Caller['tenant']
  readonly principal: string
  readonly request: string
  readonly target: string
  readonly atMs: number
  readonly path: string
  readonly outbound: Buffer
  /** Made-up values that may stand in it, by which nobody could tell that anything was replaced. */
  readonly surrogates: readonly Surrogate[]
  /** Null: nothing came back, or more than is kept. */
  readonly inbound: readonly Buffer[] | null
}

/** One call that is under way. */
export interface Leaving {
  /** Takes note of what comes back, as it passes. */
  answered(body: Buffer | LiveBody): Buffer | LiveBody
  /** Nothing comes any more. */
  over(): void
}

export interface EgressOptions {
  /** Off, nothing is kept. */
  readonly isKept: () => boolean
  /** Durable when it resolves. */
  readonly write: (calls: readonly Left[]) => Promise<void>
  readonly nowMs: () => number
  /** Calls of which nothing is kept. */
  readonly lost: (calls: number, reason: 'size' | 'full' | 'failed') => void
}

/**
 * Keeps what left for managed targets. No request waits for it: that something left stands in its record, and what it
 * was follows within a second.
 */
export class Egress {
  readonly #options: EgressOptions
  readonly #open = new TurnoverMap<OpenCall, null>()
  #waiting: Left[] = []
  /** Of what waits, and of what is being written. */
  #bytes = 0
  /** Of what came since the last writing began. */
  #waitingBytes = 0
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(options: EgressOptions) {
    this.#options = options
  }

  /** Null where nothing is kept. */
  begin(call: Omit<Left, 'inbound' | 'atMs'>): Leaving | null {
    const { isKept, nowMs, lost } = this.#options
    if (!isKept()) return null
    if (call.outbound.length > MOST_BYTES) {
      lost(1, 'size')
      return null
    }
    const open = new OpenCall({ ...call, atMs: nowMs() }, (left) => {
      this.#open.delete(open)
      this.#take(left)
    })
    this.#open.set(open, null)
    return open
  }

  /** What was taken so far is in the database when it resolves, or counted as lost. */
  async flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    await this.#writing
  }

  async close(): Promise<void> {
    for (const one of this.#open.keys()) one.over()
    await this.flush()
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #take(left: Left): void {
    const bytes = bytesOf(left)
    if (this.#bytes + bytes > MOST_WAITING_BYTES) return this.#options.lost(1, 'full')
    this.#bytes += bytes
    this.#waitingBytes += bytes
    this.#waiting.push(left)
    if (this.#waitingBytes >= FLUSH_BYTES) {
      this.#waitingBytes = 0
      return void this.flush()
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      void this.flush()
    }, FLUSH_MS).unref()
  }

  async #write(): Promise<void> {
    const batches = batchesOf(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    // What was written is not held until all is.
    for (let some = batches.shift(); some !== undefined; some = batches.shift()) {
      try {
        await this.#options.write(some)
      } catch {
        // Told as a figure: what the database says may quote what it was given.
        this.#options.lost(some.length, 'failed')
      } finally {
        this.#bytes -= some.reduce((sum, left) => sum + bytesOf(left), 0)
      }
    }
  }
}

const bytesOf = ({ outbound, inbound }: Left): number =>
  outbound.length + (inbound ?? []).reduce((sum, { length }) => sum + length, 0)

function batchesOf(all: readonly Left[]): Left[][] {
  const batches: Left[][] = []
  let bytes = Infinity
  for (const left of all) {
    bytes += bytesOf(left)
    const last = batches.at(-1)
    if (last !== undefined && bytes <= BATCH_BYTES && last.length < BATCH_CALLS) last.push(left)
    else {
      batches.push([left])
      bytes = bytesOf(left)
    }
  }
  return batches
}

class OpenCall implements Leaving {
  readonly #call: Omit<Left, 'inbound'>
  readonly #done: (left: Left) => void
  #inbound: readonly Buffer[] | null = null
  #isOver = false

  constructor(call: Omit<Left, 'inbound'>, done: (left: Left) => void) {
    this.#call = call
    this.#done = done
  }

  answered(body: Buffer | LiveBody): Buffer | LiveBody {
    if (Buffer.isBuffer(body)) {
      this.#inbound = body.length > MOST_BYTES ? null : [body]
      this.over()
      return body
    }
    return new SeenBody(body, (pieces) => {
      this.#inbound = pieces
      this.over()
    })
  }

  over(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#done({ ...this.#call, inbound: this.#inbound })
  }
}

/** A stream that passes by unchanged, and of which a copy is kept. */
class SeenBody implements LiveBody {
  readonly #from: LiveBody
  readonly #over: (pieces: readonly Buffer[] | null) => void
  #pieces: Buffer[] | null = []
  #bytes = 0

  constructor(from: LiveBody, over: (pieces: readonly Buffer[] | null) => void) {
    this.#from = from
    this.#over = over
  }

  get watch(): StreamWatch | null {
    return this.#from.watch
  }

  abort(reason: Fault): void {
    this.#from.abort(reason)
  }

  async forward(sink: Sink): Promise<void> {
    try {
      await this.#from.forward({
        write: (piece) => {
          this.#bytes += piece.length
          if (this.#bytes > MOST_BYTES) this.#pieces = null
          this.#pieces?.push(piece)
          return sink.write(piece)
        },
        onDrain: (resume) => sink.onDrain(resume),
        end: () => sink.end(),
      })
    } finally {
      this.#over(this.#pieces)
    }
  }
}
