import { append } from '../../audit/audit.ts'
import { principalsOf } from '../../audit/keeping/principals.ts'
import { sql } from 'kysely'
import type { Tx } from '../../store/store.ts'
import { vaultIndex } from './stored-vault.ts'

interface Forgetting {
  /** By their names. */
  readonly conversations: readonly string[]
  readonly actor: string
  readonly request: string
}

/**
 * Forgets what stands for what in conversations that are deleted, in the same transaction and on record: with whatever key or
 * session one of these accounts spoke in them, and on whose behalf.
 */
export async function forgetConversations(
  tx: Tx,
  accounts: readonly string[],
  { conversations, actor, request }: Forgetting,
): Promise<void> {
  if (conversations.length === 0) return
  const own = [...new Set([...accounts, ...(await principalsOf(tx, accounts))])]
  const { rows } = await sql<{ principal: string }>`
    SELECT DISTINCT principal FROM privacy_vault WHERE split_part(principal, '/', 1) = ANY (${own}::text[])`.execute(
    tx.db,
  )
  if (rows.length === 0) return
  for (const conversation of conversations) {
    const indexes = rows.map(({ principal }) => vaultIndex(tx.keys, { principal, conversation }))
    const { numDeletedRows } = await tx.db
      .deleteFrom('privacy_vault')
      .where('conversation_index', 'in', indexes)
      .executeTakeFirst()
    if (numDeletedRows > 0n)
      await append(tx, { action: 'privacy.forgotten', subject: actor, actor, request, detail: {} })
  }
}
