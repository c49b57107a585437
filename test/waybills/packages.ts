import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Kept beside the dependencies, for the next run. */
const KEPT = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'waybill-packages')

/** Where the packages that the skill names lie, or why they do not. */
export type Packages = { readonly directory: string } | { readonly why: string }

/** Fetched once for the test alone, as the documentation tells operators to: without scripts. */
export function fetchedPackages(wanted: Readonly<Record<string, string>>): Packages {
  if (existsSync(KEPT)) return { directory: KEPT }
  const making = `${KEPT}.${process.pid}`
  mkdirSync(making, { recursive: true })
  writeFileSync(join(making, 'package.json'), '{}')
  const names = Object.entries(wanted).map(([name, version]) => `${name}@${version}`)
  const words = ['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', ...names]
  const npm = spawnSync('npm', words, { cwd: making, timeout: 300_000 })
  if (npm.status === 0 && !existsSync(KEPT)) renameSync(making, KEPT)
  else rmSync(making, { recursive: true, force: true })
  return existsSync(KEPT) ? { directory: KEPT } : { why: 'the packages of the skill cannot be fetched here' }
}
