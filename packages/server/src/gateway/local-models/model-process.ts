import type { LocalModelProblem } from '@freehold/contract/local-model-problems.ts'
import { localModelProblem } from '@freehold/contract/local-model-problems.ts'
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { extname, join } from 'node:path'
import type { LocalModelSetting } from '../../kernel/config/local-model-keys.ts'
import type { FromModel, ToModel } from './model-wire.ts'

/** What becomes of one request. */
export interface ModelCall {
  readonly path: string
  readonly body: Buffer
  head(status: number, headers: Readonly<Record<string, string>>): void
  data(bytes: Buffer): void
  end(): void
  /** The process is gone, or broke off. */
  broken(): void
}

/** How it goes with the process. */
export interface ModelEvents {
  readonly ready: (told: { readonly ms: number; readonly contextTokens: number }) => void
  /** It cannot be used; `problem` is for whoever asks for it. */
  readonly failed: (told: {
    readonly code: string
    readonly problem: LocalModelProblem
    readonly retryInMs: number
  }) => void
  /** A mistake of ours in an answer: the name of what was thrown. */
  readonly broke: (name: string) => void
}

type Answered = Extract<
  FromModel,
  { head: unknown } | { data: unknown } | { end: unknown } | { broken: unknown }
>

export type ModelState = 'starting' | 'ready' | 'failed' | 'closed'

const FIRST_BACKOFF_MS = 500
/** What is not installed or not whole does not come by itself so soon. */
const FIRST_FAILED_MS = 10_000
const LONGEST_BACKOFF_MS = 60_000
/** A process that ran so long starts again at once. */
const STEADY_MS = 60_000
/** The native code looks at nothing while it reads one part of a prompt. */
const STOP_PATIENCE_MS = 2000
const OVER_MEMORY = 77

/**
 * The process of one model, started again whenever it ends, and the requests that wait for it: one at a time is
 * answered, for two would share the processors and both be late. What it breaks, it breaks for itself.
 */
export class ModelProcess {
  readonly #setting: LocalModelSetting
  readonly #events: ModelEvents
  readonly #waiting: ModelCall[] = []
  #state: ModelState = 'starting'
  #child: ChildProcess | null = null
  #current: { readonly id: number; readonly call: ModelCall } | null = null
  #lastId = 0
  #backoffMs = FIRST_BACKOFF_MS
  #timer: NodeJS.Timeout | null = null
  #startedMs = 0
  #failure: LocalModelProblem | null = null
  #failureCode: string | null = null
  memoryBytes = 0

  constructor(setting: LocalModelSetting, events: ModelEvents) {
    this.#setting = setting
    this.#events = events
  }

  get state(): ModelState {
    return this.#state
  }

  /** Why it cannot be used. */
  get failure(): LocalModelProblem | null {
    return this.#failure
  }

  /** Requests that wait, without the one that is answered. */
  get waiting(): number {
    return this.#waiting.length
  }

  start(): void {
    if (this.#state === 'closed') return
    this.#state = 'starting'
    this.#startedMs = performance.now()
    const child = fork(join(import.meta.dirname, `model-program${extname(import.meta.filename)}`), {
      // The environment of the server holds its secrets, and the package has switches of its own in there.
      env: {},
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child = child
    child.on('message', (message: FromModel) => this.#heard(child, message))
    child.once('error', () => this.#ended(child, null))
    child.once('exit', (code) => this.#ended(child, code))
    this.#tell({ open: this.#setting })
    this.#timer = setTimeout(() => child.kill('SIGKILL'), this.#setting.startMs)
  }

  /** False: too many wait already. */
  ask(call: ModelCall): boolean {
    const isIdle = this.#current === null && this.#state === 'ready'
    if (!isIdle && this.#waiting.length >= this.#setting.queue) return false
    this.#waiting.push(call)
    this.#next()
    return true
  }

  /** Nobody wants it any more. */
  drop(call: ModelCall): void {
    const at = this.#waiting.indexOf(call)
    if (at >= 0) this.#waiting.splice(at, 1)
    else if (this.#current?.call === call) this.#tell({ drop: this.#current.id })
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    if (this.#timer !== null) clearTimeout(this.#timer)
    const child = this.#child
    this.#breakAll()
    if (child === null || child.exitCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.disconnect()
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS)
    await ended
    clearTimeout(late)
  }

  #tell(message: ToModel): void {
    if (this.#child?.connected) this.#child.send(message)
  }

  #next(): void {
    if (this.#state !== 'ready' || this.#current !== null) return
    const call = this.#waiting.shift()
    if (call === undefined) return
    this.#lastId += 1
    this.#current = { id: this.#lastId, call }
    this.#tell({ ask: this.#lastId, path: call.path, body: call.body })
  }

  #heard(child: ChildProcess, message: FromModel): void {
    if (child !== this.#child || this.#state === 'closed') return
    if ('ready' in message) return this.#ready(message.ready.contextTokens)
    if ('failed' in message) {
      this.#failure = message.failed.problem
      this.#failureCode = message.failed.code
      child.kill('SIGKILL')
    } else if ('memoryBytes' in message) this.memoryBytes = message.memoryBytes
    else if ('bug' in message) this.#events.broke(message.bug)
    else this.#answered(message)
  }

  #answered(message: Answered): void {
    const current = this.#current
    if (current === null) return
    const { id, call } = current
    if ('head' in message) {
      if (message.head === id) call.head(message.status, message.headers)
    } else if ('data' in message) {
      if (message.data === id) call.data(Buffer.from(message.bytes))
    } else {
      const over = 'end' in message ? message.end : message.broken
      if (over !== id) return
      this.#current = null
      if ('end' in message) call.end()
      else call.broken()
      this.#next()
    }
  }

  #ready(contextTokens: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#state = 'ready'
    this.#failure = null
    this.#failureCode = null
    this.#events.ready({ ms: Math.round(performance.now() - this.#startedMs), contextTokens })
    this.#next()
  }

  #ended(child: ChildProcess, exit: number | null): void {
    if (child !== this.#child) return
    this.#child = null
    this.memoryBytes = 0
    if (this.#state === 'closed') return
    const wasReady = this.#state === 'ready'
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (wasReady && performance.now() - this.#startedMs > STEADY_MS) this.#backoffMs = FIRST_BACKOFF_MS
    const retryInMs = Math.max(this.#backoffMs, this.#failureCode === null ? 0 : FIRST_FAILED_MS)
    this.#backoffMs = Math.min(LONGEST_BACKOFF_MS, retryInMs * 2)
    this.#state = 'failed'
    const code = this.#failureCode ?? (exit === OVER_MEMORY ? 'memory' : wasReady ? 'ended' : 'start')
    const problem = (this.#failure ??= PROBLEMS[code] ?? localModelProblem('not_opened'))
    // Who waits did it no harm and can go on waiting; where it cannot even be opened there is nothing to wait for.
    if (wasReady) this.#break()
    else this.#breakAll()
    this.#timer = setTimeout(() => this.start(), retryInMs).unref()
    this.#events.failed({ code, problem, retryInMs })
  }

  #break(): void {
    const current = this.#current
    this.#current = null
    current?.call.broken()
  }

  #breakAll(): void {
    this.#break()
    for (const call of this.#waiting.splice(0)) call.broken()
  }
}

const PROBLEMS: Readonly<Record<string, LocalModelProblem>> = {
  ended: localModelProblem('ended'),
  start: localModelProblem('not_started'),
  memory: localModelProblem('memory_over'),
}
