import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { SKILL_KINDS } from '@freehold/contract/skill-manifest.ts'
import { skillName } from '@freehold/contract/skill-permissions.ts'
import { scaffoldOf } from '../skills/scaffolds/scaffold.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import { writeWhole } from './whole-file.ts'

const USUAL_KIND = 'http'
const USUAL_PUBLISHER = 'my-team'

/** Makes the folder of a new skill. */
export const skillInit: Command = {
  help: helpText({
    summary: 'Make the folder of a new skill, with tests that pass, to be changed into yours',
    usage: 'freehold skill init NAME [--kind KIND] [--publisher NAME] [--in DIR] [--json]',
    options: {
      NAME: 'what it is called: small letters, digits and hyphens, as in order-lookup',
      '--kind KIND': `${SKILL_KINDS.join(', ')} (default ${USUAL_KIND})`,
      '--publisher NAME': `who publishes it (default ${USUAL_PUBLISHER})`,
      '--in DIR': 'where the folder is made (default: here)',
      '--json': 'one line of JSON: {directory, files}',
    },
    examples: ['freehold skill init order-lookup', 'freehold skill init sums --kind code --publisher acme'],
  }),
  run: initCommand,
}

/** @returns 0 done @throws UsageError */
async function initCommand(
  args: readonly string[],
  { cwd, out }: Pick<Terminal, 'cwd' | 'out'>,
): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { kind: text, publisher: text, in: text, json: { type: 'boolean', default: false } },
  })
  exactly(positionals, ['NAME'], 'skill init')
  const { publisher = USUAL_PUBLISHER, kind: asked = USUAL_KIND } = values
  const name = positionals[0] ?? ''
  const kind = SKILL_KINDS.find((one) => one === asked)
  if (kind === undefined) throw new UsageError(`a kind is one of ${SKILL_KINDS.join(', ')}`)
  for (const [what, one] of [
    ['a name', name],
    ['--publisher', publisher],
  ] as const)
    if (!skillName.safeParse(one).success)
      throw new UsageError(`${what} is made of small letters, digits and single hyphens, as in order-lookup`)
  const shown = join(values.in ?? '', name)
  const directory = resolve(cwd, shown)
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new UsageError(`${shown} is there already, and not empty`)
  const files = scaffoldOf(kind, { name, publisher })
  for (const [path, content] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeWhole(join(directory, path), content, { over: false })
  }
  out(
    values.json
      ? `${JSON.stringify({ directory: shown, files: [...files.keys()] })}\n`
      : `${shown}: ${[...files.keys()].join(', ')}\nGo on with: freehold skill test ${shown}\n`,
  )
  return EXIT.ok.code
}
