import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fingerprint } from './fingerprint.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where a value was written: what it may refer to depends on it. */
export interface ValueOrigin {
  readonly env: Environment
  /** Directory that relative paths start from. */
  readonly directory: string
  /** Every file that a value referred to, with its fingerprint from before it was read. */
  readonly files: Map<string, string>
}

/** The text that was meant, or the sentence that refuses it. */
export type Expanded =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string }

const refuse = (message: string): Expanded => ({ ok: false, message })

/** Says why a reference was not followed where one cannot stand. */
export const NOT_EXPANDED =
  '${…} is expanded only in secret fields (database, tenantDatabases, s3, keys, telemetry.otlp.headers, auth of targets, headers of detectors, clientSecret and privateKey of identity.connections): write the value out'

const REFERENCE = /\$\{([^}]*)\}/g
const SECRET_FILE_BYTES = 64 * 1024

/** Absolute, and remembered with its look from before it is read: a change in between is seen later. */
export function refersTo(path: string, origin: ValueOrigin): string {
  const absolute = resolve(origin.directory, path)
  if (!origin.files.has(absolute)) origin.files.set(absolute, fingerprint(absolute))
  return absolute
}

function readSecretFile(path: string): string | null {
  const stat = statSync(path)
  if (!stat.isFile() || stat.size > SECRET_FILE_BYTES) return null
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
}

function resolveReference(reference: string, origin: ValueOrigin): Expanded {
  const colon = reference.indexOf(':')
  const kind = reference.slice(0, Math.max(colon, 0))
  const name = reference.slice(colon + 1)
  if (kind === 'env') {
    const value = origin.env[name]
    return value ? { ok: true, value } : refuse(`\${env:…} names a variable that is not set: ${shown(name)}`)
  }
  if (kind !== 'file') return refuse('only ${env:NAME} and ${file:PATH} are understood')
  if (name.includes('\0')) return refuse('${file:…} names no file')
  try {
    const value = readSecretFile(refersTo(name, origin))
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
export function expand(text: string, origin: ValueOrigin): Expanded {
  let refused: Expanded | null = null
  const value = text.replaceAll(REFERENCE, (whole, reference: string) => {
    const resolved = resolveReference(reference, origin)
    if (!resolved.ok) refused ??= resolved
    return resolved.ok ? resolved.value : whole
  })
  return refused ?? { ok: true, value }
}
