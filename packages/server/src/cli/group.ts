import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { EXIT } from './exit-codes.ts'
import { actOf, allGroups, exactly, groupId, userId } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import type { PeopleTerminal } from './user.ts'

const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type Verb = (words: readonly string[], values: Values, terminal: PeopleTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = {
  list,
  create,
  change,
  delete: remove,
  members,
  add: (words, values, terminal) => join(words, values, { terminal, operation: 'group.add' }),
  remove: (words, values, terminal) => join(words, values, { terminal, operation: 'group.remove' }),
}
/** Who may say which option. */
const BELONGS = {
  name: ['change'],
  role: ['create', 'change'],
}

/** Looks after groups of people. */
export const group: Command & {
  readonly run: (args: readonly string[], terminal: PeopleTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Make groups of people, and say what their members may do',
    usage: [
      'freehold group list | members GROUP [--json]',
      'freehold group create NAME [--role ROLE] [--json]',
      'freehold group change GROUP [--name NAME] [--role ROLE] [--json]',
      'freehold group add GROUP USER | remove GROUP USER | delete GROUP [--json]',
    ].join('\n       '),
    options: {
      GROUP: 'the name of a group, or its id',
      USER: 'the name of an account, or its id',
      '--role ROLE': 'what members may do besides their own role; repeat it for several, "none" for nothing',
      '--name NAME': 'change: what the group is called from now on',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold group create Support',
      'freehold group add Support "Berta Schulze"',
      'freehold group change Support --role auditor',
    ],
  }),
  run: groupCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function groupCommand(args: readonly string[], terminal: PeopleTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  const act = actOf({ command: 'group', verbs: VERBS, belongs: BELONGS }, verb, values)
  await act(words, values, terminal)
  return EXIT.ok.code
}

async function list(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, [], 'group list')
  const data = await allGroups(client)
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('No groups yet. Make one with: freehold group create NAME\n')
  const rows = data.map((one) => [one.id, String(one.members), one.roles.join(' ') || '-', one.name])
  out(alignedTable([['ID', 'MEMBERS', 'ROLES', 'NAME'], ...rows], ['MEMBERS']))
}

async function create(words: readonly string[], values: Values, terminal: PeopleTerminal): Promise<void> {
  exactly(words, ['NAME'], 'group create')
  const { method, path, output } = OPERATIONS['group.create']
  const asked = { name: words[0], roles: rolesOf(values) ?? [] }
  const made = output.parse(await terminal.client.call(method, path, asked))
  terminal.out(values.json ? `${JSON.stringify(made)}\n` : `The group ${made.name} is there: ${made.id}\n`)
}

async function change(words: readonly string[], values: Values, terminal: PeopleTerminal): Promise<void> {
  exactly(words, ['GROUP'], 'group change')
  const roles = rolesOf(values)
  const wish = {
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(roles === undefined ? {} : { roles }),
  }
  if (Object.keys(wish).length === 0) throw new UsageError('say what to change: --name or --role')
  const { method, path, output } = OPERATIONS['group.change']
  const id = await groupId(terminal.client, words[0] ?? '')
  const changed = output.parse(await terminal.client.call(method, path.replace('{id}', id), wish))
  terminal.out(
    values.json
      ? `${JSON.stringify(changed)}\n`
      : `The group ${changed.name} has the roles: ${changed.roles.join(', ') || 'none'}\n`,
  )
}

function rolesOf({ role }: Values): readonly string[] | undefined {
  return role?.length === 1 && role[0] === 'none' ? [] : role
}

async function remove(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['GROUP'], 'group delete')
  const id = await groupId(client, words[0] ?? '')
  const { method, path } = OPERATIONS['group.delete']
  await client.call(method, path.replace('{id}', id))
  out(json ? `${JSON.stringify({ id, deleted: true })}\n` : 'The group is deleted; its members stay.\n')
}

async function members(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['GROUP'], 'group members')
  const { method, path, output } = OPERATIONS['group.members']
  const id = await groupId(client, words[0] ?? '')
  const { data } = output.parse(await client.call(method, path.replace('{id}', id)))
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('Nobody is in this group.\n')
  out(alignedTable([['ID', 'ROLE', 'NAME'], ...data.map((one) => [one.id, one.role, one.name])]))
}

async function join(
  words: readonly string[],
  { json }: Values,
  how: { readonly terminal: PeopleTerminal; readonly operation: 'group.add' | 'group.remove' },
): Promise<void> {
  const { client, out } = how.terminal
  const verb = how.operation.slice('group.'.length)
  exactly(words, ['GROUP', 'USER'], `group ${verb}`)
  const [into = '', who = ''] = words
  const [id, account] = [await groupId(client, into), await userId(client, who)]
  const { method, path } = OPERATIONS[how.operation]
  await client.call(method, path.replace('{id}', id).replace('{user}', account))
  const said = verb === 'add' ? `${who} is in ${into}.` : `${who} is not in ${into} any more.`
  out(json ? `${JSON.stringify({ group: id, user: account })}\n` : `${said}\n`)
}
