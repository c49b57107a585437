import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../kernel/fault.ts'
import { threadEnvironment } from '../../kernel/thread-environment.ts'
import type { Dictionary, Sought } from '../dictionary/dictionary.ts'
import { findIn, settled } from '../dictionary/dictionary.ts'
import { combined } from '../plugins/combined.ts'
import { FAILURES } from '../plugins/plugin.ts'
import type { Finder } from '../plugins/plugins.ts'
import type { DetectorSource } from './detector.ts'
import { loaded } from './detector.ts'
import type { ScanContext } from './recogniser.ts'
import type { ScanAnswer, ScanJob } from './scan-thread.ts'
import type { Span } from './span.ts'

/** Detection as the server uses it: nobody else waits while a long text is scanned. */
export interface Detection {
  /**
   * By the engine, a tenant's dictionary and all others.
   * @throws Fault `too_many` when too much waits already, `unavailable` when the scan failed, `draining` at the end.
   */
  detect(text: string, context: ScanContext, dictionary?: Dictionary | null): Promise<readonly Span[]>
  /**
   * Always in the thread, whatever their size, and with the same errors. What was found in each, where terms of the
   * dictionary may overlap the rest.
   */
  detectAll(texts: ScanJob['texts'], dictionary: Dictionary | null): Promise<readonly (readonly Span[])[]>
  /** For short texts, at once. */
  readonly engine: DetectorSource
  /** Who looks beside the engine. */
  readonly others: Finder
  close(): Promise<void>
}

export interface DetectionOptions {
  readonly engine: DetectorSource
  readonly others?: Finder
  /** Told of each text: what was found, and how long it took. */
  readonly scanned: (spans: readonly Span[], ms: number) => void
  /** Wall time of one text; linear work on the longest takes a second or less. */
  readonly timeoutMs?: number
  /** How long a thread without work stays. */
  readonly idleMs?: number
}

/** Up to here a text is scanned at once: that takes about a millisecond, as long as handing it over. */
const AT_ONCE = 16 * 1024
const MOST_WAITING = 64
const MOST_WAITING_CHARACTERS = 16 * 1024 * 1024
const THREAD_MB = 512
/** What is made while a text is searched dies at once; more would only stay resident, 20 MB of it. */
const YOUNG_MB = 8

interface Waiting {
  readonly job: ScanJob
  readonly characters: number
  readonly resolve: (spans: readonly (readonly Span[])[]) => void
  readonly reject: (error: unknown) => void
}

const failed = (cause: string, why = ''): Fault =>
  new Fault(
    'unavailable',
    `The text could not be searched for personal data${why}. Send it again, or a shorter one.`,
    {
      cause,
    },
  )

const NOBODY: Finder = {
  isOn: false,
  generation: 0,
  find: async (texts) => ({ spans: texts.map(() => []), missing: [] }),
}

class ThreadedDetection implements Detection {
  readonly #options: Required<DetectionOptions>
  readonly #queue: Waiting[] = []
  #waitingCharacters = 0
  #thread: Worker | null = null
  #isBusy = false
  #isClosed = false
  #idle: NodeJS.Timeout | null = null

  constructor(options: DetectionOptions) {
    this.#options = { timeoutMs: 20_000, idleMs: 30_000, others: NOBODY, ...options }
  }

  async detect(
    text: string,
    context: ScanContext,
    dictionary: Dictionary | null = null,
  ): Promise<readonly Span[]> {
    const fromMs = performance.now()
    // The engine first: while it reads a short text nothing else is heard, and the others' time would run.
    const [own, others] = await Promise.all([
      this.#detectOwn({ text, context, dictionary }),
      this.#askOthers(text, context),
    ])
    const spans = combined(settled(own), others, text)
    this.#options.scanned(spans, performance.now() - fromMs)
    return spans
  }

  async #detectOwn({ text, context, dictionary }: Sought): Promise<readonly Span[]> {
    if (text.length <= AT_ONCE)
      return findIn(await loaded(this.#options.engine), { text, context, dictionary })
    return (await this.#hand({ texts: [{ text, context }], dictionary }))[0] ?? []
  }

  async #askOthers(text: string, context: ScanContext): Promise<readonly Span[]> {
    const { others } = this.#options
    if (!others.isOn) return []
    const { spans, missing } = await others.find([{ text, context }])
    const missed = missing.find(({ isRequired }) => isRequired)
    if (missed) throw failed(missed.code, `: the detector ${missed.name} ${FAILURES[missed.code]}`)
    return spans[0] ?? []
  }

  get others(): Finder {
    return this.#options.others
  }

  detectAll(texts: ScanJob['texts'], dictionary: Dictionary | null): Promise<readonly (readonly Span[])[]> {
    return this.#hand({ texts, dictionary })
  }

  get engine(): DetectorSource {
    return this.#options.engine
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiting of this.#queue.splice(0)) waiting.reject(draining())
    await this.#end()
  }

  async #hand(job: ScanJob): Promise<readonly (readonly Span[])[]> {
    if (this.#isClosed) throw draining()
    const characters = job.texts.reduce((sum, { text }) => sum + text.length, 0)
    const isFull =
      this.#queue.length >= MOST_WAITING || this.#waitingCharacters + characters > MOST_WAITING_CHARACTERS
    if (isFull) {
      throw new Fault(
        'too_many',
        'Many long texts are being searched already. Send this one again in a moment.',
        {
          retryAfterS: 2,
        },
      )
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, characters, resolve, reject })
      this.#waitingCharacters += characters
      void this.#work()
    })
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    if (this.#idle) clearTimeout(this.#idle)
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.#waitingCharacters -= next.characters
      try {
        next.resolve(await this.#perform(next.job))
      } catch (error) {
        next.reject(error)
      }
    }
    this.#isBusy = false
    this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs)
    this.#idle.unref()
  }

  async #perform(job: ScanJob): Promise<readonly (readonly Span[])[]> {
    const thread = (this.#thread ??= this.#start())
    thread.ref()
    const timer = setTimeout(() => void thread.terminate(), this.#options.timeoutMs)
    try {
      const answer = await answerOf(thread, job)
      if (answer !== null && 'spans' in answer) return answer.spans
      if (answer === null && this.#isClosed) throw draining()
      throw failed(answer === null ? 'the thread ended early' : answer.broken)
    } finally {
      clearTimeout(timer)
      thread.unref()
    }
  }

  #start(): Worker {
    const thread = startThread()
    // Without a listener an error between two jobs would end the whole process.
    thread.on('error', () => undefined)
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = null
    })
    return thread
  }

  async #end(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
  }
}

const draining = (): Fault => new Fault('draining', 'The server is shutting down.')

function startThread(): Worker {
  const extension = extname(import.meta.filename)
  return new Worker(join(import.meta.dirname, `scan-thread${extension}`), {
    env: threadEnvironment(),
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  })
}

/** The answer to a job, or null when the thread ended instead. */
function answerOf(thread: Worker, job: ScanJob): Promise<ScanAnswer | null> {
  return new Promise((resolve) => {
    const settle = (answer: ScanAnswer | null): void => {
      thread.off('message', settle)
      thread.off('error', onEnd)
      thread.off('exit', onEnd)
      resolve(answer)
    }
    const onEnd = (): void => settle(null)
    thread.on('message', settle)
    // Out of memory, most likely; what is thrown in a job is answered.
    thread.on('error', onEnd)
    thread.on('exit', onEnd)
    thread.postMessage(job, [])
  })
}

/** Detection whose thread starts with the first long text and ends when it has been idle. */
export const createDetection = (options: DetectionOptions): Detection => new ThreadedDetection(options)
