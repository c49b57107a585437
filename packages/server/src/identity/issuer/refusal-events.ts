import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Store, TenantId } from '../../store/store.ts'

const RECORD_EVERY_MS = 60_000

/** Something that the issuer refused. */
export interface Refusal {
  readonly endpoint: 'authorize' | 'token' | 'userinfo'
  /** A word of RFC 6749 or ours. */
  readonly reason: string
  /** Null where it came from nobody who is known. */
  readonly client: { readonly tenant: TenantId; readonly id: string } | null
}

interface Counted extends Refusal {
  count: number
  dueMs: number
}

/**
 * Puts refusals on record: the first at once, what follows of the same client for the same reason as a count, once a minute.
 * Clients and reasons are closed lists, so that no flood can fill the record, and nothing is left uncounted.
 */
export class RefusalEvents {
  readonly #parts: { readonly store: Store; readonly clock: Clock; readonly onBug: (error: unknown) => void }
  readonly #counted = new Map<string, Counted>()
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: {
    readonly store: Store
    readonly clock: Clock
    readonly onBug: (error: unknown) => void
  }) {
    this.#parts = parts
  }

  note(refusal: Refusal): void {
    const { endpoint, client } = refusal
    const reason = /^[a-z_]{1,40}$/.test(refusal.reason) ? refusal.reason : 'unknown'
    const place = [endpoint, reason, client?.tenant, client?.id].join(' ')
    const known = this.#counted.get(place)
    if (known) {
      known.count += 1
      return
    }
    this.#counted.set(place, {
      ...refusal,
      reason,
      count: 0,
      dueMs: this.#parts.clock.now() + RECORD_EVERY_MS,
    })
    this.#write({ endpoint, reason, client, count: 1 })
    this.#timer ??= setInterval(() => this.#sweep(this.#parts.clock.now()), RECORD_EVERY_MS).unref()
  }

  /** Writes what was counted and not told yet. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#sweep(Number.POSITIVE_INFINITY)
    await this.#writing
  }

  #sweep(nowMs: number): void {
    for (const [place, counted] of this.#counted) {
      if (counted.dueMs > nowMs) continue
      if (counted.count === 0) {
        this.#counted.delete(place)
        continue
      }
      this.#write({ ...counted })
      counted.count = 0
      counted.dueMs = nowMs + RECORD_EVERY_MS
    }
    if (this.#counted.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #write({ endpoint, reason, client, count }: Refusal & { readonly count: number }): void {
    const { store, onBug } = this.#parts
    const tenant = client?.tenant ?? store.home
    this.#writing = this.#writing.then(async () => {
      try {
        await store.withTenant({ tenant }, (tx) =>
          audit.append(tx, {
            action: 'oidc.refused',
            // Whoever was refused may only have said that it was this client.
            actor: 'anonymous',
            ...(client && { subject: client.id }),
            detail: { endpoint, reason, count },
          }),
        )
      } catch (error) {
        onBug(error)
      }
    })
  }
}
