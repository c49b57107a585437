import { writeSync } from 'node:fs'

/** Where log lines go. Writing never throws: a full disk or a closed reader must not end the server. */
export interface LineSink {
  readonly write: (line: string) => void
  /** Lines that could not be written whole. */
  readonly dropped: () => number
}

const TRIES = 50
const PAUSE_MS = 2
const resting = new Int32Array(new SharedArrayBuffer(4))

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN'

/** Writes to a file descriptor at once, so that the last lines before a crash are not lost. */
export function lineSink(descriptor: number): LineSink {
  let dropped = 0

  function writeAll(bytes: Buffer): boolean {
    let [written, tries] = [0, 0]
    while (written < bytes.length) {
      try {
        written += writeSync(descriptor, bytes, written)
      } catch (error) {
        tries += 1
        // A pipe whose reader is slow: wait a moment, as a blocking pipe would.
        if (!isFull(error) || tries > TRIES) return false
        Atomics.wait(resting, 0, 0, PAUSE_MS)
      }
    }
    return true
  }

  return {
    write(line) {
      if (!writeAll(Buffer.from(line))) dropped += 1
    },
    dropped: () => dropped,
  }
}
