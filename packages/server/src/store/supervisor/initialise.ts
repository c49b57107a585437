import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../../kernel/fault.ts'
import { syncDirectory, writeDurably } from '../durable-file.ts'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'

const run = promisify(execFile)

/** The bootstrap superuser. It logs in for migrations only, over the socket that only our own account can reach. */
export const SUPERUSER = 'fh_super'

/** The socket's directory is closed to every other account (0700): that is the authentication. No other way in exists. */
const HOST_RULES = 'local all all trust\nlocal replication all trust\n'

/**
 * Sorting is never left to the operating system where that can be had: a libc update that changes the order of text
 * breaks indexes. PostgreSQL 17 has an order of its own; before that, C.UTF-8 is the one that stays.
 */
function localeChoices(major: number): readonly (readonly string[])[] {
  if (major >= 17) return [['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']]
  return [['--locale=C.UTF-8'], ['--locale=C']]
}

/** Creates the cluster in a directory beside `pg` and renames it: a kill in between leaves nothing half-done. */
export async function initialise(data: string, binaries: Binaries, account: Account | null): Promise<void> {
  const home = join(data, 'pg')
  if (existsSync(join(home, 'PG_VERSION'))) return
  const fresh = join(data, 'pg.new')
  const [first = [], second] = localeChoices(binaries.major)
  try {
    await create(fresh, binaries, account, first)
  } catch (error) {
    if (second === undefined) throw initFault(error)
    await create(fresh, binaries, account, second).catch((again: unknown) => {
      throw initFault(again)
    })
  }
  writeDurably(join(fresh, 'pg_hba.conf'), HOST_RULES)
  if (account) chownSync(join(fresh, 'pg_hba.conf'), account.uid, account.gid)
  renameSync(fresh, home)
  syncDirectory(data)
}

async function create(
  directory: string,
  binaries: Binaries,
  account: Account | null,
  locale: readonly string[],
): Promise<void> {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { mode: 0o700 })
  if (account) chownSync(directory, account.uid, account.gid)
  const identity = account ? { uid: account.uid, gid: account.gid } : {}
  await run(
    binaries.initdb,
    [
      `--pgdata=${directory}`,
      `--username=${SUPERUSER}`,
      '--encoding=UTF8',
      '--data-checksums',
      '--auth=trust',
      '--no-instructions',
      ...locale,
    ],
    { ...identity, cwd: directory, env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' } },
  )
}

function initFault(error: unknown): Fault {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
  const code = /No space left on device/i.test(said) ? 'storage_full' : 'cannot_start'
  return new Fault(code, `PostgreSQL could not create its data directory: ${said.slice(-400)}`, {
    cause: error,
  })
}
