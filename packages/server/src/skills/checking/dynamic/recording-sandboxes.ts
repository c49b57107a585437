import type { Sandboxes } from '../../sandboxes.ts'
import type { StrongRecord } from '../../strong/recording.ts'
import type { StrongEnd, StrongOptions, StrongProcess, StrongSandbox } from '../../strong/strong.ts'
import type { Canaries } from './canaries.ts'
import { HOME } from './canaries.ts'

export interface RecordingSandboxes extends Sandboxes {
  /** What every program did that has ended. */
  records(): Promise<readonly StrongRecord[]>
  /** Programs that have not ended. */
  running(): readonly StrongProcess[]
}

/** The same walls, with bait inside and somebody who writes down what is called. */
export function recording(sandboxes: Sandboxes, canaries: Canaries): RecordingSandboxes {
  const ends: Promise<StrongEnd>[] = []
  const running = new Set<StrongProcess>()
  const watched = (strong: StrongSandbox): StrongSandbox => ({
    backend: strong.backend,
    hasPython: strong.hasPython,
    canRecord: strong.canRecord,
    canKnock: strong.canKnock,
    close: () => strong.close(),
    async open(options: StrongOptions) {
      const box = await strong.open({
        ...options,
        env: { ...canaries.env, ...options.env },
        // The bait is its home, and it can only be read.
        limits: { ...options.limits, tmpMb: 0 },
        mounts: [...(options.mounts ?? []), { from: canaries.home, to: HOME }],
        record: strong.canRecord,
      })
      ends.push(box.exited)
      running.add(box)
      void box.exited.then(() => running.delete(box))
      return {
        stdin: box.stdin,
        stdout: box.stdout,
        stderr: box.stderr,
        exited: box.exited,
        cpuMs: () => box.cpuMs(),
        // What is written down goes on between calls, and ends by itself or by us.
        pause: () => undefined,
        resume: () => undefined,
        listeners: () => box.listeners(),
        knock: (listeners, requests) => box.knock(listeners, requests),
        kill: () => box.kill(),
      }
    },
  })
  return {
    ...sandboxes,
    async strong() {
      const strong = await sandboxes.strong()
      return strong.backend === null ? strong : watched(strong)
    },
    running: () => [...running],
    async records() {
      const all = await Promise.all(ends)
      return all.flatMap(({ record }) => record ?? [])
    },
  }
}
