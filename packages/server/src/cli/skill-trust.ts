import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import type { TrustFile } from '../skills/signing/trust-root.ts'
import { LEVELS, readTrust } from '../skills/signing/trust-root.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { publicKeyOf } from './skill-files.ts'
import { levelOf } from './skill-verify.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import { writeWhole } from './whole-file.ts'

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const

/** Writes a trust root. */
export const skillTrust: Command = {
  help: helpText({
    summary: 'Write a trust root: whose skills are believed here, under which names, and who certifies them',
    usage:
      'freehold skill trust FILE [--root KEY]… [--threshold N] [--publisher NAME:PREFIX,…=KEY]… [--certifier NAME=KEY]… [--minimum LEVEL] [--force] [--json]',
    options: {
      FILE: 'YAML; more can be written into it by hand',
      '--root KEY':
        'a public key, as a file or ed25519:…, whose signature the catalogue of a repository needs',
      '--threshold N': 'how many of the root keys must have signed (default 1)',
      '--publisher NAME:PREFIX,…=KEY':
        'a publisher: acme:acme,acme-labs=acme.key.pub has the names acme and acme-…; * is every name that nobody else has',
      '--certifier NAME=KEY': 'somebody whose certificates count',
      '--minimum LEVEL': `what is asked for whatever a tenant says: ${LEVELS.join(', ')} (default dev)`,
      '--force': 'in the place of a file that is there',
      '--json': 'one line of JSON: the file as it is read',
    },
    examples: [
      'freehold skill trust trust.yaml --root root.key.pub --publisher acme:acme=acme.key.pub --certifier house=house.key.pub',
    ],
  }),
  run: trustCommand,
}

/** @returns 0 done @throws UsageError, Fault */
async function trustCommand(
  args: readonly string[],
  terminal: Pick<Terminal, 'cwd' | 'env' | 'out'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      root: texts,
      threshold: text,
      publisher: texts,
      certifier: texts,
      minimum: text,
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  exactly(positionals, ['FILE'], 'skill trust')
  const key = (file: string): string => publicKeyOf(file, terminal).text
  const { root = [], publisher = [], certifier = [], minimum, threshold } = values
  const named = new Map<string, { name: string; prefixes: string[]; keys: string[] }>()
  for (const one of publisher) {
    const [, name = '', prefixes = '', file = ''] = /^([^:=]+):([^=]+)=(.+)$/.exec(one) ?? []
    if (file === '') throw new UsageError('--publisher takes NAME:PREFIX,…=KEY')
    const known = named.get(name) ?? { name, prefixes: prefixes.split(','), keys: [] }
    named.set(name, { ...known, keys: [...known.keys, key(file)] })
  }
  const certifiers = certifier.map((one) => {
    const [, name = '', file = ''] = /^([^=]+)=(.+)$/.exec(one) ?? []
    if (file === '') throw new UsageError('--certifier takes NAME=KEY')
    return { name, keys: [key(file)] }
  })
  const trust: TrustFile = {
    version: 1,
    ...(minimum !== undefined && { minimum: levelOf(minimum) }),
    ...(root.length > 0 && { root: { threshold: Number(threshold ?? 1), keys: root.map(key) } }),
    publishers: [...named.values()],
    certifiers,
  }
  const written = stringify(trust)
  readTrust(written)
  const file = positionals[0] ?? ''
  writeWhole(resolve(terminal.cwd, file), written, { over: values.force })
  terminal.out(values.json ? `${JSON.stringify(trust)}\n` : `${file}: written.\n`)
  return EXIT.ok.code
}
