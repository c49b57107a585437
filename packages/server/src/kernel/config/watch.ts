import { isDeepStrictEqual } from 'node:util'
import type { FilesRead, LoadedConfig } from './config.ts'
import { ConfigError } from './config.ts'
import { followFiles } from './follow.ts'
import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, isStructured, KEYS } from './keys.ts'
import type { ConfigProblem } from './problem.ts'
import { configValue } from './schema.ts'
import { Secret } from '../secret.ts'

export interface ConfigChange {
  /** Keys whose value differs from the configuration before. */
  readonly changed: readonly ConfigKey[]
  /** Keys whose value differs from the one the process started with in a way that it reads only at its start. */
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
  /** Editors write in several steps: the time without events after which the files are read. */
  readonly settleMs?: number
}

export interface ConfigWatch {
  /** For SIGHUP: reads now, also when no file looks changed (the environment may have). */
  readonly reload: () => Promise<void>
  readonly current: () => LoadedConfig
}

/** What two values are compared by: the secrets inside of them, too. */
function revealed(value: unknown): unknown {
  if (value instanceof Secret) return { secret: revealed(value.reveal()) }
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]))
}

function differing(one: LoadedConfig, other: LoadedConfig): ConfigKey[] {
  return CONFIG_KEYS.filter(
    (key) =>
      !isDeepStrictEqual(revealed(configValue(one.config, key)), revealed(configValue(other.config, key))),
  )
}

function startAgainFor(started: LoadedConfig, next: LoadedConfig): ConfigKey[] {
  return differing(started, next).filter((key) => {
    if (KEYS[key].reload === 'restart') return true
    return (
      isStructured(key) &&
      KEYS[key].needsRestart(configValue(started.config, key), configValue(next.config, key))
    )
  })
}

/** An editor or program that is in the middle of writing leaves the file empty for a moment, and all that it said undone. */
function throwIfEmptied(current: LoadedConfig, { file, origins, files }: LoadedConfig): void {
  const says = (of: LoadedConfig['origins']): boolean =>
    [...of.values()].some((origin) => file !== null && origin.startsWith(`${file}:`))
  if (file === null || says(origins) || !says(current.origins)) return
  const message = 'says nothing any more: to go on without it, start again'
  throw new ConfigError([{ source: file, line: null, column: null, path: '', message }], files)
}

/** Follows the files that were read, if there are any, until the signal. Bad ones never replace a good configuration. */
export function watchConfig(options: WatchOptions): ConfigWatch {
  const { started, load, apply, refused, signal, settleMs = 200 } = options
  let current = started
  let lastRefused = false
  let queue: Promise<void> = Promise.resolve()

  async function read(always: boolean): Promise<void> {
    let files: FilesRead | null = null
    try {
      const next = load()
      files = next.files
      throwIfEmptied(current, next)
      const changed = differing(current, next)
      if (changed.length === 0 && !always && !lastRefused) return
      await apply(next, { changed, needsRestart: startAgainFor(started, next) })
      current = next
      lastRefused = false
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      files ??= error.files
      lastRefused = true
      refused(error.problems)
    } finally {
      if (files !== null) follow(files)
    }
  }

  /** One after the other; a bug in `apply` reaches whoever asked and does not block the next reading. */
  function enqueue(always: boolean): Promise<void> {
    const done = queue.then(() => read(always))
    queue = done.catch(() => undefined)
    return done
  }

  const follow = followFiles({
    settleMs,
    signal,
    // A rejection is a bug in `apply`: it ends the process like any other.
    changed: () => void enqueue(false),
    blind(file, code) {
      const message = `changes can no longer be seen (${code}): send SIGHUP to reload`
      refused([{ source: file, line: null, column: null, path: '', message }])
    },
  })
  follow(started.files)
  return { reload: () => enqueue(true), current: () => current }
}
