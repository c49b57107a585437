import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { FaultCode } from '../../kernel/fault.ts'
import type { Store, TenantId } from '../../store/store.ts'

/** A process that was not heard of for so long is gone, and another one goes on. */
const GONE_AFTER_S = 15
const FIRST_BACKOFF_S = 5
const LONGEST_BACKOFF_S = 600

export interface Claim {
  /** The process that asks. */
  readonly runner: string
  /** No other process uses this database: whatever else is said to run was left by one before. */
  readonly isAlone: boolean
}

export interface EmbeddingState {
  readonly runner: string | null
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly dueAt: Date | null
  readonly fault: string | null
  readonly held: readonly DataClass[]
}

const NOW = sql<Date>`clock_timestamp()`

/** Takes the vectors of a tenant for this process alone; false while another works on them, or it is too early. */
export function claimVectors(store: Store, tenant: TenantId, { runner, isAlone }: Claim): Promise<boolean> {
  return store.withTenant({ tenant }, async ({ db }) => {
    await db
      .insertInto('embedding_state')
      .values({ tenant_id: tenant })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const taken = await db
      .updateTable('embedding_state')
      .set({ runner, runner_seen_at: NOW, started_at: NOW })
      .where((of) => of.or([of('due_at', 'is', null), of('due_at', '<=', NOW)]))
      .where((of) =>
        of.or([
          of('runner', 'is', null),
          of('runner', '=', runner),
          ...(isAlone ? [sql<boolean>`true`] : []),
          of('runner_seen_at', '<', sql<Date>`clock_timestamp() - make_interval(secs => ${GONE_AFTER_S})`),
        ]),
      )
      .returning('tenant_id')
      .executeTakeFirst()
    return taken !== undefined
  })
}

/** Says that they are still worked on; false when it is not this process any more. */
export function beat(store: Store, tenant: TenantId, runner: string): Promise<boolean> {
  return store.withTenant({ tenant }, async ({ db }) => {
    const row = await db
      .updateTable('embedding_state')
      .set({ runner_seen_at: NOW })
      .where('runner', '=', runner)
      .returning('tenant_id')
      .executeTakeFirst()
    return row !== undefined
  })
}

/** How a pass ended; null: it was stopped, and goes on wherever it can. */
export type PassEnd = { readonly held: readonly DataClass[]; readonly fault: FaultCode | null } | null

/** Lets go of them. After a fault they are left alone for a while, each time for longer. */
export function release(
  store: Store,
  tenant: TenantId,
  { runner, end }: { readonly runner: string; readonly end: PassEnd },
): Promise<void> {
  return store.withTenant({ tenant }, async ({ db }) => {
    const wait = sql<number>`least(${LONGEST_BACKOFF_S}::integer, ${FIRST_BACKOFF_S}::integer * 2 ^ least(failures, 10))`
    await db
      .updateTable('embedding_state')
      .set({
        runner: null,
        ...(end !== null && {
          finished_at: NOW,
          held: [...end.held],
          fault: end.fault,
          failures: end.fault === null ? 0 : sql<number>`failures + 1`,
          due_at: end.fault === null ? null : sql<Date>`clock_timestamp() + ${wait} * interval '1 second'`,
        }),
      })
      .where('runner', '=', runner)
      .execute()
  })
}

/** What was held or has failed may be tried at once: targets or rules have changed. */
export function tryAgain(store: Store, tenant: TenantId): Promise<void> {
  return store.withTenant({ tenant }, async ({ db }) => {
    await db.updateTable('embedding_state').set({ due_at: null, failures: 0 }).execute()
  })
}

export async function stateOf(store: Store, tenant: TenantId): Promise<EmbeddingState | null> {
  const row = await store.withTenant({ tenant }, ({ db }) =>
    db.selectFrom('embedding_state').selectAll().executeTakeFirst(),
  )
  if (!row) return null
  return {
    runner: row.runner,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    dueAt: row.due_at,
    fault: row.fault,
    held: row.held.map((one) => dataClass.parse(one)),
  }
}
