import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { tenantView } from '@freehold/contract/tenants.ts'
import type { z } from 'zod'
import { EXIT } from './exit-codes.ts'
import { limitsText, readLimits } from './key-limits.ts'
import { actOf, exactly, minute, pages } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Client } from './client.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

const OPTIONS = {
  owner: { type: 'string' },
  hours: { type: 'string' },
  people: { type: 'string' },
  keys: { type: 'string' },
  storage: { type: 'string' },
  limit: { type: 'string', multiple: true },
  source: { type: 'string', multiple: true },
  to: { type: 'string', multiple: true },
  confirm: { type: 'string' },
  grace: { type: 'string' },
  out: { type: 'string' },
  isolation: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type TenantTerminal = Pick<Terminal, 'out' | 'signal'> & { readonly client: Pick<Client, 'call' | 'stream'> }
type Tenant = z.output<typeof tenantView>
type Verb = (words: readonly string[], values: Values, terminal: TenantTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = {
  list,
  create,
  show,
  invite,
  bound,
  suspend: (words, values, terminal) => turn(words, values, { terminal, operation: 'tenant.suspend' }),
  delete: remove,
  export: handOut,
  resume: (words, values, terminal) => turn(words, values, { terminal, operation: 'tenant.resume' }),
}
/** Who may say which option. */
const BELONGS = {
  owner: ['create', 'invite'],
  hours: ['create', 'invite'],
  isolation: ['create'],
  confirm: ['delete'],
  grace: ['delete'],
  out: ['export'],
  ...Object.fromEntries(
    ['people', 'keys', 'storage', 'limit', 'source', 'to'].map((name) => [name, ['bound']]),
  ),
}

/** Looks after tenants. */
export const tenant: Command & {
  readonly run: (args: readonly string[], terminal: TenantTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Make tenants and look after them',
    usage: [
      'freehold tenant list | show TENANT [--json]',
      'freehold tenant create SLUG [--owner NAME] [--hours N] [--isolation pooled|database] [--json]',
      'freehold tenant invite TENANT [--owner NAME] [--hours N] [--json]',
      'freehold tenant bound TENANT [--people N] [--keys N] [--storage BYTES] [--limit NAME=NUMBER]',
      '         [--source NETWORK] [--to TARGET] [--json]',
      'freehold tenant suspend | resume TENANT [--json]',
      'freehold tenant export TENANT --out FILE',
      'freehold tenant delete TENANT --confirm TENANT [--grace DAYS] [--json]',
    ].join('\n       '),
    options: {
      SLUG: 'what the tenant is called, in small letters, digits and hyphens',
      TENANT: 'what a tenant is called, or its id',
      '--owner NAME':
        'what its first owner will be called; whoever opens the link chooses where it is left out',
      '--hours N': 'how long the link is good for, up to 720 (default: 72)',
      '--isolation LEVEL':
        'pooled: beside other tenants in one database; database: in one of its own, for good (default: pooled)',
      bound: 'say all that bounds the tenant; what is left out does not bound it any more',
      '--people N': 'accounts at most; --keys N: API keys at most; --storage BYTES: documents at most',
      '--limit NAME=NUMBER':
        'as for API keys, for all requests of the tenant together; repeat it for several',
      '--source NETWORK': 'from where it is used, such as 10.20.0.0/16; repeat it for several',
      '--to TARGET': 'what it may reach: a target, or host:NAME; repeat it for several, "none" for nothing',
      suspend: 'nobody comes in any more, what is under way ends, and its keys leave the memory',
      export: 'all that the tenant has, opened, as JSON lines; a file of this name must not be there yet',
      delete: 'shut it, and after the time of grace destroy its keys and all that it has; resume keeps it',
      '--grace DAYS': 'until then it can be opened again, up to 90 (default: 7)',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold tenant create north-clinic --owner "Berta Schulze"',
      'freehold tenant create south-clinic --isolation database',
      'freehold tenant list',
      'freehold tenant invite north-clinic',
      'freehold tenant bound north-clinic --people 50 --source 10.20.0.0/16 --to house-qwen',
      'freehold tenant suspend north-clinic',
      'freehold tenant export north-clinic --out north-clinic.jsonl',
      'freehold tenant delete north-clinic --confirm north-clinic --grace 30',
    ],
  }),
  run: tenantCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function tenantCommand(args: readonly string[], terminal: TenantTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  await actOf({ command: 'tenant', verbs: VERBS, belongs: BELONGS }, verb, values)(words, values, terminal)
  return EXIT.ok.code
}

async function list(words: readonly string[], { json }: Values, { client, out }: TenantTerminal) {
  exactly(words, [], 'tenant list')
  const data = await allTenants(client)
  out(json ? `${JSON.stringify({ data })}\n` : tableOf(data))
}

async function show(words: readonly string[], { json }: Values, { client, out }: TenantTerminal) {
  exactly(words, ['TENANT'], 'tenant show')
  const found = await tenantOf(client, words[0] ?? '')
  if (json) return out(`${JSON.stringify(found)}\n`)
  out(tableOf([found]) + boundsText(found))
}

async function create(words: readonly string[], values: Values, terminal: TenantTerminal) {
  exactly(words, ['SLUG'], 'tenant create')
  const { method, path, output } = OPERATIONS['tenant.create']
  const made = output.parse(
    await terminal.client.call(method, path, {
      slug: words[0],
      ...firstOwner(values),
      ...(values.isolation !== undefined && { isolation: values.isolation }),
    }),
  )
  if (values.json) return terminal.out(`${JSON.stringify(made)}\n`)
  terminal.out(`The tenant ${made.slug ?? made.id} is there: ${made.id}\n`)
  showLink(made, terminal)
}

async function invite(words: readonly string[], values: Values, terminal: TenantTerminal) {
  exactly(words, ['TENANT'], 'tenant invite')
  const { method, path, output } = OPERATIONS['tenant.invite']
  const { id } = await tenantOf(terminal.client, words[0] ?? '')
  const made = output.parse(await terminal.client.call(method, path.replace('{id}', id), firstOwner(values)))
  if (values.json) return terminal.out(`${JSON.stringify(made)}\n`)
  showLink(made, terminal)
}

async function bound(words: readonly string[], values: Values, terminal: TenantTerminal) {
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
  how: { readonly terminal: TenantTerminal; readonly operation: 'tenant.suspend' | 'tenant.resume' },
) {
  const { client } = how.terminal
  exactly(words, ['TENANT'], how.operation.replace('.', ' '))
  const { method, path, output } = OPERATIONS[how.operation]
  const { id } = await tenantOf(client, words[0] ?? '')
  told(output.parse(await client.call(method, path.replace('{id}', id))), values, how.terminal)
}

async function remove(words: readonly string[], values: Values, terminal: TenantTerminal) {
  exactly(words, ['TENANT'], 'tenant delete')
  const { confirm, grace = '7' } = values
  if (confirm === undefined)
    throw new UsageError('name the tenant twice: freehold tenant delete TENANT --confirm TENANT')
  const { method, path, output } = OPERATIONS['tenant.delete']
  const { id } = await tenantOf(terminal.client, words[0] ?? '')
  const asked = { confirm, ...counted('grace', grace, 'graceDays') }
  told(output.parse(await terminal.client.call(method, path.replace('{id}', id), asked)), values, terminal)
}

async function handOut(words: readonly string[], { out: file }: Values, terminal: TenantTerminal) {
  exactly(words, ['TENANT'], 'tenant export')
  if (file === undefined) throw new UsageError('say where to: freehold tenant export TENANT --out FILE')
  const { client, signal, out } = terminal
  const { id } = await tenantOf(client, words[0] ?? '')
  const answer = await client.stream(OPERATIONS['tenant.export'].path.replace('{id}', id), {}, signal)
  // Never over what is there, and for nobody else to read.
  await pipeline(answer, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal })
  out(`Written: ${file}. It holds what people wrote, unencrypted.\n`)
}

function told(tenant_: Tenant, { json }: Values, { out }: TenantTerminal): void {
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
  { out }: Pick<TenantTerminal, 'out'>,
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

const stateOf = ({ home, claimed, suspendedAt, deletesAt, reachable }: Tenant): string => {
  if (home) return 'home'
  if (!reachable) return 'its database does not answer'
  if (deletesAt !== null) return `is deleted from ${minute(deletesAt)}`
  if (suspendedAt !== null) return 'suspended'
  return claimed ? 'open' : 'waits for its owner'
}

function tableOf(tenants: readonly Tenant[]): string {
  const rows = tenants.map((one) => [
    one.id,
    stateOf(one),
    one.isolation,
    minute(one.createdAt),
    one.slug ?? '-',
  ])
  return alignedTable([['ID', 'STATE', 'ISOLATION', 'CREATED', 'NAME'], ...rows])
}

function allTenants(client: TenantTerminal['client']): Promise<Tenant[]> {
  const { method, path, output } = OPERATIONS['tenant.list']
  return pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
}

/** @throws UsageError where there is none */
async function tenantOf(client: TenantTerminal['client'], text: string): Promise<Tenant> {
  const found = (await allTenants(client)).find(({ id, slug }) => id === text || slug === text)
  if (found === undefined) throw new UsageError(`no tenant is called "${text}". See: freehold tenant list`)
  return found
}
