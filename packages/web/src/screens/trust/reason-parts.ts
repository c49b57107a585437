import type { DataClass } from '@freehold/sdk'
import { DATA_CLASSES } from '../../data-classes.ts'

const CLASSES: ReadonlySet<string> = new Set(DATA_CLASSES)

/** One step in which the class of a request rose. */
export interface ReasonPart {
  readonly by: 'key' | 'caller' | 'declared' | 'conversation' | 'found'
  /** What was found, where that raised it. */
  readonly types: readonly string[]
  readonly class: DataClass
}

/** What a line such as `found EMAIL, PHONE: confidential` says; null where it says something newer. */
export function reasonPart(line: string): ReasonPart | null {
  const [, by, found = '', reached = ''] =
    /^(key|caller|declared|conversation|found)(?: ([\w, ]+))?: (\w+)$/.exec(line) ?? []
  if (by === undefined || !CLASSES.has(reached)) return null
  return {
    // Both were read from their own lists just now.
    by: by as ReasonPart['by'],
    types: found.split(', ').filter((type) => type !== ''),
    class: reached as DataClass,
  }
}
