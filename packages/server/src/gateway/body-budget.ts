import type { IncomingMessage, ServerResponse } from 'node:http'
import { Fault } from '../kernel/fault.ts'

/** What all request bodies together may take up at one time. */
const IN_FLIGHT_BYTES = 256 * 1024 * 1024
/** Bodies up to this size are not counted: those that need no caller must not be able to keep callers out. */
const SMALL_BYTES = 64 * 1024

/** Keeps what is held in memory of request bodies within bounds, however many come at once. */
export class BodyBudget {
  readonly #limitBytes: number
  #heldBytes = 0

  constructor(limitBytes = IN_FLIGHT_BYTES) {
    this.#limitBytes = limitBytes
  }

  /**
   * Counts the body of a request until it has been answered: by its declared length, or by `mostBytes` where it
   * declares none. To be asked before a byte of it is read.
   * @throws Fault `too_many`
   */
  hold(request: Pick<IncomingMessage, 'headers'>, response: ServerResponse, mostBytes: number): void {
    const declared = request.headers['content-length']
    const hasBody = declared !== undefined || request.headers['transfer-encoding'] !== undefined
    const bytes = hasBody ? Math.min(Number(declared ?? mostBytes), mostBytes) : 0
    if (bytes <= SMALL_BYTES || response.destroyed) return
    this.#take(bytes)
    response.once('close', () => (this.#heldBytes -= bytes))
  }

  /** Counts what comes outside a request body; returns what gives it back, once. @throws Fault `too_many` */
  take(bytes: number): () => void {
    let held = bytes <= SMALL_BYTES ? 0 : bytes
    if (held > 0) this.#take(held)
    return () => {
      this.#heldBytes -= held
      held = 0
    }
  }

  #take(bytes: number): void {
    if (this.#heldBytes + bytes > this.#limitBytes) {
      throw new Fault(
        'too_many',
        'Too many large requests are under way here. Send this one again in a moment.',
        {
          retryAfterS: 2,
        },
      )
    }
    this.#heldBytes += bytes
  }
}
