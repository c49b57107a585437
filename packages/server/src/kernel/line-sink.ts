import { writeSync } from 'node:fs'

/** Where log lines go. Writing never throws: a full disk or a closed reader must not end the server. */
export interface LineSink {
  readonly write: (line: string) => void
  /** Lines that could not be written whole, since the start. */
  readonly dropped: () => number
}

const TRIES = 50
const PAUSE_MS = 2
/** While a reader hangs, all requests together wait for it a tenth of a second in each of these, not each of them. */
const IMPATIENT_MS = 1000
const resting = new Int32Array(new SharedArrayBuffer(4))

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN'

/** Writes to a file descriptor at once, so that the last lines before a crash are not lost. `nowMs` is monotonic. */
export function lineSink(descriptor: number, nowMs: () => number = () => performance.now()): LineSink {
  let dropped = 0
  let impatientUntil = Number.NEGATIVE_INFINITY
  let isTorn = false

  function writeAll(bytes: Buffer): boolean {
    const mayWait = nowMs() >= impatientUntil
    let [written, tries] = [0, 0]
    while (written < bytes.length) {
      try {
        written += writeSync(descriptor, bytes, written)
        isTorn = written < bytes.length
      } catch (error) {
        tries += 1
        // A pipe whose reader is slow: wait a moment, as a blocking pipe would.
        if (!isFull(error) || !mayWait || tries > TRIES) return false
        Atomics.wait(resting, 0, 0, PAUSE_MS)
      }
    }
    return true
  }

  return {
    write(line) {
      // What was cut short stays a line of its own.
      if (writeAll(Buffer.from(isTorn ? `\n${line}` : line))) return
      dropped += 1
      // Lines dropped meanwhile do not prolong it, or a busy server would never wait again.
      if (nowMs() >= impatientUntil) impatientUntil = nowMs() + IMPATIENT_MS
    },
    dropped: () => dropped,
  }
}
