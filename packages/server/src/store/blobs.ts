import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { BlobStore, TenantId } from './store.ts'

const KEY = /^[\da-f]{32}(\.part)?$/
/** What a write that was cut short leaves behind. No row ever names it, so the sweeper removes it like any other. */
const PART = '.part'

/** Objects as files: `<directory>/<tenant>/<first two digits>/<key>`. */
export class FileBlobStore implements BlobStore {
  readonly #directory: string
  readonly #clock: Clock
  readonly #sync: (directory: string) => Promise<void>
  /** Directories whose own name is durable, or is being made so. */
  readonly #named = new Map<string, Promise<void>>()

  /** `sync` makes the names in a directory durable. */
  constructor(directory: string, clock: Clock = systemClock, sync = syncNames) {
    this.#directory = resolve(directory)
    this.#clock = clock
    this.#sync = sync
  }

  async put(tenant: TenantId, sealed: Uint8Array): Promise<string> {
    const key = randomBytes(16).toString('hex')
    const path = this.#path(tenant, key)
    const part = path + PART
    try {
      await this.#makeShard(dirname(path))
      await writeThrough(part, sealed)
      await rename(part, path)
      await this.#sync(dirname(path))
      return key
    } catch (error) {
      await rm(part, { force: true })
      throw isFull(error) ? fullDisk(error) : error
    }
  }

  async get(tenant: TenantId, key: string): Promise<Buffer> {
    return readFile(this.#path(tenant, key))
  }

  async delete(tenant: TenantId, key: string): Promise<void> {
    await rm(this.#path(tenant, key), { force: true })
  }

  async *list(tenant: TenantId): AsyncIterable<{ readonly key: string; readonly ageMs: number }> {
    const home = join(this.#directory, tenant)
    for (const shard of await namesIn(home)) {
      for (const key of await namesIn(join(home, shard))) {
        const written = await writtenAt(join(home, shard, key))
        if (KEY.test(key) && written !== null) yield { key, ageMs: this.#clock.now() - written }
      }
    }
  }

  #path(tenant: TenantId, key: string): string {
    if (!KEY.test(key)) throw new Error('not the key of an object')
    return join(this.#directory, tenant, key.slice(0, 2), key)
  }

  /**
   * A directory is durable only when the one above it was synced. Also one that was there already: a parallel put or a
   * process that was killed may have made it and not synced yet.
   */
  async #makeShard(shard: string): Promise<void> {
    const first = await mkdir(shard, { recursive: true, mode: 0o700 })
    const top = Math.min(this.#directory.length, (first ?? shard).length)
    for (let made = shard; made.length >= top; made = dirname(made)) {
      const isNew = first !== undefined && made.length >= first.length
      await this.#nameDurably(made, isNew)
    }
  }

  #nameDurably(directory: string, isNew: boolean): Promise<void> {
    const known = this.#named.get(directory)
    if (known !== undefined && !isNew) return known
    const above = dirname(directory)
    const naming = this.#sync(above).catch((error: unknown) => {
      // Where the objects lie may be the operator's choice: a directory of theirs that we may pass but not read.
      if (isNew || directory !== this.#directory || !hasCode(error, ['EACCES'])) throw error
    })
    this.#named.set(directory, naming)
    // A failure is not remembered: the next object tries again.
    naming.catch(() => this.#named.delete(directory))
    return naming
  }
}

async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncNames(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function writtenAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

const hasCode = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))
const isMissing = (error: unknown): boolean => hasCode(error, ['ENOENT'])
const isFull = (error: unknown): boolean => hasCode(error, ['ENOSPC', 'EDQUOT'])

function fullDisk(cause: unknown): Fault {
  return new Fault(
    'storage_full',
    'The disk that holds the documents is full. Free some space, then try again.',
    {
      cause,
    },
  )
}
