import { SCOPES } from '@freehold/contract/actions.ts'
import type { Scope } from '@freehold/contract/actions.ts'
import { LIMIT_NAMES } from '@freehold/contract/limits.ts'
import type { page } from '@freehold/contract/platform.ts'
import type {
  serviceAccountChange,
  serviceAccountInput,
  serviceAccountView,
} from '@freehold/contract/service-accounts.ts'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { isUuid, uuidV7 } from '../kernel/ids.ts'
import { isUniqueViolation } from '../store/database-fault.ts'
import type { ServiceAccountTable } from '../store/identity-tables.ts'
import type { Tx } from '../store/store.ts'
import { foldName } from './account-name.ts'
import { requireClasses, revokeKey } from './api-keys.ts'
import { readLimits } from './budgets.ts'
import { withdrawInvitationsOf } from './invitations.ts'
import type { Asked } from './looking-after.ts'
import { powersOfNames, requireCovered } from './looking-after.ts'
import { readPublicKeys, requireUsableKeys } from './public-keys.ts'
import type { Privilege } from './roles.ts'
import { readScopes } from './roles.ts'
import { sealer, unseal } from './sealed-columns.ts'

type ServiceAccountView = z.output<typeof serviceAccountView>
type Row = Selectable<ServiceAccountTable>
type Grant = Omit<z.output<typeof serviceAccountInput>, 'name'>

/** Newest first, disabled ones too. */
export async function listServiceAccounts(
  tx: Tx,
  { after, limit }: z.output<typeof page>,
): Promise<{ readonly data: ServiceAccountView[]; readonly next: string | null }> {
  if (after !== undefined && !isUuid(after)) {
    throw new Fault('invalid', 'This is not the id of a service account.', { param: 'after' })
  }
  const rows = await tx.db
    .selectFrom('service_account')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const data = rows.slice(0, limit).map((row) => present(tx, row))
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}

/** @throws Fault `not_found` */
export async function readServiceAccount(tx: Tx, id: string): Promise<ServiceAccountView> {
  return present(tx, await rowOf(tx, id))
}

/** @throws Fault `conflict`, `invalid`, `not_allowed`, `above_ceiling` */
export async function createServiceAccount(
  tx: Tx,
  { name, ...grant }: z.output<typeof serviceAccountInput>,
  asked: Asked,
): Promise<ServiceAccountView> {
  await requireGivable(tx, grant, asked)
  const id = uuidV7(asked.nowMs)
  const { dek, seal } = sealer(tx, { table: 'service_account', row: id })
  const row = {
    tenant_id: tx.tenant,
    id,
    dek,
    name_sealed: seal('name_sealed', name),
    name_index: nameIndex(tx, name),
    role: grant.role,
    scopes: inOrder(grant.scopes),
    class: grant.class,
    ceiling: grant.ceiling,
    certificate: grant.certificate,
    resources: grant.resources,
    redirect_uris: grant.redirectUris,
    keyless: grant.public,
    created_at: new Date(asked.nowMs),
  }
  await uniquely(
    tx.db
      .insertInto('service_account')
      .values({ ...row, ...written(grant) })
      .execute(),
  )
  await record(tx, asked, { action: 'service_account.created', subject: id, detail: detailOf(grant) })
  return present(tx, { ...row, limits: grant.limits, public_keys: grant.keys, disabled_at: null })
}

/**
 * What it may do and what it is to be able to do must both be the caller's to give. `root`: who stands behind the
 * caller, which is not to change itself.
 * @throws Fault `not_found`, `conflict`, `invalid`, `not_allowed`, `above_ceiling`
 */
