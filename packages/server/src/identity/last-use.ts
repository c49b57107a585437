import { isDone } from '../store/each-tenant.ts'
import type { Store, TenantId } from '../store/store.ts'

/** How often a use is written; in between it is known in memory only. */
const WRITE_EVERY_MS = { session: 5 * 60_000, key: 60_000 }
const FORGET_AFTER_MS = 24 * 60 * 60_000

interface Use {
  readonly kind: 'session' | 'key'
  usedMs: number
  writtenMs: number
}

/** When sessions and keys were last used, written in batches and never while a request waits. */
export class LastUse {
  /** By tenant and id, without a text made of the two: this is asked at every request. */
  readonly #uses = new Map<TenantId, Map<string, Use>>()

  /** `storedMs` is what the database says; null for never. */
  note(
    kind: Use['kind'],
    { tenant, id }: { readonly tenant: TenantId; readonly id: string },
    nowMs: number,
    storedMs: number | null,
  ): void {
    const uses = this.#usesOf(tenant)
    const use = uses.get(id)
    if (use) use.usedMs = nowMs
    else uses.set(id, { kind, usedMs: nowMs, writtenMs: storedMs ?? 0 })
  }

  /** The last use known in memory; null where there was none. */
  of({ tenant, id }: { readonly tenant: TenantId; readonly id: string }): number | null {
    return this.#uses.get(tenant)?.get(id)?.usedMs ?? null
  }

  /** Writes what is due: one transaction per tenant. `all` writes every use, for a clean stop. */
  async write(store: Store, nowMs: number, all = false): Promise<void> {
    for (const [tenant, uses] of this.#uses) {
      const due = [...uses].filter(([, use]) => {
        return use.usedMs > use.writtenMs && (all || nowMs - use.writtenMs >= WRITE_EVERY_MS[use.kind])
      })
      const isWritten = due.length === 0 || (await isDone(store, tenant, () => writeUses(store, tenant, due)))
      if (isWritten) for (const [, use] of due) use.writtenMs = nowMs
      for (const [id, use] of uses) if (nowMs - use.usedMs > FORGET_AFTER_MS) uses.delete(id)
    }
  }

  #usesOf(tenant: TenantId): Map<string, Use> {
    const known = this.#uses.get(tenant)
    if (known) return known
    const uses = new Map<string, Use>()
    this.#uses.set(tenant, uses)
    return uses
  }
}

async function writeUses(store: Store, tenant: TenantId, due: readonly [string, Use][]): Promise<void> {
  const idsOf = (kind: Use['kind']): string[] => due.filter(([, use]) => use.kind === kind).map(([id]) => id)
  const latest = new Date(Math.max(...due.map(([, use]) => use.usedMs)))
  const [sessions, keys] = [idsOf('session'), idsOf('key')]
  await store.withTenant({ tenant }, async ({ db }) => {
    if (sessions.length > 0) {
      await db.updateTable('session').set({ seen_at: latest }).where('id', 'in', sessions).execute()
    }
    if (keys.length > 0) {
      await db.updateTable('api_key').set({ last_used_at: latest }).where('id', 'in', keys).execute()
    }
  })
}
