import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readFolder } from '../skills/bundle/pack.ts'
import { emitSkillMd } from '../skills/importing/skill-md.ts'
import { operationsOf } from '../skills/kinds/operations.ts'
import { MANIFEST_FILE, readManifest } from '../skills/manifest/read-manifest.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import { writeWhole } from './whole-file.ts'

const DESCRIPTION_FILE = 'SKILL.md'

/** Writes the SKILL.md by which other programs find a skill. */
export const skillDescribe: Command = {
  help: helpText({
    summary:
      'Write SKILL.md beside skill.yaml, by which readers of Agent Skills (agentskills.io) find the skill',
    usage: 'freehold skill describe DIR [--print] [--force]',
    options: {
      DIR: 'the folder with skill.yaml in it',
      '--print': 'to standard output instead',
      '--force': 'in the place of a SKILL.md that is there',
    },
    examples: ['freehold skill describe order-lookup', 'freehold skill describe order-lookup --print'],
  }),
  run: describeCommand,
}

/** @returns 0 done @throws UsageError, Fault */
async function describeCommand(
  args: readonly string[],
  { cwd, out }: Pick<Terminal, 'cwd' | 'out'>,
): Promise<number> {
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { print: flag, force: flag },
  })
  exactly(positionals, ['DIR'], 'skill describe')
  const [shown = ''] = positionals
  const { files } = await readFolder(resolve(cwd, shown))
  const written = files.get(MANIFEST_FILE)
  if (written === undefined) throw new UsageError(`there is no ${MANIFEST_FILE} in ${shown}`)
  const manifest = readManifest(written.toString(), files)
  const instructions =
    manifest.kind === 'prompt' ? (files.get(manifest.prompt.instructions.replace(/^\.\//, '')) ?? null) : null
  const text = emitSkillMd(manifest, operationsOf({ manifest, files }), instructions?.toString() ?? null)
  if (values.print) {
    out(text)
    return EXIT.ok.code
  }
  const place = join(shown, DESCRIPTION_FILE)
  if (!values.force && existsSync(resolve(cwd, place))) {
    throw new UsageError(
      `${place} is there already; --force writes over it, --print shows what would be written`,
    )
  }
  writeWhole(resolve(cwd, place), text, { over: values.force })
  out(`${place}: ${manifest.metadata.name}\n`)
  return EXIT.ok.code
}
