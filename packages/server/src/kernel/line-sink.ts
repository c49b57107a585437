import { fstatSync, writeSync } from 'node:fs'

/** Where log lines go. Writing never throws: a full disk or a closed reader must not end the server. */
export interface LineSink {
  /**
   * The line, and every line that waits, is written on return. One that `mayWait` is written within a few
   * milliseconds together with others, or when the process exits; only a killed process loses it.
   */
  readonly write: (line: string, mayWait?: boolean) => void
  /** Lines that could not be written whole, since the start. */
  readonly dropped: () => number
}

const TRIES = 50
const PAUSE_MS = 2
/** While a reader hangs, all requests together wait for it a tenth of a second in each of these, not each of them. */
const IMPATIENT_MS = 1000
/** A pipe takes so much whole or not at all (PIPE_BUF), also when other processes write to it. */
const PIPE_BYTES = 4096
/** Anything else takes more in one go, for a fraction of the calls. */
const GATHERED_BYTES = 32 * 1024
const GATHER_MS = 10
const LINE_END = 10
const resting = new Int32Array(new SharedArrayBuffer(4))

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN'

/** Writes lines to a file descriptor. `nowMs` is monotonic. */
export function lineSink(descriptor: number, nowMs: () => number = () => performance.now()): LineSink {
  let dropped = 0
  let impatientUntil = Number.NEGATIVE_INFINITY
  let isTorn = false

  /** @returns how many bytes were written */
  function writeMost(bytes: Buffer): number {
    const mayWait = nowMs() >= impatientUntil
    let [written, tries] = [0, 0]
    while (written < bytes.length) {
      try {
        written += writeSync(descriptor, bytes, written)
      } catch (error) {
        tries += 1
        // A pipe whose reader is slow: wait a moment, as a blocking pipe would.
        if (!isFull(error) || !mayWait || tries > TRIES) break
        Atomics.wait(resting, 0, 0, PAUSE_MS)
      }
    }
    return written
  }

  function writeNow(lines: string): void {
    // What was cut short stays a line of its own.
    const bytes = Buffer.from(isTorn ? `\n${lines}` : lines)
    const written = writeMost(bytes)
    const linesFrom = isTorn ? 1 : 0
    if (written > 0) isTorn = bytes[written - 1] !== LINE_END
    if (written === bytes.length) return
    dropped += countLines(bytes.subarray(Math.max(written, linesFrom)))
    // Lines dropped meanwhile do not prolong it, or a busy server would never wait again.
    if (nowMs() >= impatientUntil) impatientUntil = nowMs() + IMPATIENT_MS
  }

  return { write: gather(writeNow, isPipe(descriptor) ? PIPE_BYTES : GATHERED_BYTES), dropped: () => dropped }
}

function isPipe(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFIFO()
  } catch {
    // Closed: nothing will be written.
    return true
  }
}

/** Holds back what may wait, for at most GATHER_MS and at most so many characters. */
function gather(writeNow: (lines: string) => void, most: number): LineSink['write'] {
  let gathered = ''
  let isTimed = false

  function flush(): void {
    const lines = gathered
    gathered = ''
    if (lines !== '') writeNow(lines)
  }

  function flushSoon(): void {
    if (isTimed) return
    isTimed = true
    setTimeout(() => {
      isTimed = false
      flush()
    }, GATHER_MS).unref()
  }

  // Also after an uncaught error and after process.exit().
  process.once('exit', flush)
  return (line, mayWait = false) => {
    if (gathered.length + line.length > most) flush()
    gathered += line
    if (mayWait) flushSoon()
    else flush()
  }
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, at + 1)) count += 1
  return count
}
