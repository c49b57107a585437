import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { UsageError } from './terminal.ts'

interface Writing {
  /** Otherwise a file that is there stays, and that is an error. */
  readonly over: boolean
  readonly mode?: number
}

/** Writes a file whole or not at all. @throws UsageError where it cannot be, or must not be written over */
export function writeWhole(
  path: string,
  content: string | Uint8Array,
  { over, mode = 0o644 }: Writing,
): void {
  const fresh = `${path}.${process.pid}.new`
  try {
    const handle = openSync(fresh, 'wx', mode)
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      let written = 0
      while (written < bytes.length) written += writeSync(handle, bytes, written)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    if (over) renameSync(fresh, path)
    // Unlike a rename, a link never takes the place of what somebody else has put there meanwhile.
    else linkSync(fresh, path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    if (code === 'EEXIST') throw new UsageError(`${path} is there already; --force writes over it`)
    throw new UsageError(`${path} cannot be written (${code})`)
  } finally {
    rmSync(fresh, { force: true })
  }
}
