import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ModuleSetting } from '../../kernel/config/detector-keys.ts'
import type { ModuleAnswer, ModuleJob } from './module-thread.ts'
import type { Plugin, PluginText, ToldSpan } from './plugin.ts'
import { PluginFailure } from './plugin.ts'

export interface ModulePluginOptions {
  /** Told of what a module threw: the name of the error, never its message. */
  readonly broke: (name: string) => void
}

type Told = readonly (readonly ToldSpan[])[]

interface Waiting {
  readonly texts: readonly PluginText[]
  readonly timer: NodeJS.Timeout
  readonly resolve: (told: Told) => void
  readonly reject: (error: PluginFailure) => void
}

interface Running {
  readonly thread: Worker
  /** Null: it could not be started. */
  readonly ready: Promise<Worker | null>
}

const MOST_WAITING = 64

/**
 * A module in a thread of its own, one job after the other. A thread that takes too long or too much memory is ended,
 * and the next job starts another one. A job waits as long as it may take, and then has that time to itself.
 */
export class ModulePlugin implements Plugin {
  readonly #setting: ModuleSetting
  readonly #options: ModulePluginOptions
  readonly #queue: Waiting[] = []
  #running: Running | null = null
  #state: Plugin['state'] = 'starting'
  #work: Promise<void> | null = null
  #isClosed = false

  constructor(setting: ModuleSetting, options: ModulePluginOptions) {
    this.#setting = setting
    this.#options = options
    // A model takes its time to load, and a mistake in the module is known before a request needs it.
    void this.#ready()
  }

  get state(): Plugin['state'] {
    return this.#state
  }

  find(texts: readonly PluginText[]): Promise<Told> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= MOST_WAITING) return reject(new PluginFailure('busy', false))
      const timer = setTimeout(() => this.#giveUp(job), this.#setting.timeoutMs)
      const job: Waiting = { texts, timer, resolve, reject }
      this.#queue.push(job)
      this.#work ??= this.#workOff()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#endStart()
    await this.#work
    const running = this.#running
    this.#running = null
    await running?.thread.terminate()
  }

  #giveUp(job: Waiting): void {
    const at = this.#queue.indexOf(job)
    if (at < 0) return
    this.#queue.splice(at, 1)
    job.reject(new PluginFailure(this.#state === 'starting' ? 'starting' : 'busy', false))
    if (this.#isClosed) this.#endStart()
  }

  /** Nobody waits for it any more. */
  #endStart(): void {
    if (this.#state === 'starting' && this.#queue.length === 0) void this.#running?.thread.terminate()
  }

  async #workOff(): Promise<void> {
    while (this.#queue.length > 0) {
      const thread = await this.#ready()
      const job = this.#queue.shift()
      if (job === undefined) break
      clearTimeout(job.timer)
      if (thread === null) {
        job.reject(new PluginFailure('start', true))
        continue
      }
      await this.#perform(thread, job.texts).then(job.resolve, job.reject)
    }
    // At once: a job that comes in the next moment must not take this for somebody who works.
    this.#work = null
  }

  async #perform(thread: Worker, texts: readonly PluginText[]): Promise<Told> {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      void thread.terminate()
    }, this.#setting.timeoutMs)
    thread.ref()
    try {
      const job: ModuleJob = { texts }
      thread.postMessage(job, [])
      const answer = await nextAnswer(thread)
      if (answer === null) {
        await this.#startAnother(thread)
        throw new PluginFailure(isLate ? 'timeout' : 'ended', true)
      }
      if ('spans' in answer && answer.spans.length === texts.length) return answer.spans
      if ('broken' in answer) this.#options.broke(answer.name)
      throw new PluginFailure('broken' in answer && answer.broken === 'threw' ? 'threw' : 'answer', false)
    } finally {
      clearTimeout(timer)
      thread.unref()
    }
  }

  async #startAnother(ended: Worker): Promise<void> {
    await ended.terminate()
    if (this.#running?.thread === ended) this.#running = null
    if (!this.#isClosed) void this.#ready()
  }

  #ready(): Promise<Worker | null> {
    this.#running ??= this.#start()
    return this.#running.ready
  }

  #start(): Running {
    this.#state = 'starting'
    const thread = startThread(this.#setting)
    const running = { thread, ready: this.#started(thread) }
    thread.once('exit', () => {
      if (this.#running === running) this.#running = null
    })
    return running
  }

  async #started(thread: Worker): Promise<Worker | null> {
    const timer = setTimeout(() => void thread.terminate(), this.#setting.startMs)
    const answer = await nextAnswer(thread)
    clearTimeout(timer)
    if (answer !== null && 'ready' in answer) {
      this.#state = 'ready'
      thread.unref()
      return thread
    }
    this.#options.broke(answer !== null && 'broken' in answer ? answer.name : 'start')
    await thread.terminate()
    return null
  }
}

function startThread({ module, memoryMb }: ModuleSetting): Worker {
  const extension = extname(import.meta.filename)
  const thread = new Worker(join(import.meta.dirname, `module-thread${extension}`), {
    // The environment of the server holds its secrets.
    env: {},
    workerData: { module: module.startsWith('/') ? pathToFileURL(module).href : module },
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    // What a module prints may be the text.
    stdout: true,
    stderr: true,
  })
  thread.stdout.resume()
  thread.stderr.resume()
  // Without a listener an error between two jobs would end the whole process.
  thread.on('error', () => undefined)
  return thread
}

/** What the thread says next, or null when it ended instead. */
function nextAnswer(thread: Worker): Promise<ModuleAnswer | null> {
  return new Promise((resolve) => {
    const settle = (answer: ModuleAnswer | null): void => {
      thread.off('message', settle)
      thread.off('error', onEnd)
      thread.off('exit', onEnd)
      resolve(answer)
    }
    const onEnd = (): void => settle(null)
    thread.on('message', settle)
    thread.on('error', onEnd)
    thread.on('exit', onEnd)
  })
}
