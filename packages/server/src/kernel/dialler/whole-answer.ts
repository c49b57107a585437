import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Line, LineRequest } from './dialler.ts'

/** An answer that was held until it was whole. */
export interface WholeAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What one call may take. */
export interface CallBounds {
  /** From the call to the head of the answer: connecting and sending included. */
  readonly answerMs: number
  /** Between two pieces of the answer. */
  readonly idleMs: number
  /** From the call to the end of the answer; absent: as long as pieces come. */
  readonly totalMs?: number
  readonly mostBytes: number
  /** Ends the call at once; its reason is what is thrown. */
  readonly signal?: AbortSignal
}

/** One call whose answer is held as a whole. @throws Error what went wrong on the way */
export function callOnce(line: Line, request: LineRequest, bounds: CallBounds): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    new WholeCall(line, bounds, { resolve, reject }).begin(request)
  })
}

interface Ends {
  readonly resolve: (answer: WholeAnswer) => void
  readonly reject: (error: Error) => void
}

class WholeCall implements Dispatcher.DispatchHandler {
  readonly #line: Line
  readonly #bounds: CallBounds
  readonly #ends: Ends
  readonly #pieces: Buffer[] = []
  #timer: NodeJS.Timeout | undefined
  #total: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | null = null
  #failure: Error | null = null
  #isOver = false
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #bytes = 0

  constructor(line: Line, bounds: CallBounds, ends: Ends) {
    this.#line = line
    this.#bounds = bounds
    this.#ends = ends
  }

  begin(request: LineRequest): void {
    const { signal } = this.#bounds
    signal?.throwIfAborted()
    // First, because nothing is to be released where this throws.
    this.#line.dispatch(request, this)
    if (this.#isOver) return
    signal?.addEventListener('abort', this.#aborted)
    const { answerMs, totalMs } = this.#bounds
    this.#timer = setTimeout(() => this.#fail(timedOut('did not answer')), answerMs)
    if (totalMs === undefined) return
    this.#total = setTimeout(() => this.#fail(timedOut('did not end its answer')), totalMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#failure) controller.abort(this.#failure)
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.#isOver) return
    this.#controller = controller
    this.#status = status
    this.#headers = headers
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => this.#fail(timedOut('stopped in the middle of its answer')),
      this.#bounds.idleMs,
    )
  }

  onResponseData(_: Dispatcher.DispatchController, piece: Buffer): void {
    this.#timer?.refresh()
    this.#pieces.push(piece)
    this.#bytes += piece.length
    if (this.#bytes > this.#bounds.mostBytes) this.#fail(tooLarge())
  }

  onResponseEnd(): void {
    this.#controller = null
    if (!this.#leave()) return
    const body = this.#pieces.length === 1 ? this.#pieces[0] : undefined
    this.#ends.resolve({
      status: this.#status,
      headers: this.#headers,
      body: body ?? Buffer.concat(this.#pieces, this.#bytes),
    })
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#controller = null
    this.#fail(error)
  }

  #fail(error: Error): void {
    if (!this.#leave()) return
    this.#failure = error
    this.#controller?.abort(error)
    this.#ends.reject(error)
  }

  readonly #aborted = (): void => {
    const reason: unknown = this.#bounds.signal?.reason
    this.#fail(reason instanceof Error ? reason : new Error('the call was ended', { cause: reason }))
  }

  #leave(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#bounds.signal?.removeEventListener('abort', this.#aborted)
    clearTimeout(this.#timer)
    clearTimeout(this.#total)
    this.#line.release(this)
    return true
  }
}

function timedOut(what: string): Error {
  return Object.assign(new Error(`the other side ${what} in time`), { code: 'ETIMEDOUT' })
}

const tooLarge = (): Error =>
  Object.assign(new Error('the answer is larger than what is taken'), { code: 'EMSGSIZE' })
