import type { conversationTag, tagPage } from '@freehold/contract/conversation-tags.ts'
import type { z } from 'zod'
import type { PageOf } from '../kernel/keyset-page.ts'
import type { Store } from '../store/store.ts'
import type { Own } from './ownership.ts'
import { isOwn } from './ownership.ts'
import { conversationDek, openMeta } from './sealed-rows.ts'

/** So many conversations are opened before the page ends, and so many between two questions to the database. */
const MOST_LOOKED_AT = 1000
const LOOKED_AT_ONCE = 100

/** The tags of a thousand conversations, from the one spoken in last on, the most used first. */
export function conversationTags(
  { store }: { readonly store: Store },
  own: Own,
  { after, archived }: z.output<typeof tagPage>,
): Promise<PageOf<z.output<typeof conversationTag>>> {
  return store.withTenant(own.caller, async (tx) => {
    const counts = new Map<string, number>()
    let last = after
    for (let looked = 0; looked < MOST_LOOKED_AT; looked += LOOKED_AT_ONCE) {
      const rows = await tx.db
        .selectFrom('conversation')
        .select(['id', 'dek', 'meta_sealed', 'touched'])
        .where(isOwn(own))
        .where('archived', '=', archived)
        .$if(last !== undefined, (query) => query.where('touched', '<', last ?? ''))
        .orderBy('touched', 'desc')
        .limit(LOOKED_AT_ONCE)
        .execute()
      for (const row of rows)
        for (const tag of openMeta(conversationDek(tx.keys, row), row).tags)
          counts.set(tag, (counts.get(tag) ?? 0) + 1)
      if (rows.length < LOOKED_AT_ONCE) return { data: inOrder(counts), next: null }
      last = rows.at(-1)?.touched
    }
    return { data: inOrder(counts), next: last ?? null }
  })
}

const inOrder = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .map(([tag, conversations]) => ({ tag, conversations }))
    .toSorted((a, b) => b.conversations - a.conversations || (a.tag < b.tag ? -1 : 1))
