import { DEPTH, KINDS, OTHERS, PatternGraph } from './pattern-graph.ts'

/** So many states are kept; when texts lead to more, they are made anew: some megabytes. */
const MOST_STATES = 6000
const UNKNOWN = -1

/** What may be tried at some place, and the state from which on the characters there rule some of it out. */
class List<T> {
  readonly all: readonly T[]
  start = UNKNOWN

  constructor(all: readonly T[]) {
    this.all = all
  }
}
export type { List }

interface State<T> {
  /** Nodes that wait for a character, and patterns that were over before. */
  readonly open: readonly number[]
  readonly over: readonly number[]
  /** Those of both. */
  readonly possible: readonly T[]
}

/**
 * Which patterns can match at a place of a text at all, by the next few characters, for all of them at once: most places
 * rule out nearly all. A deterministic automaton whose states are made when a text first leads there (Rabin and Scott 1959).
 */
export class FirstLook<T extends { readonly pattern: RegExp }> {
  readonly #graph = new PatternGraph()
  readonly #patterns: readonly T[]
  readonly #indexes: ReadonlyMap<T, number>
  /** The first node of each pattern that was asked for. */
  readonly #begins = new Map<T, number>()
  readonly #states: State<T>[] = []
  readonly #known = new Map<string, number>()
  readonly #lists = new Map<string, List<T>>()
  /** By state and kind of the next character. */
  #next = new Int16Array(0)
  /** Of each state whether nothing waits for a character there. */
  readonly #isEnd: Uint8Array
  readonly #most: number

  constructor(patterns: readonly T[], most = MOST_STATES) {
    this.#most = most
    this.#isEnd = new Uint8Array(most)
    this.#patterns = patterns
    this.#indexes = new Map(patterns.map((one, at) => [one, at]))
  }

  /** The same for the same patterns, which are in the order in which all were given. */
  list(all: readonly T[]): List<T> {
    const name = all.map((one) => this.#indexes.get(one)).join(' ')
    const list = this.#lists.get(name) ?? new List(all)
    this.#lists.set(name, list)
    return list
  }

  /** Those of a list that the characters from a place on do not rule out. */
  possible(list: List<T>, text: string, at: number): readonly T[] {
    if (this.#states.length + 1 + DEPTH > this.#most) this.#forget()
    if (list.start === UNKNOWN) {
      const begins = list.all.map((one) => this.#beginOf(one))
      list.start = this.#reached(begins, [])
    }
    let state = list.start
    const end = Math.min(text.length, at + DEPTH)
    for (let place = at; place < end && this.#isEnd[state] === 0; place += 1) {
      const code = text.charCodeAt(place)
      const step = state * KINDS + (code < OTHERS ? code : OTHERS)
      let to = this.#next[step] ?? UNKNOWN
      if (to === UNKNOWN) {
        to = this.#step(state, step - state * KINDS)
        this.#next[step] = to
      }
      state = to
    }
    return this.#states[state]?.possible ?? list.all
  }

  #forget(): void {
    this.#states.length = 0
    this.#known.clear()
    this.#next.fill(UNKNOWN)
    for (const list of this.#lists.values()) list.start = UNKNOWN
  }

  #beginOf(one: T): number {
    const known = this.#begins.get(one)
    if (known !== undefined) return known
    const begin = this.#graph.add(one.pattern, this.#indexes.get(one) ?? -1)
    this.#begins.set(one, begin)
    return begin
  }

  #step(from: number, kind: number): number {
    const { nodes, sets } = this.#graph
    const { open, over } = this.#states[from] ?? { open: [], over: [] }
    const targets = open.flatMap((at) => {
      const node = nodes[at]
      return node !== undefined && sets[node.set]?.[kind] === 1 ? node.to : []
    })
    return this.#reached(targets, over)
  }

  /** The state of all that can be reached from some nodes without a character. */
  #reached(from: readonly number[], before: readonly number[]): number {
    const seen = new Set<number>()
    const over = new Set(before)
    const waiting = [...from]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      const node = this.#graph.nodes[at]
      if (node?.isOver === true) over.add(node.pattern)
      if (node?.set === -1) waiting.push(...node.to)
    }
    // Of a pattern that was over it does not matter how it goes on.
    const open = [...seen].filter((at) => {
      const node = this.#graph.nodes[at]
      return node !== undefined && node.set !== -1 && !over.has(node.pattern)
    })
    return this.#stateOf(
      open.toSorted((one, other) => one - other),
      [...over].toSorted((one, other) => one - other),
    )
  }

  #stateOf(open: readonly number[], over: readonly number[]): number {
    const name = `${open.join(' ')}|${over.join(' ')}`
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const state = this.#states.length
    this.#known.set(name, state)
    const patterns = new Set([...over, ...open.map((at) => this.#graph.nodes[at]?.pattern ?? -1)])
    const possible = this.#patterns.filter((_, at) => patterns.has(at))
    this.#states.push({ open, over, possible })

    this.#isEnd[state] = Number(open.length === 0)
    if (this.#next.length < this.#states.length * KINDS) this.#grow()
    return state
  }

  #grow(): void {
    const next = new Int16Array(Math.min(this.#most, Math.max(256, this.#states.length * 2)) * KINDS).fill(
      UNKNOWN,
    )
    next.set(this.#next)
    this.#next = next
  }
}
