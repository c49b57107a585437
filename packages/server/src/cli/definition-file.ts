import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import type { RouteInput } from '@freehold/contract/routing.ts'
import type { Entry, EntryValue } from '../kernel/config/document.ts'
import { readDocument } from '../kernel/config/document.ts'
import type { ConfigProblem } from '../kernel/config/problem.ts'
import { pathOf, problemLine } from '../kernel/config/problem.ts'
import type { Environment, ValueOrigin } from '../kernel/config/references.ts'
import type { ShapeProblem } from '../kernel/config/shape.ts'
import { routesRow, targetsRow } from '../kernel/config/structured-keys.ts'
import { placeAt, strangeKeys } from '../kernel/config/tree.ts'
import type { TargetDefinition } from '../kernel/target-definition.ts'
import { EXIT } from './exit-codes.ts'
import { UsageError } from './terminal.ts'

/** What reading a file needs from outside. */
export interface FileReading {
  readonly cwd: string
  readonly env: Environment
  readonly stdin: NodeJS.ReadableStream
}

/** A file whose content is wrong: every problem as a line, with its place. */
class DefinitionError extends Error {
  readonly lines: readonly string[]

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(problemLine)
    super(lines.join('\n'))
    this.lines = lines
  }
}

/** Runs a command; what is wrong with its file is said line by line, as `config check` does it. */
export async function orProblems(
  err: (line: string) => void,
  command: () => Promise<number>,
): Promise<number> {
  try {
    return await command()
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error
    for (const line of error.lines) err(line)
    return EXIT.config.code
  }
}

interface Read {
  readonly source: string
  readonly entries: readonly Entry[]
  readonly origin: ValueOrigin
}

const TOP = { line: 1, column: 1 }

/** One target as it stands below `targets` in freehold.yaml: `-` is standard input. @throws UsageError, and what `orProblems` says */
export async function readTarget(file: string, reading: FileReading): Promise<TargetDefinition> {
  const { source, entries, origin } = await readEntries(file, reading)
  const value: EntryValue = { kind: 'entries', entries }
  const list: EntryValue = { kind: 'items', items: [{ value, valueAt: TOP }] }
  const strange = strangeKeys(list)
  const read = targetsRow.read(list, origin)
  if (!read.ok || strange.length > 0) {
    const problems = [...strange, ...(read.ok ? [] : read.problems)]
    throw new DefinitionError(problems.map((one) => placed(source, { one, value: list, from: 1, base: '' })))
  }
  const [target] = read.value
  if (!target) throw new Error('one target was read and none came')
  return target
}

/** The rules below `routes`, as in freehold.yaml: `-` is standard input. @throws UsageError, and what `orProblems` says */
export async function readRoutes(file: string, reading: FileReading): Promise<readonly RouteInput[]> {
  const { source, entries, origin } = await readEntries(file, reading)
  const list = entries.find(({ key }) => key === 'routes')
  const others = entries.filter((entry) => entry !== list)
  if (!list || others.length > 0) {
    const unknown = others.map(({ key, keyAt }) => ({
      source,
      line: keyAt.line,
      column: keyAt.column,
      path: pathOf('', key ?? ''),
      message: 'unknown key: the file holds routes and nothing else',
    }))
    const missing = { source, ...TOP, path: 'routes', message: 'is missing: write the rules below it' }
    throw new DefinitionError(list ? unknown : [...unknown, missing])
  }
  const strange = strangeKeys(list.value)
  const read = routesRow.read(list.value, origin)
  if (!read.ok || strange.length > 0) {
    const problems = [...strange, ...(read.ok ? [] : read.problems)]
    throw new DefinitionError(
      problems.map((one) =>
        placed(source, { one, value: list.value, at: list.valueAt, from: 0, base: 'routes' }),
      ),
    )
  }
  return read.value
}

interface Placing {
  readonly one: ShapeProblem
  readonly value: EntryValue
  readonly at?: Entry['valueAt']
  /** Steps that do not stand in the file. */
  readonly from: number
  readonly base: string
}

function placed(source: string, { one, value, at = TOP, from, base }: Placing): ConfigProblem {
  const { steps, of, message, suggestion } = one
  return {
    source,
    ...(one.at ?? placeAt({ value, valueAt: at }, steps, of)),
    path: steps.slice(from).reduce(pathOf, base),
    message,
    ...(suggestion !== undefined && { suggestion }),
  }
}

async function readEntries(file: string, reading: FileReading): Promise<Read> {
  const isStdin = file === '-'
  const source = isStdin ? 'standard input' : file
  const path = resolve(reading.cwd, file)
  const { entries, problems } = readDocument(
    source,
    isStdin ? await textOf(reading.stdin) : readText(file, path),
  )
  if (problems.length > 0) throw new DefinitionError(problems)
  const directory = isStdin ? reading.cwd : dirname(path)
  return { source, entries, origin: { env: reading.env, directory, files: new Map() } }
}

function readText(file: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageError(code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code})`)
  }
}
