import { createSecretKey, randomBytes } from 'node:crypto'
import { TurnoverMap } from '../../kernel/turnover-map.ts'
import type { VersionedKey } from '../../store/keys/sealing.ts'
import { open, seal, SEALING_BYTES } from '../../store/keys/sealing.ts'
import type { TenantId } from '../../store/store.ts'
import type { Placed } from './ring.ts'
import { Ring } from './ring.ts'

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

interface Entry extends Kept, Placed<Entry> {
  readonly key: string
  readonly shelf: Shelf
  readonly ttlMs: number
}

/** What is kept for one tenant. */
interface Shelf {
  readonly sealing: VersionedKey
  entries: number
}

/** What an entry takes besides its sealed bytes; measured at 490 with node 24. */
const OVERHEAD_BYTES = 512
/** Of all memory, what is for the entries, and what for streams under way; the rest is the ring. */
const [ENTRIES_SHARE, HELD_SHARE] = [1 / 8, 1 / 8]

/**
 * Answers in the memory of this process, within a number of bytes; the oldest go first, unless they were asked for since.
 * They are sealed under a key of their tenant that is not in the heap and never written: neither swapped memory nor a
 * heap snapshot shows an answer, and when all of a tenant's are purged, what is left of them stays unreadable.
 */
export class KeptAnswers {
  readonly #options: KeptAnswersOptions
  readonly #entries = new TurnoverMap<string, Entry>()
  readonly #shelves = new Map<TenantId, Shelf>()
  #ring: Ring<Entry>
  #bytes = 0
  #heldBytes = 0
  #generation = 0

  constructor(options: KeptAnswersOptions) {
    this.#options = options
    this.#ring = this.#newRing(0)
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

  /** What was kept under this key; it counts as asked for. */
  open(key: string): Buffer {
    const entry = this.#entries.get(key)
    if (entry === undefined) throw new Error('an answer that is not kept was to be opened')
    return open(entry.shelf.sealing, [key], this.#ring.read(entry))
  }

  /** Keeps a copy, in the place of what was kept under this key; nothing happens where it is more than there is room. */
  keep(key: string, from: Provenance & { readonly ttlMs: number }, plain: Buffer): void {
    this.fit()
    const before = this.#entries.get(key)
    if (before !== undefined) this.#drop(before)
    if (plain.length + SEALING_BYTES > this.#ring.sizeBytes) return
    this.#makeRoomForOne()
    const { tenant, rule, target, ttlMs } = from
    const shelf = this.#shelf(tenant)
    const placed = { at: 0, length: 0, wasRead: false, newer: null, older: null }
    const entry = { key, shelf, tenant, rule, target, keptMs: this.#options.nowMs(), ttlMs, ...placed }
    if (!this.#ring.put(entry, seal(shelf.sealing, [key], plain))) return
    this.#entries.set(key, entry)
    shelf.entries += 1
    this.#bytes += bytesOf(entry)
  }

  /** Counts memory for a stream that may be kept when it has ended; false: there is no room. */
  hold(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#options.maxBytes() * HELD_SHARE) return false
    this.#heldBytes += bytes
    return true
  }

  letGo(bytes: number): void {
    this.#heldBytes -= bytes
  }

  /** Follows a changed bound: what was kept within another one goes. */
  fit(): void {
    const sizeBytes = Math.floor(this.#options.maxBytes() * (1 - ENTRIES_SHARE - HELD_SHARE))
    if (sizeBytes === this.#ring.sizeBytes) return
    if (this.size > 0) this.clear('room')
    this.#ring = this.#newRing(sizeBytes)
  }

  /** Drops what is over its time. */
  sweep(): void {
    let dropped = 0
    for (const entry of this.#ring) {
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
    for (const entry of this.#ring) {
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
    for (const entry of this.#ring) this.#drop(entry)
    this.#shelves.clear()
    this.#told(reason, size)
  }

  /** What one tenant has here, by rule and target. */
  listOf(tenant: TenantId): readonly (Omit<Provenance, 'tenant'> & Counted)[] {
    const found = new Map<string, { rule: string; target: string; entries: number; bytes: number }>()
    for (const entry of this.#ring) {
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
    const shelf = { sealing: { version: 1, key: createSecretKey(bytes) }, entries: 0 }
    bytes.fill(0)
    this.#shelves.set(tenant, shelf)
    return shelf
  }

  #newRing(sizeBytes: number): Ring<Entry> {
    return new Ring<Entry>(sizeBytes, (entry) => {
      this.#forget(entry)
      this.#told('room', 1)
    })
  }

  #makeRoomForOne(): void {
    const most = (this.#options.maxBytes() * ENTRIES_SHARE) / OVERHEAD_BYTES
    for (let { oldest } = this.#ring; oldest !== null && this.size >= most; { oldest } = this.#ring) {
      this.#drop(oldest)
      this.#told('room', 1)
    }
  }

  #drop(entry: Entry): void {
    this.#ring.remove(entry)
    this.#forget(entry)
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.key)
    entry.shelf.entries -= 1
    this.#bytes -= bytesOf(entry)
  }

  #told(reason: Dropped, entries: number): void {
    if (entries > 0) this.#options.dropped?.(reason, entries)
  }
}

const bytesOf = ({ length }: Entry): number => length + OVERHEAD_BYTES
