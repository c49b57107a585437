import { uuidV7 } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import type { ToolDefinition } from './definitions.ts'
import { pinOf, toolDefinition } from './definitions.ts'
import type { ApprovedTool } from './pin-diff.ts'

/** What somebody of this tenant approved of the tools of a skill. */
export async function approvedTools({ db, keys }: Tx, skill: string): Promise<readonly ApprovedTool[]> {
  const rows = await db
    .selectFrom('mcp_tool')
    .selectAll()
    .where('skill', '=', skill)
    .orderBy('tool')
    .execute()
  return rows.map(({ id, tool, pin, dek, definition_sealed: sealed }) => {
    const plain = keys.openDek(placeOf(id, 'dek'), dek).open(placeOf(id, 'definition_sealed'), sealed)
    return { tool, pin, definition: toolDefinition.parse(JSON.parse(plain.toString('utf8'))) }
  })
}

/** Lets these tools be called as they are described; whoever calls this has shown the difference to somebody. */
export async function approveTools(
  { db, tenant, keys }: Tx,
  skill: string,
  definitions: readonly ToolDefinition[],
): Promise<void> {
  for (const definition of definitions) {
    const id = uuidV7()
    const { dek, wrapped } = keys.newDek(placeOf(id, 'dek'))
    const text = Buffer.from(JSON.stringify(definition), 'utf8')
    // The data key is bound to the row, so what is approved anew is another row.
    await db.deleteFrom('mcp_tool').where('skill', '=', skill).where('tool', '=', definition.name).execute()
    await db
      .insertInto('mcp_tool')
      .values({
        tenant_id: tenant,
        id,
        skill,
        tool: definition.name,
        pin: pinOf(definition),
        dek: wrapped,
        definition_sealed: dek.seal(placeOf(id, 'definition_sealed'), text),
      })
      .execute()
  }
}

/** Nothing of the skill is approved any more. */
export async function forgetTools({ db }: Tx, skill: string): Promise<void> {
  await db.deleteFrom('mcp_tool').where('skill', '=', skill).execute()
}

const placeOf = (row: string, column: string) => ({ table: 'mcp_tool', row, column }) as const
