import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Kept beside the dependencies, for the next run. */
const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache')
/** A folder for each list of packages: what was fetched for another list lacks some. */
const keptFor = (names: readonly string[]): string =>
  join(CACHE, `waybill-packages-${createHash('sha256').update(names.join(' ')).digest('hex').slice(0, 12)}`)

/** Where the packages that the skill names lie, or why they do not. */
export type Packages = { readonly directory: string } | { readonly why: string }

/** Fetched once for the test alone, as the documentation tells operators to: without scripts. */
export function fetchedPackages(wanted: Readonly<Record<string, string>>): Packages {
  const names = Object.entries(wanted).map(([name, version]) => `${name}@${version}`)
  const kept = keptFor(names)
  if (existsSync(kept)) return { directory: kept }
  const making = `${kept}.${process.pid}`
  mkdirSync(making, { recursive: true })
  writeFileSync(join(making, 'package.json'), '{}')
  const words = ['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', ...names]
  const npm = spawnSync('npm', words, { cwd: making, timeout: 300_000 })
  if (npm.status === 0 && !existsSync(kept)) renameSync(making, kept)
  else rmSync(making, { recursive: true, force: true })
  return existsSync(kept) ? { directory: kept } : { why: 'the packages of the skill cannot be fetched here' }
}
