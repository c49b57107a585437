import type { Dek, Tx } from '../store/store.ts'
import type { StoredEvent } from './sealed-rows.ts'
import { sealEvents } from './sealed-rows.ts'

/** What a run is in while somebody works on it. */
export const OPEN = ['running', 'waiting'] as const

/** What happened in a run, from the number `seq` on, as one row: told once its transaction is committed. */
export async function insertEvents(
  { db, tenant }: Tx,
  dek: Dek,
  run: string,
  { seq, events }: { readonly seq: number; readonly events: readonly StoredEvent[] },
): Promise<void> {
  const events_sealed = sealEvents(dek, run, seq, events)
  await db
    .insertInto('run_event')
    .values({ tenant_id: tenant, run_id: run, seq, count: events.length, events_sealed })
    .execute()
}
