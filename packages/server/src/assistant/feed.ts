import type { Store, TenantId, Tx } from '../store/store.ts'
import type { Batch } from './journal.ts'
import { interruptLapsed } from './lapsed.ts'
import type { Own } from './ownership.ts'
import { ownRun } from './ownership.ts'
import { openEvents } from './sealed-rows.ts'

/** One thing that happened in a run; `seq` grows by one from 1. */
export interface RunEvent {
  readonly seq: number
  readonly event: Readonly<Record<string, unknown>>
}

/** Takes what happens in a run. */
export interface RunSink {
  /** False: not so fast, `onDrain` tells when to go on. */
  tell(event: RunEvent): boolean
  onDrain(resume: () => void): void
  /** No event comes any more. */
  end(): void
}

export interface FeedOptions {
  readonly store: Pick<Store, 'withTenant'>
  /** Something went wrong while nobody asked. */
  readonly report: (error: unknown) => void
}

/** Rows that are read at once. */
const ROWS = 50
/** Notices may be lost on the way, and a process that died gives none. */
const LOOK_EVERY_MS = 1500

interface Follower {
  readonly tenant: TenantId
  readonly own: Own
  readonly run: string
  readonly sink: RunSink
  /** The number of the last event that was told. */
  seq: number
  /** A read is under way, or it waits for its client. */
  isBusy: boolean
  /** There may be more than was read. */
  isDue: boolean
  isOver: boolean
}

/**
 * Tells followers what is stored of runs, each event once and in order, whichever process wrote it. What this process
 * writes comes along at once; everything else, and every gap, is read from the database.
 */
export class Feed {
  readonly #options: FeedOptions
  readonly #followers = new Map<string, Set<Follower>>()
  #looking: NodeJS.Timeout | null = null

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** How many follow. */
  get size(): number {
    return [...this.#followers.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /**
   * Tells every event behind `after`, those of the past first, until what is returned is called.
   * @throws Fault `not_found` for a run that is not the caller's
   */
  async follow(
    own: Own,
    { run, after }: { readonly run: string; readonly after: number },
    sink: RunSink,
  ): Promise<() => void> {
    const { tenant } = own.caller
    await this.#options.store.withTenant({ tenant }, (tx) => ownRun(tx, own, run, 'run'))
    const follower: Follower = {
      tenant,
      own,
      run,
      sink,
      seq: after,
      isBusy: false,
      isDue: true,
      isOver: false,
    }
    const others = this.#followers.get(run) ?? new Set()
    this.#followers.set(run, others.add(follower))
    this.#looking ??= setInterval(() => this.heard(''), LOOK_EVERY_MS).unref()
    this.#advance(follower)
    return () => this.#leave(follower)
  }

  /** This process has stored something. */
  stored(batch: Batch): void {
    for (const follower of this.#followers.get(batch.run) ?? []) {
      if (follower.isBusy || follower.isDue || batch.seq !== follower.seq + 1) {
        follower.isDue = true
        this.#advance(follower)
      } else {
        const events = batch.events.map((event, at) => ({ seq: batch.seq + at, event }))
        void this.#tell(follower, events).then(() => this.#advance(follower))
      }
    }
  }

  /** Some process has stored something, or may have: of this run, or of any where it is empty. */
  heard(run: string): void {
    const due = run === '' ? [...this.#followers.values()] : [this.#followers.get(run) ?? []]
    for (const followers of due)
      for (const follower of followers) {
        follower.isDue = true
        this.#advance(follower)
      }
  }

  /** Whoever follows is let go, and comes back elsewhere. */
  close(): void {
    for (const follower of [...this.#followers.values()].flatMap((some) => Array.from(some))) {
      this.#leave(follower)
      follower.sink.end()
    }
  }

  #leave(follower: Follower): void {
    follower.isOver = true
    const others = this.#followers.get(follower.run)
    others?.delete(follower)
    if (others?.size === 0) this.#followers.delete(follower.run)
    if (this.#followers.size === 0 && this.#looking !== null) {
      clearInterval(this.#looking)
      this.#looking = null
    }
  }

  #advance(follower: Follower): void {
    if (follower.isBusy || follower.isOver || !follower.isDue) return
    follower.isBusy = true
    this.#read(follower)
      .catch((error: unknown) => {
        // Gone, or out of reach for this caller: nobody is told more than that it is over. Else: the next look tries.
        if (isRefusal(error)) this.#finish(follower)
        else this.#options.report(error)
      })
      .finally(() => {
        follower.isBusy = false
        // The look that comes by itself must not be a loop without rest.
        if (follower.isDue) setImmediate(() => this.#advance(follower))
      })
  }

  async #read(follower: Follower): Promise<void> {
    for (;;) {
      follower.isDue = false
      const { events, isOpen, last } = await this.#options.store.withTenant(
        { tenant: follower.tenant },
        (tx) => readEvents(tx, follower),
      )
      await this.#tell(follower, events, true)
      if (follower.isOver) return
      if (follower.seq >= last) {
        if (!isOpen) this.#finish(follower)
        return
      }
      if (events.length === 0) return
    }
  }

  async #tell(follower: Follower, events: readonly RunEvent[], isRead = false): Promise<void> {
    if (!isRead) follower.isBusy = true
    try {
      for (const event of events) {
        if (follower.isOver) return
        if (event.seq <= follower.seq) continue
        follower.seq = event.seq
        if (!follower.sink.tell(event)) await new Promise<void>((resolve) => follower.sink.onDrain(resolve))
        if (ENDS.has(String(event.event['type']))) follower.isDue = true
      }
    } finally {
      if (!isRead) follower.isBusy = false
    }
  }

  #finish(follower: Follower): void {
    if (follower.isOver) return
    this.#leave(follower)
    follower.sink.end()
  }
}

/** Behind one of these there is nothing, or only what comes when somebody continues it. */
const ENDS: ReadonlySet<string> = new Set(['run.completed', 'run.stopped', 'run.failed', 'run.interrupted'])

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'not_found' || error.code === 'shredded')

async function readEvents(tx: Tx, { own, run, seq }: Follower) {
  await interruptLapsed(tx, run)
  const { row, dek } = await ownRun(tx, own, run, 'run')
  const rows = await tx.db
    .selectFrom('run_event')
    .selectAll()
    .where('run_id', '=', run)
    .where(({ eb }) => eb(eb('seq', '+', eb.ref('count')), '>', seq + 1))
    .orderBy('seq')
    .limit(ROWS)
    .execute()
  const events = rows.flatMap((one) =>
    openEvents(dek, one).map((event, at): RunEvent => ({ seq: one.seq + at, event })),
  )
  return { events, isOpen: row.state === 'running' || row.state === 'waiting', last: row.last_seq }
}
