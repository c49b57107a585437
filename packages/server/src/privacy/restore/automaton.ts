import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Match } from './matches.ts'
import { BEGUN, FOUND, NONE } from './matches.ts'
import { Surrogates } from './surrogates.ts'
import {
  CLOSE,
  CORE_SYMBOLS,
  OPEN,
  PERCENT,
  SEPARATOR,
  SPACE,
  SYMBOL_BITS,
  SYMBOL_MASK,
  symbolAt,
  symbolOf,
  UNFINISHED,
  ZERO,
} from './symbol.ts'

/** What was put in the place of a value: a placeholder of our form, or a surrogate. */
export interface Minted {
  readonly placeholder: string
  readonly value: string
  /** A made-up value of this type. Absent: a placeholder. */
  readonly surrogate?: EntityType | undefined
}

/** The words up to the number: type and nonce. The numbers below it are looked up, so that thousands cost no more than one. */
interface Core {
  readonly values: (string | undefined)[]
  mostDigits: number
}

/** Blanks that may stand inside a placeholder where none belongs. */
const TOLERATED = 4
const TYPES = 1
const NONCES = 2
/** The words up to the number, and the number. */
const FORM = /^\[([A-Z][A-Z0-9_]*_[a-z0-9]+_)([1-9]\d{0,8})\]$/
const BACKSLASH = 0x5c

/** Knows the live placeholders in all the spellings that models make of them. */
export class Automaton {
  /** Of the match that was found last: what is replaced, and by what. */
  start = 0
  end = 0
  value = ''
  /** By ASCII code: 0 for what can begin nothing. */
  readonly hot = new Uint8Array(128)
  /** Null: there are none, and nothing is spent on them. */
  readonly #surrogates: Surrogates | null
  readonly #next: Int32Array
  readonly #coreOf: Int32Array
  readonly #cores: readonly Core[]
  readonly #isNonce: Uint8Array
  /** Node 0 is nowhere, and two are roots. */
  #nodes = NONCES + 1
  /** In the middle of `match`: where it is, and how many blanks it has passed. */
  #at = 0
  #passed = 0
  /** Its bracket is written as in an address, where the value must be, too. */
  #isEncoded = false

  constructor(minted: readonly Minted[]) {
    const cores = new Map<string, Core>()
    let surrogates: Surrogates | null = null
    for (const one of minted) {
      const { placeholder, value } = one
      if (one.surrogate !== undefined) {
        surrogates ??= new Surrogates()
        surrogates.add(one)
        continue
      }
      const [, name, number] = FORM.exec(placeholder) ?? []
      if (name === undefined || number === undefined) throw new TypeError('this is no placeholder of ours')
      let core = cores.get(name)
      if (core === undefined) {
        core = { values: [], mostDigits: 0 }
        cores.set(name, core)
      }
      core.values[Number(number)] = value
      core.mostDigits = Math.max(core.mostDigits, number.length)
    }
    this.#surrogates = surrogates
    const names = [...cores.keys()]
    const nonces = [...new Set(names.map((name) => name.slice(name.lastIndexOf('_', name.length - 2), -1)))]
    const nodes = NONCES + 1 + [...names, ...nonces].join('').length
    this.#cores = [...cores.values()]
    this.#next = new Int32Array(nodes * CORE_SYMBOLS)
    this.#coreOf = new Int32Array(nodes).fill(-1)
    this.#isNonce = new Uint8Array(nodes)
    for (const [at, name] of names.entries()) this.#coreOf[this.#grow(TYPES, name)] = at
    for (const nonce of nonces) this.#isNonce[this.#grow(NONCES, nonce)] = 1
    for (let code = 0; code < 128; code += 1) {
      const symbol = symbolOf(code)
      const isHot =
        symbol === OPEN ||
        symbol === SEPARATOR ||
        code === BACKSLASH ||
        code === PERCENT ||
        this.begins(symbol)
      this.hot[code] = isHot ? 1 : 0
    }
  }

