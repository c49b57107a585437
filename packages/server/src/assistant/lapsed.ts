import { sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import { insertEvents } from './run-events.ts'
import { conversationDek } from './sealed-rows.ts'

const INTERRUPTED = { type: 'run.interrupted' }

/**
 * Marks runs as interrupted that were lost with their process: this one, or all of the tenant. Everything that was told
 * of them stays; the answer that was not whole is no message. Returns them.
 */
export async function interruptLapsed(tx: Tx, run: string | null): Promise<readonly string[]> {
  return interrupt(tx, sql`lease_until < now() ${run === null ? sql`` : sql`AND id = ${run}::uuid`}`)
}

/** The same for those of every other process: to be called where there can be none. */
export const interruptOthers = (tx: Tx, replica: string): Promise<readonly string[]> =>
  interrupt(tx, sql`replica IS DISTINCT FROM ${replica}::uuid`)

async function interrupt(tx: Tx, which: ReturnType<typeof sql>): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string; conversation_id: string; last_seq: number }>`
    UPDATE run SET state = 'interrupted', last_seq = last_seq + 1, lease_until = NULL, replica = NULL, ended_at = now()
    WHERE state IN ('running', 'waiting') AND ${which}
    RETURNING id, conversation_id, last_seq`.execute(tx.db)
  for (const { id, conversation_id: conversation, last_seq: seq } of rows) {
    const of = await tx.db
      .selectFrom('conversation')
      .select(['id', 'dek'])
      .where('id', '=', conversation)
      .executeTakeFirstOrThrow()
    const dek = conversationDek(tx.keys, of)
    await insertEvents(tx, dek, id, { seq, events: [INTERRUPTED] })
  }
  return rows.map(({ id }) => id)
}
