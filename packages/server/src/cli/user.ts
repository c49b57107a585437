import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { ROLES } from '@freehold/contract/people.ts'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import type { User } from './people-names.ts'
import { actOf, allUsers, exactly, groupId, minute, pages, userId } from './people-names.ts'
import { alignedTable } from './table.ts'
import { eraseUser, exportUser } from './user-data.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

export type PeopleTerminal = Pick<Terminal, 'out' | 'err'> & { readonly client: Pick<Client, 'call'> }
type UserTerminal = Parameters<typeof exportUser>[1]

const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string' },
  group: { type: 'string', multiple: true },
  hours: { type: 'string' },
  reason: { type: 'string' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
/** Options of one verb only. */
const BELONGS = {
  name: ['invite'],
  role: ['invite'],
  group: ['invite'],
  hours: ['invite'],
  reason: ['erase'],
  yes: ['delete', 'erase'],
}

type Verb = (words: readonly string[], values: Values, terminal: UserTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = {
  list,
  invite,
  invitations,
  withdraw,
  role: changeRole,
  disable: (words, values, terminal) => open(words, values, { terminal, disabled: true }),
  enable: (words, values, terminal) => open(words, values, { terminal, disabled: false }),
  delete: remove,
  'password-link': passwordLink,
  'reset-factors': resetFactors,
  sessions,
  'end-session': endSession,
  export: (words, _, terminal) => exportUser(words, terminal),
  erase: (words, values, terminal) => eraseUser(words, values, terminal),
}

/** Invites people and looks after their accounts. */
export const user: Command & {
  readonly run: (args: readonly string[], terminal: UserTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Invite people, look after their accounts, and hand out or erase what is held of them',
    usage: [
      'freehold user list | invitations [--json]',
      'freehold user invite [--name NAME] [--role ROLE] [--group GROUP] [--hours N] [--json]',
      'freehold user withdraw INVITATION | role USER ROLE | disable USER | enable USER',
      'freehold user password-link USER | reset-factors USER [--json]',
      'freehold user sessions USER | end-session SESSION [--json]',
      'freehold user delete USER --yes',
      'freehold user export USER [FILE]',
      'freehold user erase USER --reason TEXT [--yes] [--json]',
    ].join('\n       '),
    options: {
      USER: 'the name of an account, or its id',
      '--name NAME': 'what the account will be called; whoever accepts chooses where it is left out',
      '--role ROLE': `${ROLES.slice(1).join(', ')}, or a role of your own (default: member)`,
      '--group GROUP': 'a group to be in from the start; repeat it for several',
      '--hours N': 'how long the link is good for, up to 720 (default: 72)',
      '--reason TEXT': 'erase: why; it stands in the record, so a ticket and not the name of the person',
      '--yes': 'delete and erase: it is really to go; without it erase only counts',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold user invite --name "Berta Schulze" --role admin',
      'freehold user list',
      'freehold user disable "Berta Schulze"',
      'freehold user password-link "Berta Schulze"',
    ],
  }),
  run: userCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function userCommand(args: readonly string[], terminal: UserTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  const act = actOf({ command: 'user', verbs: VERBS, belongs: BELONGS }, verb, values)
  await act(words, values, terminal)
  return EXIT.ok.code
}

async function list(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, [], 'user list')
  const data = await allUsers(client)
  if (json) return out(`${JSON.stringify({ data })}\n`)
  out(data.length === 0 ? 'Nobody yet: the owner is still to claim this installation.\n' : table(data))
}

function table(users: readonly User[]): string {
  const rows = users.map((one) => [
    one.id,
    one.role,
    one.disabledAt === null ? 'open' : 'shut',
    one.lastSeenAt === null ? '-' : minute(one.lastSeenAt),
    one.groups.join(', ') || '-',
    one.name,
  ])
  return alignedTable([['ID', 'ROLE', 'STATE', 'SEEN', 'GROUPS', 'NAME'], ...rows])
}

async function invite(words: readonly string[], values: Values, terminal: PeopleTerminal): Promise<void> {
  exactly(words, [], 'user invite')
  const { client } = terminal
  const hours = values.hours === undefined ? undefined : Number(values.hours)
  if (hours !== undefined && !Number.isInteger(hours))
    throw new UsageError(`--hours: "${values.hours}" is not a whole number of hours`)
  const groups: string[] = []
  for (const group of values.group ?? []) groups.push(await groupId(client, group))
  const { method, path, output } = OPERATIONS['invitation.create']
  const asked = {
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values.role === undefined ? {} : { role: values.role }),
    ...(hours === undefined ? {} : { hours }),
    groups,
  }
  showLink(output.parse(await client.call(method, path, asked)), values, terminal)
}

