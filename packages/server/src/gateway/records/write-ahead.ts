import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Ledger } from './ledger.ts'
import type { WrittenLines } from './source.ts'
import { refusalOf } from './write-ahead-allowance.ts'
import { type Files, diskFiles } from './write-ahead-files.ts'
import { closedAsUnknown } from './write-ahead-line.ts'
import { MemoryRecords } from './write-ahead-memory.ts'
import { Position, seriesIn } from './write-ahead-position.ts'
import { recover } from './write-ahead-recovery.ts'
import { FileRecords } from './write-ahead-writer.ts'

/** What happens to the write-ahead file, for the log and the metrics. */
export type WriteAheadEvent =
  | { readonly event: 'records.written'; readonly lines: number; readonly bytes: number }
  | { readonly event: 'records.synced'; readonly seconds: number }
  /** Requests are refused from here on. */
  | { readonly event: 'records.failed'; readonly during: 'write' | 'sync'; readonly error: unknown }
  | { readonly event: 'records.works_again' }
  /** Less is free than the reserve: requests are refused. */
  | { readonly event: 'records.full'; readonly freeBytes: number }
  | {
      readonly event: 'records.recovered'
      readonly lines: number
      /** Bytes of an unfinished write that were taken away. */
      readonly cutBytes: number
      /** Requests that were closed as unknown. */
      readonly closed: number
      readonly ms: number
    }
  /** Somebody or something changed what was written. The file is kept under a name that ends in `.damaged`. */
  | {
      readonly event: 'records.damaged'
      readonly damage: 'changed' | 'missing'
      readonly path: string
      readonly fromOffset: number
      readonly toOffset: number
    }

/** What was done since the start. */
export interface WriteAheadStatistics {
  readonly writes: number
  readonly syncs: number
  readonly lines: number
  readonly bytes: number
}

export interface WriteAheadOptions {
  readonly directory: string
  /** False keeps lines in memory until they are shipped: a kill loses them. */
  readonly enabled: boolean
  /** What stays free on the disk. */
  readonly reserveBytes: () => number
  /** So much may wait for the database. */
  readonly maxUnshippedBytes: () => number
  readonly clock: Clock
  readonly onEvent: (event: WriteAheadEvent) => void
  readonly files?: Files
  readonly segmentBytes?: number
  /** So much of what was written last stays in memory for the shipper. */
  readonly recentBytes?: number
  readonly gatherMs?: number
  readonly retryMs?: number
}

/** The book of requests in a local file: written by the data path, read by the shipper. */
export interface WriteAhead extends Ledger, WrittenLines {
  readonly unshippedBytes: number
  /** Whether a request would be admitted now. */
  isHealthy(): boolean
  statistics(): WriteAheadStatistics
  /** Writes and syncs what is left. Nothing is admitted after it. */
  close(): Promise<void>
}

/**
 * Opens the series of files in a directory, which one process at a time may do. Requests that an earlier process left
 * open are closed as unknown. @throws Fault `storage_full` or `records_unavailable`
 */
export async function openWriteAhead(options: WriteAheadOptions): Promise<WriteAhead> {
  return options.enabled ? openFiles(options, options.files ?? diskFiles) : new MemoryRecords(options)
}

/** Recovers what lies in the directory, closes what was left open, and goes on behind it. */
async function openFiles(options: WriteAheadOptions, files: Files): Promise<WriteAhead> {
  const fromMs = performance.now()
  const { directory, onEvent, clock } = options
  try {
    const id = seriesIn(directory)
    const position = new Position(directory)
    const shippedTo = position.read()
    const recovered = await recover({
      files,
      directory,
      id,
      shippedTo,
      onDamaged: (damage, path, { from, to }) =>
        onEvent({ event: 'records.damaged', damage, path, fromOffset: from, toOffset: to }),
    })
    const records = new FileRecords(options, { files, id, position, shippedTo: shippedTo ?? 0, recovered })
    await records.begin(recovered.open.map((admitted) => closedAsUnknown(admitted, clock.now())))
    const { lines, cutBytes, open } = recovered
    const ms = performance.now() - fromMs
    onEvent({ event: 'records.recovered', lines, cutBytes, closed: open.length, ms })
    return records
  } catch (error) {
    throw error instanceof Fault ? error : refusalOf(error)
  }
}
