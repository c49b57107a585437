#!/usr/bin/env node
// Plain JavaScript for Node 20 and newer: finds the pinned Node 24 and hands over to it.
import { spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENVIRONMENT, FLAGS } from './runtime.js'

const OLDEST = [24, 11]
const here = dirname(fileURLToPath(import.meta.url))
const source = join(here, '../src/cli/freehold.ts')
const emitted = join(here, '../dist/cli/freehold.js')

function pinnedNode() {
  const require = createRequire(import.meta.url)
  try {
    return join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node')
  } catch {
    return undefined
  }
}

function runtime() {
  const pinned = pinnedNode()
  if (pinned && existsSync(pinned)) return pinned
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return process.execPath
  return fail(
    `freehold needs Node ${OLDEST.join('.')} or newer and found ${process.versions.node}. ` +
      `There is no packaged Node for ${process.platform}-${process.arch}: install one and put it first on PATH.`,
  )
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

// Node runs what lies in its compile cache unread, so only a directory that nobody else can write to is one.
function ownCache() {
  const user = process.getuid?.()
  try {
    const cache = user === 0 ? '/var/cache/freehold' : join(cacheHome(), 'freehold')
    mkdirSync(cache, { recursive: true, mode: 0o700 })
    const found = lstatSync(cache)
    const isOurs = user === undefined || (found.uid === user && (found.mode & 0o022) === 0)
    return found.isDirectory() && isOurs ? cache : undefined
  } catch {
    // No home or no room for it: without a cache the start takes a moment longer, and that is all.
    return undefined
  }
}

function cacheHome() {
  const named = process.env.XDG_CACHE_HOME
  return named && isAbsolute(named) ? named : join(homedir(), '.cache')
}

const node = runtime()
const entry = existsSync(source) ? source : emitted
const cache = ownCache()
const env = { ...ENVIRONMENT, ...(cache && { NODE_COMPILE_CACHE: cache }), ...process.env }
const args = process.argv.slice(2)

const CRASHES = new Set(['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGTRAP'])
const QUICK_CRASHES = 5
const QUICK_MS = 10_000
let quickCrashes = 0
let stopping = false
let child

/** `up` comes back by itself after a crash; five crashes within ten seconds of their start end it. */
function start() {
  const startedAt = Date.now()
  // The fourth descriptor is a pipe that closes when this process ends in any way: the server then stops cleanly.
  const stdio = ['inherit', 'inherit', 'inherit', args[0] === 'up' ? 'pipe' : 'ignore']
  child = spawn(node, [...FLAGS, entry, ...args], {
    stdio,
    env: { ...env, FREEHOLD_LAUNCHED: '1' },
  })
  child.on('error', (error) => {
    fail(`freehold: cannot start ${node}: ${error.message}`)
  })
  child.on('exit', (code, signal) => {
    if (args[0] === 'up' && signal && CRASHES.has(signal) && !stopping) {
      quickCrashes = Date.now() - startedAt < QUICK_MS ? quickCrashes + 1 : 1
      if (quickCrashes <= QUICK_CRASHES) {
        console.error(`freehold: the server ended by ${signal}; starting it again.`)
        setTimeout(start, 200 * 2 ** (quickCrashes - 1))
        return
      }
    }
    process.exit(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9))
  })
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGHUP') stopping = true
    child?.kill(signal)
  })
}
start()
