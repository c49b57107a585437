import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readBundle } from '../skills/bundle/bundle.ts'
import { packSkill } from '../skills/bundle/pack.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText } from './terminal.ts'
import { BUNDLE_END } from './skill-files.ts'
import { writeWhole } from './whole-file.ts'

/** Packs a skill into the one file that is signed, published and installed. */
export const skillPack: Command = {
  help: helpText({
    summary: 'Pack the folder of a skill into one file, the same bytes on every machine',
    usage: 'freehold skill pack DIR [--out FILE] [--force] [--json]',
    options: {
      DIR: 'the folder with skill.yaml in it; hidden files stay at home',
      '--out FILE': 'where to (default: NAME-VERSION.skill.tar here)',
      '--force': 'in the place of a file that is there',
      '--json': 'one line of JSON: {file, digest, size, name, version, leftOut}',
    },
    examples: [
      'freehold skill pack order-lookup',
      'freehold skill pack order-lookup --out orders.skill.tar --force',
    ],
  }),
  run: packCommand,
}

/** @returns 0 done @throws UsageError, Fault */
async function packCommand(
  args: readonly string[],
  { cwd, out, err }: Pick<Terminal, 'cwd' | 'out' | 'err'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  exactly(positionals, ['DIR'], 'skill pack')
  const { bytes, digest, leftOut } = await packSkill(resolve(cwd, positionals[0] ?? ''))
  const { name, version } = readBundle(bytes).manifest.metadata
  const file = values.out ?? `${name}-${version}${BUNDLE_END}`
  writeWhole(resolve(cwd, file), bytes, { over: values.force })
  if (values.json) out(`${JSON.stringify({ file, digest, size: bytes.length, name, version, leftOut })}\n`)
  else {
    if (leftOut.length > 0) err(`Hidden, so left out: ${leftOut.join(', ')}`)
    out(`${file}: ${name} ${version}, ${bytes.length} bytes, sha256:${digest}\n`)
  }
  return EXIT.ok.code
}
