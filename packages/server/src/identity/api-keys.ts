import { SCOPES } from '@freehold/contract/actions.ts'
import { isWithin } from '@freehold/contract/data-class.ts'
import type { keyInput, keyView } from '@freehold/contract/identity.ts'
import { LIMIT_NAMES } from '@freehold/contract/limits.ts'
import type { page } from '@freehold/contract/platform.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import type { Tx } from '../store/store.ts'
import type { ApiKeyTable } from '../store/identity-tables.ts'
import { readLimits } from './budgets.ts'
import type { Caller } from './caller.ts'
import { keyName } from './census.ts'
import { mintKey } from './key-format.ts'
import { readScopes } from './roles.ts'
import type { Rights } from './rights.ts'
import type { ApiKey } from './roster.ts'
import { fingerprintOf } from './session-cookie.ts'

/** Keys that make keys that make keys: enough for any hierarchy, short enough to be resolved at each use. */
const MAX_GENERATIONS = 8

export type KeyInput = z.output<typeof keyInput>
export type KeyView = z.output<typeof keyView>

/** What is asked for, brought into one form and found to be within the creator's own rights. */
interface Grant {
  readonly scopes: readonly string[]
  readonly expiresMs: number | null
}

/**
 * A key never exceeds its creator. `creatorRights` are those of a caller that is itself a key, null for a person.
 * @throws Fault `invalid`, `above_ceiling` or `not_allowed`, with the field
 */
export function grantWithin(
  caller: Caller,
  creatorRights: Rights | null,
  input: KeyInput,
  nowMs: number,
): Grant {
  requireClasses(caller, input)
  const lacking = input.scopes.find(
    (scope) => scope !== '*' && caller.scopes !== null && !caller.scopes.has(scope),
  )
  if (lacking !== undefined) {
    throw new Fault('not_allowed', `You cannot give the scope "${lacking}", which your own key lacks.`, {
      param: 'scopes',
    })
  }
  if (creatorRights !== null && creatorRights.generation >= MAX_GENERATIONS) {
    throw new Fault('not_allowed', `Keys can make keys ${MAX_GENERATIONS} levels deep, no deeper.`)
  }
  const scopes = input.scopes.includes('*') ? ['*'] : SCOPES.filter((scope) => input.scopes.includes(scope))
  return { scopes, expiresMs: expiryWithin(creatorRights, input, nowMs) }
}

/** @throws Fault `above_ceiling`, `invalid` or `not_allowed`, with the field */
export function requireClasses(caller: Caller, input: Pick<KeyInput, 'class' | 'ceiling'>): void {
  if (!isWithin(input.ceiling, caller.classCeiling)) {
    throw new Fault(
      'above_ceiling',
      `The ceiling "${input.ceiling}" is above your own, "${caller.classCeiling}".`,
      {
        param: 'ceiling',
      },
    )
  }
  if (!isWithin(input.class, input.ceiling)) {
    throw new Fault('invalid', `The class "${input.class}" is above the ceiling, "${input.ceiling}".`, {
      param: 'class',
    })
  }
  // Requests of this program count as at least its base class; a key of its making must not wash that off.
  if (
    (caller.principal.kind === 'key' || caller.principal.kind === 'service') &&
    !isWithin(caller.baseClass, input.class)
  ) {
    throw new Fault('not_allowed', `The class "${input.class}" is below your own, "${caller.baseClass}".`, {
      param: 'class',
    })
  }
}

function expiryWithin(creatorRights: Rights | null, input: KeyInput, nowMs: number): number | null {
  const latestMs = creatorRights?.expiresMs ?? null
  if (input.expiresAt === undefined) return latestMs
  const expiresMs = Date.parse(input.expiresAt)
  if (expiresMs <= nowMs) {
    throw new Fault('invalid', 'This key would be expired from the start. Give a time in the future.', {
      param: 'expiresAt',
    })
  }
  if (latestMs !== null && expiresMs > latestMs) {
    const end = new Date(latestMs).toISOString()
    throw new Fault('not_allowed', `Your own key expires at ${end}; one made with it cannot last longer.`, {
      param: 'expiresAt',
    })
  }
  return expiresMs
}

