import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { RequestView } from '@freehold/contract/requests.ts'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type RequestTerminal = Pick<Terminal, 'out' | 'err'> & { readonly client: Pick<Client, 'call'> }

const OPTIONS = {
  limit: { type: 'string' },
  after: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
const USUAL_LIMIT = 20
const MOST_PER_PAGE = 200

type Values = ReturnType<typeof parse>['values']

/** Shows what is kept of requests. */
export const request: Command & {
  readonly run: (args: readonly string[], terminal: RequestTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Show what is kept of requests: where each went, what left, what it cost',
    usage:
      'freehold request list [--limit N] [--after CURSOR] [--json] | show ID [--json] | egress ID [--json]',
    options: {
      '--limit N': `how many, newest first (default: ${USUAL_LIMIT})`,
      '--after CURSOR': 'go on where an earlier list ended; it says how',
      '--json':
        'one line of JSON: {data: […], next} for list, the record for show, {attempts: […]} for egress',
    },
    examples: [
      'freehold request list',
      'freehold request list --limit 1000 --json',
      'freehold request show req_3f0c1b9a5d2e4f60718293a4',
      'freehold request egress req_3f0c1b9a5d2e4f60718293a4',
    ],
  }),
  run: requestCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function requestCommand(args: readonly string[], terminal: RequestTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb, ...rest] = positionals
  if (verb === 'list') return list(rest, values, terminal)
  if (verb === 'show') return show(rest, values, terminal)
  if (verb === 'egress') return egress(rest, values, terminal)
  throw new UsageError('say what to do: freehold request list, show or egress')
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
}

async function list(rest: readonly string[], values: Values, terminal: RequestTerminal): Promise<number> {
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}" after "freehold request list"`)
  const wanted = readLimit(values.limit)
  const { method, path, output } = OPERATIONS['request.list']
  const found: RequestView[] = []
  let after: string | null = values.after ?? null
  do {
    const limit = String(Math.min(MOST_PER_PAGE, wanted - found.length))
    const query = new URLSearchParams({ limit, ...(after === null ? {} : { after }) })
    const page = output.parse(await terminal.client.call(method, `${path}?${query.toString()}`))
    found.push(...page.data)
    after = page.next
  } while (after !== null && found.length < wanted)
  if (values.json) terminal.out(`${JSON.stringify({ data: found, next: after })}\n`)
  else if (found.length === 0) terminal.out('No requests yet.\n')
  else {
    terminal.out(tableOf(found))
    if (after !== null) terminal.err(`Older ones: freehold request list --limit ${wanted} --after ${after}`)
  }
  return EXIT.ok.code
}

async function show(rest: readonly string[], values: Values, terminal: RequestTerminal): Promise<number> {
  const id = oneId('show', rest, values)
  const { method, path, output } = OPERATIONS['request.read']
  const record = output.parse(await terminal.client.call(method, path.replace('{id}', id)))
  terminal.out(values.json ? `${JSON.stringify(record)}\n` : alignedTable(linesOf(record)))
  return EXIT.ok.code
}

/** What left for managed targets, as it left. */
async function egress(rest: readonly string[], values: Values, terminal: RequestTerminal): Promise<number> {
  const id = oneId('egress', rest, values)
  const { method, path, output } = OPERATIONS['egress.read']
  const kept = output.parse(await terminal.client.call(method, path.replace('{id}', id)))
  if (values.json) terminal.out(`${JSON.stringify(kept)}\n`)
  else {
    for (const { target, at, path: place, outbound, inbound, spans } of kept.attempts) {
      terminal.out(`To ${target} at ${second(at)}, ${place}, ${spans.length} replaced:\n${outbound}\n`)
      terminal.out(inbound === null ? 'Nothing of the answer is kept.\n' : `It answered:\n${inbound}\n`)
    }
  }
  return EXIT.ok.code
}

function oneId(verb: string, rest: readonly string[], { limit, after }: Values): string {
  const [id] = rest
  if (id === undefined || rest.length > 1 || !/^req_[\da-f]{24}$/.test(id)) {
    throw new UsageError(
      `${verb} takes one ID such as req_3f0c1b9a5d2e4f60718293a4; see freehold request list`,
    )
  }
  if (limit !== undefined || after !== undefined) {
    throw new UsageError(`--limit and --after belong to "list", not "${verb}"`)
  }
  return id
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return USUAL_LIMIT
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new UsageError(`--limit: "${text}" is not a number from 1 to 999999`)
  return Number(text)
}

function tableOf(records: readonly RequestView[]): string {
  const heads = ['ID', 'AT', 'RESULT', 'CLASS', 'ZONE', 'TARGET', 'MODEL', 'TOKENS', 'COST', 'MS', 'BY']
  const rows = records.map((record) => [
    record.id,
    second(record.at),
    resultOf(record),
    record.class,
    record.zone ?? '-',
    record.target ?? '-',
    record.model ?? '-',
    record.usage === null ? '-' : String(record.usage.input + record.usage.output),
    record.cost === null ? '-' : String(record.cost),
    record.durationMs === null ? '-' : String(Math.round(record.durationMs)),
    record.principal,
  ])
  return alignedTable([heads, ...rows], ['TOKENS', 'COST', 'MS'])
}

/** Every field that has something to say, a name and a value each. */
function linesOf(record: RequestView): readonly (readonly string[])[] {
  const { classes, usage, bytesOut } = record
  const raised = [
    ['declared', classes.declared],
    ['conversation', classes.conversation],
    ['found', classes.found],
  ].filter(([, found]) => found !== null)
  const lines: readonly (readonly [string, string | null])[] = [
    ['request', record.id],
    ['result', resultOf(record)],
    ['operation', record.operation],
    ['by', record.principal],
    ['at', record.at],
    ['over at', record.settledAt],
    ['class', `${record.class} (base ${[classes.base, ...raised.map((pair) => pair.join(' '))].join(', ')})`],
    ['found', counts(record.findings)],
    ['masked', counts(record.masked)],
    ['rule', record.rule],
    ['configuration', record.config],
    ['model asked', record.modelAsked],
    ['target', record.target === null ? null : `${record.target} (${record.zone ?? 'no zone'})`],
    ['model', record.model],
    ['attempts', record.cached ? '0: a kept answer' : String(record.attempts)],
    ['bytes in', String(record.bytesIn)],
    ['bytes out', `private ${bytesOut.private}, managed ${bytesOut.managed}`],
    ['first token', inMs(record.timeToFirstTokenMs)],
    ['duration', inMs(record.durationMs)],
    ['tokens', usage && `in ${usage.input}, out ${usage.output}${usage.estimated ? ' (estimated)' : ''}`],
    ['cost', record.cost === null ? null : String(record.cost)],
    ['reserved', `tokens ${record.reserved.tokens}, cost ${record.reserved.cost}`],
    ['written', record.record === 'strict' ? 'strict: on the disk before it left' : 'async'],
  ]
  return lines.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
}

function resultOf({ state, status, code, cached }: RequestView): string {
  if (state === 'admitted') return 'under way'
  return state === 'unknown'
    ? 'unknown'
    : `${status ?? '-'} ${code ?? ''}`.trimEnd() + (cached ? ', kept' : '')
}

function counts(found: Readonly<Record<string, number>>): string | null {
  const words = Object.entries(found).map(([type, count]) => `${type} ${count}`)
  return words.length === 0 ? null : words.join(', ')
}

const inMs = (ms: number | null): string | null => (ms === null ? null : `${ms} ms`)
const second = (instant: string): string => `${instant.slice(0, 19).replace('T', ' ')}Z`
