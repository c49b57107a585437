import type { Entry } from './document.ts'
import type { ConfigKey, StructuredKey } from './keys.ts'
import { KEYS } from './keys.ts'
import type { ConfigProblem } from './problem.ts'
import { pathOf } from './problem.ts'
import type { ValueOrigin } from './references.ts'
import type { ShapeProblem } from './shape.ts'
import { placeAt } from './tree.ts'
import type { Checked } from './value.ts'

export type Place = Pick<ConfigProblem, 'source' | 'line' | 'column'>

/** Where a value was written. */
export interface Written {
  /** `<file>:<line>`, `env:<NAME>` or `flag`. */
  readonly origin: string
  readonly place: Place
  /** In the file, where places inside of the value are known. */
  readonly entry?: Entry
}

interface Taken extends Written {
  readonly value: unknown
}

/** A person repairs a few and looks again; a file may hold a hundred thousand. */
const MOST_PROBLEMS_OF_A_VALUE = 100

/** What was found so far: accepted values by key, and everything that is wrong. */
export class Findings {
  readonly taken = new Map<ConfigKey, Taken>()
  /** Keys that were written, rightly or not. */
  readonly written = new Set<ConfigKey>()
  readonly problems: ConfigProblem[] = []

  judge(key: ConfigKey, checked: Checked, written: Written): void {
    this.written.add(key)
    if (checked.ok) this.taken.set(key, { value: checked.value, ...written })
    else this.refuse(key, checked, written.place)
  }

  judgeStructured(key: StructuredKey, entry: Entry, from: { origin: ValueOrigin; written: Written }): void {
    this.written.add(key)
    const read = KEYS[key].read(entry.value, from.origin)
    if (read.ok) this.taken.set(key, { value: read.value, ...from.written, entry })
    else this.refuseInside(key, read.problems, { ...from.written, entry })
  }

  refuse(path: string, why: { readonly message: string; readonly suggestion?: string }, place: Place): void {
    const suggestion = why.suggestion === undefined ? {} : { suggestion: why.suggestion }
    this.problems.push({ ...place, path, message: why.message, ...suggestion })
  }

  /** Each problem at its own place when the value stands in the file, in the order of the text. */
  refuseInside(key: string, problems: readonly ShapeProblem[], { place, entry }: Written): void {
    const placed: ConfigProblem[] = []
    for (const { steps, of, message, suggestion, at } of problems.slice(0, MOST_PROBLEMS_OF_A_VALUE)) {
      const inside = entry && (at ?? placeAt(entry, steps, of))
      const path = steps.reduce(pathOf, key)
      placed.push({ ...place, ...inside, path, message, ...(suggestion !== undefined && { suggestion }) })
    }
    this.problems.push(...placed.toSorted(inTextOrder))
    const more = problems.length - placed.length
    if (more > 0) this.refuse(key, { message: `and ${more} more problems` }, place)
  }
}

const inTextOrder = (one: Place, other: Place): number =>
  (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0)
