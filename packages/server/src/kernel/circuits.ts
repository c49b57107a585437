import type { circuitView } from '@freehold/contract/routing.ts'
import type { z } from 'zod'

type CircuitView = z.output<typeof circuitView>

/** What is known of one model of one target, or of one service. */
interface Circuit {
  readonly target: string
  readonly model: string | null
  /** In a row. */
  failures: number
  /** How often it was opened since a call last went well. */
  openings: number
  /** `half_open`: a call is under way to see whether the target is back. */
  state: CircuitView['state']
  /** By the monotonic clock: before it no call is made, unless the state is `closed`. */
  untilMs: number
  /** It answered that it takes no more for now, and said until when. */
  isLimited: boolean
}

/** Why a call is not made. */
export interface Spared {
  readonly waitMs: number
  readonly isLimited: boolean
}

export interface CircuitOptions {
  /** Failures in a row that open a circuit; 0: none is ever opened. */
  readonly failures: () => number
  /** How long the first opening lasts; each further one twice as long, a minute at most. */
  readonly openMs: () => number
  readonly onOpened: (opened: {
    readonly target: string
    readonly failures: number
    readonly retryInMs: number
  }) => void
  readonly onClosed: (target: string, model: string | null) => void
  /** Monotonic. */
  readonly nowMs?: () => number
}

const LONGEST_MS = 60_000
/** Model names can be the clients' text; beyond so many in trouble at once nothing more is remembered. */
const MOST = 10_000

/**
 * Circuit breakers (Nygard, Release It!), one for each model of a target: a target that fails again and again is left
 * alone for a while instead of costing every request its time, and one call at a time finds out whether it is back.
 * Only those in trouble are remembered, so that a house where all goes well pays for one look at an empty map.
 */
export class Circuits {
  readonly #options: CircuitOptions
  readonly #nowMs: () => number
  readonly #troubled = new Map<string, Circuit>()

  constructor(options: CircuitOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
  }

  /**
   * Null: the call may be made, and how it ended is to be told by one of the methods below. `isProbed`: no call of a
   * client has to find out whether the target is back, its probe does.
   */
  enter(target: string, model: string | null, isProbed = false): Spared | null {
    const circuit = this.#troubled.size === 0 ? undefined : this.#troubled.get(keyOf(target, model))
    if (circuit === undefined || circuit.state === 'closed' || this.#isOff) return null
    const nowMs = this.#nowMs()
    const waitMs = circuit.untilMs - nowMs
    if (waitMs > 0) return { waitMs, isLimited: circuit.isLimited }
    if (isProbed && waitsForProbe(circuit)) return { waitMs: this.#options.openMs(), isLimited: false }
    circuit.state = 'half_open'
    // A call that takes long does not keep the next one from finding out sooner.
    circuit.untilMs = nowMs + this.#options.openMs()
    return null
  }

  /** Without any consequence. `returning`: the next call finds out whether it is back. */
  stateOf(target: string, model: string | null, isProbed = false): 'ready' | 'returning' | 'away' {
    const circuit = this.#troubled.size === 0 ? undefined : this.#troubled.get(keyOf(target, model))
    if (circuit === undefined || circuit.state === 'closed' || this.#isOff) return 'ready'
    const isAway = circuit.untilMs > this.#nowMs() || (isProbed && waitsForProbe(circuit))
    return isAway ? 'away' : 'returning'
  }

  /** The probe of a target went well: those of its circuits whose time is over are closed, and one failure opens them. */
  probed(target: string): void {
    if (this.#troubled.size === 0 || this.#isOff) return
    const nowMs = this.#nowMs()
    for (const circuit of this.#troubled.values()) {
      if (circuit.target !== target || circuit.untilMs > nowMs || !waitsForProbe(circuit)) continue
      circuit.state = 'closed'
      circuit.failures = this.#options.failures() - 1
      this.#options.onClosed(target, circuit.model)
    }
  }

  /** An answer began well; only when it has ended well, what failed before is forgotten. */
  began(target: string, model: string | null): void {
    if (this.#troubled.size === 0) return
    const circuit = this.#troubled.get(keyOf(target, model))
    if (circuit?.state !== 'half_open') return
    circuit.state = 'closed'
    this.#options.onClosed(target, model)
  }

  succeeded(target: string, model: string | null): void {
    if (this.#troubled.size === 0) return
    const key = keyOf(target, model)
    const circuit = this.#troubled.get(key)
    // What was sent before the circuit opened says nothing about the target of now.
    if (circuit === undefined || circuit.state === 'open') return
    this.#troubled.delete(key)
    if (circuit.state === 'half_open') this.#options.onClosed(target, model)
  }

  failed(target: string, model: string | null): void {
    if (this.#isOff) return
    const circuit = this.#circuit(target, model)
    if (circuit === null || circuit.state === 'open') return
    circuit.failures += 1
    if (circuit.state === 'closed' && circuit.failures < this.#options.failures()) return
    circuit.isLimited = false
    circuit.openings += 1
    this.#open(circuit, Math.min(LONGEST_MS, this.#options.openMs() * 2 ** (circuit.openings - 1)))
  }

  /** The target takes no more requests for this model and said when it will again. */
  limited(target: string, model: string | null, waitMs: number): void {
    if (this.#isOff) return
    const circuit = this.#circuit(target, model)
    if (circuit === null) return
    circuit.isLimited = true
    this.#open(circuit, Math.min(LONGEST_MS, waitMs))
  }

  /** The call ended without saying anything about the target. */
  abandoned(target: string, model: string | null): void {
    const circuit = this.#troubled.get(keyOf(target, model))
    if (circuit?.state === 'half_open') circuit.untilMs = this.#nowMs()
  }

  /** Those of a target that are in trouble. `isKnown` tells names of the configuration from the clients' text. */
  of(target: string, isKnown: (model: string) => boolean): CircuitView[] {
    const nowMs = this.#nowMs()
    return [...this.#troubled.values()]
      .filter((circuit) => circuit.target === target)
      .map(({ model, state, failures, untilMs }) => ({
        model: model === null || isKnown(model) ? model : '*',
        state,
        failures,
        retryInMs: state === 'closed' ? null : Math.max(0, Math.ceil(untilMs - nowMs)),
      }))
  }

  /** By target. */
  open(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { target, state } of this.#troubled.values())
      if (state !== 'closed') counts.set(target, (counts.get(target) ?? 0) + 1)
    return counts
  }

  /** To be called when targets were changed: what was known is about those of before. */
  forget(): void {
    this.#troubled.clear()
  }

  get #isOff(): boolean {
    return this.#options.failures() === 0
  }

  #circuit(target: string, model: string | null): Circuit | null {
    const key = keyOf(target, model)
    const known = this.#troubled.get(key)
    if (known !== undefined) return known
    if (this.#troubled.size >= MOST) return null
    const made: Circuit = {
      target,
      model,
      failures: 0,
      openings: 0,
      state: 'closed',
      untilMs: 0,
      isLimited: false,
    }
    this.#troubled.set(key, made)
    return made
  }

  #open(circuit: Circuit, forMs: number): void {
    circuit.state = 'open'
    circuit.untilMs = this.#nowMs() + forMs
    this.#options.onOpened({ target: circuit.target, failures: circuit.failures, retryInMs: forMs })
  }
}

/** One that asked for time said itself when it will be back. */
const waitsForProbe = ({ state, isLimited }: Circuit): boolean => state === 'open' && !isLimited

/** Names of targets hold no space. */
const keyOf = (target: string, model: string | null): string => `${target} ${model ?? ''}`
