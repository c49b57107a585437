import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Fault } from '../../kernel/fault.ts'
import { commandNames, lifeOf, processesIn, signal } from './process-table.ts'
import { isAnswered } from './socket-probe.ts'

/** How a server is asked to end, and how long each word is given. */
const STEPS: readonly { readonly name: NodeJS.Signals; readonly patienceMs: number }[] = [
  { name: 'SIGINT', patienceMs: 5000 },
  { name: 'SIGQUIT', patienceMs: 5000 },
  { name: 'SIGKILL', patienceMs: 5000 },
]

/**
 * Ends what an earlier Freehold left running on this cluster and clears its stale lock files: the number in them may
 * belong to a zombie, or after a power cut to a stranger, and PostgreSQL takes both for a living server. Every process of the
 * old server must be gone before a new one opens the files: two at once destroy a database.
 * Returns the pid of the postmaster that was stopped, or null when there was none.
 * @throws Fault when one lives on, here or where its processes cannot be seen; nothing was removed then.
 */
export async function stopLeftovers(home: string, socketPath: string): Promise<number | null> {
  const file = join(home, 'postmaster.pid')
  const postmaster = pidIn(file)
  const running = (): readonly number[] =>
    process.platform === 'linux' ? processesIn(home) : livingPostmaster(postmaster, home)
  const first = running()
  const stopped = postmaster !== null && first.includes(postmaster) ? postmaster : null
  if (first.length > 0 && !(await endAll(running, stopped))) {
    throw new Fault('cannot_start', `PostgreSQL process ${running()[0]} still uses ${home} and does not end.`)
  }
  // With none left that we can see, only one in another container can answer; we must not touch its files.
  if (await isAnswered(socketPath)) {
    throw new Fault(
      'cannot_start',
      `A PostgreSQL that cannot be seen from here, perhaps in another container, already uses ${home}. Stop it first.`,
    )
  }
  for (const stale of [file, socketPath, `${socketPath}.lock`]) rmSync(stale, { force: true })
  return stopped
}

async function endAll(running: () => readonly number[], postmaster: number | null): Promise<boolean> {
  for (const { name, patienceMs } of STEPS) {
    // The postmaster ends its own children; backends without one end by themselves or are killed in the last step.
    const targets = postmaster !== null && name !== 'SIGKILL' ? [postmaster] : running()
    for (const pid of targets) signal(pid, name)
    // One that was stopped reacts to nothing until it is woken, and its parent waits for it.
    for (const pid of running()) signal(pid, 'SIGCONT')
    const deadline = performance.now() + patienceMs
    while (performance.now() < deadline) {
      if (running().length === 0) return true
      await wait(20)
    }
  }
  return false
}

function livingPostmaster(pid: number | null, home: string): readonly number[] {
  return pid !== null && lifeOf(pid) !== null && commandNames(pid, home) ? [pid] : []
}

function pidIn(file: string): number | null {
  if (!existsSync(file)) return null
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return Number.isInteger(pid) && pid > 0 ? pid : null
}
