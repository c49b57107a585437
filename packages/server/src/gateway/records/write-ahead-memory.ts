import { randomUUID } from 'node:crypto'
import { TurnoverMap } from '../../kernel/turnover-map.ts'
import type { Admitted, Settled } from './ledger.ts'
import type { WrittenLine } from './source.ts'
import { Allowance } from './write-ahead-allowance.ts'
import { admittedLine, settledLine } from './write-ahead-line.ts'
import type { WriteAhead, WriteAheadOptions, WriteAheadStatistics } from './write-ahead.ts'

/** What a line takes in memory, roughly; offsets count in it, so that limits mean the same as for a file. */
const LINE_BYTES = 512

/** The book of requests without a file. What was not shipped is lost with the process. */
export class MemoryRecords implements WriteAhead {
  /** Of this process only: offsets begin anew in the next. */
  readonly id: string = randomUUID()
  readonly #allowance: Allowance
  readonly #open = new TurnoverMap<string, true>()
  readonly #listeners = new Set<() => void>()
  #lines: WrittenLine[] = []
  #written = 0
  #shippedTo = 0
  #isNotifying = false

  constructor({ maxUnshippedBytes, clock }: Pick<WriteAheadOptions, 'maxUnshippedBytes' | 'clock'>) {
    this.#allowance = new Allowance({
      reserveBytes: () => 0,
      maxUnshippedBytes,
      freeBytes: () => Promise.resolve(Infinity),
      clock,
      onFull() {},
    })
  }

  get shippedTo(): number {
    return this.#shippedTo
  }

  get writtenTo(): number {
    return this.#written * LINE_BYTES
  }

  get unshippedBytes(): number {
    return this.writtenTo - this.#shippedTo
  }

  isHealthy(): boolean {
    return this.#allowance.refusal('async', this.unshippedBytes) === null
  }

  async admit(record: Admitted): Promise<void> {
    const refusal = this.#allowance.refusal(record.mode, this.unshippedBytes)
    if (refusal) throw refusal
    this.#open.set(record.request, true)
    this.#keep(admittedLine(record))
  }

  async durable(): Promise<void> {}

  settle(record: Settled): void {
    // What was not admitted has nothing to settle: so the lines are bounded by the open requests.
    if (this.#open.delete(record.request)) this.#keep(settledLine(record))
  }

  #keep(bytes: Buffer): void {
    const offset = this.writtenTo
    this.#lines.push({ offset, next: offset + LINE_BYTES, bytes, from: 0, to: bytes.length })
    this.#written += 1
    if (this.#isNotifying || this.#listeners.size === 0) return
    this.#isNotifying = true
    setImmediate(() => {
      this.#isNotifying = false
      for (const listener of this.#listeners) listener()
    })
  }

  async read(from: number, limitBytes: number): Promise<readonly WrittenLine[]> {
    const first = this.#lines.findIndex(({ offset }) => offset >= from)
    const count = Math.max(1, Math.floor(limitBytes / LINE_BYTES))
    return first === -1 ? [] : this.#lines.slice(first, first + count)
  }

  async shipped(next: number): Promise<void> {
    this.#shippedTo = Math.max(this.#shippedTo, next)
    const first = this.#lines.findIndex(({ offset }) => offset >= next)
    this.#lines = first === -1 ? [] : this.#lines.slice(first)
  }

  onWritten(callback: () => void): () => void {
    this.#listeners.add(callback)
    return () => this.#listeners.delete(callback)
  }

  statistics(): WriteAheadStatistics {
    return { writes: 0, syncs: 0, lines: this.#written, bytes: 0 }
  }

  async close(): Promise<void> {}
}
