import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../kernel/fault.ts'
import { threadEnvironment } from '../../kernel/thread-environment.ts'
import type { CedarAnswer, CedarQuestion, ReadText } from './cedar-engine.ts'
import type { CedarJob, CedarResult } from './cedar-thread.ts'
import type { StoredPolicy } from './compiled.ts'

const THREAD_MB = 256
const YOUNG_MB = 4
/** Far above what the longest text takes. */
const TIMEOUT_MS = 20_000
/** Between two questions of somebody who is writing policies; then its memory is given back. */
const IDLE_MS = 30_000

/**
 * Cedar in a thread of its own, which starts with the first question and ends when there were none for a while: nobody
 * waits for it, a trap in it ends nothing else, and a server without policies never loads it.
 */
export class Cedar {
  #turn: Promise<unknown> = Promise.resolve()
  #thread: Worker | null = null
  #idle: NodeJS.Timeout | null = null
  #isClosed = false

  async read(text: string): Promise<ReadText> {
    const result = await this.#inTurn({ read: text })
    if ('text' in result) return result.text
    throw failed(result)
  }

  async decide(
    policies: readonly StoredPolicy[],
    baseline: string,
    questions: readonly CedarQuestion[],
  ): Promise<readonly CedarAnswer[]> {
    const result = await this.#inTurn({ policies, baseline, questions })
    if ('answers' in result) return result.answers
    throw failed(result)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#end()
    await this.#turn
  }

  #inTurn(job: CedarJob): Promise<CedarResult> {
    const turn = this.#turn.then(() => this.#perform(job))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #perform(job: CedarJob): Promise<CedarResult> {
    if (this.#isClosed) throw new Fault('draining', 'The server is shutting down.')
    if (this.#idle !== null) clearTimeout(this.#idle)
    const thread = (this.#thread ??= this.#start())
    thread.ref()
    const timer = setTimeout(() => void thread.terminate(), TIMEOUT_MS)
    try {
      thread.postMessage(job, [])
      const result = await resultOf(thread)
      if ('broken' in result) await this.#end()
      return result
    } finally {
      clearTimeout(timer)
      thread.unref()
      this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref()
    }
  }

  #start(): Worker {
    const thread = startThread()
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = null
    })
    return thread
  }

  async #end(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle)
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
  }
}

function startThread(): Worker {
  const thread = new Worker(join(import.meta.dirname, `cedar-thread${extname(import.meta.filename)}`), {
    env: threadEnvironment(),
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  })
  // Without a listener an error behind an answer would end the whole process.
  thread.on('error', () => undefined)
  return thread
}

/** A thread that ends, or whose memory is not enough, has answered nothing. */
async function resultOf(thread: Worker): Promise<CedarResult> {
  const over = new AbortController()
  const { signal } = over
  try {
    return await Promise.race([
      once(thread, 'message', { signal }).then(([result]): CedarResult => result),
      once(thread, 'exit', { signal }).then((): CedarResult => ({ broken: 'ended early' })),
    ])
  } catch (error) {
    return { broken: error instanceof Error ? error.name : 'unknown' }
  } finally {
    over.abort()
  }
}

const failed = (result: CedarResult): Fault =>
  new Fault('unavailable', 'The policies could not be looked at. Try again.', {
    cause: 'broken' in result ? result.broken : 'another answer',
  })
