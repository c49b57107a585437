import { setImmediate } from 'node:timers/promises'
import type { conversationFind, conversationFound } from '@freehold/contract/conversations.ts'
import type { z } from 'zod'
import { literal } from '../kernel/literal.ts'
import type { Tx } from '../store/store.ts'
import type { Own } from './ownership.ts'
import { ownConversation } from './ownership.ts'
import { openBody, textOf } from './sealed-rows.ts'
import { around } from './snippet.ts'

/** Messages opened between two turns of the event loop. */
const AT_ONCE = 100

/** Marks of Markdown that a page does not show. */
const MARKS = /[*`~]+/g

const read = (text: string): string => text.normalize('NFC').replaceAll(MARKS, '')

/** Finds a text as it was written, whatever the case, and however much room is between its words. */
export function finder(text: string): (said: string) => string | null {
  const words = read(text).trim().split(/\s+/).map(literal)
  const sought = new RegExp(words.join(String.raw`\s+`), 'iu')
  return (said) => {
    const shown = read(said)
    const at = words.join('') === '' ? -1 : shown.search(sought)
    return at === -1 ? null : around(shown, at)
  }
}

/** The messages of one conversation that hold a text, in all its branches, the newest first. @throws Fault `not_found` */
export async function findIn(
  tx: Tx,
  own: Own,
  id: string,
  { text, limit }: z.output<typeof conversationFind>,
): Promise<z.input<typeof conversationFound>> {
  const { dek } = await ownConversation(tx, own, id)
  const find = finder(text)
  const hits: z.input<typeof conversationFound>['hits'] = []
  for (let before: string | null = null; hits.length <= limit;) {
    const rows = await tx.db
      .selectFrom('message')
      .select(['id', 'role', 'body_sealed', 'created_at'])
      .where('conversation_id', '=', id)
      .$if(before !== null, (query) => query.where('id', '<', before))
      .orderBy('id', 'desc')
      .limit(AT_ONCE)
      .execute()
    for (const row of rows) {
      const snippet = find(textOf(openBody(dek, row)))
      if (snippet !== null)
        hits.push({ message: row.id, role: row.role, snippet, at: row.created_at.toISOString() })
    }
    if (rows.length < AT_ONCE) break
    before = rows.at(-1)?.id ?? null
    await setImmediate()
  }
  return { hits: hits.slice(0, limit), complete: hits.length <= limit }
}
