import { parseArgs } from 'node:util'
import { DEFAULT_SCOPES, SCOPES } from '@freehold/contract/actions.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { LIMIT_NAMES } from '@freehold/contract/limits.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { ROLES } from '@freehold/contract/people.ts'
import { EXIT } from './exit-codes.ts'
import { limitsText, readLimits } from './key-limits.ts'
import { actOf, exactly, minute } from './people-names.ts'
import { readPublicKeys } from './public-key-file.ts'
import type { ServiceAccount } from './service-names.ts'
import { allServiceAccounts, serviceAccountOf } from './service-names.ts'
import { alignedTable } from './table.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import type { PeopleTerminal } from './user.ts'

const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string' },
  scope: { type: 'string', multiple: true },
  class: { type: 'string' },
  ceiling: { type: 'string' },
  limit: { type: 'string', multiple: true },
  'public-key': { type: 'string', multiple: true },
  certificate: { type: 'string' },
  resource: { type: 'string', multiple: true },
  'redirect-uri': { type: 'string', multiple: true },
  public: { type: 'boolean' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
const GRANTING = ['create', 'change']
/** Options of some verbs only. */
const BELONGS = {
  name: ['change'],
  role: GRANTING,
  scope: GRANTING,
  class: GRANTING,
  ceiling: GRANTING,
  limit: GRANTING,
  'public-key': GRANTING,
  certificate: GRANTING,
  resource: GRANTING,
  'redirect-uri': GRANTING,
  public: GRANTING,
  yes: ['delete'],
}

type Verb = (words: readonly string[], values: Values, terminal: PeopleTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = {
  list,
  create,
  show,
  change,
  disable: (words, values, terminal) => open(words, values, { terminal, disabled: true }),
  enable: (words, values, terminal) => open(words, values, { terminal, disabled: false }),
  delete: remove,
}

/** Makes service accounts and looks after them. */
export const service: Command & {
  readonly run: (args: readonly string[], terminal: PeopleTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Make service accounts: programs that act in their own name',
    usage: [
      'freehold service list [--json]',
      'freehold service create NAME [OPTIONS] | change SERVICE [--name NAME] [OPTIONS] [--json]',
      'freehold service show SERVICE | disable SERVICE | enable SERVICE [--json]',
      'freehold service delete SERVICE --yes',
    ].join('\n       '),
    options: {
      SERVICE: 'the name of a service account, or its id',
      '--role ROLE': `${ROLES.slice(1).join(', ')}, or a role of your own (default: member)`,
      '--scope SCOPE': `${SCOPES.join(', ')}, or "*" for all that its role allows; repeat it for several (default: ${DEFAULT_SCOPES.join(' ')})`,
      '--class CLASS': `what its requests count as at least: ${DATA_CLASSES.join(', ')} (default: internal)`,
      '--ceiling CLASS': 'the highest class it may send or read (default: restricted)',
      '--limit NAME=NUMBER': `what it may use at most, with all its keys: ${LIMIT_NAMES.join(', ')}; repeat it for several, or part them by commas`,
      '--public-key FILE':
        'the public key (PEM, JWK or JWKS) with which it gets access tokens at /oidc/token; repeat it for several, which replace those that it has',
      '--certificate NAME':
        'or the name in the client certificate that it shows, as URI:spiffe://… or DNS:…; "" for none any more',
      '--resource URI':
        'a service besides this installation that it may get tokens for; repeat it for several, which replace those that it has',
      '--redirect-uri URI':
        'it is an application that people are signed in to, and takes them back there; repeat it for several, which replace those that it has; "" for none any more',
      '--public':
        'the application runs on devices of others and can keep no key: it has none, and only signs people in',
      '--yes': 'delete: the service account is really to go, and its keys with it',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold service create nightly-report --scope model --limit tokensPerDay=200000',
      'freehold key create --service nightly-report --expires 90d',
      'freehold service create team-wiki --public-key wiki.pub --redirect-uri https://wiki.example.org/signed-in',
      'freehold service disable nightly-report',
    ],
  }),
  run: serviceCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function serviceCommand(args: readonly string[], terminal: PeopleTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  const act = actOf({ command: 'service', verbs: VERBS, belongs: BELONGS }, verb, values)
  await act(words, values, terminal)
  return EXIT.ok.code
}

async function list(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, [], 'service list')
  const data = await allServiceAccounts(client)
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('No service accounts yet. Make one with: freehold service create NAME\n')
  out(table(data))
}

function table(accounts: readonly ServiceAccount[]): string {
  const rows = accounts.map((one) => [
    one.id,
    one.role,
    one.disabledAt === null ? 'open' : 'disabled',
    one.class,
    one.ceiling,
    minute(one.createdAt),
    limitsText(one.limits) || '-',
    one.scopes.join(' '),
    one.name,
  ])
  return alignedTable([
    ['ID', 'ROLE', 'STATE', 'CLASS', 'CEILING', 'CREATED', 'LIMITS', 'SCOPES', 'NAME'],
    ...rows,
  ])
}

async function create(
  words: readonly string[],
  values: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['NAME'], 'service create')
  const { method, path, output } = OPERATIONS['service_account.create']
  const made = output.parse(await client.call(method, path, { name: words[0], ...(await grantOf(values)) }))
  out(values.json ? `${JSON.stringify(made)}\n` : `${table([made])}${opening(made)}\n`)
}

