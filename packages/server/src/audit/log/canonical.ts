import { hash, randomFillSync } from 'node:crypto'

/** What JSON holds; no fraction or exponent needs more than a double. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** RFC 8785: keys by their UTF-16 code units, no spaces, numbers and strings as ECMAScript writes them. */
export function canonicalJson(value: Json): string {
  const ordered = inOrder(value)
  return ordered === undefined ? written(value) : JSON.stringify(ordered)
}

/**
 * The same with the names of every object in order, so that one call writes all of it; the value itself where they are.
 * Undefined where no object keeps them so: names that look like places in a list come first in every object.
 */
function inOrder(value: Json): Json | undefined {
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) {
    const items = value.map(inOrder)
    if (items.includes(undefined)) return undefined
    return items.every((item, at) => item === value[at]) ? value : (items as Json[])
  }
  const parts: [name: string, inside: Json][] = []
  let isSame = true
  let before = ''
  for (const name in value) {
    const inside = value[name] ?? null
    const ordered = LIKE_A_PLACE.test(name) ? undefined : inOrder(inside)
    if (ordered === undefined) return undefined
    if (name < before || ordered !== value[name]) isSame = false
    before = name
    parts.push([name, ordered])
  }
  return isSame ? value : sorted(parts)
}

const LIKE_A_PLACE = /^\d/

function sorted(parts: readonly [name: string, inside: Json][]): Json {
  const copy: Record<string, Json> = Object.create(null)
  for (const [name, inside] of parts.toSorted(([one], [other]) => (one < other ? -1 : 1))) copy[name] = inside
  return copy
}

function written(value: Json): string {
  if (isList(value)) return `[${value.map(written).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${written(value[name] ?? null)}`).join(',')}}`
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
