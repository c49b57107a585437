import type { Attached } from '@freehold/contract/attachments.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import type { ContextPart } from '@freehold/contract/loop-events.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Dek, Tx } from '../../store/store.ts'
import { lastNumber } from '../loop/context.ts'
import type { ContextMessage } from '../loop/ports.ts'
import type { MessageRow } from '../messages.ts'
import type { MessageBody } from '../sealed-rows.ts'
import { openBody } from '../sealed-rows.ts'
import type { AttachmentRow } from './attachment-rows.ts'
import { noAttachment, openAttachmentMeta, openText } from './attachment-rows.ts'

/** Of one file in the context, and of all that one message names; tools read on. */
const SHOWN_CHARACTERS = 40_000
const SHOWN_OF_MESSAGE = 120_000

type Rows = ReadonlyMap<string, AttachmentRow>

async function rowsOf({ db }: Tx, conversation: string, ids: readonly string[]): Promise<Rows> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('attachment')
    .selectAll()
    .where('conversation_id', '=', conversation)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * The files that a message names, as it keeps them. Their numbers follow those of the branch before it.
 * @throws Fault `not_found`, `conflict` where one is not read, or could not be
 */
export async function named(
  tx: Tx,
  { id, dek }: { readonly id: string; readonly dek: Dek },
  { ids, before }: { readonly ids: readonly string[]; readonly before: readonly MessageRow[] },
): Promise<Attached[]> {
  if (ids.length === 0) return []
  const rows = await rowsOf(tx, id, ids)
  let n = before.reduce((top, row) => Math.max(top, lastIn(openBody(dek, row))), 0)
  return [...new Set(ids)].map((one, at) => {
    const param = `attachments[${at}]`
    const row = rows.get(one)
    if (!row) throw noAttachment(param)
    const { name, mediaType, reason } = openAttachmentMeta(tx.keys, row)
    if (row.state === 'reading')
      throw new Fault('conflict', `${param}: the file is still being read. Send this again in a moment.`, {
        param,
      })
    if (row.state === 'failed')
      throw new Fault('conflict', `${param}: the file could not be read. ${reason ?? ''}`.trim(), { param })
    return { id: one, n: ++n, name, mediaType, class: dataClass.parse(row.class) }
  })
}

const lastIn = ({ context, attached }: MessageBody): number =>
  Math.max(lastNumber(context), ...attached.map(({ n }) => n))

/** What a model is told of a branch: what was said, and before it what the files say that it names. */
export async function contextOf(
  tx: Tx,
  { id, dek }: { readonly id: string; readonly dek: Dek },
  branch: readonly MessageRow[],
): Promise<ContextMessage[]> {
  const bodies = branch.map((row) => openBody(dek, row))
  const rows = await rowsOf(
    tx,
    id,
    bodies.flatMap(({ attached }) => attached.map((one) => one.id)),
  )
  const told: ContextMessage[] = []
  for (const { context, attached } of bodies) {
    const last = context.at(-1)
    if (attached.length === 0 || last?.role !== 'user') told.push(...context)
    else {
      const parts = await partsOf(tx, id, { attached, rows })
      const there = attached.filter((one) => rows.has(one.id))
      told.push(...context.slice(0, -1), { ...last, parts: [...parts, ...last.parts], attached: there })
    }
  }
  return told
}

/** What a model would be told of these files. */
export async function attachedTexts(
  tx: Tx,
  conversation: string,
  attached: readonly Attached[],
): Promise<string[]> {
  const ids = attached.map((one) => one.id)
  const parts = await partsOf(tx, conversation, { attached, rows: await rowsOf(tx, conversation, ids) })
  return parts.map(({ text }) => text)
}

/** The same for the same message, however the conversation goes on. */
async function partsOf(
  tx: Tx,
  conversation: string,
  { attached, rows }: { readonly attached: readonly Attached[]; readonly rows: Rows },
): Promise<ContextPart[]> {
  const parts: ContextPart[] = []
  let left = SHOWN_OF_MESSAGE
  for (const { id, n, name, class: reached } of attached) {
    const row = rows.get(id)
    const text = row === undefined ? null : await openText(tx.keys, row)
    if (text === null) {
      const what = row === undefined ? 'was deleted since' : 'holds no words that could be read'
      parts.push(aside(`The attached file ${JSON.stringify(name)} (attachment ${id}) ${what}.`, reached))
      continue
    }
    const shown = beginningOf(text, Math.min(SHOWN_CHARACTERS, left))
    left -= shown.length
    if (shown.length > 0)
      parts.push({
        origin: 'document',
        integrity: 'untrusted',
        class: reached,
        text: shown,
        source: {
          type: 'freehold_citation',
          n,
          documentId: id,
          collectionId: conversation,
          title: name,
          span: { start: 0, end: shown.length },
          attachment: true,
        },
      })
    if (shown.length < text.length)
      parts.push(
        aside(
          `Of the attached file ${JSON.stringify(name)} (attachment ${id}) the first ${shown.length} of ${text.length} characters are shown.`,
          reached,
        ),
      )
  }
  return parts
}

/** Names of files come from outside, so what names one is untrusted as well. */
const aside = (text: string, of: DataClass): ContextPart => ({
  origin: 'document',
  integrity: 'untrusted',
  class: of,
  text,
})

/** Not cut between the halves of a surrogate pair. */
function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text
  const low = text.charCodeAt(most)
  return text.slice(0, low >= 0xdc00 && low <= 0xdfff ? most - 1 : most)
}