  /** The node where the word ends. */
  #grow(root: number, word: string): number {
    let node = root
    for (let at = 0; at < word.length; at += 1) {
      const edge = node * CORE_SYMBOLS + symbolOf(word.charCodeAt(at))
      node = this.#next[edge] ||= this.#nodes++
    }
    return node
  }

  /** Whether a type that is live begins with the symbol. */
  begins(symbol: number): boolean {
    return symbol < CORE_SYMBOLS && this.#next[TYPES * CORE_SYMBOLS + symbol] !== 0
  }

  /** Whether a type may begin with the character and the one behind it, which is ASCII or anything else from 128 on. */
  mayBegin(code: number, next: number): boolean {
    const symbol = symbolOf(next)
    if (symbol >= CORE_SYMBOLS) return true
    return this.#step(this.#step(TYPES, symbolOf(code)), symbol) !== 0
  }

  /** Steps on towards the nonce of a placeholder that is none of the live ones; -1: here it ends. */
  towardsNonce(from: number, symbol: number): number {
    if (symbol >= CORE_SYMBOLS) return 0
    const next =
      (from === 0 ? 0 : this.#step(from, symbol)) || (symbol === SEPARATOR ? this.#step(NONCES, symbol) : 0)
    return this.#isNonce[next] === 1 ? -1 : next
  }

  get hasSurrogates(): boolean {
    return this.#surrogates !== null
  }

  /** The same as `match`, for surrogates. @param before the code unit before the place; 0: none that matters */
  matchSurrogate(
    text: string,
    at: number,
    { before, isLast }: { readonly before: number; readonly isLast: boolean },
  ): Match {
    const surrogates = this.#surrogates
    if (surrogates === null) return NONE
    const match = surrogates.match(text, at, { before, isLast })
    if (match === FOUND) {
      this.start = at
      this.end = surrogates.end
      this.value = surrogates.value
    }
    return match
  }

  /** Whether a placeholder begins at the place; a text that goes on may decide it later. */
  match(text: string, at: number, isLast: boolean): Match {
    const more = isLast ? NONE : BEGUN
    this.#at = at
    this.#passed = 0
    const first = symbolAt(text, at, isLast)
    const isOpen = (first & SYMBOL_MASK) === OPEN
    this.#isEncoded = isOpen && text.charCodeAt(at) === PERCENT
    if (isOpen) {
      this.#at += first >> SYMBOL_BITS
      this.#passSpace(text)
    }
    this.start = this.#at
    const core = this.#core(text, isOpen, isLast)
    if (core === undefined) return NONE
    if (core === null) return more
    const isRead = this.#number(text, core, isLast)
    if (isRead !== FOUND) return isRead
    this.end = this.#at
    return isOpen ? this.#close(text, at, isLast) : FOUND
  }

  #step(node: number, symbol: number): number {
    return this.#next[node * CORE_SYMBOLS + symbol] ?? 0
  }

  /** Undefined: it is none; null: the text ends before it is decided. */
  #core(text: string, isOpen: boolean, isLast: boolean): Core | null | undefined {
    let node = TYPES
    let hadSpace = false
    let last = OPEN
    while (this.#passed <= TOLERATED) {
      if (this.#at >= text.length) return null
      const read = symbolAt(text, this.#at, isLast)
      const symbol = read & SYMBOL_MASK
      if (symbol === UNFINISHED) return null
      if (symbol === SPACE) {
        // Without a bracket a word and a blank are a sentence; blanks count only where two parts meet.
        if (!isOpen && last !== SEPARATOR && this.#step(node, SEPARATOR) === 0) return undefined
        this.#passed += 1
        this.#at += read >> SYMBOL_BITS
        hadSpace = true
        continue
      }
      let next = symbol < CORE_SYMBOLS ? this.#step(node, symbol) : 0
      if (next === 0 && hadSpace) {
        // A blank took the place of the separator.
        const joined = this.#step(node, SEPARATOR)
        const core = this.#coreAt(joined)
        if (core !== undefined) return core
        next = joined === 0 || symbol >= CORE_SYMBOLS ? 0 : this.#step(joined, symbol)
      }
      if (next === 0) return undefined
      node = next
      last = symbol
      hadSpace = false
      this.#at += read >> SYMBOL_BITS
      const core = this.#coreAt(node)
      if (core !== undefined) return core
    }
    return undefined
  }

  #coreAt(node: number): Core | undefined {
    const at = this.#coreOf[node] ?? -1
    // Asking a list for what stands at -1 costs more than everything around.
    return at < 0 ? undefined : this.#cores[at]
  }

  /** All digits that stand there, so that 1 and 12 stay apart. */
  #number(text: string, { values, mostDigits }: Core, isLast: boolean): Match {
    let number = 0
    let digits = 0
    for (;;) {
      if (digits === 0 && !this.#passSpace(text)) return NONE
      if (this.#at >= text.length) {
        if (!isLast) return BEGUN
        break
      }
      const read = symbolAt(text, this.#at, isLast)
      const symbol = read & SYMBOL_MASK
      if (symbol === UNFINISHED) return BEGUN
      if (symbol < ZERO || symbol > ZERO + 9) break
      if (number === 0 && symbol === ZERO) return NONE
      number = number * 10 + symbol - ZERO
      digits += 1
      if (digits > mostDigits) return NONE
      this.#at += read >> SYMBOL_BITS
    }
    const value = digits === 0 ? undefined : values[number]
    if (value === undefined) return NONE
    this.value = this.#isEncoded ? encodeURIComponent(value.toWellFormed()) : value
    return FOUND
  }

  /**
   * Brackets go as a pair. One that stands alone belongs to the text around: `[see PERSON_k7f2_1]`. So does the backslash
   * of a path before the first of them, where the second has none.
   */
  #close(text: string, at: number, isLast: boolean): typeof BEGUN | typeof FOUND {
    if (!this.#passSpace(text)) return FOUND
    if (this.#at >= text.length) return isLast ? FOUND : BEGUN
    const read = symbolAt(text, this.#at, isLast)
    if ((read & SYMBOL_MASK) === UNFINISHED) return BEGUN
    if ((read & SYMBOL_MASK) === CLOSE) {
      const isPath = text.charCodeAt(at) === BACKSLASH && text.charCodeAt(this.#at) !== BACKSLASH
      this.start = isPath ? endOfBackslashes(text, at) : at
      this.end = this.#at + (read >> SYMBOL_BITS)
    }
    return FOUND
  }

  /** False: there are too many. */
  #passSpace(text: string): boolean {
    while (this.#at < text.length && symbolOf(text.charCodeAt(this.#at)) === SPACE) {
      this.#passed += 1
      this.#at += 1
      if (this.#passed > TOLERATED) return false
    }
    return true
  }
}

/** Of an escape by number nothing is left over. */
function endOfBackslashes(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end) === BACKSLASH) end += 1
  return symbolOf(text.charCodeAt(end)) === OPEN ? end : at
}
