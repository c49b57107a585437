import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { syncDirectory, writeDurably } from '../../store/durable-file.ts'
import type { Role } from './metadata.ts'

/** What a client has believed last, which it never goes back behind, and what it had been told was revoked. */
export interface TrustedStore {
  read(name: StoredName): Buffer | null
  /** Durable when it returns. */
  write(name: StoredName, bytes: Buffer): void
  remove(name: StoredName): void
}
/** `anchor`: by which trust root the first root was believed. */
type StoredName = Role | 'revocations' | 'anchor'

/** In a directory of its own. */
export function trustedFiles(directory: string): TrustedStore {
  const path = (name: StoredName): string => join(directory, `${name}.json`)
  return {
    read(name) {
      try {
        return readFileSync(path(name))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    write(name, bytes) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      writeDurably(path(name), bytes)
    },
    remove(name) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      rmSync(path(name), { force: true })
      syncDirectory(directory)
    },
  }
}
