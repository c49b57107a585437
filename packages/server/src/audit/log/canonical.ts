import { createHmac, randomFillSync } from 'node:crypto'

/** What JSON holds; no fraction or exponent needs more than a double. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** RFC 8785: keys by their UTF-16 code units, no spaces, numbers and strings as ECMAScript writes them. */
export function canonicalJson(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`).join(',')}}`
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
export function commitment(salt: Buffer, field: string, value: Json): string {
  return createHmac('sha256', salt)
    .update(`${field}\0${canonicalJson(value)}`)
    .digest('base64')
}
