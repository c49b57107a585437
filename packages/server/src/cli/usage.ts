import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { usageQuery } from '@freehold/contract/requests.ts'
import type { usageView } from '@freehold/contract/requests.ts'
import type { z } from 'zod'
import { usageCsv } from '../gateway/records/usage-csv.ts'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type UsageTerminal = Pick<Terminal, 'out' | 'err'> & { readonly client: Pick<Client, 'call'> }
type Usage = z.output<typeof usageView>

const OPTIONS = {
  by: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
  csv: { type: 'boolean', default: false },
} as const
const WHAT_BELONGS: Readonly<Record<string, string>> = {
  by: 'principal, target, model, tenant or day',
  from: 'a day such as 2027-01-31',
  to: 'a day such as 2027-01-31',
}

/** Adds up requests, tokens and money. */
export const usage: Command & {
  readonly run: (args: readonly string[], terminal: UsageTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Add up requests, tokens and money',
    usage: 'freehold usage [--by WHAT] [--from DAY] [--to DAY] [--json | --csv]',
    options: {
      '--by WHAT': 'principal (keys and accounts), target, model, tenant or day (default: principal)',
      '--from DAY': 'the first UTC day (default: 30 days up to --to)',
      '--to DAY': 'the last UTC day (default: today)',
      '--json': 'one line of JSON: {by, from, to, data: […]}',
      '--csv': 'a table for a spreadsheet (RFC 4180), with a head',
    },
    examples: [
      'freehold usage',
      'freehold usage --by model --from 2027-01-01 --to 2027-01-31',
      'freehold usage --by target --json',
      'freehold usage --by day --csv > usage.csv',
    ],
  }),
  run: usageCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function usageCommand(args: readonly string[], terminal: UsageTerminal): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const { json, csv, ...asked } = values
  if (json && csv) throw new UsageError('say --json or --csv, not both')
  const parsed = usageQuery.safeParse(asked)
  if (!parsed.success) throw wrong(String(parsed.error.issues[0]?.path[0] ?? ''), asked)
  const query = new URLSearchParams(asked)
  const { method, path, output } = OPERATIONS['usage.read']
  const found = output.parse(
    await terminal.client.call(method, query.size === 0 ? path : `${path}?${query.toString()}`),
  )
  if (json) terminal.out(`${JSON.stringify(found)}\n`)
  else if (csv) terminal.out(usageCsv(found))
  else {
    terminal.out(found.data.length === 0 ? 'No requests in this period.\n' : tableOf(found))
    terminal.err(`UTC days ${found.from} to ${found.to}.`)
  }
  return EXIT.ok.code
}

function wrong(option: string, asked: Readonly<Record<string, string | undefined>>): UsageError {
  return new UsageError(`--${option}: "${asked[option] ?? ''}" is not ${WHAT_BELONGS[option] ?? 'right'}`)
}

function tableOf({ by, data }: Usage): string {
  const numbers = ['REQUESTS', 'FAILED', 'CACHED', 'INPUT', 'OUTPUT', 'COST']
  const rows = data.map((row) => [
    row.name ?? '-',
    ...[row.requests, row.failed, row.cached, row.input, row.output, row.cost].map(String),
  ])
  return alignedTable([[by.toUpperCase(), ...numbers], ...rows], numbers)
}
