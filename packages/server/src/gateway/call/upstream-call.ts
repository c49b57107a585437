import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Line } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import { broken, compressed, errorTold, faultOf, tooLarge } from './call-faults.ts'
import { GatheredReads } from './gathered-reads.ts'
import { doneIn, endedRest, endsDone, errorFieldIn, eventsIn, SseSplitter } from './sse-splitter.ts'
import type { StreamFormat } from './stream-format.ts'
import { StreamWatch } from './stream-format.ts'
import type { Watchdog, Watched } from './watchdog.ts'
import { errorAnswered, withoutMark } from './whole-json.ts'

/** What is sent. Everything that says where to is the line's. */
export interface UpstreamRequest {
  readonly line: Line
  readonly path: string
  readonly method: string
  /** Flat: name, value, name, value. */
  readonly headers: string[]
  readonly body: Buffer | null
  /** How a stream of this answer looks; null: the answer passes on as it comes, whatever it is. */
  readonly format: StreamFormat | null
  readonly timeouts: CallTimeouts
  /** Called once, when nothing of the call is under way any more; null: it ended well. */
  readonly over?: (failure: Fault | null) => void
}

/** Milliseconds. */
export interface CallTimeouts {
  readonly firstByteMs: number
  readonly idleMs: number
  readonly totalMs: number
}

/** Takes the pieces of an answer; false: not so fast, `resume` tells when it may go on. */
export interface Sink {
  /** Of a stream of events whole ones, but for the last where nothing ends it. */
  write(piece: Buffer): boolean
  onDrain(resume: () => void): void
  /** Not the end of a whole answer but its last byte; called at most once. */
  end(): void
}

/** A piece at a time, as it comes. */
export interface LiveBody {
  /** Null for an answer that is no stream of events we know. */
  readonly watch: StreamWatch | null
  /** Resolves after the last byte of a whole answer was handed over; rejects with the Fault that broke it. */
  forward(sink: Sink): Promise<void>
  /** Ends the call at once; `forward` rejects with the reason. */
  abort(reason: Fault): void
}

export interface UpstreamAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The whole of it, or what comes piece by piece. */
  readonly body: Buffer | LiveBody
  /** The error that came with the status of an answer, of a stream in its first event: nothing was sent yet, so it counts as a failed call. */
  readonly error: object | null
  /** From the call to the first byte of the head. */
  readonly firstByteMs: number
}

/** Larger answers are refused where they must be held as a whole. */
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
/** Comments of a stream before its first event, which are held as long as it may still fail over. */
const LARGEST_PREFACE_BYTES = 1024 * 1024
/** What may wait here while the client's head is being prepared. */
const HELD_BYTES = 256 * 1024
/** A client that takes nothing for this long is not waiting any more. */
const STALLED_MS = 120_000

type Phase = 'head' | 'peek' | 'collect' | 'held' | 'flow' | 'over'

/**
 * One call to a target: hand-driven, because undici's `request` and web streams cost up to five times the CPU.
 * The head is handed out once the first event of a stream is there, so that "200, then an error" can still fail over.
 */
export class UpstreamCall implements Watched, LiveBody, Dispatcher.DispatchHandler {
  watch: StreamWatch | null = null
  readonly #request: UpstreamRequest
  readonly #watchdog: Watchdog
  readonly #splitter = new SseSplitter()
  readonly #reads = new GatheredReads(this)
  readonly #startedMs = performance.now()
  #phase: Phase = 'head'
  #controller: Dispatcher.DispatchController | null = null
  #failure: Fault | null = null
  #pieces: Buffer[] = []
  #heldBytes = 0
  #lastByteMs = 0
  #pausedMs: number | null = null
  #firstByteMs = 0
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #hasEnded = false
  /** What ended the connection instead of the target's own end. */
  #cutBy: Error | null = null
  /** Why the end that a stream gave itself was withheld. */
  #told: Fault | null = null
  #wasSent = false
  /** The line is to be released. */
  #isOnLine = false
  #sink: Sink | null = null
  #answered: ((answer: UpstreamAnswer) => void) | null = null
  #refused: ((fault: Fault) => void) | null = null
  #done: (() => void) | null = null

  constructor(request: UpstreamRequest, watchdog: Watchdog) {
    this.#request = request
    this.#watchdog = watchdog
  }

