import type { Caller } from '../../identity/caller.ts'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { Fault } from '../../kernel/fault.ts'
import { TurnoverMap } from '../../kernel/turnover-map.ts'
import type { Left } from './egress-batch.ts'
import { EgressBatch } from './egress-batch.ts'
import { PagedBytes, Pages } from './paged-bytes.ts'

/** Larger bodies are not kept. */
const MOST_BYTES = 4 * 1024 * 1024
/** All that may wait for the database; what comes on top of it is not kept. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024
const FLUSH_MS = 500
/** When so much waits nobody waits for the time. */
const FLUSH_BYTES = 4 * 1024 * 1024
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
  readonly write: (batch: EgressBatch) => Promise<void>
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
  readonly #pages = new Pages()
  readonly #open = new TurnoverMap<OpenCall, null>()
  #filling = new Map<Caller['tenant'], EgressBatch>()
  #full: EgressBatch[] = []
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
    const open = new OpenCall({ ...call, atMs: nowMs() }, new PagedBytes(this.#pages), (left) => {
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
    this.#batchFor(left.tenant, bytes).add(left)
    if (this.#waitingBytes >= FLUSH_BYTES) {
      this.#waitingBytes = 0
      return void this.flush()
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      void this.flush()
    }, FLUSH_MS).unref()
  }

  #batchFor(tenant: Caller['tenant'], bytes: number): EgressBatch {
    const filling = this.#filling.get(tenant)
    if (filling?.takes(bytes)) return filling
    if (filling !== undefined) this.#full.push(filling)
    const next = new EgressBatch(tenant, this.#pages)
    this.#filling.set(tenant, next)
    return next
  }

  async #write(): Promise<void> {
    const batches = [...this.#full, ...this.#filling.values()]
    this.#full = []
    this.#filling = new Map()
    this.#waitingBytes = 0
    for (const batch of batches) {
      try {
        await this.#options.write(batch)
      } catch {
        // Told as a figure: what the database says may quote what it was given.
        this.#options.lost(batch.calls.length, 'failed')
      } finally {
        this.#bytes -= batch.weight
        batch.release()
      }
    }
  }
}

const bytesOf = ({ outbound, inbound }: Left): number =>
  outbound.length + (inbound ?? []).reduce((sum, { length }) => sum + length, 0)

class OpenCall implements Leaving {
  readonly #call: Omit<Left, 'inbound'>
  readonly #streamed: PagedBytes
  readonly #done: (left: Left) => void
  #inbound: readonly Buffer[] | null = null
  #isOver = false

  constructor(call: Omit<Left, 'inbound'>, streamed: PagedBytes, done: (left: Left) => void) {
    this.#call = call
    this.#streamed = streamed
    this.#done = done
  }

  answered(body: Buffer | LiveBody): Buffer | LiveBody {
    if (Buffer.isBuffer(body)) {
      this.#inbound = body.length > MOST_BYTES ? null : [body]
      this.over()
      return body
    }
    return new SeenBody(body, {
      came: (piece) => void (this.#isOver || this.#streamed.add(piece)),
      over: (isWhole) => {
        if (!this.#isOver) this.#inbound = isWhole ? this.#streamed.pieces : null
        this.over()
      },
    })
  }

  over(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#done({ ...this.#call, inbound: this.#inbound })
    this.#streamed.release()
  }
}

interface Seeing {
  readonly came: (piece: Buffer) => void
  /** `isWhole`: all that came was handed over. */
  readonly over: (isWhole: boolean) => void
}

/** A stream that passes by unchanged, and of which a copy is kept. */
class SeenBody implements LiveBody {
  readonly #from: LiveBody
  readonly #seeing: Seeing
  #bytes = 0

  constructor(from: LiveBody, seeing: Seeing) {
    this.#from = from
    this.#seeing = seeing
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
          if (this.#bytes <= MOST_BYTES) this.#seeing.came(piece)
          return sink.write(piece)
        },
        onDrain: (resume) => sink.onDrain(resume),
        end: () => sink.end(),
      })
    } finally {
      this.#seeing.over(this.#bytes <= MOST_BYTES)
    }
  }
}
