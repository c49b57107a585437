import type { Cell, Grid } from './csv.ts'
import { FUNCTIONS } from './functions.ts'

/** As spreadsheets show it: `#DIV/0!`, `#NAME?`, `#VALUE!`, `#REF!`, `#N/A`. */
export class FormulaError extends Error {}

/** A value, or the cells of a range in rows. */
export type Value = Cell | Grid

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|"((?:[^"]|"")*)"|(\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?)(?![\w(])|([A-Z][A-Z0-9.]*)|(<=|>=|<>|[-+*/^&=<>(),;%]))/iy
const DEEPEST = 64

interface Token {
  readonly kind: 'number' | 'text' | 'cells' | 'name' | 'sign'
  readonly text: string
}

export function evaluate(formula: string, cells: Grid): Cell {
  const value = new Parser(tokensOf(formula.replace(/^\s*=/, '')), cells).whole()
  return typeof value === 'number' ? rounded(value) : single(value)
}

/** Twelve decimals, so that 0.1 + 0.2 is 0.3. */
function rounded(value: number): number {
  if (!Number.isFinite(value)) throw new FormulaError(Number.isNaN(value) ? '#VALUE!' : '#NUM!')
  return Number(value.toPrecision(14))
}

export function single(value: Value): Cell {
  if (!Array.isArray(value)) return value as Cell
  const [first] = value as Grid
  if (value.length === 1 && first?.length === 1) return first[0] ?? null
  throw new FormulaError('#VALUE!')
}

export function numberOf(value: Value): number {
  const one = single(value)
  if (typeof one === 'number') return one
  if (typeof one === 'boolean') return one ? 1 : 0
  if (one === null) return 0
  const read = Number(one)
  if (one.trim() === '' || Number.isNaN(read)) throw new FormulaError('#VALUE!')
  return read
}

export function textOf(value: Value): string {
  const one = single(value)
  if (typeof one === 'boolean') return one ? 'TRUE' : 'FALSE'
  return one === null ? '' : String(typeof one === 'number' ? rounded(one) : one)
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)
    if (!found) throw new FormulaError('#NAME?')
    const [, number, quoted, cells, name, sign] = found
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll('""', '"') })
    else if (cells !== undefined)
      tokens.push({ kind: 'cells', text: cells.replaceAll('$', '').toUpperCase() })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.toUpperCase() })
    else tokens.push({ kind: 'sign', text: sign ?? '' })
  }
  return tokens
}

const LEVELS: readonly (readonly string[])[] = [
  ['=', '<>', '<', '>', '<=', '>='],
  ['&'],
  ['+', '-'],
  ['*', '/'],
  ['^'],
]

class Parser {
  readonly #tokens: readonly Token[]
  readonly #cells: Grid
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], cells: Grid) {
    this.#tokens = tokens
    this.#cells = cells
  }

  whole(): Value {
    const value = this.#level(0)
    if (this.#at < this.#tokens.length) throw new FormulaError('#NAME?')
    return value
  }

  #level(level: number): Value {
    const signs = LEVELS[level]
    if (!signs) return this.#signed()
    if ((this.#depth += 1) > DEEPEST * LEVELS.length) throw new FormulaError('#VALUE!')
    let value = this.#level(level + 1)
    for (let sign = this.#sign(signs); sign !== null; sign = this.#sign(signs))
      value = operated(sign, value, this.#level(level + 1))
    this.#depth -= 1
    return value
  }

  /** As in spreadsheets a sign binds closer than a power: -2^2 is 4. */
  #signed(): Value {
    const sign = this.#sign(['-', '+'])
    if (sign !== null) {
      if ((this.#depth += 1) > DEEPEST * LEVELS.length) throw new FormulaError('#VALUE!')
      const value = numberOf(this.#signed())
      this.#depth -= 1
      return sign === '-' ? -value : value
    }
    let value = this.#primary()
    while (this.#sign(['%']) !== null) value = numberOf(value) / 100
    return value
  }

  #primary(): Value {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'number') return Number(token.text)
    if (token?.kind === 'text') return token.text
    if (token?.kind === 'cells') return cellsAt(token.text, this.#cells)
    if (token?.kind === 'name') return this.#named(token.text)
    if (token?.text === '(') {
      const value = this.#level(0)
      if (this.#sign([')']) === null) throw new FormulaError('#NAME?')
      return value
    }
    throw new FormulaError('#NAME?')
  }

  #named(name: string): Value {
    if (this.#sign(['(']) === null) {
      if (name === 'TRUE' || name === 'FALSE') return name === 'TRUE'
      throw new FormulaError('#NAME?')
    }
    const run = FUNCTIONS.get(name)
    if (!run) throw new FormulaError('#NAME?')
    const values: Value[] = []
    if (this.#sign([')']) === null) {
      do values.push(this.#level(0))
      while (this.#sign([',', ';']) !== null)
      if (this.#sign([')']) === null) throw new FormulaError('#NAME?')
    }
    return run(values)
  }

  #sign(signs: readonly string[]): string | null {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return null
    this.#at += 1
    return token.text
  }
}

function operated(sign: string, one: Value, other: Value): Cell {
  if (sign === '&') return textOf(one) + textOf(other)
  if ('=<>'.includes(sign[0] ?? '')) return compared(sign, single(one), single(other))
  const [a, b] = [numberOf(one), numberOf(other)]
  if (sign === '+') return a + b
  if (sign === '-') return a - b
  if (sign === '*') return a * b
  if (sign === '^') return a ** b
  if (b === 0) throw new FormulaError('#DIV/0!')
  return a / b
}

/** Numbers come before texts, and texts are compared without regard to case. */
export function compared(sign: string, one: Cell, other: Cell): boolean {
  const order = orderOf(one, other)
  if (sign === '=') return order === 0
  if (sign === '<>') return order !== 0
  if (sign === '<') return order < 0
  if (sign === '>') return order > 0
  return sign === '<=' ? order <= 0 : order >= 0
}

function orderOf(one: Cell, other: Cell): number {
  const a = one ?? (typeof other === 'string' ? '' : 0)
  const b = other ?? (typeof one === 'string' ? '' : 0)
  if (typeof a === 'string' && typeof b === 'string') {
    const [x, y] = [a.toLowerCase(), b.toLowerCase()]
    return x < y ? -1 : Number(x > y)
  }
  if (typeof a === 'string') return 1
  return typeof b === 'string' ? -1 : Number(a) - Number(b)
}

function cellsAt(text: string, cells: Grid): Value {
  const [from = '', to] = text.split(':')
  const [top, left] = placeOf(from)
  if (to === undefined) return cells[top]?.[left] ?? null
  const [bottom, right] = placeOf(to)
  if (bottom < top || right < left) throw new FormulaError('#REF!')
  const rows: Cell[][] = []
  for (let row = top; row <= Math.min(bottom, cells.length - 1); row++) {
    const line: Cell[] = []
    for (let column = left; column <= right; column++) line.push(cells[row]?.[column] ?? null)
    rows.push(line)
  }
  return rows
}

function placeOf(cell: string): readonly [row: number, column: number] {
  const [, letters = '', row = ''] = /^([A-Z]+)(\d+)$/.exec(cell) ?? []
  const column = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
  if (Number(row) < 1 || column > 1000) throw new FormulaError('#REF!')
  return [Number(row) - 1, column]
}
