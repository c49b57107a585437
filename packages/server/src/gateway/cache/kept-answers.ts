import { createSecretKey, randomBytes } from 'node:crypto'
import { TurnoverMap } from '../../kernel/turnover-map.ts'
import type { VersionedKey } from '../../store/keys/sealing.ts'
import { open, seal } from '../../store/keys/sealing.ts'
import type { TenantId } from '../../store/store.ts'
import { Recency } from './recency.ts'

/** Where a kept answer came from. */
export interface Provenance {
  readonly tenant: TenantId
  readonly rule: string
  readonly target: string
}

/** Why an answer is kept no longer. */
export type Dropped = 'room' | 'expired' | 'purged' | 'rules'

export interface Counted {
  readonly entries: number
  readonly bytes: number
}

/** What is to be forgotten; empty: everything. */
export interface Purged {
  readonly rule?: string | undefined
  readonly target?: string | undefined
}

export interface KeptAnswersOptions {
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number
  readonly maxBytes: () => number
  readonly dropped?: (reason: Dropped, entries: number) => void
}

/** One answer that is kept. */
export interface Kept extends Provenance {
  readonly keptMs: number
}

interface Entry extends Kept {
  readonly key: string
  readonly shelf: Shelf
  readonly sealed: Buffer
  readonly ttlMs: number
  newer: Entry | null
  older: Entry | null
}

/** What is kept for one tenant. */
interface Shelf {
  sealing: VersionedKey
  entries: number
  bytes: number
}

/** What an entry takes besides its sealed bytes; measured at 0.9 KB with node 24. */
const OVERHEAD_BYTES = 1024

/**
 * Answers in the memory of this process, within a number of bytes; those unused for longest go first. They are sealed
 * under a key of their tenant that is not in the heap and never written: neither swapped memory nor a heap snapshot
 * shows an answer, and when all of a tenant's are purged, what memory was freed stays unreadable.
 */
export class KeptAnswers {
  readonly #options: KeptAnswersOptions
  readonly #entries = new TurnoverMap<string, Entry>()
  readonly #order = new Recency<Entry>()
  readonly #shelves = new Map<TenantId, Shelf>()
  #bytes = 0
  #heldBytes = 0
  #generation = 0

  constructor(options: KeptAnswersOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#entries.size
  }

  /** Of answers and of what is held for streams under way. */
  get bytes(): number {
    return this.#bytes + this.#heldBytes
  }

  /** Rises with every purge: an answer to a request from before it is not kept after it. */
  get generation(): number {
    return this.#generation
  }

