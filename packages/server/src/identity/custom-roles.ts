import { SCOPES } from '@freehold/contract/actions.ts'
import type { Scope } from '@freehold/contract/actions.ts'
import { ROLES } from '@freehold/contract/people.ts'
import type { roleInput, roleView } from '@freehold/contract/people.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import type { Tx } from '../store/store.ts'
import type { Caller } from './caller.ts'
import type { Asked } from './looking-after.ts'
import { isCovered, requireCovered } from './looking-after.ts'
import { builtInRole, powersOfRoles, readScopes } from './roles.ts'

type RoleView = z.output<typeof roleView>

/** What the roles of the tenant's own allow, in the order of their names. */
export async function readCustomRoles(tx: Tx): Promise<ReadonlyMap<string, ReadonlySet<Scope>>> {
  const rows = await tx.db.selectFrom('custom_role').select(['name', 'scopes']).orderBy('name').execute()
  return new Map(rows.map(({ name, scopes }) => [name, readScopes(scopes) ?? new Set<Scope>()]))
}

/** Those that come with the program first. */
export async function listRoles(tx: Tx, caller: Caller): Promise<RoleView[]> {
  const builtIn = ROLES.map((name) => ({
    name,
    scopes: [...(builtInRole(name) ?? [])],
    builtIn: true,
    givable: name !== 'owner' && isCovered(caller, powersOfRoles([name])),
  }))
  const own = [...(await readCustomRoles(tx))].map(([name, scopes]) => ({
    name,
    scopes: [...scopes],
    builtIn: false,
    givable: isCovered(caller, scopes),
  }))
  return [...builtIn, ...own]
}

/** @throws Fault `not_allowed`, `conflict` */
export async function putRole(
  tx: Tx,
  name: string,
  input: z.output<typeof roleInput>,
  { caller, request }: Asked,
): Promise<RoleView> {
  requireOwn(name)
  const scopes = SCOPES.filter((scope) => input.scopes.includes(scope))
  const before = await tx.db
    .selectFrom('custom_role')
    .select('scopes')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst()
  // Who has it loses what is taken away, so that must be the caller's to give as well.
  const touched = new Set([...scopes, ...(readScopes(before?.scopes ?? []) ?? [])])
  requireCovered(caller, touched, 'scopes')
  await tx.db
    .insertInto('custom_role')
    .values({ tenant_id: tx.tenant, name, scopes: [...scopes] })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doUpdateSet({ scopes: [...scopes] }))
    .execute()
  await audit.append(tx, {
    action: 'role.put',
    actor: caller.principal.id,
    subject: name,
    request,
    detail: { scopes: [...scopes] },
  })
  return { name, scopes: [...scopes], builtIn: false, givable: true }
}

/** @throws Fault `not_found`, `conflict` while somebody has it */
export async function deleteRole(tx: Tx, name: string, { caller, request }: Asked): Promise<void> {
  requireOwn(name)
  const row = await tx.db
    .selectFrom('custom_role')
    .select('scopes')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new Fault('not_found', `There is no role "${name}".`, { param: 'name' })
  requireCovered(caller, readScopes(row.scopes) ?? new Set(), 'name')
  const { rows } = await sql<{ used: boolean }>`select
    exists (select from account where role = ${name}) or
    exists (select from people_group where ${name} = any (roles)) or
    exists (select from service_account where role = ${name}) or
    exists (select from invitation where role = ${name}) as used`.execute(tx.db)
  if (rows[0]?.used !== false) {
    throw new Fault(
      'conflict',
      `People, groups, service accounts or invitations have the role "${name}". Give them another first.`,
      {
        param: 'name',
      },
    )
  }
  await tx.db.deleteFrom('custom_role').where('name', '=', name).execute()
  await audit.append(tx, {
    action: 'role.deleted',
    actor: caller.principal.id,
    subject: name,
    request,
    detail: {},
  })
}

function requireOwn(name: string): void {
  if (builtInRole(name) === null) return
  throw new Fault('conflict', `The role "${name}" comes with Freehold and stays as it is.`, { param: 'name' })
}
