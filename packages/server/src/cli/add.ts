import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { DATA_CLASSES, dataClass } from '@freehold/contract/data-class.ts'
import type { documentView } from '@freehold/contract/knowledge.ts'
import { collectionView, documentsAdded } from '@freehold/contract/knowledge.ts'
import type { z } from 'zod'
import { collectionNamed } from './collection-names.ts'
import type { Client } from './client.ts'
import { RefusedError } from './client.ts'
import { readerHelp, readerOptions, readersIn } from './document-readers.ts'
import { EXIT } from './exit-codes.ts'
import { multipart } from './multipart.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import { createProgress } from './progress.ts'

/** In a folder only these are taken; a file named by hand is always tried. */
const READABLE = new Set(
  '.md .markdown .txt .html .htm .pdf .docx .xlsx .pptx .csv .json .eml .png .jpg .jpeg .zip'.split(' '),
)
const DEFAULT_COLLECTION = 'Documents'

interface Found {
  readonly path: string
  /** Id of the document: its path as seen from here, so that the same file replaces itself and no other. */
  readonly name: string
  readonly sizeBytes: number
}

interface Result {
  readonly path: string
  readonly status: 'added' | 'refused'
  readonly documentId?: string
  readonly passages?: number
  /** What of an added file could not be read. */
  readonly warning?: string
  readonly reason?: string
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      collection: { type: 'string', default: DEFAULT_COLLECTION },
      class: { type: 'string', default: 'internal' },
      ...readerOptions('acl-'),
      json: { type: 'boolean', default: false },
    },
  })
  if (positionals.length === 0)
    throw new UsageError('add needs at least one file or folder: freehold add ./docs')
  if (!dataClass.safeParse(values.class).success)
    throw new UsageError(`--class must be one of ${DATA_CLASSES.join(', ')}`)
  const files = (await Promise.all(positionals.map((path) => find(path, terminal.cwd)))).flat()
  if (files.length === 0)
    throw new UsageError(`Nothing to add there: folders are searched for ${[...READABLE].join(' ')}`)
  refuseTwins(files)
  const collection = await collectionCalled(terminal.client, values.collection)
  const progress = createProgress(
    terminal,
    files.length,
    files.reduce((sum, file) => sum + file.sizeBytes, 0),
  )
  const acl = readersIn(values, 'acl-')
  const fields = { class: values.class, ...(acl !== undefined && { acl: JSON.stringify(acl) }) }
  const results: Result[] = []
  let count = 0
  for (const file of files) {
    terminal.signal.throwIfAborted()
    progress.show(count++, file.name)
    const found = await addOne(terminal.client, collection, file, fields)
    progress.done(file.sizeBytes)
    for (const { path, reason, warning } of found)
      if (reason ?? warning) progress.say(`${path}: ${reason ?? warning}`)
    results.push(...found)
  }
  progress.end()
  const added = results.filter((result) => result.status === 'added')
  if (values.json) terminal.out(`${JSON.stringify({ collection, results })}\n`)
  else {
    const passages = added.reduce((sum, result) => sum + (result.passages ?? 0), 0)
    terminal.out(
      `Added ${added.length} of ${results.length} to "${values.collection}": ${passages} passages.\n`,
    )
  }
  return added.length === results.length ? EXIT.ok.code : EXIT.refused.code
}

async function find(given: string, cwd: string): Promise<readonly Found[]> {
  const path = resolve(cwd, given)
  const info = await stat(path).catch(() => null)
  if (!info) throw new UsageError(`${path} does not exist or cannot be read`)
  if (info.isFile()) return [{ path, name: nameOf(path, cwd), sizeBytes: info.size }]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && READABLE.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return Promise.all(
    files.map(async (file) => ({ path: file, name: nameOf(file, cwd), sizeBytes: (await stat(file)).size })),
  )
}

/** Path below the working directory with `/` on every system; for what lies elsewhere the whole path. */
export function nameOf(path: string, cwd: string): string {
  const below = relative(cwd, path)
  const isElsewhere = below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)
  return (isElsewhere ? path : below).split(sep).join('/')
}

/** A file that was named twice would only replace itself. */
function refuseTwins(files: readonly Found[]): void {
  const seen = new Set<string>()
  for (const { name } of files) {
    if (seen.has(name)) throw new UsageError(`${name} is named twice; name each file or folder once`)
    seen.add(name)
  }
}

async function collectionCalled(client: Client, name: string): Promise<string> {
  const known = await collectionNamed(client, name)
  return known ?? collectionView.parse(await client.call('POST', '/api/collections', { name })).id
}

async function addOne(
  client: Client,
  collection: string,
  file: Found,
  said: Readonly<Record<string, string>>,
): Promise<Result[]> {
  try {
    const fields = { id: file.name, ...said }
    const form = multipart(fields, basename(file.path), await readFile(file.path))
    const { documents, failed } = documentsAdded.parse(
      await client.upload(`/api/collections/${collection}/documents`, form),
    )
    return [
      ...documents.map((document) => addedResult(file, document)),
      ...failed.map(({ name, error }): Result => ({
        path: `${file.path}/${name}`,
        status: 'refused',
        reason: error.message,
      })),
    ]
  } catch (error) {
    if (error instanceof RefusedError && error.status < 500)
      return [{ path: file.path, status: 'refused', reason: error.message }]
    throw error
  }
}

function addedResult(file: Found, { id, passages, warning }: z.output<typeof documentView>): Result {
  const result: Result = { path: pathOf(file, id), status: 'added', documentId: id, passages }
  return warning === undefined ? result : { ...result, warning }
}

/** A file inside of another goes by its place in there. */
function pathOf(file: Found, id: string): string {
  return id.startsWith(`${file.name}/`) ? file.path + id.slice(file.name.length) : file.path
}

export const add: Command = {
  help: helpText({
    summary: 'Add files or folders to the knowledge',
    usage: [
      'freehold add [--collection NAME] [--class CLASS] [--json] PATH…',
      '--acl-group GROUP | --acl-user USER | --acl-service SERVICE | --acl-everybody [--acl-not-me]',
    ].join('\n       '),
    options: {
      '--collection NAME': `the collection to add to, created when missing (default ${DEFAULT_COLLECTION})`,
      '--class CLASS': `the data class of the documents: ${DATA_CLASSES.join(', ')} (default internal)`,
      ...readerHelp('acl-'),
      '--json': 'one JSON object: {collection, results}',
    },
    examples: [
      'freehold add handbook.pdf',
      'freehold add --collection Policies --class confidential ./policies',
      'freehold add --collection Sales --acl-group Sales ./offers',
    ],
  }),
  run,
}
