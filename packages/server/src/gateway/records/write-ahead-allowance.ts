import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'

const MIB = 1024 * 1024
const LOOK_EVERY_MS = 1000
/** Strict routes stop first: their targets are the ones outside the house. */
const STRICT_SHARE = 0.9

export interface AllowanceOptions {
  readonly reserveBytes: () => number
  readonly maxUnshippedBytes: () => number
  readonly freeBytes: () => Promise<number>
  readonly clock: Clock
  readonly onFull: (freeBytes: number) => void
}

/** Whether there is room for another request: on the disk, and in the line before the database. */
export class Allowance {
  readonly #options: AllowanceOptions
  #freeBytes = Infinity
  #lookedMs = -Infinity
  #isLooking = false
  #wasFull = false

  constructor(options: AllowanceOptions) {
    this.#options = options
  }

  /** Asks the disk; what it says counts for a second. */
  async look(): Promise<void> {
    this.#isLooking = true
    this.#lookedMs = this.#options.clock.now()
    try {
      this.#freeBytes = await this.#options.freeBytes()
    } catch {
      // A disk that does not even say how much is free is not one to write records to.
      this.#freeBytes = 0
    } finally {
      this.#isLooking = false
    }
    if (this.isFull && !this.#wasFull) this.#options.onFull(this.#freeBytes)
    this.#wasFull = this.isFull
  }

  get isFull(): boolean {
    return this.#freeBytes < this.#options.reserveBytes()
  }

  /** Null where one more may be admitted. */
  refusal(mode: 'strict' | 'async', unshippedBytes: number): Fault | null {
    if (!this.#isLooking && this.#options.clock.now() - this.#lookedMs >= LOOK_EVERY_MS) void this.look()
    if (this.isFull) return this.#diskFull()
    const share = mode === 'strict' ? STRICT_SHARE : 1
    return unshippedBytes >= this.#options.maxUnshippedBytes() * share
      ? tooMuchUnshipped(unshippedBytes)
      : null
  }

  #diskFull(): Fault {
    const [freeMib, reserveMib] = [this.#freeBytes, this.#options.reserveBytes()].map((bytes) =>
      Math.floor(bytes / MIB),
    )
    return new Fault(
      'storage_full',
      `Nothing was sent: ${freeMib} MiB are free where Freehold keeps its request records, and it keeps ` +
        `${reserveMib} MiB in reserve. Ask your operator to free or add disk space, or to lower storage.reserveBytes.`,
      { retryAfterS: 60 },
    )
  }
}

function tooMuchUnshipped(bytes: number): Fault {
  return new Fault(
    'records_unavailable',
    `Nothing was sent: ${Math.floor(bytes / MIB)} MiB of request records wait for the database. ` +
      'Ask your operator to look at the database; records.maxUnshippedBytes says how much may wait.',
    { retryAfterS: 5 },
  )
}

/** For a disk that takes bytes and does not bring them to safety. */
export function tooSlow(): Fault {
  return new Fault(
    'records_unavailable',
    'Nothing was sent: the disk where Freehold keeps its request records answers too slowly. ' +
      'Ask your operator to look at it.',
    { retryAfterS: 5 },
  )
}

/** What an error of the system means for whoever wants to write a record. */
export function refusalOf(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Fault(
      'storage_full',
      'Nothing was sent: the disk where Freehold keeps its request records is full. ' +
        'Ask your operator to free or add disk space.',
      { retryAfterS: 60, cause: error },
    )
  }
  return new Fault(
    'records_unavailable',
    `Nothing was sent: the request record could not be written (${code}). ` +
      'Ask your operator to look at the disk that holds the data directory.',
    { retryAfterS: 5, cause: error },
  )
}
