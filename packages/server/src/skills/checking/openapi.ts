import { parse } from 'yaml'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'

export interface DocumentFinding {
  readonly rule: string
  readonly path: string
  /** What to look for in the file, so that a place can be named. */
  readonly words: string
}

const VERBS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options']

/** What the OpenAPI document of a skill says of the operations that it includes. */
export function findInOpenapi(
  manifest: SkillManifest,
  files: ReadonlyMap<string, Buffer>,
): readonly DocumentFinding[] {
  if (manifest.kind !== 'openapi') return []
  const path = manifest.openapi.source.replace(/^\.\//, '')
  const bytes = files.get(path)
  if (!bytes) return [{ rule: 'manifest.entry-missing', path: 'skill.yaml', words: 'source' }]
  const document = objectOf(read(bytes))
  if (!/^3\./.test(String(document['openapi'])))
    return [{ rule: 'openapi.unreadable', path, words: 'openapi' }]
  const found: DocumentFinding[] = []
  for (const server of listOf(document['servers'])) {
    const url = String(objectOf(server)['url'])
    if (url.startsWith('http://')) found.push({ rule: 'openapi.plain-http', path, words: url })
  }
  const isAnonymousByDefault = listOf(document['security']).length === 0
  for (const operation of operationsOf(document)) {
    const id = String(operation['operationId'])
    if (!manifest.openapi.include.includes(id) || manifest.auth.length > 0) continue
    const { security } = operation
    const isAnonymous = Array.isArray(security)
      ? security.length === 0 || security.some((one) => Object.keys(objectOf(one)).length === 0)
      : isAnonymousByDefault
    if (isAnonymous) found.push({ rule: 'openapi.no-security', path, words: id })
  }
  return found
}

function operationsOf(document: Record<string, unknown>): readonly Record<string, unknown>[] {
  return Object.values(objectOf(document['paths'])).flatMap((item) =>
    VERBS.map((verb) => objectOf(objectOf(item)[verb])).filter((one) => 'operationId' in one),
  )
}

function read(bytes: Buffer): unknown {
  try {
    return parse(bytes.toString('utf8'), { maxAliasCount: 100 })
  } catch {
    return null
  }
}

// A parsed document: members are looked at one by one.
const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
