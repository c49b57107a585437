import { parseArgs } from 'node:util'
import type { budgetView } from '@freehold/contract/budgets.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type BudgetTerminal = Pick<Terminal, 'out'> & { readonly client: Pick<Client, 'call'> }

const OPTIONS = { json: { type: 'boolean', default: false } } as const

/** Shows what may be spent and what is. */
export const budget: Command & {
  readonly run: (args: readonly string[], terminal: BudgetTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Show budgets: what may be spent today and this month, and what is',
    usage: 'freehold budget list [--json]',
    options: {
      '--json': 'one line of JSON: {data: […]}',
    },
    examples: ['freehold budget list', 'freehold budget list --json'],
  }),
  run: budgetCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function budgetCommand(args: readonly string[], terminal: BudgetTerminal): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  const [verb, stray] = positionals
  if (verb !== 'list') throw new UsageError('say what to do: freehold budget list')
  if (stray !== undefined) throw new UsageError(`unexpected "${stray}" after "freehold budget list"`)
  const { method, path, output } = OPERATIONS['budget.list']
  const data: z.output<typeof budgetView>[] = []
  for (let after: string | null = ''; after !== null;) {
    const query = new URLSearchParams({ limit: '1000', ...(after === '' ? {} : { after }) })
    const page = output.parse(await terminal.client.call(method, `${path}?${query.toString()}`))
    data.push(...page.data)
    after = page.next
  }
  if (values.json) terminal.out(`${JSON.stringify({ data })}\n`)
  else terminal.out(data.length === 0 ? 'No budgets: nothing limits what is spent.\n' : table(data))
  return EXIT.ok.code
}

const NUMBERS = ['SPENT', 'RESERVED', 'OF', 'USED']

function table(budgets: readonly z.output<typeof budgetView>[]): string {
  const rows = budgets.map(({ budget: whose, limit, period, most, spent, reserved, ratio, alerts }) => [
    whose,
    limit,
    period,
    String(spent),
    String(reserved),
    String(most),
    `${Math.floor(ratio * 1000) / 10}%`,
    alerts.map(({ share }) => `${Math.round(share * 1000) / 10}%`).join(' ') || '-',
  ])
  return alignedTable([['BUDGET', 'LIMIT', 'PERIOD', ...NUMBERS, 'ALERTS'], ...rows], NUMBERS)
}
