import type {
  conversationChange,
  conversationInput,
  conversationPage,
  conversationView,
} from '@freehold/contract/conversations.ts'
import { dataClass, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { append } from '../audit/audit.ts'
import { forgetConversations } from '../gateway/desensitise/forgetting.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { PageOf } from '../kernel/keyset-page.ts'
import { checkedPage } from '../kernel/keyset-page.ts'
import type { Store, Tx } from '../store/store.ts'
import { filesOf } from './attachments/attachment-rows.ts'
import type { Own } from './ownership.ts'
import { isOwn, lockConversation, noConversation, ownConversation, requireNotHeld } from './ownership.ts'
import { requireProject } from './projects.ts'
import { OPEN } from './run-events.ts'
import { conversationDek, newConversationDek, openMeta, sealMeta } from './sealed-rows.ts'
import type { ConversationMeta } from './sealed-rows.ts'

export type ConversationView = z.infer<typeof conversationView>

/** What a change is recorded under. */
export interface Commit {
  readonly request: string
}

export interface ConversationRooms {
  readonly store: Store
  readonly clock: { readonly now: () => number }
  /** For how long temporary conversations are kept. */
  readonly temporaryHours: () => number
  /** Whoever works on a run of this conversation looks whether it may go on. */
  readonly ring: (tx: Tx, run: string) => Promise<void>
}

const COLUMNS = [
  'id',
  'dek',
  'meta_sealed',
  'class',
  'project_id',
  'pinned',
  'archived',
  'temporary',
  'keep_private',
  'expires_at',
  'leaf_id',
  'touched',
  'created_at',
] as const

/** When a time-ordered id was drawn (RFC 9562 section 5.7). */
const drawnAt = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))

/** As callers see them, in the order of the ids. */
export async function viewConversations(
  tx: Tx,
  rows: readonly Awaited<ReturnType<typeof rowsOf>>[number][],
): Promise<ConversationView[]> {
  if (rows.length === 0) return []
  const runs = await tx.db
    .selectFrom('run')
    .select(['id', 'state', 'conversation_id'])
    .where(
      'conversation_id',
      'in',
      rows.map(({ id }) => id),
    )
    .where('state', 'in', OPEN)
    .execute()
  return rows.map((row) => {
    const run = runs.find(({ conversation_id: of }) => of === row.id)
    return {
      id: row.id,
      ...openMeta(conversationDek(tx.keys, row), row),
      project: row.project_id,
      class: dataClass.parse(row.class),
      pinned: row.pinned,
      archived: row.archived,
      temporary: row.temporary,
      keepPrivate: row.keep_private,
      expiresAt: row.expires_at?.toISOString() ?? null,
      leaf: row.leaf_id,
      run: run === undefined ? null : { id: run.id, state: run.state },
      createdAt: row.created_at.toISOString(),
      updatedAt: drawnAt(row.touched).toISOString(),
    }
  })
}

const rowsOf = (tx: Tx, own: Own) =>
  tx.db.selectFrom('conversation').select(COLUMNS).where(isOwn(own)).execute()

/** @throws Fault `not_found` */
export async function viewConversation(tx: Tx, own: Own, id: string): Promise<ConversationView> {
  const { row } = await ownConversation(tx, own, id)
  const [view] = await viewConversations(tx, [row])
  if (!view) throw noConversation()
  return view
}

type Created = z.output<typeof conversationInput>

/** @throws Fault `not_found`, `above_ceiling` */
export function createConversation(
  rooms: ConversationRooms,
  own: Own,
  input: Created,
  { request }: Commit,
): Promise<ConversationView> {
  return rooms.store.withTenant(own.caller, async (tx) => {
    if (input.project !== undefined) await requireProject(tx, own, input.project)
    const id = await insertConversation(tx, rooms, own, {
      meta: {
        title: input.title ?? null,
        model: input.model ?? null,
        instructions: input.instructions ?? null,
        tags: [...new Set(input.tags)],
      },
      class: input.class ?? 'public',
      project: input.project ?? null,
      isTemporary: input.temporary ?? false,
      keepPrivate: input.keepPrivate ?? false,
    })
    await append(tx, {
      action: 'conversation.created',
      actor: own.caller.principal.id,
      subject: id,
      request,
      detail: {
        class: highestClass(own.caller.baseClass, input.class ?? 'public'),
        temporary: input.temporary ?? false,
      },
    })
    return viewConversation(tx, own, id)
  })
}

