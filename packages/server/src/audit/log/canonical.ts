import { createHmac, randomBytes } from 'node:crypto'

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

export const newSalt = (): Buffer => randomBytes(SALT_BYTES)

/** Binds a value without showing it: without the salt nobody can even try a guess. */
export function commitment(salt: Buffer, field: string, value: Json): string {
  return createHmac('sha256', salt)
    .update(`${field}\0${canonicalJson(value)}`)
    .digest('base64')
}
