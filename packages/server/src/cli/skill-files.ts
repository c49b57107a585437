import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Envelope } from '../skills/signing/envelope.ts'
import { readEnvelopes } from '../skills/signing/envelope.ts'
import type { SigningKey } from '../skills/signing/signing-key.ts'
import { readPublicKey, readSigningKey } from '../skills/signing/signing-key.ts'
import type { PublicKey } from '../skills/signing/signing-key.ts'
import type { TrustRoot } from '../skills/signing/trust-root.ts'
import { readTrust } from '../skills/signing/trust-root.ts'
import { passphraseOf } from './passphrase.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

type Reading = Pick<Terminal, 'cwd' | 'env'>

/** What a bundle is called, and the file with what was signed about it. */
export const BUNDLE_END = '.skill.tar'
export const ENVELOPES_END = '.intoto.jsonl'
export const PUBLIC_END = '.pub'

/** @throws UsageError */
export function readBytes(file: string, { cwd }: Pick<Terminal, 'cwd'>): Buffer {
  try {
    return readFileSync(resolve(cwd, file))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageError(code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code})`)
  }
}

/** @throws UsageError, Fault */
export function readKeys(
  files: readonly string[],
  passphraseFile: string | undefined,
  reading: Reading,
): readonly SigningKey[] {
  const passphrase = passphraseOf(passphraseFile, reading)
  return files.map((file) => readSigningKey(readBytes(file, reading).toString('utf8'), passphrase))
}

/** A public key from a file, or as it is written in a trust root. @throws UsageError, Fault */
export const publicKeyOf = (text: string, reading: Reading): PublicKey =>
  readPublicKey(text.startsWith('ed25519:') ? text : readBytes(text, reading).toString('utf8'))

/** @throws UsageError, Fault */
export const trustOf = (file: string, reading: Reading): TrustRoot =>
  readTrust(readBytes(file, reading).toString('utf8'))

/** What lies beside a bundle; nothing where nothing was signed. @throws UsageError, Fault */
export function envelopesOf(bundle: string, reading: Reading): readonly Envelope[] {
  const file = `${bundle}${ENVELOPES_END}`
  return existsSync(resolve(reading.cwd, file))
    ? readEnvelopes(readBytes(file, reading).toString('utf8'))
    : []
}
