import type { Readable, Writable } from 'node:stream'
import { Fault } from '../../kernel/fault.ts'
import type { Knocked, Listener } from './knocking.ts'
import type { StrongRecord } from './recording.ts'

/** Bounds that the kernel keeps for one box. What a call may take is counted by whoever makes it. */
export interface StrongLimits {
  /** Of the heap of node; of everything that anything else writes to. */
  readonly memoryMb: number
  /** Most processes. 1: it cannot start another one, which is also what bounds the memory of all together. */
  readonly processes: number
  /** Size of `/tmp`, which is gone with the box. 0: there is no place to write to. */
  readonly tmpMb: number
  /** Of its whole life. Absent: as long as it runs. */
  readonly cpuSeconds?: number
  readonly openFiles?: number
}

export interface StrongMount {
  /** A directory or file of this machine that whoever the box runs as may read. */
  readonly from: string
  /** Where it is seen; it can only be read there. */
  readonly to: string
}

export interface StrongOptions {
  /** What lies below `/skill`, by path. The same map is written out once. */
  readonly files: ReadonlyMap<string, Buffer>
  /** `node`, `python`, or a path in the box, such as `/skill/bin/tool`. */
  readonly command: string
  readonly args: readonly string[]
  /** All that it finds in its environment, besides `HOME` and `PATH`. */
  readonly env: Readonly<Record<string, string>>
  readonly limits: StrongLimits
  readonly mounts?: readonly StrongMount[]
  /** Writes down what it calls. Then sockets can be made that lead nowhere, so that one sees where it wanted to. */
  readonly record?: boolean
}

export interface StrongEnd {
  /** Null where it was killed. */
  readonly code: number | null
  /** Null unless it was recorded. */
  readonly record: StrongRecord | null
}

/** A program in a box. Who opens it reads `stdout` and `stderr`, and kills it at the latest when its time is over. */
export interface StrongProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly exited: Promise<StrongEnd>
  /** Processor time that its processes have taken until now, in milliseconds. */
  cpuMs(): number
  /** Nothing of it computes until `resume`. */
  pause(): void
  resume(): void
  /** Where it, or what it started, takes connections now: within its box, where nobody else is. */
  listeners(): readonly Listener[]
  /** Sends each request there from inside the network of the box, where `canKnock`; nothing comes back otherwise. */
  knock(listeners: readonly Listener[], requests: readonly string[]): Promise<readonly Knocked[]>
  /** With everything that it started. Again is no mistake. */
  kill(): void
}

/** A way to run what nobody trusts that has passed the self-test of this machine. */
export interface StrongSandbox {
  readonly backend: 'bubblewrap'
  /** Whether skills in python can run here. */
  readonly hasPython: boolean
  /** Whether `record` can be asked for. */
  readonly canRecord: boolean
  /** Whether the network of a box can be entered. */
  readonly canKnock: boolean
  /** @throws Fault `skill_denied` for what cannot be had here */
  open(options: StrongOptions): Promise<StrongProcess>
  close(): Promise<void>
}

/** Why nothing that needs the strong sandbox runs on this machine. */
export interface StrongRefusal {
  readonly backend: null
  readonly reason: string
}

/**
 * Opens a box, or refuses. There is no other way to run such a program, and so nothing to fall back to.
 * @throws Fault `skill_denied` that names the reason
 */
export function openStrong(
  strong: StrongSandbox | StrongRefusal,
  options: StrongOptions,
): Promise<StrongProcess> {
  if (strong.backend === null) {
    throw new Fault(
      'skill_denied',
      `This skill runs only in the strong sandbox, and there is none here: ${strong.reason}`,
    )
  }
  return strong.open(options)
}
