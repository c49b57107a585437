import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ConfigKey } from './keys.ts'
import { KEYS } from './keys.ts'
import { nearest } from './nearest.ts'
import { unbuiltValue } from './unbuilt.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where a value was written: what it may refer to depends on it. */
export interface ValueOrigin {
  readonly env: Environment
  /** Directory that relative paths start from. */
  readonly directory: string
}

/** A value that was taken, or the sentence that refuses it. */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly suggestion?: string }

const refuse = (message: string): Checked => ({ ok: false, message })

const REFERENCE = /\$\{([^}]*)\}/g
const SECRET_FILE_BYTES = 64 * 1024

function readSecretFile(path: string): string | null {
  if (!statSync(path).isFile() || statSync(path).size > SECRET_FILE_BYTES) return null
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
}

function resolveReference(reference: string, origin: ValueOrigin): Checked {
  const colon = reference.indexOf(':')
  const kind = reference.slice(0, Math.max(colon, 0))
  const name = reference.slice(colon + 1)
  if (kind === 'env') {
    const value = origin.env[name]
    return value ? { ok: true, value } : refuse(`\${env:…} names a variable that is not set: ${shown(name)}`)
  }
  if (kind !== 'file') return refuse('only ${env:NAME} and ${file:PATH} are understood')
  try {
    const value = readSecretFile(resolve(origin.directory, name))
    return value
      ? { ok: true, value }
      : refuse('${file:…} names a file that is empty or no secret (over 64 KiB)')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return refuse(`\${file:…} names a file that cannot be read (${code})`)
  }
}

/** Only names of variables are repeated in messages, never anything that could be the secret itself. */
function shown(name: string): string {
  return /^[A-Z_][A-Z\d_]{0,63}$/i.test(name) ? name : '(not a name)'
}

/** Expands references once; what they yield is not read again. */
function expand(text: string, origin: ValueOrigin): Checked {
  let refused: Checked | null = null
  const value = text.replaceAll(REFERENCE, (whole, reference: string) => {
    const resolved = resolveReference(reference, origin)
    if (!resolved.ok) refused ??= resolved
    return resolved.ok ? String(resolved.value) : whole
  })
  return refused ?? { ok: true, value }
}

function kindOf(value: unknown): string {
  if (value === null || value === '') return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'this number' : 'a fraction'
  if (typeof value === 'object') return 'a section'
  return typeof value === 'boolean' ? 'true or false' : 'this text'
}

/** The nearest of a closed set of words: `inof` for log.level suggests `info`. */
function suggestValue(key: ConfigKey, value: unknown): string | undefined {
  if (key === 'listen') {
    if (typeof value === 'number' || (typeof value === 'string' && /^\d{1,5}$/.test(value))) {
      return Number(value) <= 65_535 ? `127.0.0.1:${value}` : undefined
    }
    return typeof value === 'string' && /^:\d{1,5}$/.test(value) ? `127.0.0.1${value}` : undefined
  }
  if (typeof value !== 'string') return undefined
  const words = KEYS[key].expects.match(/[a-z]+/g) ?? []
  return key === 'log.level' || key === 'knowledge.guide'
    ? nearest(
        value,
        words.filter((word) => !['one', 'of', 'or'].includes(word)),
      )
    : undefined
}

/** Decides on one value of one key. The message never repeats the value. */
export function checkValue(key: ConfigKey, raw: unknown, origin: ValueOrigin): Checked {
  const row = KEYS[key]
  const unbuilt = unbuiltValue(key, raw)
  if (unbuilt !== null) return refuse(unbuilt)
  let value = raw
  if (typeof value === 'string' && value.includes('${')) {
    if (!('secret' in row))
      return refuse('${…} is expanded only in secret fields (database): write the value out')
    const expanded = expand(value, origin)
    if (!expanded.ok) return expanded
    value = expanded.value
  }
  if (value !== undefined && row.schema.safeParse(value).success) {
    return {
      ok: true,
      value: 'path' in row && typeof value === 'string' ? resolve(origin.directory, value) : value,
    }
  }
  const suggestion = suggestValue(key, raw)
  const message = `must be ${row.expects}, not ${kindOf(raw)}`
  return { ok: false, message, ...(suggestion === undefined ? {} : { suggestion }) }
}

/** The same for a value that arrives as text, as environment and flags do: `5` is a number where one is expected. */
export function checkText(key: ConfigKey, text: string, origin: ValueOrigin): Checked {
  const asText = checkValue(key, text, origin)
  if (asText.ok) return asText
  if (/^-?\d{1,15}$/.test(text)) {
    const asNumber = checkValue(key, Number(text), origin)
    return asNumber.ok ? asNumber : asText
  }
  return text === 'true' || text === 'false' ? checkValue(key, text === 'true', origin) : asText
}
