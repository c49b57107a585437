import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass, highestClass } from '@freehold/contract/data-class.ts'
import type { foreseenMessage } from '@freehold/contract/message-foresight.ts'
import type { z } from 'zod'
import type { Tx } from '../store/store.ts'
import { modelBefore } from './asking.ts'
import { attachedTexts, named } from './attachments/attached-context.ts'
import { branchTo } from './messages.ts'
import { remembered } from './notes.ts'
import type { Own } from './ownership.ts'
import { ownConversation } from './ownership.ts'

/** What of a message that is being written decides where it would go. */
export interface Foreseen {
  /** What it says, and what the files say that come with it. */
  readonly texts: readonly string[]
  readonly model: string
  /** By which a rule with a share knows it; null where there is none yet. */
  readonly conversation: string | null
  readonly declared: DataClass | null
  /** What it comes into, and what comes with it; null where that is nothing. */
  readonly around: DataClass | null
  readonly keepPrivate: boolean
}

/** @throws Fault `not_found`, `conflict` for a file that is still being read */
export async function foresee(
  tx: Tx,
  own: Own,
  input: z.output<typeof foreseenMessage>,
  usual: string,
): Promise<Foreseen> {
  const { text, class: declared = null, keepPrivate = false } = input
  if (input.conversation === undefined) {
    const notes = await remembered(tx, own)
    const around = notes.length === 0 ? null : highestClass('public', ...notes.map((note) => note.class))
    const model = input.model ?? usual
    return { texts: [text], model, conversation: null, declared, around, keepPrivate }
  }
  const conversation = await ownConversation(tx, own, input.conversation)
  const { row, dek } = conversation
  const notes = row.temporary ? [] : await remembered(tx, own)
  const ids = input.attachments ?? []
  const before = ids.length === 0 || row.leaf_id === null ? [] : await branchTo(tx, row.id, row.leaf_id)
  const attached = await named(tx, { id: row.id, dek }, { ids, before })
  return {
    texts: [...(await attachedTexts(tx, row.id, attached)), text],
    model: input.model ?? (await modelBefore(tx, conversation, row.leaf_id)) ?? usual,
    conversation: row.temporary ? null : row.id,
    declared,
    around: highestClass(dataClass.parse(row.class), ...[...notes, ...attached].map((one) => one.class)),
    keepPrivate: keepPrivate || row.keep_private,
  }
}
