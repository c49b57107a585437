import type { Client } from './client.ts'

/** What a command may touch: nothing else comes from outside. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Absolute path of the data directory. */
  readonly data: string
  /** To standard output, as given. */
  readonly out: (text: string) => void
  /** A line to standard error. */
  readonly err: (text: string) => void
  /** To standard error as given, without a line end; for what is painted over. */
  readonly progress: (text: string) => void
  /** Whether a person watches: progress bars and colour only then, and never with NO_COLOR. */
  readonly interactive: boolean
  readonly signal: AbortSignal
  /** The way to the server: its control socket, or `--url` with FREEHOLD_KEY. */
  readonly client: Client
}

/** A wrong command line; the message says what would be right. */
export class UsageError extends Error {}

/** One command of the program. */
export interface Command {
  /** What `--help` prints, before the options of every command. */
  readonly help: string
  /** Where it has commands of its own: what `--help` prints behind these words. */
  readonly helpOf?: (words: readonly string[]) => Promise<string>
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>
}

interface Described {
  readonly summary: string
  readonly usage: string
  readonly options: Readonly<Record<string, string>>
  readonly examples: readonly string[]
}

/** The help of a command in the form that all commands have. */
export function helpText({ summary, usage, options, examples }: Described): string {
  const width = Math.max(...Object.keys(options).map((name) => name.length))
  const table = Object.entries(options).map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`)
  const shown = examples.map((line) => `  ${line}`)
  return `${summary}.\n\nUsage: ${usage}\n\n${table.join('\n')}\n\nExamples:\n${shown.join('\n')}\n`
}
