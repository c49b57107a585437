import type { Stats } from 'node:fs'
import { statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { LoadedConfig } from './config.ts'
import { ConfigError, configValue } from './config.ts'
import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, KEYS } from './keys.ts'
import type { ConfigProblem } from './problem.ts'
import { Secret } from '../secret.ts'

export interface ConfigChange {
  /** Keys whose value differs from the configuration before. */
  readonly changed: readonly ConfigKey[]
  /** Keys whose value differs from the one the process started with, and that it reads only at its start. */
  readonly needsRestart: readonly ConfigKey[]
}

export interface WatchOptions {
  /** The configuration that the process started with. */
  readonly started: LoadedConfig
  /** Reads everything anew. @throws ConfigError when it is not good. */
  readonly load: () => LoadedConfig
  /** A good configuration is there; only its live keys may be followed. A ConfigError thrown here refuses it. */
  readonly apply: (next: LoadedConfig, change: ConfigChange) => void | Promise<void>
  /** A bad one was seen; the good one stays. */
  readonly refused: (problems: readonly ConfigProblem[]) => void
  readonly signal: AbortSignal
  /** Editors write in several steps: the time without events after which the file is read. */
  readonly settleMs?: number
}

export interface ConfigWatch {
  /** For SIGHUP: reads now, also when the file looks unchanged (a `${file:…}` secret may have been). */
  readonly reload: () => Promise<void>
  readonly current: () => LoadedConfig
}

const plain = (value: unknown): unknown => (value instanceof Secret ? value.reveal() : value)

function differing(one: LoadedConfig, other: LoadedConfig): ConfigKey[] {
  return CONFIG_KEYS.filter(
    (key) => plain(configValue(one.config, key)) !== plain(configValue(other.config, key)),
  )
}

/**
 * Follows symbolic links, so the swap of a Kubernetes ConfigMap shows as another inode. A file that cannot be looked at
 * (a link to itself, a closed directory) is one more look of it: reading it then says what is wrong.
 */
function fingerprint(file: string): string {
  try {
    const stat: Stats | undefined = statSync(file, { throwIfNoEntry: false })
    return stat === undefined ? 'absent' : `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`
  } catch (error) {
    return `unreadable: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`
  }
}

/** Follows the file, if there is one, until the signal. A bad file never replaces a good configuration. */
export function watchConfig(options: WatchOptions): ConfigWatch {
  const { started, load, apply, refused, signal, settleMs = 200 } = options
  let current = started
  let lastRefused = false
  let queue: Promise<void> = Promise.resolve()

  async function read(always: boolean): Promise<void> {
    try {
      const next = load()
      const changed = differing(current, next)
      if (changed.length === 0 && !always && !lastRefused) return
      const needsRestart = differing(started, next).filter((key) => KEYS[key].reload === 'restart')
      await apply(next, { changed, needsRestart })
      current = next
      lastRefused = false
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      lastRefused = true
      refused(error.problems)
    }
  }

  /** One after the other; a bug in `apply` reaches whoever asked and does not block the next reading. */
  function enqueue(always: boolean): Promise<void> {
    const done = queue.then(() => read(always))
    queue = done.catch(() => undefined)
    return done
  }

  if (started.file !== null)
    follow(started.file, { settleMs, signal, refused, changed: () => enqueue(false) })
  return { reload: () => enqueue(true), current: () => current }
}

interface Follow extends Pick<WatchOptions, 'signal' | 'refused'> {
  readonly settleMs: number
  readonly changed: () => Promise<void>
}

/** The directory is watched and not the file: editors and ConfigMaps replace the file, and its watch would be lost. */
function follow(file: string, { settleMs, signal, refused, changed }: Follow): void {
  let seen = fingerprint(file)
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    const now = fingerprint(file)
    if (now === seen) return
    seen = now
    // A rejection is a bug in `apply`: it ends the process like any other.
    void changed()
  }
  const blind = (error: Error): void => {
    const code = 'code' in error ? String(error.code) : error.name
    const message = `changes can no longer be seen (${code}): send SIGHUP to reload`
    refused([{ source: basename(file), line: null, column: null, path: '', message }])
  }
  try {
    const watcher = watch(dirname(file), { persistent: false, signal })
    watcher.on('change', () => {
      clearTimeout(timer)
      timer = setTimeout(look, settleMs)
      timer.unref()
    })
    watcher.on('error', blind)
    watcher.on('close', () => clearTimeout(timer))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    blind(error)
  }
}