export async function changeServiceAccount(
  tx: Tx,
  id: string,
  { name, disabled, ...change }: z.output<typeof serviceAccountChange>,
  asked: Asked & { readonly root: string },
): Promise<ServiceAccountView> {
  const row = await lookedAfter(tx, id, asked)
  const before = grantOf(row)
  const grant = {
    role: change.role ?? before.role,
    scopes: change.scopes ?? before.scopes,
    class: change.class ?? before.class,
    ceiling: change.ceiling ?? before.ceiling,
    limits: change.limits ?? before.limits,
    keys: change.keys ?? before.keys,
    certificate: change.certificate === undefined ? before.certificate : change.certificate,
    resources: change.resources ?? before.resources,
    redirectUris: change.redirectUris ?? before.redirectUris,
    public: change.public ?? before.public,
  }
  if (name !== undefined || Object.keys(change).length > 0) {
    await requireGivable(tx, grant, asked)
    await uniquely(
      tx.db
        .updateTable('service_account')
        .set({
          ...(name === undefined ? {} : renamed(tx, row, name)),
          role: grant.role,
          scopes: inOrder(grant.scopes),
          class: grant.class,
          ceiling: grant.ceiling,
          certificate: grant.certificate,
          resources: grant.resources,
          redirect_uris: grant.redirectUris,
          keyless: grant.public,
          ...written(grant),
        })
        .where('id', '=', id)
        .execute(),
    )
    const detail = { ...detailOf(grant), renamed: name !== undefined }
    await record(tx, asked, { action: 'service_account.changed', subject: id, detail })
  }
  if (disabled !== undefined && disabled !== (row.disabled_at !== null))
    await open(tx, id, { ...asked, disabled })
  return readServiceAccount(tx, id)
}

