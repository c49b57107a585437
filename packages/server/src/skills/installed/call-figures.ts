import { sql } from 'kysely'
import type { Store, TenantId, Tx } from '../../store/store.ts'

/** Milliseconds that a call took at most, in each bucket but the last, which takes everything slower. */
export const DURATION_BOUNDS_MS: readonly number[] = Array.from({ length: 26 }, (_, at) =>
  Math.round(2 * 1.5 ** at),
)

const MINUTE_MS = 60_000
const KEPT_DAYS = 8

interface Cell {
  calls: number
  failed: number
  readonly buckets: number[]
}

export interface Sum {
  readonly calls: number
  readonly failed: number
  readonly buckets: readonly number[]
}

export const NO_CALLS: Sum = { calls: 0, failed: 0, buckets: [] }

export const bucketOf = (durationMs: number): number => {
  const at = DURATION_BOUNDS_MS.findIndex((bound) => durationMs <= bound)
  return at < 0 ? DURATION_BOUNDS_MS.length : at
}

/** The bound that this part of the calls kept; null where there were none. */
export function quantile({ calls, buckets }: Sum, share: number): number | null {
  if (calls === 0) return null
  let seen = 0
  const rank = Math.ceil(calls * share)
  for (const [at, count] of buckets.entries()) {
    seen += count
    if (seen >= rank) return DURATION_BOUNDS_MS[at] ?? Infinity
  }
  return Infinity
}

interface Keeping {
  readonly store: Pick<Store, 'withTenant'>
  readonly clock: { readonly now: () => number }
}

/** Counts calls in memory and adds them up in the database a moment later, whatever process made them. */
export class CallFigures {
  readonly #keeping: Keeping
  #cells = new Map<TenantId, Map<string, Cell>>()
  #flushing: Promise<unknown> = Promise.resolve()

  constructor(keeping: Keeping) {
    this.#keeping = keeping
  }

  add(
    tenant: TenantId,
    digest: string,
    call: { readonly isFailed: boolean; readonly durationMs: number },
  ): void {
    const minute = Math.floor(this.#keeping.clock.now() / MINUTE_MS) * MINUTE_MS
    const cells = this.#cells.get(tenant) ?? new Map<string, Cell>()
    this.#cells.set(tenant, cells)
    const key = `${digest} ${minute}`
    const cell = cells.get(key) ?? {
      calls: 0,
      failed: 0,
      buckets: Array.from({ length: DURATION_BOUNDS_MS.length + 1 }, () => 0),
    }
    cells.set(key, cell)
    cell.calls += 1
    if (call.isFailed) cell.failed += 1
    const bucket = bucketOf(call.durationMs)
    cell.buckets[bucket] = (cell.buckets[bucket] ?? 0) + 1
  }

  /** What was counted until now stands in the database when it resolves; tenants of which something was. */
  async flush(): Promise<readonly TenantId[]> {
    const flushing = this.#flushing.catch(() => undefined).then(() => this.#flush())
    this.#flushing = flushing
    return flushing
  }

  async #flush(): Promise<readonly TenantId[]> {
    const all = this.#cells
    this.#cells = new Map()
    for (const [tenant, cells] of all) {
      try {
        await this.#keeping.store.withTenant({ tenant }, async (tx) => {
          for (const [key, cell] of [...cells].toSorted(([one], [other]) => (one < other ? -1 : 1)))
            await addCell(tx, key, cell)
        })
      } catch (error) {
        this.#takeBack(tenant, cells)
        throw error
      }
    }
    return [...all.keys()]
  }

  #takeBack(tenant: TenantId, cells: ReadonlyMap<string, Cell>): void {
    const now = this.#cells.get(tenant) ?? new Map<string, Cell>()
    this.#cells.set(tenant, now)
    for (const [key, cell] of cells) {
      const newer = now.get(key)
      if (!newer) now.set(key, cell)
      else {
        newer.calls += cell.calls
        newer.failed += cell.failed
        cell.buckets.forEach((count, at) => (newer.buckets[at] = (newer.buckets[at] ?? 0) + count))
      }
    }
  }
}

async function addCell({ db, tenant }: Tx, key: string, cell: Cell): Promise<void> {
  const [digest = '', minute = ''] = key.split(' ')
  await sql`INSERT INTO skill_figure (tenant_id, digest, minute, calls, failed, buckets)
    VALUES (${tenant}, ${digest}, ${new Date(Number(minute))}, ${cell.calls}, ${cell.failed}, ${cell.buckets}::integer[])
    ON CONFLICT (tenant_id, digest, minute) DO UPDATE SET calls = skill_figure.calls + excluded.calls,
      failed = skill_figure.failed + excluded.failed,
      buckets = (SELECT array_agg(coalesce(mine, 0) + coalesce(theirs, 0) ORDER BY at)
        FROM unnest(skill_figure.buckets, excluded.buckets) WITH ORDINALITY AS both_of (mine, theirs, at))`.execute(
    db,
  )
}

/** Sums by digest, of calls since then. */
export async function sumsSince(
  { db }: Tx,
  digests: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, Sum>> {
  if (digests.length === 0) return new Map()
  const { rows } = await sql<{ digest: string; calls: number; failed: number; buckets: number[] }>`
    SELECT digest, sum(calls)::integer AS calls, sum(failed)::integer AS failed,
      (SELECT array_agg(total ORDER BY at) FROM (
        SELECT at, sum(count)::integer AS total FROM skill_figure inside, unnest(inside.buckets) WITH ORDINALITY AS one (count, at)
        WHERE inside.digest = figure.digest AND inside.minute >= ${since} GROUP BY at) summed) AS buckets
    FROM skill_figure figure WHERE digest = ANY (${[...digests]}::text[]) AND minute >= ${since} GROUP BY digest`.execute(
    db,
  )
  return new Map(rows.map(({ digest, ...sum }) => [digest, sum]))
}

/** Lets go of figures that nobody asks for any more. */
export async function dropOldFigures({ db }: Tx): Promise<void> {
  await sql`DELETE FROM skill_figure WHERE minute < clock_timestamp() - make_interval(days => ${KEPT_DAYS})`.execute(
    db,
  )
}
