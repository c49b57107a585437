import { z } from 'zod'
import type { SettingValues } from '@freehold/contract/skill-settings.ts'
import { Fault } from '../../kernel/fault.ts'
import { LineReader } from '../strong/line-reader.ts'
import type { StrongProcess } from '../strong/strong.ts'

/** What a program says on its standard output, one line for each. */
const said = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('ask'), ask: z.int().min(0), name: z.string().max(64), args: z.unknown() }),
  z.object({ kind: z.literal('done'), value: z.unknown() }),
  z.object({
    kind: z.literal('failed'),
    message: z.string().transform((text) => text.slice(0, 500)),
    ask: z.int().nullish(),
  }),
])
type Said = z.output<typeof said>

export interface ProgramCall {
  readonly operation: string
  readonly input: unknown
  readonly settings: SettingValues
  readonly cpuMs: number
  readonly outputBytes: number
  /** A host function. A Fault reaches the program, anything else ends the call. */
  readonly ask: (name: string, args: unknown) => Promise<unknown>
  readonly signal: AbortSignal
}

interface ProgramOptions {
  readonly mostOutputBytes: number
  /** It says so before it can be called. */
  readonly saysReady: boolean
  readonly ended: (bound: ProgramBound) => void
}

/** Why a program was ended. */
export type ProgramBound = 'cpu' | 'output' | 'asks' | 'aborted' | 'lost'

const MOST_WAITING_ASKS = 16
const MOST_MESSAGES = 2000
const MOST_ASK_BYTES = 2 * 1024 * 1024
/** Answers that it does not take are held here. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024
/** Processor time for the interpreter and what speaks to the host, before the first call begins. */
const START_CPU_MS = 10_000
/** Between two looks at what it has used, at most. */
const LOOK_MS = 40

interface Performing {
  readonly call: ProgramCall
  readonly refusals: Map<number, Fault>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  messages: number
  waiting: number
}

/**
 * A program in a box that performs one call after the other, over lines of JSON. Between calls it stands still; whatever
 * it says then, or beyond its bounds, ends it.
 */
export class Program {
  readonly #box: StrongProcess
  readonly #ended: (bound: ProgramBound) => void
  readonly #ready = Promise.withResolvers<void>()
  #isReady: boolean
  #performing: Performing | null = null
  isAlive = true

