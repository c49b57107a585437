import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import { writeDurably } from '../../store/durable-file.ts'
import type { LayoutFiles } from './layout.ts'

/** A layout as a directory, on a disk, a share or a stick. */
export function layoutDirectory(directory: string): LayoutFiles {
  return {
    async read(path, mostBytes) {
      const handle = await opened(join(directory, path))
      if (handle === null) return null
      try {
        const stat = await handle.stat()
        if (!stat.isFile()) throw new Fault('invalid', `${path} of the repository is no file.`)
        requireAtMost(path, stat.size, mostBytes)
        return await handle.readFile()
      } finally {
        await handle.close()
      }
    },
    async write(path, bytes) {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      writeDurably(join(directory, path), bytes, 0o644)
    },
    // Everything was written at once.
    close: async () => undefined,
    discard: async () => undefined,
  }
}

/** Whoever wrote the medium may have put links or pipes on it; neither is followed or waited for. */
async function opened(path: string) {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new Fault('unavailable', `The repository cannot be read (${code}).`, { cause: error })
  }
}

/** @throws Fault `too_large` */
export function requireAtMost(path: string, sizeBytes: number, mostBytes: number): void {
  if (sizeBytes <= mostBytes) return
  throw new Fault(
    'too_large',
    `${path} of the repository has ${sizeBytes} bytes; at most ${mostBytes} are taken.`,
  )
}
