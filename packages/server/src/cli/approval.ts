import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { EXIT } from './exit-codes.ts'
import { actOf, exactly, minute, pages } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type ApprovalTerminal = Pick<Terminal, 'out'> & { readonly client: Pick<Terminal['client'], 'call'> }

const OPTIONS = {
  always: { type: 'boolean', default: false },
  days: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type Verb = (words: readonly string[], values: Values, terminal: ApprovalTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = {
  list,
  allow,
  deny: (words, values, terminal) => decide('deny', words, values, terminal),
  grants,
  revoke,
}
const BELONGS = { always: ['allow'], days: ['allow'] }

/** What tools would do in the caller's runs, and what it need not be asked about. */
export const approval: Command & {
  readonly run: (args: readonly string[], terminal: ApprovalTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Approve or deny what tools would do in your runs',
    usage: [
      'freehold approval list [--json]',
      'freehold approval allow APPROVAL [--always [--days N]] [--json]',
      'freehold approval deny APPROVAL [--json]',
      'freehold approval grants [--json]',
      'freehold approval revoke GRANT [--json]',
    ].join('\n       '),
    options: {
      '--always':
        'allow: and do not ask for calls like it, as long as no untrusted text could have ordered them',
      '--days N': 'allow --always: for how long, 1 to 365 (default: 30)',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: ['freehold approval list', 'freehold approval grants'],
  }),
  run: approvalCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function approvalCommand(args: readonly string[], terminal: ApprovalTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  await actOf({ command: 'approval', verbs: VERBS, belongs: BELONGS }, verb, values)(words, values, terminal)
  return EXIT.ok.code
}

async function list(
  words: readonly string[],
  { json }: Values,
  { client, out }: ApprovalTerminal,
): Promise<void> {
  exactly(words, [], 'approval list')
  const { method, path, output } = OPERATIONS['approval.list']
  const data = await pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('Nothing waits for your approval.\n')
  const rows = data.map((one) => [
    one.id,
    one.tool,
    one.effect,
    one.because,
    minute(one.expiresAt),
    one.arguments,
  ])
  out(alignedTable([['ID', 'TOOL', 'EFFECT', 'BECAUSE', 'UNTIL', 'ARGUMENTS'], ...rows]))
}

function allow(words: readonly string[], values: Values, terminal: ApprovalTerminal): Promise<void> {
  if (values.days !== undefined && !values.always) throw new UsageError('--days belongs to --always')
  return decide(values.always ? 'always' : 'once', words, values, terminal)
}

async function decide(
  decision: 'once' | 'always' | 'deny',
  words: readonly string[],
  { days, json }: Values,
  { client, out }: ApprovalTerminal,
): Promise<void> {
  exactly(words, ['APPROVAL'], `approval ${decision === 'deny' ? 'deny' : 'allow'}`)
  const asked = days === undefined ? undefined : Number(days)
  if (asked !== undefined && !Number.isInteger(asked))
    throw new UsageError(`--days: "${days}" is not a whole number of days`)
  const { method, path, output } = OPERATIONS['approval.decide']
  const at = path.replace('{id}', encodeURIComponent(words[0] ?? ''))
  const decided = output.parse(
    await client.call(method, at, { decision, ...(asked !== undefined && { days: asked }) }),
  )
  if (json) return out(`${JSON.stringify(decided)}\n`)
  out(decision === 'deny' ? 'It is not done.\n' : 'It may be done.\n')
}

async function grants(
  words: readonly string[],
  { json }: Values,
  { client, out }: ApprovalTerminal,
): Promise<void> {
  exactly(words, [], 'approval grants')
  const { method, path, output } = OPERATIONS['tool_grant.list']
  const data = await pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('You are asked about every call.\n')
  const rows = data.map((one) => [
    one.id,
    one.tool,
    one.scope === '' ? '-' : one.scope,
    minute(one.expiresAt),
  ])
  out(alignedTable([['ID', 'TOOL', 'ONLY', 'UNTIL'], ...rows]))
}

async function revoke(
  words: readonly string[],
  { json }: Values,
  { client, out }: ApprovalTerminal,
): Promise<void> {
  exactly(words, ['GRANT'], 'approval revoke')
  const { method, path } = OPERATIONS['tool_grant.revoke']
  await client.call(method, path.replace('{id}', encodeURIComponent(words[0] ?? '')))
  out(json ? `${JSON.stringify({ revoked: words[0] })}\n` : 'You are asked again.\n')
}