  /** The head and, of a stream, the first event. @throws Fault `upstream_…`, or the reason of `abort` */
  answer(): Promise<UpstreamAnswer> {
    const { line, path, method, headers, body } = this.#request
    return new Promise((resolve, reject) => {
      this.#answered = resolve
      this.#refused = reject
      if (this.#failure) return this.#settleFailure()
      this.#watchdog.add(this)
      this.#isOnLine = true
      try {
        line.dispatch({ path, method, headers, body }, this.#reads)
      } catch (error) {
        this.#isOnLine = false
        this.#fail(faultOf(error, false))
      }
    })
  }

  /** Whether the target may have seen a byte of the request. */
  get wasSent(): boolean {
    return this.#wasSent
  }

  /** What came before the first event, which is bounded by itself. */
  get #prefaceBytes(): number {
    return this.#heldBytes - this.#splitter.heldBytes
  }

  /** Ends the call at once, also while it still waits for a connection. */
  abort(reason: Fault): void {
    this.#fail(reason)
  }

  check(nowMs: number): void {
    const { firstByteMs, idleMs, totalMs } = this.#request.timeouts
    const sinceStart = nowMs - this.#startedMs
    if (sinceStart > totalMs) return this.#timeOut('took longer than its total time')
    if (this.#phase === 'head') {
      if (sinceStart > firstByteMs) this.#timeOut('did not begin to answer in time')
    } else if (this.#pausedMs !== null) {
      if (nowMs - this.#pausedMs > STALLED_MS)
        this.#fail(new Fault('client_left', 'The client stopped reading the answer.'))
    } else if (this.#phase !== 'held' && nowMs - this.#lastByteMs > idleMs) {
      this.#timeOut('stopped in the middle of its answer')
    }
  }

  forward(sink: Sink): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#refused = reject
      this.#sink = sink
      if (this.#failure) return this.#settleFailure()
      this.#phase = 'flow'
      const pieces = this.#pieces
      this.#pieces = []
      for (const piece of pieces) this.#write(piece)
      if (this.#hasEnded) this.#finish()
      else if (this.#pausedMs === null) this.#resume()
    })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#failure) controller.abort(this.#failure)
    else this.#wasSent = true
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.#phase !== 'head') return
    this.#controller = controller
    this.#status = status
    this.#headers = withOneType(headers)
    this.#lastByteMs = performance.now()
    this.#firstByteMs = this.#lastByteMs - this.#startedMs
    const { format } = this.#request
    if (format === null) {
      this.#phase = 'held'
      this.#handOut(this)
    } else if (status < 300 && isEventStream(this.#headers)) {
      this.#phase = 'peek'
      this.watch = new StreamWatch(format)
    } else if (Number(headers['content-length'] ?? 0) > LARGEST_ANSWER_BYTES)
      this.#fail(tooLarge(LARGEST_ANSWER_BYTES))
    else this.#phase = 'collect'
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (this.#phase !== 'over') this.#take(controller, piece)
    if (this.#told === null || this.#phase === 'over') return
    this.onResponseError(controller, this.#told)
    controller.abort(this.#told)
  }

  #take(controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#lastByteMs = performance.now()
    const whole = this.watch === null ? piece : this.#see(piece)
    if (this.#phase === 'flow') {
      if (whole !== null) this.#write(whole)
      return
    }
    if (whole !== null) this.#pieces.push(whole)
    this.#heldBytes += piece.length
    if (this.#phase === 'collect') {
      if (this.#heldBytes > LARGEST_ANSWER_BYTES) this.#fail(tooLarge(LARGEST_ANSWER_BYTES))
      return
    }
    if (this.#phase === 'peek' && whole !== null) this.#peek(whole)
    if (this.#phase === 'peek' && this.#prefaceBytes > LARGEST_PREFACE_BYTES) this.#fail(broken())
    if (this.#phase === 'held' && this.#heldBytes > HELD_BYTES) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#phase === 'over') return
    this.#hasEnded = true
    this.#controller = null
    if (this.#phase === 'collect') {
      const [only] = this.#pieces
      const body = withoutMark(this.#pieces.length === 1 && only ? only : Buffer.concat(this.#pieces))
      this.#handOut(body, this.#status < 300 ? errorAnswered(body) : null)
      this.#leave()
    } else if (this.#phase === 'peek') this.#peekLast()
    else if (this.#phase === 'flow') this.#finish()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#controller = null
    if (this.watch === null || (this.#phase !== 'flow' && this.#phase !== 'held'))
      return this.#fail(this.#phase === 'head' ? faultOf(error, this.#wasSent) : broken(error))
    // Some servers close the connection as soon as they have said the last event: whether it came is seen at the end.
    this.#hasEnded = true
    this.#cutBy = error
    if (this.#phase === 'flow') this.#finish()
  }

  /** The events that are whole now; one that breaks off in its middle must not reach a client. */
  #see(piece: Buffer): Buffer | null {
    try {
      const whole = this.#splitter.push(piece)
      if (whole === null) return null
      this.watch?.see(whole)
      return this.#passing(endsDone(whole) ? this.#withoutFalseEnd(whole) : whole)
    } catch (error) {
      this.#fail(broken(error))
      return null
    }
  }

  #passing(whole: Buffer): Buffer | null {
    const { format } = this.#request
    return format?.passes === undefined ? whole : format.passes(whole)
  }

  /** Clients stop reading at this end, also behind an error that they have passed over, and where it is none in this API. */
  #withoutFalseEnd(whole: Buffer): Buffer {
    const done = doneIn(whole)
    if (done < 0 || this.watch === null) return whole
    const { isComplete, hasFailed } = this.watch.facts
    if (isComplete && !hasFailed) return whole
    const error = errorFieldIn(whole)
    const at = error < 0 ? done : error
    if (at === 0 && this.#phase === 'peek') return whole
    this.#told = error < 0 ? broken() : errorTold(whole.subarray(error))
    return whole.subarray(0, at)
  }

  /** Comments keep a stream alive and say nothing yet: the first event with data decides. */
  #peek(whole: Buffer): void {
    for (const event of eventsIn(whole)) {
      if (event.data === null) continue
      // Nothing at all is no answer.
      if (event.data.trim() === '[DONE]') return this.#fail(broken())
      this.watch?.begin(event)
      this.#phase = 'held'
      this.#handOut(this, this.#request.format?.errorOf(event) ?? null)
      return
    }
  }

  /** The only event may lack its blank line. */
  #peekLast(): void {
    const rest = endedRest(this.#splitter.rest())
    this.#pieces.push(rest)
    this.watch?.see(rest)
    this.#peek(rest)
    if (this.#phase === 'peek') this.#fail(compressed(this.#headers) ?? broken())
  }

  #handOut(body: Buffer | LiveBody, error: object | null = null): void {
    this.#answered?.({
      status: this.#status,
      headers: this.#headers,
      body,
      error,
      firstByteMs: this.#firstByteMs,
    })
    this.#answered = null
    this.#refused = null
  }

  #write(piece: Buffer): void {
    if (this.#sink === null || this.#phase !== 'flow' || this.#sink.write(piece) || this.#pausedMs !== null)
      return
    this.#pausedMs = performance.now()
    this.#controller?.pause()
    this.#sink.onDrain(() => this.#resume())
  }

  #resume(): void {
    this.#pausedMs = null
    this.#lastByteMs = performance.now()
    if (this.#controller?.paused) this.#controller.resume()
  }

  #finish(): void {
    if (this.watch !== null) {
      const rest = endedRest(this.#splitter.rest())
      if (rest.length > 0) this.watch.see(rest)
      const { isComplete, isOver, hasFailed } = this.watch.facts
      // An answer without its last event looks whole to a client that only sees the connection end.
      if (hasFailed || !(this.#cutBy === null ? isComplete : isOver)) return this.#fail(broken(this.#cutBy))
      const last = rest.length > 0 ? this.#passing(rest) : null
      if (last !== null) this.#sink?.write(last)
    }
    this.#sink?.end()
    this.#done?.()
    this.#leave()
  }

  #timeOut(what: string): void {
    // Some servers leave the connection open when they have said the last event.
    if (this.#phase === 'flow' && this.watch?.facts.isOver) {
      this.#cutBy = new Error(`the target ${what}`)
      this.#controller?.abort(this.#cutBy)
      this.#controller = null
      return this.#finish()
    }
    this.#fail(new Fault('upstream_timeout', `The target ${what}.`))
  }

  #fail(fault: Fault): void {
    if (this.#phase === 'over') return
    this.#failure = fault
    this.#leave()
    const controller = this.#controller
    this.#controller = null
    controller?.abort(fault)
    this.#settleFailure()
  }

  /** Whoever waits hears of it; where nobody does yet, the next who asks. */
  #settleFailure(): void {
    if (this.#failure) this.#refused?.(this.#failure)
    this.#refused = null
    this.#answered = null
  }

  #leave(): void {
    this.#phase = 'over'
    this.#pieces = []
    this.#watchdog.remove(this)
    if (this.#isOnLine) {
      this.#isOnLine = false
      this.#request.line.release(this.#reads)
    }
    this.#request.over?.(this.#failure)
  }
}

/** Proxies that add what is there already say it twice, which makes it a list, whatever the types say. */
function withOneType(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const said: unknown = headers['content-type']
  if (!Array.isArray(said) || said.some((one) => one !== said[0])) return headers
  return { ...headers, 'content-type': String(said[0]) }
}

function isEventStream({ 'content-type': type }: IncomingHttpHeaders): boolean {
  // Sent twice it is a list, whatever the types say.
  return typeof type === 'string' && type.toLowerCase().startsWith('text/event-stream')
}
