import { setImmediate } from 'node:timers/promises'
import { eachTenant } from '../../store/each-tenant.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Held } from './held.ts'
import { heldNow } from './held.ts'

const DAY_MS = 86_400_000

/** What may be removed in one transaction. */
export interface Slice {
  readonly before: Date
  readonly held: Held
}

/** A kind of record that is kept for a time and no longer. */
export interface Kept {
  readonly kind: string
  /** So many go in one transaction: few enough that it takes no lock for long. */
  readonly slice: number
  /** Removes `slice` records at most that are older and not held, and returns how many. */
  remove(tx: Tx, slice: Slice): Promise<number>
  /** How many are older. */
  older(tx: Tx, before: Date): Promise<number>
}

export interface Swept {
  readonly removed: number
  /** Old enough, and held. */
  readonly held: number
}

/** Removes what was kept for so many days, slice by slice, but for what a hold covers. */
export async function removeOlder(
  store: Pick<Store, 'tenants' | 'isSeparate' | 'withTenant'>,
  kept: Kept,
  { days, nowMs }: { readonly days: number; readonly nowMs: number },
): Promise<Swept> {
  const before = new Date(nowMs - days * DAY_MS)
  let removed = 0
  let held = 0
  await eachTenant(store, async (tenant) => {
    for (let gone = kept.slice; gone >= kept.slice; removed += gone) {
      gone = await store.withTenant({ tenant }, async (tx) =>
        kept.remove(tx, { before, held: await heldNow(tx) }),
      )
      await setImmediate()
    }
    held += await store.withTenant({ tenant }, (tx) => kept.older(tx, before))
  })
  return { removed, held }
}
