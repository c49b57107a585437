/** Something of a known form that a text names; offsets are UTF-16, `end` is exclusive. */
export interface Slot<Value> {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly value: Value
}

/** Finds slots of one type; what overlaps is left to whoever asks for several types. */
export type SlotFinder<Value> = (text: string) => readonly Slot<Value>[]

/** Longer texts are read to here. */
const TEXT_LENGTH = 4096

interface Row<Value> {
  readonly pattern: RegExp
  /** Null: it looks like one and is none. */
  readonly read: (match: RegExpMatchArray) => Value | null
}

/** All slots that some patterns find, in order; of two that overlap the earlier pattern's. */
export function slotsBy<Value>(text: string, rows: readonly Row<Value>[]): readonly Slot<Value>[] {
  const read = text.slice(0, TEXT_LENGTH)
  const found: Slot<Value>[] = []
  for (const { pattern, read: valueOf } of rows)
    for (const match of read.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length]
      if (found.some((slot) => slot.start < end && start < slot.end)) continue
      const value = valueOf(match)
      if (value !== null) found.push({ start, end, text: match[0], value })
    }
  return found.toSorted((a, b) => a.start - b.start)
}
