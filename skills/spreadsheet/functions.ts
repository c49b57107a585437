import type { Cell, Grid } from './csv.ts'
import type { Value } from './formula.ts'
import { FormulaError, compared, numberOf, single, textOf } from './formula.ts'

const cellsOf = (value: Value): readonly Cell[] =>
  Array.isArray(value) ? (value as Grid).flat() : [value as Cell]
const all = (values: readonly Value[]): readonly Cell[] => values.flatMap(cellsOf)
/** Of ranges only numbers count. */
const numbers = (values: readonly Value[]): readonly number[] =>
  all(values).filter((one) => typeof one === 'number')
const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0)
const divided = (a: number, b: number): number => {
  if (b === 0) throw new FormulaError('#DIV/0!')
  return a / b
}
const mean = (list: readonly number[]): number => divided(sum(list), list.length)
const nth = (values: readonly Value[], at: number): Value => {
  const value = values[at]
  if (value === undefined) throw new FormulaError('#VALUE!')
  return value
}
const truth = (value: Value): boolean => {
  const one = single(value)
  return typeof one === 'string' ? one.toLowerCase() === 'true' : Boolean(one)
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  const half = sorted.length >> 1
  if (sorted.length === 0) throw new FormulaError('#NUM!')
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
}

function deviation(list: readonly number[]): number {
  const middle = mean(list)
  return Math.sqrt(divided(sum(list.map((one) => (one - middle) ** 2)), list.length - 1))
}

/** `">=10"`, `"<>north"`, `"north"`, or a value. */
function criterion(value: Value): (cell: Cell) => boolean {
  const one = single(value)
  const [, sign = '=', rest = ''] =
    typeof one === 'string' ? (/^(<=|>=|<>|=|<|>)?([\s\S]*)$/.exec(one) ?? []) : []
  const wanted: Cell =
    typeof one === 'string' ? (rest !== '' && !Number.isNaN(Number(rest)) ? Number(rest) : rest) : one
  return (cell) => (cell === null ? sign === '<>' : compared(sign, cell, wanted))
}

function matching([range, wanted, values]: readonly Value[]): readonly number[] {
  if (range === undefined || wanted === undefined) throw new FormulaError('#VALUE!')
  const fits = criterion(wanted)
  const taken = cellsOf(values ?? range)
  return cellsOf(range).flatMap((cell, at) => {
    const value = taken[at]
    return fits(cell) && typeof value === 'number' ? [value] : []
  })
}

function lookup(values: readonly Value[]): Cell {
  const wanted = single(nth(values, 0))
  const rows = nth(values, 1)
  const column = numberOf(nth(values, 2))
  const row = Array.isArray(rows)
    ? (rows as Grid).find(([first = null]) => compared('=', first, wanted))
    : undefined
  if (!row) throw new FormulaError('#N/A')
  if (column < 1 || column > row.length) throw new FormulaError('#REF!')
  return row[column - 1] ?? null
}

function round(value: number, digits: number): number {
  const scale = 10 ** Math.trunc(digits)
  return (Math.sign(value) * Math.round(Number((Math.abs(value) * scale).toPrecision(15)))) / scale
}

export const FUNCTIONS: ReadonlyMap<string, (values: readonly Value[]) => Value> = new Map<
  string,
  (values: readonly Value[]) => Value
>([
  ['SUM', (values) => sum(numbers(values))],
  ['AVERAGE', (values) => mean(numbers(values))],
  ['MIN', (values) => numbers(values).reduce((least, one) => Math.min(least, one), Infinity)],
  ['MAX', (values) => numbers(values).reduce((most, one) => Math.max(most, one), -Infinity)],
  ['COUNT', (values) => numbers(values).length],
  ['COUNTA', (values) => all(values).filter((one) => one !== null).length],
  ['MEDIAN', (values) => median(numbers(values))],
  ['STDEV', (values) => deviation(numbers(values))],
  ['PRODUCT', (values) => numbers(values).reduce((total, one) => total * one, 1)],
  ['SUMIF', (values) => sum(matching(values))],
  ['AVERAGEIF', (values) => mean(matching(values))],
  [
    'COUNTIF',
    ([range, wanted]) => {
      if (range === undefined || wanted === undefined) throw new FormulaError('#VALUE!')
      return cellsOf(range).filter(criterion(wanted)).length
    },
  ],
  ['VLOOKUP', lookup],
  ['ROUND', (values) => round(numberOf(nth(values, 0)), numberOf(values[1] ?? 0))],
  ['INT', (values) => Math.floor(numberOf(nth(values, 0)))],
  ['ABS', (values) => Math.abs(numberOf(nth(values, 0)))],
  [
    'SQRT',
    (values) => {
      const value = numberOf(nth(values, 0))
      if (value < 0) throw new FormulaError('#NUM!')
      return Math.sqrt(value)
    },
  ],
  [
    'MOD',
    (values) => {
      const [a, b] = [numberOf(nth(values, 0)), numberOf(nth(values, 1))]
      return a - b * Math.floor(divided(a, b))
    },
  ],
  ['IF', (values) => (truth(nth(values, 0)) ? nth(values, 1) : (values[2] ?? false))],
  ['AND', (values) => values.every(truth)],
  ['OR', (values) => values.some(truth)],
  ['NOT', (values) => !truth(nth(values, 0))],
  [
    'CONCAT',
    (values) =>
      all(values)
        .map((one) => textOf(one))
        .join(''),
  ],
  ['LEN', (values) => textOf(nth(values, 0)).length],
  ['UPPER', (values) => textOf(nth(values, 0)).toUpperCase()],
  ['LOWER', (values) => textOf(nth(values, 0)).toLowerCase()],
  ['TRIM', (values) => textOf(nth(values, 0)).trim()],
])
