import { parseArgs } from 'node:util'
import { SCOPES } from '@freehold/contract/actions.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import type { PeopleTerminal } from './user.ts'

const OPTIONS = {
  scope: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const

/** Shows roles and makes some of the operator's own. */
export const role: Command & {
  readonly run: (args: readonly string[], terminal: PeopleTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Show what roles may do, and make roles of your own',
    usage: 'freehold role list [--json] | put NAME --scope SCOPE … [--json] | delete NAME [--json]',
    options: {
      '--scope SCOPE': `${SCOPES.join(', ')}; repeat it for several`,
      '--json': 'one line of JSON, as the API answers',
    },
    examples: ['freehold role list', 'freehold role put support-lead --scope model --scope people'],
  }),
  run: roleCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function roleCommand(args: readonly string[], { client, out }: PeopleTerminal): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  const [verb = '', ...words] = positionals
  const { json, scope } = values
  if (scope !== undefined && verb !== 'put') throw new UsageError(`--scope belongs to "put", not "${verb}"`)
  const name = words[0] ?? ''
  if (verb === 'list') {
    exactly(words, [], 'role list')
    const { method, path, output } = OPERATIONS['role.list']
    const { data } = output.parse(await client.call(method, path))
    const rows = data.map((one) => [one.name, one.builtIn ? 'Freehold' : 'you', one.scopes.join(' ')])
    out(json ? `${JSON.stringify({ data })}\n` : alignedTable([['ROLE', 'FROM', 'SCOPES'], ...rows]))
  } else if (verb === 'put') {
    exactly(words, ['NAME'], 'role put')
    if (scope === undefined) throw new UsageError('say what the role may do: --scope SCOPE')
    const { method, path, output } = OPERATIONS['role.put']
    const made = output.parse(
      await client.call(method, path.replace('{name}', encodeURIComponent(name)), { scopes: scope }),
    )
    out(json ? `${JSON.stringify(made)}\n` : `The role ${made.name} may: ${made.scopes.join(', ')}\n`)
  } else if (verb === 'delete') {
    exactly(words, ['NAME'], 'role delete')
    const { method, path } = OPERATIONS['role.delete']
    await client.call(method, path.replace('{name}', encodeURIComponent(name)))
    out(json ? `${JSON.stringify({ name, deleted: true })}\n` : `The role ${name} is deleted.\n`)
  } else throw new UsageError('say what to do: freehold role list, put or delete')
  return EXIT.ok.code
}
