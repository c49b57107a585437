import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { auditQuery } from '@freehold/contract/audit.ts'
import type { auditEventView } from '@freehold/contract/audit.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { z } from 'zod'
import type { AuditRecord } from '../audit/formats/audit-record.ts'
import { recordOf } from '../audit/formats/audit-record.ts'
import { cef } from '../audit/formats/cef.ts'
import { ocsf } from '../audit/formats/ocsf.ts'
import { syslogMessage } from '../audit/formats/syslog.ts'
import type { Scope } from './audit-bundle.ts'
import { askAudit, entriesOf, writeBundle } from './audit-bundle.ts'
import { verdictText, verifyBundle } from './audit-verifier.ts'
import { EXIT } from './exit-codes.ts'
import { programVersion } from './program-version.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type Event = z.output<typeof auditEventView>
type AuditTerminal = Pick<Terminal, 'out' | 'err' | 'data' | 'cwd'> & {
  readonly client: Pick<Terminal['client'], 'call'>
}

const text = { type: 'string' } as const
const FILTERS = ['action', 'actor', 'subject', 'request', 'outcome', 'since', 'until'] as const
const OPTIONS = {
  action: text,
  actor: text,
  subject: text,
  request: text,
  outcome: text,
  since: text,
  until: text,
  'break-glass': { type: 'boolean', default: false },
  limit: text,
  after: text,
  format: text,
  scope: text,
  from: text,
  key: text,
  checkpoint: { type: 'string', multiple: true },
  witness: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const
type Name = keyof typeof OPTIONS
type Values = ReturnType<typeof parse>['values']

const VERBS: Readonly<Record<string, { readonly takes: readonly Name[]; readonly run: Verb }>> = {
  search: { takes: [...FILTERS, 'break-glass', 'limit', 'after'], run: search },
  export: { takes: ['format', 'scope', 'from'], run: exported },
  verify: { takes: ['key', 'checkpoint', 'witness', 'scope'], run: verified },
  proof: { takes: [], run: proof },
}
type Verb = (rest: readonly string[], values: Values, terminal: AuditTerminal) => Promise<number>

const USUAL_LIMIT = 20
const MOST_PER_PAGE = 200

/** Searches, exports and verifies the record of what was done. */
export const audit: Command & {
  readonly run: (args: readonly string[], terminal: AuditTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Search, export and verify the record of what was done',
    usage:
      'freehold audit search [FILTERS] [--limit N] [--after ID] | export DIR [--scope tenant] | export --format FORMAT [--from LEAF] | verify [DIR] [--checkpoint FILE]… [--key FILE] [--witness FILE]… | proof ID [--json]',
    options: {
      '--action NAME': 'search: an action such as key.created, or key.* for all that begin so',
      '--actor ID': 'search: who did it; likewise --subject, --request, --outcome done or refused',
      '--since TIME': 'search: from this time on, as in 2027-01-31T08:00:00Z; likewise --until',
      '--break-glass': 'search: only what was done and read by the emergency account',
      '--limit N': `search: how many, newest first (default: ${USUAL_LIMIT})`,
      '--after ID': 'search: go on where an earlier search ended; it says how',
      '--format FORMAT': 'export: one line for each entry to standard output: json, ocsf, cef or syslog',
      '--from LEAF': 'export: begin with this entry of the log',
      '--scope SCOPE': 'export and verify: tenant for your own entries, log for everybody’s (default: log)',
      '--checkpoint FILE':
        'verify: checkpoints from before that you trust (default: audit/checkpoints in the data directory)',
      '--key FILE': 'verify: the verifier key of the log, as you noted it (default: audit/log.vkey there)',
      '--witness FILE': 'verify: the key of a witness that must have cosigned one of the checkpoints',
      '--json': 'one line of JSON',
    },
    examples: [
      'freehold audit search --action key.* --since 2027-01-01T00:00:00Z',
      'freehold audit export ./audit-bundle',
      'freehold audit export --format ocsf > audit.ocsf.jsonl',
      'freehold audit verify ./audit-bundle --checkpoint ./checkpoints-of-last-month',
      'freehold audit verify',
    ],
  }),
  run: auditCommand,
}

/** @returns 0 done, 1 the log is not sound @throws UsageError, RefusedError */
async function auditCommand(args: readonly string[], terminal: AuditTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [name = '', ...rest] = positionals
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!verb) throw new UsageError('say what to do: freehold audit search, export, verify or proof')
  const strange = Object.entries(values).find(
    ([key, value]) => key !== 'json' && value !== false && !verb.takes.includes(key as Name),
  )?.[0]
  if (strange !== undefined) throw new UsageError(`--${strange} does not belong to "${name}"`)
  return verb.run(rest, values, terminal)
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
}

const none = (rest: readonly string[], verb: string): void => {
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}" after "freehold audit ${verb}"`)
}

async function search(
  rest: readonly string[],
  values: Values,
  { client, out, err }: AuditTerminal,
): Promise<number> {
  none(rest, 'search')
  const asked: Record<string, string> = Object.fromEntries(
    FILTERS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  )
  if (values['break-glass']) asked['breakGlass'] = 'any'
  const wrong = auditQuery.safeParse(asked).error?.issues[0]
  if (wrong) throw new UsageError(`--${String(wrong.path[0])}: ${wrong.message}`)
  const wanted = whole('limit', values.limit, USUAL_LIMIT)
  const found: Event[] = []
  let after: string | null = values.after ?? null
  do {
    const limit = String(Math.min(MOST_PER_PAGE, wanted - found.length))
    const page = await askAudit(client, 'audit.list', {
      ...asked,
      limit,
      ...(after === null ? {} : { after }),
    })
    found.push(...page.data)
    after = page.next
  } while (after !== null && found.length < wanted)
  if (values.json) out(`${JSON.stringify({ data: found, next: after })}\n`)
  else {
    out(found.length === 0 ? 'Nothing is on record.\n' : tableOf(found))
    if (after !== null) err(`Older ones: the same search with --after ${after}`)
  }
  return EXIT.ok.code
}

