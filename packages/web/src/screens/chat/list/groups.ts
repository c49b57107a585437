import type { ConversationView } from '@freehold/sdk'

/** `2026-03`: everything that is older than thirty days stands below its month. */
export type GroupId = 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | `${number}-${string}`

export type Item =
  | { readonly kind: 'heading'; readonly group: GroupId }
  | { readonly kind: 'conversation'; readonly row: ConversationView }

const DAY_MS = 86_400_000

/** Where a conversation stands in the list, by the days of the person's calendar. */
export function groupOf({ updatedAt }: ConversationView, now: Date): GroupId {
  const at = new Date(updatedAt)
  // Noon, because days at which the clock is changed have 23 or 25 hours.
  const noon = (of: Date): number => new Date(of.getFullYear(), of.getMonth(), of.getDate(), 12).getTime()
  const days = Math.round((noon(now) - noon(at)) / DAY_MS)
  if (days <= 0) return 'today'
  if (days === 1) return 'yesterday'
  if (days <= 7) return 'week'
  if (days <= 30) return 'month'
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`
}

/** Headings and conversations as one list, so that it can be drawn by the window. */
export function itemsOf(
  pinned: readonly ConversationView[],
  rows: readonly ConversationView[],
  now: Date,
): readonly Item[] {
  const items: Item[] = []
  if (pinned.length > 0) items.push({ kind: 'heading', group: 'pinned' })
  for (const row of pinned) items.push({ kind: 'conversation', row })
  let group: GroupId | null = null
  for (const row of rows) {
    const next = groupOf(row, now)
    if (next !== group) items.push({ kind: 'heading', group: next })
    group = next
    items.push({ kind: 'conversation', row })
  }
  return items
}
