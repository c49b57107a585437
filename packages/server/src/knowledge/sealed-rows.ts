import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { Dek, KeyRing, Place } from '../store/store.ts'
import { outline } from './outline.ts'
import type { PieceSize } from './text-pieces.ts'
import { cutIntoPieces } from './text-pieces.ts'

/** What is known of a document beside its text; stored sealed. */
const documentMeta = z.object({
  /** The caller's own id; null when it sent none and our row id stands for it. */
  externalId: z.string().nullable(),
  title: z.string(),
  fileName: z.string().nullable(),
  mediaType: z.string(),
  /** Blind mark of the file as it came, to tell whether a new version differs; null for texts. */
  contentMark: z.string().nullable(),
  /** Absent in what was stored before it was kept. */
  outline: outline.optional(),
})
export type DocumentMeta = z.infer<typeof documentMeta>

/** As it is stored: with the sizes of the pieces that the text is sealed in. */
const storedMeta = documentMeta.extend({
  pieces: z.array(z.object({ characters: z.int().positive(), bytes: z.int().positive() })),
})

const collectionPlace = (row: string, column: string): Place => ({ table: 'collection', row, column })
const documentPlace = (row: string, column: string): Place => ({ table: 'document', row, column })
const piecePlace = (row: string, number: number): Place => documentPlace(row, `text_sealed ${number}`)
const segmentPlace = (row: string, column: string): Place => ({ table: 'index_segment', row, column })

/** The place of a name in its tenant: two names that look alike are one. */
export function nameIndex(keys: KeyRing, name: string): Buffer {
  return keys.blind('collection.name', name.normalize('NFC'))
}

/** Equality of documents' ids, across all collections. */
export function externalIndex(keys: KeyRing, id: string): Buffer {
  return keys.blind('document.external_id', id)
}

/** Pieces of a text sealed between two turns of the event loop: about a millisecond. */
const SEALED_AT_ONCE = 16
/** Bytes hashed between two turns of the event loop: a millisecond or two. */
const HASHED_AT_ONCE = 1 << 20

export async function contentMark(keys: KeyRing, file: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (let at = 0; at < file.length; at += HASHED_AT_ONCE) {
    hash.update(file.subarray(at, at + HASHED_AT_ONCE))
    await setImmediate()
  }
  return keys.blind('document.content', hash.digest('hex')).toString('hex')
}

export function sealCollection(keys: KeyRing, id: string, name: string) {
  const { dek, wrapped } = keys.newDek(collectionPlace(id, 'dek'))
  return {
    dek: wrapped,
    name_sealed: dek.seal(collectionPlace(id, 'name_sealed'), Buffer.from(name)),
    name_index: nameIndex(keys, name),
  }
}

export function openCollectionName(
  keys: KeyRing,
  row: { readonly id: string; readonly dek: Buffer; readonly name_sealed: Buffer },
): string {
  const dek = keys.openDek(collectionPlace(row.id, 'dek'), row.dek)
  return dek.open(collectionPlace(row.id, 'name_sealed'), row.name_sealed).toString('utf8')
}

export interface SealedDocument {
  readonly dek: Buffer
  readonly meta_sealed: Buffer
  readonly text_sealed: Buffer
  readonly file: Buffer | null
}

/** Seals everything of a document under one key of its own. */
export async function sealDocument(
  keys: KeyRing,
  id: string,
  content: { readonly meta: DocumentMeta; readonly text: string; readonly file: Uint8Array | null },
): Promise<SealedDocument> {
  const { dek, wrapped } = keys.newDek(documentPlace(id, 'dek'))
  const sealed: Buffer[] = []
  const pieces: PieceSize[] = []
  for (const [number, piece] of cutIntoPieces(content.text).entries()) {
    if (number % SEALED_AT_ONCE === SEALED_AT_ONCE - 1) await setImmediate()
    const bytes = dek.seal(piecePlace(id, number), Buffer.from(piece))
    sealed.push(bytes)
    pieces.push({ characters: piece.length, bytes: bytes.length })
  }
  const meta: z.infer<typeof storedMeta> = { ...content.meta, pieces }
  return {
    dek: wrapped,
    meta_sealed: dek.seal(documentPlace(id, 'meta_sealed'), Buffer.from(JSON.stringify(meta))),
    text_sealed: Buffer.concat(sealed),
    file: content.file && (await dek.sealLarge(documentPlace(id, 'blob'), content.file)),
  }
}

function documentDek(keys: KeyRing, row: { readonly id: string; readonly dek: Buffer }): Dek {
  return keys.openDek(documentPlace(row.id, 'dek'), row.dek)
}

export function openMeta(
  keys: KeyRing,
  row: { readonly id: string; readonly dek: Buffer; readonly meta_sealed: Buffer },
): z.infer<typeof storedMeta> {
  const json = documentDek(keys, row).open(documentPlace(row.id, 'meta_sealed'), row.meta_sealed)
  return storedMeta.parse(JSON.parse(json.toString('utf8')))
}

/** @throws Error when the piece was changed, or is of another document or place in it. */
export function openPiece(
  keys: KeyRing,
  row: { readonly id: string; readonly dek: Buffer },
  number: number,
  sealed: Uint8Array,
): string {
  return documentDek(keys, row).open(piecePlace(row.id, number), sealed).toString('utf8')
}

/** The whole text of a document, for who takes everything along. @throws Error when a piece was changed */
export function openWholeText(
  keys: KeyRing,
  row: {
    readonly id: string
    readonly dek: Buffer
    readonly meta_sealed: Buffer
    readonly text_sealed: Buffer
  },
): string {
  let at = 0
  return openMeta(keys, row)
    .pieces.map(({ bytes }, number) =>
      openPiece(keys, row, number, row.text_sealed.subarray(at, (at += bytes))),
    )
    .join('')
}

export async function sealSegment(keys: KeyRing, id: string, bytes: Uint8Array) {
  const { dek, wrapped } = keys.newDek(segmentPlace(id, 'dek'))
  return { dek: wrapped, sealed: await dek.sealLarge(segmentPlace(id, 'blob'), bytes) }
}

export function openSegmentBytes(
  keys: KeyRing,
  row: { readonly id: string; readonly dek: Buffer },
  sealed: Uint8Array,
): Promise<Buffer> {
  return keys.openDek(segmentPlace(row.id, 'dek'), row.dek).openLarge(segmentPlace(row.id, 'blob'), sealed)
}
