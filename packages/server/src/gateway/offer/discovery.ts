import type { DiscoveryView } from '@freehold/contract/routing.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Target } from '../routing/routing.ts'
import { upstreamName } from '../routing/rule.ts'
import type { TargetWay, Targets } from '../targets.ts'
import type { Enquire, EnquiringParts } from './enquiry.ts'
import { enquirer } from './enquiry.ts'
import type { Listing, ModelDefinition, Offered } from './listing.ts'
import { listingFault, listModels, NoListing } from './listing.ts'
import { ollamaListing } from './ollama.ts'

export interface DiscoveryOptions extends EnquiringParts {
  readonly targets: Pick<Targets, 'hold'>
  /** In whose name targets are asked: the program itself. */
  readonly caller: Pick<Caller, 'tenant' | 'principal'>
  readonly onFound: (found: {
    readonly target: string
    readonly models: number
    readonly leftOut: number
    readonly isNew: boolean
  }) => void
  readonly onFailed: (failed: {
    readonly target: string
    readonly code: string
    readonly models: number
  }) => void
  readonly onForgotten: (target: string) => void
  /** Between 0 and 1. */
  readonly random?: () => number
}

/** What is known of one target that is asked. */
interface Asked {
  readonly target: string
  readonly everyMs: number
  /** Stays the same as long as the definition does. */
  readonly open: TargetWay
  listing: Listing | null
  listedMs: number
  failure: { readonly code: string; readonly message: string; readonly atMs: number } | null
  failures: number
  timer: NodeJS.Timeout | null
}

const EVERY_MS = 300_000
/** Replicas and targets that began together do not stay together. */
const JITTER = 0.2
const FIRST_MS = 200
const RETRY_MS = 5000
/** Nobody waits, and a list is short. */
const TIMES = { firstByteMs: 30_000, idleMs: 10_000, totalMs: 60_000 }

/** The list of a target by the API that tells most of it. @throws NoListing, Fault `upstream_…` */
export const listed = (enquire: Enquire, definition: ModelDefinition): Promise<Listing> =>
  definition.native === 'ollama' ? ollamaListing(enquire, definition.url) : listModels(enquire, definition)

/**
 * Asks targets with `discover` for their models, now and then, so that those behind a `*` can be listed. It only
 * finds names: what may be asked for is decided by the rules and the `models` of the target as ever.
 */
export class Discovery {
  readonly #options: DiscoveryOptions
  readonly #asked = new Map<string, Asked>()
  #edition = 0
  #isClosed = false

  constructor(options: DiscoveryOptions) {
    this.#options = options
  }

  /** Changes whenever a list does. */
  get edition(): number {
    return this.#edition
  }

