import type { Finding } from './assignments.ts'
import type { KeyClass } from './key-names.ts'
import { judgeValue } from './values.ts'

const LONGEST_LINE = 2048
const MOST_ROWS = 2000
const DELIMITERS = [',', '|', '\t', ';'] as const

/** The values of the column whose head stands at `start`, where the line is the first of a table. */
export function findInColumn(text: string, start: number, end: number, key: KeyClass): readonly Finding[] {
  const delimiter = DELIMITERS.find((sign) => isBeside(text, start, end, sign))
  if (delimiter === undefined) return []
  const lead = text.slice(Math.max(0, start - LONGEST_LINE), start)
  if (lead.length === LONGEST_LINE && !lead.includes('\n')) return []
  const from = start - lead.length + lead.lastIndexOf('\n') + 1
  const head = lineAt(text, from)
  if (head === null || /[(){};=]/.test(head.replaceAll(delimiter, '')) || isCode(head, delimiter)) return []
  const cells = head.split(delimiter).length
  const above = from === 0 ? '' : text.slice(Math.max(0, from - LONGEST_LINE), from - 1)
  if (above.slice(above.lastIndexOf('\n') + 1).split(delimiter).length === cells) return []
  const column = text.slice(from, start).split(delimiter).length - 1
  return rows(text, from + head.length + 1, { delimiter, cells, column, key })
}

/** Words between commas that head no column: an import, the strings of a list. */
const isCode = (head: string, delimiter: string): boolean =>
  /^\s*(?:(?:from|import|export|return|use|require)\s|[bfru]?')/.test(head) ||
  (delimiter !== '|' && head.trimEnd().endsWith(delimiter)) ||
  /['"]\s*$/.test(head) !== /^\s*[|\s]*['"]/.test(head)

interface Column {
  readonly delimiter: string
  readonly cells: number
  readonly column: number
  readonly key: KeyClass
}

function rows(text: string, from: number, { delimiter, cells, column, key }: Column): Finding[] {
  const found: Finding[] = []
  for (let at = from, row = 0; at < text.length && row < MOST_ROWS; row += 1) {
    const line = lineAt(text, at)
    const parts = line?.split(delimiter)
    if (line === null || parts === undefined || parts.length !== cells) break
    const cell = parts[column] ?? ''
    const value = /^[\s"'`]*(.*?)[\s"'`]*$/.exec(cell)?.[1] ?? ''
    const score = /[()[\]{}]/.test(value) ? null : judgeValue(value, key, 'quoted')
    const start =
      at + parts.slice(0, column).join(delimiter).length + (column > 0 ? 1 : 0) + cell.indexOf(value)
    if (score !== null) found.push({ start, end: start + value.length, score: Math.min(score, 0.7) })
    at += line.length + 1
  }
  return found
}

const VALUES = /[^()\n]{0,400}\)\s{0,20}VALUES\s{0,20}\(/iy
const MOST_TUPLES = 50

/** The values that an SQL statement gives to the column whose name stands at `start`: `INSERT INTO t (a, password) VALUES (…)`. */
export function findInserted(text: string, start: number, end: number, key: KeyClass): readonly Finding[] {
  VALUES.lastIndex = end
  if (!/^["'`\]]?\s*[,)]/.test(text.slice(end, end + 4)) || VALUES.exec(text) === null) return []
  const lead = text.slice(Math.max(0, start - 400), start)
  const columns = lead.slice(lead.lastIndexOf('(') + 1)
  if (!lead.includes('(') || columns.includes(')')) return []
  const column = columns.split(',').length - 1
  const found: Finding[] = []
  for (let at: number | null = VALUES.lastIndex, tuple = 0; at !== null && tuple < MOST_TUPLES; tuple += 1) {
    const { values, next } = tupleAt(text, at)
    const [value, from] = values[column] ?? ['', 0]
    const score = value === '' ? null : judgeValue(value, key, 'quoted')
    if (score !== null) found.push({ start: from, end: from + value.length, score })
    at = next
  }
  return found
}

const TERM =
  /\s{0,20}(?:N?'((?:[^'\n\\]|\\.|''){0,512})'|"((?:[^"\n\\]|\\.){0,512})"|[^\s,()'"]{1,64}(?:\([^()\n]{0,64}\))?)\s{0,20}([,)])/y
const ANOTHER = /\s{0,20},\s{0,20}\(/y

/** The quoted values between here and the closing bracket, and where the next tuple begins. */
function tupleAt(text: string, from: number): { values: [string, number][]; next: number | null } {
  const values: [string, number][] = []
  for (let at = from; values.length < 64; at = TERM.lastIndex) {
    TERM.lastIndex = at
    const match = TERM.exec(text)
    if (match === null) return { values, next: null }
    const value = match[1] ?? match[2] ?? ''
    values.push([value, value === '' ? at : text.indexOf(value, at)])
    if (match[3] === ')') break
  }
  ANOTHER.lastIndex = TERM.lastIndex
  return { values, next: ANOTHER.exec(text) === null ? null : ANOTHER.lastIndex }
}

/** The head of a column has the delimiter on one side of it, and the other or the end of the line on the other. */
function isBeside(text: string, start: number, end: number, sign: string): boolean {
  const before = text.slice(Math.max(0, start - 4), start).replace(/[ "'`]+$/, '')
  const after = text.slice(end, end + 4).replace(/^[ "'`]+/, '')
  const isFirst = before === '' || before.endsWith('\n')
  const isLast = after === '' || /^\r?\n/.test(after)
  return (before.endsWith(sign) && (after.startsWith(sign) || isLast)) || (isFirst && after.startsWith(sign))
}

function lineAt(text: string, from: number): string | null {
  const window = text.slice(from, from + LONGEST_LINE)
  const end = window.indexOf('\n')
  if (end !== -1) return window.slice(0, end)
  return window.length < LONGEST_LINE ? window : null
}
