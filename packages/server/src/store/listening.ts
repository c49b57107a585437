import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { uuidV7 } from '../kernel/ids.ts'
import type { DatabaseTarget } from './database.ts'

/** Rung with each commit that changes who may come in; the triggers of migration 0017 name it too. */
export const IDENTITY_CHANNEL = 'freehold_identity'
/** Rung with the id of a run whenever something of it was stored. */
export const RUNS_CHANNEL = 'freehold_runs'

/** Rung by replicas that ask each other for searches. */
export const SHARDS_CHANNEL = 'freehold_shards'

/** Rung with the tenant whose skills were changed. */
export const SKILLS_CHANNEL = 'freehold_skills'

export interface ListeningOptions {
  readonly target: DatabaseTarget
  /** Rings the channel with this word, over another connection. */
  readonly ring: (word: string) => Promise<void>
  /** Something was committed, or may have been while nobody listened. */
  readonly heard: () => void
  /** The same of this run; of any where it is empty. */
  readonly heardRun: (run: string) => void
  /** What replicas say to each other. */
  readonly heardReplica?: ((notice: string) => void) | undefined
  /** Skills of this tenant were changed; of any where it is empty. */
  readonly heardSkills?: ((tenant: string) => void) | undefined
  /** Whether what is rung is heard here. */
  readonly changed: (isListening: boolean) => void
}

const CONNECT_PATIENCE_MS = 3000
/** How long our own ring may take to come back. */
const ECHO_PATIENCE_MS = 2000
/** A connection that heard nothing for longer may be dead without anybody having said so. */
const PROVE_EVERY_MS = 15_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
const OWN = 'ring '

/**
 * One connection that waits for notices. It proves itself: a pooler in transaction mode takes LISTEN and hands on no
 * notice, which looks like silence. Whoever relies on it must also look by themselves now and then.
 */
export class Listening {
  readonly #options: ListeningOptions
  readonly #closing = new AbortController()
  readonly #life: Promise<void>
  #isListening = false
  #waitMs = FIRST_WAIT_MS

  constructor(options: ListeningOptions) {
    this.#options = options
    this.#life = this.#live()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#life
  }

  async #live(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const client = new Client({
        ...this.#options.target,
        connectionTimeoutMillis: CONNECT_PATIENCE_MS,
        query_timeout: CONNECT_PATIENCE_MS,
        keepAlive: true,
        application_name: 'freehold listening',
      })
      // Why it ended does not matter: the next one is tried, and the state says that there is none.
      await this.#listen(client).catch(() => undefined)
      this.#turn(false)
      void client.end().catch(() => undefined)
      await this.#rest(this.#waitMs * (0.5 + Math.random() / 2))
      this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS)
    }
  }

  /** Returns when nobody wants it any more. @throws Error when the connection is lost or proves deaf */
  async #listen(client: Client): Promise<void> {
    const { signal } = this.#closing
    const lost = Promise.withResolvers<never>()
    lost.promise.catch(() => undefined)
    client.on('error', (error) => lost.reject(error))
    client.on('end', () => lost.reject(new Error('the connection ended')))
    let echoed: (word: string) => void = () => {}
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === RUNS_CHANNEL) this.#options.heardRun(payload)
      else if (channel === SHARDS_CHANNEL) this.#options.heardReplica?.(payload)
      else if (channel === SKILLS_CHANNEL) this.#options.heardSkills?.(payload)
      else if (payload.startsWith(OWN)) echoed(payload)
      else this.#options.heard()
    })
    await client.connect()
    await client.query(
      [IDENTITY_CHANNEL, RUNS_CHANNEL, SHARDS_CHANNEL, SKILLS_CHANNEL]
        .map((one) => `LISTEN ${one}`)
        .join('; '),
    )
    while (!signal.aborted) {
      const word = OWN + uuidV7()
      const echo = Promise.withResolvers<void>()
      echoed = (said) => {
        if (said === word) echo.resolve()
      }
      await this.#options.ring(word)
      const isHeard = await Promise.race([
        echo.promise.then(() => true),
        this.#rest(ECHO_PATIENCE_MS).then(() => false),
        lost.promise,
      ])
      if (!isHeard && !signal.aborted) throw new Error('what is rung is not heard')
      if (isHeard) this.#turn(true)
      await Promise.race([this.#rest(PROVE_EVERY_MS), lost.promise])
    }
  }

  #turn(isListening: boolean): void {
    if (isListening === this.#isListening) return
    this.#isListening = isListening
    if (isListening) {
      this.#waitMs = FIRST_WAIT_MS
      // What was committed before is news to us.
      this.#options.heard()
      this.#options.heardRun('')
      this.#options.heardSkills?.('')
    }
    this.#options.changed(isListening)
  }

  /** At once when it is to be closed. */
  async #rest(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined)
  }
}
