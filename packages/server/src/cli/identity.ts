import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import type { PeopleTerminal } from './user.ts'

const OPTIONS = { json: { type: 'boolean', default: false } } as const

/** Shows the identity providers that people may sign in with, and tries them. */
export const identity: Command & {
  readonly run: (args: readonly string[], terminal: PeopleTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'List identity providers that people sign in with, and test them',
    usage: 'freehold identity list | test CONNECTION [--json]',
    options: {
      CONNECTION: 'its id in identity.connections of the configuration',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: ['freehold identity list', 'freehold identity test head-office'],
  }),
  run: identityCommand,
}

/** @returns 0 done, 1 where a test found something wrong @throws UsageError, RefusedError */
async function identityCommand(args: readonly string[], { client, out }: PeopleTerminal): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  const [verb = '', ...words] = positionals
  const { json } = values
  if (verb === 'list') {
    exactly(words, [], 'identity list')
    const { method, path, output } = OPERATIONS['connection.list']
    const { data } = output.parse(await client.call(method, path))
    const rows = data.map((one) => [one.id, one.state, one.name])
    out(json ? `${JSON.stringify({ data })}\n` : alignedTable([['ID', 'STATE', 'NAME'], ...rows]))
    return EXIT.ok.code
  }
  if (verb !== 'test') throw new UsageError('say what to do: freehold identity list or test')
  exactly(words, ['CONNECTION'], 'identity test')
  const { method, path, output } = OPERATIONS['connection.test']
  const told = output.parse(
    await client.call(method, path.replace('{id}', encodeURIComponent(words[0] ?? ''))),
  )
  const rows = told.findings.map(({ what, ok, said }) => [what, ok ? 'yes' : 'no', said])
  out(
    json
      ? `${JSON.stringify(told)}\n`
      : `${alignedTable([['WHAT', 'GOOD', 'SAID'], ...rows])}
Register this address at the provider: ${told.redirectUri}
Open this within five minutes to see what a sign-in would yield: ${told.trialUrl}\n`,
  )
  return told.ok ? EXIT.ok.code : EXIT.refused.code
}
