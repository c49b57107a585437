import { createWriteStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import { syncDirectory } from '../../store/durable-file.ts'
import { isChecked, TAR_BLOCK, TAR_END, tarHeader, tarPadding } from '../bundle/tar.ts'
import { requireAtMost } from './layout-directory.ts'
import type { LayoutFiles } from './layout.ts'
import { INDEX } from './layout.ts'

interface Place {
  readonly at: number
  readonly size: number
}

const MOST_ENTRIES = 200_000
const CHUNK = 1024 * 1024

interface Opened {
  readonly handle: FileHandle | null
  readonly places: ReadonlyMap<string, Place>
  /** Changes when another file takes its place. */
  readonly mark: string
}

/** A layout as one file, written by us or by any tar. Changes are written when it is closed, into its place at once. */
export async function layoutTar(file: string): Promise<LayoutFiles> {
  let now = await openedTar(file)
  const changed = new Map<string, Buffer>()
  return {
    async read(path, mostBytes) {
      const fresh = changed.get(path)
      if (fresh !== undefined) return fresh
      if (path === INDEX && (await markOf(file)) !== now.mark) {
        await now.handle?.close()
        now = await openedTar(file)
      }
      const place = now.places.get(path)
      if (place === undefined || now.handle === null) return null
      requireAtMost(path, place.size, mostBytes)
      return pieceOf(now.handle, place.at, place.size)
    },
    async write(path, bytes) {
      changed.set(path, bytes)
    },
    async close() {
      try {
        if (changed.size > 0) await rewrite(file, { ...now, changed })
      } finally {
        await now.handle?.close()
      }
    },
    async discard() {
      await now.handle?.close()
    },
  }
}

async function markOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null)
  return found === null ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`
}

async function openedTar(file: string): Promise<Opened> {
  const mark = await markOf(file)
  const handle = await opened(file)
  try {
    return { handle, mark, places: handle === null ? new Map() : await placesIn(handle) }
  } catch (error) {
    await handle?.close()
    throw error
  }
}

async function opened(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    if (code === 'ENOENT') return null
    throw new Fault('unavailable', `${file} cannot be read (${code}).`, { cause: error })
  }
}

async function pieceOf(handle: FileHandle, at: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size)
  let done = 0
  while (done < size) {
    const { bytesRead } = await handle.read(bytes, done, size - done, at + done)
    if (bytesRead === 0) throw new Fault('unavailable', 'The file of the repository ends too early.')
    done += bytesRead
  }
  return bytes
}

async function placesIn(handle: FileHandle): Promise<ReadonlyMap<string, Place>> {
  const { size: end } = await handle.stat()
  const places = new Map<string, Place>()
  for (let at = 0, count = 0; at + TAR_BLOCK <= end; count += 1) {
    const header = await pieceOf(handle, at, TAR_BLOCK)
    if (header.every((byte) => byte === 0)) break
    if (!isChecked(header) || count === MOST_ENTRIES)
      throw new Fault('invalid', 'The repository is no tar of an OCI layout.')
    const size = Number.parseInt(/^[0-7 ]+/.exec(header.toString('latin1', 124, 136))?.[0] ?? '', 8)
    if (!Number.isSafeInteger(size)) throw new Fault('invalid', 'The repository is no tar of an OCI layout.')
    const type = header.toString('latin1', 156, 157)
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '').replace(/^\.\//, '')
    // Directories and what other programs note about files are passed over: what counts is found by its hash.
    if (type === '0' || type === '\0') places.set(name, { at: at + TAR_BLOCK, size })
    at += TAR_BLOCK + size + tarPadding(size)
  }
  return places
}

interface Rewriting {
  readonly handle: FileHandle | null
  readonly places: ReadonlyMap<string, Place>
  readonly changed: ReadonlyMap<string, Buffer>
}

async function rewrite(file: string, { handle, places, changed }: Rewriting): Promise<void> {
  const fresh = `${file}.${process.pid}.new`
  const out = createWriteStream(fresh, { flags: 'wx', mode: 0o644, flush: true })
  const ended = new Promise<void>((resolve, reject) => {
    out.once('close', () => resolve())
    out.once('error', reject)
  })
  const put = (bytes: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      out.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  try {
    for (const path of [...new Set([...places.keys(), ...changed.keys()])].sort()) {
      const whole = changed.get(path)
      const place = places.get(path)
      const size = whole?.length ?? place?.size ?? 0
      await put(tarHeader(path, size))
      if (whole) await put(whole)
      else if (handle && place)
        for (let done = 0; done < size; done += CHUNK)
          await put(await pieceOf(handle, place.at + done, Math.min(CHUNK, size - done)))
      await put(Buffer.alloc(tarPadding(size)))
    }
    await put(TAR_END)
    out.end()
    await ended
    await rename(fresh, file)
    syncDirectory(dirname(file))
  } catch (error) {
    out.destroy()
    await rm(fresh, { force: true })
    throw error
  }
}
