import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Fault } from '../kernel/fault.ts'
import type { IngestJob, ResultOf } from './ingest.ts'
import { isReady, readAnswer, readRequest, UntrueAnswer } from './ingest-answer.ts'
import type { Account } from './ingest-child.ts'
import { hand, nextMessage, readerAccount, residentMb, sendTo, startChild } from './ingest-child.ts'
import type { Recognisable } from './reading.ts'
import { HasPictures } from './reading.ts'
import type { RecognitionLimits, Recogniser } from './recognition.ts'
import { createRecogniser } from './recognition.ts'

export interface ParserLimits {
  /** Resident memory at which the child is killed; its base is about 90 MB. */
  readonly memoryMb: number
  /** Wall time of one job, and of what lies between two of its pictures; reading these has its own. */
  readonly timeoutMs: number
  readonly recognition?: RecognitionLimits
  /** Bytes of jobs that may wait; more are refused with `too_many`. */
  readonly queueBytes?: number
  /** How long a child without work stays warm. */
  readonly idleMs?: number
}

export interface ParserSurroundings {
  /** Who runs the child; when absent nobody if we are root, and otherwise ourselves (null). */
  readonly account?: { readonly uid: number; readonly gid: number } | null
  /** Called once when the child cannot start as somebody else and runs with our own rights. */
  readonly keptRights?: () => void
  /** Who reads pictures; the programs of the system when absent. */
  readonly recogniser?: Recogniser
}

/** Runs documents through a process of their own, one at a time; those with pictures to read through another. */
export interface DocumentParser {
  /** @throws Fault `unreadable_document` naming the limit that was hit, or the parser's own refusal. */
  run<J extends IngestJob>(job: J): Promise<ResultOf[J['kind']]>
  /** Ends the child; jobs that wait are refused as `draining`. */
  close(): Promise<void>
}

const QUEUE_BYTES = 256 * 1024 * 1024
const QUEUE_JOBS = 256
const IDLE_MS = 30_000
const START_MS = 20_000
/** Memory grows at up to a few GB/s; at 50 ms the overshoot stays bounded and the watch costs nothing. */
const WATCH_MS = 50

interface Waiting {
  readonly job: IngestJob
  readonly bytes: number
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

function bytesOf(job: IngestJob): number {
  if (job.kind === 'file') return job.bytes.length
  if (job.kind === 'texts') return job.documents.reduce((sum, document) => sum + document.text.length * 2, 0)
  return job.segments.reduce((sum, segment) => sum + segment.length, 0)
}

function limitFault(limit: string): Fault {
  return new Fault('unreadable_document', `Reading the document was stopped: ${limit}. Split or simplify it.`)
}

class ForkedParser implements DocumentParser {
  readonly #limits: () => ParserLimits
  readonly #queue: Waiting[] = []
  #queuedBytes = 0
  #child: ChildProcess | null = null
  #isBusy = false
  #isClosed = false
  #idle: NodeJS.Timeout | null = null
  #account: Account | null
  /** Whether a child ever started, so that a failure is not the account's. */
  #hasStarted = false
  readonly #keptRights: () => void
  readonly #recogniser: Recogniser
  #reading = new AbortController()

  constructor(limits: () => ParserLimits, recogniser: Recogniser, surroundings: ParserSurroundings) {
    const { account = readerAccount(), keptRights } = surroundings
    this.#limits = limits
    this.#recogniser = recogniser
    this.#account = account
    this.#keptRights = keptRights ?? (() => undefined)
  }

