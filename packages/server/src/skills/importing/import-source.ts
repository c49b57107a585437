import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import { parsePlainYaml } from '../manifest/plain-yaml.ts'
import type { ImportedSkill } from './imported.ts'
import { importMcpServers } from './mcp-servers.ts'
import { importOpenApi, MOST_IMPORTED } from './openapi-file.ts'
import { importSkillFolder } from './skill-folder.ts'

export interface ImportWishes {
  readonly publisher: string
  /** Operations of an OpenAPI document. */
  readonly include?: readonly string[] | undefined
  /** Tools of MCP servers. */
  readonly tools?: readonly string[] | undefined
  readonly baseUrl?: string | undefined
  /** Of a skill that is made of an OpenAPI document. */
  readonly name?: string | undefined
}

const MOST_FILES = 2000
const MOST_FILE_BYTES = 8 * 1024 * 1024
/** What travels with skills and is none of theirs. */
const PASSED_OVER = new Set(['node_modules', '__pycache__', 'venv', 'dist'])

/**
 * Skills made of what lies there: a folder with SKILL.md, or with such folders in it; a SKILL.md alone; an OpenAPI
 * document; the configuration of MCP servers.
 * @throws Fault `invalid`, `not_found`
 */
export async function importSource(path: string, wishes: ImportWishes): Promise<readonly ImportedSkill[]> {
  const there = await stat(path).catch(() => null)
  if (there === null) throw new Fault('not_found', `${path} is not there.`, { param: 'path' })
  return there.isDirectory() ? importFolder(path, wishes) : importFile(path, wishes)
}

async function importFolder(path: string, wishes: ImportWishes): Promise<readonly ImportedSkill[]> {
  const entries = await readdir(path, { withFileTypes: true })
  if (entries.some(({ name }) => /^skill\.md$/i.test(name))) {
    return [
      importSkillFolder(await filesBelow(path), { folder: basename(path), publisher: wishes.publisher }),
    ]
  }
  const found: ImportedSkill[] = []
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.') || PASSED_OVER.has(entry.name)) continue
    const names = await readdir(join(path, entry.name))
    if (names.some((name) => /^skill\.md$/i.test(name)))
      found.push(...(await importFolder(join(path, entry.name), wishes)))
  }
  if (found.length > 0) return found
  throw new Fault('invalid', `${path} holds no SKILL.md, and no folder in it does.`, { param: 'path' })
}

/** Links and what is hidden are passed over: they lead elsewhere, or are somebody's own. */
async function filesBelow(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(path, below), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || PASSED_OVER.has(entry.name)) continue
      const place = `${below}${entry.name}`
      if (entry.isDirectory()) await walk(`${place}/`)
      else if (
        entry.isFile() &&
        files.size < MOST_FILES &&
        (await stat(join(path, place))).size <= MOST_FILE_BYTES
      )
        files.set(place, await readFile(join(path, place)))
    }
  }
  await walk('')
  return files
}

async function importFile(path: string, wishes: ImportWishes): Promise<readonly ImportedSkill[]> {
  const file = basename(path)
  const bytes = await readFile(path)
  if (/\.md$/i.test(file)) {
    const folder = file.replace(/\.md$/i, '')
    return [importSkillFolder(new Map([['SKILL.md', bytes]]), { folder, publisher: wishes.publisher })]
  }
  const text = bytes.toString()
  const value = parsePlainYaml(text, file, MOST_IMPORTED)
  const has = (key: string): boolean =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key)
  if (has('mcpServers') || has('servers')) {
    if (!has('openapi')) return importMcpServers(value, wishes)
  }
  if (has('openapi')) return [importOpenApi(text, { ...wishes, file: plainName(file) })]
  if (has('swagger')) {
    throw new Fault('invalid', `${file} is Swagger 2.0: convert it to OpenAPI 3 first.`, { param: 'path' })
  }
  throw new Fault(
    'invalid',
    `${file} is no SKILL.md, no OpenAPI document and no configuration of MCP servers.`,
    { param: 'path' },
  )
}

/** A name that a bundle takes. */
const plainName = (file: string): string =>
  file.replaceAll(/[^\w.-]/g, '_').replace(/^[^\w]+/, '') || 'api.yaml'
