import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { collectionNamed } from './collection-names.ts'
import { readerHelp, readerOptions, readersIn } from './document-readers.ts'
import { EXIT } from './exit-codes.ts'
import { actOf, exactly } from './people-names.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...readerOptions(''),
      collection: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
type Values = ReturnType<typeof parse>['values']
type Verb = (words: readonly string[], values: Values, terminal: Terminal) => Promise<void>

const VERBS: Readonly<Record<string, Verb>> = { acl, defaults }
const BELONGS = { collection: ['acl'] }

/** Says who may read documents. */
export const document: Command = {
  help: helpText({
    summary: 'Say who may read a document, and the documents that are added to a collection from now on',
    usage: [
      'freehold document acl DOCUMENT [--collection COLLECTION] READERS [--json]',
      'freehold document defaults COLLECTION READERS [--json]',
    ].join('\n       '),
    options: {
      DOCUMENT: 'the id of a document, as its collection lists it',
      COLLECTION: 'the name of a collection; with acl where several hold a document of this id',
      ...readerHelp(''),
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold document acl offers/2026.md --group Sales --user "Berta Schulze"',
      'freehold document acl offers/2026.md --everybody',
      'freehold document defaults Sales --group Sales',
    ],
  }),
  run: documentCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function documentCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  await actOf({ command: 'document', verbs: VERBS, belongs: BELONGS }, verb, values)(words, values, terminal)
  return EXIT.ok.code
}

async function acl(words: readonly string[], values: Values, terminal: Terminal): Promise<void> {
  exactly(words, ['DOCUMENT'], 'document acl')
  const { collection } = values
  const id = typeof collection === 'string' ? await idOf(terminal, collection) : null
  const path = OPERATIONS['document.acl'].path.replace('{id}', encodeURIComponent(words[0] ?? ''))
  await put(id === null ? path : `${path}?collection=${id}`, values, terminal)
}

async function defaults(words: readonly string[], values: Values, terminal: Terminal): Promise<void> {
  exactly(words, ['COLLECTION'], 'document defaults')
  const id = await idOf(terminal, words[0] ?? '')
  await put(OPERATIONS['collection.acl'].path.replace('{id}', id), values, terminal)
}

async function idOf({ client }: Terminal, name: string): Promise<string> {
  const id = await collectionNamed(client, name)
  if (id === null) throw new UsageError(`no collection is called "${name}"`)
  return id
}

async function put(path: string, values: Values, { client, out }: Terminal): Promise<void> {
  const said = readersIn(values, '')
  if (said === undefined)
    throw new UsageError('say who may read: --user, --group, --service, --everybody or --not-me')
  const answer = OPERATIONS['document.acl'].output.parse(await client.call('PUT', path, { acl: said }))
  if (values.json) return out(`${JSON.stringify(answer)}\n`)
  if (answer.acl === null) return out('Everybody whom class and policies let may read.\n')
  const counts = Object.entries(answer.acl).flatMap(([kind, ids]) =>
    ids.length === 0 ? [] : [`${kind}: ${ids.length}`],
  )
  out(counts.length === 0 ? 'Nobody is named.\n' : `May read: ${counts.join(', ')}.\n`)
}
