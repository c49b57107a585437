import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

const CAP_BYTES = 4 * 1024 * 1024

/** A log file with one predecessor (`.1`), so that both together never exceed twice the cap. */
export interface ServerLog {
  write(chunk: Buffer): void
  /** The last line that says why a server gave up; empty when there was none. */
  lastFailure(): string
  close(): void
}

/** Opens `path` for appending. A full disk loses log lines, never the server: what cannot be written is dropped. */
export function openServerLog(path: string, capBytes = CAP_BYTES): ServerLog {
  let handle: number | null = openSync(path, 'a', 0o600)
  let sizeBytes = fstatSync(handle).size
  let failure = ''
  const turn = (): void => {
    if (handle !== null) closeSync(handle)
    renameSync(path, `${path}.1`)
    handle = openSync(path, 'a', 0o600)
    sizeBytes = 0
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
        if (sizeBytes + chunk.length > capBytes && sizeBytes > 0) turn()
        sizeBytes += writeSync(handle, chunk)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
    },
    lastFailure: () => failure,
    close() {
      if (handle !== null) closeSync(handle)
      handle = null
    },
  }
}
