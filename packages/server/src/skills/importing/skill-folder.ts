import { isUtf8 } from 'node:buffer'
import { bundledPath } from '@freehold/contract/skill-manifest.ts'
import { Fault } from '../../kernel/fault.ts'
import { readFrontMatter } from './front-matter.ts'
import type { ImportedSkill, ImportFinding } from './imported.ts'
import { lineOf, manifestText, nameOf, versionOf } from './imported.ts'

type Fields = Readonly<Record<string, unknown>>

const MOST_RESOURCES = 64
const MOST_RESOURCE_BYTES = 256 * 1024
/** Of https://agentskills.io/specification; all others are of one vendor. */
const KNOWN_FIELDS = new Set(['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'])
/** Under which names OpenClaw and its forerunners keep what they need. */
const CLAW_NAMES = ['openclaw', 'clawdbot', 'moltbot', 'clawdis']

/**
 * A folder with a SKILL.md as a skill of text: it gets no permissions, whatever it asks for, and nothing in it is run.
 * Taken as loosely as such folders are written.
 * @throws Fault `invalid` where there is no SKILL.md that is text
 */
export function importSkillFolder(
  files: ReadonlyMap<string, Buffer>,
  { folder, publisher }: { readonly folder: string; readonly publisher: string },
): ImportedSkill {
  const file = [...files.keys()].find((path) => /^skill\.md$/i.test(path))
  const bytes = file === undefined ? undefined : files.get(file)
  if (file === undefined || bytes === undefined || !isUtf8(bytes)) {
    throw new Fault('invalid', 'There is no SKILL.md that is text in UTF-8.', { param: 'SKILL.md' })
  }
  const { fields, body, isLoose } = readFrontMatter(bytes.toString())
  const findings: ImportFinding[] = []
  const find = (rule: ImportFinding['rule'], message: string): void => void findings.push({ rule, message })
  if (isLoose)
    find('import-loose-yaml', `${file}: what it says of itself is no YAML and was read line by line`)
  const metadata = fieldsIn(fields['metadata'])
  const asked = lineOf(fields['name'], 200) ?? folder
  const name = nameOf(asked)
  if (name !== asked) find('import-name', `the name is ${name} here`)
  tellFields(fields, metadata, find)
  const resources = resourcesOf(files, file, find)
  const kept = new Map([...resources, file].map((path) => [path, files.get(path) ?? Buffer.alloc(0)]))
  const title = lineOf(metadata['title'] ?? fields['title'] ?? headingOf(body) ?? asked, 80) ?? name
  const manifest = manifestText(
    {
      apiVersion: 'freehold.dev/v1',
      kind: 'prompt',
      metadata: {
        name,
        version: versionOf(metadata['version'] ?? fields['version']),
        publisher: nameOf(publisher),
        title,
        description: lineOf(fields['description'], 1024) ?? paragraphOf(body) ?? title,
        licence: lineOf(fields['license'] ?? fields['licence'], 64) ?? 'LicenseRef-Unknown',
      },
      prompt: { instructions: file, ...(resources.length > 0 && { resources: [...resources] }) },
    },
    kept,
  )
  return { name, manifest, files: kept, findings }
}

type Find = (rule: ImportFinding['rule'], message: string) => void

/** What it asks for, and does not get. */
function tellFields(fields: Fields, metadata: Fields, find: Find): void {
  const strange = Object.keys(fields).filter((key) => !KNOWN_FIELDS.has(key))
  if (strange.length > 0) {
    find(
      'import-field',
      `left out, as only one vendor knows it: ${strange.map((key) => lineOf(key, 40) ?? '?').join(', ')}`,
    )
  }
  if (fields['allowed-tools'] !== undefined) {
    find(
      'import-tools',
      'it names tools that it wants to use without asking; here every tool asks by its own rules',
    )
  }
  for (const name of CLAW_NAMES) {
    const claw = { ...fieldsIn(metadata[name]), ...fieldsIn(fields[name]) }
    const requires = fieldsIn(claw['requires'])
    const programs = [...wordsIn(requires['bins']), ...wordsIn(requires['anyBins'])]
    const variables = [...wordsIn(requires['env']), ...wordsIn(claw['primaryEnv'])]
    if (programs.length > 0)
      find('import-program', `it expects programs that a skill of text does not have: ${programs.join(', ')}`)
    if (variables.length > 0) {
      find(
        'import-environment',
        `it expects variables that hold secrets; none is handed over: ${[...new Set(variables)].join(', ')}`,
      )
    }
    if (claw['install'] !== undefined)
      find('import-program', 'it says how programs are installed; nothing is installed')
  }
}

function resourcesOf(
  files: ReadonlyMap<string, Buffer>,
  instructions: string,
  find: Find,
): readonly string[] {
  const taken: string[] = []
  const left: string[] = []
  for (const [path, bytes] of [...files].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (path === instructions) continue
    const isTaken =
      bundledPath.safeParse(path).success &&
      taken.length < MOST_RESOURCES &&
      bytes.length <= MOST_RESOURCE_BYTES &&
      isUtf8(bytes) &&
      !bytes.includes(0)
    ;(isTaken ? taken : left).push(path)
  }
  if (left.length > 0) {
    const shown = left.slice(0, 5).map((path) => lineOf(path, 80) ?? '?')
    find(
      'import-file',
      `left out, as no text that can be handed to a model: ${shown.join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}`,
    )
  }
  const scripts = taken.filter((path) =>
    /\.(?:sh|bash|zsh|ps1|bat|cmd|py|js|mjs|ts|rb|pl|php|go|rs)$/i.test(path),
  )
  if (scripts.length > 0)
    find('import-program', `is handed over as text and not run: ${scripts.slice(0, 5).join(', ')}`)
  return taken
}

/** Also of those who wrote JSON into a text. */
function fieldsIn(value: unknown): Fields {
  if (typeof value === 'string' && value.trimStart().startsWith('{')) {
    try {
      return fieldsIn(JSON.parse(value))
    } catch {
      return {}
    }
  }
  // A mapping of the parser has plain keys.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

const wordsIn = (value: unknown): readonly string[] =>
  [value].flat().flatMap((one) => {
    const word = lineOf(one, 64)
    return word === null ? [] : [word]
  })

const headingOf = (body: string): string | undefined => /^#{1,3}[^\S\n]+(.+)$/m.exec(body)?.[1]

function paragraphOf(body: string): string | null {
  const paragraph = body.split(/\n\s*\n/).find((part) => /^[^\s#`>|<*-]/.test(part.trimStart()))
  return lineOf(paragraph, 1024)
}
