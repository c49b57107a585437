/** What becomes of a value in an answer. */
export type Task =
  /** Its placeholders are restored; what nothing is said about is one of these. */
  | 'text'
  /** Never touched: it is signed, encrypted, or no text. */
  | 'keep'
  /** JSON in a string: arguments of a call. */
  | 'json'
  /** Text that may be JSON; names of members count as text too. */
  | 'free'
  /** The next piece of a text that comes in pieces. */
  | 'piece'
  /** The index by which a channel is known, of the object opened for it. */
  | 'first'
  | 'second'
  | 'type'
  /** A choice has ended, if this is a string. */
  | 'finish'
  | 'error'
  /** Tokens of a text. */
  | 'tokens'
  /** A place in a text. */
  | 'start'
  | 'end'
  | 'sequence'
  /** If it says anything, its owner's thinking is signed. */
  | 'signature'
  | 'thinking'

/** The text of an answer whose pieces come in a stream. */
export interface Channel {
  readonly name: string
  readonly isJson: boolean
  /** The answer itself: other fields name places in it, and it is JSON where the request asked for that. */
  readonly isAnswer: boolean
  /** The body of an event's member that carries a piece. */
  readonly carry: (text: string, index: number) => object
}

export interface Rule {
  readonly task: Task
  readonly channel?: Channel
  /** Of a whole text: as of a channel. */
  readonly isAnswer?: boolean
  /** An object here has an index of its own, or its texts, tokens and places belong together. */
  readonly opens?: readonly ('first' | 'second' | 'owner')[]
  /** What holds for everything below that no rule names. */
  readonly below?: 'keep' | 'free'
}

/** The rules by their number; the numbers are how a reader of bytes finds its way. */
export interface Layout {
  readonly rules: readonly Rule[]
  /** Where a member or element leads: `place * names + name`; 0 where no rule says. */
  readonly steps: Int16Array
  /** Where everything below leads; 0: to the rules for anywhere. */
  readonly below: Int16Array
  /** Which values each rule is about, as the sum of the kinds below. */
  readonly kinds: Uint8Array
  readonly names: Names
}

export const STRINGS = 1
export const NUMBERS = 2
/** Objects and arrays as a whole, when they have ended. */
export const CONTAINERS = 4
/** Names of members. */
export const NAMES = 8
/** Numbers by which an object is known. */
export const INDICES = 16

const KINDS: Readonly<Partial<Record<Task, number>>> = {
  keep: 0,
  first: INDICES,
  second: INDICES,
  start: NUMBERS,
  end: NUMBERS,
  sequence: NUMBERS,
  tokens: CONTAINERS,
  error: STRINGS + CONTAINERS,
}

export const ROOT = 1
export const ANYWHERE = 2
const KEEP = 3
export const FREE = 4
/** The name of what stands in an array. */
export const ELEMENT = 1
/** For what no rule names. */
export const TEXT: Rule = { task: 'text' }

/** @param rules by path: from the outermost value as `$.choices[].index`, or wherever it stands as `*.arguments` */
export function createLayout(rules: Readonly<Record<string, Rule>>): Layout {
  const names = new Names()
  const list: Rule[] = [TEXT, TEXT, TEXT, { task: 'keep', below: 'keep' }, { task: 'free', below: 'free' }]
  const steps = new Map<string, number>()
  for (const [path, rule] of Object.entries(rules)) {
    let place = path.startsWith('$') ? ROOT : ANYWHERE
    for (const part of path.matchAll(/\[\]|[^.[\]$*]+/g)) {
      const step = `${place} ${part[0] === '[]' ? ELEMENT : names.add(part[0])}`
      const known = steps.get(step)
      place = known ?? list.push(TEXT) - 1
      steps.set(step, place)
    }
    list[place] = rule
  }
  const layout = {
    rules: list,
    steps: new Int16Array(list.length * names.size),
    below: Int16Array.from(list, ({ below }) => (below === 'keep' ? KEEP : below === 'free' ? FREE : 0)),
    kinds: Uint8Array.from(
      list,
      ({ task, below }) => (KINDS[task] ?? STRINGS) | (below === 'free' ? NAMES : 0),
    ),
    names,
  }
  for (const [step, to] of steps) {
    const [place, name] = step.split(' ').map(Number)
    layout.steps[(place ?? 0) * names.size + (name ?? 0)] = to
  }
  return layout
}

/** Where the value of the member or the element of `place` leads. */
export function stepTo({ steps, below, names }: Layout, place: number, name: number): number {
  return steps[place * names.size + name] || below[place] || steps[ANYWHERE * names.size + name] || 0
}

const SLOTS = 512

/** Names of members as bytes, so that finding one costs no string. */
export class Names {
  /** 0 is any other name, 1 that of an element. */
  size = 2
  readonly #hashes = new Int32Array(SLOTS)
  readonly #lengths = new Int32Array(SLOTS)
  readonly #numbers = new Int32Array(SLOTS)
  readonly #known = new Map<string, number>()

  add(name: string): number {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const hash = Buffer.from(name).reduce(hashed, 0)
    let slot = hash & (SLOTS - 1)
    while (this.#lengths[slot] !== 0) slot = (slot + 1) & (SLOTS - 1)
    this.#hashes[slot] = hash
    this.#lengths[slot] = name.length
    this.#numbers[slot] = this.size
    this.#known.set(name, this.size)
    this.size += 1
    return this.size - 1
  }

  /** A name that happens to look like another is taken for it; the worst of it is a text that is not restored. */
  find(hash: number, length: number): number {
    for (let slot = hash & (SLOTS - 1); this.#lengths[slot] !== 0; slot = (slot + 1) & (SLOTS - 1))
      if (this.#hashes[slot] === hash && this.#lengths[slot] === length) return this.#numbers[slot] ?? 0
    return 0
  }
}

/** One step of the hash of a name. */
export const hashed = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0
