import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const hasProc = process.platform === 'linux'

/** State letter and start time in ticks since boot, proc_pid_stat(5). The name may hold spaces and brackets. */
function procStat(pid: number): { readonly state: string; readonly startTicks: string } | null {
  const text = readOrNull(`/proc/${pid}/stat`)
  if (text === null) return null
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', startTicks: fields[19] ?? '' }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process ended between two looks, or there is no such file.
    return null
  }
}

/**
 * What tells one life of a process from the next one under the same number, or null when it does not run.
 * A zombie does not run: where nobody reaps, a killed server stays one for ever.
 */
export function lifeOf(pid: number): string | null {
  if (hasProc) {
    const stat = procStat(pid)
    if (!stat || stat.state === 'Z' || stat.state === 'X') return null
    return `${readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? ''} ${stat.startTicks}`
  }
  try {
    const state = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return state === '' || state.startsWith('Z') ? null : state.slice(state.indexOf(' ')).trim()
  } catch {
    // ps exits with 1 when there is no such process.
    return null
  }
}

/** Live processes whose working directory is `directory`: of a cluster, the postmaster and all its children. */
export function processesIn(directory: string): readonly number[] {
  if (!hasProc) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingDirectory(pid) === directory && lifeOf(pid) !== null)
}

function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    // Ended meanwhile, a kernel thread, or somebody else's process.
    return null
  }
}

/** Whether the command line of `pid` names `text`; for systems without /proc. */
export function commandNames(pid: number, text: string): boolean {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(text)
  } catch {
    // ps exits with 1 when there is no such process.
    return false
  }
}

/** Sends a signal; a process that has already gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