async function passwordLink(
  words: readonly string[],
  values: Values,
  terminal: PeopleTerminal,
): Promise<void> {
  exactly(words, ['USER'], 'user password-link')
  const { method, path, output } = OPERATIONS['user.reset']
  const id = await userId(terminal.client, words[0] ?? '')
  showLink(output.parse(await terminal.client.call(method, path.replace('{id}', id))), values, terminal)
}

function showLink(
  invitation: { readonly link: string; readonly expiresAt: string },
  { json }: Values,
  { out, err }: PeopleTerminal,
): void {
  if (json) return out(`${JSON.stringify(invitation)}\n`)
  out(`${invitation.link}\n`)
  err(
    `Good once, until ${minute(invitation.expiresAt)}. Hand it over in person or by a way that nobody else reads:\n` +
      'whoever opens it first is in. It is shown only this once.',
  )
}

async function invitations(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, [], 'user invitations')
  const { method, path, output } = OPERATIONS['invitation.list']
  const data = await pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('No invitation is open.\n')
  const rows = data.map((one) => [one.id, one.purpose, one.role, minute(one.expiresAt), one.name ?? '-'])
  out(alignedTable([['ID', 'FOR', 'ROLE', 'UNTIL', 'NAME'], ...rows]))
}

async function withdraw(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['INVITATION'], 'user withdraw')
  const id = words[0] ?? ''
  const { method, path } = OPERATIONS['invitation.withdraw']
  await client.call(method, path.replace('{id}', encodeURIComponent(id)))
  out(json ? `${JSON.stringify({ id, withdrawn: true })}\n` : 'The invitation is withdrawn.\n')
}

async function changeRole(words: readonly string[], values: Values, terminal: PeopleTerminal): Promise<void> {
  exactly(words, ['USER', 'ROLE'], 'user role')
  const [who = '', role = ''] = words
  const changed = await change(who, { role }, terminal)
  terminal.out(values.json ? `${JSON.stringify(changed)}\n` : `${changed.name} is ${changed.role} now.\n`)
}

async function open(
  words: readonly string[],
  { json }: Values,
  { terminal, disabled }: { readonly terminal: PeopleTerminal; readonly disabled: boolean },
): Promise<void> {
  exactly(words, ['USER'], `user ${disabled ? 'disable' : 'enable'}`)
  const changed = await change(words[0] ?? '', { disabled }, terminal)
  const said = disabled ? 'is shut: sessions are ended, keys open nothing' : 'is open'
  terminal.out(json ? `${JSON.stringify(changed)}\n` : `The account of ${changed.name} ${said}.\n`)
}

async function change(who: string, wish: object, { client }: PeopleTerminal): Promise<User> {
  const { method, path, output } = OPERATIONS['user.change']
  return output.parse(await client.call(method, path.replace('{id}', await userId(client, who)), wish))
}

async function remove(
  words: readonly string[],
  { json, yes }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['USER'], 'user delete')
  if (!yes) throw new UsageError('this deletes the account, its sessions and its keys. Repeat it with --yes')
  const id = await userId(client, words[0] ?? '')
  const { method, path } = OPERATIONS['user.delete']
  await client.call(method, path.replace('{id}', id))
  out(json ? `${JSON.stringify({ id, deleted: true })}\n` : 'The account is deleted.\n')
}

async function resetFactors(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['USER'], 'user reset-factors')
  const id = await userId(client, words[0] ?? '')
  const { method, path } = OPERATIONS['user.reset_factors']
  await client.call(method, path.replace('{id}', id))
  out(
    json
      ? `${JSON.stringify({ id, reset: true })}\n`
      : 'Authenticator app, recovery codes and passkeys are removed.\n',
  )
}

async function sessions(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['USER'], 'user sessions')
  const { method, path, output } = OPERATIONS['session.list']
  const query = new URLSearchParams({ user: await userId(client, words[0] ?? '') })
  const { data } = output.parse(await client.call(method, `${path}?${query.toString()}`))
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('No session is open.\n')
  const rows = data.map((one) => [
    one.id,
    one.method,
    minute(one.createdAt),
    minute(one.seenAt),
    one.agent ?? '-',
  ])
  out(alignedTable([['ID', 'BY', 'OPENED', 'SEEN', 'BROWSER'], ...rows]))
}

async function endSession(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['SESSION'], 'user end-session')
  const id = words[0] ?? ''
  const { method, path } = OPERATIONS['session.end']
  await client.call(method, path.replace('{id}', encodeURIComponent(id)))
  out(json ? `${JSON.stringify({ id, ended: true })}\n` : 'The session is ended.\n')
}
