import { setImmediate } from 'node:timers/promises'
import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import { openMeta, openPiece } from './sealed-rows.ts'
import type { Span } from './sentences.ts'
import type { OpenedDocument, TextCache } from './text-cache.ts'
import type { Piece } from './text-pieces.ts'
import { LOOK_BEHIND, PieceText, piecesOver } from './text-pieces.ts'

/** Pieces opened between two turns of the event loop: about a millisecond. */
const OPENED_AT_ONCE = 16

/** Opens what is known of documents, without their text; rows that are gone are left out. */
async function openHeads(tx: Tx, rows: readonly string[]): Promise<OpenedDocument[]> {
  if (rows.length === 0) return []
  const found = await tx.db
    .selectFrom('document')
    .select(['id', 'collection_id', 'dek', 'meta_sealed', 'class'])
    .where('id', 'in', rows)
    .execute()
  return found.map((row) => {
    const meta = openMeta(tx.keys, row)
    return {
      row: row.id,
      id: meta.externalId ?? row.id,
      collectionId: row.collection_id,
      title: meta.title,
      class: dataClass.parse(row.class),
      outline: meta.outline,
      text: new PieceText(meta.pieces),
    }
  })
}

interface Wanted {
  readonly document: OpenedDocument
  readonly piece: Piece
}

/** Reads and opens the pieces that are wanted, and no other byte of their texts. */
async function openPieces(tx: Tx, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length === 0) return
  const documents = new Map(wanted.map(({ document }) => [document.row, document]))
  const { rows } = await sql<{ id: string; number: number; dek: Buffer; sealed: Buffer }>`
    select document.id, wanted.number, document.dek,
      substring(document.text_sealed from wanted.first + 1 for wanted.bytes) as sealed
    from unnest(
      ${wanted.map(({ document }) => document.row)}::uuid[],
      ${wanted.map(({ piece }) => piece.number)}::int[],
      ${wanted.map(({ piece }) => piece.first)}::int[],
      ${wanted.map(({ piece }) => piece.bytes)}::int[]
    ) as wanted (id, number, first, bytes)
    join document on document.id = wanted.id`.execute(tx.db)
  for (const [at, row] of rows.entries()) {
    if (at % OPENED_AT_ONCE === OPENED_AT_ONCE - 1) await setImmediate()
    documents.get(row.id)?.text.put(row.number, openPiece(tx.keys, row, row.number, row.sealed))
  }
}

/** The documents of some passages, with the text around these passages in memory; what is gone meanwhile is left out. */
export async function openPassages(
  withTx: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  texts: TextCache,
  passages: readonly (Span & { readonly document: string })[],
): Promise<ReadonlyMap<string, OpenedDocument>> {
  const documents = new Map<string, OpenedDocument>()
  const unknown = new Set<string>()
  for (const { document: row } of passages) {
    const known = texts.get(row)
    if (known) documents.set(row, known)
    else unknown.add(row)
  }
  const lacking = (): Wanted[] => {
    const wanted = new Map<string, Wanted>()
    for (const { document: row, start, end } of passages) {
      const document = documents.get(row)
      for (const piece of document?.text.missing({ start, end: end + LOOK_BEHIND }) ?? [])
        if (document) wanted.set(`${row} ${piece.number}`, { document, piece })
    }
    return [...wanted.values()]
  }
  if (unknown.size === 0 && lacking().length === 0) return documents
  await withTx(async (tx) => {
    for (const document of await openHeads(tx, [...unknown])) documents.set(document.row, document)
    await openPieces(tx, lacking())
  })
  for (const { document } of lacking()) documents.delete(document.row)
  for (const document of documents.values()) texts.put(document)
  return documents
}

/** A document with all of its text; null when the row is gone. */
export async function openWhole(
  tx: Tx,
  row: string,
): Promise<{ readonly document: OpenedDocument; readonly text: string } | null> {
  const found = await tx.db
    .selectFrom('document')
    .select(['id', 'dek', 'text_sealed', 'text_length', 'meta_sealed'])
    .where('id', '=', row)
    .executeTakeFirst()
  const [document] = await openHeads(tx, [row])
  if (!found || !document) return null
  const texts: string[] = []
  const sizes = openMeta(tx.keys, found).pieces
  for (const { number, first, bytes } of piecesOver(sizes, { start: 0, end: found.text_length })) {
    if (number % OPENED_AT_ONCE === OPENED_AT_ONCE - 1) await setImmediate()
    texts.push(openPiece(tx.keys, found, number, found.text_sealed.subarray(first, first + bytes)))
  }
  return { document, text: texts.join('') }
}
