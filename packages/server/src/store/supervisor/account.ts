import { execFileSync, spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { Fault } from '../../kernel/fault.ts'

/** The operating-system account that runs PostgreSQL, which refuses to run as root. */
export interface Account {
  readonly uid: number
  readonly gid: number
  readonly name: string
}

const CANDIDATES = ['freehold', 'postgres'] as const

/** The account for PostgreSQL when we are root: `freehold` (created when missing) or `postgres`; otherwise null: ourselves. */
export function databaseAccount(): Account | null {
  if (process.getuid?.() !== 0) return null
  const found = lookUp(CANDIDATES[0]) ?? create() ?? lookUp(CANDIDATES[1])
  if (found) return found
  throw new Fault(
    'cannot_start',
    'PostgreSQL does not run as root and no user "freehold" could be created. Create one: useradd --system freehold',
  )
}

function lookUp(name: string): Account | null {
  const uid = numberFrom('id', ['-u', name])
  const gid = numberFrom('id', ['-g', name])
  return uid === null || gid === null || uid === 0 ? null : { uid, gid, name }
}

function create(): Account | null {
  const name = CANDIDATES[0]
  const made = spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    name,
  ])
  // Alpine has busybox's adduser only.
  if (made.error) spawnSync('adduser', ['-S', '-D', '-H', name])
  // Looked up whatever the outcome: another Freehold may have created it at the same moment.
  return lookUp(name)
}

function numberFrom(command: string, args: readonly string[]): number | null {
  try {
    const text = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    return /^\d+$/.test(text) ? Number(text) : null
  } catch {
    // The user does not exist.
    return null
  }
}

/** The first directory on the way to `path` (or `path` itself) that the account cannot enter; null when all are open. */
export function closedDirectory(path: string, account: Account | null): string | null {
  if (mayEnter(path, account)) return null
  const parent = dirname(path)
  return (parent === path ? null : closedDirectory(parent, account)) ?? path
}

function mayEnter(path: string, account: Account | null): boolean {
  // The kernel's own answer, so that access lists and read-only mounts count too. libuv drops the other groups.
  const identity = account ? { uid: account.uid, gid: account.gid } : {}
  return spawnSync('test', ['-x', path], { stdio: 'ignore', cwd: '/', ...identity }).status === 0
}

/** @throws Fault that names the directory which the account of PostgreSQL cannot enter. */
export function requireEntry(path: string, account: Account | null): void {
  const closed = closedDirectory(path, account)
  if (closed === null) return
  throw new Fault(
    'cannot_start',
    `PostgreSQL runs as user ${account?.name ?? 'yourself'}, who may not enter ${closed}. ` +
      'Choose a data directory elsewhere (--data /var/lib/freehold) or allow it: chmod o+x ' +
      closed,
  )
}
