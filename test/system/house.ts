/*
 * Houses for tests: the real server, with a PostgreSQL of its own. What they cost decides how long `npm test` takes, in
 * seconds of a core: a house 2, a command of the CLI 0.2, the guide in its knowledge 1, a file of tests 0.5. So a file
 * - opens one house in `before` for all of its tests, by `openGateway(config)` of gateway-house.ts: it starts from data
 *   that were prepared once, without the guide, and has a key and `post`, `get` and `rewrite`;
 * - asks over HTTP or the control socket, and starts a command only where the command itself is the subject;
 * - imports of the server what it tests, and not the whole route table for one path of it;
 * - keeps few rounds of what is drawn or killed; hundreds of them belong to test/long.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKey } from './house-key.ts'

const root = join(import.meta.dirname, '../..')
export const launcher = join(root, 'packages/server/bin/freehold.js')
export const serverEntry = join(root, 'packages/server/src/cli/freehold.ts')
/** The same in one file, where this run made one: a house starts in two thirds of the time, a command in half of it. */
export const program = process.env.PREPARED_PROGRAM ?? serverEntry

/** Beside other houses no core is left over to collect garbage on, and most of it is of the start. */
const BESIDE_OTHERS = ['--max-semi-space-size=32', '--single-threaded-gc']

export interface House {
  readonly data: string
  readonly url: string
  readonly claimUrl: string | null
  readonly process: ChildProcess
  /** Of the server itself, also behind the launcher. */
  readonly pid: number
  /** Every line of standard error and standard output so far. */
  readonly output: () => string
  /** Runs a command of the CLI against this house. */
  cli(...args: readonly string[]): Promise<Ran>
  /** A new key; the arguments of `freehold key create`. */
  key(...args: readonly string[]): Promise<string>
  /** What it counts, with everything that happened before the call. */
  metrics(): Promise<string>
  stop(): Promise<void>
  kill(): Promise<void>
}

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface HouseOptions {
  readonly data?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Through the launcher (restarts after a crash) instead of the program itself. */
  readonly launched?: boolean
  readonly prefix?: readonly string[]
}

/** A data directory that the database's user can reach even when the tests run as root. */
export async function emptyData(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'fh-'))
  await chmod(data, 0o711)
  return data
}

/**
 * The data directory of a house that was started once and stopped, which starts in a third of the time; an empty one
 * where nobody prepared any, as when one file of tests is run by itself.
 */
export async function preparedData(): Promise<string> {
  const data = await emptyData()
  const prepared = process.env.PREPARED_HOUSE
  if (!prepared) return data
  const copied = await run('cp', ['-a', '--reflink=auto', `${prepared}/.`, data])
  if (copied.status !== 0) throw new Error(copied.stderr)
  return data
}

export function run(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; input?: string } = {},
): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (part: Buffer) => (text.stdout += part.toString('utf8')))
  child.stderr.on('data', (part: Buffer) => (text.stderr += part.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, ...text }))
  })
}

export const freehold = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  run(process.execPath, [program, ...args], { env })

/** Starts the real server and resolves when it says that it is ready. */
export async function open(options: HouseOptions = {}): Promise<House> {
  const data = options.data ?? (await preparedData())
  // What Node is told to load before may change single files.
  const wanted = options.env?.['NODE_OPTIONS'] === undefined ? program : serverEntry
  const entry = options.launched ? launcher : wanted
  const words = [
    ...(options.prefix ?? []),
    process.execPath,
    ...(entry === process.env.PREPARED_PROGRAM ? BESIDE_OTHERS : []),
    entry,
    'up',
    '--json',
    '--data',
    data,
    ...listenArgs(options.args),
    ...(options.args ?? []),
  ]
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stderr.on('data', (part: Buffer) => (output += part.toString('utf8')))
  const ready = await new Promise<{ url: string; claimUrl: string | null; pid: number }>(
    (resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        output += `${line}\n`
        if (!line.includes('"event":"ready"')) return
        resolve(JSON.parse(line))
      })
      child.on('exit', (code, signal) =>
        reject(new Error(`the server ended (${code ?? signal}) before it was ready:\n${output}`)),
      )
      child.on('error', reject)
    },
  )
  const exited = once(child, 'exit')
  // A test that failed before it stopped its house must not keep the whole run alive.
  const letGo = (): void => void child.kill('SIGTERM')
  process.on('exit', letGo)
  child.on('exit', () => process.off('exit', letGo))
  for (const handle of [child, child.stdout, child.stderr])
    if (handle instanceof Socket || handle === child) handle.unref()
  const cli = (...args: readonly string[]): Promise<Ran> => freehold([...args, '--data', data])
  let askedAt = 0
  return {
    data,
    ...ready,
    process: child,
    output: () => output,
    cli,
    key: (...args) => createKey(data, args),
    async metrics() {
      // A server shows the same text for one second.
      await sleep(Math.max(0, askedAt + 1100 - Date.now()))
      askedAt = Date.now()
      return (await fetch(`${ready.url}/metrics`)).text()
    },
    async stop() {
      child.ref()
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exited
    },
    async kill() {
      child.ref()
      child.kill('SIGKILL')
      await exited
    },
  }
}

const listenArgs = (args: readonly string[] | undefined): readonly string[] =>
  args?.some((word) => word === '--listen' || word === '--config') ? [] : ['--listen', '127.0.0.1:0']

export async function remove(data: string): Promise<void> {
  await rm(data, { recursive: true, force: true, maxRetries: 5 })
}
