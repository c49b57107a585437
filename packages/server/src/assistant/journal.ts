import type { DataClass } from '@freehold/contract/data-class.ts'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { Fault } from '../kernel/fault.ts'
import type { Dek, Store, TenantId, Tx } from '../store/store.ts'
import type { StoredEvent } from './sealed-rows.ts'
import { insertEvents, OPEN } from './run-events.ts'

/** Stored events of a run that follow each other. */
export interface Batch {
  readonly run: string
  /** Number of the first. */
  readonly seq: number
  readonly events: readonly StoredEvent[]
}

export interface JournalOptions {
  readonly store: Pick<Store, 'withTenant'>
  readonly tenant: TenantId
  readonly run: string
  readonly conversation: string
  readonly dek: Dek
  /** This process. */
  readonly replica: string
  /** Of the last event that is stored already. */
  readonly lastSeq: number
  /** Tells whoever listens, in the transaction or behind it. */
  readonly ring: (tx: Tx, run: string) => Promise<void>
  /** Told of each batch once it is durable. */
  readonly stored: (batch: Batch) => void
  /** Somebody wants the run to end, or it is not ours any more; told once. */
  readonly ended: (why: 'stop' | 'lost') => void
}

/** How long a process may be silent before its runs count as lost. */
export const LEASE_SECONDS = 15
/** Between two writes of one run: a stream of tokens costs a commit for each, and not for every token. */
const GAP_MS = 50
/** A database that is away longer than the lease has lost the run to somebody else anyway. */
const PATIENCE_MS = LEASE_SECONDS * 1000
const AGAIN_MS = 200
/** Of events that wait; a model that is faster than the database has to wait as well. */
const MOST_WAITING = 1000

export const leaseFromNow = sql<Date>`now() + make_interval(secs => ${LEASE_SECONDS})`

/** The run is not this process's any more: it was taken for dead, or the conversation is gone. */
export class LostRun extends Error {
  constructor() {
    super('another process has this run, or it is gone')
    this.name = 'LostRun'
  }
}

/** What is written with the last events of a run. */
export interface Closing {
  readonly state: 'completed' | 'stopped' | 'failed' | 'interrupted'
  readonly code: string | null
  readonly also: (tx: Tx) => Promise<void>
}

/**
 * Writes what happens in one run. Events get their numbers here, and nobody is told of one before it is durable. Every
 * write says that the run is still ours; one that finds that it is not fails, and so does everything after it.
 */
export class Journal {
  readonly #options: JournalOptions
  #waiting: StoredEvent[] = []
  #waiters: { resolve(): void; reject(error: unknown): void }[] = []
  #lastSeq: number
  #raise: DataClass | null = null
  #isWaiting = false
  #writing: Promise<void> | null = null
  #hurry: (() => void) | null = null
  #lastMs = Number.NEGATIVE_INFINITY
  #failure: unknown = null
  #hasEnded = false

  constructor(options: JournalOptions) {
    this.#options = options
    this.#lastSeq = options.lastSeq
  }

  /** What keeps it from being written any more: a `LostRun` where the run is simply not ours. */
  get failure(): unknown {
    return this.#failure ?? new LostRun()
  }

  /** Whether whoever tells should wait a little. */
  get isFull(): boolean {
    return this.#waiting.length >= MOST_WAITING
  }

  /** From the next write on the conversation has at least this class. */
  raise(to: DataClass): void {
    this.#raise = to
  }

  /** It waits for somebody's approval, or does not any more. */
  await(isWaiting: boolean): void {
    this.#isWaiting = isWaiting
  }

  /** Whether the run waits for somebody's approval. */
  get isAwaiting(): boolean {
    return this.#isWaiting
  }

  /** Takes an event. Words that follow words become one event with them. */
  take(event: StoredEvent): void {
    if (this.#failure !== null) return
    const last = this.#waiting.at(-1)
    if (last !== undefined && joins(last, event)) {
      this.#waiting[this.#waiting.length - 1] = {
        ...last,
        text: `${String(last['text'])}${String(event['text'])}`,
      }
    } else this.#waiting.push(event)
    this.#writing ??= this.#write()
  }

