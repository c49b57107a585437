/** What is being chosen while one writes: a command, a model or skill, a collection. */
export interface Trigger {
  readonly sign: '/' | '@' | '#'
  /** What was written behind the sign so far. */
  readonly query: string
  readonly start: number
}

const LONGEST_QUERY = 40

/** What the words before the caret ask for; null where they are just words. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret)
  const command = /^\/(\S*)$/.exec(before)
  if (command) return { sign: '/', query: command[1] ?? '', start: 0 }
  const match = /(?:^|\s)([@#])([^\s@#]*)$/.exec(before)
  const query = match?.[2] ?? ''
  if (match === null || query.length > LONGEST_QUERY) return null
  return { sign: match[1] === '@' ? '@' : '#', query, start: caret - query.length - 1 }
}

/** The text with something in the place of the sign and what stands behind it. */
export const replaced = (
  text: string,
  { start, query }: Trigger,
  by: string,
): { readonly text: string; readonly caret: number } => ({
  text: text.slice(0, start) + by + text.slice(start + 1 + query.length),
  caret: start + by.length,
})

/** Those whose names hold what was written, the ones that begin with it first. */
export function fitting<T extends { readonly name: string }>(all: readonly T[], query: string): readonly T[] {
  const wanted = query.toLowerCase()
  const places = all.map((one) => ({ one, at: one.name.toLowerCase().indexOf(wanted) }))
  return places
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => Number(a.at > 0) - Number(b.at > 0))
    .map(({ one }) => one)
}