const opening = ({ id, keys, certificate, redirectUris }: ServiceAccount): string =>
  redirectUris.length > 0
    ? `People are signed in to it at /oidc/authorize as client ${id}.`
    : keys.length > 0 || certificate !== null
      ? `It gets access tokens at /oidc/token as client ${id}.`
      : `It opens nothing yet. Make a key for it: freehold key create --service ${id}`

async function show(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['SERVICE'], 'service show')
  const { id } = await serviceAccountOf(client, words[0] ?? '')
  const { method, path, output } = OPERATIONS['service_account.read']
  const found = output.parse(await client.call(method, path.replace('{id}', id)))
  out(json ? `${JSON.stringify(found)}\n` : table([found]))
}

async function change(words: readonly string[], values: Values, terminal: PeopleTerminal): Promise<void> {
  exactly(words, ['SERVICE'], 'service change')
  const wish = { ...(values.name === undefined ? {} : { name: values.name }), ...(await grantOf(values)) }
  if (Object.keys(wish).length === 0) throw new UsageError('say what to change; see freehold service --help')
  const changed = await changeAs(words[0] ?? '', wish, terminal)
  terminal.out(values.json ? `${JSON.stringify(changed)}\n` : table([changed]))
}

async function open(
  words: readonly string[],
  { json }: Values,
  { terminal, disabled }: { readonly terminal: PeopleTerminal; readonly disabled: boolean },
): Promise<void> {
  exactly(words, ['SERVICE'], `service ${disabled ? 'disable' : 'enable'}`)
  const changed = await changeAs(words[0] ?? '', { disabled }, terminal)
  const said = disabled ? 'is disabled: what it had open is ended, its keys open nothing' : 'is open'
  terminal.out(json ? `${JSON.stringify(changed)}\n` : `The service account ${changed.name} ${said}.\n`)
}

async function changeAs(who: string, wish: object, { client }: PeopleTerminal): Promise<ServiceAccount> {
  const { method, path, output } = OPERATIONS['service_account.change']
  const { id } = await serviceAccountOf(client, who)
  return output.parse(await client.call(method, path.replace('{id}', id), wish))
}

async function remove(
  words: readonly string[],
  { json, yes }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['SERVICE'], 'service delete')
  if (!yes) throw new UsageError('this deletes the service account and its keys. Repeat it with --yes')
  const { id } = await serviceAccountOf(client, words[0] ?? '')
  const { method, path } = OPERATIONS['service_account.delete']
  await client.call(method, path.replace('{id}', id))
  out(json ? `${JSON.stringify({ id, deleted: true })}\n` : 'The service account is deleted.\n')
}

/** What is left out is left to the server. */
async function grantOf(values: Values): Promise<object> {
  const { 'public-key': files, certificate, resource, role, scope, class: base, ceiling, limit } = values
  const { 'redirect-uri': redirectUris } = values
  // Whoever is given a key is to prove itself with it.
  const isPublic = values.public ?? (files !== undefined || (certificate ?? '') !== '' ? false : undefined)
  return {
    ...(role === undefined ? {} : { role }),
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(base === undefined ? {} : { class: base }),
    ...(ceiling === undefined ? {} : { ceiling }),
    ...(limit === undefined ? {} : { limits: readLimits(limit) }),
    ...(files === undefined ? {} : { keys: await readPublicKeys(files) }),
    ...(certificate === undefined ? {} : { certificate: certificate === '' ? null : certificate }),
    ...(resource === undefined ? {} : { resources: resource }),
    ...(redirectUris === undefined ? {} : { redirectUris: redirectUris.filter((uri) => uri !== '') }),
    ...(isPublic === undefined ? {} : { public: isPublic }),
  }
}
