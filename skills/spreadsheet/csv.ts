export type Cell = string | number | boolean | null
export type Grid = readonly (readonly Cell[])[]

const MOST_ROWS = 20_000

/** RFC 4180; tabs and semicolons part fields where the first line has no comma. */
export function grid(text: string): Grid {
  const [first = ''] = text.split('\n', 1)
  const comma = [',', '\t', ';'].find((one) => first.indexOf(one) >= 0) ?? ','
  const rows: Cell[][] = []
  let row: Cell[] = []
  let at = 0
  while (at < text.length) {
    let field: string
    const isQuoted = text[at] === '"'
    if (isQuoted) {
      let end = at + 1
      field = ''
      for (;;) {
        const next = text.indexOf('"', end)
        if (next < 0) throw new Error('The table has a quotation mark that does not end.')
        field += text.slice(end, next)
        end = next + 1
        if (text[end] !== '"') break
        field += '"'
        end += 1
      }
      at = end
    } else {
      let end = at
      while (end < text.length && text[end] !== comma && text[end] !== '\n') end += 1
      field = text.slice(at, end).replace(/\r$/, '')
      at = end
    }
    row.push(cellOf(field))
    if (text[at] === '\r') at += 1
    if (text[at] === comma) {
      at += 1
      if (at === text.length) row.push(null)
      continue
    }
    at += 1
    rows.push(row)
    row = []
    if (rows.length > MOST_ROWS) throw new Error(`A table has at most ${MOST_ROWS} rows.`)
  }
  if (row.length > 0) rows.push(row)
  return rows
}

/** Numbers may be grouped by commas: 1,234.5 */
function cellOf(field: string): Cell {
  const text = field.trim()
  if (text === '') return null
  if (/^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:e[+-]?\d{1,3})?$/i.test(text))
    return Number(text.replaceAll(',', ''))
  if (/^[+-]?\d+(?:\.\d+)?%$/.test(text)) return Number(text.slice(0, -1)) / 100
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return text
}
