import { attachedView } from '@freehold/contract/attachments.ts'
import { citation } from '@freehold/contract/chat.ts'
import { messageMaking } from '@freehold/contract/conversations.ts'
import { answerChecked, contextPart, toolCall } from '@freehold/contract/loop-events.ts'
import { z } from 'zod'
import type { Dek, KeyRing, Place } from '../store/store.ts'
import { BodiesAway } from './home/bodies-away.ts'

/** What is known of a conversation beside its messages; stored sealed. */
const conversationMeta = z.object({
  title: z.string().nullable(),
  model: z.string().nullable(),
  instructions: z.string().nullable(),
  tags: z.array(z.string()),
})
export type ConversationMeta = z.infer<typeof conversationMeta>

const said = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'user']), parts: z.array(contextPart) }),
  z.object({ role: z.literal('assistant'), parts: z.array(contextPart), calls: z.array(toolCall) }),
  z.object({ role: z.literal('tool'), call: z.string(), name: z.string(), parts: z.array(contextPart) }),
])

/** A message as it is stored: what it adds to the context of those behind it, its own words last. */
const messageBody = z.object({
  context: z.array(said),
  /** Files that it names. */
  attached: z.array(attachedView).default([]),
  citations: z.array(citation),
  making: messageMaking.nullable(),
  checked: answerChecked.nullable(),
})
export type MessageBody = z.infer<typeof messageBody>

/** How an answer is to be made. */
const runAsked = z.object({
  model: z.string(),
  collections: z.array(z.string()).nullable(),
  /** Whether the model may call tools. */
  tools: z.boolean(),
  /** Of all skills these alone; null: those that what was said is about. */
  skills: z.array(z.string()).nullable().default(null),
  /** What it may cost, in the unit of the targets' prices; null: what the configuration says. */
  maxCost: z.number().nullable().default(null),
  /** Nothing of it goes to a managed target. */
  keepPrivate: z.boolean().default(false),
})
export type RunAsked = z.infer<typeof runAsked>

/** One event as it is stored and told. */
export interface StoredEvent {
  readonly type: string
  readonly [name: string]: unknown
}
/** As they are, so that whoever reads them later is told the same bytes as whoever watched. */
const storedEvents = z.array(
  z.custom<StoredEvent>(
    (one) => typeof one === 'object' && one !== null && 'type' in one && typeof one.type === 'string',
  ),
)

const place = (table: string, row: string, column: string): Place => ({ table, row, column })
const dekPlace = (id: string): Place => place('conversation', id, 'dek')

/** The key of a conversation, which everything in it is sealed under. */
export function conversationDek(keys: KeyRing, row: { readonly id: string; readonly dek: Buffer }): Dek {
  return keys.openDek(dekPlace(row.id), row.dek)
}

export const newConversationDek = (keys: KeyRing, id: string) => keys.newDek(dekPlace(id))

const sealJson = (dek: Dek, at: Place, value: unknown): Buffer =>
  dek.seal(at, Buffer.from(JSON.stringify(value)))
const openJson = (dek: Dek, at: Place, sealed: Buffer): unknown =>
  JSON.parse(dek.open(at, sealed).toString('utf8'))

const metaPlace = (id: string): Place => place('conversation', id, 'meta_sealed')
export const sealMeta = (dek: Dek, id: string, meta: ConversationMeta): Buffer =>
  sealJson(dek, metaPlace(id), meta)
export const openMeta = (dek: Dek, row: { readonly id: string; readonly meta_sealed: Buffer }) =>
  conversationMeta.parse(openJson(dek, metaPlace(row.id), row.meta_sealed))

const bodyPlace = (id: string): Place => place('message', id, 'body_sealed')
export const sealBody = (dek: Dek, id: string, body: MessageBody): Buffer =>
  sealJson(dek, bodyPlace(id), body)
/** @throws BodiesAway where it does not lie in its row */
export function openBody(
  dek: Dek,
  { id, body_sealed: sealed }: { readonly id: string; readonly body_sealed: Buffer | null },
): MessageBody {
  if (sealed === null) throw new BodiesAway({ message: id })
  return messageBody.parse(openJson(dek, bodyPlace(id), sealed))
}

const askedPlace = (id: string): Place => place('run', id, 'asked_sealed')
export const sealAsked = (dek: Dek, id: string, asked: RunAsked): Buffer =>
  sealJson(dek, askedPlace(id), asked)
export const openAsked = (dek: Dek, row: { readonly id: string; readonly asked_sealed: Buffer }) =>
  runAsked.parse(openJson(dek, askedPlace(row.id), row.asked_sealed))

const eventsPlace = (run: string, seq: number): Place => place('run_event', run, `events_sealed ${seq}`)
export const sealEvents = (dek: Dek, run: string, seq: number, events: readonly StoredEvent[]): Buffer =>
  sealJson(dek, eventsPlace(run, seq), events)
/** @throws BodiesAway where they do not lie in their row */
export function openEvents(
  dek: Dek,
  {
    run_id: run,
    seq,
    events_sealed: sealed,
  }: { readonly run_id: string; readonly seq: number; readonly events_sealed: Buffer | null },
): StoredEvent[] {
  if (sealed === null) throw new BodiesAway({ run })
  return storedEvents.parse(openJson(dek, eventsPlace(run, seq), sealed))
}

/** The words of a message: of the last that it adds to the context. */
export const textOf = ({ context }: MessageBody): string =>
  (context.at(-1)?.parts ?? []).map(({ text }) => text).join('')