  run<J extends IngestJob>(job: J): Promise<ResultOf[J['kind']]> {
    const bytes = bytesOf(job)
    if (this.#isClosed) return Promise.reject(new Fault('draining', 'The server is shutting down.'))
    const isFull =
      this.#queue.length >= QUEUE_JOBS ||
      (this.#queue.length > 0 && this.#queuedBytes + bytes > (this.#limits().queueBytes ?? QUEUE_BYTES))
    if (isFull)
      return Promise.reject(
        new Fault('too_many', 'Many documents are being read already. Send this one again in a moment.', {
          retryAfterS: 5,
        }),
      )
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, bytes, resolve, reject })
      this.#queuedBytes += bytes
      void this.#work()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiting of this.#queue.splice(0))
      waiting.reject(new Fault('draining', 'The server is shutting down.'))
    await this.#end()
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    if (this.#idle) clearTimeout(this.#idle)
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.#queuedBytes -= next.bytes
      try {
        // The message kinds match: the child answers a job with the result of its kind.
        next.resolve((await this.#perform(next.job)) as never)
      } catch (error) {
        next.reject(error)
      }
    }
    this.#isBusy = false
    this.#idle = setTimeout(() => void this.#end(), this.#limits().idleMs ?? IDLE_MS)
    this.#idle.unref()
  }

  async #perform(job: IngestJob): Promise<unknown> {
    const child = await this.#ready()
    const { memoryMb, timeoutMs } = this.#limits()
    let stopped: Fault | null = null
    const stop = (limit: string) => {
      stopped ??= limitFault(limit)
      child.kill('SIGKILL')
    }
    const late = () => stop(`it took longer than ${timeoutMs / 1000} s`)
    let timer = setTimeout(late, timeoutMs)
    const watch = setInterval(() => {
      void residentMb(child.pid ?? 0).then((mb) => {
        if (mb !== null && mb > memoryMb) stop(`it needed more than ${memoryMb} MB of memory`)
      })
    }, WATCH_MS)
    try {
      const message = await answerOf(child, job, async (what) => {
        clearTimeout(timer)
        await this.#read(child, job, what)
        timer = setTimeout(late, timeoutMs)
      })
      if (message === null) {
        this.#child = null
        if (this.#isClosed) throw new Fault('draining', 'The server is shutting down.')
        throw stopped ?? limitFault(`the reader ended early, most likely for want of memory (${memoryMb} MB)`)
      }
      return readAnswer(message, job)
    } catch (error) {
      if (!(error instanceof UntrueAnswer)) throw error
      await this.#end()
      throw limitFault('its reader gave an answer that cannot be true')
    } finally {
      clearTimeout(timer)
      clearInterval(watch)
    }
  }

  /** Reads a picture for the child, which can start no program itself. @throws UntrueAnswer when it may not ask */
  async #read(child: ChildProcess, job: IngestJob, what: Recognisable): Promise<void> {
    if (job.kind !== 'file' || job.recognition?.kind !== 'here')
      throw new UntrueAnswer('the document reader asked for what it was told not to')
    const { signal } = this.#reading
    try {
      const image = 'image' in what ? what.image : await this.#recogniser.draw(job.bytes, what.page, signal)
      await sendTo(child, { kind: 'recognised', text: await this.#recogniser.read(image, signal) })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      await sendTo(child, { kind: 'unrecognised', message: error.message })
    }
  }

  async #ready(): Promise<ChildProcess> {
    if (this.#child?.connected) return this.#child
    let child = await this.#start()
    if (!child && this.#account && !this.#hasStarted && !this.#isClosed) {
      // Nobody may not enter the program's folder, as with one below /root. No reader at all would be worse.
      this.#account = null
      this.#keptRights()
      child = await this.#start()
    }
    if (!child) throw new Error('the document reader did not start')
    this.#hasStarted = true
    // A warm child alone must not keep the server's process alive.
    child.unref()
    child.channel?.unref()
    return child
  }

  /** Null when the system does not let us start anything as that account. */
  #fork(): ChildProcess | null {
    try {
      return startChild(this.#limits().memoryMb, this.#account)
    } catch (error) {
      if (this.#account) return null
      throw error
    }
  }

  /** A child that is ready, or null when it ended instead. */
  async #start(): Promise<ChildProcess | null> {
    const child = this.#fork()
    if (!child) return null
    this.#child = child
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS)
    const first = await nextMessage(child)
    clearTimeout(timer)
    if (isReady(first)) return child
    this.#child = null
    return null
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#child = null
    this.#reading.abort()
    this.#reading = new AbortController()
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

/** The child's answer to a job; what it asks for meanwhile goes to `read`. */
async function answerOf(
  child: ChildProcess,
  job: IngestJob,
  read: (what: Recognisable) => Promise<void>,
): Promise<unknown> {
  child.ref()
  child.channel?.ref()
  let answer = nextMessage(child)
  await hand(child, job)
  let message = await answer
  for (let left = MOST_REQUESTS; left > 0; left--) {
    const what = readRequest(message)
    if (!what) break
    // Before the reading: the child may end while it goes on.
    answer = nextMessage(child)
    await read(what)
    message = await answer
  }
  child.unref()
  if (child.connected) child.channel?.unref()
  return message
}

/** Far more pages than any limit allows; a reader that asks for more answers in an unknown form. */
const MOST_REQUESTS = 20_000

const RECOGNITION: RecognitionLimits = { languages: 'chi_sim+eng', pages: 200, timeoutMs: 60_000 }

/**
 * A parser whose children start with the first job and end when they have been idle. Limits are read for each job. A
 * document whose pictures have to be read goes to a second child, so that nothing else waits for hundreds of pages.
 */
export function createParser(
  limits: () => ParserLimits,
  surroundings: ParserSurroundings = {},
): DocumentParser {
  const recognition = () => limits().recognition ?? RECOGNITION
  const recogniser = surroundings.recogniser ?? createRecogniser(recognition, surroundings.account)
  const quick = new ForkedParser(limits, recogniser, surroundings)
  const patient = new ForkedParser(limits, recogniser, surroundings)

  async function readPictures(job: IngestJob): Promise<never> {
    const reason = await recogniser.missing()
    const order =
      reason === null
        ? ({ kind: 'here', pages: recognition().pages, draws: recogniser.draws } as const)
        : ({ kind: 'missing', reason } as const)
    // The kinds match: the answer to a file is that of a file.
    return (await patient.run({ ...job, recognition: order } as IngestJob)) as never
  }

  return {
    async run(job) {
      if (job.kind !== 'file') return quick.run(job)
      try {
        return await quick.run({ ...job, recognition: { kind: 'elsewhere' } })
      } catch (error) {
        if (!(error instanceof HasPictures)) throw error
        return readPictures(job)
      }
    },
    async close() {
      await Promise.all([quick.close(), patient.close()])
    },
  }
}
