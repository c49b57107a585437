import type { Store, TenantId } from '../store/store.ts'

/** How often a use is written; in between it is known in memory only. */
const WRITE_EVERY_MS = { session: 5 * 60_000, key: 60_000 }
const FORGET_AFTER_MS = 24 * 60 * 60_000

interface Use {
  readonly tenant: TenantId
  readonly kind: 'session' | 'key'
  usedMs: number
  writtenMs: number
}

/** When sessions and keys were last used, written in batches and never while a request waits. */
export class LastUse {
  readonly #uses = new Map<string, Use>()

  /** `storedMs` is what the database says; null for never. */
  note(
    kind: Use['kind'],
    one: { readonly tenant: TenantId; readonly id: string },
    nowMs: number,
    storedMs: number | null,
  ): void {
    const place = `${one.tenant} ${one.id}`
    const use = this.#uses.get(place)
    if (use) use.usedMs = nowMs
    else this.#uses.set(place, { tenant: one.tenant, kind, usedMs: nowMs, writtenMs: storedMs ?? 0 })
  }

  /** The last use known in memory; null where there was none. */
  of(one: { readonly tenant: TenantId; readonly id: string }): number | null {
    return this.#uses.get(`${one.tenant} ${one.id}`)?.usedMs ?? null
  }

  /** Writes what is due: one transaction per tenant. `all` writes every use, for a clean stop. */
  async write(store: Store, nowMs: number, all = false): Promise<void> {
    const due = [...this.#uses].filter(([, use]) => {
      return use.usedMs > use.writtenMs && (all || nowMs - use.writtenMs >= WRITE_EVERY_MS[use.kind])
    })
    for (const [tenant, uses] of Map.groupBy(due, ([, use]) => use.tenant)) {
      await writeUses(store, tenant, uses)
      for (const [, use] of uses) use.writtenMs = nowMs
    }
    for (const [place, use] of this.#uses) {
      if (nowMs - use.usedMs > FORGET_AFTER_MS) this.#uses.delete(place)
    }
  }
}

async function writeUses(store: Store, tenant: TenantId, uses: readonly [string, Use][]): Promise<void> {
  const idsOf = (kind: Use['kind']): string[] =>
    uses.filter(([, use]) => use.kind === kind).map(([place]) => place.slice(tenant.length + 1))
  const latest = new Date(Math.max(...uses.map(([, use]) => use.usedMs)))
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
