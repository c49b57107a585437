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

/** `COPY people (name, born) FROM stdin;`, before rows with tabs between their fields. */
const COPY = /^COPY [\w."]{1,100} \(([^()]{1,1500})\) FROM stdin;$/i

/** Whether the first field could be one; most lines are sentences, which show it there. */
function mayBeHead(text: string, field: Field, separator: string): boolean {
  // A bar may stand before the first field, and a quote hides what parts fields.
  if (separator === '|' || text.slice(field.start, field.end).includes('"')) return true
  const { start, end } = trimmed(text, field)
  return HEAD.test(text.slice(start, end))
}

/** The heads of the columns, where a line is one of heads. */
function headsOf(text: string, line: Field): { readonly separator: string; readonly heads: string[] } | null {
  if (line.end - line.start > 2000) return null
  const copied = text.startsWith('COPY ', line.start)
    ? COPY.exec(text.slice(line.start, line.end))?.[1]
    : undefined
  if (copied !== undefined) return { separator: '\t', heads: copied.split(',').map((head) => head.trim()) }
  // Looked for in the line alone: the next one may be far away.
  const words = text.slice(line.start, line.end)
  for (const separator of SEPARATORS) {
    const first = words.indexOf(separator)
    if (first < 0) continue
    if (!mayBeHead(text, { start: line.start, end: line.start + first }, separator)) continue
    const heads = fieldsOf(text, line, separator).map(({ start, end }) => text.slice(start, end))
    if (heads.length >= 2 && heads.every((head) => HEAD.test(head))) return { separator, heads }
  }
  return null
}

/** The fields of all tables in a text: a line of heads and at least one with as many fields, or the tuples of an SQL statement. */
export function* cellsOf(text: string): Generator<Cell> {
  yield* cellsInLines(text)
  if (/INSERT/i.test(text)) yield* cellsInTuples(text)
}

const INSERT =
  /INSERT\s{1,4}INTO\s{1,4}[\w."`[\]]{1,100}\s{0,4}\(([^()]{1,2000})\)\s{0,20}VALUES\s{0,20}(?=\()/gi
const TERM =
  /[(,]\s{0,20}(?:N?'((?:[^'\\]|\\.|''){0,2000})'|"((?:[^"\\]|\\.){0,2000})"|([^\s,()'"]{1,64}))\s{0,20}(?=[,)])/y
const NEXT_TUPLE = /\)\s{0,20},\s{0,20}(?=\()/y

/** `INSERT INTO people (name, born) VALUES ('…', '…'), ('…', '…')` */
function* cellsInTuples(text: string): Generator<Cell> {
  INSERT.lastIndex = 0
  for (let match = INSERT.exec(text); match !== null; match = INSERT.exec(text)) {
    const heads = (match[1] ?? '').split(',').map((head) => head.replaceAll(/["'`[\]\s]/g, ''))
    let at = INSERT.lastIndex
    for (let column = 0; ; column += 1) {
      TERM.lastIndex = at
      const term = TERM.exec(text)
      if (term !== null) {
        at = TERM.lastIndex
        const value = term[1] ?? term[2] ?? term[3] ?? ''
        const start = text.indexOf(value, term.index + 1)
        if (value !== '') yield { start, end: start + value.length, key: heads[column] ?? '' }
        continue
      }
      NEXT_TUPLE.lastIndex = at
      if (!NEXT_TUPLE.test(text)) break
      at = NEXT_TUPLE.lastIndex
      column = -1
    }
    INSERT.lastIndex = Math.max(at, INSERT.lastIndex)
  }
}

function* cellsInLines(text: string): Generator<Cell> {
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
