import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

type Handler = Required<
  Pick<
    Dispatcher.DispatchHandler,
    'onRequestStart' | 'onResponseStart' | 'onResponseData' | 'onResponseEnd' | 'onResponseError'
  >
>

/**
 * Hands on as one piece what came with one read of a socket. A target that streams fast puts many events into it, each
 * in a chunk of its own, and every piece costs as much on its way to the client as many events. Nothing waits longer
 * than until that read has been taken apart.
 */
export class GatheredReads implements Handler {
  readonly #to: Handler
  #pieces: Buffer[] = []
  #controller: Dispatcher.DispatchController | null = null

  constructor(to: Handler) {
    this.#to = to
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#to.onRequestStart(controller, context)
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void {
    this.#to.onResponseStart(controller, status, headers, message)
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#controller = controller
    if (this.#pieces.push(piece) === 1) queueMicrotask(this.#pass)
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#pass()
    this.#to.onResponseEnd(controller, trailers)
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#pass()
    this.#to.onResponseError(controller, error)
  }

  readonly #pass = (): void => {
    const [only] = this.#pieces
    if (only === undefined || this.#controller === null) return
    const whole = this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces)
    this.#pieces = []
    try {
      this.#to.onResponseData(this.#controller, whole)
    } catch (cause) {
      // As undici does with what is thrown when it calls itself.
      this.#controller.abort(cause instanceof Error ? cause : new Error('a piece was not taken', { cause }))
    }
  }
}
