import { parseArgs } from 'node:util'
import { DEFAULT_SCOPES, SCOPES } from '@freehold/contract/actions.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { faultBody } from '@freehold/contract/fault-body.ts'
import { keyCreated, scope as scopeWord } from '@freehold/contract/identity.ts'
import type { keyView } from '@freehold/contract/identity.ts'
import { LIMIT_NAMES } from '@freehold/contract/limits.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { limitsText, readLimits } from './key-limits.ts'
import { serviceAccountOf } from './service-names.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type KeyTerminal = Pick<Terminal, 'out' | 'err'> & {
  readonly client: Pick<Client, 'request' | 'call'>
  readonly now?: () => number
}

const OPTIONS = {
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  class: { type: 'string' },
  ceiling: { type: 'string' },
  expires: { type: 'string' },
  service: { type: 'string' },
  limit: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const
const CREATE_ONLY = ['name', 'scope', 'class', 'ceiling', 'expires', 'service', 'limit'] as const
const OPTION_OF_FIELD: Readonly<Record<string, string>> = { scopes: '--scope', expiresAt: '--expires' }
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

type Values = ReturnType<typeof parse>['values']

/** `freehold key create|list|revoke`. @returns 0 done, 1 refused @throws UsageError */
async function keyCommand(args: readonly string[], terminal: KeyTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb, ...rest] = positionals
  if (verb !== 'create') refuseOptions(values, verb)
  if (verb === 'revoke') return revoke(rest, values, terminal)
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}" after "freehold key ${verb}"`)
  if (verb === 'create') return create(values, terminal)
  if (verb === 'list') return list(values, terminal)
  throw new UsageError('say what to do: freehold key create, list or revoke')
}

/** Makes, shows and revokes API keys. */
export const key: Command & {
  readonly run: (args: readonly string[], terminal: KeyTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Create, list and revoke API keys',
    usage: 'freehold key create [OPTIONS] | list [--json] | revoke ID [--json]',
    options: {
      '--name NAME': 'what the list calls the key',
      '--scope SCOPE': `${SCOPES.join(', ')}, or "*" for all that you may do; repeat it for several (default: ${DEFAULT_SCOPES.join(' ')})`,
      '--class CLASS': `what requests count as at least: ${DATA_CLASSES.join(', ')} (default: internal)`,
      '--ceiling CLASS': 'the highest class the key may send or read (default: restricted)',
      '--expires WHEN': 'a time from now (12h, 30d, 8w) or an instant (2027-01-01T00:00:00Z); default: never',
      '--service SERVICE':
        'the service account that it belongs to; it may do all that the service account may unless told otherwise',
      '--limit NAME=NUMBER': `what it may use at most: ${LIMIT_NAMES.join(', ')}; repeat it for several, or part them by commas (default: those of the configuration)`,
      '--json': 'one line of JSON: {id, key, …} for create, {data: […]} for list',
    },
    examples: [
      'freehold key create --name laptop',
      'freehold key create --name nightly --scope model --scope knowledge --expires 90d --json',
      'freehold key create --name batch --limit rpm=60 --limit tokensPerDay=100000',
      'freehold key create --service nightly-report --expires 90d',
      'freehold key revoke 4Zk9qX0bTr1P',
    ],
  }),
  run: keyCommand,
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
}

async function create(values: Values, terminal: KeyTerminal): Promise<number> {
  const input = {
    ...(values.service === undefined ? {} : await belonging(values.service, terminal)),
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values.scope === undefined ? {} : { scopes: values.scope.map(requireScope) }),
    ...(values.class === undefined ? {} : { class: requireClass('--class', values.class) }),
    ...(values.ceiling === undefined ? {} : { ceiling: requireClass('--ceiling', values.ceiling) }),
    ...(values.expires === undefined
      ? {}
      : { expiresAt: readExpiry(values.expires, terminal.now?.() ?? Date.now()) }),
    ...(values.limit === undefined ? {} : { limits: readLimits(values.limit) }),
  }
  const { method, path } = OPERATIONS['key.create']
  const reply = await terminal.client.request(method, path, input)
  if (reply.status >= 400) return refused(reply, terminal)
  const created = keyCreated.parse(reply.body)
  if (values.json) {
    const { id, key, ...rest } = created
    terminal.out(`${JSON.stringify({ id, key, ...rest })}\n`)
    return EXIT.ok.code
  }
  terminal.out(`${created.key}\n`)
  terminal.err(
    `Key ${created.id}: class ${created.class}, ceiling ${created.ceiling}, scopes ${created.scopes.join(' ')}, ` +
      `${created.expiresAt === null ? 'never expires' : `expires ${minute(created.expiresAt)}`}, ` +
      `limits ${limitsText(created.limits) || 'of the configuration'}.\n` +
      `Keep it now: it is shown only this once. Whoever holds it can act in ${values.service === undefined ? 'your' : 'its'} name.`,
  )
  return EXIT.ok.code
}

