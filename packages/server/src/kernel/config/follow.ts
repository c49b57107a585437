import type { FSWatcher } from 'node:fs'
import { realpathSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { fingerprint } from './fingerprint.ts'

export interface FollowOptions {
  /** The time without events after which the files are looked at. */
  readonly settleMs: number
  readonly signal: AbortSignal
  /** A file is another than the one that was read. */
  readonly changed: () => void
  /** Said once for each directory that cannot be watched, with one of its files. */
  readonly blind: (file: string, code: string) => void
}

/** A directory that never rests, because a log is written there, must not put the look off for ever. */
const MOST_DELAYS = 20

/**
 * Returns what takes the files to follow from now on, each with its fingerprint from before it was read. Directories
 * are watched and not files: editors, ConfigMaps and renewals replace a file, and its watch would be lost.
 */
export function followFiles({
  settleMs,
  signal,
  changed,
  blind,
}: FollowOptions): (files: ReadonlyMap<string, string>) => void {
  const watchers = new Map<string, FSWatcher | null>()
  let seen: ReadonlyMap<string, string> = new Map()
  let timer: NodeJS.Timeout | undefined
  let delays = 0

  function lookSoon(): void {
    if (signal.aborted || delays > MOST_DELAYS) return
    delays += 1
    clearTimeout(timer)
    timer = setTimeout(look, settleMs)
    timer.unref()
  }

  const differs = (): boolean => [...seen].some(([file, fromBefore]) => fingerprint(file) !== fromBefore)

  function look(): void {
    delays = 0
    if (differs()) changed()
  }

  function open(directory: string, file: string): FSWatcher | null {
    const wasTold = watchers.has(directory)
    const fail = (error: Error): void => {
      if (!wasTold) blind(file, 'code' in error ? String(error.code) : error.name)
    }
    try {
      const watcher = watch(directory, { persistent: false, signal })
      watcher.on('change', lookSoon)
      watcher.on('error', fail)
      return watcher
    } catch (error) {
      if (!(error instanceof Error)) throw error
      fail(error)
      return null
    }
  }

  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  return (files) => {
    seen = files
    const wanted = new Map([...files.keys()].flatMap((file) => directoriesOf(file).map((one) => [one, file])))
    for (const [directory, watcher] of watchers) {
      if (wanted.has(directory)) continue
      watcher?.close()
      watchers.delete(directory)
    }
    for (const [directory, file] of wanted) {
      if (!watchers.get(directory)) watchers.set(directory, open(directory, file))
    }
    // Between the reading and the first watch of its directory a file may have changed unseen.
    if (differs()) lookSoon()
  }
}

/** Where a file is replaced, and where the one is that a link leads to. */
function directoriesOf(file: string): readonly string[] {
  try {
    return [dirname(file), dirname(realpathSync(file))]
  } catch {
    return [dirname(file)]
  }
}
