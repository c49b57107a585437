import type { SkillOperation } from '@freehold/contract/skill-operation.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { ToolEffect } from '@freehold/contract/loop-events.ts'
import { EFFECT_OF } from '../manifest/operation-shape.ts'
import type { ImportedOperation } from '../openapi/operations.ts'
import { documentOf, importOperation } from '../openapi/operations.ts'
import type { OpenApiDocument } from '../openapi/document.ts'
import type { SkillPackage } from '../runner.ts'
import { PROMPT_OPERATION, promptInput } from './prompt.ts'

/** What an operation is to those who call it, from wherever that is known: the manifest, or the document beside it. */
export interface DescribedOperation {
  readonly id: string
  readonly title: string | undefined
  readonly description: string
  readonly zh?: SkillOperation['zh']
  readonly examples: SkillOperation['examples']
  readonly input: Readonly<Record<string, unknown>>
  readonly output: Readonly<Record<string, unknown>> | undefined
  readonly effect: ToolEffect
  readonly confirm: SkillOperation['confirm']
  readonly idempotent: boolean
  readonly timeoutMs: number | undefined
  readonly contexts: SkillOperation['contexts']
}

type Written = SkillManifest['operations'][number]
const NOTHING_SAID: Pick<Written, 'examples' | 'confirm' | 'contexts'> = {
  examples: { en: [], zh: [] },
  confirm: 'policy',
  contexts: [],
}

/** The operations of a skill. Of an MCP server those alone that its manifest describes. @throws Fault `invalid` */
export function operationsOf({
  manifest,
  files,
}: Pick<SkillPackage, 'manifest' | 'files'>): readonly DescribedOperation[] {
  if (manifest.kind === 'openapi') {
    return importedOf(manifest, documentOf(manifest, files)).map((one) => describedImport(one, manifest))
  }
  if (manifest.kind === 'prompt') return [readingOf(manifest)]
  return manifest.operations.flatMap((one) =>
    one.description === undefined ? [] : [described(one, { description: one.description, effect: 'write' })],
  )
}

function readingOf({ metadata, prompt }: Extract<SkillManifest, { kind: 'prompt' }>): DescribedOperation {
  return {
    ...NOTHING_SAID,
    id: PROMPT_OPERATION,
    title: metadata.title,
    description: metadata.description,
    ...(metadata.zh && { zh: metadata.zh }),
    input: promptInput(prompt.resources),
    output: undefined,
    effect: 'read',
    confirm: 'never',
    idempotent: true,
    timeoutMs: undefined,
  }
}

/** Those that are included, under the names that they have here. @throws Fault `invalid` */
export const importedOf = (
  { openapi }: Extract<SkillManifest, { kind: 'openapi' }>,
  document: OpenApiDocument,
): readonly ImportedOperation[] =>
  openapi.include.map((id) =>
    importOperation(document, id, { rename: openapi.rename[id], baseUrl: openapi.baseUrl }),
  )

function describedImport(
  imported: ImportedOperation,
  { operations }: Extract<SkillManifest, { kind: 'openapi' }>,
): DescribedOperation {
  const { id, title, description, input, request } = imported
  const said = operations.find((one) => one.id === id)
  const added = {
    ...NOTHING_SAID,
    ...said,
    id,
    input: Object.keys(said?.input ?? {}).length > 0 ? (said?.input ?? {}) : input,
  }
  return described(added, { title, description, effect: EFFECT_OF[request.method] })
}

function described(
  one: Omit<Written, 'input'> & { readonly input: DescribedOperation['input'] },
  usual: { readonly title?: string | undefined; readonly description: string; readonly effect: ToolEffect },
): DescribedOperation {
  const effect = one.effect ?? usual.effect
  return {
    id: one.id,
    title: one.title ?? usual.title,
    description: one.description ?? usual.description,
    ...(one.zh && { zh: one.zh }),
    examples: one.examples,
    input: one.input,
    output: one.output,
    effect,
    confirm: one.confirm,
    idempotent: one.idempotent ?? effect === 'read',
    timeoutMs: one.timeoutMs,
    contexts: one.contexts,
  }
}
