import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { Schemas } from '../manifest/schemas.ts'
import type { SkillPackage } from '../runner.ts'
import type { ToolDefinition } from './definitions.ts'
import { operationIdOf } from './definitions.ts'
import type { ApprovedTool } from './pin-diff.ts'
import { visible } from './pin-diff.ts'

type McpManifest = Extract<SkillManifest, { kind: 'mcp' }>

const MOST_DESCRIPTION = 1024

/** Tools by the ids that they have as operations. @throws Fault `invalid` where two would have the same */
export function toolsById({ mcp }: McpManifest): ReadonlyMap<string, string> {
  return new Map(mcp.tools.include.map((tool) => [operationIdOf(tool), tool]))
}

/**
 * The skill with the tools that somebody approved as its operations; those that its manifest describes whole are there without.
 * Other kinds stay as they are.
 */
export function withApproved(skill: SkillPackage, approved: readonly ApprovedTool[]): SkillPackage {
  const { manifest } = skill
  if (manifest.kind !== 'mcp') return skill
  const definitions = approved.flatMap(({ definition }) => definition ?? [])
  if (definitions.length === 0) return skill
  const { operations } = withDefinitions(manifest, definitions.map(compiling))
  const known = new Set(operations.map(({ id }) => id))
  const others = manifest.operations.filter(({ id }) => !known.has(id))
  return { ...skill, manifest: { ...manifest, operations: [...operations, ...others] } }
}

/**
 * Servers write schemas in other dialects, and with words of their own. What cannot be read here is left to the server, which looks
 * at its input itself.
 */
function compiling({ inputSchema, outputSchema, ...definition }: ToolDefinition): ToolDefinition {
  const schemas = new Schemas()
  const { $schema: _, ...input } = inputSchema
  const { $schema: __, ...output } = outputSchema ?? {}
  return {
    ...definition,
    inputSchema: typeof schemas.compile(input) === 'function' ? input : { type: 'object' },
    ...(outputSchema && typeof schemas.compile(output) === 'function' && { outputSchema: output }),
  }
}

/**
 * The manifest with every included tool as an operation: what the manifest says of it counts, and what it leaves out is
 * the server's. That a tool only reads is never believed of the server's word; without one of the manifest's it writes.
 */
export function withDefinitions(manifest: McpManifest, definitions: readonly ToolDefinition[]): McpManifest {
  const offered = new Map(definitions.map((one) => [one.name, one]))
  const written = new Map(manifest.operations.map((one) => [one.id, one]))
  const operations = [...toolsById(manifest)].flatMap(([id, tool]) => {
    const found = offered.get(tool)
    if (found === undefined) return []
    const { description, inputSchema, outputSchema } = visible(found)
    const said = written.get(id)
    return [
      {
        examples: { en: [], zh: [] },
        confirm: 'policy' as const,
        contexts: [],
        effect: 'write' as const,
        ...said,
        id,
        description: said?.description ?? (description.slice(0, MOST_DESCRIPTION).toWellFormed() || tool),
        input: Object.keys(said?.input ?? {}).length > 0 ? (said?.input ?? {}) : inputSchema,
        ...((said?.output ?? outputSchema) && { output: said?.output ?? outputSchema }),
      },
    ]
  })
  return { ...manifest, operations }
}
