import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { inflateSync } from 'node:zlib'
import { Fault } from '../../kernel/fault.ts'

const TYPES: Readonly<Record<number, GitObject['type']>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' }
const OFS_DELTA = 6
const REF_DELTA = 7
const HASH_BYTES = 20
/** One object, and all of them: what is larger is no text, or is meant to keep us busy. */
const MOST_OBJECT_BYTES = 256 * 1024 * 1024
const MOST_TOTAL_BYTES = 4 * 1024 ** 3
const LONGEST_CHAIN = 4096
const CACHE_BYTES = 32 * 1024 * 1024
const TURN_MS = 5

export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag'
  readonly data: Buffer
}

interface Entry {
  readonly type: number
  readonly size: number
  /** Where the compressed bytes begin. */
  readonly from: number
  /** Of a delta: where its base begins, or the hash of it. */
  readonly base: number | string | null
}

/**
 * The objects of a pack (gitformat-pack), read in memory: nothing of a repository ever lies on a disk in plain. It must
 * hold the bases of its deltas, as packs do that were not asked to be thin.
 */
export class GitPack {
  readonly #bytes: Buffer
  readonly #entries = new Map<number, Entry>()
  readonly #offsets = new Map<string, number>()
  readonly #cache = new Map<number, GitObject>()
  #cachedBytes = 0

  private constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** @throws Fault `upstream_broke`, `too_large` */
  static async read(bytes: Buffer): Promise<GitPack> {
    const pack = new GitPack(bytes)
    try {
      await pack.#index()
    } catch (error) {
      if (error instanceof Fault) throw error
      throw new Fault('upstream_broke', 'The pack of the repository is damaged.', { cause: error })
    }
    return pack
  }

  /** Null where it is not in the pack. */
  object(hash: string): GitObject | null {
    const offset = this.#offsets.get(hash)
    return offset === undefined ? null : this.#objectAt(offset)
  }

  async #index(): Promise<void> {
    const bytes = this.#bytes
    const end = bytes.length - HASH_BYTES
    if (end < 12 || bytes.toString('latin1', 0, 4) !== 'PACK' || bytes.readUInt32BE(4) !== 2)
      throw new Error('this is no pack')
    const sum = createHash('sha1')
    let turnMs = performance.now()
    const turn = async (): Promise<void> => {
      if (performance.now() - turnMs < TURN_MS) return
      await setImmediate()
      turnMs = performance.now()
    }
    for (let at = 0; at < end; at += 1 << 20) {
      sum.update(bytes.subarray(at, Math.min(end, at + (1 << 20))))
      await turn()
    }
    if (!sum.digest().equals(bytes.subarray(end))) throw new Error('the checksum does not fit')
    let at = 12
    let total = 0
    for (let count = bytes.readUInt32BE(8); count > 0; count -= 1) {
      const offset = at
      const entry = this.#head(offset)
      total += entry.size
      if (entry.size > MOST_OBJECT_BYTES || total > MOST_TOTAL_BYTES)
        throw new Fault('too_large', 'The repository holds more, or larger files, than is taken.')
      this.#entries.set(offset, entry)
      at = entry.from + this.#inflated(entry).consumed
      if (at > end) throw new Error('an object runs past the end')
      await turn()
    }
    // A delta may stand before its base, which is named by its hash.
    let waiting = [...this.#entries.keys()]
    while (waiting.length > 0) {
      const later: number[] = []
      for (const offset of waiting) {
        if (!this.#isResolvable(offset)) {
          later.push(offset)
          continue
        }
        const { type, data } = this.#objectAt(offset)
        this.#offsets.set(hashOf(type, data), offset)
        await turn()
      }
      if (later.length === waiting.length) throw new Error('a base is missing')
      waiting = later
    }
  }

