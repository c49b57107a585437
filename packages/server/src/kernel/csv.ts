type Cell = string | number | null

/** RFC 4180, with a head. Text that a spreadsheet would take for a formula is quoted with an apostrophe. */
export function csv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** OWASP, CSV injection: what a formula begins with. */
const FORMULA = /^[\s\p{Cc}]*[=+\-@|\uff1d\uff0b\uff0d\uff20]/u
const QUOTED = /[",\r\n]/

function cell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return plain(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Never in scientific notation, which not every reader takes for a number. */
const plain = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/\.?0+$/, '')
