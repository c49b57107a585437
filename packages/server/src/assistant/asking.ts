import type { Attached } from '@freehold/contract/attachments.ts'
import type { messageInput, regenerateInput, runStarted } from '@freehold/contract/conversations.ts'
import { dataClass, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { named } from './attachments/attached-context.ts'
import type { Commit } from './conversations.ts'
import { aboveCeiling } from './conversations.ts'
import { branchTo, insertMessage, messageOf, saidByUser, viewMessage } from './messages.ts'
import type { OpenConversation, Own } from './ownership.ts'
import { lockConversation } from './ownership.ts'
import type { TakenRun, Taking } from './runs.ts'
import { requireQuiet, takeRun } from './runs.ts'
import type { RunAsked } from './sealed-rows.ts'
import { openAsked, openBody, openMeta } from './sealed-rows.ts'

export type Started = z.input<typeof runStarted>

/** What is said, and how it is to be answered. @throws Fault `not_found`, `conflict`, `invalid`, `above_ceiling` */
export async function sendMessage(
  tx: Tx,
  own: Own,
  {
    id,
    input,
    ...rest
  }: Taking & Commit & { readonly id: string; readonly input: z.output<typeof messageInput> },
): Promise<{ readonly started: Started; readonly taken: TakenRun }> {
  const conversation = await lockConversation(tx, own, id)
  await requireQuiet(tx, id)
  const parent = await parentOf(tx, conversation, input)
  const { caller } = own
  const attached = await attachedTo(tx, conversation, { input, parent })
  const reached = highestClass(
    dataClass.parse(conversation.row.class),
    caller.baseClass,
    input.class ?? 'public',
    ...attached.map((one) => one.class),
  )
  if (!isWithin(reached, caller.classCeiling)) throw aboveCeiling(caller.classCeiling)
  const before = input.edits === undefined ? null : await askedAbout(tx, conversation, input.edits)
  const at = rest.now()
  const message = await insertMessage(tx, conversation.dek, {
    id: uuidV7(at),
    conversation: id,
    parent,
    run: null,
    role: 'user',
    status: 'complete',
    class: reached,
    body: saidByUser(input.text, reached, attached),
    at: new Date(at),
  })
  const taken = await takeRun(tx, own, conversation, {
    ...rest,
    because: 'sent',
    message: message.id,
    class: reached,
    model: input.model ?? before?.model ?? (await modelBefore(tx, conversation, parent)) ?? rest.model,
    ...wishOf(input, before),
    attachments: attached.map((one) => one.id),
    title: titleOf(input.text),
  })
  return {
    started: { run: taken.run, message: viewMessage(conversation.dek, message), answer: taken.answer },
    taken,
  }
}

/** Another answer beside this one. @throws Fault `not_found`, `conflict` */
export async function regenerate(
  tx: Tx,
  own: Own,
  {
    id,
    input,
    ...rest
  }: Taking & Commit & { readonly id: string; readonly input: z.output<typeof regenerateInput> },
): Promise<{ readonly started: Started; readonly taken: TakenRun }> {
  const conversation = await lockConversation(tx, own, id)
  await requireQuiet(tx, id)
  const given = await messageOf(tx, id, input.message, 'message')
  const answered =
    given.role === 'user' ? given : await messageOf(tx, id, given.parent_id ?? input.message, 'message')
  if (answered.role !== 'user')
    throw new Fault('invalid', 'message: it answers nothing, so there is nothing to answer again.', {
      param: 'message',
    })
  const before = await askedBy(tx, conversation, given.run_id)
  const taken = await takeRun(tx, own, conversation, {
    ...rest,
    because: 'regenerated',
    message: answered.id,
    class: dataClass.parse(conversation.row.class),
    model: input.model ?? before?.model ?? openMeta(conversation.dek, conversation.row).model ?? rest.model,
    ...wishOf(input, before),
    attachments: openBody(conversation.dek, answered).attached.map((one) => one.id),
    title: null,
  })
  return {
    started: { run: taken.run, message: viewMessage(conversation.dek, answered), answer: taken.answer },
    taken,
  }
}

/** @throws Fault `not_found`, `invalid` */
async function parentOf(
  tx: Tx,
  { row }: OpenConversation,
  { parent, edits }: z.output<typeof messageInput>,
): Promise<string | null> {
  if (edits !== undefined) {
    if (parent !== undefined)
      throw new Fault('invalid', 'parent: an edited message stands where the one that it edits stands.', {
        param: 'parent',
      })
    const edited = await messageOf(tx, row.id, edits, 'edits')
    if (edited.role === 'user') return edited.parent_id
    throw new Fault('invalid', 'edits: only what you said can be edited.', { param: 'edits' })
  }
  if (parent === undefined) return row.leaf_id
  if (parent !== null) await messageOf(tx, row.id, parent, 'parent')
  return parent
}

/** Those that it names, or that the message names which it edits and that are still there. @throws Fault `not_found`, `conflict` */
async function attachedTo(
  tx: Tx,
  { row, dek }: OpenConversation,
  { input, parent }: { readonly input: z.output<typeof messageInput>; readonly parent: string | null },
): Promise<Attached[]> {
  const ids = input.attachments ?? (await keptBy(tx, { row, dek }, input.edits))
  const before = ids.length === 0 || parent === null ? [] : await branchTo(tx, row.id, parent)
  return named(tx, { id: row.id, dek }, { ids, before })
}

async function keptBy(tx: Tx, { row, dek }: OpenConversation, edited: string | undefined): Promise<string[]> {
  if (edited === undefined) return []
  const ids = openBody(dek, await messageOf(tx, row.id, edited, 'edits')).attached.map((one) => one.id)
  if (ids.length === 0) return []
  const there = await tx.db.selectFrom('attachment').select('id').where('id', 'in', ids).execute()
  return ids.filter((id) => there.some((one) => one.id === id))
}

/** What the conversation is set to, or what answered last in this branch. */
export async function modelBefore(
  tx: Tx,
  conversation: OpenConversation,
  parent: string | null,
): Promise<string | null> {
  const { model } = openMeta(conversation.dek, conversation.row)
  if (model !== null || parent === null) return model
  const last = await messageOf(tx, conversation.row.id, parent, 'parent')
  return (await askedBy(tx, conversation, last.run_id))?.model ?? null
}

type Wish = Omit<RunAsked, 'model'>

/** How it is to be answered: as somebody says now, or as it was said the last time. */
const wishOf = (
  input: { readonly [name in keyof Wish]?: Wish[name] | undefined },
  before: RunAsked | null,
): Wish => ({
  collections: input.collections ?? before?.collections ?? null,
  tools: input.tools ?? before?.tools ?? true,
  skills: input.skills ?? before?.skills ?? null,
  maxCost: input.maxCost ?? before?.maxCost ?? null,
  keepPrivate: input.keepPrivate ?? before?.keepPrivate ?? false,
})

/** How the last answer to a message was to be made: what was to stay home stays there in other words, too. */
async function askedAbout(
  { db }: Tx,
  { dek, row: { id } }: OpenConversation,
  message: string,
): Promise<RunAsked | null> {
  const row = await db
    .selectFrom('run')
    .select(['id', 'asked_sealed'])
    .where('conversation_id', '=', id)
    .where('message_id', '=', message)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? openAsked(dek, row) : null
}

async function askedBy({ db }: Tx, { dek }: OpenConversation, run: string | null): Promise<RunAsked | null> {
  if (run === null) return null
  const row = await db
    .selectFrom('run')
    .select(['id', 'asked_sealed'])
    .where('id', '=', run)
    .executeTakeFirst()
  return row ? openAsked(dek, row) : null
}

const TITLE_CHARACTERS = 80

/** The first words, not cut inside a character. */
export function titleOf(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  const characters = Array.from(line.slice(0, TITLE_CHARACTERS * 2))
  return characters.length > TITLE_CHARACTERS ? `${characters.slice(0, TITLE_CHARACTERS).join('')}…` : line
}
