import { Fault } from '../../kernel/fault.ts'
import type { Admitted, Settled } from './ledger.ts'
import type { WrittenLine } from './source.ts'
import { Allowance, refusalOf, tooSlow } from './write-ahead-allowance.ts'
import { GroupCommit } from './write-ahead-commit.ts'
import type { Files } from './write-ahead-files.ts'
import type { Position } from './write-ahead-position.ts'
import type { Recovered } from './write-ahead-recovery.ts'
import { Segments } from './write-ahead-segments.ts'
import type { Lines } from './write-ahead-batch.ts'
import { Waiting, admittedLines, settledLines } from './write-ahead-turn.ts'
import type { WriteAhead, WriteAheadOptions, WriteAheadStatistics } from './write-ahead.ts'

const RETRY_MS = 1000
/** Ten seconds of 3000 requests each, which only a disk that hangs leaves unsynced. They are in memory as well. */
const MOST_UNSYNCED_BYTES = 16 * 1024 * 1024

/** What an earlier process left. */
export interface Past {
  readonly files: Files
  readonly id: string
  readonly position: Position
  readonly shippedTo: number
  readonly recovered: Recovered
}

/** The book of requests in files. */
export class FileRecords implements WriteAhead {
  readonly id: string
  readonly #options: WriteAheadOptions
  readonly #position: Position
  readonly #segments: Segments
  readonly #commit: GroupCommit
  readonly #allowance: Allowance
  readonly #listeners = new Set<() => void>()
  readonly #waiting = new Waiting()
  #isScheduled = false
  #isClosed = false
  #writeError: unknown = null
  #syncError: unknown = null
  #retry: NodeJS.Timeout | null = null
  #shippedTo: number
  readonly #statistics = { writes: 0, syncs: 0, lines: 0, bytes: 0 }

