import { parseArgs } from 'node:util'
import { holdInput } from '@freehold/contract/keeping.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { EXIT } from './exit-codes.ts'
import { actOf, exactly, minute, pages, userId } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import type { PeopleTerminal } from './user.ts'

const text = { type: 'string' } as const
const OPTIONS = {
  person: text,
  collection: text,
  since: text,
  until: text,
  everything: { type: 'boolean', default: false },
  reason: text,
  expires: text,
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type Verb = (words: readonly string[], values: Values, terminal: PeopleTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = { add, list, lift }
const ADD = ['add']
const BELONGS = {
  person: ADD,
  collection: ADD,
  since: ADD,
  until: ADD,
  everything: ADD,
  reason: ADD,
  expires: ADD,
}

/** Keeps what must be kept, whatever else says that it should go. */
export const hold: Command & {
  readonly run: (args: readonly string[], terminal: PeopleTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Add, list and lift legal holds: what they cover neither runs out nor is erased',
    usage: [
      'freehold hold add --person USER | --collection ID | --since TIME --until TIME | --everything --reason TEXT [--expires TIME] [--json]',
      'freehold hold list [--json]',
      'freehold hold lift HOLD [--json]',
    ].join('\n       '),
    options: {
      '--person USER': 'everything of this person, by name or id',
      '--collection ID': 'the documents of this collection',
      '--since TIME':
        'records made from this time on, as in 2027-01-31T08:00:00Z; with --until, before which',
      '--everything': 'everything that is kept',
      '--reason TEXT': 'why: a matter, a file number',
      '--expires TIME': 'it counts until then (default: until it is lifted)',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: ['freehold hold add --person "Berta Schulze" --reason "Matter 2027/14"', 'freehold hold list'],
  }),
  run: holdCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function holdCommand(args: readonly string[], terminal: PeopleTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  await actOf({ command: 'hold', verbs: VERBS, belongs: BELONGS }, verb, values)(words, values, terminal)
  return EXIT.ok.code
}

async function add(words: readonly string[], values: Values, terminal: PeopleTerminal): Promise<void> {
  exactly(words, [], 'hold add')
  const { client, out } = terminal
  const { person, collection, since, until, everything, reason, expires } = values
  const scopes = [
    person !== undefined && { scope: 'person', person: await userId(client, person) },
    collection !== undefined && { scope: 'collection', collection },
    (since !== undefined || until !== undefined) && { scope: 'time', since, until },
    everything && { scope: 'everything' },
  ].filter((one) => one !== false)
  const [scope] = scopes
  if (!scope || scopes.length > 1)
    throw new UsageError('say what to hold: --person, --collection, --since with --until, or --everything')
  const asked = holdInput.safeParse({
    ...scope,
    reason,
    ...(expires !== undefined && { expiresAt: expires }),
  })
  if (!asked.success) {
    const [issue] = asked.error.issues
    throw new UsageError(`--${String(issue?.path[0] ?? 'reason')}: ${issue?.message ?? 'is missing'}`)
  }
  const { method, path, output } = OPERATIONS['hold.add']
  const made = output.parse(await client.call(method, path, asked.data))
  out(values.json ? `${JSON.stringify(made)}\n` : `${made.id}\n`)
}

async function list(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, [], 'hold list')
  const { method, path, output } = OPERATIONS['hold.list']
  const data = await pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('Nothing is held.\n')
  const rows = data.map((one) => [
    one.id,
    one.liftedAt === null ? 'held' : 'lifted',
    one.person ?? one.collection ?? (one.since === null ? one.scope : `${one.since} to ${String(one.until)}`),
    minute(one.createdAt),
    one.expiresAt === null ? '-' : minute(one.expiresAt),
    one.reason,
  ])
  out(alignedTable([['ID', 'STATE', 'WHAT', 'ADDED', 'EXPIRES', 'WHY'], ...rows]))
}

async function lift(
  words: readonly string[],
  { json }: Values,
  { client, out }: PeopleTerminal,
): Promise<void> {
  exactly(words, ['HOLD'], 'hold lift')
  const { method, path, output } = OPERATIONS['hold.lift']
  const at = path.replace('{id}', encodeURIComponent(words[0] ?? ''))
  const lifted = output.parse(await client.call(method, at))
  out(json ? `${JSON.stringify(lifted)}\n` : 'The hold is lifted.\n')
}
