import { randomUUID } from 'node:crypto'
import { setTimeout as later } from 'node:timers'
import { sql } from 'kysely'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { authorise } from '../../identity/authorise.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import { isDone } from '../../store/each-tenant.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { ApplyingRooms } from './applying.ts'
import { passes } from './outcome.ts'
import type { Claimed } from './lease.ts'
import { claimSource, heldSource, Superseded } from './lease.ts'
import type { Done, PassRooms } from './pass.ts'
import { Pass } from './pass.ts'
import type { Ending, Source } from './source.ts'
import type { Definition, SourceRow } from './source-rows.ts'
import { openCursor, openDefinition, sealCursor, sealMessage, sourceDek } from './source-rows.ts'

export interface RunnerRooms {
  readonly store: Store
  readonly knowledge: ApplyingRooms['knowledge']
  /** A principal with the rights that it has now; null when it is gone. */
  readonly standIn: (tenant: TenantId, principal: string) => Caller | null
  readonly open: (tenant: TenantId, from: Definition['from'], signal: AbortSignal) => Promise<Source>
  readonly maxFileBytes: () => number
  /** No other process uses this database. */
  readonly isAlone: boolean
  readonly figures: {
    readonly item: PassRooms['count']
    /** `code` of what ended it; `ok` where it came to its end. */
    readonly ran: (source: string, code: FaultCode | 'ok') => void
  }
  /** Hears of what is no refusal. */
  readonly report: (error: unknown) => void
}

const LOOK_MS = 5000
const BEAT_MS = 5000
/** Of one process: reading documents takes a core. */
const AT_ONCE = 2
const FIRST_BACKOFF_S = 30
const LONGEST_BACKOFF_S = 3600
/** One that nobody scheduled is left alone after so many failures in a row. */
const MOST_FAILURES = 8

/** Runs what is due. Several processes share the work: each source has one at a time. */
export class Runner {
  readonly #rooms: RunnerRooms
  readonly #id = randomUUID()
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>()
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #isAskedAgain = false
  #isClosed = false

  constructor(rooms: RunnerRooms) {
    this.#rooms = rooms
  }

  start(): void {
    this.#look()
  }

  /** Somebody changed a source: what runs of it is to notice, and what is due is to begin. */
  nudge(source: string): void {
    const running = this.#running.get(source)
    if (running) void this.#beat(source, running.stop)
    this.#look()
  }

