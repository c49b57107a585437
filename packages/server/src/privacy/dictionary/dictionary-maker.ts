import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { DictionaryEntry } from '@freehold/contract/dictionaries.ts'
import { Fault } from '../../kernel/fault.ts'
import { threadEnvironment } from '../../kernel/thread-environment.ts'
import type { DictionaryAnswer, DictionaryJob } from './dictionary-thread.ts'
import type { Dictionary } from './dictionary.ts'
import type { CheckedEntries } from './entries.ts'

/** A list of terms as it was sent. */
export type SentEntries = { readonly csv: Buffer } | { readonly entries: readonly DictionaryEntry[] }

const THREAD_MB = 1024
/** What is made while a list is read dies at once; more would stay resident when the thread is gone. */
const YOUNG_MB = 4
/** Far above what the largest lists take. */
const TIMEOUT_MS = 60_000

/** Reads lists of terms and makes them ready, in a thread for each: nobody waits for that, and one at a time is done. */
export class DictionaryMaker {
  #turn: Promise<unknown> = Promise.resolve()
  #thread: Worker | null = null
  #isClosed = false

  /** @throws Fault `invalid` that names the line or field, and never a term */
  async check(sent: SentEntries): Promise<CheckedEntries> {
    const answer = await this.#inTurn(sent)
    if ('checked' in answer) return { ...answer.checked, lines: Buffer.from(answer.checked.lines) }
    if ('refused' in answer) {
      const { place, message } = answer.refused
      throw new Fault('invalid', `${place}: ${message}.`, { param: place })
    }
    throw failed('broken' in answer ? answer.broken : 'another answer')
  }

  /** @throws Fault `unavailable` */
  async make(lists: readonly Buffer[]): Promise<Dictionary> {
    const answer = await this.#inTurn({ lists })
    if ('dictionary' in answer) return answer.dictionary
    throw failed('broken' in answer ? answer.broken : 'another answer')
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#thread?.terminate()
    await this.#turn
  }

  #inTurn(job: DictionaryJob): Promise<DictionaryAnswer> {
    const turn = this.#turn.then(() => this.#perform(job))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #perform(job: DictionaryJob): Promise<DictionaryAnswer> {
    if (this.#isClosed) throw new Fault('draining', 'The server is shutting down.')
    const thread = new Worker(
      join(import.meta.dirname, `dictionary-thread${extname(import.meta.filename)}`),
      {
        env: threadEnvironment(),
        resourceLimits: { maxOldGenerationSizeMb: THREAD_MB, maxYoungGenerationSizeMb: YOUNG_MB },
      },
    )
    this.#thread = thread
    // Without a listener an error behind the answer would end the whole process.
    thread.on('error', () => undefined)
    const timer = setTimeout(() => void thread.terminate(), TIMEOUT_MS)
    try {
      thread.postMessage(job, [])
      return await answerOf(thread)
    } finally {
      clearTimeout(timer)
      this.#thread = null
      await thread.terminate()
    }
  }
}

/** A thread that ends, or whose memory is not enough, has answered nothing. */
async function answerOf(thread: Worker): Promise<DictionaryAnswer> {
  const over = new AbortController()
  const { signal } = over
  try {
    return await Promise.race([
      once(thread, 'message', { signal }).then(([answer]): DictionaryAnswer => answer),
      once(thread, 'exit', { signal }).then((): DictionaryAnswer => ({ broken: 'ended early' })),
    ])
  } catch (error) {
    return { broken: error instanceof Error ? error.name : 'unknown' }
  } finally {
    over.abort()
  }
}

const failed = (cause: string): Fault =>
  new Fault('unavailable', 'The dictionaries could not be made ready. Try again.', { cause })
