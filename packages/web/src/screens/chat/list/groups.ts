import type { ConversationView } from '@freehold/sdk'

/** `2026-03`: everything that is older than thirty days stands below its month. */
export type GroupId = 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | `${number}-${string}`

export type Item =
  | { readonly kind: 'heading'; readonly group: GroupId }
  | { readonly kind: 'conversation'; readonly row: ConversationView }

const DAY_MS = 86_400_000

interface Day {
  readonly noonMs: number
  /** `2026-03` */
  readonly month: `${number}-${string}`
}

function dayOf(at: Date): Day {
  const [year, month] = [at.getFullYear(), at.getMonth()]
  // Noon, because days at which the clock is changed have 23 or 25 hours.
  const noonMs = new Date(year, month, at.getDate(), 12).getTime()
  return { noonMs, month: `${year}-${String(month + 1).padStart(2, '0')}` }
}

const days = new WeakMap<ConversationView, Day>()

/** By the calendar; looked up once for each state of a conversation, because a list may hold thousands. */
function dayOfRow(row: ConversationView): Day {
  const known = days.get(row)
  if (known !== undefined) return known
  const day = dayOf(new Date(row.updatedAt))
  days.set(row, day)
  return day
}

/** Where a conversation stands in the list, by the days of the person's calendar. */
export const groupOf = (row: ConversationView, now: Date): GroupId => groupBehind(dayOfRow(row), dayOf(now))

function groupBehind({ noonMs, month }: Day, today: Day): GroupId {
  const behind = Math.round((today.noonMs - noonMs) / DAY_MS)
  if (behind <= 0) return 'today'
  if (behind === 1) return 'yesterday'
  if (behind <= 7) return 'week'
  if (behind <= 30) return 'month'
  return month
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
  const today = dayOf(now)
  let group: GroupId | null = null
  for (const row of rows) {
    const next = groupBehind(dayOfRow(row), today)
    if (next !== group) items.push({ kind: 'heading', group: next })
    group = next
    items.push({ kind: 'conversation', row })
  }
  return items
}
