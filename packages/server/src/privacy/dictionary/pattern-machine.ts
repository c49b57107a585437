import type { CharacterSet } from './character-set.ts'
import { bothCases, codesIn } from './character-set.ts'
import type { Hit } from './hit.ts'
import { isBoundary } from './letters.ts'
import type { Pattern } from './pattern-syntax.ts'
import { PatternError } from './pattern-syntax.ts'
import { sharedBytes, sharedInts, sharedShorts } from './word-automaton.ts'

/** A pattern and what is told of what it finds. */
export interface PatternEntry {
  readonly pattern: Pattern
  readonly type: number
  readonly isCased: boolean
  readonly isWhole: boolean
}

/**
 * One deterministic automaton for several patterns, as arrays that threads share. At one place of a text it takes a step
 * for each character up to the longest match and never goes back, whatever the patterns and the text are.
 */
export interface PatternTables {
  /** Of each character its kind; kind 0 is in no pattern. */
  readonly kinds: Uint16Array
  readonly width: number
  /** By state and kind. State 0 is nowhere, 1 the beginning. */
  readonly next: Int32Array
  /** Of each state 1 and the type of a pattern that ends there: of those for whole words, and of the others. */
  readonly wholes: Uint8Array
  readonly parts: Uint8Array
}

const CODES = 65_536
const MOST_NODES = 20_000
const MOST_STATES = 8000
/** What making them may cost: ways out of nodes, by kinds. */
const MOST_WAYS = 200_000
const MOST_KINDS = 2000
/** Of the table: 8 MB. */
const MOST_STEPS = 2_000_000
const START = 1

const tooLarge = (): PatternError =>
  new PatternError('is too complex together with the others; take fewer, shorter or more definite ones')

/** @throws PatternError when the automaton would be too large */
export function buildPatterns(entries: readonly PatternEntry[]): PatternTables {
  const graph = new Graph()
  const begins = entries.map((entry) => graph.add(entry))
  const { kinds, kindsOf, width } = kindsIn(graph.sets)
  const { next, wholes, parts } = determined(graph, begins, { kindsOf, width })
  const shared = {
    kinds: sharedShorts(CODES),
    next: sharedInts(next.length),
    wholes: sharedBytes(wholes.length),
    parts: sharedBytes(parts.length),
  }
  shared.kinds.set(kinds)
  shared.next.set(next)
  shared.wholes.set(wholes)
  shared.parts.set(parts)
  return { ...shared, width }
}

interface Node {
  /** The index of the set that leads on, or -1. */
  readonly set: number
  readonly to: number[]
  /** Of the end of a pattern. */
  readonly ends: PatternEntry | null
}

/** The patterns as a graph with free steps (Thompson 1968). */
class Graph {
  readonly nodes: Node[] = []
  readonly sets: CharacterSet[] = []
  readonly #known = new Map<string, number>()
  /** The same set stands in many repeats. */
  readonly #seen = { cased: new Map<CharacterSet, number>(), folded: new Map<CharacterSet, number>() }

  add(entry: PatternEntry): number {
    const end = this.#node(-1, [], entry)
    return this.#grow(entry.pattern, end, entry.isCased)
  }

  #node(set: number, to: number[], ends: PatternEntry | null = null): number {
    if (this.nodes.length >= MOST_NODES) throw tooLarge()
    return this.nodes.push({ set, to, ends }) - 1
  }

  /** Makes the nodes of a pattern that lead to `then`, and returns the first. */
  #grow(pattern: Pattern, then: number, isCased: boolean): number {
    if (pattern.kind === 'set') return this.#node(this.#setOf(pattern.set, isCased), [then])
    if (pattern.kind === 'choice') {
      return this.#node(
        -1,
        pattern.parts.map((part) => this.#grow(part, then, isCased)),
      )
    }
    if (pattern.kind !== 'repeat') {
      return pattern.parts.reduceRight((next, part) => this.#grow(part, next, isCased), then)
    }
    let next = then
    for (let time = pattern.most; time > 0; time -= 1) {
      const once = this.#grow(pattern.of, next, isCased)
      next = time > pattern.least ? this.#node(-1, [once, then]) : once
    }
    return next
  }

  #setOf(set: CharacterSet, isCased: boolean): number {
    const seen = isCased ? this.#seen.cased : this.#seen.folded
    const before = seen.get(set)
    if (before !== undefined) return before
    const used = isCased ? set : bothCases(set)
    const key = used.join(' ')
    const index = this.#known.get(key) ?? this.sets.push(used) - 1
    this.#known.set(key, index)
    seen.set(set, index)
    return index
  }
}

