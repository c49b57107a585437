import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { nearest } from '../../../kernel/config/nearest.ts'
import { Fault } from '../../../kernel/fault.ts'
import { permissionFor, readAddress } from '../../broker/reach.ts'
import { baseUrlOf, documentOf, importOperation } from '../../openapi/operations.ts'
import type { ImportedOperation } from '../../openapi/operations.ts'
import type { Refuse } from '../manifest-problem.ts'

type OpenApiManifest = Extract<SkillManifest, { kind: 'openapi' }>

/** What a manifest says of its document is asked of the document. */
export function checkOpenApi(
  manifest: SkillManifest,
  files: ReadonlyMap<string, Buffer>,
  refuse: Refuse,
): void {
  if (manifest.kind !== 'openapi' || !files.has(manifest.openapi.source.replace(/^\.\//, ''))) return
  const document = tried(() => documentOf(manifest, files), refuse, ['openapi', 'source'])
  if (document === null) return
  const baseUrl = tried(() => baseUrlOf(manifest, document), refuse, ['openapi'])
  const known: ImportedOperation[] = []
  for (const [at, from] of manifest.openapi.include.entries()) {
    const steps = ['openapi', 'include', at] as const
    if (document.operation(from) === null) {
      refuse('openapi-operation', steps, 'is no operation of the document', {
        suggestion: nearest(from, document.ids),
      })
      continue
    }
    const imported = tried(
      () =>
        importOperation(document, from, {
          rename: manifest.openapi.rename[from],
          baseUrl: manifest.openapi.baseUrl,
        }),
      refuse,
      steps,
    )
    if (imported === null) continue
    if (known.some(({ id }) => id === imported.id)) {
      refuse('manifest-duplicate', steps, 'has the name of another one here: give it one in openapi.rename')
    }
    known.push(imported)
    if (baseUrl !== null) checkReach(manifest, [baseUrl, imported], [steps, refuse])
  }
  for (const from of Object.keys(manifest.openapi.rename)) {
    if (manifest.openapi.include.includes(from)) continue
    refuse('openapi-operation', ['openapi', 'rename', from], 'is not in openapi.include', { of: 'key' })
  }
  checkNames(manifest, known, refuse)
}

function checkReach(
  { permissions }: OpenApiManifest,
  [baseUrl, { request }]: readonly [string, ImportedOperation],
  [steps, refuse]: readonly [readonly (string | number)[], Refuse],
): void {
  const path = request.path.replaceAll(/\{[^}]*\}/g, 'a-value')
  const address = readAddress(baseUrl.replace(/\/$/, '') + path)
  if (typeof address === 'string') return refuse('network-undeclared', steps, `the address ${address}`)
  if (permissionFor(permissions.network, address, request.method) !== null) return undefined
  const { hostname, port, protocol, pathname } = address.url
  const message =
    `is not covered by permissions.network: declare host ${hostname}, ` +
    `port ${port || (protocol === 'https:' ? 443 : 80)}, method ${request.method} and a path that covers ` +
    `${pathname.replaceAll('a-value', '*')}${protocol === 'http:' ? ', with `tls: false`' : ''}`
  return refuse('network-undeclared', steps, message)
}

/** What is added to operations, and what tests call, is among those that are included. */
function checkNames(manifest: OpenApiManifest, known: readonly ImportedOperation[], refuse: Refuse): void {
  const ids = known.map(({ id }) => id)
  for (const [at, { id, effect }] of manifest.operations.entries()) {
    const method = known.find((one) => one.id === id)?.request.method
    if (method === undefined) {
      refuse('openapi-operation', ['operations', at, 'id'], 'is no operation of openapi.include', {
        suggestion: nearest(id, ids),
      })
    } else if ((method === 'GET' || method === 'HEAD') && effect !== undefined && effect !== 'read') {
      refuse('effect-read', ['operations', at, 'effect'], `must be read, because the request is ${method}`)
    } else if (effect === 'read' && method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
      refuse(
        'effect-read',
        ['operations', at, 'effect'],
        `is read, but ${method} changes something: leave it out`,
      )
    }
  }
  for (const [at, { operation }] of manifest.tests.entries()) {
    if (ids.includes(operation)) continue
    refuse('test-form', ['tests', at, 'operation'], 'is no operation of openapi.include', {
      suggestion: nearest(operation, ids),
    })
  }
  for (const [at, from] of manifest.openapi.include.entries()) {
    const id = known.find((one) => one.from === from)?.id
    if (id === undefined || manifest.tests.some(({ operation }) => operation === id)) continue
    refuse('test-missing', ['openapi', 'include', at], `has no test: add one of ${id} to tests`)
  }
}

function tried<T>(make: () => T, refuse: Refuse, steps: readonly (string | number)[]): T | null {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    refuse('openapi-operation', steps, error.message)
    return null
  }
}
