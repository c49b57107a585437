import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../kernel/fault.ts'
import { threadEnvironment } from '../../kernel/thread-environment.ts'
import type {
  DoneMessage,
  FromThread,
  IsolateCode,
  IsolateFailure,
  IsolateLimits,
  ThreadStart,
  ToThread,
} from './messages.ts'

export interface IsolateCall {
  readonly code: IsolateCode
  readonly operation: string
  /** JSON of `{input, settings}`. */
  readonly input: string
  readonly limits: IsolateLimits
  /**
   * A host function, with its arguments as the skill wrote them. What it returns and a Fault that it throws reach the
   * skill; anything else that it throws ends the call.
   */
  readonly ask: (name: string, args: unknown) => Promise<unknown>
  readonly signal: AbortSignal
}

export interface IsolateOptions {
  /** Threads that are kept ready. */
  readonly workers: number
  readonly figures: IsolateFigures
}

/** What is counted of the isolate: never a value. */
export interface IsolateFigures {
  /** A call is over: `ok`, or why not. */
  ended(outcome: 'ok' | 'aborted' | 'lost' | IsolateFailure, isKilled: boolean): void
  /** How many threads there are now. */
  threads(count: number): void
}

export interface Isolate {
  /** JSON. @throws Fault `skill_failed`, or the refusal of a host function that the skill did not catch */
  run(call: IsolateCall): Promise<string>
  close(): Promise<void>
}

/** Beyond those that are kept ready, for calls that wait for something outside. */
const MORE_WORKERS = 14
const MOST_WAITING = 256
const IDLE_MS = 30_000
/** After the time that a call may compute the engine stops it by itself; later than this it is not asked any more. */
const GRACE_MS = 50
const MOST_PROGRAMS = 32
const MESSAGE_CHARACTERS = 500

/** Compiles the engine once; every thread runs the same machine code, each in memory of its own. */
export async function openIsolate({ workers, figures }: IsolateOptions): Promise<Isolate> {
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
  const wasm = await WebAssembly.compile(await readFile(file))
  return new Pool({ wasm, workers, figures })
}

interface Waiting {
  readonly call: IsolateCall
  readonly resolve: (thread: Thread) => void
  readonly reject: (error: Fault) => void
}

class Pool implements Isolate {
  readonly #parts: IsolateOptions & { readonly wasm: WebAssembly.Module }
  readonly #threads = new Set<Thread>()
  readonly #idle: Thread[] = []
  readonly #queue: Waiting[] = []
  #isClosed = false

  constructor(parts: IsolateOptions & { readonly wasm: WebAssembly.Module }) {
    this.#parts = parts
    for (let n = 0; n < parts.workers; n += 1) this.#start()
  }

