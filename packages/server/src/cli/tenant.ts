import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { tenantView } from '@freehold/contract/tenants.ts'
import type { z } from 'zod'
import { EXIT } from './exit-codes.ts'
import { limitsText, readLimits } from './key-limits.ts'
import { actOf, exactly, minute, pages } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import type { PeopleTerminal } from './user.ts'

const OPTIONS = {
  owner: { type: 'string' },
  hours: { type: 'string' },
  people: { type: 'string' },
  keys: { type: 'string' },
  storage: { type: 'string' },
  limit: { type: 'string', multiple: true },
  source: { type: 'string', multiple: true },
  to: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type Tenant = z.output<typeof tenantView>
type Verb = (words: readonly string[], values: Values, terminal: PeopleTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = {
  list,
  create,
  show,
  invite,
  bound,
  suspend: (words, values, terminal) => turn(words, values, { terminal, operation: 'tenant.suspend' }),
  resume: (words, values, terminal) => turn(words, values, { terminal, operation: 'tenant.resume' }),
}
/** Who may say which option. */
const BELONGS = {
  owner: ['create', 'invite'],
  hours: ['create', 'invite'],
  ...Object.fromEntries(
    ['people', 'keys', 'storage', 'limit', 'source', 'to'].map((name) => [name, ['bound']]),
  ),
}

/** Looks after tenants. */
export const tenant: Command & {
  readonly run: (args: readonly string[], terminal: PeopleTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Make tenants and look after them',
    usage: [
      'freehold tenant list | show TENANT [--json]',
      'freehold tenant create SLUG [--owner NAME] [--hours N] [--json]',
      'freehold tenant invite TENANT [--owner NAME] [--hours N] [--json]',
      'freehold tenant bound TENANT [--people N] [--keys N] [--storage BYTES] [--limit NAME=NUMBER]',
      '         [--source NETWORK] [--to TARGET] [--json]',
      'freehold tenant suspend | resume TENANT [--json]',
    ].join('\n       '),
    options: {
      SLUG: 'what the tenant is called, in small letters, digits and hyphens',
      TENANT: 'what a tenant is called, or its id',
      '--owner NAME':
        'what its first owner will be called; whoever opens the link chooses where it is left out',
      '--hours N': 'how long the link is good for, up to 720 (default: 72)',
      bound: 'say all that bounds the tenant; what is left out does not bound it any more',
      '--people N': 'accounts at most; --keys N: API keys at most; --storage BYTES: documents at most',
      '--limit NAME=NUMBER':
        'as for API keys, for all requests of the tenant together; repeat it for several',
      '--source NETWORK': 'from where it is used, such as 10.20.0.0/16; repeat it for several',
      '--to TARGET': 'what it may reach: a target, or host:NAME; repeat it for several, "none" for nothing',
      suspend: 'nobody comes in any more, what is under way ends, and its keys leave the memory',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold tenant create north-clinic --owner "Berta Schulze"',
      'freehold tenant list',
      'freehold tenant invite north-clinic',
      'freehold tenant bound north-clinic --people 50 --source 10.20.0.0/16 --to house-qwen',
      'freehold tenant suspend north-clinic',
    ],
  }),
  run: tenantCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function tenantCommand(args: readonly string[], terminal: PeopleTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  await actOf({ command: 'tenant', verbs: VERBS, belongs: BELONGS }, verb, values)(words, values, terminal)
  return EXIT.ok.code
}

async function list(words: readonly string[], { json }: Values, { client, out }: PeopleTerminal) {
  exactly(words, [], 'tenant list')
  const data = await allTenants(client)
  out(json ? `${JSON.stringify({ data })}\n` : tableOf(data))
}

async function show(words: readonly string[], { json }: Values, { client, out }: PeopleTerminal) {
  exactly(words, ['TENANT'], 'tenant show')
  const found = await tenantOf(client, words[0] ?? '')
  if (json) return out(`${JSON.stringify(found)}\n`)
  out(tableOf([found]) + boundsText(found))
}

async function create(words: readonly string[], values: Values, terminal: PeopleTerminal) {
  exactly(words, ['SLUG'], 'tenant create')
  const { method, path, output } = OPERATIONS['tenant.create']
  const made = output.parse(
    await terminal.client.call(method, path, { slug: words[0], ...firstOwner(values) }),
  )
  if (values.json) return terminal.out(`${JSON.stringify(made)}\n`)
  terminal.out(`The tenant ${made.slug ?? made.id} is there: ${made.id}\n`)
  showLink(made, terminal)
}

async function invite(words: readonly string[], values: Values, terminal: PeopleTerminal) {
  exactly(words, ['TENANT'], 'tenant invite')
  const { method, path, output } = OPERATIONS['tenant.invite']
  const { id } = await tenantOf(terminal.client, words[0] ?? '')
  const made = output.parse(await terminal.client.call(method, path.replace('{id}', id), firstOwner(values)))
  if (values.json) return terminal.out(`${JSON.stringify(made)}\n`)
  showLink(made, terminal)
}

async function bound(words: readonly string[], values: Values, terminal: PeopleTerminal) {
  exactly(words, ['TENANT'], 'tenant bound')
  const { method, path, output } = OPERATIONS['tenant.bound']
  const { people, keys, storage, limit, source, to } = values
  const bounds = {
    ...counted('people', people),
    ...counted('keys', keys),
    ...counted('storage', storage, 'storageBytes'),
    ...(limit && { limits: readLimits(limit) }),
    ...(source && { sources: source }),
    ...(to && { destinations: to.length === 1 && to[0] === 'none' ? [] : to }),
  }
  const { id } = await tenantOf(terminal.client, words[0] ?? '')
  told(output.parse(await terminal.client.call(method, path.replace('{id}', id), bounds)), values, terminal)
}

function counted(option: string, text: string | undefined, name = option): Readonly<Record<string, number>> {
  if (text === undefined) return {}
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${option}: "${text}" is not a whole number`)
  return { [name]: Number(text) }
}

async function turn(
  words: readonly string[],
  values: Values,
  how: { readonly terminal: PeopleTerminal; readonly operation: 'tenant.suspend' | 'tenant.resume' },
) {
  const { client } = how.terminal
  exactly(words, ['TENANT'], how.operation.replace('.', ' '))
  const { method, path, output } = OPERATIONS[how.operation]
  const { id } = await tenantOf(client, words[0] ?? '')
  told(output.parse(await client.call(method, path.replace('{id}', id))), values, how.terminal)
}

function told(tenant_: Tenant, { json }: Values, { out }: PeopleTerminal): void {
  out(json ? `${JSON.stringify(tenant_)}\n` : tableOf([tenant_]))
}

function firstOwner({ owner, hours: written }: Values): { owner?: string; hours?: number } {
  const hours = written === undefined ? undefined : Number(written)
  if (hours !== undefined && !Number.isInteger(hours))
    throw new UsageError(`--hours: "${written}" is not a whole number of hours`)
  return { ...(owner !== undefined && { owner }), ...(hours !== undefined && { hours }) }
}

function showLink(
  { link, expiresAt }: { readonly link: string; readonly expiresAt: string },
  { out }: Pick<PeopleTerminal, 'out'>,
): void {
  out(`Its first owner opens this once, until ${minute(expiresAt)}. It is not shown again:\n${link}\n`)
}

function boundsText({ bounds }: Tenant): string {
  const { limits = {}, sources, destinations, ...quotas } = bounds
  const lines = [
    ...Object.entries(quotas).map(([name, most]) => `${name} at most ${most}`),
    limitsText(limits),
    sources ? `from ${sources.join(' ')}` : '',
    destinations ? `may reach ${destinations.join(' ') || 'nothing'}` : '',
  ]
  return lines
    .filter((line) => line !== '')
    .map((line) => `  ${line}\n`)
    .join('')
}

const stateOf = ({ home, claimed, suspendedAt }: Tenant): string => {
  if (home) return 'home'
  if (suspendedAt !== null) return 'suspended'
  return claimed ? 'open' : 'waits for its owner'
}

function tableOf(tenants: readonly Tenant[]): string {
  const rows = tenants.map((one) => [one.id, stateOf(one), minute(one.createdAt), one.slug ?? '-'])
  return alignedTable([['ID', 'STATE', 'CREATED', 'NAME'], ...rows])
}

function allTenants(client: PeopleTerminal['client']): Promise<Tenant[]> {
  const { method, path, output } = OPERATIONS['tenant.list']
  return pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
}

/** @throws UsageError where there is none */
async function tenantOf(client: PeopleTerminal['client'], text: string): Promise<Tenant> {
  const found = (await allTenants(client)).find(({ id, slug }) => id === text || slug === text)
  if (found === undefined) throw new UsageError(`no tenant is called "${text}". See: freehold tenant list`)
  return found
}
