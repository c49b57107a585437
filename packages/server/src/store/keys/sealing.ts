import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

/**
 * The frame of everything that is stored encrypted: magic `FH`, format version, key version (uint32), nonce (12),
 * ciphertext, tag (16). NIST SP 800-38D: AES-256-GCM with a random 96-bit nonce.
 */
const MAGIC = Buffer.from('FH')
const FORMAT = 1
const HEADER_BYTES = 7
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Bytes that sealing adds to a value. */
export const SEALING_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES

/**
 * Where a ciphertext belongs, as additional authenticated data. Each part is preceded by its length, so that no two
 * lists of parts give the same bytes.
 */
function authenticated(keyVersion: number, parts: readonly string[]): Buffer {
  const chunks = parts.flatMap((part) => {
    const bytes = Buffer.from(part)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return [length, bytes]
  })
  return Buffer.concat([header(keyVersion), ...chunks])
}

function header(keyVersion: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt8(FORMAT, 2)
  bytes.writeUInt32BE(keyVersion, 3)
  return bytes
}

/** A key with the version that frames name. */
export interface VersionedKey {
  readonly version: number
  readonly key: KeyObject
}

/** Encrypts `plain` so that it opens only with the same key and the same `parts`. */
export function seal(key: VersionedKey, parts: readonly string[], plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce)
  cipher.setAAD(authenticated(key.version, parts))
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([header(key.version), nonce, body, cipher.getAuthTag()])
}

/** About half a millisecond of work, after which the event loop turns. */
const SLICE_BYTES = 1 << 20
/** What the cipher hands out at once: larger pieces are memory that lives long enough to grow old. */
const STEP_BYTES = 1 << 16

/** The frame that `seal` makes of the pieces together, in slices between which the event loop turns: for files and index segments. */
export async function sealInSlices(
  key: VersionedKey,
  parts: readonly string[],
  pieces: readonly Uint8Array[],
): Promise<Buffer> {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce)
  cipher.setAAD(authenticated(key.version, parts))
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const frame = Buffer.allocUnsafeSlow(length + SEALING_BYTES)
  frame.set(header(key.version))
  frame.set(nonce, HEADER_BYTES)
  let to = HEADER_BYTES + NONCE_BYTES
  let turnAt = to + SLICE_BYTES
  for (const piece of pieces)
    for (let from = 0; from < piece.length; from += STEP_BYTES) {
      const step = cipher.update(piece.subarray(from, from + STEP_BYTES))
      frame.set(step, to)
      to += step.length
      if (to < turnAt) continue
      turnAt += SLICE_BYTES
      await setImmediate()
    }
  cipher.final()
  frame.set(cipher.getAuthTag(), to)
  return frame
}

/** A decipher that stands before the first byte, and the ciphertext for it. */
function opening(key: VersionedKey, parts: readonly string[], sealed: Uint8Array) {
  if (keyVersionOf(sealed) !== key.version) throw new Error('sealed under another version of the key')
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const nonce = bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(authenticated(key.version, parts))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  return { decipher, body: bytes.subarray(HEADER_BYTES + NONCE_BYTES, bytes.length - TAG_BYTES) }
}

function finish(decipher: { final(): Buffer }): void {
  try {
    decipher.final()
  } catch (error) {
    throw new Error('this ciphertext was changed, moved, or belongs to another key', { cause: error })
  }
}

/** @throws Error when bytes, parts or key are not those of `seal`. */
export function open(key: VersionedKey, parts: readonly string[], sealed: Uint8Array): Buffer {
  const { decipher, body } = opening(key, parts, sealed)
  const plain = decipher.update(body)
  finish(decipher)
  return plain
}

/** What `open` does, in slices between which the event loop turns. Nothing is handed out before the tag was checked. */
export async function openInSlices(
  key: VersionedKey,
  parts: readonly string[],
  sealed: Uint8Array,
): Promise<Buffer> {
  if (sealed.length <= SLICE_BYTES) return open(key, parts, sealed)
  const { decipher, body } = opening(key, parts, sealed)
  const plain = Buffer.allocUnsafeSlow(body.length)
  for (let at = 0; at < body.length; at += SLICE_BYTES) {
    plain.set(decipher.update(body.subarray(at, at + SLICE_BYTES)), at)
    await setImmediate()
  }
  finish(decipher)
  return plain
}

/** Which version of its key a frame was sealed under. @throws Error when it is no frame of this format. */
export function keyVersionOf(sealed: Uint8Array): number {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.length < SEALING_BYTES || !bytes.subarray(0, 2).equals(MAGIC))
    throw new Error('not a sealed value')
  const format = bytes.readUInt8(2)
  if (format !== FORMAT) throw new Error(`sealed in format ${format}, this program knows ${FORMAT}`)
  return bytes.readUInt32BE(3)
}
