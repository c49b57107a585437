import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Tx } from '../store/store.ts'
import type {
  AccountTable,
  ApiKeyTable,
  ServiceAccountTable,
  SessionTable,
} from '../store/identity-tables.ts'
import { readLimits } from './budgets.ts'
import { readPublicKeys } from './public-keys.ts'
import type { Compiled } from './policies/compiled.ts'
import { compilePolicies } from './policies/compiled.ts'
import { newestVersion, readVersion } from './policies/versions.ts'
import { readScopes } from './roles.ts'
import type { Account, ApiKey, BreakGlassUse, Census, Roster, ServiceAccount, Session } from './roster.ts'
import { unseal } from './sealed-columns.ts'
import { readStandings } from './standings.ts'
import type { Standings } from './standings.ts'

/** A short text that changes whenever a census would: one pass over ids, no unsealing. */
export async function censusMark(tx: Tx): Promise<string> {
  const { rows } = await sql<{ mark: string }>`select concat_ws(' ',
    (select concat(count(*), ':', sum(hashtextextended(concat(id, role, encode(name_index, 'hex')), 0)))
       from account where disabled_at is null),
    (select concat(count(*), ':', sum(hashtextextended(concat(group_id, account_id), 0))) from group_member),
    (select concat(count(*), ':', sum(hashtextextended(concat(id, roles::text, encode(name_index, 'hex')), 0)))
       from people_group),
    (select concat(count(*), ':', sum(hashtextextended(concat(name, scopes::text), 0))) from custom_role),
    (select concat(count(*), ':', sum(hashtextextended(
         concat_ws(' ', id, role, scopes::text, class, ceiling, limits::text, encode(name_index, 'hex'),
         public_keys::text, certificate, resources::text,
         redirect_uris::text, keyless), 0)))
       from service_account where disabled_at is null),
    (select concat(count(*), ':', sum(hashtextextended(concat(id, seen_at), 0))) from session),
    (select concat(count(*), ':', sum(hashtextextended(
         concat_ws(' ', id, creator, scopes::text, class, ceiling, limits::text, expires_at), 0)))
       from api_key where revoked_at is null),
    (select max(version) from policy_version)
  ) as mark`.execute(tx.db)
  return rows[0]?.mark ?? ''
}

/** Reads who may come in. Names of people and keys that `known` has are not unsealed again unless they have changed. */
export async function takeCensus(tx: Tx, known: Roster): Promise<Census> {
  const standings = await readStandings(tx)
  const accounts = await tx.db.selectFrom('account').selectAll().where('disabled_at', 'is', null).execute()
  const services = await tx.db
    .selectFrom('service_account')
    .selectAll()
    .where('disabled_at', 'is', null)
    .execute()
  const sessions = await tx.db.selectFrom('session').selectAll().execute()
  const uses = await readUses(tx)
  const keys = await tx.db.selectFrom('api_key').selectAll().where('revoked_at', 'is', null).execute()
  return {
    accounts: accounts.map((row) => readAccount(tx, row, { known, standings })),
    services: services.flatMap((row) => readService(tx, row, standings)),
    sessions: sessions.map((row) => readSession(tx, row, uses)),
    keys: keys.flatMap((row) => readApiKey(tx, row, known)),
    policies: await readPolicies(tx, known),
  }
}

/** Of the names of accounts that a census has read. */
const nameIndexes = new WeakMap<Account, Buffer>()

/** Those that `known` has are not compiled again. What cannot be read lets nobody in. */
async function readPolicies(tx: Tx, known: Roster): Promise<Compiled | null> {
  const version = await newestVersion(tx)
  const last = known.policies(tx.tenant)
  if (last?.version === version) return last
  const { policies } = await readVersion(tx, version)
  return policies.length === 0 ? null : compilePolicies({ tenant: tx.tenant, version }, policies)
}

