import { assertReached } from '../broker/allowed.ts'
import { baseUrlOf, documentOf } from '../openapi/operations.ts'
import type { SkillPackage, SkillRunner } from '../runner.ts'
import { mappedRunner } from './http.ts'
import { importedOf } from './operations.ts'

/**
 * Skills of kind `openapi`: the included operations of a document, each one request.
 * @throws Fault `invalid` for what the document does not have, `skill_denied` for what the manifest does not declare
 */
export function openOpenApi({ manifest, files }: SkillPackage): SkillRunner {
  if (manifest.kind !== 'openapi') throw new Error(`a skill of kind ${manifest.kind} was opened as openapi`)
  const document = documentOf(manifest, files)
  const baseUrl = baseUrlOf(manifest, document)
  const operations = importedOf(manifest, document).map(({ id, request }) => {
    const url = baseUrl.replace(/\/$/, '') + request.path.replaceAll(/\{[^}]*\}/g, 'a-value')
    assertReached(manifest.permissions.network, { method: request.method, url })
    return { id, request, response: manifest.operations.find((one) => one.id === id)?.response }
  })
  return mappedRunner(baseUrl, operations)
}
