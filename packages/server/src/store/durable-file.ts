import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes the names in a directory durable; a rename is on disk only after this. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Writes a small file so that after a power cut it is there whole or not at all. */
export function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): void {
  const fresh = `${path}.new`
  rmSync(fresh, { force: true })
  const handle = openSync(fresh, 'wx', mode)
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    let written = 0
    while (written < bytes.length) written += writeSync(handle, bytes, written)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(fresh, path)
  syncDirectory(dirname(path))
}
