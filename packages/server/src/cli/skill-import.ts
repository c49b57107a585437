import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { ImportedSkill } from '../skills/importing/imported.ts'
import { nameOf } from '../skills/importing/imported.ts'
import { importSource } from '../skills/importing/import-source.ts'
import { SCHEMA_FILE, schemaText } from '../skills/manifest/json-schema.ts'
import { MANIFEST_FILE } from '../skills/manifest/read-manifest.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import { writeWhole } from './whole-file.ts'

/** Makes skills of what others wrote. */
export const skillImport: Command = {
  help: helpText({
    summary:
      'Make a skill of an OpenAPI document, of a folder with SKILL.md, or of the configuration of MCP servers',
    usage:
      'freehold skill import FILE|DIR [--out DIR] [--include IDS] [--tools NAMES] [--base-url URL] [--name NAME] [--publisher NAME] [--json]',
    options: {
      'FILE|DIR':
        'an OpenAPI 3 document, a SKILL.md, a JSON file with mcpServers; a folder with SKILL.md, or with such folders in it',
      '--out DIR': 'where to (default: a folder here by the name of the skill)',
      '--include IDS': 'OpenAPI: ids of operations, with commas between (default: those that only read)',
      '--base-url URL':
        'OpenAPI: the address of the service, where it is not the first server of the document',
      '--name NAME': 'OpenAPI: what the skill is called, where that is not the title of the document',
      '--tools NAMES': 'MCP: names of the tools that may be used, with commas between',
      '--publisher NAME': 'whose skill it is (default: local)',
      '--json': 'one line of JSON: {skills: [{name, directory, files, findings: [{rule, message}]}]}',
    },
    examples: [
      'freehold skill import orders.openapi.yaml --include getOrder,createOrder',
      'freehold skill import ~/.claude/skills/release-notes --out release-notes',
      'freehold skill import mcp.json --tools search,read_file',
    ],
  }),
  run: importCommand,
}

const words = (text: string | undefined): readonly string[] | undefined =>
  text
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** @returns 0 done @throws UsageError, Fault */
async function importCommand(
  args: readonly string[],
  { cwd, out, err }: Pick<Terminal, 'cwd' | 'out' | 'err'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      include: { type: 'string' },
      'base-url': { type: 'string' },
      name: { type: 'string' },
      tools: { type: 'string' },
      publisher: { type: 'string', default: 'local' },
      json: { type: 'boolean', default: false },
    },
  })
  exactly(positionals, ['FILE|DIR'], 'skill import')
  const skills = await importSource(resolve(cwd, positionals[0] ?? ''), {
    publisher: values.publisher,
    include: words(values.include),
    tools: words(values.tools),
    baseUrl: values['base-url'],
    name: values.name === undefined ? undefined : nameOf(values.name),
  })
  const places = skills.map(({ name }) =>
    values.out === undefined ? name : skills.length === 1 ? values.out : join(values.out, name),
  )
  const taken = places.find((place, at) => existsSync(resolve(cwd, place)) || places.indexOf(place) < at)
  if (taken !== undefined) throw new UsageError(`${taken} is there already; say another place with --out`)
  for (const [at, one] of skills.entries()) write(resolve(cwd, places[at] ?? one.name), one)
  if (values.json) {
    const shown = skills.map(({ name, files, findings }, at) => ({
      name,
      directory: places[at],
      files: [MANIFEST_FILE, ...files.keys()],
      findings,
    }))
    out(`${JSON.stringify({ skills: shown })}\n`)
    return EXIT.ok.code
  }
  for (const [at, { name, findings }] of skills.entries()) {
    out(`${join(places[at] ?? name, MANIFEST_FILE)}: ${name}\n`)
    for (const { rule, message } of findings) err(`  ${rule}: ${message}`)
    out(`  See what it may do, and what there is to mend: freehold skill check ${places[at] ?? name}\n`)
  }
  return EXIT.ok.code
}

/** The paths were judged when the skill was made; none leads out of its folder. */
function write(directory: string, { manifest, files }: ImportedSkill): void {
  const all = [[MANIFEST_FILE, manifest], [SCHEMA_FILE, schemaText()], ...files] as const
  for (const [path, content] of all) {
    const place = join(directory, path)
    mkdirSync(dirname(place), { recursive: true })
    writeWhole(place, content, { over: false })
  }
}
