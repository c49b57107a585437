import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '../kernel/fault.ts'
import type { IngestJob, ResultOf } from './ingest.ts'
import { isReady, readAnswer, UntrueAnswer } from './ingest-answer.ts'
import type { IngestMessage } from './ingest-worker.ts'

export interface ParserLimits {
  /** Resident memory at which the child is killed; its base is about 90 MB. */
  readonly memoryMb: number
  /** Wall time of one job. */
  readonly timeoutMs: number
  /** Bytes of jobs that may wait; more are refused with `too_many`. */
  readonly queueBytes?: number
  /** How long a child without work stays warm. */
  readonly idleMs?: number
}

export interface ParserSurroundings {
  /** Who runs the child; when absent nobody if we are root, and otherwise ourselves (null). */
  readonly account?: { readonly uid: number; readonly gid: number } | null
  /** Called once when the child cannot start as somebody else and runs with our own rights. */
  readonly keptRights?: () => void
}

/** Runs documents through a process of their own, one at a time. */
export interface DocumentParser {
  /** @throws Fault `unreadable_document` naming the limit that was hit, or the parser's own refusal. */
  run<J extends IngestJob>(job: J): Promise<ResultOf[J['kind']]>
  /** Ends the child; jobs that wait are refused as `draining`. */
  close(): Promise<void>
}

const QUEUE_BYTES = 256 * 1024 * 1024
const QUEUE_JOBS = 256
const IDLE_MS = 30_000
const START_MS = 20_000
/** Memory grows at up to a few GB/s; at 50 ms the overshoot stays bounded and the watch costs nothing. */
const WATCH_MS = 50