/** @throws Fault `not_found`, `not_allowed` */
export async function deleteServiceAccount(
  tx: Tx,
  id: string,
  asked: Asked & { readonly root: string },
): Promise<void> {
  const { role } = await lookedAfter(tx, id, asked)
  const { request, nowMs, caller } = asked
  await withdrawInvitationsOf(tx, id, asked)
  const own = await tx.db
    .selectFrom('api_key')
    .select('id')
    .where('creator', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
  const revoking = { actor: caller.principal.id, nowMs, request, within: null }
  let keys = 0
  for (const key of own) keys += (await revokeKey(tx, key.id, revoking)).length
  await tx.db.deleteFrom('service_account').where('id', '=', id).execute()
  await record(tx, asked, { action: 'service_account.deleted', subject: id, detail: { role, keys } })
}

/** Its keys open nothing while it is disabled, because they do not outlive whose they are. */
async function open(tx: Tx, id: string, asked: Asked & { readonly disabled: boolean }): Promise<void> {
  const { disabled, nowMs } = asked
  await tx.db
    .updateTable('service_account')
    .set({ disabled_at: disabled ? new Date(nowMs) : null })
    .where('id', '=', id)
    .execute()
  if (disabled) await withdrawInvitationsOf(tx, id, asked)
  const action = disabled ? 'service_account.disabled' : 'service_account.enabled'
  await record(tx, asked, { action, subject: id, detail: {} })
}

async function requireGivable(tx: Tx, grant: Grant, { caller }: Asked): Promise<void> {
  requireClasses(caller, grant)
  requireUsableKeys(grant.keys)
  if (grant.keys.length > 0 && grant.certificate !== null) {
    throw new Fault('invalid', 'It proves itself with keys or with a certificate, not with both.', {
      param: 'certificate',
    })
  }
  requireApplication(grant)
  requireCovered(caller, await powersOfGrant(tx, grant, 'role'), 'role')
}

/** Whether it keeps a key is said and not guessed: taking the last key away must not open it to everybody. */
function requireApplication({ public: isPublic, redirectUris, keys, certificate }: Grant): void {
  const keepsKey = keys.length > 0 || certificate !== null
  if (isPublic && (keepsKey || redirectUris.length === 0)) {
    throw new Fault('invalid', 'What is public has no key and no certificate, and takes people back.', {
      param: 'public',
    })
  }
  if (redirectUris.length > 0 && !isPublic && !keepsKey) {
    throw new Fault(
      'invalid',
      'An application proves itself with a key or a certificate; one that can keep neither is public.',
      { param: 'redirectUris' },
    )
  }
}

async function lookedAfter(
  tx: Tx,
  id: string,
  { caller, root }: Asked & { readonly root: string },
): Promise<Row> {
  const row = await rowOf(tx, id)
  if (id === root) {
    throw new Fault('not_allowed', 'A service account does not change itself. Ask somebody else to do it.', {
      param: 'id',
    })
  }
  requireCovered(caller, await powersOfGrant(tx, grantOf(row), 'id'), 'id')
  return row
}

/** One that is limited to scopes has no privileges, whatever its role. @throws Fault `invalid` */
async function powersOfGrant(
  tx: Tx,
  { role, scopes }: Grant,
  param: string,
): Promise<ReadonlySet<Scope | Privilege>> {
  const powers = await powersOfNames(tx, [role], param)
  const within = readScopes(scopes)
  return within === null ? powers : powers.intersection(within)
}

async function rowOf(tx: Tx, id: string): Promise<Row> {
  const row = await tx.db
    .selectFrom('service_account')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new Fault('not_found', 'There is no such service account.', { param: 'id' })
  return row
}

const grantOf = (row: Row): Grant => ({
  role: row.role,
  // Words of a newer version grant nothing here, and the column's check holds the classes of the contract.
  scopes: row.scopes.includes('*') ? ['*'] : [...(readScopes(row.scopes) ?? [])],
  class: row.class as Grant['class'],
  ceiling: row.ceiling as Grant['ceiling'],
  limits: readLimits(row.limits) ?? {},
  keys: [...readPublicKeys(row.public_keys)],
  certificate: row.certificate,
  resources: row.resources,
  redirectUris: row.redirect_uris,
  public: row.keyless,
})

/** What of it may leave: a whitelist. */
function present(tx: Tx, row: Row): ServiceAccountView {
  return {
    ...grantOf(row),
    id: row.id,
    name: unseal(tx, row, { table: 'service_account', column: 'name_sealed' }, row.name_sealed),
    createdAt: row.created_at.toISOString(),
    disabledAt: row.disabled_at?.toISOString() ?? null,
  }
}

const written = ({ limits, keys }: Grant) => ({
  limits: JSON.stringify(limits),
  public_keys: JSON.stringify(keys),
})

const inOrder = (scopes: readonly string[]): string[] =>
  scopes.includes('*') ? ['*'] : SCOPES.filter((scope) => scopes.includes(scope))

const detailOf = ({ scopes, class: base, limits, keys, certificate, ...rest }: Grant) => ({
  role: rest.role,
  scopes: inOrder(scopes),
  class: base,
  ceiling: rest.ceiling,
  limits: LIMIT_NAMES.filter((name) => limits[name] !== undefined),
  keys: keys.length,
  certificate: certificate !== null,
  resources: rest.resources.length,
  redirectUris: rest.redirectUris.length,
  public: rest.public,
})

function renamed(
  tx: Tx,
  row: Row,
  name: string,
): { readonly name_sealed: Buffer; readonly name_index: Buffer } {
  const dek = tx.keys.openDek({ table: 'service_account', row: row.id, column: 'dek' }, row.dek)
  const place = { table: 'service_account', row: row.id, column: 'name_sealed' }
  return { name_sealed: dek.seal(place, Buffer.from(name, 'utf8')), name_index: nameIndex(tx, name) }
}

const nameIndex = (tx: Tx, name: string): Buffer => tx.keys.blind('service_account.name', foldName(name))

async function uniquely<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Fault('conflict', 'There is a service account of this name already.', { param: 'name' })
  }
}

async function record(
  tx: Tx,
  { caller, request }: Asked,
  event: Pick<audit.AuditEvent, 'action' | 'subject' | 'detail'>,
): Promise<void> {
  await audit.append(tx, { ...event, actor: caller.principal.id, request })
}
