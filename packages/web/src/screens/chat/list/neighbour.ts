import type { QueryClient } from '@tanstack/react-query'
import { conversationAt, conversationPath } from './addresses.ts'
import type { Known } from './known.ts'

/** Where the conversation before or behind the open one is read, as the list has them; null: there is none. */
export function neighbourOf(queries: QueryClient, path: string, by: 1 | -1): string | null {
  const lists = queries.getQueriesData<Known>({ queryKey: ['conversations', 'list'], type: 'active' })
  // Those that are pinned stand first.
  const rows = lists
    .flatMap(([, known]) => known?.rows ?? [])
    .toSorted((a, b) => Number(b.pinned) - Number(a.pinned))
  const current = conversationAt(path)
  const at = rows.findIndex(({ id }) => id === current)
  const next = at === -1 ? rows[0] : rows[at + by]
  return next === undefined ? null : conversationPath(next.id)
}
