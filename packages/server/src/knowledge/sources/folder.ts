import { constants } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import type { Changes, FoundItem, Source } from './source.ts'

/** Deeper than any tree that people made. */
const MOST_LEVELS = 64
const LOOKED_AT_ONCE = 64

export interface FolderRooms {
  /** As `sources.folders` names them; empty for tenants that they are not for. */
  readonly folders: readonly string[]
  readonly maxFileBytes: number
}

/** Files below a directory of this machine. Links are not followed and hidden files are left out. */
export function folderSource(path: string, rooms: FolderRooms): Source {
  return {
    async *changes(): Changes {
      const root = await allowedRoot(path, rooms.folders)
      const isWhole = yield* filesIn(root, root, rooms, 0)
      return { cursor: null, isWhole }
    },
    close: () => Promise.resolve(),
  }
}

/** The directory itself, without links. @throws Fault `not_allowed`, `not_found` */
async function allowedRoot(path: string, folders: readonly string[]): Promise<string> {
  const real = await realpath(path).catch((error: unknown) => {
    // Whether it is there is told only of what may be read.
    if (isBelowAny(path, folders)) throw notThere(error)
    return null
  })
  const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => null)))
  if (
    real === null ||
    !isBelowAny(
      real,
      roots.filter((one) => one !== null),
    )
  )
    throw new Fault(
      'not_allowed',
      'This directory may not be read. The operator names those that may in sources.folders.',
      { param: 'from.path' },
    )
  if (!(await lstat(real)).isDirectory()) throw notThere()
  return real
}

const notThere = (cause?: unknown): Fault =>
  new Fault('not_found', 'The directory is not there, or it cannot be read.', { param: 'from.path', cause })

const isBelowAny = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep))

/** Returns whether every directory could be read. */
async function* filesIn(
  root: string,
  directory: string,
  rooms: FolderRooms,
  level: number,
): AsyncGenerator<FoundItem, boolean, void> {
  if (level > MOST_LEVELS) return false
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (directory === root) throw notThere(error)
    return null
  })
  let isWhole = entries !== null
  const seen = (entries ?? []).filter(({ name }) => !name.startsWith('.'))
  for (const entry of seen.filter((one) => one.isDirectory())) {
    const path = join(directory, entry.name)
    isWhole = (yield* filesIn(root, path, rooms, level + 1)) && isWhole
  }
  const files = seen.filter((one) => one.isFile()).map(({ name }) => join(directory, name))
  for (let at = 0; at < files.length; at += LOOKED_AT_ONCE) {
    const some = files.slice(at, at + LOOKED_AT_ONCE)
    // What was there a moment ago and is not any more is gone.
    const stats = await Promise.all(some.map((path) => lstat(path, { bigint: true }).catch(() => null)))
    for (const [index, path] of some.entries()) {
      const one = stats[index]
      if (one?.isFile()) yield fileItem(root, path, one, rooms)
    }
  }
  return isWhole
}

function fileItem(root: string, path: string, stats: BigIntStats, rooms: FolderRooms): FoundItem {
  return {
    change: 'found',
    id: relative(root, path).split(sep).join('/'),
    version: versionOf(stats),
    title: basename(path),
    sizeBytes: Number(stats.size),
    read: async () => ({ fileName: basename(path), bytes: await readInside(root, path, rooms.maxFileBytes) }),
  }
}

const versionOf = ({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string =>
  [size, mtimeNs, ctimeNs, ino].join(' ')

/** Whoever may write there must not lead us elsewhere: neither the file nor a directory above it may be a link by now. */
async function readInside(root: string, path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      throw new Fault('unreadable_document', 'The file cannot be read.', { cause: error })
    },
  )
  try {
    const opened = await file.stat({ bigint: true })
    const real = await realpath(path).catch(() => null)
    const now = real === path && isBelowAny(path, [root]) ? await lstat(path, { bigint: true }) : null
    if (!opened.isFile() || now?.ino !== opened.ino || now.dev !== opened.dev)
      throw new Fault('unreadable_document', 'The file was exchanged while it was read.')
    if (opened.size > BigInt(maxBytes))
      throw new Fault('too_large', `The file is larger than the ${maxBytes} bytes that are taken.`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}
