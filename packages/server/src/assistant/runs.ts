import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass, highestClass } from '@freehold/contract/data-class.ts'
import { loopEvent } from '@freehold/contract/loop-events.ts'
import type { LoopEvent } from '@freehold/contract/loop-events.ts'
import type { runView } from '@freehold/contract/runs.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { append } from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Dek, Tx } from '../store/store.ts'
import type { Commit } from './conversations.ts'
import { leaseFromNow } from './journal.ts'
import { interruptLapsed } from './lapsed.ts'
import type { ContextMessage } from './loop/ports.ts'
import { contextOf } from './attachments/attached-context.ts'
import { branchTo } from './messages.ts'
import { remembered } from './notes.ts'
import type { OpenConversation, Own } from './ownership.ts'
import { lockConversation, ownRun } from './ownership.ts'
import type { RunAsked, StoredEvent } from './sealed-rows.ts'
import { insertEvents, OPEN } from './run-events.ts'
import { openAsked, openEvents, openMeta, sealAsked, sealMeta } from './sealed-rows.ts'

export type RunSeen = z.input<typeof runView>

/** A run that this process has taken on. */
export interface TakenRun {
  readonly run: string
  readonly conversation: string
  readonly isTemporary: boolean
  readonly message: string
  readonly answer: string
  readonly dek: Dek
  readonly lastSeq: number
  readonly asked: RunAsked
  readonly class: DataClass
  readonly context: readonly ContextMessage[]
  /** What happened before it was interrupted. */
  readonly done: readonly LoopEvent[]
  /** Stored with it, to be told. */
  readonly first: { readonly seq: number; readonly event: StoredEvent }
}

export interface Taking {
  readonly replica: string
  readonly now: () => number
  /** Asked where nobody says which. */
  readonly model: string
}

type RunRow = Awaited<ReturnType<typeof ownRun>>['row']

export const viewRun = (row: RunRow): RunSeen => ({
  id: row.id,
  state: row.state,
  conversation: row.conversation_id,
  message: row.message_id,
  answer: row.answer_id,
  code: row.code,
  lastSeq: row.last_seq,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
})

/** One that was lost with its process is seen as what it is. @throws Fault `not_found` */
export async function readRun(tx: Tx, own: Own, id: string): Promise<RunSeen> {
  await ownRun(tx, own, id)
  await interruptLapsed(tx, id)
  return viewRun((await ownRun(tx, own, id)).row)
}

/** Goes on with one that was interrupted or failed. @throws Fault `not_found`, `conflict` */
export async function continueRun(
  tx: Tx,
  own: Own,
  { id, replica, request }: Taking & Commit & { readonly id: string },
): Promise<TakenRun> {
  const found = await ownRun(tx, own, id)
  const conversation = await lockConversation(tx, own, found.row.conversation_id)
  await interruptLapsed(tx, id)
  const { row, dek } = await ownRun(tx, own, id)
  if (row.state !== 'interrupted' && row.state !== 'failed')
    throw new Fault(
      'conflict',
      `This run is ${row.state}; only one that was interrupted or failed goes on.`,
      {
        param: 'id',
      },
    )
  await requireQuiet(tx, row.conversation_id)
  const first = { seq: row.last_seq + 1, event: { type: 'run.continued' } }
  await tx.db
    .updateTable('run')
    .set({
      state: 'running',
      code: null,
      replica,
      lease_until: leaseFromNow,
      stop_at: null,
      ended_at: null,
      last_seq: first.seq,
    })
    .where('id', '=', id)
    .execute()
  const done = await eventsOf(tx, dek, id)
  await insertEvents(tx, dek, id, { seq: first.seq, events: [first.event] })
  const reached = dataClass.parse(conversation.row.class)
  await recordStart(tx, own, {
    run: id,
    conversation: row.conversation_id,
    because: 'continued',
    class: reached,
    request,
  })
  return {
    run: id,
    conversation: row.conversation_id,
    isTemporary: conversation.row.temporary,
    message: row.message_id,
    answer: row.answer_id,
    dek,
    lastSeq: first.seq,
    asked: stayingAsked(openAsked(dek, row), conversation),
    ...(await contextBefore(tx, own, conversation, row.message_id)),
    done,
    first,
  }
}

/** What was kept private meanwhile goes on within the house. */
const stayingAsked = (asked: RunAsked, { row }: OpenConversation): RunAsked => ({
  ...asked,
  keepPrivate: asked.keepPrivate || row.keep_private,
})

interface NewRun extends Taking, Commit {
  readonly collections: readonly string[] | null
  readonly tools: boolean
  readonly skills: readonly string[] | null
  readonly maxCost: number | null
  readonly keepPrivate: boolean
  /** Ids of the files that the message names. */
  readonly attachments: readonly string[]
  readonly because: 'sent' | 'regenerated'
  readonly message: string
  readonly class: DataClass
  /** Of the conversation where it has none yet. */
  readonly title: string | null
}