interface Waiting {
  readonly job: IngestJob
  readonly bytes: number
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

function bytesOf(job: IngestJob): number {
  if (job.kind === 'file') return job.bytes.length
  if (job.kind === 'texts') return job.documents.reduce((sum, document) => sum + document.text.length * 2, 0)
  return job.segments.reduce((sum, segment) => sum + segment.length, 0)
}

/** The folders of the program itself: its own source and every node_modules that it can resolve from. */
function ownFolders(): string[] {
  const folders = [dirname(import.meta.dirname)]
  let folder = import.meta.dirname
  while (dirname(folder) !== folder) {
    folders.push(join(folder, 'node_modules'), join(folder, 'package.json'))
    folder = dirname(folder)
  }
  return folders
}

/**
 * What a parser's process may do: read the program's own folders. It may write nothing and start nothing, so a document
 * that takes it over finds little to do. (Node 24 has no permission for the network; the environment is empty.)
 */
export function confinement(memoryMb: number): string[] {
  const contract = dirname(fileURLToPath(import.meta.resolve('@freehold/contract/data-class.ts')))
  return [
    '--permission',
    ...[...ownFolders(), contract].map((folder) => `--allow-fs-read=${folder}`),
    `--max-old-space-size=${Math.max(64, Math.round(memoryMb * 0.75))}`,
    '--no-warnings',
  ]
}

/** An account of the operating system. */
interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * Who reads documents when the server runs as root: nobody (of the same number on every Linux), who owns no file and
 * may not open the database's socket. Anybody else reads them as themselves, since only root may change.
 */
function readerAccount(): Account | null {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null
}

function startChild(memoryMb: number, account: Account | null): ChildProcess {
  const extension = extname(import.meta.filename)
  return fork(join(import.meta.dirname, `ingest-worker${extension}`), [], {
    serialization: 'advanced',
    env: {},
    cwd: '/',
    ...account,
    execArgv: confinement(memoryMb),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

/** Resident memory in MB; null where /proc does not tell. In kB there, whatever the size of a page. */
async function residentMb(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'latin1')
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
    return kib === undefined ? null : Number(kib) / 1024
  } catch (error) {
    // No such file: another system, or a child that has just ended.
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

function limitFault(limit: string): Fault {
  return new Fault('unreadable_document', `Reading the document was stopped: ${limit}. Split or simplify it.`)
}

class ForkedParser implements DocumentParser {
  readonly #limits: () => ParserLimits
  readonly #queue: Waiting[] = []
  #queuedBytes = 0
  #child: ChildProcess | null = null
  #isBusy = false
  #isClosed = false
  #idle: NodeJS.Timeout | null = null
  #account: Account | null
  /** Whether a child ever started, so that a failure is not the account's. */
  #hasStarted = false
  readonly #keptRights: () => void

  constructor(limits: () => ParserLimits, { account = readerAccount(), keptRights }: ParserSurroundings) {
    this.#limits = limits
    this.#account = account
    this.#keptRights = keptRights ?? (() => undefined)
  }

  run<J extends IngestJob>(job: J): Promise<ResultOf[J['kind']]> {
    const bytes = bytesOf(job)
    if (this.#isClosed) return Promise.reject(new Fault('draining', 'The server is shutting down.'))
    const isFull =
      this.#queue.length >= QUEUE_JOBS ||
      (this.#queue.length > 0 && this.#queuedBytes + bytes > (this.#limits().queueBytes ?? QUEUE_BYTES))
    if (isFull)
      return Promise.reject(
        new Fault('too_many', 'Many documents are being read already. Send this one again in a moment.', {
          retryAfterS: 5,
        }),
      )
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, bytes, resolve, reject })
      this.#queuedBytes += bytes
      void this.#work()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiting of this.#queue.splice(0))
      waiting.reject(new Fault('draining', 'The server is shutting down.'))
    await this.#end()
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    if (this.#idle) clearTimeout(this.#idle)
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.#queuedBytes -= next.bytes
      try {
        // The message kinds match: the child answers a job with the result of its kind.
        next.resolve((await this.#perform(next.job)) as never)
      } catch (error) {
        next.reject(error)
      }
    }
    this.#isBusy = false
    this.#idle = setTimeout(() => void this.#end(), this.#limits().idleMs ?? IDLE_MS)
    this.#idle.unref()
  }

  async #perform(job: IngestJob): Promise<unknown> {
    const child = await this.#ready()
    const { memoryMb, timeoutMs } = this.#limits()
    let stopped: Fault | null = null
    const stop = (limit: string) => {
      stopped ??= limitFault(limit)
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => stop(`it took longer than ${timeoutMs / 1000} s`), timeoutMs)
    const watch = setInterval(() => {
      void residentMb(child.pid ?? 0).then((mb) => {
        if (mb !== null && mb > memoryMb) stop(`it needed more than ${memoryMb} MB of memory`)
      })
    }, WATCH_MS)
    try {
      const message = await answerOf(child, job)
      if (message === null) {
        this.#child = null
        if (this.#isClosed) throw new Fault('draining', 'The server is shutting down.')
        throw stopped ?? limitFault(`the reader ended early, most likely for want of memory (${memoryMb} MB)`)
      }
      return readAnswer(message, job)
    } catch (error) {
      if (!(error instanceof UntrueAnswer)) throw error
      await this.#end()
      throw limitFault('its reader gave an answer that cannot be true')
    } finally {
      clearTimeout(timer)
      clearInterval(watch)
    }
  }

  async #ready(): Promise<ChildProcess> {
    if (this.#child?.connected) return this.#child
    let child = await this.#start()
    if (!child && this.#account && !this.#hasStarted && !this.#isClosed) {
      // Nobody may not enter the program's folder, as with one below /root. No reader at all would be worse.
      this.#account = null
      this.#keptRights()
      child = await this.#start()
    }
    if (!child) throw new Error('the document reader did not start')
    this.#hasStarted = true
    // A warm child alone must not keep the server's process alive.
    child.unref()
    child.channel?.unref()
    return child
  }

  /** Null when the system does not let us start anything as that account. */
  #fork(): ChildProcess | null {
    try {
      return startChild(this.#limits().memoryMb, this.#account)
    } catch (error) {
      if (this.#account) return null
      throw error
    }
  }

  /** A child that is ready, or null when it ended instead. */
  async #start(): Promise<ChildProcess | null> {
    const child = this.#fork()
    if (!child) return null
    this.#child = child
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS)
    const first = await nextMessage(child)
    clearTimeout(timer)
    if (isReady(first)) return child
    this.#child = null
    return null
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

/** The next message of the child, or null when it ended instead. */
function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    const settle = (message: unknown) => {
      child.off('message', onMessage)
      child.off('exit', onEnd)
      child.off('error', onEnd)
      resolve(message)
    }
    const onMessage = (message: unknown) => settle(message)
    const onEnd = () => settle(null)
    child.on('message', onMessage)
    child.on('exit', onEnd)
    child.on('error', onEnd)
  })
}

/** Bytes that one message carries: copying them takes about a millisecond. */
const PIECE_BYTES = 1 << 20

/** Sends a message; resolves when it was written, or when the child is gone, which is then seen by its exit. */
function sendTo(child: ChildProcess, message: IngestMessage): Promise<void> {
  return new Promise((resolve) => {
    child.send(message, (error) => {
      if (error) child.kill('SIGKILL')
      resolve()
    })
  })
}

/** Hands a job over, a large file in pieces, so that no copy of it stops the event loop. */
async function hand(child: ChildProcess, job: IngestJob): Promise<void> {
  if (job.kind !== 'file' || job.bytes.length <= PIECE_BYTES) return sendTo(child, job)
  for (let at = 0; at < job.bytes.length && child.connected; at += PIECE_BYTES)
    await sendTo(child, { kind: 'piece', bytes: job.bytes.subarray(at, at + PIECE_BYTES) })
  return sendTo(child, { ...job, bytes: new Uint8Array() })
}

async function answerOf(child: ChildProcess, job: IngestJob): Promise<unknown> {
  child.ref()
  child.channel?.ref()
  const answer = nextMessage(child)
  await hand(child, job)
  const message = await answer
  child.unref()
  if (child.connected) child.channel?.unref()
  return message
}

/** A parser whose child starts with the first job and ends when it has been idle. Limits are read for each job. */
export function createParser(
  limits: () => ParserLimits,
  surroundings: ParserSurroundings = {},
): DocumentParser {
  return new ForkedParser(limits, surroundings)
}