  /** Resolves when nothing runs any more; others go on where this process was. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const { stop } of this.#running.values()) stop.abort()
    await this.#looking
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  #look(): void {
    if (this.#isClosed) return
    if (this.#timer === null && this.#isAskedAgain) return
    this.#isAskedAgain = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#looking = this.#looking.then(async () => {
      this.#isAskedAgain = false
      await this.#takeAll().catch(this.#rooms.report)
      if (!this.#isClosed) {
        if (this.#timer !== null) clearTimeout(this.#timer)
        this.#timer = later(() => {
          this.#timer = null
          this.#look()
        }, LOOK_MS).unref()
      }
    })
  }

  async #takeAll(): Promise<void> {
    const { store, isAlone } = this.#rooms
    for (const tenant of await store.tenants()) {
      if (this.#isClosed) return
      await isDone(store, tenant, async () => {
        while (this.#running.size < AT_ONCE && !this.#isClosed) {
          const claim = { runner: this.#id, isAlone, besides: [...this.#running.keys()] }
          const claimed = await claimSource(store, tenant, claim)
          if (claimed === null) return
          this.#begin(tenant, claimed)
        }
      })
    }
  }

  #begin(tenant: TenantId, claimed: Claimed): void {
    const { row } = claimed
    const stop = new AbortController()
    const beat = setInterval(() => void this.#beat(row.id, stop, tenant), BEAT_MS)
    const ended = this.#run(tenant, claimed, stop.signal)
      .catch(this.#rooms.report)
      .finally(() => {
        clearInterval(beat)
        this.#running.delete(row.id)
        // A place is free, and what was asked for meanwhile may be due.
        this.#look()
      })
    this.#running.set(row.id, { stop, ended })
  }

  /** Says that it is still run, and ends it where it is not ours any more. */
  async #beat(source: string, stop: AbortController, of?: TenantId): Promise<void> {
    try {
      const tenants = of === undefined ? await this.#rooms.store.tenants() : [of]
      const held = await Promise.all(
        tenants.map((tenant) =>
          this.#rooms.store.withTenant({ tenant }, (tx) => heldSource(tx, source, this.#id)),
        ),
      )
      if (held.every((row) => row === null)) stop.abort()
    } catch (error) {
      // The run itself meets the same trouble.
      this.#rooms.report(error)
    }
  }

  async #run(tenant: TenantId, { row, wasCut }: Claimed, signal: AbortSignal): Promise<void> {
    let pass: Pass | null = null
    try {
      const opened = await this.#rooms.store.withTenant({ tenant }, async (tx) => ({
        definition: openDefinition(tx.keys, row),
        // What could not be read lies before the cursor: whoever wants it again looks at everything.
        cursor:
          row.asked_at !== null || (await hasPassingFailures(tx, row.id)) ? null : openCursor(tx.keys, row),
      }))
      pass = new Pass(this.#passRooms(tenant, row, { definition: opened.definition, wasCut, signal }))
      if (row.removing !== null) return await this.#removed(tenant, row, pass)
      const source = await this.#rooms.open(tenant, opened.definition.from, signal)
      const close = (): void => void source.close().catch(this.#rooms.report)
      signal.addEventListener('abort', close)
      try {
        await this.#finished(tenant, row, { ending: await pass.run(source, opened.cursor), done: pass.done })
      } finally {
        signal.removeEventListener('abort', close)
        await source.close()
      }
    } catch (error) {
      if (error instanceof Superseded || signal.aborted) await this.#letGo(tenant, row)
      else await this.#failed(tenant, row, error)
    }
  }

  #passRooms(
    tenant: TenantId,
    row: SourceRow,
    own: Pick<PassRooms, 'definition' | 'wasCut' | 'signal'>,
  ): PassRooms {
    const { store, knowledge, standIn, maxFileBytes, figures } = this.#rooms
    return {
      store,
      knowledge,
      tenant,
      runner: this.#id,
      row,
      ...own,
      maxFileBytes: maxFileBytes(),
      count: figures.item,
      actor() {
        const caller = standIn(tenant, row.creator)
        if (caller === null)
          throw new Fault(
            'not_allowed',
            'Whoever this source acts for is gone, or shut out. Somebody who may do so has to change it: it then acts for that one.',
          )
        for (const action of ['source.write', 'knowledge.write'] as const) authorise(caller, action)
        return { ...caller, source: row.id }
      },
    }
  }

  async #removed(tenant: TenantId, row: SourceRow, pass: Pass): Promise<void> {
    await pass.removeAll()
    await this.#rooms.store.withTenant({ tenant }, ({ db }) =>
      db.deleteFrom('source').where('id', '=', row.id).where('runner', '=', this.#id).execute(),
    )
  }

  async #finished(
    tenant: TenantId,
    row: SourceRow,
    { ending, done }: { readonly ending: Ending; readonly done: Done },
  ): Promise<void> {
    await this.#rooms.store.withTenant({ tenant }, async (tx) => {
      const held = await heldSource(tx, row.id, this.#id)
      if (held === null) throw new Superseded()
      const every = held.every_minutes
      await tx.db
        .updateTable('source')
        .set({
          ...done,
          ...ENDED,
          succeeded_at: sql<Date>`clock_timestamp()`,
          cursor_sealed: sealCursor(sourceDek(tx.keys, held), row.id, ending.cursor),
          due_at:
            every === null ? null : sql<Date>`clock_timestamp() + make_interval(mins => ${every}::integer)`,
          failures: 0,
          fault: null,
          fault_sealed: null,
        })
        .where('id', '=', row.id)
        .execute()
      const { added, changed, removed, failed } = done
      if (added + changed + removed > 0)
        await append(tx, {
          action: 'source.synced',
          actor: row.creator,
          subject: row.id,
          detail: { added, changed, removed, failed },
        })
    })
    this.#rooms.figures.ran(row.id, 'ok')
  }

  async #failed(tenant: TenantId, row: SourceRow, error: unknown): Promise<void> {
    const fault = error instanceof Fault ? error : new Fault('bug', 'Something went wrong on our side.')
    if (!(error instanceof Fault)) this.#rooms.report(error)
    this.#rooms.figures.ran(row.id, fault.code)
    const failures = row.failures + 1
    const waitS = Math.min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2 ** Math.min(row.failures, 10))
    const isGivenUp = row.every_minutes === null && row.removing === null && failures >= MOST_FAILURES
    await this.#rooms.store.withTenant({ tenant }, async (tx) => {
      const held = await heldSource(tx, row.id, this.#id)
      if (held === null) return
      await tx.db
        .updateTable('source')
        .set({
          ...ENDED,
          // Kept until a run comes to its end, because what could not be read is to be tried then.
          asked_at: isGivenUp ? null : held.asked_at,
          due_at: isGivenUp ? null : sql<Date>`clock_timestamp() + make_interval(secs => ${waitS}::integer)`,
          failures,
          fault: fault.code,
          fault_sealed: sealMessage(sourceDek(tx.keys, held), row.id, fault.message),
        })
        .where('id', '=', row.id)
        .execute()
    })
  }

  async #letGo(tenant: TenantId, row: SourceRow): Promise<void> {
    await this.#rooms.store.withTenant({ tenant }, ({ db }) =>
      db
        .updateTable('source')
        .set({ runner: null })
        .where('id', '=', row.id)
        .where('runner', '=', this.#id)
        .execute(),
    )
  }
}

async function hasPassingFailures({ db }: Tx, source: string): Promise<boolean> {
  const rows = await db
    .selectFrom('source_item')
    .select('fault')
    .distinct()
    .where('source_id', '=', source)
    .where('outcome', '=', 'failed')
    .execute()
  return rows.some(({ fault }) => fault !== null && passes(fault))
}

/** What was asked for while it ran is asked for still. */
const ENDED = {
  runner: null,
  finished_at: sql<Date>`clock_timestamp()`,
  asked_at: sql<Date | null>`CASE WHEN asked_at > started_at THEN asked_at END`,
}
