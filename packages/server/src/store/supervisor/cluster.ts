import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { Fault } from '../../kernel/fault.ts'
import { databaseAccount, requireEntry } from './account.ts'
import { type Binaries, type BinarySource, findBinaries } from './binaries.ts'
import { ensureDirectory } from './data-directory.ts'
import { initialise, SUPERUSER } from './initialise.ts'
import { stopLeftovers } from './leftover.ts'
import { processesIn, signal } from './process-table.ts'
import { openServerLog, type ServerLog } from './server-log.ts'
import { settingArguments } from './settings.ts'

/** What the supervisor reports; no event carries content. */
export type ClusterEvent =
  | {
      readonly event: 'database.started'
      readonly pid: number
      readonly major: number
      readonly tookMs: number
    }
  | { readonly event: 'database.leftover'; readonly pid: number }
  | {
      readonly event: 'database.exited'
      readonly code: number | null
      readonly signal: string | null
      readonly restartInMs: number
    }
  | { readonly event: 'database.restart_failed'; readonly restartInMs: number }
  | { readonly event: 'database.stopped' }

export interface ClusterOptions {
  /** Absolute, and held by this process (takeDataDirectory). */
  readonly data: string
  readonly onEvent: (event: ClusterEvent) => void
  readonly only?: BinarySource | undefined
  /** Default true. Off loses data at a power cut: for the control of that test. */
  readonly fsync?: boolean | undefined
}

/** A PostgreSQL whose parent we are. It restarts by itself until `stop`. */
export interface Cluster {
  readonly socketDir: string
  readonly superuser: string
  readonly binaries: Binaries
  /** Of the postmaster; null while it is down. */
  readonly pid: number | null
  stop(): Promise<void>
}

const POLL_MS = 20
const START_PATIENCE_MS = 300_000
const STOP_PATIENCE_MS = 10_000
const FIRST_BACKOFF_MS = 100
const LAST_BACKOFF_MS = 5000
const STEADY_MS = 60_000
const SOCKET_NAME = '.s.PGSQL.5432'

/** Starts PostgreSQL in `<data>/pg`, creating it when it is not there. Resolves when it answers. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { data } = options
  const socketDir = join(data, 'run')
  const account = databaseAccount()
  // Others may pass through to the database's own parts; every other part is closed by its own mode.
  chmodSync(data, account ? 0o711 : 0o700)
  requireEntry(data, account)
  const binaries = findBinaries({ data, account, only: options.only })
  ensureDirectory(socketDir, 0o700)
  if (account) chownSync(socketDir, account.uid, account.gid)
  const log = openServerLog(join(ensureDirectory(join(data, 'log'), 0o700), 'postgres.log'))
  const supervisor = new Supervisor(options, { socketDir, binaries, log, account })
  try {
    await initialise(data, binaries, account)
    await supervisor.start()
  } catch (error) {
    await supervisor.stop()
    throw error
  }
  return supervisor
}

interface Parts {
  readonly socketDir: string
  readonly binaries: Binaries
  readonly log: ServerLog
  readonly account: ReturnType<typeof databaseAccount>
}

class Supervisor implements Cluster {
  readonly socketDir: string
  readonly superuser = SUPERUSER
  readonly binaries: Binaries
  readonly #options: ClusterOptions
  readonly #parts: Parts
  readonly #stopping = new AbortController()
  #child: ChildProcess | null = null
  #ended: Promise<void> = Promise.resolve()
  #restarting: Promise<void> = Promise.resolve()
  #backoffMs = FIRST_BACKOFF_MS

  constructor(options: ClusterOptions, parts: Parts) {
    this.#options = options
    this.#parts = parts
    this.socketDir = parts.socketDir
    this.binaries = parts.binaries
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  async start(): Promise<void> {
    const begun = performance.now()
    const leftover = await stopLeftovers(this.#home, join(this.socketDir, SOCKET_NAME))
    if (leftover !== null) this.#options.onEvent({ event: 'database.leftover', pid: leftover })
    const child = this.#spawn()
    await this.#untilReady(child)
    const readyAt = performance.now()
    child.once('exit', (code, by) => {
      if (this.#stopping.signal.aborted) return
      if (performance.now() - readyAt > STEADY_MS) this.#backoffMs = FIRST_BACKOFF_MS
      this.#options.onEvent({ event: 'database.exited', code, signal: by, restartInMs: this.#backoffMs })
      this.#restarting = this.#restart()
    })
    const tookMs = Math.round(readyAt - begun)
    this.#options.onEvent({
      event: 'database.started',
      pid: child.pid ?? 0,
      major: this.binaries.major,
      tookMs,
    })
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort()
    await this.#restarting
    const child = this.#child
    if (child) {
      child.kill('SIGINT')
      // One that was stopped ends only when it is woken, and the postmaster waits for its children.
      for (const pid of processesIn(this.#home)) signal(pid, 'SIGCONT')
      const late = setTimeout(() => child.kill('SIGQUIT'), STOP_PATIENCE_MS)
      const tooLate = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS + 5000)
      await this.#ended
      clearTimeout(late)
      clearTimeout(tooLate)
    }
    this.#parts.log.close()
    this.#options.onEvent({ event: 'database.stopped' })
  }

  get #home(): string {
    return join(this.#options.data, 'pg')
  }

  #spawn(): ChildProcess {
    const { binaries, account, socketDir, log } = this.#parts
    const child = spawn(
      binaries.postgres,
      ['-D', this.#home, ...settingArguments({ socketDir, fsync: this.#options.fsync ?? true })],
      {
        // A session of its own, so that Ctrl-C reaches us and not the database under our feet.
        detached: true,
        cwd: this.#home,
        env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' },
        stdio: ['ignore', 'ignore', 'pipe'],
        ...(account ? { uid: account.uid, gid: account.gid } : {}),
      },
    )
    child.stderr?.on('data', (chunk: Buffer) => log.write(chunk))
    this.#child = child
    this.#ended = new Promise((resolve) => {
      const over = (): void => {
        if (this.#child === child) this.#child = null
        resolve()
      }
      child.once('exit', over)
      child.once('error', over)
    })
    return child
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + START_PATIENCE_MS
    while (performance.now() < deadline) {
      if (this.#child !== child || this.#stopping.signal.aborted) break
      // Asked again afterwards: its end may have come while it answered, and nobody was listening for it yet.
      if ((await answers(this.socketDir)) && this.#child === child) return
      await wait(POLL_MS)
    }
    const file = join(this.#options.data, 'log', 'postgres.log')
    const said = this.#parts.log.lastFailure()
    throw new Fault('cannot_start', `PostgreSQL did not start. ${said} (all that it said is in ${file})`)
  }

  async #restart(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const pauseMs = this.#backoffMs
      this.#backoffMs = Math.min(pauseMs * 2, LAST_BACKOFF_MS)
      // The rejection of an aborted wait is the wish to stop.
      await wait(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      if (this.#stopping.signal.aborted) return
      try {
        await this.start()
        return
      } catch {
        // Whatever it was, the next attempt may succeed: a disk gets space, a process ends. Its log says why.
        if (!this.#stopping.signal.aborted) {
          this.#options.onEvent({ event: 'database.restart_failed', restartInMs: this.#backoffMs })
        }
      }
    }
  }
}

async function answers(socketDir: string): Promise<boolean> {
  const client = new Client({
    host: socketDir,
    user: SUPERUSER,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  })
  // A server that is still starting ends the connection in its own ways; each of them means: not yet.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