interface Fresh {
  readonly meta: ConversationMeta
  readonly class: ConversationView['class']
  readonly project: string | null
  readonly isTemporary: boolean
  readonly keepPrivate?: boolean
  /** When somebody last spoke in it; absent: now. */
  readonly at?: number
}

/** Returns its id. @throws Fault `above_ceiling` */
export async function insertConversation(
  tx: Tx,
  { clock, temporaryHours }: Pick<ConversationRooms, 'clock' | 'temporaryHours'>,
  own: Own,
  { meta, class: declared, project, isTemporary, keepPrivate = false, at = clock.now() }: Fresh,
): Promise<string> {
  const { caller, owner } = own
  const reached = highestClass(caller.baseClass, declared)
  if (!isWithin(reached, caller.classCeiling)) throw aboveCeiling(caller.classCeiling)
  const id = uuidV7(clock.now())
  const { dek, wrapped } = newConversationDek(tx.keys, id)
  await tx.db
    .insertInto('conversation')
    .values({
      tenant_id: tx.tenant,
      id,
      owner,
      dek: wrapped,
      meta_sealed: sealMeta(dek, id, meta),
      class: reached,
      project_id: project,
      temporary: isTemporary,
      keep_private: keepPrivate,
      expires_at: isTemporary ? sql<Date>`now() + make_interval(hours => ${temporaryHours()})` : null,
      leaf_id: null,
      touched: uuidV7(at),
      created_at: new Date(at),
    })
    .execute()
  return id
}

export const aboveCeiling = (ceiling: string): Fault =>
  new Fault('above_ceiling', `The highest class of this caller is ${ceiling}.`, { param: 'class' })

type Narrowed = Omit<z.output<typeof conversationPage>, 'tag'>

/** The one that was spoken in last comes first. */
const pageOf = (tx: Tx, own: Own, { archived, pinned, project, after, limit }: Narrowed) =>
  tx.db
    .selectFrom('conversation')
    .select(COLUMNS)
    .where(isOwn(own))
    .where('archived', '=', archived)
    .$if(pinned !== undefined, (query) => query.where('pinned', '=', pinned ?? false))
    .$if(project !== undefined, (query) => query.where('project_id', '=', project ?? null))
    .$if(after !== undefined, (query) => query.where('touched', '<', after ?? ''))
    .orderBy('touched', 'desc')
    .limit(limit)
    .execute()