/** A new run of this process. */
export async function takeRun(
  tx: Tx,
  own: Own,
  conversation: OpenConversation,
  { replica, now, because, message, class: reached, title, request, ...wish }: NewRun,
): Promise<TakenRun> {
  const { row, dek } = conversation
  const [run, answer] = [uuidV7(now()), uuidV7(now())]
  const { context, class: told } = await contextBefore(tx, own, conversation, message)
  const { model, tools, maxCost } = wish
  const collections = wish.collections && [...wish.collections]
  const skills = wish.skills && [...wish.skills]
  const keepPrivate = wish.keepPrivate || row.keep_private
  const asked: RunAsked = { model, tools, skills, maxCost, collections, keepPrivate }
  const first = {
    seq: 1,
    event: { type: 'run.started', run, conversation: row.id, message, answer, model },
  }
  await tx.db
    .insertInto('run')
    .values({
      tenant_id: tx.tenant,
      id: run,
      conversation_id: row.id,
      owner: own.owner,
      message_id: message,
      answer_id: answer,
      state: 'running',
      replica,
      lease_until: leaseFromNow,
      last_seq: first.seq,
      asked_sealed: sealAsked(dek, run, asked),
      created_at: new Date(now()),
    })
    .execute()
  await insertEvents(tx, dek, run, { seq: first.seq, events: [first.event] })
  const meta = openMeta(dek, row)
  await tx.db
    .updateTable('conversation')
    .set({
      leaf_id: message,
      touched: uuidV7(now()),
      class: reached,
      ...(meta.title === null &&
        title !== null && { meta_sealed: sealMeta(dek, row.id, { ...meta, title }) }),
    })
    .where('id', '=', row.id)
    .execute()
  await recordStart(tx, own, {
    run,
    conversation: row.id,
    because,
    class: reached,
    ...(wish.attachments.length > 0 && { attachments: [...wish.attachments] }),
    request,
  })
  return {
    run,
    conversation: row.id,
    isTemporary: row.temporary,
    message,
    answer,
    dek,
    lastSeq: first.seq,
    asked,
    context,
    class: highestClass(reached, told),
    done: [],
    first,
  }
}

interface Start {
  readonly run: string
  readonly conversation: string
  readonly because: 'sent' | 'regenerated' | 'continued'
  readonly class: DataClass
  readonly attachments?: string[]
  readonly request: string
}

const recordStart = (tx: Tx, own: Own, { run, request, ...detail }: Start): Promise<void> =>
  append(tx, { action: 'run.started', actor: own.caller.principal.id, subject: run, request, detail })

/** What the model is told, and the class that this has. What is remembered is no part of a temporary conversation. */
async function contextBefore(
  tx: Tx,
  own: Own,
  { row, dek }: OpenConversation,
  message: string,
): Promise<{ readonly context: ContextMessage[]; readonly class: DataClass }> {
  const { instructions } = openMeta(dek, row)
  const spoken = await contextOf(tx, { id: row.id, dek }, await branchTo(tx, row.id, message))
  const notes = row.temporary ? [] : await remembered(tx, own)
  const reached = highestClass(dataClass.parse(row.class), ...notes.map((note) => note.class))
  const texts = [
    ...(instructions ? [instructions] : []),
    ...(notes.length > 0
      ? [`To be remembered of the user:\n${notes.map(({ text }) => `- ${text}`).join('\n')}`]
      : []),
  ]
  if (texts.length === 0) return { context: spoken, class: reached }
  const part = { origin: 'user', integrity: 'trusted', class: reached, text: texts.join('\n\n') } as const
  return { context: [{ role: 'system', parts: [part] }, ...spoken], class: reached }
}

/** What of a run the loop goes on from. */
async function eventsOf({ db }: Tx, dek: Dek, run: string): Promise<LoopEvent[]> {
  const rows = await db.selectFrom('run_event').selectAll().where('run_id', '=', run).orderBy('seq').execute()
  return rows
    .flatMap((row) => openEvents(dek, row))
    .flatMap((event) => {
      const read = loopEvent.safeParse(event)
      return read.success ? [read.data] : []
    })
}

/** One answer at a time: two made at once would not know of each other. @throws Fault `conflict` */
export async function requireQuiet(tx: Tx, conversation: string): Promise<void> {
  const open = await tx.db
    .selectFrom('run')
    .select('id')
    .where('conversation_id', '=', conversation)
    .where('state', 'in', OPEN)
    .executeTakeFirst()
  if (!open || (await interruptLapsed(tx, open.id)).length > 0) return
  throw new Fault(
    'conflict',
    'An answer is being made in this conversation. Stop it first, or wait for it.',
    {
      param: 'id',
    },
  )
}

/** Asks whoever works on it to end it. What it came to where it is over already, else null. @throws Fault `not_found` */
export async function wantStop(tx: Tx, own: Own, id: string, { request }: Commit): Promise<RunSeen | null> {
  await ownRun(tx, own, id)
  await interruptLapsed(tx, id)
  const { row } = await ownRun(tx, own, id)
  if (row.state !== 'running' && row.state !== 'waiting') return viewRun(row)
  if (row.stop_at === null) {
    await tx.db
      .updateTable('run')
      .set({ stop_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute()
    await append(tx, {
      action: 'run.stopped',
      actor: own.caller.principal.id,
      subject: id,
      request,
      detail: {},
    })
  }
  return null
}