  #head(offset: number): Entry {
    const bytes = this.#bytes
    let at = offset
    let byte = bytes.readUInt8(at++)
    const type = (byte >> 4) & 7
    let size = byte & 15
    for (let factor = 16; byte & 0x80; factor *= 128) {
      byte = bytes.readUInt8(at++)
      size += (byte & 0x7f) * factor
    }
    if (type === REF_DELTA)
      return { type, size, from: at + HASH_BYTES, base: bytes.toString('hex', at, at + HASH_BYTES) }
    if (type !== OFS_DELTA) return { type, size, from: at, base: null }
    byte = bytes.readUInt8(at++)
    let back = byte & 0x7f
    while (byte & 0x80) {
      byte = bytes.readUInt8(at++)
      back = (back + 1) * 128 + (byte & 0x7f)
    }
    if (back <= 0 || back > offset) throw new Error('a base lies outside')
    return { type, size, from: at, base: offset - back }
  }

  #inflated({ from, size }: Entry): { readonly data: Buffer; readonly consumed: number } {
    // With `info` it returns both, which its types do not say.
    const { buffer, engine } = inflateSync(this.#bytes.subarray(from), {
      info: true,
      maxOutputLength: Math.max(size, 1),
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
    if (buffer.length !== size) throw new Error('an object has another size than it says')
    return { data: buffer, consumed: engine.bytesWritten }
  }

  #isResolvable(offset: number): boolean {
    let at: number | undefined = offset
    for (let steps = 0; at !== undefined; steps += 1) {
      if (steps > LONGEST_CHAIN) throw new Error('deltas lead in a circle')
      const base: Entry['base'] | undefined = this.#entries.get(at)?.base
      if (base === undefined) throw new Error('a base is no object')
      if (base === null) return true
      at = typeof base === 'number' ? base : this.#offsets.get(base)
    }
    return false
  }

  #objectAt(offset: number): GitObject {
    const deltas: Buffer[] = []
    let at = offset
    let found = this.#cache.get(at)
    while (found === undefined) {
      const entry = this.#entries.get(at)
      if (entry === undefined) throw new Error('a base is no object')
      const { data } = this.#inflated(entry)
      if (entry.base === null) {
        const type = TYPES[entry.type]
        if (type === undefined) throw new Error('an object of an unknown kind')
        found = { type, data }
        break
      }
      deltas.push(data)
      if (deltas.length > LONGEST_CHAIN) throw new Error('deltas lead in a circle')
      const base = typeof entry.base === 'number' ? entry.base : this.#offsets.get(entry.base)
      if (base === undefined) throw new Error('a base is missing')
      at = base
      found = this.#cache.get(at)
    }
    const whole = deltas.reduceRight<GitObject>(
      (base, delta) => ({ type: base.type, data: applyDelta(base.data, delta) }),
      found,
    )
    this.#keep(offset, whole)
    return whole
  }

  #keep(offset: number, object: GitObject): void {
    if (this.#cache.has(offset) || object.data.length > CACHE_BYTES / 4) return
    this.#cache.set(offset, object)
    this.#cachedBytes += object.data.length
    for (const [oldest, { data }] of this.#cache) {
      if (this.#cachedBytes <= CACHE_BYTES) return
      this.#cache.delete(oldest)
      this.#cachedBytes -= data.length
    }
  }
}

const hashOf = (type: string, data: Buffer): string =>
  createHash('sha1').update(`${type} ${data.length}\0`).update(data).digest('hex')

function applyDelta(base: Buffer, delta: Buffer): Buffer {
  let at = 0
  const size = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = delta.readUInt8(at++)
      value += (byte & 0x7f) * factor
      if (!(byte & 0x80)) return value
    }
  }
  if (size() !== base.length) throw new Error('a delta is of another base')
  const length = size()
  if (length > MOST_OBJECT_BYTES)
    throw new Fault('too_large', 'The repository holds a larger file than is taken.')
  const result = Buffer.alloc(length)
  let end = 0
  while (at < delta.length) {
    const word = delta.readUInt8(at++)
    if (word & 0x80) {
      let [from, count] = [0, 0]
      for (let bit = 0; bit < 4; bit += 1) if (word & (1 << bit)) from += delta.readUInt8(at++) * 256 ** bit
      for (let bit = 0; bit < 3; bit += 1) if (word & (16 << bit)) count += delta.readUInt8(at++) * 256 ** bit
      count ||= 0x10000
      if (from + count > base.length || end + count > length) throw new Error('a delta runs past the end')
      base.copy(result, end, from, from + count)
      end += count
    } else {
      if (word === 0 || at + word > delta.length || end + word > length)
        throw new Error('a delta runs past the end')
      delta.copy(result, end, at, at + word)
      at += word
      end += word
    }
  }
  if (end !== length) throw new Error('a delta ends too early')
  return result
}