/** A key of a service account has its class and ceiling, and all its scopes, where nothing else is asked for. */
async function belonging(name: string, { client }: KeyTerminal): Promise<object> {
  const { id, class: base, ceiling } = await serviceAccountOf(client, name)
  return { service: id, scopes: ['*'], class: base, ceiling }
}

async function list(values: Values, terminal: KeyTerminal): Promise<number> {
  const { method, path, output } = OPERATIONS['key.list']
  const keys: z.output<typeof keyView>[] = []
  let after: string | null = null
  do {
    const query = new URLSearchParams({ limit: '200', ...(after === null ? {} : { after }) })
    const reply = await terminal.client.request(method, `${path}?${query.toString()}`)
    if (reply.status >= 400) return refused(reply, terminal)
    const page = output.parse(reply.body)
    keys.push(...page.data)
    after = page.next
  } while (after !== null)
  if (values.json) terminal.out(`${JSON.stringify({ data: keys })}\n`)
  else
    terminal.out(
      keys.length === 0 ? 'No keys yet. Make one with: freehold key create\n' : table(keys, terminal),
    )
  return EXIT.ok.code
}

async function revoke(rest: readonly string[], values: Values, terminal: KeyTerminal): Promise<number> {
  const [given] = rest
  if (given === undefined || rest.length > 1)
    throw new UsageError('revoke takes one ID; see freehold key list')
  // Whoever pastes the whole key means its id, and the secret has no business on the wire.
  const id = /^fh_([\dA-Za-z]{12})_/.exec(given)?.[1] ?? given
  const { method, path } = OPERATIONS['key.revoke']
  const reply = await terminal.client.request(method, path.replace('{id}', encodeURIComponent(id)))
  if (reply.status >= 400) return refused(reply, terminal)
  terminal.out(values.json ? `${JSON.stringify({ id, revoked: true })}\n` : `Key ${id} is revoked.\n`)
  return EXIT.ok.code
}

function refused(
  { status, body }: { readonly status: number; readonly body: unknown },
  terminal: KeyTerminal,
): number {
  const parsed = faultBody.safeParse(body)
  const { message, param } = parsed.success
    ? parsed.data.error
    : { message: `the answer could not be read (status ${status})`, param: null }
  const option = param === null ? '' : `${OPTION_OF_FIELD[param] ?? `--${param}`}: `
  terminal.err(`freehold: ${option}${message}`)
  return EXIT.refused.code
}

function refuseOptions(values: Values, verb: string | undefined): void {
  const stray = CREATE_ONLY.find((option) => values[option] !== undefined)
  if (stray !== undefined && verb !== undefined)
    throw new UsageError(`--${stray} belongs to "create", not "${verb}"`)
}

function requireScope(text: string): string {
  const parsed = scopeWord.safeParse(text)
  if (parsed.success) return parsed.data
  throw new UsageError(
    `--scope: "${text}" is not a scope. Choose from ${SCOPES.join(', ')} or "*"; repeat --scope for several`,
  )
}

function requireClass(option: string, text: string): string {
  const found = DATA_CLASSES.find((name) => name === text)
  if (found !== undefined) return found
  throw new UsageError(`${option}: "${text}" is not a class. Choose from ${DATA_CLASSES.join(', ')}`)
}

/** An ISO 8601 instant from `30d` or from an instant. */
function readExpiry(text: string, nowMs: number): string {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? []
  const atMs = unit === undefined ? instant(text) : nowMs + Number(count) * (UNIT_MS[unit] ?? 0)
  if (Number.isNaN(atMs)) {
    throw new UsageError(
      `--expires: "${text}" is not a time. Write 12h, 30d, 8w or an instant such as 2027-01-01T00:00:00Z`,
    )
  }
  if (atMs <= nowMs) throw new UsageError(`--expires: "${text}" is in the past. Give a time to come`)
  return new Date(atMs).toISOString()
}

function instant(text: string): number {
  return INSTANT.test(text) ? Date.parse(text) : Number.NaN
}

/** NAME stands last: its width on the screen is anybody's guess once it is Chinese. */
function table(keys: readonly z.output<typeof keyView>[], terminal: KeyTerminal): string {
  const nowMs = terminal.now?.() ?? Date.now()
  const rows = [
    ['ID', 'STATE', 'CLASS', 'CEILING', 'CREATED', 'LAST USED', 'LIMITS', 'SCOPES', 'NAME'],
    ...keys.map((key) => [
      key.id,
      stateOf(key, nowMs),
      key.class,
      key.ceiling,
      minute(key.createdAt),
      key.lastUsedAt === null ? 'never' : minute(key.lastUsedAt),
      limitsText(key.limits) || '-',
      key.scopes.join(' '),
      key.name ?? '',
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

function stateOf(key: z.output<typeof keyView>, nowMs: number): string {
  if (key.revokedAt !== null) return 'revoked'
  if (key.expiresAt === null) return 'good'
  return Date.parse(key.expiresAt) <= nowMs ? 'expired' : `until ${minute(key.expiresAt)}`
}

function minute(instantText: string): string {
  return `${instantText.slice(0, 16).replace('T', ' ')}Z`
}
