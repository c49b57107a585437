import type { TargetInput } from '@freehold/contract/routing.ts'
import type { Line } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import type { LiveBody } from '../call/upstream-call.ts'
import { UpstreamCall } from '../call/upstream-call.ts'
import type { Watchdog } from '../call/watchdog.ts'
import type { TargetState } from './target-state.ts'

type Definition = NonNullable<TargetInput['probe']>

/** A probe with everything that it leaves unsaid. */
export type ProbeSettings = Required<{ readonly [K in keyof Definition]: NonNullable<Definition[K]> }>

export const probeSettings = (written: Definition): ProbeSettings => ({
  path: written.path,
  everyMs: written.everyMs ?? 10_000,
  timeoutMs: written.timeoutMs ?? 2000,
  failures: written.failures ?? 3,
  successes: written.successes ?? 2,
})

export interface ProbeOptions {
  readonly settings: ProbeSettings
  /** Its own: a target that is busy with everything it can take must still be able to say that it is well. */
  readonly line: Line
  /** Flat; what every call carries. A token of the identity centre is none: nobody asks here. */
  readonly credential: readonly string[]
  readonly state: TargetState
  readonly watchdog: Watchdog
  /** `ok`, a status or a fault code. */
  readonly onProbed: (outcome: string) => void
  /** It turned. */
  readonly onTurned: (isHealthy: boolean, outcome: string) => void
  readonly random: () => number
}

/** Each wait differs by up to a tenth, so that many processes do not ask in one moment. */
const JITTER = 0.1
/** More of an answer is not read. */
const MOST_BYTES = 64 * 1024

/** Asks a target again and again whether it is well, for as long as its definition is in force. */
export class Probe {
  readonly #options: ProbeOptions
  #timer: NodeJS.Timeout | null = null
  #call: UpstreamCall | null = null
  #isStopped = false
  /** In a row. */
  #failures = 0
  #successes = 0

  constructor(options: ProbeOptions) {
    this.#options = options
  }

  start(): void {
    void this.#ask()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#call?.abort(new Fault('upstream_broke', 'The probe was stopped.'))
    void this.#options.line.destroy()
  }

  async #ask(): Promise<void> {
    const outcome = await this.#outcome()
    if (this.#isStopped) return
    this.#count(outcome)
    const { settings, random } = this.#options
    const waitMs = settings.everyMs * (1 + JITTER * (2 * random() - 1))
    this.#timer = setTimeout(() => void this.#ask(), waitMs).unref()
  }

  async #outcome(): Promise<string> {
    const { line, settings, credential, watchdog } = this.#options
    const { path, timeoutMs } = settings
    const headers = ['user-agent', 'freehold', 'accept', '*/*', ...credential]
    const timeouts = { firstByteMs: timeoutMs, idleMs: timeoutMs, totalMs: timeoutMs }
    const call = new UpstreamCall(
      { line, path, method: 'GET', headers, body: null, format: null, timeouts },
      watchdog,
    )
    this.#call = call
    try {
      const { status, body } = await call.answer()
      if (!Buffer.isBuffer(body)) await dropped(body, call)
      return status >= 200 && status < 300 ? 'ok' : String(status)
    } catch (error) {
      if (error instanceof Fault) return error.code
      throw error
    } finally {
      this.#call = null
    }
  }

  #count(outcome: string): void {
    const { settings, state, onProbed, onTurned } = this.#options
    const isWell = outcome === 'ok'
    this.#successes = isWell ? this.#successes + 1 : 0
    this.#failures = isWell ? 0 : this.#failures + 1
    onProbed(outcome)
    const was = state.health
    if (was !== 'unhealthy' && this.#failures >= settings.failures) state.health = 'unhealthy'
    else if (was === 'unhealthy' && this.#successes >= settings.successes) state.health = 'healthy'
    else if (was === 'unknown' && isWell) state.health = 'healthy'
    if (was === 'unhealthy' && state.health === 'healthy') state.restart()
    if (state.health === 'unhealthy' ? was !== 'unhealthy' : was === 'unhealthy') {
      onTurned(state.health === 'healthy', outcome)
    }
  }
}

/** Read to its end, so that the connection can be used again; one that is too long is cut off, and counts all the same. */
async function dropped(body: LiveBody, call: UpstreamCall): Promise<void> {
  let bytes = 0
  const isLong = (piece: Buffer): boolean => (bytes += piece.length) > MOST_BYTES
  const tooLong = new Fault('upstream_broke', 'The answer to the probe is too long.')
  try {
    await body.forward({
      write(piece) {
        if (isLong(piece)) call.abort(tooLong)
        return true
      },
      onDrain() {},
      end() {},
    })
  } catch (error) {
    if (error !== tooLong) throw error
  }
}
