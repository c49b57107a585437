import type { DataClass } from '@freehold/contract/data-class.ts'
import type { OperationResult } from '../runner.ts'
import type { ToolPart } from '../tool.ts'

type Flat = Readonly<Record<string, string | number | boolean | null>>

const MOST_COLUMNS = 12

/** What a call came to, as people and models read it. It is somebody else's words, whoever wrote the skill. */
export function partsOf({ value, texts }: OperationResult, reached: DataClass): readonly ToolPart[] {
  const shared = { integrity: 'untrusted', class: reached } as const
  if (texts !== undefined) return texts.map(({ origin, text }) => ({ origin, text, ...shared }))
  return [{ origin: 'tool', text: readable(value), ...shared }]
}

/** Rows as a table, the fields of one thing line by line, and JSON where neither will do. */
export function readable(result: unknown): string {
  if (typeof result === 'string') return result
  const value = spread(result)
  if (isRows(value)) return table(value)
  if (isFlat(value)) return fieldsOf(value)
  if (isObject(value)) {
    const rows = Object.entries(value).filter(([, one]) => isRows(one))
    const rest = Object.fromEntries(Object.entries(value).filter(([, one]) => !isRows(one)))
    const [only] = rows
    if (rows.length === 1 && only && isFlat(rest)) {
      const fields = fieldsOf(rest)
      return `${fields === '' ? '' : `${fields}\n\n`}${table(only[1] as readonly Flat[])}`
    }
  }
  return JSON.stringify(result, null, 2) ?? ''
}

/** What is nested stands in fields of its own: `title.main`. A list within a row is told in one cell. */
function spread(value: unknown): unknown {
  if (isNested(value)) return value.map((row) => fieldsWithin(row, DEEPEST))
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  const lists = entries.filter(([, one]) => isNested(one))
  const rest = fieldsWithin(Object.fromEntries(entries.filter(([, one]) => !isNested(one))), DEEPEST)
  return { ...rest, ...Object.fromEntries(lists.map(([name, one]) => [name, spread(one)])) }
}

/** Levels that are written out; what lies deeper is JSON, and then all of it is. */
const DEEPEST = 3

function fieldsWithin(
  value: Readonly<Record<string, unknown>>,
  deeper: number,
): Readonly<Record<string, unknown>> {
  const fields = Object.entries(value).flatMap(([name, one]): readonly (readonly [string, unknown])[] => {
    if (Array.isArray(one)) return [[name, listed(one)]]
    if (!isObject(one) || deeper === 0) return [[name, one]]
    const inner = Object.entries(fieldsWithin(one, deeper - 1))
    return inner.map(([below, found]) => [`${name}.${below}`, found])
  })
  // Two of one name would be one.
  return new Set(fields.map(([name]) => name)).size === fields.length ? Object.fromEntries(fields) : value
}

/** `A B; C D` of a list of flat things; the list itself where that would leave something out. */
function listed(list: readonly unknown[]): unknown {
  const words = list.map((one) => (isFlat(one) ? Object.values(one).join(' ') : one))
  return words.every((one) => one === null || !(typeof one === 'object')) ? words.join('; ') : list
}

const isNested = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isFlat = (value: unknown): value is Flat =>
  isObject(value) &&
  Object.values(value).every((one) => one === null || ['string', 'number', 'boolean'].includes(typeof one))

const columnsOf = (rows: readonly Flat[]): readonly string[] => [...new Set(rows.flatMap(Object.keys))]

const isRows = (value: unknown): value is readonly Flat[] =>
  Array.isArray(value) && value.length > 0 && value.every(isFlat) && columnsOf(value).length <= MOST_COLUMNS

/** A cell of one line: what would end it, or the row, is written out. */
const cell = (value: string | number | boolean | null | undefined): string =>
  String(value ?? '')
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')

function table(rows: readonly Flat[]): string {
  const columns = columnsOf(rows)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(cell)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => cell(row[column])))),
  ].join('\n')
}

const fieldsOf = (value: Flat): string =>
  Object.entries(value)
    .map(([name, one]) => `${name}: ${cell(one)}`)
    .join('\n')

/** Whole characters of the beginning, within so many bytes. */
export function cutTo(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= mostBytes) return text
  let end = mostBytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end)
}
