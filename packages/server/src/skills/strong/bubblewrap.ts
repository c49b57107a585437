import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { Fault } from '../../kernel/fault.ts'
import type { Machinery } from './box.ts'
import { boxArguments, commandWords, wallWords } from './box.ts'
import type { Machine } from './filter.ts'
import { seccompFilter } from './filter.ts'
import type { Knocked, Knocker, Listener } from './knocking.ts'
import { knock, listenersAround } from './knocking.ts'
import { childrenOf, cpuOf, descendantsOf } from './processes.ts'
import { RECORDED_BYTES, readRecord, straceWords } from './recording.ts'
import type { Owner, Staging } from './staging.ts'
import type { StrongEnd, StrongOptions, StrongProcess, StrongSandbox } from './strong.ts'

// Descriptors that bubblewrap is given after the three that everybody has.
const ARGUMENTS_FD = 3
const FILTER_FD = 4
const INFO_FD = 5

export interface BubblewrapParts {
  readonly machinery: Machinery
  readonly machine: Machine
  readonly staging: Staging
  readonly owner: Owner | null
  /** Told of every start: how long it took until the program was executed, in seconds. */
  readonly started: (seconds: number) => void
}

/** Boxes of namespaces made by bubblewrap, each with a filter of system calls. */
export class Bubblewrap implements StrongSandbox {
  readonly backend = 'bubblewrap'
  readonly #parts: BubblewrapParts
  readonly #running = new Set<StrongProcess>()

  constructor(parts: BubblewrapParts) {
    this.#parts = parts
  }

  get hasPython(): boolean {
    return this.#parts.machinery.python !== null
  }

  get canRecord(): boolean {
    return this.#parts.machinery.strace !== null
  }

  get canKnock(): boolean {
    return this.#parts.machinery.nsenter !== null
  }

  async open(options: StrongOptions): Promise<Box> {
    this.#refuseWhatIsMissing(options)
    const { staging, machinery, owner } = this.#parts
    const { nsenter, node } = machinery
    const skill = await staging.take(options.files)
    const traces = options.record === true ? await staging.scratch() : null
    const begin = performance.now()
    const { child, program } = await this.#spawned(options, skill, traces)
    const box = new Box(child, {
      mayFork: options.limits.processes > 1,
      knocker: nsenter === null ? null : { nsenter, node, owner },
      ended: async (keeper) => {
        this.#running.delete(box)
        await staging.giveBack(options.files)
        if (traces === null) return null
        const record = await readRecord(traces, { keeper, program })
        await staging.discard(traces)
        return record
      },
    })
    this.#running.add(box)
    await box.isUp
    this.#parts.started((performance.now() - begin) / 1000)
    return box
  }

  async close(): Promise<void> {
    const ends = [...this.#running].map((box) => {
      box.kill()
      return box.exited
    })
    await Promise.all(ends)
    await this.#parts.staging.close()
  }

  async #spawned(options: StrongOptions, skill: string, traces: string | null) {
    try {
      return this.#spawn(options, skill, traces)
    } catch (error) {
      await this.#parts.staging.giveBack(options.files)
      throw error
    }
  }

  #refuseWhatIsMissing({ command, record }: StrongOptions): void {
    if (command === 'python' && !this.hasPython) {
      throw new Fault('skill_denied', 'This skill is written in Python, and there is no python3 here.')
    }
    if (record === true && !this.canRecord) {
      throw new Fault('skill_denied', 'What a skill does cannot be recorded here: there is no strace.')
    }
  }

  #spawn(
    options: StrongOptions,
    skill: string,
    traces: string | null,
  ): { readonly child: ChildProcess; readonly program: string } {
    const { machinery, machine, owner } = this.#parts
    const { mounts = [], ...rest } = options
    const isWatched = traces !== null
    const plan = { ...rest, mounts, skill, isWatched, filterFd: FILTER_FD, infoFd: INFO_FD }
    const words = commandWords(machinery, plan)
    const bwrap = [machinery.bwrap, ...wallWords(plan), '--args', `${ARGUMENTS_FD}`, '--', ...words]
    const [file = '', ...args] =
      traces === null || machinery.strace === null
        ? bwrap
        : [
            machinery.prlimit,
            `--fsize=${RECORDED_BYTES}`,
            '--',
            machinery.strace,
            ...straceWords(traces),
            ...bwrap,
          ]
    // Before anything runs: what is wrong with them is found here.
    const told = boxArguments(machinery, plan)
    const child = spawn(file, args, {
      // Its own environment holds the secrets of the server.
      env: {},
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      ...owner,
    })
    give(child, ARGUMENTS_FD, told)
    const mayFork = options.limits.processes > 1
    const filter = seccompFilter({ machine, mayFork, mayTryNetwork: isWatched })
    give(child, FILTER_FD, filter)
    return { child, program: words[words.indexOf('--') + 1] ?? '' }
  }
}

