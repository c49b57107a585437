import { hash, randomFillSync } from 'node:crypto'

/** What JSON holds; no fraction or exponent needs more than a double. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** RFC 8785: keys by their UTF-16 code units, no spaces, numbers and strings as ECMAScript writes them. */
export const canonicalJson = (value: Json): string =>
  isInOrder(value) ? JSON.stringify(value) : written(value)

/** Whether the names of every object stand as they are to be written, so that one call writes all of it. */
function isInOrder(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (isList(value)) return value.every(isInOrder)
  let before = ''
  for (const name in value) {
    const inside = value[name]
    // Names that look like places in a list come first, whatever their order.
    if (name < before || inside === undefined || !isInOrder(inside)) return false
    before = name
  }
  return true
}

function written(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`).join(',')}}`
}

/** The same with names in the order in which they are written, as far as an object keeps it. */
export function inOrder(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(inOrder)
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name] ?? null)]))
}

/** Array.isArray does not narrow a readonly array away. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const SALT_BYTES = 32

/** Drawn for many at a time: asking the system for each costs more than everything else about it. */
const drawn = Buffer.allocUnsafeSlow(SALT_BYTES * 256)
const place = { next: drawn.length }

/** 32 random bytes. */
export function newSalt(): Buffer {
  if (place.next === drawn.length) {
    randomFillSync(drawn)
    place.next = 0
  }
  const from = place.next
  place.next += SALT_BYTES
  return Buffer.from(drawn.subarray(from, place.next))
}

/** Binds a value without showing it: without the salt nobody can even try a guess. */
export const commitment = (salt: Buffer, field: string, value: Json): string =>
  hmacSha256(salt, `${field}\0${canonicalJson(value)}`)

const BLOCK_BYTES = 64
const [INNER, OUTER] = [0x36, 0x5c]
const scratch = { bytes: Buffer.alloc(4096) }

/** RFC 2104, in base64, by the hash alone: an object for each of thousands of keys costs several times as much. */
export function hmacSha256(key: Buffer, text: string): string {
  if (key.length > BLOCK_BYTES) throw new RangeError('a key longer than a block is hashed first')
  const length = BLOCK_BYTES + Buffer.byteLength(text)
  if (scratch.bytes.length < length) scratch.bytes = Buffer.alloc(length)
  const { bytes } = scratch
  block(bytes, key, INNER)
  bytes.write(text, BLOCK_BYTES)
  const inner = hash('sha256', bytes.subarray(0, length), 'buffer')
  block(bytes, key, OUTER)
  inner.copy(bytes, BLOCK_BYTES)
  return hash('sha256', bytes.subarray(0, BLOCK_BYTES + inner.length), 'base64')
}

function block(bytes: Buffer, key: Buffer, pad: number): void {
  for (let at = 0; at < BLOCK_BYTES; at += 1) bytes[at] = (key[at] ?? 0) ^ pad
}
