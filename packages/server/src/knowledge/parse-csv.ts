import type { TextOfRecord } from './text-of-record.ts'
import { RecordBuilder } from './text-of-record.ts'

const DELIMITERS = [',', ';', '\t', '|'] as const

/** The mark that parts the first lines into the most columns, the same number in each. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .split('\n', 10)
    .filter((line) => line.trim() !== '')
  const score = (mark: string): number => {
    const counts = lines.map((line) => line.replace(/"[^"]*"/g, '').split(mark).length - 1)
    const most = Math.max(...counts)
    return most === 0 ? 0 : counts.filter((count) => count === counts[0]).length * 1000 + most
  }
  return [...DELIMITERS].sort((a, b) => score(b) - score(a))[0] ?? ','
}

/** Rows of RFC 4180, read one by one; quotes inside of a bare field are kept. */
function* rowsOf(text: string, delimiter: string): Generator<string[]> {
  let row: string[] = []
  let at = 0
  while (at <= text.length) {
    let field = ''
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1)
      while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
      if (end === -1) end = text.length
      field = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    }
    let end = at
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n') end++
    field += text.slice(at, end)
    row.push(field)
    if (text[end] !== delimiter) {
      yield row
      row = []
    }
    at = end + 1
  }
}

/** A table of text: one line per row, the first names the columns. */
export function parseCsv(text: string, limit: number): TextOfRecord {
  const record = new RecordBuilder(limit)
  let number = 0
  let isFirst = true
  for (const row of rowsOf(text, delimiterOf(text))) {
    number++
    const cells = row.map((cell) => cell.replace(/\s+/g, ' ').trim())
    const columns = cells.findLastIndex((cell) => cell !== '') + 1
    if (columns === 0) continue
    record.row(cells.slice(0, columns).join(' | '), isFirst, { row: number, columns })
    isFirst = false
  }
  return record.finish(null)
}
