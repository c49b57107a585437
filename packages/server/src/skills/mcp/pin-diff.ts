import { canonicalJson } from '../../audit/log/canonical.ts'
import type { ToolDefinition } from './definitions.ts'
import { pinOf } from './definitions.ts'
import type { HiddenText } from './hidden-text.ts'
import { hiddenIn, shown } from './hidden-text.ts'

/** What somebody approved of a tool. */
export interface ApprovedTool {
  readonly tool: string
  readonly pin: string
  /** What was approved; null where only its pin is known, as from a manifest. */
  readonly definition: ToolDefinition | null
}

export type ChangedField = 'description' | 'inputSchema' | 'outputSchema'

/** What somebody has to look at before a tool is called again, or for the first time. */
export interface ToolChange {
  readonly tool: string
  readonly kind: 'new' | 'changed'
  /** Null: not called before, or only its pin was kept. Texts have what is hidden in them written out. */
  readonly before: ToolDefinition | null
  readonly now: ToolDefinition
  /** Empty where what was before is not known. */
  readonly fields: readonly ChangedField[]
  /** What to approve. */
  readonly pin: string
  readonly hidden: readonly HiddenText[]
}

export interface PinDiff {
  /** Callable as they are. */
  readonly unchanged: readonly string[]
  readonly changes: readonly ToolChange[]
  /** Included, but the server does not offer them any more. */
  readonly gone: readonly string[]
}

const FIELDS: readonly ChangedField[] = ['description', 'inputSchema', 'outputSchema']

/** Compares what a server says of the tools that a skill includes with what was approved of them. */
export function pinDiff(
  include: readonly string[],
  approved: readonly ApprovedTool[],
  now: readonly ToolDefinition[],
): PinDiff {
  const known = new Map(approved.map((one) => [one.tool, one]))
  const offered = new Map(now.map((one) => [one.name, one]))
  const unchanged: string[] = []
  const changes: ToolChange[] = []
  const gone: string[] = []
  for (const tool of include) {
    const definition = offered.get(tool)
    const before = known.get(tool)
    if (definition === undefined) gone.push(tool)
    else if (before?.pin === pinOf(definition)) unchanged.push(tool)
    else changes.push(changeOf(definition, before))
  }
  return { unchanged, changes, gone }
}

function changeOf(now: ToolDefinition, approved: ApprovedTool | undefined): ToolChange {
  const before = approved?.definition ?? null
  return {
    tool: now.name,
    kind: approved === undefined ? 'new' : 'changed',
    before: before && visible(before),
    now: visible(now),
    fields:
      before === null
        ? []
        : FIELDS.filter(
            (field) => canonicalJson(before[field] ?? null) !== canonicalJson(now[field] ?? null),
          ),
    pin: pinOf(now),
    hidden: hiddenIn(now),
  }
}

/** As people and models may see it. */
export function visible(definition: ToolDefinition): ToolDefinition {
  const { description, inputSchema, outputSchema } = definition
  return {
    name: definition.name,
    description: shown(description),
    inputSchema: visibleJson(inputSchema),
    ...(outputSchema && { outputSchema: visibleJson(outputSchema) }),
  }
}

type Schema = ToolDefinition['inputSchema']

/** In JSON text what is hidden can only stand inside strings, so it is still the same JSON. */
const visibleJson = (schema: Schema): Schema =>
  // It was a schema before, and only letters of its strings are others.
  JSON.parse(shown(JSON.stringify(schema))) as Schema