/** Writes a key and its audit event. `creator`: whose it is, whose rights bound it; `actor`: who makes it. The key itself is in the answer and nowhere else. */
export async function insertKey(
  tx: Tx,
  { creator, actor }: { readonly creator: Caller; readonly actor: Caller },
  input: Omit<KeyInput, 'scopes'> & Grant,
  asked: { readonly nowMs: number; readonly request?: string | undefined },
): Promise<{ readonly entry: ApiKey; readonly view: KeyView & { readonly key: string } }> {
  const { id, key } = mintKey()
  const name = input.name ?? null
  const { dek, wrapped } = tx.keys.newDek({ table: 'api_key', row: id, column: 'dek' })
  const place = { table: 'api_key', row: id, column: 'name_sealed' }
  const fingerprint = fingerprintOf(key)
  const row = {
    id,
    dek: wrapped,
    name_sealed: name === null ? null : dek.seal(place, Buffer.from(name, 'utf8')),
    creator: creator.principal.id,
    secret_hash: Buffer.from(fingerprint, 'base64'),
    scopes: [...input.scopes],
    class: input.class,
    ceiling: input.ceiling,
    limits: input.limits,
    created_at: new Date(asked.nowMs),
    expires_at: input.expiresMs === null ? null : new Date(input.expiresMs),
    last_used_at: null,
    revoked_at: null,
  }
  await tx.db
    .insertInto('api_key')
    .values({ tenant_id: tx.tenant, ...row, limits: JSON.stringify(row.limits) })
    .execute()
  await audit.append(tx, {
    action: 'key.created',
    actor: actor.principal.id,
    subject: id,
    ...(asked.request === undefined ? {} : { request: asked.request }),
    detail: {
      ...(creator === actor ? {} : { service: creator.principal.id }),
      scopes: [...input.scopes],
      class: input.class,
      ceiling: input.ceiling,
      expires: input.expiresMs !== null,
      limits: LIMIT_NAMES.filter((name) => input.limits[name] !== undefined),
    },
  })
  const entry: ApiKey = {
    tenant: tx.tenant,
    id,
    name,
    creator: creator.principal.id,
    fingerprint,
    scopes: readScopes(input.scopes),
    class: input.class,
    ceiling: input.ceiling,
    limits: input.limits,
    expiresMs: input.expiresMs,
    usedMs: null,
  }
  return { entry, view: { ...presentKey(row, name), key } }
}

/** Whose keys: those that a person made, and those that were made with them; null for everybody's. */
export type KeysWithin = string | null

/** The ids of a person's keys and of all that were made with those. */
const keysOf = (person: string) => sql<string>`(with recursive own (id) as (
  select id from api_key where creator = ${person}
  union select made.id from api_key made join own on made.creator = own.id
) select id from own)`

/**
 * Keys of the tenant, newest first, revoked ones too, never a secret. `after` is the id of the last one seen.
 */
export async function listKeys(
  tx: Tx,
  within: KeysWithin,
  { after, limit }: z.output<typeof page>,
): Promise<{ readonly data: readonly KeyView[]; readonly next: string | null }> {
  let query = tx.db.selectFrom('api_key').selectAll()
  if (within !== null) query = query.where('id', 'in', keysOf(within))
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(created_at, id) < (select k.created_at, k.id from api_key k where k.id = ${after})`,
    )
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const data = rows.slice(0, limit).map((row) => presentKey(row, keyName(tx, row)))
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}

/**
 * Revokes a key and every key that was made with it. Returns the ids.
 * @throws Fault `not_found` when there is none, or it was revoked before
 */
export async function revokeKey(
  tx: Tx,
  id: string,
  asked: {
    readonly actor: string
    readonly nowMs: number
    readonly request?: string | undefined
    readonly within: KeysWithin
  },
): Promise<readonly string[]> {
  const revoked: string[] = []
  const revokeWhere = (column: 'id' | 'creator', ids: readonly string[]): Promise<{ id: string }[]> =>
    tx.db
      .updateTable('api_key')
      .set({ revoked_at: new Date(asked.nowMs) })
      .where(column, 'in', ids)
      .where('revoked_at', 'is', null)
      .$if(asked.within !== null, (query) => query.where('id', 'in', keysOf(asked.within ?? '')))
      .returning('id')
      .execute()
  let generation = await revokeWhere('id', [id])
  if (generation.length === 0) {
    throw new Fault('not_found', 'There is no such key, or it was revoked before.', { param: 'id' })
  }
  while (generation.length > 0) {
    const ids = generation.map((row) => row.id)
    revoked.push(...ids)
    generation = await revokeWhere('creator', ids)
  }
  for (const subject of revoked) {
    await audit.append(tx, {
      action: 'key.revoked',
      actor: asked.actor,
      subject,
      ...(asked.request === undefined ? {} : { request: asked.request }),
      detail: {},
    })
  }
  return revoked
}

/** What of a key may leave: a whitelist. */
function presentKey(row: Omit<Selectable<ApiKeyTable>, 'tenant_id'>, name: string | null): KeyView {
  return {
    id: row.id,
    name,
    creator: row.creator,
    scopes: row.scopes,
    // The column's check holds the words of the contract.
    class: row.class as KeyView['class'],
    ceiling: row.ceiling as KeyView['ceiling'],
    limits: readLimits(row.limits) ?? {},
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}
