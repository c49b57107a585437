import { readFileSync } from 'node:fs'

/** Of processes and of what they left behind, from proc_pid_stat(5): fields 14 to 17. */
export function cpuOf(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    const stat = readOrNothing(`/proc/${pid}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    for (const field of fields.slice(11, 15)) ticks += Number(field)
  }
  // USER_HZ is 100 on every machine that this runs on.
  return ticks * 10
}

export function descendantsOf(pid: number): readonly number[] {
  const direct = childrenOf(pid)
  return [...direct, ...direct.flatMap(descendantsOf)]
}

export function childrenOf(pid: number): readonly number[] {
  const children = readOrNothing(`/proc/${pid}/task/${pid}/children`).trim()
  return children === '' ? [] : children.split(' ').map(Number)
}

/** Empty where the process is gone. */
export function readOrNothing(file: string): string {
  try {
    // Node reads UTF-8 in one step, and everything else in several.
    return readFileSync(file, 'utf8')
  } catch (error) {
    // It ended meanwhile.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return ''
    throw error
  }
}
