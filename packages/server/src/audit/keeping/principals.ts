import { sql } from 'kysely'
import type { Tx } from '../../store/store.ts'

/** The ids that these accounts act under: their own, those of keys that they made, and of keys made with those. */
export async function principalsOf({ db }: Tx, accounts: readonly string[]): Promise<readonly string[]> {
  if (accounts.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    WITH RECURSIVE own (id) AS (
      SELECT unnest(${[...accounts]}::text[])
      UNION SELECT made.id FROM api_key made JOIN own ON made.creator = own.id)
    SELECT id FROM own ORDER BY id`.execute(db)
  return rows.map(({ id }) => id)
}