  constructor(options: WriteAheadOptions, { files, id, position, shippedTo, recovered }: Past) {
    const { directory, segmentBytes, recentBytes, gatherMs, reserveBytes, maxUnshippedBytes } = options
    const { clock, onEvent } = options
    this.id = id
    this.#options = options
    this.#position = position
    this.#shippedTo = Math.max(shippedTo, recovered.segments[0]?.base ?? 0)
    const { segments, link, end } = recovered
    this.#segments = new Segments({
      directory,
      files,
      segments,
      link,
      end,
      segmentBytes,
      recentBytes,
      onDamaged: (path, { from, to }) => {
        const damage = from < to ? 'changed' : 'missing'
        onEvent({ event: 'records.damaged', damage, path, fromOffset: from, toOffset: to })
      },
    })
    this.#commit = new GroupCommit({
      sync: () => this.#segments.sync(),
      isDirty: () => this.#segments.isDirty,
      writtenTo: () => this.#segments.end,
      onSynced: (seconds) => this.#synced(seconds),
      onFailed: (error) => this.#syncFailed(error),
      gatherMs,
    })
    this.#allowance = new Allowance({
      reserveBytes,
      maxUnshippedBytes,
      freeBytes: () => files.freeBytes(directory),
      clock,
      onFull: (freeBytes) => onEvent({ event: 'records.full', freeBytes }),
    })
  }

  get shippedTo(): number {
    return this.#shippedTo
  }

  get writtenTo(): number {
    return this.#segments.end
  }

  get unshippedBytes(): number {
    return this.#segments.end - this.#shippedTo
  }

  isHealthy(): boolean {
    return this.#writeError === null && this.#refusal('async') === null
  }

  statistics(): WriteAheadStatistics {
    return { ...this.#statistics }
  }

  /** @throws an error of the system */
  async begin(closing: readonly Settled[]): Promise<void> {
    if (closing.length > 0) this.#append(settledLines(closing))
    await this.#commit.durable()
    await this.#allowance.look()
  }

  admit(record: Admitted): Promise<void> {
    const refusal = this.#refusal(record.mode)
    if (refusal) return Promise.reject(refusal)
    this.#schedule()
    return this.#waiting.admit(record, this.#segments.end)
  }

  #refusal(mode: Admitted['mode']): Fault | null {
    if (this.#isClosed) return new Fault('records_unavailable', 'Nothing was sent: Freehold is stopping.')
    if (this.#syncError !== null) return refusalOf(this.#syncError)
    if (this.#segments.end - this.#segments.durableEnd > MOST_UNSYNCED_BYTES) return tooSlow()
    return this.#allowance.refusal(mode, this.unshippedBytes)
  }

  settle(record: Settled): void {
    if (this.#isClosed) return
    this.#waiting.settle(record)
    this.#schedule()
  }

  /** At the end of the turn, behind what else the loop found to do in it: one write for all of them. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#isScheduled = false
    const lines = this.#waiting.lines()
    if (lines.admitted.length + lines.settled.length === 0) return
    try {
      this.#append(lines)
    } catch (error) {
      if (this.#writeError === null)
        this.#options.onEvent({ event: 'records.failed', during: 'write', error })
      this.#writeError = error
      this.#retryLater()
      this.#waiting.notWritten(refusalOf(error))
      return
    }
    this.#waiting.written()
    if (this.#writeError === null) return
    this.#writeError = null
    this.#options.onEvent({ event: 'records.works_again' })
  }

  /** @throws an error of the system */
  #append(lines: Lines): void {
    const bytes = this.#segments.append(lines)
    const count = lines.admitted.length + lines.settled.length
    this.#statistics.writes += 1
    this.#statistics.lines += count
    this.#statistics.bytes += bytes
    this.#options.onEvent({ event: 'records.written', lines: count, bytes })
    for (const listener of this.#listeners) listener()
    if (this.#syncError === null) this.#commit.written()
  }

  async durable(): Promise<void> {
    if (this.#syncError !== null) throw refusalOf(this.#syncError)
    if (!this.#segments.isDirty) return
    try {
      await this.#commit.durable()
    } catch (error) {
      throw refusalOf(error)
    }
  }

  #synced(seconds: number): void {
    this.#statistics.syncs += 1
    this.#options.onEvent({ event: 'records.synced', seconds })
    if (this.#syncError === null) return
    this.#syncError = null
    this.#options.onEvent({ event: 'records.works_again' })
  }

  #syncFailed(error: unknown): void {
    if (this.#syncError === null) this.#options.onEvent({ event: 'records.failed', during: 'sync', error })
    this.#syncError = error
    this.#retryLater()
  }

  #retryLater(): void {
    if (this.#retry !== null || this.#isClosed) return
    this.#retry = setTimeout(() => {
      this.#retry = null
      if (this.#syncError !== null) this.#renew()
      this.#flush()
    }, this.#options.retryMs ?? RETRY_MS).unref()
  }

  #renew(): void {
    try {
      this.#segments.renew()
    } catch (error) {
      this.#syncFailed(error)
      return
    }
    // Its failure has been told by `#syncFailed`.
    this.#commit.durable().catch(() => {})
  }

  /** Writes the lines of open requests again that stand before `offset`. To the shipper the second one is no news. */
  #carry(offset: number): void {
    const carried = this.#waiting.admittedBefore(offset)
    if (carried.length === 0) return
    const from = this.#segments.end
    this.#append(admittedLines(carried))
    this.#waiting.moved(carried, from)
  }

  async read(from: number, limitBytes: number): Promise<readonly WrittenLine[]> {
    // Only what survives a power cut is shown: else an offset that the database knows could be given again after one.
    for (let at = from; at < this.#segments.end; at = Math.max(at, this.#segments.durableEnd)) {
      if (at >= this.#segments.durableEnd) await this.durable()
      const found = await this.#segments.read(at, limitBytes)
      if (found.length > 0) return found
    }
    return []
  }

  async shipped(next: number): Promise<void> {
    this.#shippedTo = Math.max(this.#shippedTo, next)
    this.#segments.forget(this.#shippedTo)
    const mayDrop = this.#segments.mayDrop(next)
    if (mayDrop || this.#position.isStale) await this.#position.write(next, mayDrop)
    if (!mayDrop || this.#isClosed) return
    // Recovery must find the requests that are still open in the files that stay.
    this.#carry(this.#segments.baseAfterDrop(next))
    await this.durable()
    this.#segments.dropBefore(next)
  }

  onWritten(callback: () => void): () => void {
    this.#listeners.add(callback)
    return () => this.#listeners.delete(callback)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#flush()
    await this.#commit.idle()
    try {
      if (this.#segments.isDirty) await this.#segments.sync()
    } finally {
      this.#segments.close()
      // Without it what was shipped is shipped again, which changes nothing.
      await this.#position.write(this.#shippedTo, false).catch(() => {})
    }
  }
}
