import type { DictionaryRead } from '@freehold/sdk'

type Term = DictionaryRead['entries'][number]

export const HEAD = ['value', 'pattern', 'type', 'case_sensitive', 'whole_word'] as const

/** The fields of a CSV file as RFC 4180 has it; null where a quote is never closed. */
export function csvRows(text: string): readonly (readonly string[])[] | null {
  const rows: string[][] = []
  let row: string[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    let field = ''
    if (text[at] === '"') {
      const quoted = /"((?:[^"]|"")*)"/y
      quoted.lastIndex = at
      const match = quoted.exec(text)
      if (match === null) return null
      field = (match[1] ?? '').replaceAll('""', '"')
      at = quoted.lastIndex
    }
    const rest = /[^,\r\n]*/y
    rest.lastIndex = at
    field += rest.exec(text)?.[0] ?? ''
    at = rest.lastIndex
    row.push(field)
    if (text[at] === ',') {
      at += 1
      if (at < text.length) continue
      row.push('')
    }
    if (text[at] === '\r') at += 1
    if (text[at] === '\n') at += 1
    if (row.some((one) => one !== '')) rows.push(row)
    row = []
  }
  return rows
}

export interface Preview {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly values: number
  readonly patterns: number
}

export type Mistake = 'empty' | 'quote' | 'head' | 'terms'

/** What would be imported, or why it cannot be. Whether each term is taken the server says. */
export function previewOf(text: string): Preview | Mistake {
  if (text.trim() === '') return 'empty'
  const read = csvRows(text)
  if (read === null) return 'quote'
  const [first = [], ...rows] = read
  const head = first.map((name) => name.trim().toLowerCase())
  const [value, pattern] = [head.indexOf('value'), head.indexOf('pattern')]
  if (value < 0 && pattern < 0) return 'head'
  if (rows.length === 0) return 'terms'
  const has = (at: number): number => rows.filter((row) => (row[at] ?? '').trim() !== '').length
  return { head, rows, values: has(value), patterns: has(pattern) }
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** Terms as the server takes them again. */
export const csvOfTerms = (terms: readonly Term[]): string =>
  [
    HEAD,
    ...terms.map(({ value = '', pattern = '', type, caseSensitive, wholeWord }) => [
      value,
      pattern,
      type,
      `${caseSensitive}`,
      `${wholeWord}`,
    ]),
  ]
    .map((row) => row.map(cell).join(','))
    .join('\n')