interface Kinds {
  readonly kinds: Uint16Array
  /** Of each set the kinds of characters in it. */
  readonly kindsOf: readonly (readonly number[])[]
  readonly width: number
}

/** Characters that no set tells apart are one kind; kind 0 is in none. */
function kindsIn(sets: readonly CharacterSet[]): Kinds {
  const kinds = new Uint16Array(CODES)
  let width = 1
  for (const set of sets) {
    const inside = new Map<number, number>()
    for (const code of codesIn(set)) {
      const before = kinds[code] ?? 0
      let kind = inside.get(before)
      if (kind === undefined) inside.set(before, (kind = width++))
      kinds[code] = kind
    }
    if (width > MOST_KINDS) throw tooLarge()
  }
  const kindsOf = sets.map((set) => {
    const found = new Set<number>()
    for (const code of codesIn(set)) found.add(kinds[code] ?? 0)
    return [...found]
  })
  return { kinds, kindsOf, width }
}

interface Determined {
  readonly next: readonly number[]
  readonly wholes: readonly number[]
  readonly parts: readonly number[]
}

/** Makes one state of each set of nodes in which one can be at once (Rabin and Scott 1959). */
function determined(
  graph: Graph,
  begins: readonly number[],
  { kindsOf, width }: Omit<Kinds, 'kinds'>,
): Determined {
  const next: number[] = Array.from({ length: 2 * width }, () => 0)
  const members: (readonly number[])[] = [[], reached(graph, begins)]
  const known = new Map([[String(members[START]), START]])
  let ways = 0
  for (let state = START; state < members.length; state += 1) {
    const byKind = new Map<number, Set<number>>()
    for (const node of members[state] ?? []) {
      const { set, to } = graph.nodes[node] ?? { set: -1, to: [] }
      ways += kindsOf[set]?.length ?? 0
      if (ways > MOST_WAYS) throw tooLarge()
      for (const kind of kindsOf[set] ?? []) {
        const targets = byKind.get(kind) ?? new Set<number>()
        byKind.set(kind, targets)
        for (const target of to) targets.add(target)
      }
    }
    for (const [kind, targets] of byKind) {
      const nodes = reached(graph, targets)
      const key = String(nodes)
      let to = known.get(key)
      if (to === undefined) {
        if (members.length >= MOST_STATES || next.length > MOST_STEPS) throw tooLarge()
        to = members.push(nodes) - 1
        known.set(key, to)
        for (let i = 0; i < width; i += 1) next.push(0)
      }
      next[state * width + kind] = to
    }
  }
  const ended = (isWhole: boolean): number[] =>
    members.map((nodes) => {
      const ends = nodes.flatMap((node) => graph.nodes[node]?.ends ?? [])
      const first = ends.find((one) => one.isWhole === isWhole)
      return first === undefined ? 0 : 1 + first.type
    })
  return { next, wholes: ended(true), parts: ended(false) }
}

/** The nodes that can be reached without a character, in order; those between are left out. */
function reached(graph: Graph, from: Iterable<number>): readonly number[] {
  const seen = new Set<number>()
  const open = [...from]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    const { set, to } = graph.nodes[node] ?? { set: 0, to: [] }
    if (set < 0) open.push(...to)
  }
  return [...seen]
    .filter((node) => graph.nodes[node]?.set !== -1 || graph.nodes[node]?.ends !== null)
    .toSorted((a, b) => a - b)
}

export interface PatternSearch {
  readonly hits: readonly Hit[]
  /** Characters that were looked at, those that were looked at again included. */
  readonly steps: number
}

/** What matches in a text that was read with `readComposed`: at each place the longest, and on behind it. */
export function searchPatterns(
  { kinds, width, next, wholes, parts }: PatternTables,
  text: string,
): PatternSearch {
  const hits: Hit[] = []
  let steps = 0
  for (let start = 0; start < text.length;) {
    let state = next[START * width + (kinds[text.charCodeAt(start)] ?? 0)] ?? 0
    steps += 1
    if (state === 0) {
      start += 1
      continue
    }
    const isWordStart = isBoundary(text, start)
    let found: Hit | null = null
    for (let end = start + 1; ; end += 1) {
      const ends =
        parts[state] || (isWordStart && (wholes[state] ?? 0) > 0 && isBoundary(text, end) ? wholes[state] : 0)
      if (ends) found = { start, end, type: ends - 1 }
      if (end >= text.length) break
      state = next[state * width + (kinds[text.charCodeAt(end)] ?? 0)] ?? 0
      steps += 1
      if (state === 0) break
    }
    if (found !== null) hits.push(found)
    start = found?.end ?? start + 1
  }
  return { hits, steps }
}
