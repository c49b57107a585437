import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { syncDirectory, writeDurably } from '../../store/durable-file.ts'
import type { Role } from './metadata.ts'

/** What a client has believed last, which it never goes back behind. */
export interface TrustedStore {
  read(role: Role): Buffer | null
  /** Durable when it returns. */
  write(role: Role, bytes: Buffer): void
  remove(role: Role): void
}

/** In a directory of its own. */
export function trustedFiles(directory: string): TrustedStore {
  const path = (role: Role): string => join(directory, `${role}.json`)
  return {
    read(role) {
      try {
        return readFileSync(path(role))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    write(role, bytes) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      writeDurably(path(role), bytes)
    },
    remove(role) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      rmSync(path(role), { force: true })
      syncDirectory(directory)
    },
  }
}
