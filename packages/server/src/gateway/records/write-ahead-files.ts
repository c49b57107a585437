import { closeSync, fdatasync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { freeBytes } from '../../kernel/disk.ts'

const datasync = promisify(fdatasync)

/** What the write-ahead file asks of the operating system to write; the place where disks fail. */
export interface Files {
  /** Makes a new file. */
  create(path: string): number
  /** May write less than asked, as `write(2)` may. */
  write(handle: number, bytes: Uint8Array, position: number): number
  truncate(handle: number, length: number): void
  sync(handle: number): Promise<void>
  /** Of a file that an earlier process wrote. */
  syncFile(path: string): Promise<void>
  syncDirectory(path: string): Promise<void>
  close(handle: number): void
  /** No error where it is gone already. */
  remove(path: string): void
  freeBytes(path: string): Promise<number>
}

/**
 * The real ones. Writes are synchronous: some hundred bytes into the page cache take 4 microseconds,
 * the way through the thread pool ten times that.
 */
export const diskFiles: Files = {
  create: (path) => openSync(path, 'wx', 0o600),
  write: (handle, bytes, position) => writeSync(handle, bytes, 0, bytes.length, position),
  truncate: (handle, length) => ftruncateSync(handle, length),
  sync: (handle) => datasync(handle),
  async syncFile(path) {
    const file = await open(path, 'r+')
    try {
      await file.datasync()
    } finally {
      await file.close()
    }
  },
  async syncDirectory(path) {
    const directory = await open(path, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  },
  close: (handle) => closeSync(handle),
  remove: (path) => rmSync(path, { force: true }),
  freeBytes,
}

const NAME = /^(\d{16})\.wal(\.damaged)?$/

/** Segments are called after the offset of their first byte. */
export function segmentName(base: number): string {
  return `${String(base).padStart(16, '0')}.wal`
}

/** Null where a file is no segment. */
export function segmentOf(name: string): { readonly base: number; readonly isDamaged: boolean } | null {
  const match = NAME.exec(name)
  return match && { base: Number(match[1]), isDamaged: match[2] !== undefined }
}
