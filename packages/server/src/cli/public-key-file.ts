import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from './terminal.ts'

const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'use', 'alg']

/** Public keys from files: PEM, a JWK or a JWKS. What is private in them is never sent. @throws UsageError */
export async function readPublicKeys(
  files: readonly string[],
  cwd = process.cwd(),
): Promise<readonly object[]> {
  const found = await Promise.all(files.map(async (file) => keysIn(await textOf(resolve(cwd, file)), file)))
  return found.flat()
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageError(`--public-key: ${path} cannot be read (${code})`)
  }
}

function keysIn(text: string, file: string): readonly object[] {
  try {
    if (text.includes('-----BEGIN')) return [createPublicKey(text).export({ format: 'jwk' })]
    const value: unknown = JSON.parse(text)
    const keys = hasKeys(value) ? value.keys : [value]
    return keys.map((key) => publicPart(Object(key)))
  } catch {
    throw new UsageError(`--public-key: ${file} is neither a PEM key nor a JWK or JWKS`)
  }
}

const hasKeys = (value: unknown): value is { readonly keys: readonly unknown[] } =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)

const publicPart = (key: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(PUBLIC_MEMBERS.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]])))