  /** Tenants for which something is kept. */
  get tenants(): readonly TenantId[] {
    return [...this.#shelves].filter(([, { entries }]) => entries > 0).map(([tenant]) => tenant)
  }

  /** Null where there is none, or none that is young enough. */
  find(key: string, maxAgeMs: number): Kept | null {
    const entry = this.#entries.get(key)
    if (entry === undefined) return null
    if (this.#isOver(entry)) {
      this.#drop(entry)
      this.#told('expired', 1)
      return null
    }
    return this.#options.nowMs() - entry.keptMs > maxAgeMs ? null : entry
  }

  /** What was kept under this key; it counts as used. */
  open(key: string): Buffer {
    const entry = this.#entries.get(key)
    if (entry === undefined) throw new Error('an answer that is not kept was to be opened')
    this.#order.touch(entry)
    return open(entry.shelf.sealing, [key], entry.sealed)
  }

  /** Keeps a copy, in the place of what was kept under this key, where there is room for it. */
  keep(key: string, from: Provenance & { readonly ttlMs: number }, plain: Buffer): void {
    const before = this.#entries.get(key)
    if (before !== undefined) this.#drop(before)
    const room = this.#options.maxBytes() - this.#heldBytes - OVERHEAD_BYTES
    if (plain.length > room) return
    const shelf = this.#shelf(from.tenant)
    const frame = seal(shelf.sealing, [key], plain)
    // Small buffers share a slab of memory, which one of them alone would keep.
    const sealed = Buffer.allocUnsafeSlow(frame.length)
    frame.copy(sealed)
    const { tenant, rule, target, ttlMs } = from
    const keptMs = this.#options.nowMs()
    const entry = { key, shelf, sealed, tenant, rule, target, keptMs, ttlMs, newer: null, older: null }
    this.#entries.set(key, entry)
    this.#order.add(entry)
    shelf.entries += 1
    shelf.bytes += bytesOf(entry)
    this.#bytes += bytesOf(entry)
    this.trim()
  }

  /** Counts memory for a stream that may be kept when it has ended; false: there is no room. */
  hold(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#options.maxBytes() / 2) return false
    this.#heldBytes += bytes
    this.trim()
    return true
  }

  letGo(bytes: number): void {
    this.#heldBytes -= bytes
  }

  /** Drops what is over the bound, oldest first. */
  trim(): void {
    let dropped = 0
    for (let { oldest } = this.#order; oldest !== null; { oldest } = this.#order) {
      if (this.bytes <= this.#options.maxBytes()) break
      this.#drop(oldest)
      dropped += 1
    }
    this.#told('room', dropped)
  }

  /** Drops what is over its time. */
  sweep(): void {
    let dropped = 0
    for (const entry of this.#order) {
      if (!this.#isOver(entry)) continue
      this.#drop(entry)
      dropped += 1
    }
    this.#told('expired', dropped)
  }

  /** Forgets what a tenant has here: all of it, or what a rule or a target gave. */
  purge(tenant: TenantId, { rule, target }: Purged = {}): Counted {
    this.#generation += 1
    const gone = { entries: 0, bytes: 0 }
    for (const entry of this.#order) {
      const isMeant =
        entry.tenant === tenant &&
        (rule === undefined || entry.rule === rule) &&
        (target === undefined || entry.target === target)
      if (!isMeant) continue
      gone.entries += 1
      gone.bytes += bytesOf(entry)
      this.#drop(entry)
    }
    if (rule === undefined && target === undefined) this.#shelves.delete(tenant)
    this.#told('purged', gone.entries)
    return gone
  }

  /** Forgets everything. */
  clear(reason: Dropped): void {
    this.#generation += 1
    const { size } = this.#entries
    for (const entry of this.#order) this.#drop(entry)
    this.#shelves.clear()
    this.#told(reason, size)
  }

  /** What one tenant has here, by rule and target. */
  listOf(tenant: TenantId): readonly (Omit<Provenance, 'tenant'> & Counted)[] {
    const found = new Map<string, { rule: string; target: string; entries: number; bytes: number }>()
    for (const entry of this.#order) {
      if (entry.tenant !== tenant) continue
      const { rule, target } = entry
      const place = `${rule} ${target}`
      const sums = found.get(place) ?? { rule, target, entries: 0, bytes: 0 }
      sums.entries += 1
      sums.bytes += bytesOf(entry)
      found.set(place, sums)
    }
    return [...found.values()]
  }

  /** A clock that was set back says nothing about the age of what is younger than it. */
  #isOver({ keptMs, ttlMs }: Entry): boolean {
    const ageMs = this.#options.nowMs() - keptMs
    return ageMs < 0 || ageMs >= ttlMs
  }

  #shelf(tenant: TenantId): Shelf {
    const known = this.#shelves.get(tenant)
    if (known !== undefined) return known
    const bytes = randomBytes(32)
    const shelf = { sealing: { version: 1, key: createSecretKey(bytes) }, entries: 0, bytes: 0 }
    bytes.fill(0)
    this.#shelves.set(tenant, shelf)
    return shelf
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.key)
    this.#order.remove(entry)
    entry.shelf.entries -= 1
    entry.shelf.bytes -= bytesOf(entry)
    this.#bytes -= bytesOf(entry)
  }

  #told(reason: Dropped, entries: number): void {
    if (entries > 0) this.#options.dropped?.(reason, entries)
  }
}

const bytesOf = ({ sealed }: Entry): number => sealed.length + OVERHEAD_BYTES
