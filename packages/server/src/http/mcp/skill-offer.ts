import type { McpServer, Resource, ServerContext } from '@modelcontextprotocol/server'
import type { Skill, SkillSource } from '@modelcontextprotocol/server/ext/skills'
import { DIRECTORY_MIME_TYPE, skillEntry, SkillsExtension } from '@modelcontextprotocol/server/ext/skills'
import type { SkillPackage } from '../../skills/runner.ts'
import type { Offer, Visit } from './serving.ts'

export interface SkillOfferOptions {
  /** What this caller may see; asked for every request. */
  readonly catalogue: (visit: Visit) => Promise<readonly SkillPackage[]>
  /** A package cannot be shown. */
  readonly hidden: (skill: string, error: unknown) => void
}

/** A skill as it is shown: each file under its path below the root of the skill. */
interface Shown {
  readonly entry: Skill
  readonly files: ReadonlyMap<string, Buffer>
  /** `skill://publisher/name/` */
  readonly root: string
}

const PAGE = 100
const MOST_KEPT = 500
const MANIFEST = 'SKILL.md'

/** Skills over MCP (SEP-2640): the caller's skills with size and digest of every file, to be read and never run by it. */
export function createSkillOffer(
  { catalogue, hidden }: SkillOfferOptions,
  visitOf: (context: ServerContext) => Visit,
): Offer {
  // Digests of a package never change, because its own digest is its name.
  const kept = new Map<string, Promise<Shown | null>>()
  const shown = (skill: SkillPackage): Promise<Shown | null> => {
    const known = kept.get(skill.digest)
    if (known) return known
    const made = show(skill).catch((error: unknown) => {
      hidden(skill.manifest.metadata.name, error)
      return null
    })
    kept.set(skill.digest, made)
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    return made
  }
  const all = async (context: ServerContext): Promise<readonly Shown[]> => {
    const found = await Promise.all((await catalogue(visitOf(context))).map(shown))
    return found.filter((one) => one !== null).toSorted((a, b) => (a.entry.uri < b.entry.uri ? -1 : 1))
  }
  const source: SkillSource = {
    async list({ cursor }, context) {
      const entries = (await all(context)).map(({ entry }) => entry)
      const { page, nextCursor } = pageOf(entries, cursor)
      return { skills: page, ...(nextCursor !== undefined && { nextCursor }) }
    },
    async get(uri, context) {
      return (await all(context)).find(({ entry }) => entry.uri === uri)?.entry
    },
    async read(uri, context) {
      const skill = (await all(context)).find(({ root }) => uri.startsWith(root))
      const bytes = skill?.files.get(pathOf(uri, skill.root))
      return bytes && contentOf(bytes, uri)
    },
    async readDirectory(uri, { cursor }, context) {
      const children = childrenOf(await all(context), uri.endsWith('/') ? uri : `${uri}/`)
      if (children.length === 0) return undefined
      const { page, nextCursor } = pageOf(children, cursor)
      return { resources: page, ...(nextCursor !== undefined && { nextCursor }) }
    },
    async listResources(context) {
      return (await all(context)).map(({ entry }) => ({
        uri: entry.uri,
        name: entry.frontmatter.name,
        description: entry.frontmatter.description,
        mimeType: 'text/markdown',
      }))
    },
  }
  const extension = new SkillsExtension({ source, strict: true })
  return { offer: (mcp: McpServer) => extension.attach(mcp) }
}

/** Bytes that are UTF-8 are sent as text. */
function contentOf(bytes: Buffer, uri: string): { text: string; mimeType: string } | { bytes: Uint8Array } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { text, mimeType: uri.endsWith('.md') ? 'text/markdown' : 'text/plain' }
  } catch {
    return { bytes: new Uint8Array(bytes) }
  }
}

async function show({ manifest, files }: SkillPackage): Promise<Shown> {
  const { publisher, name, description } = manifest.metadata
  const all = new Map(files)
  if (!all.has(MANIFEST)) all.set(MANIFEST, generated(name, description))
  const path = `${publisher}/${name}`
  const entry = await skillEntry(path, Object.fromEntries(all), { baseUri: 'skill://' })
  return { entry, files: all, root: `skill://${path}/` }
}

/** For a skill that was packed without one. JSON is YAML. */
const generated = (name: string, description: string): Buffer =>
  Buffer.from(`---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\n${description}\n`)

function pathOf(uri: string, root: string): string {
  try {
    return decodeURIComponent(uri.slice(root.length))
  } catch {
    return ''
  }
}

function childrenOf(skills: readonly Shown[], directory: string): readonly Resource[] {
  const children = new Map<string, Resource>()
  for (const { root, files } of skills)
    for (const [path, { length }] of files) {
      const uri = `${root}${path.split('/').map(encodeURIComponent).join('/')}`
      if (!uri.startsWith(directory)) continue
      const [name = '', ...deeper] = uri.slice(directory.length).split('/')
      const child = `${directory}${name}`
      children.set(
        child,
        deeper.length > 0
          ? { uri: child, name: decodeURIComponent(name), mimeType: DIRECTORY_MIME_TYPE }
          : { uri: child, name: decodeURIComponent(name), size: length },
      )
    }
  return [...children.values()].toSorted((a, b) => (a.uri < b.uri ? -1 : 1))
}

/** The cursor is the address of the last one, so that what came meanwhile moves nothing. */
function pageOf<T extends { readonly uri: string }>(
  sorted: readonly T[],
  cursor: string | undefined,
): { readonly page: T[]; readonly nextCursor: string | undefined } {
  const after = cursor === undefined ? sorted : sorted.filter(({ uri }) => uri > cursor)
  const page = after.slice(0, PAGE)
  return { page, nextCursor: after.length > PAGE ? page.at(-1)?.uri : undefined }
}
