import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { writeDurably } from '../durable-file.ts'
import { lifeOf } from './process-table.ts'

/** Layout of the data directory. A new number means that an older Freehold must not touch it. */
const FORMAT = 1
const LOCK_WAIT_MS = 3000
const marker = z.object({ format: z.number().int() })

export interface DataDirectory {
  /** Absolute, without symbolic links. */
  readonly path: string
  /** Gives the directory back; a second call does nothing. */
  release(): void
}

/**
 * Takes the data directory for this process: made by this format or older, and held by nobody else.
 * @throws Fault that says who holds it or that it is of a newer Freehold; nothing was touched then.
 */
export async function takeDataDirectory(path: string): Promise<DataDirectory> {
  const real = makeDirectory(path)
  const format = formatOf(real)
  if (format !== null && format > FORMAT) {
    throw new Fault(
      'cannot_start',
      `${real} was made by a newer Freehold (format ${format}, this one knows ${FORMAT}). Start that version instead.`,
    )
  }
  if (format === null) requireOurs(real)
  const release = await lock(real)
  if (format === null) writeDurably(join(real, 'format.json'), `${JSON.stringify({ format: FORMAT })}\n`)
  return { path: real, release }
}

function makeDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return realpathSync(path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Fault('cannot_start', `The data directory ${path} cannot be used: ${why}`, { cause: error })
  }
}

/** What may lie in a directory before its first start: an operator's own preparations, and what a first start left. */
const PREPARED =
  /^(keys|blobs|log|run|pg|pg\.new|pg-bin|pg-bin\.new|lost\+found|.*\.ya?ml|freehold\.pid.*|format\.json\.new|\..*)$/

/** Its mode will be changed and files made in it, so a directory of something else is refused. */
function requireOurs(path: string): void {
  const foreign = readdirSync(path).find((name) => !PREPARED.test(name))
  if (foreign === undefined) return
  throw new Fault(
    'cannot_start',
    `${path} holds other things (${foreign}) and was not made by Freehold. Name an empty directory with --data.`,
  )
}

function formatOf(path: string): number | null {
  const file = join(path, 'format.json')
  if (!existsSync(file)) return null
  try {
    return marker.parse(JSON.parse(readFileSync(file, 'utf8'))).format
  } catch (error) {
    throw new Fault('cannot_start', `${file} is not readable as the marker of a data directory.`, {
      cause: error,
    })
  }
}

/** link(2) is the atomic step: it fails when the name exists, and the file has its content from the first moment on. */
async function lock(path: string): Promise<() => void> {
  const file = join(path, 'freehold.pid')
  const mine = `${process.pid}\n${lifeOf(process.pid) ?? ''}\n${randomBytes(8).toString('hex')}\n`
  const deadline = performance.now() + LOCK_WAIT_MS
  while (!tryLink(file, mine)) {
    const held = contentOf(file)
    if (held === null) continue
    const holder = livingHolder(held)
    if (holder === null) moveAway(file, held)
    else if (performance.now() > deadline) {
      throw new Fault(
        'cannot_start',
        `Another Freehold (process ${holder}) already uses ${path}. Stop it first.`,
      )
    } else await wait(50)
  }
  return () => {
    if (contentOf(file) === mine) rmSync(file, { force: true })
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

/** Removes a stale lock, but not the one that a competitor made since we looked. */
function moveAway(file: string, stale: string): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw error
  }
  if (contentOf(aside) !== stale) linkSync(aside, file)
  rmSync(aside, { force: true })
}

/** Makes a directory of the installation with exactly this mode, whatever the umask. */
export function ensureDirectory(path: string, mode: number): string {
  mkdirSync(path, { recursive: true, mode })
  chmodSync(path, mode)
  return path
}
