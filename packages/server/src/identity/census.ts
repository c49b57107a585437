import { SCOPES } from '@freehold/contract/actions.ts'
import type { Scope } from '@freehold/contract/actions.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { AccountTable, ApiKeyTable, SessionTable } from '../store/tables.ts'
import { readLimits } from './budgets.ts'
import type { Account, ApiKey, Census, Roster, Session } from './roster.ts'

/** A short text that changes whenever a census would: one pass over ids, no unsealing. */
export async function censusMark(tx: Tx): Promise<string> {
  const { rows } = await sql<{ mark: string }>`select concat_ws(' ',
    (select concat(count(*), ':', sum(hashtextextended(concat(id, role), 0))) from account),
    (select concat(count(*), ':', sum(hashtextextended(concat(id, seen_at), 0))) from session),
    (select concat(count(*), ':', sum(hashtextextended(id::text, 0))) from api_key where revoked_at is null)
  ) as mark`.execute(tx.db)
  return rows[0]?.mark ?? ''
}

/** Reads who may come in. Names that `known` has already are not unsealed again: they never change. */
export async function takeCensus(tx: Tx, known: Roster): Promise<Census> {
  const accounts = await tx.db.selectFrom('account').selectAll().execute()
  const sessions = await tx.db.selectFrom('session').selectAll().execute()
  const keys = await tx.db.selectFrom('api_key').selectAll().where('revoked_at', 'is', null).execute()
  return {
    accounts: accounts.map((row) => readAccount(tx, row, known)),
    sessions: sessions.map((row) => readSession(tx, row)),
    keys: keys.flatMap((row) => readApiKey(tx, row, known)),
  }
}

/** Opens a sealed column of an identity row. */
export function unseal(
  tx: Tx,
  row: { readonly id: string; readonly dek: Buffer },
  place: { readonly table: 'account' | 'api_key'; readonly column: string },
  sealed: Buffer,
): string {
  const dek = tx.keys.openDek({ table: place.table, row: row.id, column: 'dek' }, row.dek)
  return dek.open({ ...place, row: row.id }, sealed).toString('utf8')
}

/** The scopes a row holds; null for `*`. Words of a newer version grant nothing here. */
export function readScopes(stored: readonly string[]): ReadonlySet<Scope> | null {
  return stored.includes('*') ? null : new Set(SCOPES.filter((scope) => stored.includes(scope)))
}

function readAccount(tx: Tx, row: Selectable<AccountTable>, known: Roster): Account {
  const name =
    known.account(tx.tenant, row.id)?.name ??
    unseal(tx, row, { table: 'account', column: 'name_sealed' }, row.name_sealed)
  return { tenant: tx.tenant, id: row.id, name, role: row.role }
}

function readSession(tx: Tx, row: Selectable<SessionTable>): Session {
  return {
    tenant: tx.tenant,
    id: row.id,
    account: row.account_id,
    fingerprint: row.secret_hash.toString('base64'),
    seenMs: row.seen_at.getTime(),
    expiresMs: row.expires_at.getTime(),
  }
}

/** Empty for a key of a class or with a limit this version does not know: it cannot be bounded, so it does not open. */
function readApiKey(tx: Tx, row: Selectable<ApiKeyTable>, known: Roster): ApiKey[] {
  const base = dataClass.safeParse(row.class)
  const ceiling = dataClass.safeParse(row.ceiling)
  const limits = readLimits(row.limits)
  if (!base.success || !ceiling.success || limits === null) return []
  return [
    {
      tenant: tx.tenant,
      id: row.id,
      name: known.key(tx.tenant, row.id)?.name ?? keyName(tx, row),
      creator: row.creator,
      fingerprint: row.secret_hash.toString('base64'),
      scopes: readScopes(row.scopes),
      class: base.data,
      ceiling: ceiling.data,
      limits,
      expiresMs: row.expires_at?.getTime() ?? null,
      usedMs: row.last_used_at?.getTime() ?? null,
    },
  ]
}

/** The name a person gave the key, unsealed. */
export function keyName(
  tx: Tx,
  row: Pick<Selectable<ApiKeyTable>, 'id' | 'dek' | 'name_sealed'>,
): string | null {
  if (row.name_sealed === null) return null
  return unseal(tx, row, { table: 'api_key', column: 'name_sealed' }, row.name_sealed)
}
