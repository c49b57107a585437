import { Fault } from './fault.ts'
import { isUuid } from './ids.ts'

export interface Page {
  /** `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface PageOf<T> {
  readonly data: T[]
  /** Null on the last page. */
  readonly next: string | null
}

/** @throws Fault `invalid` when `after` is not a cursor of ours. */
export function checkedPage(page: Page): Page {
  if (page.after !== undefined && !isUuid(page.after))
    throw new Fault('invalid', '`after` is not the `next` of an earlier page.', { param: 'after' })
  return page
}

/** One page out of `limit + 1` rows in the order of their ids. */
export function keysetPage<R extends { readonly id: string }, T>(
  rows: readonly R[],
  limit: number,
  view: (row: R) => T,
): PageOf<T> {
  const shown = rows.slice(0, limit)
  return {
    data: shown.map((row) => view(row)),
    next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}
