import { SCIM_LONGEST_FILTER } from '@freehold/contract/scim.ts'
import type { Fault } from '../../kernel/fault.ts'
import { refused } from './refusals.ts'

const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
export type Comparison = (typeof COMPARISONS)[number]
/** What an attribute is compared with. */
export type Operand = string | number | boolean | null

/** RFC 7644 section 3.4.2.2, read and not yet bound to a kind of resource. */
export type Filter =
  | { readonly kind: 'and'; readonly parts: readonly Filter[] }
  | { readonly kind: 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'present'; readonly path: string }
  | {
      readonly kind: 'compare'
      readonly path: string
      readonly comparison: Comparison
      readonly operand: Operand
    }
  /** One and the same value of several fits: `emails[type eq "work"]`. */
  | { readonly kind: 'some'; readonly path: string; readonly part: Filter }

const DEEPEST = 16
const MOST_TERMS = 64

/** Each match begins where the last one ended, so the whole takes one pass. */
const TOKEN = /\s*(?:([()[\]])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?![\w:.]))|([A-Za-z$.][\w$:.-]*))/y

/** @throws Fault `invalid` with the word `invalidFilter` */
export function parseFilter(text: string): Filter {
  return new Reader(text).read()
}

interface Token {
  readonly kind: 'bracket' | 'string' | 'number' | 'word'
  readonly text: string
}

class Reader {
  readonly #tokens: readonly Token[]
  #at = 0
  #terms = 0

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  read(): Filter {
    const filter = this.#either(0, false)
    if (this.#at < this.#tokens.length) throw wrong(`"${this.#tokens[this.#at]?.text}" has no place there`)
    return filter
  }

  #either(depth: number, isInside: boolean): Filter {
    return this.#chain('or', () => this.#both(depth, isInside))
  }

  #both(depth: number, isInside: boolean): Filter {
    return this.#chain('and', () => this.#term(depth, isInside))
  }

  #chain(kind: 'and' | 'or', next: () => Filter): Filter {
    const first = next()
    const parts = [first]
    while (this.#skipWord(kind)) parts.push(next())
    return parts.length === 1 ? first : { kind, parts }
  }

  #term(depth: number, isInside: boolean): Filter {
    if (depth > DEEPEST) throw wrong(`it is more than ${DEEPEST} levels deep`)
    if (this.#skip('(')) return this.#closed(')', () => this.#either(depth + 1, isInside))
    if (this.#isWord('not') && this.#tokens[this.#at + 1]?.text === '(') {
      this.#at += 2
      return { kind: 'not', part: this.#closed(')', () => this.#either(depth + 1, isInside)) }
    }
    this.#terms += 1
    if (this.#terms > MOST_TERMS) throw wrong(`it has more than ${MOST_TERMS} terms`)
    const path = this.#word('the name of an attribute')
    if (!this.#skip('[')) return this.#compared(path)
    if (isInside) throw wrong('brackets stand within brackets')
    const part = this.#closed(']', () => this.#either(depth + 1, true))
    const after = this.#tokens[this.#at]
    if (after?.kind !== 'word' || !after.text.startsWith('.')) return { kind: 'some', path, part }
    this.#at += 1
    return {
      kind: 'some',
      path,
      part: { kind: 'and', parts: [part, this.#compared(after.text.slice(1))] },
    }
  }

  #compared(path: string): Filter {
    const word = this.#word('a comparison').toLowerCase()
    if (word === 'pr') return { kind: 'present', path }
    const comparison = COMPARISONS.find((one) => one === word)
    if (comparison === undefined) throw wrong(`"${word}" is no comparison`)
    return { kind: 'compare', path, comparison, operand: this.#operand() }
  }

  #operand(): Operand {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'number') return Number(token.text)
    if (token?.kind === 'string') return stringOf(token.text)
    const constant = CONSTANTS.get(token?.text.toLowerCase() ?? '')
    if (token?.kind === 'word' && constant !== undefined) return constant
    throw wrong('a comparison needs a value: text stands in double quotes')
  }

  #closed(bracket: ')' | ']', inner: () => Filter): Filter {
    const filter = inner()
    if (!this.#skip(bracket)) throw wrong(`a "${bracket}" is missing`)
    return filter
  }

  #word(what: string): string {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word') throw wrong(`${what} is missing`)
    this.#at += 1
    return token.text
  }

  #isWord(word: string): boolean {
    const token = this.#tokens[this.#at]
    return token?.kind === 'word' && token.text.toLowerCase() === word
  }

  #skipWord(word: string): boolean {
    if (!this.#isWord(word)) return false
    this.#at += 1
    return true
  }

  #skip(bracket: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'bracket' || token.text !== bracket) return false
    this.#at += 1
    return true
  }
}

const CONSTANTS: ReadonlyMap<string, Operand> = new Map<string, Operand>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function tokensOf(text: string): readonly Token[] {
  if (text.length > SCIM_LONGEST_FILTER) throw wrong(`it is longer than ${SCIM_LONGEST_FILTER} characters`)
  const whole = text.trimEnd()
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < whole.length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(whole)
    if (match === null) throw wrong(`it cannot be read from character ${at + 1} on`)
    const [, bracket, string, number, word] = match
    if (bracket !== undefined) tokens.push({ kind: 'bracket', text: bracket })
    else if (string !== undefined) tokens.push({ kind: 'string', text: string })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else tokens.push({ kind: 'word', text: word ?? '' })
  }
  return tokens
}

/** The values are JSON's. */
function stringOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch {
    throw wrong('a text in quotes is not as JSON writes it')
  }
}

export const wrong = (why: string): Fault => refused('invalidFilter', `filter: ${why}.`, 'filter')