  /** Takes an event and resolves when it is stored. @throws LostRun, or what keeps it from being stored */
  store(event: StoredEvent): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const stored = Promise.withResolvers<void>()
    this.#waiters.push(stored)
    this.take(event)
    this.#hurry?.()
    return stored.promise
  }

  /** Writes what waits and this, and closes the run with it. @throws LostRun, or what keeps it from being stored */
  async close(event: StoredEvent, closing: Closing): Promise<void> {
    while (this.#writing !== null) await this.#writing
    if (this.#failure !== null) throw this.#failure
    const events = [...this.#waiting.splice(0), event]
    await this.#persist(events, closing)
  }

  /** Says that the run goes on, and looks whether it may. */
  async beat(): Promise<void> {
    const { store, tenant, run, replica } = this.#options
    const rows = await store.withTenant({ tenant }, ({ db }) =>
      db
        .updateTable('run')
        .set({ lease_until: leaseFromNow })
        .where('id', '=', run)
        .where('replica', '=', replica)
        .where('state', 'in', OPEN)
        .returning('stop_at')
        .execute(),
    )
    const [row] = rows
    if (row === undefined) this.#lose()
    else if (row.stop_at !== null) this.#end('stop')
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const restMs = this.#lastMs + GAP_MS - performance.now()
        if (restMs > 0) await this.#rest(restMs)
        this.#lastMs = performance.now()
        const waiters = this.#waiters.splice(0)
        try {
          await this.#persist(this.#waiting.splice(0), null)
          for (const waiter of waiters) waiter.resolve()
        } catch (error) {
          this.#failure = error
          this.#waiting = []
          for (const waiter of [...waiters, ...this.#waiters.splice(0)]) waiter.reject(error)
          this.#end('lost')
        }
      }
    } finally {
      this.#writing = null
    }
  }

  /** Not where somebody waits for what is written. */
  async #rest(ms: number): Promise<void> {
    const hurry = new AbortController()
    this.#hurry = () => hurry.abort()
    if (this.#waiters.length > 0) hurry.abort()
    await pause(ms, undefined, { signal: hurry.signal }).catch(() => undefined)
    this.#hurry = null
  }

  /** Tries until it is written, or known not to be: the very same events each time. */
  async #persist(events: readonly StoredEvent[], closing: Closing | null): Promise<void> {
    const batch: Batch = { run: this.#options.run, seq: this.#lastSeq + 1, events }
    const untilMs = performance.now() + PATIENCE_MS
    for (;;) {
      try {
        await this.#commit(batch, closing)
        break
      } catch (error) {
        const isAway = error instanceof Fault && error.code === 'unavailable'
        if (!isAway || performance.now() > untilMs) throw error
        await pause(AGAIN_MS)
      }
    }
    this.#lastSeq += events.length
    this.#options.stored(batch)
  }

  async #commit({ run, seq, events }: Batch, closing: Closing | null): Promise<void> {
    const { store, tenant, conversation, dek, replica, ring } = this.#options
    const raise = this.#raise
    const last = seq + events.length - 1
    const stopAt = await store.withTenant({ tenant }, async (tx) => {
      const { db } = tx
      const row = await db
        .updateTable('run')
        .set(
          closing === null
            ? { last_seq: last, state: this.#isWaiting ? 'waiting' : 'running', lease_until: leaseFromNow }
            : {
                last_seq: last,
                state: closing.state,
                code: closing.code,
                lease_until: null,
                ended_at: sql<Date>`now()`,
              },
        )
        .where('id', '=', run)
        .where('replica', '=', replica)
        .where('last_seq', '=', seq - 1)
        .where('state', 'in', OPEN)
        .returning('stop_at')
        .executeTakeFirst()
      if (!row) {
        // A commit whose answer was lost on the way has been made all the same.
        await requireWritten(tx, run, replica, last)
        return null
      }
      await insertEvents(tx, dek, run, { seq, events })
      if (raise !== null) await raiseClass(tx, conversation, raise)
      await closing?.also(tx)
      await ring(tx, run)
      return row.stop_at
    })
    if (this.#raise === raise) this.#raise = null
    if (stopAt !== null && closing === null) this.#end('stop')
  }

  #lose(): void {
    this.#failure ??= new LostRun()
    this.#end('lost')
  }

  #end(why: 'stop' | 'lost'): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#options.ended(why)
  }
}

async function requireWritten({ db }: Tx, run: string, replica: string, last: number): Promise<void> {
  const row = await db
    .selectFrom('run')
    .select(['replica', 'last_seq'])
    .where('id', '=', run)
    .executeTakeFirst()
  if (row?.replica !== replica || row.last_seq !== last) throw new LostRun()
}

const ORDER = ['public', 'internal', 'confidential', 'restricted']

/** It only rises. */
export async function raiseClass({ db }: Tx, conversation: string, to: DataClass): Promise<void> {
  const lower = ORDER.slice(0, ORDER.indexOf(to))
  // No query can name an empty list.
  if (lower.length === 0) return
  await db
    .updateTable('conversation')
    .set({ class: to })
    .where('id', '=', conversation)
    .where('class', 'in', lower)
    .execute()
}

const WORDS: ReadonlySet<string> = new Set(['text', 'reasoning'])
const joins = (last: StoredEvent, next: StoredEvent): boolean =>
  last.type === next.type && WORDS.has(next.type)
