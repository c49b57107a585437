import { sql } from 'kysely'
import { causeOf } from '../../kernel/cause.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { AuditLogReading } from '../log/reading.ts'
import type { SyslogReceiver } from './syslog-receiver.ts'

/** Any number of ours: one replica at a time sends. */
const LOCK = 4_600_402
const RECEIVER = 'syslog'
/** How far the receiver surely is. */
const SURE = 'syslog sure'
const BATCH = 100
const EVERY_MS = 1000
const MOST_WAIT_MS = 30_000
/**
 * Syslog has no answer. What was handed to the network so long ago, over a connection that still stands, is taken for
 * received; what went later goes again over the next one.
 */
const SURE_AFTER_MS = 5000

interface DeliveryOptions {
  readonly store: Store
  readonly reading: AuditLogReading
  readonly receiver: SyslogReceiver
  readonly log: Log
  readonly metrics: Metrics
}

/** Sends every entry of the log to a receiver, in its order and at least once. */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #unsent: { set(value: number): void }
  /** Up to where was sent at which time; the first is the oldest. */
  #sent: { readonly atMs: number; readonly next: number }[] = []
  #checkpoint = 0
  #failures = 0
  /** Before the first message of this process, and after a connection broke. */
  #mustRewind = true
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<void> = Promise.resolve()
  #isOver = false

  constructor(options: DeliveryOptions) {
    this.#options = options
    this.#unsent = options.metrics.gauge('freehold_audit_unsent').bind({ target: RECEIVER })
  }

  start(): void {
    this.#wait(0)
  }

  async close(): Promise<void> {
    this.#isOver = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#turn
    await this.#options.receiver.close()
  }

  #wait(ms: number): void {
    if (this.#isOver) return
    this.#timer = setTimeout(() => {
      this.#turn = this.#once().then((pause) => this.#wait(pause))
    }, ms).unref()
  }

  /** Returns how long to wait. */
  async #once(): Promise<number> {
    const { log } = this.#options
    try {
      while (!this.#isOver && (await this.#batch()) === BATCH);
      await this.#sendCheckpoint()
      this.#failures = 0
      return EVERY_MS
    } catch (error) {
      this.#failures += 1
      const retryInMs = Math.min(MOST_WAIT_MS, EVERY_MS * 2 ** (this.#failures - 1))
      const { name, code } = causeOf(error)
      if (this.#failures === 1) log.warn('audit.send_failed', { receiver: RECEIVER, name, code, retryInMs })
      return retryInMs
    }
  }

  /** How many entries went out. */
  #batch(): Promise<number> {
    const { store, reading, receiver } = this.#options
    return store.withTenant({ tenant: store.home }, async (tx) => {
      if (!(await takeLock(tx))) return 0
      if (!receiver.isUp) {
        this.#mustRewind = true
        this.#sent = []
      }
      await this.#confirm(tx)
      const sure = await placeOf(tx, SURE)
      const from = this.#mustRewind ? sure : Math.max(sure, await placeOf(tx, RECEIVER))
      const { data, next } = await reading.entries('log', { from, limit: BATCH })
      const last = data.at(-1)
      this.#unsent.set(
        next === null ? 0 : Math.max(0, (await reading.checkpoint()).size - from - data.length),
      )
      if (last === undefined) return 0
      await receiver.entries(data)
      this.#mustRewind = false
      this.#sent.push({ atMs: performance.now(), next: last.leaf + 1 })
      await keepPlace(tx, RECEIVER, last.leaf + 1)
      return data.length
    })
  }

  async #confirm(tx: Tx): Promise<void> {
    const before = performance.now() - SURE_AFTER_MS
    const sure = this.#sent.findLast(({ atMs }) => atMs <= before)
    if (sure === undefined) return
    this.#sent = this.#sent.filter(({ atMs }) => atMs > before)
    await keepPlace(tx, SURE, sure.next)
  }

  /** The newest, once everything before it went out. */
  async #sendCheckpoint(): Promise<void> {
    const { reading, receiver } = this.#options
    if (!receiver.isUp || this.#mustRewind) return
    const { size, checkpoint } = await reading.checkpoint()
    if (checkpoint === null || size === this.#checkpoint) return
    await receiver.checkpoint({ note: checkpoint, at: new Date().toISOString() })
    this.#checkpoint = size
  }
}

async function takeLock({ db }: Tx): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`SELECT pg_try_advisory_xact_lock(${LOCK}) AS mine`.execute(db)
  return rows[0]?.mine ?? false
}

async function placeOf({ db }: Tx, receiver: string): Promise<number> {
  const row = await db
    .selectFrom('audit_delivery')
    .select('next')
    .where('receiver', '=', receiver)
    .executeTakeFirst()
  return Number(row?.next ?? 0)
}

async function keepPlace({ db }: Tx, receiver: string, next: number): Promise<void> {
  await db
    .insertInto('audit_delivery')
    .values({ receiver, next: String(next) })
    .onConflict((conflict) => conflict.column('receiver').doUpdateSet({ next: String(next) }))
    .execute()
}
