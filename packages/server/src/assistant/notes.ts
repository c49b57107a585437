import type { DataClass } from '@freehold/contract/data-class.ts'
import { classesWithin, dataClass, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import { z } from 'zod'
import { append } from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Page, PageOf } from '../kernel/keyset-page.ts'
import { checkedPage, keysetPage } from '../kernel/keyset-page.ts'
import type { Place, Tx } from '../store/store.ts'
import type { Commit } from './conversations.ts'
import { aboveCeiling } from './conversations.ts'
import type { Own } from './ownership.ts'

export type NoteKind = 'memory' | 'template'

const content = z.object({ name: z.string(), text: z.string() })
type Content = z.infer<typeof content>

interface NoteRow {
  readonly id: string
  readonly class: string
  readonly dek: Buffer
  readonly text_sealed: Buffer
  readonly created_at: Date
}

const place = (row: string, column: string): Place => ({ table: 'note', row, column })
const dekOf = (tx: Tx, row: Pick<NoteRow, 'id' | 'dek'>) => tx.keys.openDek(place(row.id, 'dek'), row.dek)
const sealed = (said: Content): Buffer => Buffer.from(JSON.stringify(said))

const VARIABLE = /\{\{\s*([\p{L}\p{N}_-]{1,64})\s*\}\}/gu

export function viewNote(tx: Tx, row: NoteRow) {
  const json = dekOf(tx, row).open(place(row.id, 'text_sealed'), row.text_sealed)
  const { name, text } = content.parse(JSON.parse(json.toString('utf8')))
  return {
    id: row.id,
    name,
    text,
    variables: [...new Set(Array.from(text.matchAll(VARIABLE), ([, variable = '']) => variable))],
    class: dataClass.parse(row.class),
    createdAt: row.created_at.toISOString(),
  }
}
export type NoteSeen = ReturnType<typeof viewNote>

/** As many as a model can be told of. */
const MOST_NOTES = 200

/** @throws Fault `above_ceiling`, `over_quota` */
export async function createNote(
  tx: Tx,
  { caller, owner }: Own,
  kind: NoteKind,
  {
    name = '',
    text,
    class: declared = 'public',
    request,
  }: Commit & { readonly name?: string; readonly text: string; readonly class?: DataClass | undefined },
): Promise<NoteSeen> {
  const reached = highestClass(caller.baseClass, declared)
  if (!isWithin(reached, caller.classCeiling)) throw aboveCeiling(caller.classCeiling)
  const { count } = await tx.db
    .selectFrom('note')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('owner', '=', owner)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  if (Number(count) >= MOST_NOTES)
    throw new Fault('over_quota', `There are ${MOST_NOTES} already. Delete one first.`)
  const id = uuidV7()
  const { dek, wrapped } = tx.keys.newDek(place(id, 'dek'))
  const row = await tx.db
    .insertInto('note')
    .values({
      tenant_id: tx.tenant,
      id,
      owner,
      kind,
      class: reached,
      dek: wrapped,
      text_sealed: dek.seal(place(id, 'text_sealed'), sealed({ name, text })),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await append(tx, {
    action: 'note.created',
    actor: caller.principal.id,
    subject: id,
    request,
    detail: { kind, class: reached },
  })
  return viewNote(tx, row)
}

/** Those that the caller may read. */
const ownNotes = ({ db }: Tx, { caller, owner }: Own, kind: NoteKind) =>
  db
    .selectFrom('note')
    .selectAll()
    .where('owner', '=', owner)
    .where('kind', '=', kind)
    .where('class', 'in', classesWithin(caller.classCeiling))

/** Oldest first. @throws Fault `invalid` */
export async function listNotes(tx: Tx, own: Own, kind: NoteKind, page: Page): Promise<PageOf<NoteSeen>> {
  const { after, limit } = checkedPage(page)
  const rows = await ownNotes(tx, own, kind)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return keysetPage(rows, limit, (row) => viewNote(tx, row))
}

/** What models are told of the caller in every conversation. */
export async function remembered(tx: Tx, own: Own): Promise<readonly NoteSeen[]> {
  return (await listNotes(tx, own, 'memory', { limit: MOST_NOTES })).data
}

/** @throws Fault `not_found` */
export async function changeNote(
  tx: Tx,
  own: Own,
  kind: NoteKind,
  {
    id,
    request,
    ...change
  }: Commit & { readonly id: string; readonly name?: string | undefined; readonly text?: string | undefined },
): Promise<NoteSeen> {
  const row = await requireNote(tx, own, kind, id)
  const before = viewNote(tx, row)
  const said = { name: change.name ?? before.name, text: change.text ?? before.text }
  const text_sealed = dekOf(tx, row).seal(place(id, 'text_sealed'), sealed(said))
  await tx.db.updateTable('note').set({ text_sealed }).where('id', '=', id).execute()
  const event = { actor: own.caller.principal.id, subject: id, request, detail: { kind } }
  await append(tx, { action: 'note.changed', ...event })
  return viewNote(tx, { ...row, text_sealed })
}

/** @throws Fault `not_found` */
export async function deleteNote(
  tx: Tx,
  own: Own,
  kind: NoteKind,
  { id, request }: Commit & { readonly id: string },
): Promise<void> {
  await requireNote(tx, own, kind, id)
  await tx.db.deleteFrom('note').where('id', '=', id).execute()
  const event = { actor: own.caller.principal.id, subject: id, request, detail: { kind } }
  await append(tx, { action: 'note.deleted', ...event })
}

async function requireNote(tx: Tx, own: Own, kind: NoteKind, id: string): Promise<NoteRow> {
  const row = await ownNotes(tx, own, kind).where('id', '=', id).executeTakeFirst()
  if (!row) throw new Fault('not_found', 'There is no such note.', { param: 'id' })
  return row
}