  /** To be called when another routing is in force. A target that was changed begins anew. */
  follow(): void {
    const book = this.#options.targets.hold()
    try {
      const now = new Set<string>()
      for (const target of book.routing.targets.values()) {
        const everyMs = intervalOf(target)
        if (everyMs === null || this.#isClosed) continue
        now.add(target.name)
        const open = book.of(target)
        const known = this.#asked.get(target.name)
        if (known?.open === open) continue
        this.#forget(target.name)
        this.#begin({ target: target.name, everyMs, open })
      }
      for (const name of this.#asked.keys()) if (!now.has(name)) this.#forget(name)
    } finally {
      book.release()
    }
  }

  /** The models of a target behind its patterns, as it listed them last. */
  modelsOf(target: Target): readonly Offered[] {
    const { definition } = target
    if (definition.kind !== 'model') return []
    const models = this.#asked.get(target.name)?.listing?.models ?? []
    return models.filter(({ id }) => upstreamName(definition.models, id) === id)
  }

  /** No target is asked. */
  get isIdle(): boolean {
    return this.#asked.size === 0
  }

  /** Null where the target is not asked. */
  of(target: string): DiscoveryView | null {
    const asked = this.#asked.get(target)
    if (!asked) return null
    const { listing, listedMs, failure } = asked
    const nowMs = performance.now()
    return {
      state: stateOf(asked),
      models: listing?.models.length ?? 0,
      leftOut: listing?.leftOut ?? 0,
      ageMs: listing === null ? null : Math.round(nowMs - listedMs),
      failure: failure && {
        code: failure.code,
        message: failure.message,
        agoMs: Math.round(nowMs - failure.atMs),
      },
    }
  }

  close(): void {
    this.#isClosed = true
    for (const name of this.#asked.keys()) this.#forget(name)
  }

  #begin(what: Pick<Asked, 'target' | 'everyMs' | 'open'>): void {
    const asked: Asked = {
      ...what,
      listing: null,
      listedMs: 0,
      failure: null,
      failures: 0,
      timer: null,
    }
    this.#asked.set(what.target, asked)
    this.#schedule(asked, FIRST_MS)
  }

  #forget(name: string): void {
    const asked = this.#asked.get(name)
    if (!asked) return
    if (asked.timer !== null) clearTimeout(asked.timer)
    this.#asked.delete(name)
    if (asked.listing === null) return
    this.#edition += 1
    this.#options.onForgotten(name)
  }

  #schedule(asked: Asked, afterMs: number): void {
    const random = this.#options.random ?? Math.random
    const ms = afterMs * (1 - JITTER + 2 * JITTER * random())
    asked.timer = setTimeout(() => void this.#ask(asked), ms).unref()
  }

  async #ask(asked: Asked): Promise<void> {
    asked.timer = null
    try {
      this.#found(asked, await this.#list(asked))
    } catch (error) {
      this.#failed(asked, error)
    }
    if (this.#asked.get(asked.target) !== asked) return
    const { everyMs, failures } = asked
    this.#schedule(asked, failures === 0 ? everyMs : Math.min(everyMs, RETRY_MS * 2 ** (failures - 1)))
  }

  async #list({ target: name, open }: Asked): Promise<Listing> {
    const { targets, caller } = this.#options
    const book = targets.hold()
    try {
      const target = book.routing.targets.get(name)
      if (target?.definition.kind !== 'model') return { models: [], leftOut: 0 }
      const quick = {
        firstByteMs: Math.min(open.timeouts.firstByteMs, TIMES.firstByteMs),
        idleMs: Math.min(open.timeouts.idleMs, TIMES.idleMs),
        totalMs: Math.min(open.timeouts.totalMs, TIMES.totalMs),
      }
      const enquire = enquirer({ ...open, timeouts: quick }, this.#options, caller)
      return await listed(enquire, target.definition)
    } finally {
      book.release()
    }
  }

  #found(asked: Asked, listing: Listing): void {
    // The target was changed while it was asked: this is the list of another one.
    if (this.#asked.get(asked.target) !== asked) return
    const isNew = namesIn(asked.listing) !== namesIn(listing)
    Object.assign(asked, { listing, listedMs: performance.now(), failure: null, failures: 0 })
    if (isNew) this.#edition += 1
    const { models, leftOut } = listing
    this.#options.onFound({ target: asked.target, models: models.length, leftOut, isNew })
  }

  #failed(asked: Asked, error: unknown): void {
    if (this.#asked.get(asked.target) !== asked) return
    const { code, message } = isOfTarget(error) ? listingFault(error) : BUG
    asked.failures += 1
    asked.failure = { code, message, atMs: performance.now() }
    this.#options.onFailed({ target: asked.target, code, models: asked.listing?.models.length ?? 0 })
  }
}

/** Nobody waits for the answer, so what is no fault of the target must not end the program either. */
const isOfTarget = (error: unknown): boolean => error instanceof Fault || error instanceof NoListing
const BUG = { code: 'bug', message: 'Something went wrong on our side.' }

/** Names hold no line ends. */
const namesIn = (listing: Listing | null): string | null =>
  listing && listing.models.map(({ id }) => id).join('\n')

function stateOf({ listing, failure }: Asked): DiscoveryView['state'] {
  if (failure !== null) return listing === null ? 'failed' : 'stale'
  return listing === null ? 'pending' : 'ok'
}

function intervalOf({ definition }: Target): number | null {
  if (definition.kind !== 'model' || definition.discover === undefined) return null
  if (typeof definition.discover === 'object') return definition.discover.everyMs
  return definition.discover ? EVERY_MS : null
}
