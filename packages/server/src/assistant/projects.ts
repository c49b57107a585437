import type { projectInput, projectView } from '@freehold/contract/conversations.ts'
import type { z } from 'zod'
import { append } from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Page, PageOf } from '../kernel/keyset-page.ts'
import { checkedPage, keysetPage } from '../kernel/keyset-page.ts'
import type { Place, Tx } from '../store/store.ts'
import type { Commit } from './conversations.ts'
import type { Own } from './ownership.ts'

export type ProjectSeen = z.input<typeof projectView>
type Wish = z.output<typeof projectInput>

const place = (row: string, column: string): Place => ({ table: 'project', row, column })
const noProject = (param: string): Fault => new Fault('not_found', 'There is no such project.', { param })

interface ProjectRow {
  readonly id: string
  readonly dek: Buffer
  readonly name_sealed: Buffer
  readonly created_at: Date
}

const dekOf = (tx: Tx, row: ProjectRow) => tx.keys.openDek(place(row.id, 'dek'), row.dek)

export const viewProject = (tx: Tx, row: ProjectRow): ProjectSeen => ({
  id: row.id,
  name: dekOf(tx, row).open(place(row.id, 'name_sealed'), row.name_sealed).toString('utf8'),
  createdAt: row.created_at.toISOString(),
})

/** @throws Fault `not_found` */
export async function requireProject({ db }: Tx, { owner }: Own, id: string, param = 'project') {
  const row = await db
    .selectFrom('project')
    .selectAll()
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst()
  if (!row) throw noProject(param)
  return row
}

export async function createProject(
  tx: Tx,
  own: Own,
  { name }: Wish,
  { request }: Commit,
): Promise<ProjectSeen> {
  const id = uuidV7()
  const { dek, wrapped } = tx.keys.newDek(place(id, 'dek'))
  const row = await tx.db
    .insertInto('project')
    .values({
      tenant_id: tx.tenant,
      id,
      owner: own.owner,
      dek: wrapped,
      name_sealed: dek.seal(place(id, 'name_sealed'), Buffer.from(name)),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const event = { actor: own.caller.principal.id, subject: id, request, detail: {} }
  await append(tx, { action: 'project.created', ...event })
  return viewProject(tx, row)
}

/** Oldest first. @throws Fault `invalid` */
export async function listProjects(tx: Tx, { owner }: Own, page: Page): Promise<PageOf<ProjectSeen>> {
  const { after, limit } = checkedPage(page)
  const rows = await tx.db
    .selectFrom('project')
    .selectAll()
    .where('owner', '=', owner)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return keysetPage(rows, limit, (row) => viewProject(tx, row))
}

/** @throws Fault `not_found` */
export async function changeProject(
  tx: Tx,
  own: Own,
  { id, name, request }: Commit & Wish & { readonly id: string },
): Promise<ProjectSeen> {
  const row = await requireProject(tx, own, id, 'id')
  const sealed = dekOf(tx, row).seal(place(id, 'name_sealed'), Buffer.from(name))
  await tx.db.updateTable('project').set({ name_sealed: sealed }).where('id', '=', id).execute()
  const event = { actor: own.caller.principal.id, subject: id, request, detail: {} }
  await append(tx, { action: 'project.changed', ...event })
  return viewProject(tx, { ...row, name_sealed: sealed })
}

/** Its conversations stay. @throws Fault `not_found` */
export async function deleteProject(
  tx: Tx,
  own: Own,
  { id, request }: Commit & { readonly id: string },
): Promise<void> {
  await requireProject(tx, own, id, 'id')
  const { numUpdatedRows } = await tx.db
    .updateTable('conversation')
    .set({ project_id: null })
    .where('project_id', '=', id)
    .executeTakeFirstOrThrow()
  await tx.db.deleteFrom('project').where('id', '=', id).execute()
  await append(tx, {
    action: 'project.deleted',
    actor: own.caller.principal.id,
    subject: id,
    request,
    detail: { conversations: Number(numUpdatedRows) },
  })
}
