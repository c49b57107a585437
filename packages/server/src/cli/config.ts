import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allTargets, placeInConfig } from '../gateway/local-models/local-targets.ts'
import { checkRouting } from '../gateway/routing/compile.ts'
import type { ConfigFlaw, LoadedConfig } from '../kernel/config/config.ts'
import { ConfigError, loadConfig } from '../kernel/config/config.ts'
import type { ExplainedKey } from '../kernel/config/explanation.ts'
import { explainConfig } from '../kernel/config/explanation.ts'
import { problemLine } from '../kernel/config/problem.ts'
import { checkKeys } from '../kernel/config/root-keys.ts'
import type { Config } from '../kernel/config/schema.ts'
import { configJsonSchema } from '../kernel/config/schema.ts'
import { checkBlobs } from '../store/blob-place.ts'
import { EXIT } from './exit-codes.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type ConfigTerminal = Pick<Terminal, 'env' | 'cwd' | 'out' | 'err'>

const USUAL_NAME = 'freehold.yaml'

/** The named file, else `FREEHOLD_CONFIG`, else `freehold.yaml` in the working directory, else undefined: defaults. */
export function findConfigFile(
  named: string | undefined,
  { env, cwd }: Pick<Terminal, 'env' | 'cwd'>,
): string | undefined {
  const chosen = named ?? (env['FREEHOLD_CONFIG'] || undefined)
  return chosen ?? (existsSync(join(cwd, USUAL_NAME)) ? USUAL_NAME : undefined)
}

/** The rules of the rooms, for whoever loads a configuration. */
export function checkTogether(config: Config): readonly ConfigFlaw[] {
  const { routes, classes, desensitise: profiles, privacy } = config
  const { tenants } = privacy
  return [
    ...checkRouting({ targets: allTargets(config), routes, ...classes, profiles, tenants }).map(
      ({ path, message }) => ({ path: placeInConfig(path, config.targets.length), message }),
    ),
    ...checkBlobs(config),
    ...checkKeys(config.keys),
  ]
}

interface Question {
  readonly file: string | undefined
  readonly json: boolean
  readonly terminal: ConfigTerminal
}

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Loads and shows; a configuration that is not valid is shown as its problems. */
function withConfig(question: Question, show: (loaded: LoadedConfig) => void): number {
  const { file, json, terminal } = question
  try {
    show(loadConfig({ file, env: terminal.env, cwd: terminal.cwd, check: checkTogether }))
    return EXIT.ok.code
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const { problems } = error
    if (json) terminal.out(asJson({ ok: false, file: file ?? null, problems }))
    else {
      for (const problem of problems) terminal.err(problemLine(problem))
      const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
      terminal.err(`${count}: Freehold would not start with this configuration.`)
    }
    return EXIT.config.code
  }
}

function check(question: Question): number {
  return withConfig(question, ({ origins }) => {
    const set = [...origins.values()].filter((origin) => origin !== 'default').length
    const { file, json, terminal } = question
    if (json) return terminal.out(asJson({ ok: true, file: file ?? null, keysSet: set, problems: [] }))
    const what = file ?? 'There is no configuration file; the defaults are used and'
    const verb = file === undefined ? 'are' : 'is'
    return terminal.out(`${what} ${verb} valid (${set} of ${origins.size} keys set).\n`)
  })
}

const LONGEST_IN_COLUMN = 48

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Lists and sections that would push the columns apart stand below, one line per entry. */
function shownValue(value: unknown): { readonly cell: string; readonly below: readonly string[] } {
  if (value === null) return { cell: '(not set)', below: [] }
  const whole = asText(value)
  if (typeof value !== 'object' || whole.length <= LONGEST_IN_COLUMN) return { cell: whole, below: [] }
  return { cell: '(below)', below: Array.isArray(value) ? value.map(asText) : [whole] }
}

/** Two lines per key, the first in columns: the meaning would not fit beside them. */
function explanation(rows: readonly ExplainedKey[]): string {
  const shown = rows.map((row) => ({ row, ...shownValue(row.value) }))
  const cells = shown.map(({ row, cell }) => [row.key, cell, row.origin, row.reload])
  const head = ['KEY', 'VALUE', 'FROM', 'CHANGE TAKES EFFECT']
  const widths = head.map((title, at) =>
    Math.max(title.length, ...cells.map((cell) => cell[at]?.length ?? 0)),
  )
  const line = (cell: readonly string[]): string =>
    cell
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  const effect = (reload: string): string => (reload === 'live' ? 'at once' : 'after a restart')
  const body = shown.map(({ row, cell, below }) => {
    const first = line([row.key, cell, row.origin, effect(row.reload)])
    return [first, row.meaning, ...below].join('\n    ')
  })
  return `${[line(head), ...body].join('\n')}\n`
}

function explain(question: Question): number {
  return withConfig(question, (loaded) => {
    const { file, json, terminal } = question
    const rows = explainConfig(loaded)
    if (json) return terminal.out(asJson({ ok: true, file: file ?? null, keys: rows }))
    if (file === undefined) terminal.out('There is no configuration file; these are the defaults.\n\n')
    return terminal.out(explanation(rows))
  })
}

const ACTIONS: Readonly<Record<string, (question: Question) => number>> = {
  check,
  explain,
  schema: ({ terminal }) => {
    terminal.out(asJson(configJsonSchema()))
    return EXIT.ok.code
  },
}

/** `freehold config check|explain|schema`. @returns 0 valid, 2 a wrong command line, 3 not valid */
export async function configCommand(args: readonly string[], terminal: ConfigTerminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [name = '', named, ...rest] = positionals
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (!action) throw new UsageError('say what to do: freehold config check, explain or schema')
  if (rest.length > 0) throw new UsageError('freehold config takes one file at a time')
  if (name === 'schema' && named !== undefined) throw new UsageError('freehold config schema takes no file')
  return action({ file: findConfigFile(named, terminal), json: values.json, terminal })
}

export const config: Command = {
  help: helpText({
    summary: 'Check and explain the configuration, without starting anything',
    usage: 'freehold config check|explain [FILE] [--json]\n       freehold config schema',
    options: {
      check: 'say everything that is wrong, with line and column',
      explain: 'every key: its value, where it comes from, what it does',
      schema: 'JSON Schema of the file, for editors',
      FILE: 'default: FREEHOLD_CONFIG, else freehold.yaml here, else the defaults',
      '--json': 'for scripts; problems go to standard output too',
    },
    examples: [
      'freehold config check freehold.yaml',
      'FREEHOLD_LOG__LEVEL=debug freehold config explain',
      'freehold config schema > freehold.schema.json',
    ],
  }),
  run: configCommand,
}
