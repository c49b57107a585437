import { Fault } from '../../kernel/fault.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { eachTenant } from '../../store/each-tenant.ts'
import type { Store, TenantId } from '../../store/store.ts'
import { closedOnes, moveOut } from './leaving.ts'
import { bringingBack, moveBack } from './returning.ts'

export interface HomeRules {
  /** Where the bodies of closed conversations are to lie. */
  readonly home: 'database' | 'blobs'
  readonly closedAfterDays: number
}

interface HomesOptions {
  readonly store: Store
  readonly clock: { readonly now: () => number }
  readonly rules: () => HomeRules
  readonly moved: (way: 'out' | 'back') => void
  /** Something went wrong while nobody asked. */
  readonly report: (error: unknown) => void
}

const FIRST_LOOK_MS = 5000
const LOOK_EVERY_MS = 60_000
const DAY_MS = 86_400_000
const AT_ONCE = 50

/** Moves the bodies of conversations to where they are to lie, from time to time and when one was closed. */
export class Homes {
  readonly #options: HomesOptions
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #isWanted = false
  #isClosed = false

  constructor(options: HomesOptions) {
    this.#options = options
    this.#lookAfter(FIRST_LOOK_MS)
  }

  /** Looks at once; whoever asks while it looks is looked for behind it. */
  look(): void {
    if (this.#isClosed) return
    this.#isWanted = true
    this.#looking ??= this.#lookWhileWanted().finally(() => (this.#looking = null))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#looking
  }

  #lookAfter(ms: number): void {
    this.#timer = setTimeout(() => {
      this.look()
      this.#lookAfter(LOOK_EVERY_MS)
    }, ms).unref()
  }

  async #lookWhileWanted(): Promise<void> {
    const { store, rules, report } = this.#options
    try {
      while (this.#isWanted && !this.#isClosed) {
        this.#isWanted = false
        const { home } = rules()
        await eachTenant(store, (tenant) =>
          home === 'blobs' ? this.#moveClosed(tenant) : this.#fetchAll(tenant),
        )
      }
    } catch (error) {
      report(error)
    }
  }

  async #moveClosed(tenant: TenantId): Promise<void> {
    const { store, clock, rules, moved, report } = this.#options
    const closedBefore = earliestAt(clock.now() - rules().closedAfterDays * DAY_MS)
    for (let after: string | null = null; !this.#isClosed;) {
      const some = await store.withTenant({ tenant }, (tx) => closedOnes(tx, { closedBefore, after }))
      for (const { id } of some) {
        if (this.#isClosed) return
        try {
          if (await moveOut(store, tenant, id)) moved('out')
        } catch (error) {
          if (error instanceof Fault) throw error
          // One that cannot be moved keeps none of the others from it.
          report(error)
        }
      }
      after = some.at(-1)?.touched ?? null
      if (after === null) return
    }
  }

  async #fetchAll(tenant: TenantId): Promise<void> {
    const { store, moved, report } = this.#options
    for (let after: string | null = null; !this.#isClosed;) {
      const some: readonly string[] = await store.withTenant({ tenant }, async ({ db }) =>
        db
          .selectFrom('conversation')
          .select('id')
          .where('bodies_blob', 'is not', null)
          .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
          .orderBy('id')
          .limit(AT_ONCE)
          .execute()
          .then((rows) => rows.map(({ id }) => id)),
      )
      for (const id of some) {
        if (this.#isClosed) return
        try {
          if (await moveBack(store, tenant, id)) moved('back')
        } catch (error) {
          if (error instanceof Fault) throw error
          report(error)
        }
      }
      after = some.at(-1) ?? null
      if (after === null) return
    }
  }
}

interface HomeFigures {
  readonly out: () => void
  readonly back: () => void
}

const homeFigures = (metrics: Metrics): HomeFigures => {
  const counter = metrics.counter('freehold_conversations_moved_total')
  const [out, back] = [counter.bind({ action: 'out' }), counter.bind({ action: 'back' })]
  return { out: () => out.inc(), back: () => back.inc() }
}

/** Whoever sees to where bodies lie, and the store for everybody who need not know. */
export function openHomes(
  { metrics, ...options }: Omit<HomesOptions, 'moved'> & { readonly metrics: Metrics },
  undo: (() => Promise<void>)[],
): { readonly homes: Homes; readonly store: Store } {
  const figures = homeFigures(metrics)
  const homes = new Homes({ ...options, moved: (way) => figures[way]() })
  undo.push(() => homes.close())
  return { homes, store: bringingBack(options.store, figures.back) }
}

/** The lowest time-ordered id that can be drawn at this moment. */
function earliestAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
