import { Fault } from '../../kernel/fault.ts'
import type { Store, TenantId } from '../../store/store.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { Charge } from '../budgets/charging.ts'
import { charge } from '../budgets/charging.ts'
import { keepCounters } from '../budgets/seeding.ts'
import type { LinesKept } from './kept-lines.ts'
import { Scratch } from './scratch.ts'
import { writeLines } from './shipping-rows.ts'
import type { WrittenLine, WrittenLines } from './source.ts'
import { payloadOf } from './write-ahead-batch.ts'
import { requestOf, tenantOf } from './write-ahead-line.ts'

/** What goes wrong on the way to the database. Requests go on: their lines wait in the file. */
export type ShippingEvent =
  | { readonly event: 'records.ship_failed'; readonly error: unknown; readonly retryInMs: number }
  | { readonly event: 'records.ship_resumed'; readonly attempts: number }
  /** The tenant was deleted while lines of it stood in the file: they are passed over. */
  | { readonly event: 'records.tenant_gone'; readonly tenant: TenantId; readonly lines: number }
  /** The database takes this line in no form: it is passed over, so that it holds up nobody. */
  | { readonly event: 'records.line_refused'; readonly request: string; readonly code: string }

interface Pace {
  /** How long lines are gathered before they are shipped together. */
  readonly gatherMs: number
  /** After the first failure; doubled with each further one. */
  readonly retryMs: number
  readonly mostRetryMs: number
  /** How often it is looked whether a tenant's own database is back. */
  readonly keptMs: number
}
const USUAL_PACE: Pace = { gatherMs: 500, retryMs: 1000, mostRetryMs: 30_000, keptMs: 5000 }

/** About 600 requests: enough that the round trips of a transaction do not count, and a slice of less than a millisecond. */
const BATCH_BYTES = 256 * 1024

export interface ShipperOptions {
  readonly source: WrittenLines
  readonly store: Pick<Store, 'tenants' | 'withTenant'>
  /** Where lines wait whose tenant's own database is away. Default: everybody's wait behind them. */
  readonly kept?: {
    readonly lines: LinesKept
    readonly isAway: (tenant: TenantId, error: unknown) => boolean
  }
  readonly onEvent: (event: ShippingEvent) => void
  /** Shares of a budget at which an alert is raised; default: none. */
  readonly alertAt?: () => readonly number[]
  /** What of a charge this process has a lease for; default: nothing. */
  readonly heldFor?: (tenant: TenantId, charge: Charge) => number
  /** Hears what budgets were charged with, once it is committed. */
  readonly onCharged?: (told: Awaited<ReturnType<typeof charge>>) => void
  readonly pace?: Partial<Pace>
  /** So much may wait while requests need the time. */
  readonly mostBehindBytes: () => number
  /** Whether this process has no time to spare; asked once after each batch. */
  readonly isBusy?: () => boolean
}

/** So many lines that waited go together. */
const KEPT_BATCH = 200

/** Share of its time that the event loop may be at work before the records of earlier requests wait for new ones. */
const BUSY = 0.8

/** By the event loop's own account, since the last time it was asked. */
function busyLoop(): () => boolean {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization > BUSY
  }
}

/** Carries what the write-ahead file holds into the database, as often as it takes. */
export interface Shipper {
  /**
   * Resolves with true when every line written before the call is in the database, with false when that was not so
   * within the time, or the shipper was closed.
   */
  flush(withinMs?: number): Promise<boolean>
  /** Waits for the batch that is under way; the rest stays in the file for the next start. */
  close(): Promise<void>
}

/** Begins where the last process ended. */
export function createShipper(options: ShipperOptions): Shipper {
  return new FileShipper(options)
}

/** The file that lines were written to, and where they are put together. */
interface From {
  readonly wal: string
  readonly scratch: Scratch
}

interface Waiter {
  readonly upTo: number
  readonly resolve: (isStored: boolean) => void
}

class FileShipper implements Shipper {
  readonly #options: ShipperOptions
  readonly #pace: Pace
  readonly #isBusy: () => boolean
  readonly #unsubscribe: () => void
  /** Lines before it are in the database. */
  #storedTo: number
  /** Lines before it need not be read again after a restart. */
  #acknowledgedTo: number
  readonly #scratch = new Scratch()
  #waiting: readonly Waiter[] = []
  #running: Promise<void> | null = null
  #timer: { readonly handle: NodeJS.Timeout; readonly dueMs: number } | null = null
  #keptTimer: NodeJS.Timeout | null = null
  #keeping: Promise<void> = Promise.resolve()
  #failures = 0
  #failedMs = 0
  #isClosed = false

