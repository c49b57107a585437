import type { LocalModelProblem } from '@freehold/contract/local-model-problems.ts'
import type { LoadOptions } from './load.ts'
import { Load } from './load.ts'

/** What the state of a target is kept by. */
export interface StateOptions extends Omit<LoadOptions, 'onEjected'> {
  readonly onEjected: (ejected: {
    readonly target: string
    readonly percent: number
    readonly retryInMs: number
  }) => void
}

/** Model names can be the clients' text; beyond so many they share one. */
const MOST_MODELS = 200
const OTHERS = '*'

/** How it goes at one target of a definition; a changed one begins anew. */
export class TargetState {
  readonly #options: LoadOptions
  readonly #loads = new Map<string, Load>()
  /** What its probe says; `unprobed` where it has none, `unknown` until the first answer. */
  health: 'unprobed' | 'unknown' | 'healthy' | 'unhealthy' = 'unprobed'
  /** Why a local model cannot be used. */
  unusable: LocalModelProblem | null = null

  #sinceMs: number

  /** `isNew`: others of its groups were here before it, so its share begins small. */
  constructor(target: string, options: StateOptions, isNew: boolean) {
    this.#sinceMs = isNew ? options.nowMs() : Number.NEGATIVE_INFINITY
    this.#options = { ...options, onEjected: (ejected) => options.onEjected({ target, ...ejected }) }
  }

  /** Of one of its models; null for a service. */
  of(model: string | null): Load {
    const name = model ?? ''
    const known = this.#loads.get(name)
    if (known !== undefined) return known
    if (this.#loads.size >= MOST_MODELS && name !== OTHERS) return this.of(OTHERS)
    const made = new Load(this.#options, this.#sinceMs)
    this.#loads.set(name, made)
    return made
  }

  /** By model; a service has an empty name. */
  get loads(): ReadonlyMap<string, Load> {
    return this.#loads
  }

  /** It came back, with all its models. */
  restart(): void {
    this.#sinceMs = this.#options.nowMs()
    for (const load of this.#loads.values()) load.restart()
  }
}
