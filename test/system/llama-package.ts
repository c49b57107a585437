import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Not a dependency: with all its builds it is larger than everything else. */
const VERSION = '3.22.1'
const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'mac-x64',
  'darwin-arm64': 'mac-arm64-metal',
}
/** Kept beside the dependencies, for the next run. */
const KEPT = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', `llama-${VERSION}`)

/** The directory of node-llama-cpp with the build for this machine, or why there is none here. */
export type LlamaGround = { readonly directory: string } | { readonly why: string }

/** Fetched once for the tests alone, as the documentation tells operators to: nothing is run, built or fetched later. */
export function llamaGround(): LlamaGround {
  const directory = join(KEPT, 'node_modules', 'node-llama-cpp')
  if (existsSync(directory)) return { directory }
  const platform = PLATFORMS[`${process.platform}-${process.arch}`]
  if (platform === undefined) return { why: 'there is no build of node-llama-cpp for this machine' }
  // Whole or not at all: a second test may look for it meanwhile.
  const making = `${KEPT}.${process.pid}`
  mkdirSync(making, { recursive: true })
  writeFileSync(join(making, 'package.json'), '{}')
  const packages = [`node-llama-cpp@${VERSION}`, `@node-llama-cpp/${platform}@${VERSION}`]
  const npm = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', ...packages],
    { cwd: making, timeout: 120_000 },
  )
  if (npm.status === 0 && !existsSync(KEPT)) renameSync(making, KEPT)
  else rmSync(making, { recursive: true, force: true })
  return existsSync(directory) ? { directory } : { why: `node-llama-cpp ${VERSION} cannot be fetched here` }
}
