import type { TenantTerms } from '../../privacy/dictionary/dictionary.ts'
import { bytesOf } from '../../privacy/dictionary/dictionary.ts'
import type { TenantId } from '../../store/store.ts'

/** What is known of a tenant. */
interface Known {
  /** How often its dictionaries had changed. */
  readonly changes: bigint
  readonly terms: TenantTerms
  readonly count: number
}

export interface KeptTerms {
  /** Those that nobody asked for so long are let go. */
  readonly idleMs: number
  /** Beyond it the ones asked for longest ago are let go; the last one asked for stays, whatever its size. */
  readonly mostBytes: number
}

export interface KnownTermsOptions {
  readonly kept: () => KeptTerms
  readonly nowMs: () => number
  readonly dropped: (reason: 'idle' | 'full') => void
}

interface Held extends Known {
  readonly bytes: number
  usedMs: number
}

/** Terms of tenants in memory, as many as there is room for; what is let go is read again by whoever needs it. */
export class KnownTerms {
  readonly #options: KnownTermsOptions
  readonly #held = new Map<TenantId, Held>()

  constructor(options: KnownTermsOptions) {
    this.#options = options
  }

  /** For a request: it counts as used. */
  use(tenant: TenantId): TenantTerms | undefined {
    const held = this.#held.get(tenant)
    if (held !== undefined) held.usedMs = this.#options.nowMs()
    return held?.terms
  }

  changesOf(tenant: TenantId): bigint | undefined {
    return this.#held.get(tenant)?.changes
  }

  /** In place of what was known; when that was used last stays. */
  set(tenant: TenantId, known: Known): void {
    const { dictionary } = known.terms
    const usedMs = this.#held.get(tenant)?.usedMs ?? this.#options.nowMs()
    this.#held.set(tenant, { ...known, usedMs, bytes: dictionary === null ? 0 : bytesOf(dictionary) })
    this.#makeRoom()
  }

  delete(tenant: TenantId): void {
    this.#held.delete(tenant)
  }

  dropIdle(): void {
    const { kept, nowMs, dropped } = this.#options
    const before = nowMs() - kept().idleMs
    for (const [tenant, { usedMs }] of this.#held) {
      if (usedMs > before) continue
      this.#held.delete(tenant)
      dropped('idle')
    }
    this.#makeRoom()
  }

  tenants(): readonly TenantId[] {
    return [...this.#held.keys()]
  }

  get count(): number {
    return this.#sum(({ count }) => count)
  }

  get bytes(): number {
    return this.#sum(({ bytes }) => bytes)
  }

  #sum(of: (held: Held) => number): number {
    let sum = 0
    for (const held of this.#held.values()) sum += of(held)
    return sum
  }

  #makeRoom(): void {
    const { kept, dropped } = this.#options
    let left = this.bytes - kept().mostBytes
    if (left <= 0) return
    const byUse = [...this.#held].toSorted(([, one], [, other]) => one.usedMs - other.usedMs).slice(0, -1)
    for (const [tenant, { bytes }] of byUse) {
      if (left <= 0) return
      if (bytes === 0) continue
      this.#held.delete(tenant)
      left -= bytes
      dropped('full')
    }
  }
}
