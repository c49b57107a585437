import type { ConversationView, Page } from '@freehold/sdk'

/** As many conversations of a list as were asked for so far, the one spoken in last first. */
export interface Known {
  readonly rows: readonly ConversationView[]
  /** What continues it; null: these are all. */
  readonly next: string | null
}

const later = (a: ConversationView, b: ConversationView): number =>
  a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0

/**
 * The first page anew, in place of what was known of that stretch; what is known below it stays, so that a long list
 * is brought up to date by one question.
 */
export function withHead(known: Known | undefined, page: Page<ConversationView>): Known {
  // Where a page was looked through in vain, nothing is known of what lies below it.
  if (known !== undefined && page.data.length === 0 && page.next !== null) return known
  const newest = known?.rows[0]
  const last = page.data.at(-1)
  const isWhole = known === undefined || newest === undefined || last === undefined || page.next === null
  // More was spoken meanwhile than one page holds: nobody knows what lies between.
  if (isWhole || last.updatedAt > newest.updatedAt) return { rows: page.data, next: page.next }
  const head = new Set(page.data.map(({ id }) => id))
  const below = known.rows.filter((row) => row.updatedAt <= last.updatedAt && !head.has(row.id))
  return below.length === 0
    ? { rows: page.data, next: page.next }
    : { rows: [...page.data, ...below], next: known.next }
}

/** One page more at the end. */
export function withTail(known: Known, page: Page<ConversationView>): Known {
  const had = new Set(known.rows.map(({ id }) => id))
  return { rows: [...known.rows, ...page.data.filter(({ id }) => !had.has(id))], next: page.next }
}

/** One conversation as it is now: in its place where it belongs into the list, and out of it where it does not. */
export function withRow(known: Known, row: ConversationView, isIn: boolean): Known {
  const others = known.rows.filter(({ id }) => id !== row.id)
  if (!isIn) return others.length === known.rows.length ? known : { ...known, rows: others }
  const last = others.at(-1)
  // It stands beyond what is known, and comes with its page.
  if (known.next !== null && last !== undefined && row.updatedAt < last.updatedAt)
    return { ...known, rows: others }
  return { ...known, rows: [...others, row].toSorted(later) }
}