function tableOf(events: readonly Event[]): string {
  const rows = events.map(({ leaf, at, action, outcome, actor, subject, from, through, reason }) => [
    leaf === null ? 'due' : String(leaf),
    at.replace(/\.\d+Z$/, 'Z'),
    outcome === 'done' ? action : `${action} (${outcome})`,
    actor,
    subject ?? '-',
    from ?? (through === 'control' ? 'this machine' : '-'),
    reason ?? '-',
  ])
  return alignedTable([['LEAF', 'AT', 'ACTION', 'BY', 'WHAT', 'FROM', 'WHY'], ...rows], ['LEAF'])
}

const FORMATS: Readonly<Record<string, (record: AuditRecord, version: string) => string>> = {
  json: (record) => JSON.stringify(record),
  ocsf: (record, version) => JSON.stringify(ocsf(record, version)),
  cef,
  syslog: (record) =>
    syslogMessage(record, { host: hostname(), process: process.pid, body: JSON.stringify(record.detail) }),
}

function scopeOf({ scope = 'log' }: Values): Scope {
  if (scope !== 'log' && scope !== 'tenant')
    throw new UsageError(`--scope: "${scope}" is neither log nor tenant`)
  return scope
}

async function exported(rest: readonly string[], values: Values, terminal: AuditTerminal): Promise<number> {
  const { client, out, err, cwd } = terminal
  const [directory, ...more] = rest
  none(more, 'export')
  if (directory !== undefined) {
    if (values.format !== undefined || values.from !== undefined)
      throw new UsageError('a directory takes the whole log: leave --format and --from away')
    const { size, entries } = await writeBundle(client, resolve(cwd, directory), {
      scope: scopeOf(values),
      told: (done, of) => err(`${done} of ${of} entries`),
    })
    const said = { directory: resolve(cwd, directory), size, entries }
    out(
      values.json
        ? `${JSON.stringify(said)}\n`
        : `${entries} entries of a log of ${size} are in ${said.directory}\n`,
    )
    return EXIT.ok.code
  }
  const format = FORMATS[values.format ?? '']
  if (!format) throw new UsageError('say where to: a directory, or --format json, ocsf, cef or syslog')
  const { size } = await askAudit(client, 'audit.checkpoint', {})
  const asked = { scope: scopeOf(values), from: whole('from', values.from, 0), size }
  const version = programVersion()
  for await (const opening of entriesOf(client, asked)) out(`${format(recordOf(opening), version)}\n`)
  return EXIT.ok.code
}

function whole(name: string, given: string | undefined, usual: number): number {
  if (given === undefined) return usual
  if (!/^(?:0|[1-9]\d{0,14})$/.test(given) || (name === 'limit' && given === '0'))
    throw new UsageError(`--${name}: "${given}" is not a number that would do`)
  return Number(given)
}

async function verified(rest: readonly string[], values: Values, terminal: AuditTerminal): Promise<number> {
  const { client, out, data, cwd } = terminal
  const [given, ...more] = rest
  none(more, 'verify')
  const own = (name: string): string[] => {
    const file = join(data, 'audit', name)
    return existsSync(file) ? [readFileSync(file, 'utf8')] : []
  }
  const read = (files: readonly string[] | undefined): string[] | undefined =>
    files?.map((file) => readGiven(resolve(cwd, file)))
  const scratch = given === undefined ? await mkdtemp(join(tmpdir(), 'freehold-audit-')) : null
  try {
    const directory = scratch ?? resolve(cwd, given ?? '')
    // What is trusted is read first: what is signed meanwhile is not in the bundle.
    const trusted = read(values.checkpoint) ?? [...own('checkpoints'), ...own('witnessed')]
    if (scratch !== null)
      await writeBundle(client, scratch, { scope: scopeOf(values), told: () => undefined })
    else if (!existsSync(join(directory, 'checkpoint')))
      throw new UsageError(`${directory} is no exported bundle`)
    const verdict = await verifyBundle({
      directory,
      key: read(values.key === undefined ? undefined : [values.key])?.[0] ?? own('log.vkey')[0],
      trusted,
      witnesses: read(values.witness) ?? [],
    })
    out(values.json ? `${JSON.stringify(verdict)}\n` : verdictText(verdict))
    return verdict.ok ? EXIT.ok.code : EXIT.refused.code
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true })
  }
}

function readGiven(file: string): string {
  if (!existsSync(file)) throw new UsageError(`${file} is not there`)
  return readFileSync(file, 'utf8')
}

async function proof(
  rest: readonly string[],
  values: Values,
  { client, out }: AuditTerminal,
): Promise<number> {
  const [id, ...more] = rest
  none(more, 'proof')
  const { method, path, output, input } = OPERATIONS['audit.proof']
  if (!input.params.safeParse({ id }).success || id === undefined)
    throw new UsageError('proof takes the ID of an event or a request; see freehold audit search')
  const found = output.parse(await client.call(method, path.replace('{id}', id)))
  out(values.json ? `${JSON.stringify(found)}\n` : found.proof)
  return EXIT.ok.code
}
