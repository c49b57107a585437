import { hash, randomBytes } from 'node:crypto'
import * as audit from '../../audit/audit.ts'
import type { Tx } from '../../store/store.ts'

const CODES = 10
/** 80 bits: no guess at one needs a slow hash. */
const CODE_BYTES = 10

/** Makes new ones, the only time they are seen; older ones are void. `XXXXX-XXXXX-XXXXX-XXXXX` in hexadecimal. */
export async function renewRecoveryCodes(tx: Tx, account: string): Promise<string[]> {
  await tx.db.deleteFrom('recovery_code').where('account_id', '=', account).execute()
  const codes = Array.from({ length: CODES }, () =>
    (randomBytes(CODE_BYTES).toString('hex').match(/.{5}/g) ?? []).join('-'),
  )
  await tx.db
    .insertInto('recovery_code')
    .values(codes.map((code) => ({ tenant_id: tx.tenant, account_id: account, code_hash: hashOf(code) })))
    .execute()
  return codes
}

export async function countRecoveryCodes(tx: Tx, account: string): Promise<number> {
  const rows = await tx.db
    .selectFrom('recovery_code')
    .select('code_hash')
    .where('account_id', '=', account)
    .execute()
  return rows.length
}

/** Whether it was one that was not used yet; it is used up. */
export async function takeRecoveryCode(
  tx: Tx,
  code: string,
  by: { readonly account: string; readonly request: string | undefined },
): Promise<boolean> {
  const { numDeletedRows } = await tx.db
    .deleteFrom('recovery_code')
    .where('account_id', '=', by.account)
    .where('code_hash', '=', hashOf(code))
    .executeTakeFirst()
  if (numDeletedRows === 0n) return false
  await audit.append(tx, {
    action: 'recovery_code.used',
    actor: by.account,
    subject: by.account,
    ...(by.request === undefined ? {} : { request: by.request }),
    detail: { left: await countRecoveryCodes(tx, by.account) },
  })
  return true
}

/** However it was typed: without hyphens, in capitals, with spaces. */
function hashOf(code: string): Buffer {
  return hash('sha256', code.toLowerCase().replaceAll(/[^\da-z]/g, ''), 'buffer')
}
