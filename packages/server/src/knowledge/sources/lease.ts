import { sql } from 'kysely'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { SourceRow } from './source-rows.ts'

/** A process that was not heard of for so long is gone, and another one goes on. */
const GONE_AFTER_S = 15

export interface Claim {
  /** The process that asks. */
  readonly runner: string
  /** No other process uses this database: whatever else is said to run was left by one before. */
  readonly isAlone: boolean
  /** What this process runs already. */
  readonly besides: readonly string[]
}

export interface Claimed {
  readonly row: SourceRow
  /** The run before did not come to its end. */
  readonly wasCut: boolean
}

/** Takes the source that has waited longest, for this process alone; null where nothing is to be done. */
export async function claimSource(
  store: Store,
  tenant: TenantId,
  { runner, isAlone, besides }: Claim,
): Promise<Claimed | null> {
  return store.withTenant({ tenant }, async ({ db }) => {
    const before = await db
      .selectFrom('source')
      .select(['id', 'runner', 'started_at', 'finished_at', 'failures'])
      .where((of) =>
        of.or([
          of('due_at', '<=', sql<Date>`clock_timestamp()`),
          of.and([of('asked_at', 'is not', null), of('removing', 'is', null), of('failures', '=', 0)]),
        ]),
      )
      .where((of) => of.or([of('paused_at', 'is', null), of('removing', 'is not', null)]))
      .where((of) =>
        of.or([
          of('runner', 'is', null),
          ...(isAlone ? [of('runner', '<>', runner)] : []),
          of('runner_seen_at', '<', sql<Date>`clock_timestamp() - make_interval(secs => ${GONE_AFTER_S})`),
        ]),
      )
      .$if(besides.length > 0, (query) => query.where('id', 'not in', besides))
      .orderBy((of) => of.fn.coalesce('asked_at', 'due_at'))
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!before) return null
    const row = await db
      .updateTable('source')
      .set({
        runner,
        runner_seen_at: sql<Date>`clock_timestamp()`,
        started_at: sql<Date>`clock_timestamp()`,
        ...NO_PROGRESS,
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return { row, wasCut: isCut(before) }
  })
}

function isCut({
  runner,
  started_at: started,
  finished_at: finished,
  failures,
}: Pick<SourceRow, 'runner' | 'started_at' | 'finished_at' | 'failures'>): boolean {
  if (runner !== null || failures > 0) return true
  return started !== null && (finished === null || finished < started)
}

const NO_PROGRESS = { seen: 0, added: 0, changed: 0, unchanged: 0, removed: 0, failed: 0 }

/** The source as it is now, while this process is the one that runs it; null when it is not any more. */
export async function heldSource(
  tx: Tx,
  source: string,
  runner: string,
  done: Partial<typeof NO_PROGRESS> = {},
): Promise<SourceRow | null> {
  const row = await tx.db
    .updateTable('source')
    .set({ ...done, runner_seen_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', source)
    .where('runner', '=', runner)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** Another process took over, or somebody changed what is run. What was done until then stays. */
export class Superseded extends Error {
  constructor() {
    super('this run was superseded')
    this.name = 'Superseded'
  }
}
