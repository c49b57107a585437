import { sql } from 'kysely'
import type { Tx } from '../store/store.ts'

/** Who looks after a tenant, and how they sign in. */
export interface Administrators {
  readonly people: number
  /** Of them, those who sign in with a password and nothing besides. */
  readonly passwordAlone: number
  /** The emergency account is armed. */
  readonly isArmed: boolean
}

/** Of the transaction's tenant; the account for emergencies is nobody. */
export async function administratorsOf({ db }: Tx): Promise<Administrators> {
  const { rows } = await sql<{ people: number; password_alone: number; armed: boolean }>`
    WITH admin AS (
      SELECT id, password_sealed FROM account
      WHERE role IN ('owner', 'admin') AND disabled_at IS NULL
        AND id NOT IN (SELECT account_id FROM break_glass)
    )
    SELECT count(*)::integer AS people,
      count(*) FILTER (
        WHERE password_sealed IS NOT NULL
          AND id NOT IN (SELECT account_id FROM totp) AND id NOT IN (SELECT account_id FROM passkey)
      )::integer AS password_alone,
      EXISTS (SELECT 1 FROM break_glass WHERE code_sealed IS NOT NULL) AS armed
    FROM admin`.execute(db)
  const [row] = rows
  return {
    people: row?.people ?? 0,
    passwordAlone: row?.password_alone ?? 0,
    isArmed: row?.armed ?? false,
  }
}