  /** `ended` is told once, unless it is ended by `end`. */
  constructor(box: StrongProcess, { mostOutputBytes, saysReady, ended }: ProgramOptions) {
    this.#box = box
    this.#ended = ended
    this.#isReady = !saysReady
    if (!saysReady) this.#ready.resolve()
    const lines = new LineReader(Math.max(mostOutputBytes, MOST_ASK_BYTES) + 4096, (line) => this.#hear(line))
    box.stdout.on('data', (piece: Buffer) => {
      if (this.isAlive && !lines.push(piece))
        this.#breakOff('output', failed('It said more at once than it may.'))
    })
    // What it says there is for nobody: it may hold anything.
    box.stderr.resume()
    for (const stream of [box.stdout, box.stderr]) stream.on('error', () => undefined)
    void box.exited.then(() => this.#breakOff('lost', failed('Its program ended.')))
  }

  async perform(call: ProgramCall): Promise<unknown> {
    const aborted = (): void => this.#breakOff('aborted', endedEarly(call.signal))
    if (call.signal.aborted) throw endedEarly(call.signal)
    call.signal.addEventListener('abort', aborted, { once: true })
    let stopWatching: (() => void) | null = null
    try {
      if (!this.#isReady) {
        this.#box.resume()
        stopWatching = this.#watch(START_CPU_MS)
        await this.#ready.promise
        stopWatching()
      }
      if (call.signal.aborted) throw endedEarly(call.signal)
      return await new Promise((resolve, reject) => {
        if (!this.isAlive) return reject(failed('Its program ended.'))
        this.#performing = { call, refusals: new Map(), resolve, reject, messages: 0, waiting: 0 }
        this.#say({ kind: 'call', operation: call.operation, input: call.input, settings: call.settings })
        // After it was told, so that it wakes once and not twice.
        this.#box.resume()
        // What it has used until here is read while it begins.
        stopWatching = this.#watch(call.cpuMs)
      })
    } finally {
      this.#performing = null
      stopWatching?.()
      call.signal.removeEventListener('abort', aborted)
      if (this.isAlive) this.#box.pause()
    }
  }

  async end(): Promise<void> {
    this.isAlive = false
    this.#box.kill()
    await this.#box.exited
  }

  #hear(line: string): void {
    if (!this.isAlive) return
    const message = readLine(line)
    if (message === null) return this.#breakOff('output', failed('It said what is no message.'))
    if (message.kind === 'ready') {
      this.#isReady = true
      return this.#ready.resolve()
    }
    const performing = this.#performing
    if (performing === null) return this.#breakOff('output', failed('It spoke without being asked.'))
    if ((performing.messages += 1) > MOST_MESSAGES) {
      return this.#breakOff('asks', failed('It asked the host for too much in one call.'))
    }
    if (message.kind === 'ask') void this.#answer(performing, message)
    else if (message.kind === 'done') this.#finish(performing, message.value ?? null, line.length)
    else {
      const refusal = performing.refusals.get(message.ask ?? 0)
      performing.reject(refusal ?? failed(message.message))
    }
  }

  #finish({ call, resolve }: Performing, value: unknown, saidCharacters: number): void {
    // JSON written anew is at most six times as long: a small number may have become a long one.
    if (saidCharacters * 6 <= call.outputBytes) return resolve(value)
    if (Buffer.byteLength(JSON.stringify(value)) <= call.outputBytes) return resolve(value)
    this.#breakOff('output', failed(`Its result is larger than ${call.outputBytes} bytes.`))
  }

  async #answer(performing: Performing, { ask, name, args }: Extract<Said, { kind: 'ask' }>): Promise<void> {
    if (performing.waiting >= MOST_WAITING_ASKS) {
      return this.#breakOff('asks', failed('It asked the host for too much in one call.'))
    }
    performing.waiting += 1
    try {
      const value = (await performing.call.ask(name, args)) ?? null
      // 0: nobody waits for it.
      if (ask > 0 && this.#performing === performing) this.#say({ kind: 'answer', ask, value })
    } catch (error) {
      if (!(error instanceof Fault)) return this.#breakOff('lost', error)
      performing.refusals.set(ask, error)
      const { code, message } = error
      if (ask > 0 && this.#performing === performing) this.#say({ kind: 'refused', ask, code, message })
    } finally {
      performing.waiting -= 1
    }
  }

  #say(message: unknown): void {
    const { stdin } = this.#box
    stdin.write(`${JSON.stringify(message)}\n`)
    if (stdin.writableLength > MOST_UNREAD_BYTES) {
      this.#breakOff('asks', failed('It does not take what it asked for.'))
    }
  }

  /** Ends it when it has computed for longer than the call may. */
  #watch(cpuMs: number): () => void {
    const before = this.#box.cpuMs()
    let timer: NodeJS.Timeout
    const look = (): void => {
      const left = cpuMs - (this.#box.cpuMs() - before)
      if (left <= 0) return this.#breakOff('cpu', failed('It took too much time to compute.'))
      timer = setTimeout(look, Math.min(left, LOOK_MS))
    }
    timer = setTimeout(look, Math.min(cpuMs, LOOK_MS))
    return () => clearTimeout(timer)
  }

  #breakOff(bound: ProgramBound, error: unknown): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.#box.kill()
    this.#ready.resolve()
    this.#performing?.reject(error)
    this.#ended(bound)
  }
}

function readLine(line: string): Said | null {
  try {
    const read = said.safeParse(JSON.parse(line))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

const failed = (message: string): Fault => new Fault('skill_failed', `The skill failed. ${message}`)

function endedEarly({ reason }: AbortSignal): Fault {
  return reason instanceof Fault
    ? reason
    : new Fault('timed_out', 'The call of the skill was ended before it was done.')
}
