import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Fault } from '../kernel/fault.ts'
import { threadEnvironment } from '../kernel/thread-environment.ts'
import type { Lacking, Retrieval, SearchResult } from './retrieval.ts'
import type { SearchAnswer, SearchOrder } from './search-thread.ts'

const MIB = 1024 * 1024

interface Pending {
  readonly resolve: (result: SearchResult | Lacking | null) => void
  readonly reject: (error: unknown) => void
}

/** An order that is answered, before it has its number. */
type Asked = SearchOrder extends infer O ? (O extends { call: number } ? Omit<O, 'call'> : never) : never

/** The search engine in a thread of its own, so that no search and no segment stops the data path. */
class SearchPort {
  readonly #memoryMb: () => number
  readonly #startThread: () => Worker
  readonly #pending = new Map<number, Pending>()
  #thread: Worker | null = null
  #calls = 0
  #memoryTold = 0
  #isClosed = false
  /** How many threads were started: each begins empty. */
  generation = 0

  constructor(memoryMb: () => number, start: () => Worker) {
    this.#memoryMb = memoryMb
    this.#startThread = start
  }

  ask(asked: Asked): Promise<SearchResult | Lacking | null> {
    if (this.#isClosed) return Promise.reject(new Fault('draining', 'The server is shutting down.'))
    const thread = this.#running()
    const call = ++this.#calls
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve, reject })
      if (this.#pending.size === 1) thread.ref()
      thread.postMessage({ ...asked, call } satisfies SearchOrder, [])
    })
  }

  /** An order that needs no answer; a thread that does not run has nothing to change. */
  tell(order: SearchOrder): void {
    this.#thread?.postMessage(order, [])
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#thread?.terminate()
  }

  #running(): Worker {
    this.#thread ??= this.#start()
    const memoryMb = this.#memoryMb()
    if (memoryMb !== this.#memoryTold) this.tell({ kind: 'memory', bytes: memoryMb * MIB })
    this.#memoryTold = memoryMb
    return this.#thread
  }

  #start(): Worker {
    const thread = this.#startThread()
    this.#memoryTold = 0
    this.generation++
    thread.unref()
    thread.on('message', (answer: SearchAnswer) => this.#settle(answer))
    // Without a listener an error would end the whole process; the exit behind it is what counts.
    thread.on('error', () => undefined)
    thread.on('exit', () => this.#ended(thread))
    return thread
  }

  #settle(answer: SearchAnswer): void {
    const pending = this.#pending.get(answer.call)
    this.#pending.delete(answer.call)
    if (this.#pending.size === 0) this.#thread?.unref()
    if ('broken' in answer) pending?.reject(new Error(answer.broken))
    else pending?.resolve(answer.result)
  }

  #ended(thread: Worker): void {
    if (this.#thread !== thread) return
    this.#thread = null
    // The next look at the rows reads everything again.
    this.generation++
    const failure = this.#isClosed
      ? new Fault('draining', 'The server is shutting down.')
      : new Fault('unavailable', 'The search engine ended and starts again. Try again.', { retryAfterS: 1 })
    for (const { reject } of this.#pending.values()) reject(failure)
    this.#pending.clear()
  }
}

export const startSearchThread = (): Worker =>
  new Worker(join(import.meta.dirname, `search-thread${extname(import.meta.filename)}`), {
    env: threadEnvironment(),
  })

/** The engine in another thread, which starts with the first segment or search. */
export function inItsOwnThread(
  memoryMb: () => number,
  start: () => Worker = startSearchThread,
): Retrieval & { close(): Promise<void> } {
  const port = new SearchPort(memoryMb, start)
  return {
    async add(tenant, segment, gone) {
      await port.ask({ kind: 'add', tenant, segment, gone })
    },
    remove: (tenant, documents) => {
      if (documents.length > 0) port.tell({ kind: 'remove', tenant, documents })
    },
    restrict: (tenant, acl) => {
      if (acl.size > 0) port.tell({ kind: 'restrict', tenant, acl })
    },
    async addVectors(tenant, vectors) {
      await port.ask({ kind: 'add_vectors', tenant, vectors })
    },
    dropVectors: (tenant, lots) => port.tell({ kind: 'drop_vectors', tenant, lots }),
    forget: (tenant) => port.tell({ kind: 'forget', tenant }),
    async search(query, visible, opened) {
      const result = await port.ask({ kind: 'search', query, visible, opened })
      if (!result) throw new Error('the search thread answered another question')
      return result
    },
    generation: () => port.generation,
    close: () => port.close(),
  }
}
