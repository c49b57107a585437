import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { OperationId } from '@freehold/contract/operations.ts'
import type { SourceView } from '@freehold/contract/sources.ts'
import { sourceInput, sourceView } from '@freehold/contract/sources.ts'
import { parse as parseYaml } from 'yaml'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { actOf, exactly, isNamed, minute, pages } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

export type SourceTerminal = Pick<Terminal, 'out' | 'cwd' | 'env'> & {
  readonly client: Pick<Client, 'call'>
  readonly stdin?: NodeJS.ReadableStream
}

const text = { type: 'string' } as const
const OPTIONS = {
  collection: text,
  folder: text,
  file: text,
  every: text,
  class: text,
  failed: { type: 'boolean', default: false },
  'keep-documents': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type Verb = (words: readonly string[], values: Values, terminal: SourceTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = {
  add,
  list,
  show,
  items,
  sync: (words, values, terminal) => act('sync', { id: 'source.sync', words, values, terminal }),
  set: change,
  pause: (words, values, terminal) =>
    act('pause', { id: 'source.update', words, values, terminal, body: { paused: true } }),
  resume: (words, values, terminal) =>
    act('resume', { id: 'source.update', words, values, terminal, body: { paused: false } }),
  remove,
}
const MAKES = ['add', 'set']
const BELONGS = {
  collection: ['add'],
  folder: MAKES,
  file: MAKES,
  every: MAKES,
  class: MAKES,
  failed: ['items'],
  'keep-documents': ['remove'],
}

/** Looks after where documents come from by themselves. */
export const source: Command & {
  readonly run: (args: readonly string[], terminal: SourceTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Bring documents in by themselves: from folders, buckets, repositories, mailboxes and the web',
    usage: [
      'freehold source add NAME --collection ID --folder DIR | --file FILE [--every MINUTES | never] [--class CLASS] [--json]',
      'freehold source list | show SOURCE | items SOURCE [--failed] [--json]',
      'freehold source sync SOURCE | pause SOURCE | resume SOURCE [--json]',
      'freehold source set SOURCE [--folder DIR | --file FILE] [--every MINUTES | never] [--class CLASS] [--json]',
      'freehold source remove SOURCE [--keep-documents]',
    ].join('\n       '),
    options: {
      SOURCE: 'the name of a source, or its id',
      '--collection ID': 'where its documents go: a name or an id',
      '--folder DIR': 'a directory of the server, below one that sources.folders names',
      '--file FILE': 'YAML that says where they come from and how to get in; - is standard input',
      '--every MINUTES': 'how often it is looked for changes (default: 60), or never',
      '--class CLASS': 'the class of its documents (default: internal)',
      '--failed': 'only what could not be read',
      '--keep-documents': 'only the source goes',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold source add Papers --collection Papers --folder /srv/papers',
      'freehold source add Wiki --collection Wiki --file wiki.yaml --every 15',
      'freehold source items Wiki --failed',
    ],
  }),
  run: sourceCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function sourceCommand(args: readonly string[], terminal: SourceTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  await actOf({ command: 'source', verbs: VERBS, belongs: BELONGS }, verb, values)(words, values, terminal)
  return EXIT.ok.code
}

async function add(words: readonly string[], values: Values, terminal: SourceTerminal): Promise<void> {
  exactly(words, ['NAME'], 'source add')
  const { client } = terminal
  const from = await originOf(values, terminal)
  if (from === undefined) throw new UsageError('say where from: --folder DIR, or --file FILE')
  if (values.collection === undefined) throw new UsageError('say where to: --collection NAME')
  const asked = sourceInput.safeParse({
    name: words[0],
    collection: await collectionId(client, values.collection),
    from,
    ...settingsOf(values),
  })
  if (!asked.success) throw wrong(asked.error.issues[0])
  const { method, path, output } = OPERATIONS['source.create']
  tell(output.parse(await client.call(method, path, asked.data)), values, terminal)
}

async function change(words: readonly string[], values: Values, terminal: SourceTerminal): Promise<void> {
  const from = await originOf(values, terminal)
  const body = { ...(from !== undefined && { from }), ...settingsOf(values) }
  if (Object.keys(body).length === 0)
    throw new UsageError('say what to set: --folder, --file, --every or --class')
  await act('set', { id: 'source.update', words, values, terminal, body })
}

function settingsOf({ every, class: dataClass }: Values): object {
  const minutes = every === 'never' ? null : Number(every)
  if (minutes !== null && every !== undefined && !Number.isSafeInteger(minutes))
    throw new UsageError('--every takes a number of minutes, or never')
  return { ...(every !== undefined && { everyMinutes: minutes }), ...(dataClass && { class: dataClass }) }
}

const wrong = (
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): UsageError => new UsageError(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`)

/** What is secret may stand in an environment variable: a file that says `secret: ${env:NAME}`. */
async function originOf(
  { folder, file }: Values,
  { cwd, env, stdin }: SourceTerminal,
): Promise<Record<string, unknown> | undefined> {
  if (folder !== undefined && file !== undefined)
    throw new UsageError('say either --folder or --file, not both')
  if (folder !== undefined) return { kind: 'folder', path: resolve(cwd, folder) }
  if (file === undefined) return undefined
  const written = file === '-' ? await textOf(stdin ?? process.stdin) : readText(resolve(cwd, file), file)
  let from: unknown
  try {
    from = parseYaml(written, { maxAliasCount: 0 })
  } catch {
    // The parser would quote a line, and a secret may stand in it.
    throw new UsageError(`${file} is no YAML`)
  }
  if (typeof from !== 'object' || from === null || Array.isArray(from))
    throw new UsageError(`${file} must hold a section that begins with kind`)
  const entries: Record<string, unknown> = { ...from }
  const { secret } = entries
  const name = typeof secret === 'string' ? /^\$\{env:(\w+)\}$/.exec(secret)?.[1] : undefined
  if (name === undefined) return entries
  if (env[name] === undefined) throw new UsageError(`the environment variable ${name} is not set`)
  return { ...entries, secret: env[name] }
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageError(`${name} cannot be read (${code})`)
  }
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

async function collectionId(client: SourceTerminal['client'], named: string): Promise<string> {
  if (UUID.test(named)) return named
  const { method, path, output } = OPERATIONS['collection.list']
  const all = await pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
  const found = all.find((one) => isNamed(one, named))
  if (found) return found.id
  const create = OPERATIONS['collection.create']
  return create.output.parse(await client.call(create.method, create.path, { name: named })).id
}

async function allSources(client: SourceTerminal['client']): Promise<readonly SourceView[]> {
  const { method, path, output } = OPERATIONS['source.list']
  return pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
}

async function sourceId(client: SourceTerminal['client'], named: string): Promise<string> {
  if (UUID.test(named)) return named
  const found = (await allSources(client)).filter((one) => isNamed(one, named))
  if (found.length === 1) return found[0]?.id ?? ''
  throw new UsageError(
    found.length === 0
      ? `no source is called "${named}". See: freehold source list`
      : `several sources are called "${named}". Say which by its id. See: freehold source list`,
  )
}

interface Acting {
  readonly id: OperationId & ('source.sync' | 'source.update' | 'source.get')
  readonly words: readonly string[]
  readonly values: Values
  readonly terminal: SourceTerminal
  readonly body?: object
}

async function act(verb: string, { id, words, values, terminal, body }: Acting): Promise<void> {
  exactly(words, ['SOURCE'], `source ${verb}`)
  const { method, path } = OPERATIONS[id]
  const at = path.replace('{id}', await sourceId(terminal.client, words[0] ?? ''))
  tell(sourceView.parse(await terminal.client.call(method, at, body)), values, terminal)
}

async function show(words: readonly string[], values: Values, terminal: SourceTerminal): Promise<void> {
  await act('show', { id: 'source.get', words, values, terminal })
}

async function list(
  words: readonly string[],
  values: Values,
  { client, out }: SourceTerminal,
): Promise<void> {
  exactly(words, [], 'source list')
  const data = await allSources(client)
  if (values.json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('There are no sources. See: freehold source --help\n')
  const rows = data.map((one) => [
    one.id,
    one.kind,
    one.error === null ? one.state : one.error.code,
    String(one.items),
    String(one.failed),
    one.succeededAt === null ? '-' : minute(one.succeededAt),
    one.name,
  ])
  out(alignedTable([['id', 'kind', 'state', 'items', 'failed', 'read', 'name'], ...rows]))
}

async function items(
  words: readonly string[],
  values: Values,
  { client, out }: SourceTerminal,
): Promise<void> {
  exactly(words, ['SOURCE'], 'source items')
  const { method, path, output } = OPERATIONS['source.items']
  const at = path.replace('{id}', await sourceId(client, words[0] ?? ''))
  const only = values.failed ? '&outcome=failed' : ''
  const data = await pages(async (query) => output.parse(await client.call(method, `${at}?${query}${only}`)))
  if (values.json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('Nothing.\n')
  const rows: string[][] = []
  for (const { outcome, item, error, inside } of data) {
    rows.push([outcome, item ?? '(not for you)', error === null ? '' : `${error.code}: ${error.message}`])
    for (const file of inside)
      rows.push(['left out', `  ${file.name}`, `${file.error.code}: ${file.error.message}`])
  }
  out(alignedTable([['outcome', 'item', 'trouble'], ...rows]))
}

async function remove(
  words: readonly string[],
  values: Values,
  { client, out }: SourceTerminal,
): Promise<void> {
  exactly(words, ['SOURCE'], 'source remove')
  const { method, path } = OPERATIONS['source.delete']
  const id = await sourceId(client, words[0] ?? '')
  const documents = values['keep-documents'] ? 'keep' : 'delete'
  await client.call(method, `${path.replace('{id}', id)}?documents=${documents}`)
  out(values.json ? '{}\n' : 'Removed.\n')
}

function tell(view: SourceView, { json }: Values, { out }: SourceTerminal): void {
  if (json) return out(`${JSON.stringify(view)}\n`)
  const { seen, added, changed, unchanged, removed, failed } = view.progress
  const rows = [
    ['id', view.id],
    ['name', view.name],
    ['kind', view.kind],
    ['state', view.state],
    ['documents', String(view.items)],
    ['not read', String(view.failed)],
    [
      'last run',
      `seen ${seen}, added ${added}, changed ${changed}, unchanged ${unchanged}, removed ${removed}, failed ${failed}`,
    ],
    ['read', view.succeededAt === null ? '-' : minute(view.succeededAt)],
    ['next', view.nextAt === null ? '-' : minute(view.nextAt)],
    ...(view.error === null ? [] : [['trouble', `${view.error.code}: ${view.error.message}`]]),
  ]
  out(alignedTable(rows))
}
