import { foldedCodes } from './letters.ts'

/** Characters of the basic plane as ranges, both ends included, in order and apart. */
export type CharacterSet = readonly (readonly [first: number, last: number])[]

const LAST = 0xffff

export const EVERY: CharacterSet = [[0, LAST]]

export const only = (code: number): CharacterSet => [[code, code]]

export function union(sets: readonly CharacterSet[]): CharacterSet {
  const joined: [number, number][] = []
  for (const [first, last] of sets.flat().toSorted((a, b) => a[0] - b[0])) {
    const before = joined.at(-1)
    if (before === undefined || first > before[1] + 1) joined.push([first, last])
    else before[1] = Math.max(before[1], last)
  }
  return joined
}

export function inverse(set: CharacterSet): CharacterSet {
  const rest: [number, number][] = []
  let next = 0
  for (const [first, last] of set) {
    if (first > next) rest.push([next, first - 1])
    next = last + 1
  }
  if (next <= LAST) rest.push([next, LAST])
  return rest
}

export function matching(isIn: (code: number) => boolean): CharacterSet {
  const ranges: [number, number][] = []
  for (let code = 0; code <= LAST; code += 1) {
    if (!isIn(code)) continue
    const before = ranges.at(-1)
    if (before?.[1] === code - 1) before[1] = code
    else ranges.push([code, code])
  }
  return ranges
}

export function* codesIn(set: CharacterSet): Generator<number> {
  for (const [first, last] of set) for (let code = first; code <= last; code += 1) yield code
}

/** Characters of which case alone tells one from another, together. */
let cases: readonly (readonly number[])[] | null = null

function groupsByCase(): readonly (readonly number[])[] {
  const folds = foldedCodes()
  const groups = new Map<number, number[]>()
  for (let code = 0; code <= LAST; code += 1) {
    const folded = folds[code] ?? code
    if (folded === code) continue
    const group = groups.get(folded) ?? [folded]
    group.push(code)
    groups.set(folded, group)
  }
  return [...groups.values()]
}

const holds = (set: CharacterSet, code: number): boolean =>
  set.some(([first, last]) => first <= code && code <= last)

/** With the other case of everything in it. */
export function bothCases(set: CharacterSet): CharacterSet {
  cases ??= groupsByCase()
  const others = cases.filter((group) => group.some((code) => holds(set, code)))
  return union([set, others.flat().map((code) => [code, code] as const)])
}
