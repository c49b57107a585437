import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { threadEnvironment } from '../../kernel/thread-environment.ts'
import type { ScanAnswer, ScanJob } from './scan-thread.ts'

const THREAD_MB = 512
/** What is made while a text is searched dies at once; more would only stay resident, 20 MB of it. */
const YOUNG_MB = 8

/** One thread in which texts are searched, one job after the other. It starts with a job and ends when it has been idle. */
export class ScanLane {
  readonly #idleMs: number
  #thread: Worker | null = null
  #idle: NodeJS.Timeout | null = null
  isBusy = false

  constructor(idleMs: number) {
    this.#idleMs = idleMs
  }

  /** Its thread is there, and has mostly been compiled. */
  get isWarm(): boolean {
    return this.#thread !== null
  }

  /** The answer, or null when the thread ended instead: at the latest after `timeoutMs`. */
  async perform(job: ScanJob, timeoutMs: number): Promise<ScanAnswer | null> {
    this.isBusy = true
    if (this.#idle) clearTimeout(this.#idle)
    const thread = (this.#thread ??= this.#start())
    thread.ref()
    const timer = setTimeout(() => void thread.terminate(), timeoutMs)
    try {
      return await answerOf(thread, job)
    } finally {
      clearTimeout(timer)
      thread.unref()
      this.isBusy = false
      this.#idle = setTimeout(() => void this.end(), this.#idleMs)
      this.#idle.unref()
    }
  }

  async end(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
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
}

function startThread(): Worker {
  const extension = extname(import.meta.filename)
  return new Worker(join(import.meta.dirname, `scan-thread${extension}`), {
    env: threadEnvironment(),
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  })
}

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
