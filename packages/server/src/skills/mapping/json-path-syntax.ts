/** Why a path is not taken, with the place in it. */
export class PathRefused extends Error {}

export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | {
      readonly kind: 'slice'
      readonly start: number | null
      readonly end: number | null
      readonly step: number
    }
  | { readonly kind: 'filter'; readonly test: Test }

export interface Segment {
  readonly isDeep: boolean
  readonly selectors: readonly Selector[]
}

export interface Query {
  /** Whether it begins at the whole document or at the value that a filter looks at. */
  readonly from: '$' | '@'
  readonly segments: readonly Segment[]
}

type Literal = string | number | boolean | null
export type Operand = { readonly literal: Literal } | { readonly query: Query }
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

export type Test =
  | { readonly kind: 'any' | 'all'; readonly tests: readonly Test[] }
  | { readonly kind: 'not'; readonly test: Test }
  | { readonly kind: 'exists'; readonly query: Query }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand }

const MOST_SEGMENTS = 64
const DEEPEST = 16
const COMPARISONS = ['==', '!=', '<=', '>=', '<', '>'] as const
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * RFC 9535 without its functions (`length`, `count`, `match`, `search`, `value`).
 * @throws PathRefused
 */
export function parsePath(text: string): Query {
  return new PathReader(text).whole()
}

/** Whether it selects at most one value whatever the document: names and indexes only. */
export const isSingular = ({ segments }: Query): boolean =>
  segments.every(
    ({ isDeep, selectors: [first, ...more] }) =>
      !isDeep && more.length === 0 && (first?.kind === 'name' || first?.kind === 'index'),
  )

class PathReader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Query {
    if (!this.#take('$')) throw this.#wrong('$')
    const query = { from: '$', segments: this.#segments() } as const
    if (this.#at < this.#text.length) throw this.#wrong('a segment, as in .name, [0] or [*]')
    return query
  }

  #segments(): readonly Segment[] {
    const segments: Segment[] = []
    for (;;) {
      const before = this.#at
      this.#space()
      const segment = this.#segment()
      if (segment === null) {
        this.#at = before
        return segments
      }
      if (segments.length === MOST_SEGMENTS) throw new PathRefused(`has more than ${MOST_SEGMENTS} segments`)
      segments.push(segment)
    }
  }

  #segment(): Segment | null {
    if (this.#take('..')) {
      return { isDeep: true, selectors: this.#take('[') ? this.#bracket() : [this.#dotted()] }
    }
    if (this.#take('.')) return { isDeep: false, selectors: [this.#dotted()] }
    return this.#take('[') ? { isDeep: false, selectors: this.#bracket() } : null
  }

  #dotted(): Selector {
    if (this.#take('*')) return { kind: 'all' }
    const name = this.#match(/[A-Za-z_\u0080-\u{10FFFF}][\w\u0080-\u{10FFFF}]*/uy)
    if (name === null) throw this.#wrong('a name or *')
    return { kind: 'name', name }
  }

  #bracket(): readonly Selector[] {
    const selectors: Selector[] = []
    do {
      this.#space()
      selectors.push(this.#selector())
      this.#space()
    } while (this.#take(','))
    if (!this.#take(']')) throw this.#wrong(', or ]')
    return selectors
  }

  #selector(): Selector {
    if (this.#take('*')) return { kind: 'all' }
    if (this.#take('?')) {
      this.#space()
      return { kind: 'filter', test: this.#any() }
    }
    const name = this.#quoted()
    if (name !== null) return { kind: 'name', name }
    const start = this.#integer()
    this.#space()
    if (!this.#take(':')) {
      if (start === null) throw this.#wrong('a quoted name, a number, * or ?')
      return { kind: 'index', index: start }
    }
    this.#space()
    const end = this.#integer()
    this.#space()
    const step = this.#take(':') ? (this.#space(), this.#integer() ?? 1) : 1
    return { kind: 'slice', start, end, step }
  }

  #any(): Test {
    const tests = [this.#all()]
    while (this.#operator('||')) tests.push(this.#all())
    return tests.length === 1 && tests[0] !== undefined ? tests[0] : { kind: 'any', tests }
  }

  #all(): Test {
    const tests = [this.#one()]
    while (this.#operator('&&')) tests.push(this.#one())
    return tests.length === 1 && tests[0] !== undefined ? tests[0] : { kind: 'all', tests }
  }

  #one(): Test {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new PathRefused('is nested too deep')
    try {
      if (this.#operator('!')) return { kind: 'not', test: this.#one() }
      if (this.#operator('(')) {
        const inner = this.#any()
        if (!this.#operator(')')) throw this.#wrong(')')
        return inner
      }
      return this.#comparison()
    } finally {
      this.#depth -= 1
    }
  }

  #comparison(): Test {
    const left = this.#operand()
    this.#space()
    const by = COMPARISONS.find((sign) => this.#take(sign))
    if (by === undefined) {
      if ('query' in left) return { kind: 'exists', query: left.query }
      throw this.#wrong('a comparison')
    }
    this.#space()
    const right = this.#operand()
    for (const side of [left, right]) {
      if ('query' in side && !isSingular(side.query)) {
        throw new PathRefused('compares a query that may select several values')
      }
    }
    return { kind: 'compare', by, left, right }
  }

  #operand(): Operand {
    for (const from of ['$', '@'] as const) {
      if (this.#take(from)) return { query: { from, segments: this.#segments() } }
    }
    const text = this.#quoted()
    if (text !== null) return { literal: text }
    const number = this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
    if (number !== null) return { literal: Number(number) }
    const word = this.#match(/(?:true|false|null)(?![\w(])/y)
    if (word !== null) return { literal: word === 'null' ? null : word === 'true' }
    if (this.#match(/[a-z][a-z_\d]*\(/y) !== null)
      throw new PathRefused('calls a function, and there are none here')
    throw this.#wrong('@, $, a text, a number, true, false or null')
  }

  #quoted(): string | null {
    const text = this.#match(
      /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|'(?:[^'\\\p{Cc}]|\\(?:['\\/bfnrt]|u[\dA-Fa-f]{4}))*'/uy,
    )
    return text === null
      ? null
      : text
          .slice(1, -1)
          .replaceAll(/\\(?:u([\dA-Fa-f]{4})|(.))/g, (_, code?: string, sign = '') =>
            code === undefined
              ? (ESCAPES[String(sign)] ?? String(sign))
              : String.fromCharCode(Number.parseInt(code, 16)),
          )
  }

  #integer(): number | null {
    const digits = this.#match(/-?(?:0|[1-9]\d*)/y)
    if (digits === null) return null
    const number = Number(digits)
    if (digits === '-0' || !Number.isSafeInteger(number)) throw this.#wrong('a whole number')
    return number
  }

  #operator(sign: string): boolean {
    const before = this.#at
    this.#space()
    if (this.#take(sign) && !(sign === '!' && this.#text[this.#at] === '=')) {
      this.#space()
      return true
    }
    this.#at = before
    return false
  }

  #space(): void {
    this.#match(/[ \t\n\r]*/y)
  }

  #match(form: RegExp): string | null {
    form.lastIndex = this.#at
    const found = form.exec(this.#text)?.[0] ?? null
    if (found !== null) this.#at += found.length
    return found
  }

  #take(text: string): boolean {
    const isThere = this.#text.startsWith(text, this.#at)
    if (isThere) this.#at += text.length
    return isThere
  }

  #wrong(expected: string): PathRefused {
    return new PathRefused(`is no JSONPath: at character ${this.#at + 1} there must be ${expected}`)
  }
}
