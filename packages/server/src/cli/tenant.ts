import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { tenantView } from '@freehold/contract/tenants.ts'
import type { z } from 'zod'
import { EXIT } from './exit-codes.ts'
import { actOf, exactly, minute, pages } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import type { PeopleTerminal } from './user.ts'

const OPTIONS = {
  owner: { type: 'string' },
  hours: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type Tenant = z.output<typeof tenantView>
type Verb = (words: readonly string[], values: Values, terminal: PeopleTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = { list, create, show, invite }
/** Who may say which option. */
const BELONGS = {
  owner: ['create', 'invite'],
  hours: ['create', 'invite'],
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
    ].join('\n       '),
    options: {
      SLUG: 'what the tenant is called, in small letters, digits and hyphens',
      TENANT: 'what a tenant is called, or its id',
      '--owner NAME':
        'what its first owner will be called; whoever opens the link chooses where it is left out',
      '--hours N': 'how long the link is good for, up to 720 (default: 72)',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold tenant create north-clinic --owner "Berta Schulze"',
      'freehold tenant list',
      'freehold tenant invite north-clinic',
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
  out(json ? `${JSON.stringify(found)}\n` : tableOf([found]))
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

function tableOf(tenants: readonly Tenant[]): string {
  const rows = tenants.map((one) => [
    one.id,
    one.home ? 'home' : one.claimed ? 'open' : 'waits for its owner',
    minute(one.createdAt),
    one.slug ?? '-',
  ])
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
