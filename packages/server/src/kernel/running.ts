import type { LoadedConfig } from './config/config.ts'

/** A running Freehold. */
export interface Freehold {
  /** Where page and platform API are: `http://127.0.0.1:7070`. */
  readonly url: string
  /** Where models and services are; the same unless they have a listener of their own. */
  readonly dataUrl: string
  /** Where `/metrics` is, likewise. */
  readonly metricsUrl: string
  /** The one-time link of the owner; null once claimed. */
  readonly claimUrl: string | null
  /** Reads the configuration again now. */
  reload(): Promise<void>
  /** Drains and stops; resolves when nothing of it runs any more. */
  stop(reason: string): Promise<void>
}

export interface StartOptions {
  readonly data: string
  readonly version: string
  /** Reads the configuration. @throws ConfigError */
  readonly load: () => LoadedConfig
  /** A person watches: only warnings are logged unless the configuration asks for more. */
  readonly quiet: boolean
  /** Aborted when the start is no longer wanted; what was started is stopped again. */
  readonly signal: AbortSignal
  /** Takes each log line, with its line end, and whether it may wait for others. */
  readonly write: (line: string, mayWait: boolean) => void
  /** Log lines lost so far. */
  readonly droppedLines: () => number
}
