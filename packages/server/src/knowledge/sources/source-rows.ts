import { createHash } from 'node:crypto'
import { dataClass } from '@freehold/contract/data-class.ts'
import { documentAcl } from '@freehold/contract/knowledge.ts'
import type { SourceOrigin, SourceView } from '@freehold/contract/sources.ts'
import { sourceKind, sourceOrigin } from '@freehold/contract/sources.ts'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Dek, KeyRing, Place } from '../../store/store.ts'
import type { SourceTables } from '../../store/source-tables.ts'

export type SourceRow = Selectable<SourceTables['source']>

const definition = z.strictObject({
  name: z.string(),
  from: sourceOrigin,
  acl: documentAcl.optional(),
})
export type Definition = z.output<typeof definition>

const keptItem = z.strictObject({
  version: z.string(),
  /** SHA-256 of what was read. */
  hash: z.string(),
  class: dataClass,
  acl: documentAcl.optional(),
  /** Ids: a message brings what is attached to it, an archive what is in it. */
  documents: z.array(z.string()).readonly(),
})

/** What was written before an item could be several documents. */
const before = z
  .strictObject({ ...keptItem.omit({ documents: true }).shape, documentId: z.string() })
  .transform(({ documentId, ...rest }) => ({ ...rest, documents: [documentId] as const }))

const item = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Of what is kept; null where nothing is. */
  kept: z.union([keptItem, before]).nullable(),
  /** Files in it that did not become documents. */
  inside: z
    .array(z.strictObject({ name: z.string(), error: z.object({ code: z.string(), message: z.string() }) }))
    .readonly()
    .optional(),
  /** The version that could not be taken, and why. */
  failed: z.strictObject({ version: z.string(), message: z.string() }).nullable(),
})
/** What is known of something that a source brought. */
export type KnownItem = z.output<typeof item>

const sourcePlace = (row: string, column: string): Place => ({ table: 'source', row, column })
const itemPlace = (row: string): Place => ({ table: 'source_item', row, column: 'item_sealed' })

/** The key of a source: its definition, where it came to, and everything that it brought are sealed under it. */
export const sourceDek = (keys: KeyRing, row: Pick<SourceRow, 'id' | 'dek'>): Dek =>
  keys.openDek(sourcePlace(row.id, 'dek'), row.dek)

export function newSource(keys: KeyRing, id: string, content: Definition) {
  const { dek, wrapped } = keys.newDek(sourcePlace(id, 'dek'))
  return { dek: wrapped, definition_sealed: sealDefinition(dek, id, content) }
}

export const sealDefinition = (dek: Dek, id: string, content: Definition): Buffer =>
  dek.seal(sourcePlace(id, 'definition_sealed'), Buffer.from(JSON.stringify(content)))

export function openDefinition(keys: KeyRing, row: SourceRow): Definition {
  const plain = sourceDek(keys, row).open(sourcePlace(row.id, 'definition_sealed'), row.definition_sealed)
  return definition.parse(JSON.parse(plain.toString('utf8')))
}

export const sealCursor = (dek: Dek, id: string, cursor: string | null): Buffer | null =>
  cursor === null ? null : dek.seal(sourcePlace(id, 'cursor_sealed'), Buffer.from(cursor))

export const openCursor = (keys: KeyRing, row: SourceRow): string | null =>
  row.cursor_sealed &&
  sourceDek(keys, row).open(sourcePlace(row.id, 'cursor_sealed'), row.cursor_sealed).toString('utf8')

/** Words about what went wrong may name files and addresses. */
export const sealMessage = (dek: Dek, id: string, message: string): Buffer =>
  dek.seal(sourcePlace(id, 'fault_sealed'), Buffer.from(message))

export const itemIndex = (keys: KeyRing, source: string, id: string): Buffer =>
  keys.blind('source.item', `${source} ${id}`)

export const sealItem = (dek: Dek, row: string, known: KnownItem): Buffer =>
  dek.seal(itemPlace(row), Buffer.from(JSON.stringify(known)))

export const openItem = (dek: Dek, row: { readonly id: string; readonly item_sealed: Buffer }): KnownItem =>
  item.parse(JSON.parse(dek.open(itemPlace(row.id), row.item_sealed).toString('utf8')))

const LONGEST_ID = 256

/** The id of the document: no other source, and nobody who adds by hand, comes upon it. */
export function documentIdOf(source: string, id: string): string {
  const whole = `${source}/${id}`
  if (whole.length <= LONGEST_ID) return whole
  return `${source}/${createHash('sha256').update(id).digest('hex')}`
}

/** The id of a file inside of what a source brought, by its path in there. */
export const innerIdOf = (source: string, id: string, path: string): string =>
  documentIdOf(source, `${id}!/${path}`)

/** Where a source leads, without how to get in: two that differ in it are two places, and a secret is for one. */
export function placeOf(from: SourceOrigin): string {
  if (from.kind === 'folder') return from.path
  if (from.kind === 's3') return `${from.endpoint} ${from.bucket} ${from.pathStyle}`
  if (from.kind === 'imap') return `${from.host}:${from.port} ${from.tls}`
  if (from.kind === 'web') return from.start.join(' ')
  return new URL(from.url).origin
}

export interface Counts {
  readonly items: number
  readonly failed: number
}

/** What may be told of a source. */
export function viewOf(keys: KeyRing, row: SourceRow, counts: Counts): SourceView {
  const { name, from, acl } = openDefinition(keys, row)
  const { secret, ...shown } = { secret: undefined, ...from }
  const message =
    row.fault_sealed &&
    sourceDek(keys, row).open(sourcePlace(row.id, 'fault_sealed'), row.fault_sealed).toString('utf8')
  return {
    id: row.id,
    name,
    collectionId: row.collection_id,
    kind: sourceKind.parse(row.kind),
    from: shown,
    hasSecret: secret !== undefined,
    everyMinutes: row.every_minutes,
    class: dataClass.parse(row.class),
    ...(acl !== undefined && { acl }),
    state: stateOf(row),
    error: row.fault === null ? null : { code: row.fault, message: message ?? '' },
    ...counts,
    progress: {
      seen: row.seen,
      added: row.added,
      changed: row.changed,
      unchanged: row.unchanged,
      removed: row.removed,
      failed: row.failed,
    },
    actsAs: row.creator,
    createdAt: row.created_at.toISOString(),
    startedAt: instant(row.started_at),
    finishedAt: instant(row.finished_at),
    succeededAt: instant(row.succeeded_at),
    nextAt: row.paused_at === null ? instant(row.due_at) : null,
  }
}

function stateOf(row: SourceRow): SourceView['state'] {
  if (row.removing !== null) return 'removing'
  if (row.paused_at !== null) return 'paused'
  return row.runner === null ? 'waiting' : 'running'
}

const instant = (at: Date | null): string | null => at?.toISOString() ?? null
