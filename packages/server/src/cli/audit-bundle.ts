import { createWriteStream } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { once } from 'node:events'
import type { entriesView } from '@freehold/contract/audit.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { z } from 'zod'
import { TILE_WIDTH, tilePath, widthOf } from '../audit/log/tiles.ts'
import type { Client } from './client.ts'
import { UsageError } from './terminal.ts'

export type Opening = z.output<typeof entriesView>['data'][number]
export type Scope = 'tenant' | 'log'
type Asking = Pick<Client, 'call'>

const PAGE = 500
const TILES_PAGE = 64

/** Calls a reading operation of the audit room. */
export async function askAudit<Id extends AuditReading>(
  client: Asking,
  id: Id,
  query: Readonly<Record<string, string>>,
): Promise<z.output<(typeof OPERATIONS)[Id]['output']>> {
  const { method, path, output } = OPERATIONS[id]
  const asked = new URLSearchParams(query)
  const answer = await client.call(method, asked.size === 0 ? path : `${path}?${asked.toString()}`)
  // The schema of an operation is the one of its own answer.
  return output.parse(answer) as z.output<(typeof OPERATIONS)[Id]['output']>
}
type AuditReading = 'audit.list' | 'audit.checkpoint' | 'audit.entries' | 'audit.tiles' | 'audit.unlogged'

/** Entries in the order of the log, up to one of `size` entries. */
export async function* entriesOf(
  client: Asking,
  asked: { readonly scope: Scope; readonly from: number; readonly size: number },
): AsyncGenerator<Opening> {
  let from: number | null = asked.from
  while (from !== null && from < asked.size) {
    const page: z.output<typeof entriesView> = await askAudit(client, 'audit.entries', {
      scope: asked.scope,
      from: String(from),
      limit: String(PAGE),
    })
    for (const opening of page.data) if (opening.leaf < asked.size) yield opening
    from = page.next
  }
}

export interface BundleOptions {
  readonly scope: Scope
  readonly told: (done: number, of: number) => void
}

/** Writes everything that somebody needs who verifies without us. The directory is new or empty. @throws UsageError */
export async function writeBundle(
  client: Asking,
  directory: string,
  { scope, told }: BundleOptions,
): Promise<{ readonly size: number; readonly entries: number }> {
  await mkdir(directory, { recursive: true })
  if ((await readdir(directory)).length > 0) throw new UsageError(`${directory} is not empty`)
  const { checkpoint, key, origin, size } = await askAudit(client, 'audit.checkpoint', {})
  if (checkpoint === null) throw new UsageError('the audit log is empty: there is nothing to export yet')
  const put = async (path: string, content: string | Buffer): Promise<void> => {
    const file = join(directory, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  const manifest = { format: 'freehold-audit-1', scope, origin, size, exported: new Date().toISOString() }
  await put('manifest.json', `${JSON.stringify(manifest)}\n`)
  await put('checkpoint', checkpoint)
  await put('log.vkey', `${key}\n`)
  for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
    for (let from = 0; widthOf(level, from, size) > 0; from += TILES_PAGE) {
      const asked = {
        level: String(level),
        from: String(from),
        limit: String(TILES_PAGE),
        size: String(size),
      }
      for (const { place, hashes } of (await askAudit(client, 'audit.tiles', asked)).data)
        await put(tilePath(level, place, widthOf(level, place, size)), Buffer.from(hashes, 'base64'))
    }
  }
  const entries = await writeEntries({ client, directory, scope, size, told, put })
  await writeUnlogged(client, directory, scope)
  return { size, entries }
}

interface Writing extends BundleOptions {
  readonly client: Asking
  readonly directory: string
  readonly size: number
  readonly put: (path: string, content: Buffer) => Promise<void>
}

async function writeEntries({ client, directory, scope, size, told, put }: Writing): Promise<number> {
  const lines = createWriteStream(join(directory, 'entries.jsonl'), { mode: 0o600 })
  let count = 0
  let bundle: Buffer[] = []
  const flush = async (place: number): Promise<void> => {
    // C2SP tlog-tiles: entries of the whole log, each behind its length.
    if (scope === 'log' && bundle.length > 0)
      await put(tilePath('entries', place, bundle.length), Buffer.concat(bundle))
    bundle = []
  }
  let place = 0
  for await (const opening of entriesOf(client, { scope, from: 0, size })) {
    if (!lines.write(`${JSON.stringify(opening)}\n`)) await once(lines, 'drain')
    const bytes = Buffer.from(opening.entry)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(bytes.length)
    bundle.push(Buffer.concat([length, bytes]))
    count += 1
    if (count % PAGE === 0) told(opening.leaf + 1, size)
    if (bundle.length === TILE_WIDTH) {
      await flush(place)
      place += 1
    }
  }
  await flush(place)
  lines.end()
  await once(lines, 'close')
  return count
}

async function writeUnlogged(client: Asking, directory: string, scope: Scope): Promise<void> {
  const lines: string[] = []
  let after: string | null = ''
  while (after !== null) {
    const asked: Record<string, string> = after === '' ? { scope } : { scope, after }
    const page: z.output<(typeof OPERATIONS)['audit.unlogged']['output']> = await askAudit(
      client,
      'audit.unlogged',
      asked,
    )
    lines.push(...page.data.map((row) => `${JSON.stringify(row)}\n`))
    after = page.next
  }
  await writeFile(join(directory, 'unlogged.jsonl'), lines.join(''))
}
