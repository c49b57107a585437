import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { policiesChecked, PolicyAnswer, policyVersions } from '@freehold/contract/policies.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

/** What the command needs from outside. */
type PolicyTerminal = Pick<Terminal, 'out' | 'err' | 'cwd'> & {
  readonly client: Pick<Client, 'call'>
  readonly stdin?: NodeJS.ReadableStream
}

const OPTIONS = {
  baseline: { type: 'boolean' },
  schema: { type: 'boolean' },
  'based-on': { type: 'string' },
  who: { type: 'string' },
  collection: { type: 'string' },
  target: { type: 'string' },
  service: { type: 'string' },
  class: { type: 'string' },
  with: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
/** Options that belong to some verbs. */
const OF_VERB: Readonly<Record<string, string>> = {
  baseline: 'show',
  schema: 'show',
  'based-on': 'set',
  who: 'explain',
  collection: 'explain',
  target: 'explain',
  service: 'explain',
  class: 'explain',
  with: 'explain',
}

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
type Values = ReturnType<typeof parse>['values']
type Verb = (rest: readonly string[], values: Values, terminal: PolicyTerminal) => Promise<number>

const VERBS: Readonly<Record<string, Verb>> = { show, set, check, history, restore, explain }

/** Shows, checks, replaces and restores policies, and says who may do what by them. */
export const policy: Command & {
  readonly run: (args: readonly string[], terminal: PolicyTerminal) => Promise<number>
} = {
  help: helpText({
    summary:
      'Show, check and replace the policies that forbid what roles would allow, and ask who may do what',
    usage:
      'freehold policy show [N] [--baseline|--schema] [--json]\n       freehold policy check FILE [--json]\n       freehold policy set FILE [--based-on N] [--json]\n       freehold policy history [--json]\n       freehold policy restore N [--json]\n       freehold policy explain ACTION [--who ID] [--collection ID|--target NAME|--service NAME] [--class CLASS] [--with FILE] [--json]',
    options: {
      FILE: 'policies in Cedar; - is standard input',
      N: 'a version; 0 is the empty beginning',
      '--baseline': 'what roles and scopes allow before any policy, as Cedar',
      '--schema': 'what policies may speak of, as a Cedar schema',
      '--based-on N': 'only if the policies are still at this version',
      ACTION: 'such as model.use or knowledge.read; see --schema',
      '--who ID': 'a person or a key: why may it, or why not (default: everybody)',
      '--collection ID': 'a collection, with --class a document in it',
      '--target NAME': 'a target that a model request is sent to; local is the built-in engine',
      '--service NAME': 'a service that a request is sent to',
      '--class CLASS': `of the document, or of what is sent: ${DATA_CLASSES.join(', ')}`,
      '--with FILE': 'by these policies instead of those in force',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold policy show --baseline',
      'freehold policy check policies.cedar',
      'freehold policy set policies.cedar --based-on 3',
      'freehold policy explain model.use --target openai --class confidential',
      'freehold policy explain audit.read --with policies.cedar --json',
      'freehold policy restore 2',
    ],
  }),
  run: policyCommand,
}

/** @returns 0 done, 1 where `check` finds something wrong @throws UsageError, RefusedError */
async function policyCommand(args: readonly string[], terminal: PolicyTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [name = '', ...rest] = positionals
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!verb)
    throw new UsageError('say what to do: freehold policy show, check, set, history, restore or explain')
  for (const [option, owner] of Object.entries(OF_VERB))
    if (owner !== name && Object.hasOwn(values, option))
      throw new UsageError(`--${option} belongs to "${owner}", not "${name}"`)
  return verb(rest, values, terminal)
}

async function show(
  rest: readonly string[],
  values: Values,
  { client, out }: PolicyTerminal,
): Promise<number> {
  const [given] = rest
  if (rest.length > 1) throw new UsageError('show takes one version at most')
  if (given !== undefined) {
    const { method, path, output } = OPERATIONS['policy.version']
    const version = readVersionNumber(given, 'show')
    const read = output.parse(await client.call(method, path.replace('{version}', String(version))))
    out(values.json ? `${JSON.stringify(read)}\n` : read.text)
    return EXIT.ok.code
  }
  const { method, path, output } = OPERATIONS['policy.read']
  const read = output.parse(await client.call(method, path))
  if (values.json) out(`${JSON.stringify(read)}\n`)
  else if (values.baseline) out(read.baseline)
  else if (values.schema) out(read.schema)
  else if (read.policies.length === 0)
    out('No policies: roles and scopes decide. See: freehold policy show --baseline\n')
  else out(`// Version ${read.version}\n${read.text.trimEnd()}\n`)
  return EXIT.ok.code
}

async function set(rest: readonly string[], values: Values, terminal: PolicyTerminal): Promise<number> {
  const text = await readText(one(rest, 'set'), terminal)
  const { method, path, output } = OPERATIONS['policy.put']
  const basedOn = values['based-on']
  const version = basedOn === undefined ? undefined : readVersionNumber(basedOn, '--based-on')
  const read = output.parse(await terminal.client.call(method, path, { text, version }))
  terminal.out(
    values.json
      ? `${JSON.stringify(read)}\n`
      : `${counted(read.policies.length)} in force (version ${read.version}).\n`,
  )
  if (!values.json) for (const line of linesOf(read.warnings)) terminal.err(`warning: ${line}`)
  return EXIT.ok.code
}

