import type { federatedView } from '@freehold/contract/federation.ts'
import { z } from 'zod'
import * as audit from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import { sealer, unseal } from '../sealed-columns.ts'

/** Who somebody is elsewhere. All three count: a subject of another issuer, or over another connection, is another. */
export interface Elsewhere {
  readonly connection: string
  readonly issuer: string
  readonly subject: string
}

const sealed = z.object({ issuer: z.string(), subject: z.string() })

/** The account that this identity opens; null where it opens none. */
export async function accountOf(tx: Tx, elsewhere: Elsewhere): Promise<string | null> {
  const row = await tx.db
    .selectFrom('federated_identity')
    .select('account_id')
    .where('identity_index', '=', indexOf(tx, elsewhere))
    .executeTakeFirst()
  return row?.account_id ?? null
}

export async function insertIdentity(
  tx: Tx,
  elsewhere: Elsewhere,
  { account, nowMs }: { readonly account: string; readonly nowMs: number },
): Promise<void> {
  const id = uuidV7(nowMs)
  const { dek, seal } = sealer(tx, { table: 'federated_identity', row: id })
  const { connection, issuer, subject } = elsewhere
  await tx.db
    .insertInto('federated_identity')
    .values({
      tenant_id: tx.tenant,
      id,
      account_id: account,
      connection,
      identity_index: indexOf(tx, elsewhere),
      dek,
      identity_sealed: seal('identity_sealed', JSON.stringify({ issuer, subject })),
      created_at: new Date(nowMs),
    })
    .execute()
}

export async function noteUse(tx: Tx, elsewhere: Elsewhere, nowMs: number): Promise<void> {
  await tx.db
    .updateTable('federated_identity')
    .set({ used_at: new Date(nowMs) })
    .where('identity_index', '=', indexOf(tx, elsewhere))
    .execute()
}

/** Those of an account, oldest first. */
export async function listIdentities(tx: Tx, account: string): Promise<z.output<typeof federatedView>[]> {
  const rows = await tx.db
    .selectFrom('federated_identity')
    .selectAll()
    .where('account_id', '=', account)
    .orderBy('id')
    .execute()
  return rows.map((row) => {
    const place = { table: 'federated_identity', column: 'identity_sealed' } as const
    const { issuer, subject } = sealed.parse(JSON.parse(unseal(tx, row, place, row.identity_sealed)))
    return {
      id: row.id,
      connection: row.connection,
      issuer,
      subject,
      createdAt: row.created_at.toISOString(),
      usedAt: row.used_at?.toISOString() ?? null,
    }
  })
}

/** @throws Fault `not_found`, `conflict` where nothing else would open the account */
export async function unlinkIdentity(
  tx: Tx,
  id: string,
  { account, request }: { readonly account: string; readonly request: string },
): Promise<void> {
  const own = await tx.db
    .selectFrom('federated_identity')
    .select(['id', 'connection'])
    .where('account_id', '=', account)
    .forUpdate()
    .execute()
  const gone = own.find((one) => one.id === id)
  if (gone === undefined) throw new Fault('not_found', 'This opens no account of yours.', { param: 'id' })
  if (own.length === 1 && !(await opensOtherwise(tx, account))) {
    throw new Fault('conflict', 'Nothing else opens your account. Ask for a link to choose a password first.')
  }
  await tx.db.deleteFrom('federated_identity').where('id', '=', id).execute()
  await audit.append(tx, {
    action: 'identity.unlinked',
    actor: account,
    subject: account,
    request,
    detail: { connection: gone.connection },
  })
}

/** All of an account: those accounts elsewhere open nothing here any more. */
export async function unlinkAll(
  tx: Tx,
  account: string,
  { actor, request }: { readonly actor: string; readonly request: string },
): Promise<void> {
  const gone = await tx.db
    .deleteFrom('federated_identity')
    .where('account_id', '=', account)
    .returning('connection')
    .execute()
  for (const { connection } of gone) {
    await audit.append(tx, {
      action: 'identity.unlinked',
      actor,
      subject: account,
      request,
      detail: { connection },
    })
  }
}

async function opensOtherwise(tx: Tx, account: string): Promise<boolean> {
  const { password_sealed: password } = await tx.db
    .selectFrom('account')
    .select('password_sealed')
    .where('id', '=', account)
    .executeTakeFirstOrThrow()
  if (password !== null) return true
  const passkey = await tx.db
    .selectFrom('passkey')
    .select('id')
    .where('account_id', '=', account)
    .executeTakeFirst()
  return passkey !== undefined
}

/** As JSON, so that no part of one can be taken for a part of another. */
const indexOf = (tx: Tx, { connection, issuer, subject }: Elsewhere): Buffer =>
  tx.keys.blind('federated_identity', JSON.stringify([connection, issuer, subject]))
