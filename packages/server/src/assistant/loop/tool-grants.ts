import type { toolGrantView } from '@freehold/contract/approvals.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import { openScope, scopeIndex, sealScope } from './approval-rows.ts'

/** A tool, or what a scope leaves of it, that the owner need not be asked about. */
interface Granting {
  readonly owner: string
  readonly tool: string
  readonly scope: string
}

/** Remembers an `always`, or prolongs it. Returns its id. */
export async function addGrant(tx: Tx, { owner, tool, scope }: Granting, days: number): Promise<string> {
  const id = uuidV7()
  const expires = sql<Date>`now() + make_interval(days => ${days}::integer)`
  await tx.db
    .deleteFrom('tool_grant')
    .where('owner', '=', owner)
    .where('expires_at', '<=', sql<Date>`now()`)
    .execute()
  const row = await tx.db
    .insertInto('tool_grant')
    .values({ tenant_id: tx.tenant, id, owner, tool, ...sealScope(tx.keys, id, scope), expires_at: expires })
    .onConflict((same) =>
      same
        .columns(['tenant_id', 'owner', 'tool', 'scope_index'])
        .doUpdateSet({ expires_at: sql<Date>`greatest(tool_grant.expires_at, excluded.expires_at)` }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

export async function isGranted(tx: Tx, { owner, tool, scope }: Granting): Promise<boolean> {
  const row = await tx.db
    .selectFrom('tool_grant')
    .select('id')
    .where('owner', '=', owner)
    .where('tool', '=', tool)
    .where('scope_index', '=', scopeIndex(tx.keys, scope))
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()
  return row !== undefined
}

/** `limit + 1` of them at most, oldest first. */
export async function listGrants(
  tx: Tx,
  owner: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<z.output<typeof toolGrantView>[]> {
  const rows = await tx.db
    .selectFrom('tool_grant')
    .selectAll()
    .where('owner', '=', owner)
    .where('expires_at', '>', sql<Date>`now()`)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    tool: row.tool,
    scope: openScope(tx.keys, row),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }))
}

/** @throws Fault `not_found` */
export async function revokeGrant(
  tx: Tx,
  { owner, id }: { readonly owner: string; readonly id: string },
  by: { readonly actor: string; readonly request: string },
): Promise<void> {
  const row = await tx.db
    .deleteFrom('tool_grant')
    .where('id', '=', id)
    .where('owner', '=', owner)
    .returning('tool')
    .executeTakeFirst()
  if (!row) throw new Fault('not_found', 'There is no such grant.', { param: 'id' })
  await append(tx, { action: 'tool_grant.revoked', ...by, subject: id, detail: { tool: row.tool } })
}
