/** So many characters of a match are looked at. */
export const DEPTH = 10
/** All characters beyond ASCII are one kind. */
export const OTHERS = 128
export const KINDS = OTHERS + 1

/** The set of kinds that leads on (-1: it leads on without a character), where to, and of which pattern it is; one may be over there. */
export interface Node {
  readonly set: number
  readonly to: readonly number[]
  readonly pattern: number
  readonly isOver: boolean
}

const ATOM = /\\(?:[pP]\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)|\[(?:\\.|[^\]\\])*\]|[^\\[\](){}?*+|]/sy
const TIMES = /(?:\?|\*|\+|\{(\d+)(?:(,)(\d+)?)?\})\??/y
/** What may be beyond ASCII, by how it is written. */
const BEYOND = /[^ -~]|^\[\^|^\.$|\\[upPxDWSs]/
/** All of ASCII, and what some of its letters are the same as without regard to case. */
const SAMPLES = `${String.fromCharCode(...Array.from({ length: OTHERS }, (_, code) => code))}ſ\u212aıİ`

/**
 * The first characters of several patterns as one graph (Thompson 1968). It takes more than they do: what stands around a
 * match is left out, and so is what refers back.
 */
export class PatternGraph {
  readonly nodes: Node[] = []
  readonly sets: Uint8Array[] = []
  readonly #known = new Map<string, number>()
  #pattern = 0
  #source = ''
  #flags = ''
  #at = 0

  /** Returns the first node of a pattern. */
  add({ source, flags }: RegExp, pattern: number): number {
    this.#source = source
    this.#flags = flags.replaceAll(/[gy]/g, '')
    this.#at = 0
    this.#pattern = pattern
    const end = this.#node(-1, [], true)
    return this.#choice()(end)
  }

  #node(set: number, to: readonly number[], isOver = false): number {
    return this.nodes.push({ set, to, pattern: this.#pattern, isOver }) - 1
  }

  get #next(): string {
    return this.#source[this.#at] ?? ''
  }

  #choice(): Grow {
    const parts = [this.#sequence()]
    while (this.#next === '|') {
      this.#at += 1
      parts.push(this.#sequence())
    }
    return (then) =>
      parts.length === 1
        ? (parts[0]?.(then) ?? then)
        : this.#node(
            -1,
            parts.map((grow) => grow(then)),
          )
  }

  #sequence(): Grow {
    const parts: Grow[] = []
    while (this.#next !== '' && this.#next !== '|' && this.#next !== ')') parts.push(this.#repeated())
    return (then) => parts.reduceRight((next, grow) => grow(next), then)
  }

  #repeated(): Grow {
    const once = this.#next === '(' ? this.#group() : this.#atom()
    TIMES.lastIndex = this.#at
    const times = TIMES.exec(this.#source)
    if (times === null) return once
    this.#at = TIMES.lastIndex
    const [sign, first, comma, last] = times
    const least = first === undefined ? Number(sign.startsWith('+')) : Number(first)
    const most = sign.startsWith('?')
      ? 1
      : last !== undefined
        ? Number(last)
        : first === undefined || comma
          ? DEPTH
          : least
    return (then) => {
      let next = then
      for (let time = Math.min(most, DEPTH); time > 0; time -= 1) {
        const one = once(next)
        next = time > least ? this.#node(-1, [one, then]) : one
      }
      return next
    }
  }

  #group(): Grow {
    const kind = /^\((?:\?(?:<?[=!]|:|<\w+>))?/.exec(this.#source.slice(this.#at))?.[0] ?? '('
    this.#at += kind.length
    const inner = this.#choice()
    this.#at += 1
    return /[=!]$/.test(kind) ? (then) => then : inner
  }

  #atom(): Grow {
    ATOM.lastIndex = this.#at
    const atom = ATOM.exec(this.#source)?.[0]
    if (atom === undefined) throw new Error(`a pattern that is not understood: ${this.#source}`)
    this.#at = ATOM.lastIndex
    if (atom === '^' || atom === '$' || atom === String.raw`\b`) return (then) => then
    // Whatever it refers to.
    if (/^\\[1-9]/.test(atom)) {
      const any = this.#setOf('[^]')
      return (then) => {
        let next = then
        for (let time = 0; time < DEPTH; time += 1) next = this.#node(-1, [this.#node(any, [next]), then])
        return next
      }
    }
    const set = this.#setOf(atom)
    return (then) => this.#node(set, [then])
  }

  #setOf(atom: string): number {
    const name = `${atom} ${this.#flags}`
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const set = new Uint8Array(KINDS)
    for (const { index } of SAMPLES.matchAll(new RegExp(atom, `${this.#flags}g`)))
      set[Math.min(index, OTHERS)] = 1
    if (BEYOND.test(atom)) set[OTHERS] = 1
    this.#known.set(name, this.sets.push(set) - 1)
    return this.sets.length - 1
  }
}

type Grow = (then: number) => number
