import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { SkillOperation } from '@freehold/contract/skill-operation.ts'
import { isDeclared } from './declared.ts'
import { isAllowedLicence } from './licences.ts'
import { imitatedPublisher, imitatedSkill } from './names.ts'
import type { DocumentFinding } from './openapi.ts'

const at = (rule: string, words: string): DocumentFinding => ({ rule, path: 'skill.yaml', words })

/** What a manifest says that a certifier would not let pass. That it is one was checked before. */
export function findInManifest(
  manifest: SkillManifest,
  files: ReadonlyMap<string, Buffer>,
): readonly DocumentFinding[] {
  const { metadata, permissions } = manifest
  const found: DocumentFinding[] = []
  for (const path of namedFiles(manifest)) {
    if (!files.has(path.replace(/^\.\//, ''))) found.push(at('manifest.entry-missing', path))
  }
  const base = baseUrl(manifest)
  if (base !== null) {
    if (!isDeclared(base.hostname, manifest)) found.push(at('declared.base-url', base.hostname))
    if (base.protocol === 'http:' && !isHome(base.hostname, manifest))
      found.push(at('manifest.plain-http', base.href.replace(/\/$/, '')))
  }
  for (const { host } of permissions.network)
    if (/^\*\.[^.]+$/.test(host)) found.push(at('manifest.wide-network', host))
  const tested = new Set(manifest.tests.map(({ operation }) => operation))
  for (const operation of manifest.operations) {
    if (!tested.has(operation.id)) found.push(at('manifest.untested', operation.id))
    if (isReadThatWrites(operation)) found.push(at('manifest.read-that-writes', operation.id))
    if (operation.confirm === 'never' && writes(operation))
      found.push(at('manifest.never-asks', operation.id))
  }
  if (!isAllowedLicence(metadata.licence)) found.push(at('supply.licence', metadata.licence))
  if (imitatedSkill(metadata.name) !== null) found.push(at('name.imitates-skill', metadata.name))
  if (imitatedPublisher(metadata.publisher) !== null)
    found.push(at('name.imitates-publisher', metadata.publisher))
  return found
}

function namedFiles(manifest: SkillManifest): readonly string[] {
  if (manifest.kind === 'code') return [manifest.code.entry]
  if (manifest.kind === 'prompt') return [manifest.prompt.instructions, ...manifest.prompt.resources]
  return []
}

function baseUrl(manifest: SkillManifest): URL | null {
  if (manifest.kind === 'http') return new URL(manifest.http.baseUrl)
  if (manifest.kind === 'openapi' && manifest.openapi.baseUrl !== undefined)
    return new URL(manifest.openapi.baseUrl)
  if (manifest.kind === 'mcp' && manifest.mcp.transport === 'http') return new URL(manifest.mcp.url)
  return null
}

const isHome = (host: string, { permissions }: SkillManifest): boolean =>
  permissions.network.some((one) => one.host === host && one.zone === 'private' && !one.tls)

type Partial = Pick<SkillOperation, 'effect' | 'request'>

const methodOf = ({ request }: Partial): string | null =>
  typeof request === 'string' ? (request.split(' ')[0] ?? null) : (request?.method ?? null)

function isReadThatWrites(operation: Partial): boolean {
  const method = methodOf(operation)
  // A search is often asked for with POST; deleting and replacing never only reads.
  return operation.effect === 'read' && method !== null && /^(?:PUT|PATCH|DELETE)$/.test(method)
}

function writes(operation: Partial): boolean {
  if (operation.effect !== undefined) return operation.effect !== 'read'
  const method = methodOf(operation)
  return method !== null && method !== 'GET' && method !== 'HEAD'
}
