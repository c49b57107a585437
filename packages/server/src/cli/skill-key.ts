import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { newKeyFile, readSigningKey } from '../skills/signing/signing-key.ts'
import { EXIT } from './exit-codes.ts'
import { PASSPHRASE_OPTION, passphraseOf } from './passphrase.ts'
import { PUBLIC_END } from './skill-files.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import { writeWhole } from './whole-file.ts'

/** Makes a key that skills and catalogues are signed with. */
export const skillKey: Command = {
  help: helpText({
    summary: 'Make a key to sign skills with: Ed25519, as PKCS#8',
    usage: 'freehold skill key FILE… [--passphrase-file FILE] [--json]',
    options: {
      'FILE…': 'the private key, which only you can read; FILE.pub is the public one, for trust roots',
      ...PASSPHRASE_OPTION,
      '--json': 'one line of JSON for each: {file, id, public}',
    },
    examples: ['freehold skill key acme.key', 'freehold skill key root.key --passphrase-file passphrase.txt'],
  }),
  run: keyCommand,
}

/** @returns 0 done @throws UsageError, Fault */
async function keyCommand(
  args: readonly string[],
  { cwd, env, out }: Pick<Terminal, 'cwd' | 'env' | 'out'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'passphrase-file': { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  if (positionals.length === 0) throw new UsageError('freehold skill key needs FILE')
  const passphrase = passphraseOf(values['passphrase-file'], { cwd, env })
  // Never written over: whatever was signed with the key that is there could not be signed again.
  for (const one of positionals.flatMap((file) => [file, `${file}${PUBLIC_END}`]))
    if (existsSync(resolve(cwd, one))) throw new UsageError(`${one} is there already; take another name`)
  for (const file of positionals) {
    const pem = newKeyFile(passphrase)
    const { id, text } = readSigningKey(pem, passphrase).public
    writeWhole(resolve(cwd, file), pem, { over: false, mode: 0o600 })
    writeWhole(resolve(cwd, `${file}${PUBLIC_END}`), `${text}\n`, { over: false })
    out(values.json ? `${JSON.stringify({ file, id, public: text })}\n` : `${file}: ${text}\nid ${id}\n`)
  }
  return EXIT.ok.code
}
