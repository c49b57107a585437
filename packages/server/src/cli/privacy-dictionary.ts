import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { dictionaryName, dictionaryRead } from '@freehold/contract/dictionaries.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

/** What the command needs of its terminal. */
export type DictionaryTerminal = Pick<Terminal, 'cwd' | 'out' | 'err'> & {
  readonly client: Pick<Client, 'call' | 'upload'>
}

interface Asked {
  readonly json: boolean
  readonly name: string | undefined
  readonly limit: string
  readonly after: string | undefined
}

type Verb = (rest: readonly string[], asked: Asked, terminal: DictionaryTerminal) => Promise<number>
const VERBS: Readonly<Record<string, Verb>> = { list, import: importFile, show, delete: remove }
/** Options of one verb only. */
const BELONGS = { name: 'import', limit: 'show', after: 'show' } as const

/** `freehold privacy dictionary list|import|show|delete`. @returns 0 done @throws UsageError, RefusedError */
export async function dictionaryCommand(
  args: readonly string[],
  terminal: DictionaryTerminal,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      name: { type: 'string' },
      limit: { type: 'string' },
      after: { type: 'string' },
    },
  })
  const [word = '', ...rest] = positionals
  const verb = Object.hasOwn(VERBS, word) ? VERBS[word] : undefined
  if (!verb) throw new UsageError('say what to do: freehold privacy dictionary list, import, show or delete')
  for (const [option, owner] of Object.entries(BELONGS)) {
    if (Object.hasOwn(values, option) && word !== owner) {
      throw new UsageError(`--${option} belongs to "${owner}", not "${word}"`)
    }
  }
  const { json, name, limit = '100', after } = values
  return verb(rest, { json, name, limit, after }, terminal)
}

async function list(
  rest: readonly string[],
  { json }: Asked,
  { client, out }: DictionaryTerminal,
): Promise<number> {
  if (rest.length > 0)
    throw new UsageError(`unexpected "${rest[0]}" after "freehold privacy dictionary list"`)
  const { method, path, output } = OPERATIONS['dictionary.list']
  const found = output.parse(await client.call(method, path))
  if (json) out(`${JSON.stringify(found)}\n`)
  else if (found.data.length === 0) {
    out('No dictionaries. Add one with: freehold privacy dictionary import FILE.csv\n')
  } else {
    const rows = found.data.map((one) => [
      one.name,
      String(one.values),
      String(one.patterns),
      String(one.version),
      one.changedAt,
    ])
    const right = ['VALUES', 'PATTERNS', 'VERSION']
    out(alignedTable([['NAME', ...right, 'CHANGED'], ...rows], right))
  }
  return EXIT.ok.code
}

async function importFile(
  rest: readonly string[],
  { json, name }: Asked,
  { client, cwd, out }: DictionaryTerminal,
): Promise<number> {
  const [file, ...more] = rest
  if (file === undefined || more.length > 0) {
    throw new UsageError('name one file: freehold privacy dictionary import FILE.csv')
  }
  const into = nameIn(
    name ??
      basename(file)
        .replace(/\.csv$/i, '')
        .toLowerCase(),
    name === undefined,
  )
  const { method, path, output } = OPERATIONS['dictionary.put']
  const upload = { contentType: 'text/csv', bytes: await bytesOf(file, cwd) }
  const view = output.parse(await client.upload(path.replace('{name}', into), upload, method))
  if (json) out(`${JSON.stringify(view)}\n`)
  else out(`${view.name}: ${view.values} values and ${view.patterns} patterns, version ${view.version}.\n`)
  return EXIT.ok.code
}

function nameIn(word: string, isOfFile = false): string {
  if (dictionaryName.safeParse(word).success) return word
  throw new UsageError(
    isOfFile
      ? 'the name of the file cannot be the name of a dictionary; choose one with --name'
      : `the name of a dictionary has small letters, digits and -, at most 64, a letter first`,
  )
}

async function bytesOf(file: string, cwd: string): Promise<Buffer> {
  const bytes = await readFile(resolve(cwd, file)).catch((error: unknown) => {
    throw new UsageError(`${file}: cannot be read (${causeOf(error).code ?? 'unknown'})`)
  })
  const { maxBytes } = OPERATIONS['dictionary.put'].input.csv
  // A server would refuse it before it has arrived, and not every connection brings the reason.
  if (bytes.length > maxBytes) {
    throw new UsageError(`${file}: has ${bytes.length} bytes; a dictionary may have ${maxBytes}`)
  }
  return bytes
}

async function show(
  rest: readonly string[],
  { json, limit, after }: Asked,
  { client, out }: DictionaryTerminal,
): Promise<number> {
  const query = new URLSearchParams({ limit, ...(after !== undefined && { after }) })
  const path = `${pathOf(rest, 'dictionary.read')}?${query.toString()}`
  const found = dictionaryRead.parse(await client.call('GET', path))
  if (json) {
    out(`${JSON.stringify(found)}\n`)
    return EXIT.ok.code
  }
  const rows = found.entries.map(({ value, pattern, type, caseSensitive, wholeWord }) => [
    type,
    [pattern === undefined ? '' : 'pattern', caseSensitive ? 'case' : '', wholeWord ? '' : 'part']
      .filter((word) => word !== '')
      .join(' '),
    (value ?? pattern ?? '').replaceAll(/[\p{Cc}]/gu, ' '),
  ])
  out(alignedTable([['TYPE', 'KIND', 'TERM'], ...rows]))
  const { name, values, patterns, version } = found
  out(`${name}: ${values} values and ${patterns} patterns, version ${version}.\n`)
  if (found.next !== null) out(`More: freehold privacy dictionary show ${name} --after ${found.next}\n`)
  return EXIT.ok.code
}

async function remove(
  rest: readonly string[],
  { json }: Asked,
  { client, out }: DictionaryTerminal,
): Promise<number> {
  await client.call('DELETE', pathOf(rest, 'dictionary.delete'))
  out(json ? `${JSON.stringify({ deleted: rest[0] })}\n` : `${rest[0]} is deleted.\n`)
  return EXIT.ok.code
}

function pathOf([name, ...more]: readonly string[], id: 'dictionary.read' | 'dictionary.delete'): string {
  if (name === undefined || more.length > 0) throw new UsageError('name one dictionary')
  return OPERATIONS[id].path.replace('{name}', nameIn(name))
}