async function check(rest: readonly string[], values: Values, terminal: PolicyTerminal): Promise<number> {
  const text = await readText(one(rest, 'check'), terminal)
  const { method, path, output } = OPERATIONS['policy.check']
  const found = output.parse(await terminal.client.call(method, path, { text }))
  if (values.json) terminal.out(`${JSON.stringify(found)}\n`)
  else {
    for (const line of linesOf(found.problems)) terminal.err(line)
    for (const line of linesOf(found.warnings)) terminal.err(`warning: ${line}`)
    if (found.valid) terminal.out(changesSaid(found))
  }
  return found.valid ? EXIT.ok.code : EXIT.refused.code
}

function changesSaid({ policies, changes }: z.output<typeof policiesChecked>): string {
  const well = `${counted(policies.length)} well formed. Nothing was changed.\n`
  if (changes.length === 0) return `${well}Nobody would lose or gain an operation as a whole.\n`
  const rows = changes.map(({ principal, loses, gains }) => [
    nameOf(principal),
    loses.join(' ') || '-',
    gains.join(' ') || '-',
  ])
  return `${well}${alignedTable([['WHO', 'WOULD LOSE', 'WOULD GAIN'], ...rows])}`
}

async function history(rest: readonly string[], { json }: Values, terminal: PolicyTerminal): Promise<number> {
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}" after "freehold policy history"`)
  const { method, path, output } = OPERATIONS['policy.versions']
  const found: z.output<typeof policyVersions>['data'] = []
  let after: string | null = null
  do {
    const query = new URLSearchParams({ limit: '200', ...(after === null ? {} : { after }) })
    const page = output.parse(await terminal.client.call(method, `${path}?${query.toString()}`))
    found.push(...page.data)
    after = page.next
  } while (after !== null)
  if (json) terminal.out(`${JSON.stringify({ data: found })}\n`)
  else if (found.length === 0) terminal.out('There never were policies: roles and scopes decide.\n')
  else {
    const rows = found.map((row) => [
      String(row.version),
      `${row.at.slice(0, 16).replace('T', ' ')}Z`,
      String(row.policies),
      row.actor,
    ])
    terminal.out(alignedTable([['VERSION', 'AT', 'POLICIES', 'BY'], ...rows]))
  }
  return EXIT.ok.code
}

async function restore(rest: readonly string[], { json }: Values, terminal: PolicyTerminal): Promise<number> {
  const from = readVersionNumber(one(rest, 'restore'), 'restore')
  const { method, path, output } = OPERATIONS['policy.restore']
  const read = output.parse(await terminal.client.call(method, path.replace('{version}', String(from))))
  terminal.out(
    json ? `${JSON.stringify(read)}\n` : `Version ${from} is in force again, as version ${read.version}.\n`,
  )
  return EXIT.ok.code
}

async function explain(rest: readonly string[], values: Values, terminal: PolicyTerminal): Promise<number> {
  const { method, path, input, output } = OPERATIONS['policy.explain']
  const { who, collection, target, service, class: dataClass, json } = values
  const text = values.with === undefined ? undefined : await readText(values.with, terminal)
  const resource = { collection, target, service, class: dataClass }
  const asked = { action: one(rest, 'explain'), principal: who, resource, text }
  const checked = input.body.safeParse(asked)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const field = String(issue?.path.at(-1) ?? 'action')
    throw new UsageError(`${field}: ${issue?.message ?? 'is not valid'}`)
  }
  const answer = output.parse(await terminal.client.call(method, path, asked))
  terminal.out(json ? `${JSON.stringify(answer)}\n` : said(answer))
  return EXIT.ok.code
}

function said({ decisions, more }: PolicyAnswer): string {
  if (decisions.length === 0) return 'There are no people and no keys yet.\n'
  const rows = decisions.map(({ principal, allowed, missing, policies }) => [
    nameOf(principal),
    allowed ? 'yes' : 'no',
    [
      ...(missing === null ? [] : [missing]),
      ...policies.map(({ name, line }) => `policy "${name}" (line ${line})`),
    ].join('; '),
  ])
  const others = more === 0 ? '' : `and ${more} more\n`
  return `${alignedTable([['WHO', 'MAY', 'BECAUSE'], ...rows])}${others}`
}

/** `what` names the option or word it came from. @throws UsageError */
function readVersionNumber(text: string, what: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UsageError(`${what}: "${text}" is not the number of a version; see freehold policy history`)
}

const nameOf = ({ kind, id, name }: PolicyAnswer['decisions'][number]['principal']): string =>
  `${kind} ${name === null ? id : `${name} (${id})`}`

const counted = (count: number): string => (count === 1 ? '1 policy is' : `${count} policies are`)

const linesOf = (problems: z.output<typeof policiesChecked>['problems']): readonly string[] =>
  problems.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`)

function one(rest: readonly string[], verb: string): string {
  const [given] = rest
  if (given === undefined || rest.length > 1)
    throw new UsageError(`${verb} takes one word; see freehold policy --help`)
  return given
}

async function readText(file: string, { cwd, stdin }: PolicyTerminal): Promise<string> {
  if (file === '-') return textOf(stdin ?? process.stdin)
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageError(code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code})`)
  }
}
