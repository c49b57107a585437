import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { writeDurably } from '../durable-file.ts'
import { lockDirectory } from './directory-lock.ts'

/** Layout of the data directory. A new number means that an older Freehold must not touch it. */
const FORMAT = 1
/** sockaddr_un.sun_path holds 108 bytes with the closing zero on Linux, 104 on macOS. */
const SOCKET_PATH_BYTES = process.platform === 'darwin' ? 103 : 107
/** Of PostgreSQL, `<data>/run/.s.PGSQL.5432`; no other socket in a data directory has a longer path. */
const LONGEST_SOCKET = '/run/.s.PGSQL.5432'
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
  requireShortPath(real)
  const format = formatOf(real)
  if (format !== null && format > FORMAT) {
    throw new Fault(
      'cannot_start',
      `${real} was made by a newer Freehold (format ${format}, this one knows ${FORMAT}). Start that version instead.`,
    )
  }
  if (format === null) requireOurs(real)
  const release = await lockDirectory(real)
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

function requireShortPath(path: string): void {
  const most = SOCKET_PATH_BYTES - LONGEST_SOCKET.length
  const length = Buffer.byteLength(path)
  if (length <= most) return
  throw new Fault(
    'cannot_start',
    `The data directory's path is too long for a socket (${length} bytes, at most ${most}). ` +
      'Choose a shorter one with --data.',
  )
}

/** What may lie in a directory before its first start: an operator's own preparations, and what a first start left. */
const PREPARED =
  /^(keys|blobs|log|run|pg|pg\.new|pg-bin|pg-bin\.new|lost\+found|lock\.[\da-f]{12}|.*\.(?:ya?ml|log)|freehold\.pid.*|format\.json\.new|\..*)$/

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

/** Makes a directory of the installation with exactly this mode, whatever the umask. */
export function ensureDirectory(path: string, mode: number): string {
  mkdirSync(path, { recursive: true, mode })
  chmodSync(path, mode)
  return path
}