/** The one that was spoken in last comes first. @throws Fault `invalid` */
export function listConversations(
  { store }: ConversationRooms,
  own: Own,
  { tag, ...narrowed }: z.output<typeof conversationPage>,
): Promise<PageOf<ConversationView>> {
  const { limit } = checkedPage(narrowed)
  return store.withTenant(own.caller, async (tx) => {
    if (tag !== undefined) return taggedPage(tx, own, tag, narrowed)
    const rows = await pageOf(tx, own, { ...narrowed, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    return {
      data: await viewConversations(tx, shown),
      next: rows.length > limit ? (shown.at(-1)?.touched ?? null) : null,
    }
  })
}

/** So many are opened to look for a tag before the page ends, and so many between two questions to the database. */
const MOST_LOOKED_AT = 1000
const LOOKED_AT_ONCE = 100

async function taggedPage(
  tx: Tx,
  own: Own,
  tag: string,
  narrowed: Narrowed,
): Promise<PageOf<ConversationView>> {
  const found: Awaited<ReturnType<typeof pageOf>> = []
  let { after } = narrowed
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += LOOKED_AT_ONCE) {
    const rows = await pageOf(tx, own, { ...narrowed, after, limit: LOOKED_AT_ONCE })
    for (const row of rows) {
      after = row.touched
      if (!openMeta(conversationDek(tx.keys, row), row).tags.includes(tag)) continue
      found.push(row)
      if (found.length === narrowed.limit) return { data: await viewConversations(tx, found), next: after }
    }
    if (rows.length < LOOKED_AT_ONCE) return { data: await viewConversations(tx, found), next: null }
  }
  return { data: await viewConversations(tx, found), next: after ?? null }
}

type Change = z.output<typeof conversationChange>

/** @throws Fault `not_found`, `invalid`, `above_ceiling` */
export function changeConversation(
  { store }: ConversationRooms,
  own: Own,
  { id, change, request }: Commit & { readonly id: string; readonly change: Change },
): Promise<ConversationView> {
  const changed = Object.keys(change)
  if (changed.length === 0) throw new Fault('invalid', 'Say what to change.', { param: 'body' })
  return store.withTenant(own.caller, async (tx) => {
    const { row, dek } = await lockConversation(tx, own, id)
    if (change.project) await requireProject(tx, own, change.project)
    if (change.leaf !== undefined) await requireMessage(tx, id, change.leaf)
    const before = openMeta(dek, row)
    const meta: ConversationMeta = {
      title: change.title ?? before.title,
      model: change.model === undefined ? before.model : change.model,
      instructions: change.instructions === undefined ? before.instructions : change.instructions,
      tags: change.tags === undefined ? before.tags : [...new Set(change.tags)],
    }
    await tx.db
      .updateTable('conversation')
      .set({
        meta_sealed: sealMeta(dek, id, meta),
        class: raised(own, dataClass.parse(row.class), change.class),
        project_id: change.project === undefined ? row.project_id : change.project,
        pinned: change.pinned ?? row.pinned,
        archived: change.archived ?? row.archived,
        keep_private: change.keepPrivate ?? row.keep_private,
        leaf_id: change.leaf ?? row.leaf_id,
      })
      .where('id', '=', id)
      .execute()
    await append(tx, {
      action: 'conversation.changed',
      actor: own.caller.principal.id,
      subject: id,
      request,
      detail: { changed },
    })
    return viewConversation(tx, own, id)
  })
}

/** @throws Fault `invalid` for one that is lower, `above_ceiling` */
function raised(own: Own, before: ConversationView['class'], to: Change['class']): ConversationView['class'] {
  if (to === undefined) return before
  if (!isWithin(before, to))
    throw new Fault('invalid', `class: it is ${before} already, and only rises.`, { param: 'class' })
  if (!isWithin(to, own.caller.classCeiling)) throw aboveCeiling(own.caller.classCeiling)
  return to
}

/** @throws Fault `invalid` */
async function requireMessage(tx: Tx, conversation: string, id: string): Promise<void> {
  const found = await tx.db
    .selectFrom('message')
    .select('id')
    .where('id', '=', id)
    .where('conversation_id', '=', conversation)
    .executeTakeFirst()
  if (!found) throw new Fault('invalid', 'leaf: there is no such message here.', { param: 'leaf' })
}

/**
 * Those of these ids that there are, with what stands for what in them; returns how many, and what lies in the object store.
 * @throws Fault `on_hold`, and nothing is deleted
 */
export function deleteConversations(
  { store, ring }: ConversationRooms,
  own: Own,
  ids: readonly string[],
  { request }: Commit,
): Promise<{ readonly deleted: number; readonly files: readonly string[] }> {
  const by = { actor: own.caller.principal.id, request }
  return store.withTenant(own.caller, async (tx) => {
    const rows = await tx.db
      .selectFrom('conversation')
      .select(['id', 'owner', 'created_at', 'bodies_blob'])
      .where('id', 'in', [...ids])
      .where(isOwn(own))
      .orderBy('id')
      .forUpdate()
      .execute()
    await requireNotHeld(tx, rows)
    const files = await filesOf(
      tx,
      rows.map(({ id }) => id),
    )
    for (const { id } of rows) {
      const { messages } = await tx.db
        .selectFrom('message')
        .select(({ fn }) => fn.countAll<string>().as('messages'))
        .where('conversation_id', '=', id)
        .executeTakeFirstOrThrow()
      for (const run of await openRuns(tx, id)) await ring(tx, run)
      await tx.db.deleteFrom('conversation').where('id', '=', id).execute()
      await append(tx, {
        action: 'conversation.deleted',
        ...by,
        subject: id,
        detail: { messages: Number(messages) },
      })
    }
    const deleted = rows.map(({ id }) => id)
    await forgetConversations(tx, [own.owner, own.caller.principal.id], { conversations: deleted, ...by })
    const bodies = rows.flatMap(({ bodies_blob: blob }) => (blob === null ? [] : [blob]))
    return { deleted: deleted.length, files: [...files, ...bodies] }
  })
}

async function openRuns({ db }: Tx, conversation: string): Promise<string[]> {
  const rows = await db
    .selectFrom('run')
    .select('id')
    .where('conversation_id', '=', conversation)
    .where('state', 'in', OPEN)
    .execute()
  return rows.map(({ id }) => id)
}