/** Who would be known if the tenant were not shut: whoever has a key or a session hears that it is. Nothing is unsealed. */
export async function takeShutCensus(tx: Tx): Promise<Census> {
  const sessions = await tx.db.selectFrom('session').selectAll().execute()
  const keys = await tx.db.selectFrom('api_key').selectAll().where('revoked_at', 'is', null).execute()
  return {
    accounts: [],
    services: [],
    sessions: sessions.map((row) => readSession(tx, row, new Map())),
    keys: keys.flatMap((row) => readApiKey(tx, { ...row, name_sealed: null }, null)),
    policies: null,
  }
}

function readAccount(
  tx: Tx,
  row: Selectable<AccountTable>,
  by: { readonly known: Roster; readonly standings: Standings },
): Account {
  const known = by.known.account(tx.tenant, row.id)
  const name =
    known && nameIndexes.get(known)?.equals(row.name_index)
      ? known.name
      : unseal(tx, row, { table: 'account', column: 'name_sealed' }, row.name_sealed)
  const account = { tenant: tx.tenant, id: row.id, name, role: row.role, ...by.standings(row) }
  nameIndexes.set(account, row.name_index)
  return account
}

/** Empty for one of a class or with a limit that this version does not know, as for keys. */
function readService(
  tx: Tx,
  row: Selectable<ServiceAccountTable>,
  standings: Standings,
): readonly ServiceAccount[] {
  const base = dataClass.safeParse(row.class)
  const ceiling = dataClass.safeParse(row.ceiling)
  const limits = readLimits(row.limits)
  if (!base.success || !ceiling.success || limits === null) return []
  return [
    {
      tenant: tx.tenant,
      id: row.id,
      name: unseal(tx, row, { table: 'service_account', column: 'name_sealed' }, row.name_sealed),
      role: row.role,
      customScopes: standings(row).customScopes,
      scopes: readScopes(row.scopes),
      class: base.data,
      ceiling: ceiling.data,
      limits,
      keys: readPublicKeys(row.public_keys),
      certificate: row.certificate,
      resources: row.resources,
      redirectUris: row.redirect_uris,
      keyless: row.keyless,
    },
  ]
}

/** Of sessions that are open, by session: without its use, one of the emergency account would leave no traces. */
async function readUses(tx: Tx): Promise<ReadonlyMap<string, BreakGlassUse>> {
  const rows = await tx.db
    .selectFrom('break_glass')
    .innerJoin('session', 'session.id', 'break_glass.session_id')
    .select(['break_glass.id', 'break_glass.dek', 'reason_sealed', 'session_id'])
    .execute()
  return new Map(
    rows.flatMap(({ session_id: session, reason_sealed: sealed, ...row }) => {
      if (session === null || sealed === null) return []
      const place = { table: 'break_glass', column: 'reason_sealed' } as const
      return [[session, { id: row.id, reason: unseal(tx, row, place, sealed) }]]
    }),
  )
}

function readSession(
  tx: Tx,
  row: Selectable<SessionTable>,
  uses: ReadonlyMap<string, BreakGlassUse>,
): Session {
  const breakGlass = uses.get(row.id)
  return {
    ...(breakGlass && { breakGlass }),
    tenant: tx.tenant,
    id: row.id,
    account: row.account_id,
    fingerprint: row.secret_hash.toString('base64'),
    seenMs: row.seen_at.getTime(),
    expiresMs: row.expires_at.getTime(),
  }
}

/** Empty for a key of a class or with a limit this version does not know: it cannot be bounded, so it does not open. */
function readApiKey(tx: Tx, row: Selectable<ApiKeyTable>, known: Roster | null): ApiKey[] {
  const base = dataClass.safeParse(row.class)
  const ceiling = dataClass.safeParse(row.ceiling)
  const limits = readLimits(row.limits)
  if (!base.success || !ceiling.success || limits === null) return []
  return [
    {
      tenant: tx.tenant,
      id: row.id,
      name: known?.key(tx.tenant, row.id)?.name ?? keyName(tx, row),
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
