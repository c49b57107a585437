/** A field of a table in a text, and the head of its column. */
export interface Cell {
  readonly start: number
  readonly end: number
  readonly key: string
}

interface Field {
  readonly start: number
  readonly end: number
}

const SEPARATORS = [',', '\t', ';', '|'] as const
const HEAD = /^["'`*\s]{0,3}\p{L}[\p{L}\p{M}\p{N} _./()-]{0,23}["'`*\s]{0,3}$/u
const RULE = /^[\s|:+-]*$/
const MOST_COLUMNS = 200

/** Where each line begins and ends. */
function* linesOf(text: string): Generator<Field> {
  for (let start = 0; start <= text.length;) {
    const next = text.indexOf('\n', start)
    const end = next < 0 ? text.length : next
    yield { start, end: text[end - 1] === '\r' ? end - 1 : end }
    start = end + 1
  }
}

/** The fields of a line (RFC 4180); a bar at its begin and end belongs to no field. */
function fieldsOf(text: string, line: Field, separator: string): Field[] {
  const fields: Field[] = []
  let { start } = line
  let isQuoted = false
  for (let at = line.start; at <= line.end && fields.length < MOST_COLUMNS; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted
    if (at < line.end && (isQuoted || text[at] !== separator)) continue
    fields.push(trimmed(text, { start, end: at }))
    start = at + 1
  }
  if (separator !== '|') return fields
  const isEmpty = ({ start: from, end }: Field | undefined = { start: 0, end: 0 }): boolean => end <= from
  return fields.slice(isEmpty(fields[0]) ? 1 : 0, isEmpty(fields.at(-1)) ? -1 : undefined)
}

function trimmed(text: string, { start, end }: Field): Field {
  let [from, to] = [start, end]
  while (from < to && /["'\s]/.test(text[from] ?? '')) from += 1
  while (to > from && /["'\s]/.test(text[to - 1] ?? '')) to -= 1
  return { start: from, end: to }
}

/** The heads of the columns, where a line is one of heads. */
function headsOf(text: string, line: Field): { readonly separator: string; readonly heads: string[] } | null {
  if (line.end - line.start > 2000) return null
  for (const separator of SEPARATORS) {
    if (!text.slice(line.start, line.end).includes(separator)) continue
    const heads = fieldsOf(text, line, separator).map(({ start, end }) => text.slice(start, end))
    if (heads.length >= 2 && heads.every((head) => HEAD.test(head))) return { separator, heads }
  }
  return null
}

/** The fields of all tables in a text: a line of heads, and at least one line with as many fields. */
export function* cellsOf(text: string): Generator<Cell> {
  let table: { readonly separator: string; readonly heads: readonly string[] } | null = null
  for (const line of linesOf(text)) {
    if (table !== null && !RULE.test(text.slice(line.start, Math.min(line.end, line.start + 400)))) {
      const fields = fieldsOf(text, line, table.separator)
      if (fields.length === table.heads.length) {
        for (const [i, { start, end }] of fields.entries()) {
          if (end > start) yield { start, end, key: table.heads[i] ?? '' }
        }
        continue
      }
      table = null
    }
    table ??= headsOf(text, line)
  }
}