  async run(call: IsolateCall): Promise<string> {
    if (call.signal.aborted) throw endedEarly(call.signal)
    const thread = await this.#take(call)
    return await thread.perform(call)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const over = new Fault('draining', 'The server is being stopped.')
    for (const waiting of this.#queue.splice(0)) waiting.reject(over)
    await Promise.all([...this.#threads].map((thread) => thread.end()))
  }

  #take(call: IsolateCall): Promise<Thread> {
    const thread = this.#idle.pop()
    if (thread !== undefined) return Promise.resolve(thread)
    if (this.#queue.length >= MOST_WAITING) {
      throw new Fault('too_many', 'Too many calls of skills are waiting.')
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { call, resolve, reject }
      this.#queue.push(waiting)
      call.signal.addEventListener('abort', () => this.#leave(waiting), { once: true })
      const preparing = [...this.#threads].filter(({ state }) => state === 'preparing')
      const willSuffice = this.#queue.length <= preparing.length
      if (!willSuffice && this.#threads.size < this.#parts.workers + MORE_WORKERS) this.#start()
    })
  }

  #leave(waiting: Waiting): void {
    const at = this.#queue.indexOf(waiting)
    if (at < 0) return
    this.#queue.splice(at, 1)
    waiting.reject(endedEarly(waiting.call.signal))
  }

  #offer(thread: Thread): void {
    const next = this.#queue.shift()
    if (next !== undefined) return next.resolve(thread)
    this.#idle.push(thread)
    if (this.#threads.size > this.#parts.workers) thread.endWhenIdle(IDLE_MS)
  }

  #start(): void {
    const { wasm, figures } = this.#parts
    const thread = new Thread({
      wasm,
      figures,
      ready: () => this.#offer(thread),
      gone: () => this.#lost(thread),
    })
    this.#threads.add(thread)
    figures.threads(this.#threads.size)
  }

  /** There are as many as before, without anybody's doing. */
  #lost(thread: Thread): void {
    this.#threads.delete(thread)
    const at = this.#idle.indexOf(thread)
    if (at >= 0) this.#idle.splice(at, 1)
    this.#parts.figures.threads(this.#threads.size)
    const isWanted = this.#threads.size < this.#parts.workers || this.#queue.length > 0
    if (!this.#isClosed && isWanted) this.#start()
  }
}

interface ThreadParts {
  readonly wasm: WebAssembly.Module
  readonly figures: IsolateFigures
  /** It waits for its next call. */
  readonly ready: () => void
  readonly gone: () => void
}

interface Performing {
  readonly id: number
  readonly call: IsolateCall
  /** Refusals that the skill was told of, by the number of what it asked. */
  readonly refusals: Map<number, Fault>
  readonly resolve: (json: string) => void
  readonly reject: (error: unknown) => void
}

/** One thread, which performs one call at a time. It is ended from outside where it does not stop by itself. */
class Thread {
  readonly #worker: Worker
  readonly #parts: ThreadParts
  readonly #clock = new Float64Array(new SharedArrayBuffer(8))
  readonly #programs = new Set<string>()
  #number: number | null = null
  #calls = 0
  #performing: Performing | null = null
  #idleTimer: NodeJS.Timeout | null = null
  state: 'preparing' | 'ready' | 'performing' | 'ended' = 'preparing'

  constructor(parts: ThreadParts) {
    this.#parts = parts
    const start: ThreadStart = { wasm: parts.wasm, clock: this.#clock }
    this.#worker = new Worker(join(import.meta.dirname, `isolate-thread${extname(import.meta.filename)}`), {
      // The environment of the server holds its secrets.
      env: threadEnvironment(),
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 3 },
      stdout: true,
      stderr: true,
    })
    this.#worker.stdout.resume()
    this.#worker.stderr.resume()
    this.#worker.on('message', (message: FromThread) => this.#hear(message))
    // Without a listener an error would end the whole process; `exit` follows it.
    this.#worker.on('error', () => undefined)
    this.#worker.once('exit', () => this.#over())
    this.#worker.unref()
  }

  async perform(call: IsolateCall): Promise<string> {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    this.state = 'performing'
    const id = (this.#calls += 1)
    let isKilled = false
    const kill = (): void => {
      isKilled = true
      void this.end()
    }
    const stopWatching = this.#watch(call.limits.cpuMs, kill)
    call.signal.addEventListener('abort', kill, { once: true })
    this.#worker.ref()
    try {
      const json = await new Promise<string>((resolve, reject) => {
        this.#performing = { id, call, refusals: new Map(), resolve, reject }
        this.#post({ kind: 'call', call: id, ...this.#given(call) })
      })
      this.#parts.figures.ended('ok', false)
      return json
    } catch (error) {
      if (call.signal.aborted) {
        this.#parts.figures.ended('aborted', isKilled)
        throw endedEarly(call.signal)
      }
      if (isKilled) this.#parts.figures.ended('cpu', true)
      else if (error instanceof Lost) this.#parts.figures.ended('lost', false)
      throw error instanceof Lost
        ? failed(isKilled ? 'It took too much time to compute.' : 'It ended its thread.')
        : error
    } finally {
      if (this.isAlive) this.state = 'preparing'
      this.#performing = null
      stopWatching()
      call.signal.removeEventListener('abort', kill)
      this.#worker.unref()
    }
  }

  get isAlive(): boolean {
    return this.state !== 'ended'
  }

  async end(): Promise<void> {
    this.state = 'ended'
    await this.#worker.terminate()
  }

  endWhenIdle(ms: number): void {
    this.#idleTimer = setTimeout(() => void this.end(), ms).unref()
  }

  #given({
    code,
    operation,
    input,
    limits,
  }: IsolateCall): Omit<Extract<ToThread, { kind: 'call' }>, 'kind' | 'call'> {
    const isKnown = this.#programs.has(code.digest)
    this.#programs.add(code.digest)
    return { digest: code.digest, code: isKnown ? null : code, operation, input, limits }
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message, [])
  }

  #hear(message: FromThread): void {
    if (message.kind === 'ready') {
      this.#number = message.thread
      // It may have been ended since it said so.
      if (this.state === 'ended') return
      this.state = 'ready'
      this.#parts.ready()
      return
    }
    const performing = this.#performing
    if (performing === null || message.call !== performing.id) return
    if (message.kind === 'done') this.#settle(performing, message)
    else void this.#answer(performing, message)
  }

  async #answer(
    { id, call, refusals, reject }: Performing,
    { ask, name, json }: Extract<FromThread, { kind: 'ask' }>,
  ): Promise<void> {
    try {
      const value = (await call.ask(name, JSON.parse(json))) ?? null
      // 0: nobody waits for it.
      if (ask > 0) this.#post({ kind: 'answer', call: id, ask, succeeded: true, json: JSON.stringify(value) })
    } catch (error) {
      if (!(error instanceof Fault)) {
        reject(error)
        return void this.end()
      }
      refusals.set(ask, error)
      const told = { name: 'Fault', message: error.message, code: error.code, ask }
      if (ask > 0) this.#post({ kind: 'answer', call: id, ask, succeeded: false, json: JSON.stringify(told) })
    }
  }

  #settle({ refusals, resolve, reject }: Performing, done: DoneMessage): void {
    // What it was given stays in its memory, so at some time there is enough of it.
    if (this.#programs.size > MOST_PROGRAMS) void this.end()
    if (done.succeeded) return resolve(done.json)
    this.#parts.figures.ended(done.failure, done.failure !== 'threw' && done.failure !== 'no-operation')
    const refusal = done.failure === 'threw' && done.ask !== null ? refusals.get(done.ask) : undefined
    reject(refusal ?? failed(done.message))
  }

  /** Ends what computes longer than it may and does not stop by itself, which a single long step of the engine does not. */
  #watch(cpuMs: number, kill: () => void): () => void {
    const begun = performance.now()
    let timer: NodeJS.Timeout
    const look = (): void => {
      const used =
        this.#number === null ? performance.now() - begun : threadCpuMs(this.#number) - (this.#clock[0] ?? 0)
      const left = cpuMs + GRACE_MS - used
      if (left <= 0) return kill()
      timer = setTimeout(look, Math.max(5, left))
    }
    timer = setTimeout(look, cpuMs + GRACE_MS)
    return () => clearTimeout(timer)
  }

  #over(): void {
    this.state = 'ended'
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    this.#performing?.reject(new Lost())
    this.#parts.gone()
  }
}

/** The thread ended before the call did. */
class Lost extends Error {}

const failed = (message: string): Fault =>
  new Fault('skill_failed', `The skill failed. ${message.slice(0, MESSAGE_CHARACTERS)}`)

function endedEarly({ reason }: AbortSignal): Fault {
  return reason instanceof Fault
    ? reason
    : new Fault('timed_out', 'The call of the skill was ended before it was done.')
}

/** Time on a processor, from proc_pid_schedstat: the first number, in nanoseconds. */
function threadCpuMs(thread: number): number {
  try {
    return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'latin1').split(' ')[0]) / 1e6
  } catch {
    // It is gone, or the kernel keeps no account: counted as over, since a limit that cannot be read is none.
    return Infinity
  }
}