function give(child: ChildProcess, fd: number, bytes: Buffer): void {
  // Index 3 and above are what `stdio` asked for: pipes, writable on our side.
  const pipe = child.stdio[fd] as Writable
  // It reads no further when it fails, and says why itself.
  pipe.on('error', () => undefined)
  pipe.end(bytes)
}

interface BoxEvents {
  /** Its filter lets the program start others. */
  readonly mayFork: boolean
  /** Null where nobody can enter its network. */
  readonly knocker: Knocker | null
  /** Called once, with the process that waits inside. */
  readonly ended: (keeper: number | null) => Promise<StrongEnd['record']>
}

/** One program in its namespaces. */
export class Box implements StrongProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly exited: Promise<StrongEnd>
  /** Settles when the box is made and its program about to be executed, or when it could not be made. */
  readonly isUp: Promise<void>
  readonly #child: ChildProcess
  readonly #mayFork: boolean
  readonly #knocker: Knocker | null
  #keeper: number | null = null
  #alone: readonly number[] = []
  #isOver = false

  constructor(child: ChildProcess, { ended, mayFork, knocker }: BoxEvents) {
    if (child.stdin === null || child.stdout === null || child.stderr === null) throw new Error('no pipes')
    this.#child = child
    this.#mayFork = mayFork
    this.#knocker = knocker
    this.stdin = child.stdin
    this.stdout = child.stdout
    this.stderr = child.stderr
    // Whoever writes to a program that is gone learns it from `exited`.
    this.stdin.on('error', () => undefined)
    const end = new Promise<number | null>((resolve) => {
      child.once('error', () => resolve(null))
      // Not `close`, which waits for somebody to read what it wrote.
      child.once('exit', (code) => resolve(code))
    })
    this.exited = end.then(async (code) => {
      this.#isOver = true
      return { code, record: await ended(this.#keeper) }
    })
    // Node's types end at the fifth; `stdio` asked for six.
    const pipes: readonly unknown[] = child.stdio
    this.isUp = this.#learn(pipes[INFO_FD] as Readable)
  }

  /** The first process of the box as this machine numbers it; null where there is none. */
  get keeper(): number | null {
    return this.#keeper
  }

  cpuMs(): number {
    if (this.#keeper === null || this.#isOver) return 0
    const programs = this.#programs(this.#keeper)
    // What programs left behind that they started is in the account of the keeper.
    return cpuOf(this.#mayFork ? [this.#keeper, ...programs] : programs)
  }

  pause(): void {
    this.#signal('SIGSTOP')
  }

  resume(): void {
    this.#signal('SIGCONT')
  }

  /** All but the keeper, which has nothing to do but to wait. */
  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#keeper === null || this.#isOver) return
    for (const pid of this.#programs(this.#keeper)) signalTo(pid, signal)
  }

  /** Everything in the box but the keeper. */
  #programs(keeper: number): readonly number[] {
    if (this.#mayFork) return descendantsOf(keeper)
    // Its filter lets it start no other, so that it is one and the same until the end.
    if (this.#alone.length === 0) this.#alone = childrenOf(keeper)
    return this.#alone
  }

  listeners(): readonly Listener[] {
    return this.#keeper === null || this.#isOver ? [] : listenersAround(this.#keeper)
  }

  async knock(listeners: readonly Listener[], requests: readonly string[]): Promise<readonly Knocked[]> {
    if (this.#keeper === null || this.#isOver || this.#knocker === null) return []
    return await knock(this.#knocker, this.#keeper, { listeners, requests })
  }

  kill(): void {
    if (this.#isOver) return
    // The first process of its namespace: the kernel ends all others with it.
    if (this.#keeper !== null) signalTo(this.#keeper, 'SIGKILL')
    this.#child.kill('SIGKILL')
  }

  /** Read on, for bubblewrap writes in pieces; not to its end, for whoever records holds that open. */
  #learn(info: Readable): Promise<void> {
    return new Promise((resolve) => {
      let text = ''
      info.on('data', (piece: Buffer) => {
        text += piece.toString('latin1')
        const pid = /"child-pid":\s*(\d+)\D/.exec(text)?.[1]
        if (pid === undefined) return
        this.#keeper = Number(pid)
        resolve()
      })
      info.once('close', () => resolve())
    })
  }
}

function signalTo(pid: number, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
