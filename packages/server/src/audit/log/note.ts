import { createHash, createPublicKey, verify } from 'node:crypto'
import { emptyRoot, HASH_BYTES } from './merkle.ts'
import type { TreeHead } from './merkle.ts'

/** C2SP signed-note: the signature type of Ed25519 over the note text, and that of a witness's cosignature. */
const ED25519 = 1
export const COSIGNATURE = 4
const KEY_ID_BYTES = 4
const TIME_BYTES = 8

/** A key that notes are verified with. */
export interface NoteKey {
  readonly name: string
  readonly type: number
  /** The 32 bytes of RFC 8032. */
  readonly publicKey: Buffer
}

export function keyId({ name, type, publicKey }: NoteKey): Buffer {
  const parts = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey])
  return createHash('sha256').update(parts).digest().subarray(0, KEY_ID_BYTES)
}

/** `name+id+key`: C2SP signed-note, verifier keys. */
export function verifierKey(key: NoteKey): string {
  const material = Buffer.concat([Buffer.of(key.type), key.publicKey])
  return `${key.name}+${keyId(key).toString('hex')}+${material.toString('base64')}`
}

/** @returns null where the text is no key, or its id is not that of the key */
export function readVerifierKey(text: string): NoteKey | null {
  const [, name, id, base64] = /^([^\s+]+)\+([\da-f]{8})\+([\w+/]+={0,2})$/.exec(text.trim()) ?? []
  if (name === undefined || id === undefined || base64 === undefined) return null
  const material = Buffer.from(base64, 'base64')
  const type = material[0]
  if (material.length !== 1 + HASH_BYTES || (type !== ED25519 && type !== COSIGNATURE)) return null
  const key = { name, type, publicKey: material.subarray(1) }
  return keyId(key).toString('hex') === id ? key : null
}

/** Signs note text under one name. */
export interface NoteSigner {
  readonly key: NoteKey
  readonly sign: (text: Buffer) => Buffer
}

export const logKey = (name: string, publicKey: Buffer): NoteKey => ({ name, type: ED25519, publicKey })

const signatureLine = (name: string, bytes: Buffer): string => `— ${name} ${bytes.toString('base64')}\n`

/** The text, an empty line, and the signature. */
export function signNote(text: string, { key, sign }: NoteSigner): string {
  return `${text}\n${signatureLine(key.name, Buffer.concat([keyId(key), sign(Buffer.from(text))]))}`
}

interface Signature {
  readonly line: string
  readonly name: string
  readonly id: Buffer
  readonly bytes: Buffer
}

/** Notes have few lines; what is longer is none. */
const MOST_BYTES = 64 * 1024
const MOST_SIGNATURES = 64

/** @returns null where it is no signed note */
export function splitNote(
  note: string,
): { readonly text: string; readonly signatures: readonly Signature[] } | null {
  const at = note.lastIndexOf('\n\n')
  // oxlint-disable-next-line no-control-regex
  if (at < 0 || note.length > MOST_BYTES || /[\0-\t\v-\x1f]/.test(note) || !note.endsWith('\n')) return null
  const lines = note.slice(at + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) return null
  const signatures = readSignatures(lines)
  return signatures && { text: note.slice(0, at + 1), signatures }
}

/** @returns null where a line is none */
export function readSignatures(lines: readonly string[]): readonly Signature[] | null {
  const read = lines.flatMap((line) => {
    const [, name, base64] = /^— ([^\s+]+) ([\w+/]+={0,2})$/.exec(line) ?? []
    const bytes = Buffer.from(base64 ?? '', 'base64')
    if (name === undefined || bytes.length <= KEY_ID_BYTES) return []
    return [{ line, name, id: bytes.subarray(0, KEY_ID_BYTES), bytes: bytes.subarray(KEY_ID_BYTES) }]
  })
  return read.length === lines.length ? read : null
}

/** What an Ed25519 key of this kind signs, and its signature: a witness says when it saw the text. */
function signedBy(type: number, text: string, bytes: Buffer): readonly [Buffer, Buffer] | null {
  if (type === ED25519) return [Buffer.from(text), bytes]
  if (bytes.length <= TIME_BYTES) return null
  const seconds = bytes.readBigUInt64BE()
  return [Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), bytes.subarray(TIME_BYTES)]
}

/** RFC 8410 section 4: SubjectPublicKeyInfo before the 32 bytes of an Ed25519 key. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

export function isSignature(key: NoteKey, text: string, { name, id, bytes }: Signature): boolean {
  const signed = name === key.name && id.equals(keyId(key)) ? signedBy(key.type, text, bytes) : null
  if (signed === null) return false
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI, key.publicKey]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, signed[0], publicKey, signed[1])
}

/** The text of a note that this key signed; null where it did not, or any signature under its name and id is wrong. */
export function openNote(note: string, key: NoteKey): string | null {
  const parts = splitNote(note)
  if (parts === null) return null
  const own = parts.signatures.filter(({ name, id }) => name === key.name && id.equals(keyId(key)))
  const isSigned = own.length > 0 && own.every((signature) => isSignature(key, parts.text, signature))
  return isSigned ? parts.text : null
}

/** C2SP tlog-checkpoint. */
export function checkpointText(origin: string, { size, root }: TreeHead): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/** @returns null where the text is no checkpoint of this log */
export function readCheckpoint(text: string, origin: string): TreeHead | null {
  const [first, size = '', base64 = ''] = text.split('\n')
  const root = Buffer.from(base64, 'base64')
  if (first !== origin || !/^(?:0|[1-9]\d{0,15})$/.test(size) || root.length !== HASH_BYTES) return null
  if (size === '0' && !root.equals(emptyRoot())) return null
  return { size: Number(size), root }
}
