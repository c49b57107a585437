import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

const CAP_BYTES = 4 * 1024 * 1024

/** A log file with one predecessor (`.1`), so that both together never exceed twice the cap. */
export interface ServerLog {
  write(chunk: Buffer): void
  /** The last line that says why a server gave up; empty when there was none. */
  lastFailure(): string
  close(): void
}

/**
 * Opens `path` for appending. What cannot be written or turned over is dropped and tried again with the next lines: a
 * full or broken disk loses log lines, never the server. @throws Error only when the file cannot be opened at first.
 */
export function openServerLog(path: string, capBytes = CAP_BYTES): ServerLog {
  let handle: number | null = openSync(path, 'a', 0o600)
  let sizeBytes = fstatSync(handle).size
  let failure = ''
  const turn = (full: number): number => {
    // Not there when the attempt before got this far and no further.
    if (existsSync(path)) renameSync(path, `${path}.1`)
    const fresh = openSync(path, 'a', 0o600)
    // Never a closed number in between: another file may have it the next moment.
    handle = fresh
    sizeBytes = 0
    closeSync(full)
    return fresh
  }
  return {
    write(chunk) {
      failure =
        chunk
          .toString()
          .match(/(?:FATAL|PANIC): .*/g)
          ?.at(-1) ?? failure
      if (handle === null) return
      try {
        const isFull = sizeBytes + chunk.length > capBytes && sizeBytes > 0
        sizeBytes += writeSync(isFull ? turn(handle) : handle, chunk)
      } catch {
        // Dropped: there is no better place to say that the log cannot be written.
      }
    },
    lastFailure: () => failure,
    close() {
      const open = handle
      handle = null
      if (open !== null) closeSync(open)
    },
  }
}
