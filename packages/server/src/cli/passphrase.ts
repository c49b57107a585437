import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

/** Where the passphrase of a signing key comes from: never the command line, which others can see. */
export const PASSPHRASE_OPTION = {
  '--passphrase-file FILE':
    'the passphrase of the keys (default: FREEHOLD_SKILL_PASSPHRASE; absent, keys have none)',
} as const

/** @throws UsageError */
export function passphraseOf(
  file: string | undefined,
  { cwd, env }: Pick<Terminal, 'cwd' | 'env'>,
): string | null {
  if (file === undefined) return env['FREEHOLD_SKILL_PASSPHRASE'] || null
  try {
    const text = readFileSync(resolve(cwd, file), 'utf8').replace(/\r?\n$/, '')
    if (text === '') throw new UsageError(`${file} holds no passphrase`)
    return text
  } catch (error) {
    if (error instanceof UsageError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageError(`${file} cannot be read (${code})`)
  }
}
