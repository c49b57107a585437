import { posix } from 'node:path'
import type {
  QuickJSContext,
  QuickJSDeferredPromise,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import type { AnswerMessage, CallMessage, DoneMessage, IsolateCode, IsolateFailure } from './messages.ts'
import { MOST_ASK_CHARACTERS, MOST_ASKS, MOST_WAITING_ASKS } from './messages.ts'
import { PRELUDE } from './prelude.ts'

/** Of the stack of WebAssembly, of which there is one mebibyte. */
const STACK_BYTES = 256 * 1024
const MESSAGE_CHARACTERS = 500
/** Between two looks at the clock, so that a flood of promises is seen as well as a loop. */
const JOBS_AT_ONCE = 1000
const MOST_LOGGED = 4096

export interface GuestPorts {
  /** Processor time of this thread, in milliseconds. */
  readonly cpuMs: () => number
  readonly ask: (ask: number, name: string, json: string) => void
}

type Outcome = DoneMessage extends infer Done
  ? Done extends unknown
    ? Omit<Done, 'kind' | 'call'>
    : never
  : never

class Bound extends Error {
  readonly failure: IsolateFailure
  /** The refusal that the skill let pass. */
  readonly ask: number | null
  constructor(failure: IsolateFailure, message: string, ask: number | null = null) {
    super(message)
    this.failure = failure
    this.ask = ask
  }
}

/** What is performed, and its program. */
export interface GuestCall {
  readonly call: CallMessage
  readonly code: IsolateCode
}

/** A runtime for one call. It is made before the call comes, up to where the skill's own code begins. */
export class Guest {
  readonly #ports: GuestPorts
  readonly #runtime: QuickJSRuntime
  readonly #context: QuickJSContext
  /** What the prelude made: to call an operation, and to describe what was thrown. */
  readonly #border: QuickJSHandle
  readonly #waiting = new Map<number, QuickJSDeferredPromise>()
  #deadline = Infinity
  #asks = 0
  #logged = 0
  /** The first bound that it ran into, whatever it made of that itself. */
  #bound: Bound | null = null
  #wake: (() => void) | null = null

  constructor(engine: QuickJSWASMModule, ports: GuestPorts) {
    this.#ports = ports
    this.#runtime = engine.newRuntime()
    this.#runtime.setMaxStackSize(STACK_BYTES)
    this.#context = this.#runtime.newContext()
    const context = this.#context
    const prelude = context.unwrapResult(context.evalCode(PRELUDE, 'host.js'))
    this.#border = context.unwrapResult(
      context.callFunction(prelude, context.undefined, this.#askFunction(), this.#logFunction()),
    )
  }

  /** What the host answered to something that the guest asked. */
  answer({ ask, succeeded, json }: AnswerMessage): void {
    const promise = this.#waiting.get(ask)
    if (promise === undefined) return
    this.#waiting.delete(ask)
    const text = this.#context.newString(json)
    if (succeeded) promise.resolve(text)
    else promise.reject(text)
    text.dispose()
    promise.dispose()
    this.#wake?.()
  }

  /** Once. Nothing inside is given back, for all of its memory goes when the call is over. */
  async run(guestCall: GuestCall): Promise<Outcome> {
    try {
      return { succeeded: true, json: await this.#result(guestCall) }
    } catch (error) {
      // What is no bound was thrown by the engine itself: a stack that ran over, or memory that it cannot go on with.
      const bound =
        this.#bound ?? (error instanceof Bound ? error : new Bound('stack', 'It used too much of the stack.'))
      const { failure, message, ask } = bound
      return { succeeded: false, failure, message, ask }
    }
  }

  /** From here on its code is somebody else's. */
  #bind({ limits }: CallMessage, { modules }: IsolateCode): void {
    this.#deadline = this.#ports.cpuMs() + limits.cpuMs
    this.#runtime.setMemoryLimit(limits.memoryMb * 1024 * 1024)
    this.#runtime.setInterruptHandler(() => {
      if (this.#bound === null && this.#ports.cpuMs() >= this.#deadline)
        this.#hit('cpu', 'It took too much time to compute.')
      return this.#bound !== null
    })
    this.#runtime.setModuleLoader(
      (name) => {
        const text = modules.get(name)
        return text === undefined
          ? {
              error: new Error(
                `There is no module "${name}" in the skill; it imports its own files as "./lib/name.js".`,
              ),
            }
          : { value: text }
      },
      // Whatever a name leads to, only what the skill brought along is there.
      (base, requested) =>
        /^\.\.?\//.test(requested) ? posix.join(posix.dirname(base), requested) : requested,
    )
  }

  async #result({ call, code }: GuestCall): Promise<string> {
    this.#bind(call, code)
    const context = this.#context
    const source = code.modules.get(code.entry) ?? ''
    const module = this.#value(context.evalCode(source, code.entry, { type: 'module' }))
    // A promise where the module awaits something while it is loaded.
    const exported = await this.#settled(module)
    const operation = context.getProp(exported, call.operation)
    if (context.typeof(operation) !== 'function') {
      throw this.#hit('no-operation', `The skill exports no function ${call.operation}.`)
    }
    const run = context.getProp(this.#border, 'run')
    const input = context.newString(call.input)
    const promise = this.#value(context.callFunction(run, context.undefined, operation, input))
    return this.#output(await this.#settled(promise), call.limits.outputBytes)
  }

  /** Runs what is to be done until the promise has a value; between that it waits for answers of the host. */
  async #settled(promise: QuickJSHandle): Promise<QuickJSHandle> {
    for (;;) {
      this.#work()
      const state = this.#context.getPromiseState(promise)
      if (state.type === 'fulfilled') return state.value
      if (state.type === 'rejected') throw this.#told(state.error)
      if (this.#waiting.size === 0) {
        throw this.#hit('never-settles', 'It waits for something that never comes.')
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #work(): void {
    while (this.#runtime.hasPendingJob()) {
      const done = this.#runtime.executePendingJobs(JOBS_AT_ONCE)
      if (done.error) throw this.#told(done.error)
      if (this.#ports.cpuMs() >= this.#deadline) throw this.#hit('cpu', 'It took too much time to compute.')
      if (this.#bound !== null) throw this.#bound
    }
  }

  #value(
    result: { readonly value: QuickJSHandle; readonly error?: undefined } | { readonly error: QuickJSHandle },
  ): QuickJSHandle {
    if (result.error === undefined) return result.value
    throw this.#told(result.error)
  }

  /** What was thrown inside, in its own words; they are asked for inside, since they may be code too. */
  #told(error: QuickJSHandle): Bound {
    if (this.#bound !== null) return this.#bound
    const context = this.#context
    const describe = context.getProp(this.#border, 'describe')
    const words = context.callFunction(describe, context.undefined, error)
    const json = words.error === undefined ? this.#string(words.value, 64 * 1024) : null
    if (this.#bound !== null) return this.#bound
    const told = described(json)
    if (told === null) return new Bound('threw', 'It threw what has no message.')
    const { message, ask } = told
    const short = message.slice(0, MESSAGE_CHARACTERS)
    if (short.startsWith('InternalError: out of memory')) return this.#hit('memory', 'It ran out of memory.')
    if (short.startsWith('InternalError: stack overflow'))
      return this.#hit('stack', 'It used too much of the stack.')
    return new Bound('threw', short, ask)
  }

  #output(value: QuickJSHandle, outputBytes: number): string {
    const json = this.#context.typeof(value) === 'undefined' ? 'null' : this.#string(value, outputBytes)
    if (json === null || Buffer.byteLength(json) > outputBytes) {
      throw this.#hit('output', `Its result is larger than ${outputBytes} bytes.`)
    }
    return json
  }

  /** A string of the guest, or null where it is none or too long: then it is not copied at all. */
  #string(handle: QuickJSHandle, most: number): string | null {
    if (this.#context.typeof(handle) !== 'string') return null
    // A string has its length by itself, and nobody can replace that.
    const length = this.#context
      .getProp(handle, 'length')
      .consume((number) => this.#context.getNumber(number))
    return length > most ? null : this.#context.getString(handle)
  }

  #askFunction(): QuickJSHandle {
    return this.#context.newFunction('ask', (nameHandle, jsonHandle) => {
      const name = this.#string(nameHandle, 64)
      const json = this.#string(jsonHandle, MOST_ASK_CHARACTERS)
      if (name === null || json === null) throw new TypeError('The arguments are too large, or no JSON.')
      if (this.#waiting.size >= MOST_WAITING_ASKS || (this.#asks += 1) > MOST_ASKS) {
        throw this.#hit('asks', 'It asked the host for too much in one call.')
      }
      const promise = this.#context.newPromise()
      this.#waiting.set(this.#asks, promise)
      this.#ports.ask(this.#asks, name, json)
      return promise.handle
    })
  }

  #logFunction(): QuickJSHandle {
    return this.#context.newFunction('log', (lineHandle) => {
      const line = this.#string(lineHandle, MOST_LOGGED)
      // Without a word: a skill that talks too much is no reason to fail the call.
      if (line === null || (this.#logged += line.length + 1) > MOST_LOGGED) return
      this.#ports.ask(0, 'log', JSON.stringify({ line }))
    })
  }

  #hit(failure: IsolateFailure, message: string): Bound {
    this.#bound ??= new Bound(failure, message)
    return this.#bound
  }
}

/** What the prelude made of an error; a skill may have reached into that. By hand: a schema would weigh on each thread. */
function described(json: string | null): { readonly message: string; readonly ask: number | null } | null {
  const told: unknown = json === null ? null : JSON.parse(json)
  if (typeof told !== 'object' || told === null || !('message' in told) || !('ask' in told)) return null
  const { message, ask } = told
  return typeof message === 'string' ? { message, ask: typeof ask === 'number' ? ask : null } : null
}
