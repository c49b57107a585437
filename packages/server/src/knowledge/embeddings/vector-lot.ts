import { crc32 } from 'node:zlib'
import { ByteReader, ByteWriter } from '../bytes.ts'

/**
 * Vectors of the passages of some documents, immutable. Layout: magic, CRC-32 of the rest, dimensions, documents (id,
 * number of passages), then for each passage its mark, its scale (32-bit float) and one signed byte for each dimension.
 */
const MAGIC = Buffer.from('FHV1')
const HEADER = MAGIC.length + 4
/** Bytes of the keyed hash of what was embedded. */
export const MARK_BYTES = 16

/** The vector of one passage, scaled to length one; a scale of 0: it has none. */
export interface PassageVector {
  readonly mark: Buffer
  readonly scale: number
  readonly values: Int8Array
}

export interface LotDocument {
  readonly id: string
  readonly passages: readonly PassageVector[]
}

/** A lot ready for comparing. Passages of a document stand together, in their order. */
export interface VectorLot {
  readonly dimensions: number
  readonly documents: readonly { readonly id: string; readonly first: number; readonly passages: number }[]
  readonly passages: number
  readonly marks: Buffer
  readonly scales: Float32Array
  readonly values: Int8Array
}

/** Length one, in 255 steps; null where it has no direction. */
export function quantised(vector: ArrayLike<number>): Omit<PassageVector, 'mark'> | null {
  let squares = 0
  let largest = 0
  for (let at = 0; at < vector.length; at++) {
    const value = vector[at] ?? 0
    squares += value * value
    largest = Math.max(largest, Math.abs(value))
  }
  if (!Number.isFinite(squares) || squares < 1e-18) return null
  const step = largest / 127
  const values = new Int8Array(vector.length)
  for (let at = 0; at < vector.length; at++) values[at] = Math.round((vector[at] ?? 0) / step)
  // Of what is kept, so that a passage has a cosine of 1 with itself.
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return { scale: 1 / length, values }
}

/** In place of a vector, where none may be asked for. */
export function noVector(dimensions: number): PassageVector {
  return { mark: Buffer.alloc(MARK_BYTES), scale: 0, values: new Int8Array(dimensions) }
}

export function writeLot(dimensions: number, documents: readonly LotDocument[]): Buffer {
  const to = new ByteWriter()
  to.varint(dimensions)
  to.varint(documents.length)
  for (const { id, passages } of documents) {
    to.text(id)
    to.varint(passages.length)
  }
  const all = documents.flatMap(({ passages }) => passages)
  for (const { mark } of all) to.bytes(mark)
  const scales = Buffer.alloc(4 * all.length)
  all.forEach(({ scale }, at) => scales.writeFloatLE(scale, 4 * at))
  to.bytes(scales)
  for (const { values } of all) to.bytes(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
  const body = to.written()
  const head = Buffer.alloc(HEADER)
  MAGIC.copy(head)
  head.writeUInt32LE(crc32(body), MAGIC.length)
  return Buffer.concat([head, body])
}

/** @throws Error when the bytes are not a whole lot as it was written. */
export function openLot(bytes: Uint8Array): VectorLot {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const body = buffer.subarray(HEADER)
  const isWhole =
    buffer.length > HEADER &&
    buffer.subarray(0, MAGIC.length).equals(MAGIC) &&
    buffer.readUInt32LE(MAGIC.length) === crc32(body)
  if (!isWhole) throw new Error('vectors: damaged or of an unknown format')
  const from = new ByteReader(body)
  const dimensions = from.varint()
  const count = from.varint()
  if (count > from.remaining) throw new Error('vectors: more documents than bytes')
  let passages = 0
  const documents = Array.from({ length: count }, () => {
    const document = { id: from.text(), first: passages, passages: from.varint() }
    passages += document.passages
    return document
  })
  if (passages * (MARK_BYTES + 4 + dimensions) !== from.remaining)
    throw new Error('vectors: they do not add up')
  const marks = Buffer.from(from.bytes(passages * MARK_BYTES))
  const written = from.bytes(4 * passages)
  const scales = Float32Array.from({ length: passages }, (_, at) => written.readFloatLE(4 * at))
  const values = new Int8Array(from.bytes(passages * dimensions))
  return { dimensions, documents, passages, marks, scales, values }
}

/** The vector of a passage of the lot, by its number. */
export function vectorOf(lot: VectorLot, passage: number): PassageVector {
  const { dimensions, marks, scales, values } = lot
  return {
    mark: marks.subarray(passage * MARK_BYTES, (passage + 1) * MARK_BYTES),
    scale: scales[passage] ?? 0,
    values: values.subarray(passage * dimensions, (passage + 1) * dimensions),
  }
}