  constructor(options: ShipperOptions) {
    this.#options = options
    this.#pace = { ...USUAL_PACE, ...options.pace }
    this.#isBusy = options.isBusy ?? busyLoop()
    this.#storedTo = options.source.shippedTo
    this.#acknowledgedTo = options.source.shippedTo
    this.#unsubscribe = options.source.onWritten(() => this.#written())
    if (this.#isBehind) this.#wakeAfter(0)
    this.#lookAfterKept()
  }

  async flush(withinMs?: number): Promise<boolean> {
    const upTo = this.#options.source.writtenTo
    if (this.#storedTo >= upTo) return true
    if (this.#isClosed) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const waiter = { upTo, resolve }
    this.#waiting = [...this.#waiting, waiter]
    this.#wakeAfter(0)
    const timer = withinMs === undefined ? undefined : setTimeout(() => this.#giveUp(waiter), withinMs)
    return promise.finally(() => clearTimeout(timer))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#unsubscribe()
    this.#sleep()
    if (this.#keptTimer !== null) clearTimeout(this.#keptTimer)
    await Promise.all([this.#running, this.#keeping])
    for (const waiter of this.#waiting) this.#giveUp(waiter)
  }

  get #isBehind(): boolean {
    return this.#acknowledgedTo < this.#options.source.writtenTo
  }

  /** New lines do not shorten the wait for a database that is away. */
  #written(): void {
    if (this.#failures === 0) this.#wakeAfter(this.#pace.gatherMs)
  }

  /** The sooner of two wishes counts; after a failure none is granted before the shortest back-off is over. */
  #wakeAfter(delayMs: number): void {
    if (this.#isClosed || this.#running !== null) return
    const nowMs = performance.now()
    const dueMs = Math.max(nowMs + delayMs, this.#failures === 0 ? 0 : this.#failedMs + this.#pace.retryMs)
    if (this.#timer !== null && this.#timer.dueMs <= dueMs) return
    this.#sleep()
    this.#timer = { handle: setTimeout(() => this.#start(), dueMs - nowMs), dueMs }
  }

  #sleep(): void {
    clearTimeout(this.#timer?.handle)
    this.#timer = null
  }

  #start(): void {
    this.#timer = null
    this.#running = this.#drain()
      .then(
        () => this.#pace.gatherMs,
        (error: unknown) => this.#failed(error),
      )
      .then((delayMs) => {
        this.#running = null
        // What was written meanwhile woke nobody.
        if (this.#isBehind) this.#wakeAfter(this.#waiting.length > 0 ? 0 : delayMs)
      })
  }

  /** Ends while requests still come: their few lines are gathered again, unless somebody waits for them. */
  async #drain(): Promise<void> {
    const { source } = this.#options
    const writtenBefore = source.writtenTo
    const isDue = (): boolean =>
      this.#acknowledgedTo < writtenBefore ||
      source.writtenTo - this.#acknowledgedTo >= BATCH_BYTES ||
      this.#waiting.length > 0
    while (isDue() && !this.#isClosed) {
      if (this.#storedTo === this.#acknowledgedTo) {
        const end = source.writtenTo
        const lines = await source.read(this.#storedTo, BATCH_BYTES)
        await this.#store(lines)
        this.#advance(lines.at(-1)?.next ?? end)
      }
      await source.shipped(this.#storedTo)
      this.#acknowledgedTo = this.#storedTo
      this.#succeeded()
      if (this.#mayWait()) return
    }
  }

  /** Requests come first, as long as nobody waits for the records and there is room for them. */
  #mayWait(): boolean {
    const isBusy = this.#isBusy()
    const { source, mostBehindBytes } = this.#options
    return isBusy && this.#waiting.length === 0 && source.writtenTo - this.#storedTo <= mostBehindBytes()
  }

  async #store(lines: readonly WrittenLine[]): Promise<void> {
    const { source, kept } = this.#options
    for (const [text, own] of Map.groupBy(lines, tenantOf)) {
      const tenant = tenantId(text)
      try {
        await this.#storeOf(tenant, own, { wal: source.id, scratch: this.#scratch })
      } catch (error) {
        if (kept?.isAway(tenant, error) !== true) throw error
        kept.lines.keep(tenant, { wal: source.id, lines: own })
        this.#lookAfterKept()
      }
    }
  }

  /** What waited for a database that may be back. */
  async #storeKept(tenant: TenantId): Promise<void> {
    const { kept } = this.#options
    if (kept === undefined) return
    try {
      const { files, size } = kept.lines.of(tenant)
      for (const { wal, lines } of files) {
        const from = { wal, scratch: new Scratch() }
        for (let at = 0; at < lines.length; at += KEPT_BATCH)
          await this.#storeOf(tenant, lines.slice(at, at + KEPT_BATCH), from)
      }
      kept.lines.drop(tenant, size)
    } catch (error) {
      if (!kept.isAway(tenant, error)) throw error
    }
  }

  /** Also where nobody writes anything new. */
  #lookAfterKept(): void {
    const { kept } = this.#options
    if (this.#keptTimer !== null || this.#isClosed || !kept || kept.lines.tenants.size === 0) return
    this.#keptTimer = setTimeout(() => {
      this.#keptTimer = null
      const turn = async (): Promise<void> => {
        for (const tenant of kept.lines.tenants) if (!this.#isClosed) await this.#storeKept(tenant)
      }
      this.#keeping = turn()
        .catch((error: unknown) => {
          this.#options.onEvent({ event: 'records.ship_failed', error, retryInMs: this.#pace.keptMs })
        })
        .finally(() => this.#lookAfterKept())
    }, this.#pace.keptMs)
    this.#keptTimer.unref()
  }

  async #storeOf(tenant: TenantId, lines: readonly WrittenLine[], from: From): Promise<void> {
    const { store, onEvent } = this.#options
    try {
      const told = await store.withTenant({ tenant }, async (tx) => {
        await keepCounters(tx)
        const costs = await writeLines(tx, from.wal, { lines, scratch: from.scratch })
        const { alertAt, heldFor } = this.#options
        const charges = costs.map((one) => ({ ...one, held: heldFor?.(tenant, one) ?? 0 }))
        return costs.length === 0
          ? null
          : await charge(tx, this.#options.source.id, { charges, alertAt: alertAt?.() ?? [] })
      })
      if (told !== null) this.#options.onCharged?.(told)
    } catch (error) {
      const code = refusedValue(error) ?? shreddedCode(error)
      if (code === null) throw error
      if (!(await store.tenants()).includes(tenant)) {
        onEvent({ event: 'records.tenant_gone', tenant, lines: lines.length })
      } else if (lines.length === 1) {
        for (const line of lines)
          onEvent({ event: 'records.line_refused', request: requestOf(payloadOf(line)), code })
      } else {
        // Halves, until the one that is refused stands alone.
        const middle = lines.length >> 1
        await this.#storeOf(tenant, lines.slice(0, middle), from)
        await this.#storeOf(tenant, lines.slice(middle), from)
      }
    }
  }

  #advance(to: number): void {
    this.#storedTo = to
    const isReached = ({ upTo }: Waiter): boolean => upTo <= to
    for (const { resolve } of this.#waiting.filter(isReached)) resolve(true)
    this.#waiting = this.#waiting.filter((waiter) => !isReached(waiter))
  }

  #giveUp(waiter: Waiter): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiter)
    waiter.resolve(false)
  }

  #succeeded(): void {
    if (this.#failures > 0) this.#options.onEvent({ event: 'records.ship_resumed', attempts: this.#failures })
    this.#failures = 0
  }

  /** Returns when to try again. */
  #failed(error: unknown): number {
    this.#failures += 1
    this.#failedMs = performance.now()
    const { retryMs, mostRetryMs } = this.#pace
    const backOffMs = Math.min(mostRetryMs, retryMs * 2 ** (this.#failures - 1))
    const retryInMs = this.#waiting.length > 0 ? retryMs : backOffMs
    this.#options.onEvent({ event: 'records.ship_failed', error, retryInMs })
    return retryInMs
  }
}

/** SQLSTATE of an error that the same lines would meet again for ever: a value out of bounds, or a broken constraint. */
function refusedValue(error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof Fault || !('code' in error)) return null
  return /^2[23]\w{3}$/.test(String(error.code)) ? String(error.code) : null
}

/** The tenant is there, but its keys were destroyed, and with them everything that it had. */
const shreddedCode = (error: unknown): string | null =>
  error instanceof Fault && error.code === 'shredded' ? error.code : null
