import { createHash } from 'node:crypto'
import { operationId } from '@freehold/contract/skill-operation.ts'
import { z } from 'zod'
import { canonicalJson } from '../../audit/log/canonical.ts'
import { Fault } from '../../kernel/fault.ts'

const MOST_TOOLS = 1000
const MOST_CHARACTERS = 2 * 1024 * 1024

const schema = z.record(z.string(), z.json())
/** What a server says of one of its tools, as far as it is looked at. */
export const toolDefinition = z.object({
  name: z.string().min(1).max(128),
  description: z.string().max(20_000).default(''),
  inputSchema: schema,
  outputSchema: schema.optional(),
})
export type ToolDefinition = z.infer<typeof toolDefinition>

/** @throws Fault `skill_failed` for a list that is none, or is too long to be read by anybody */
export function readDefinitions(tools: readonly unknown[]): readonly ToolDefinition[] {
  if (tools.length > MOST_TOOLS) throw unfit(`names more than ${MOST_TOOLS} tools`)
  const read = tools.map((tool, at) => {
    const parsed = toolDefinition.safeParse(tool)
    if (parsed.success) return parsed.data
    throw unfit(
      `describes its tool ${at} so that it cannot be read (${parsed.error.issues[0]?.path.join('.')})`,
    )
  })
  const characters = read.reduce((total, one) => total + JSON.stringify(one).length, 0)
  if (characters > MOST_CHARACTERS)
    throw unfit(`describes its tools in more than ${MOST_CHARACTERS} characters`)
  if (new Set(read.map(({ name }) => name)).size < read.length) throw unfit('names a tool twice')
  return read
}

const unfit = (what: string): Fault => new Fault('skill_failed', `The MCP server ${what}.`)

/** SHA-256 over name, description and schemas as canonical JSON (RFC 8785). */
export function pinOf({ name, description, inputSchema, outputSchema }: ToolDefinition): string {
  const pinned = { name, description, inputSchema, ...(outputSchema && { outputSchema }) }
  return createHash('sha256').update(canonicalJson(pinned)).digest('hex')
}

/** The id that a tool has as an operation: its words in lower case. @throws Fault `invalid` where nothing is left of it */
export function operationIdOf(tool: string): string {
  const words = tool
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const parsed = operationId.safeParse(words.join('_'))
  if (parsed.success) return parsed.data
  throw new Fault('invalid', `mcp.tools.include: of ${shownName(tool)} no operation id can be made.`, {
    param: 'mcp.tools.include',
  })
}

const shownName = (name: string): string => JSON.stringify(name.slice(0, 60)).replaceAll(/[^\x20-\x7e]/g, '?')
