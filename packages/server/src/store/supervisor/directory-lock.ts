import { chmodSync, linkSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Fault } from '../../kernel/fault.ts'
import { writeDurably } from '../durable-file.ts'
import { lifeOf } from './process-table.ts'
import { isAnswered } from './socket-probe.ts'

const LOCK_WAIT_MS = 3000
const TOKEN_BYTES = 6

/**
 * Locks a data directory for this process until the returned function is called. A holder in another container on the
 * same volume has no number here, so each listens on a socket of its own too: that reaches across containers.
 * link(2) is the atomic step: it fails when the name exists, and the file has its content from the first moment on.
 * @throws Fault that says who holds it.
 */
export async function lockDirectory(path: string): Promise<() => void> {
  const file = join(path, 'freehold.pid')
  const token = randomBytes(TOKEN_BYTES).toString('hex')
  const mine = `${process.pid}\n${lifeOf(process.pid) ?? ''}\n${token}\n`
  // Before the link: whoever finds the file finds its socket answered.
  const hangUp = await listenOn(socketOf(path, token))
  try {
    await takeOver(path, file, mine)
  } catch (error) {
    hangUp()
    throw error
  }
  return () => {
    if (contentOf(file) === mine) rmSync(file, { force: true })
    hangUp()
  }
}

const socketOf = (path: string, token: string): string => join(path, `lock.${token}`)

/** Says nothing to anybody; that it answers is all. Returns how to end it, which removes its name. */
async function listenOn(path: string): Promise<() => void> {
  const server = createServer((asking) => asking.destroy())
  try {
    server.listen(path)
    await once(server, 'listening')
    chmodSync(path, 0o600)
  } catch (error) {
    server.close()
    const why = error instanceof Error ? error.message : String(error)
    throw new Fault('cannot_start', `The data directory must hold sockets, and it cannot: ${why}`, {
      cause: error,
    })
  }
  // Being out of descriptors keeps it from accepting, not from being there.
  server.on('error', () => undefined)
  server.unref()
  return () => void server.close()
}

async function takeOver(path: string, file: string, mine: string): Promise<void> {
  const deadline = performance.now() + LOCK_WAIT_MS
  while (!tryLink(file, mine)) {
    const held = contentOf(file)
    if (held === null) continue
    const holder = livingHolder(held)
    const socket = holdersSocket(path, held)
    const isHeld = holder !== null || (socket !== null && (await isAnswered(socket)))
    if (!isHeld) {
      if (moveAway(file, held) && socket !== null) rmSync(socket, { force: true })
    } else if (performance.now() > deadline) {
      const who = holder === null ? 'process, perhaps in another container,' : `Freehold (process ${holder})`
      throw new Fault('cannot_start', `Another ${who} already uses ${path}. Stop it first.`)
    } else await wait(50)
  }
}

function tryLink(file: string, content: string): boolean {
  const fresh = `${file}.${randomBytes(6).toString('hex')}`
  writeDurably(fresh, content)
  try {
    linkSync(fresh, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(fresh, { force: true })
  }
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Also null when the number lives on but as another process, or when it is ourselves in an earlier life. */
function livingHolder(held: string): number | null {
  const [number = '', life = ''] = held.split('\n')
  const pid = Number(number)
  return Number.isInteger(pid) && pid > 0 && life !== '' && lifeOf(pid) === life ? pid : null
}

function holdersSocket(path: string, held: string): string | null {
  const token = held.split('\n')[2] ?? ''
  return /^[\da-f]{12}$/.test(token) ? socketOf(path, token) : null
}

/** Removes a stale lock, but not the one that a competitor made since we looked: false then. */
function moveAway(file: string, stale: string): boolean {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
  const isStale = contentOf(aside) === stale
  if (!isStale) linkSync(aside, file)
  rmSync(aside, { force: true })
  return isStale
}
