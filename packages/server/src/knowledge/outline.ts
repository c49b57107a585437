import { z } from 'zod'
import type { Span } from './sentences.ts'
import type { TextOfRecord } from './text-of-record.ts'

const offset = z.int().nonnegative()

/** Most entries that are kept of each kind; a citation behind them names less. */
const MOST = { headings: 5000, pages: 20_000, tables: 2000, cells: 20_000 } as const
const TITLE = 200
const COLUMNS = 500

/** Where the parts of a document lie in its text: what a citation needs to name them. Stored sealed. */
export const outline = z.object({
  headings: z
    .array(
      z.object({ start: offset, end: offset, level: z.int().min(1).max(9), title: z.string().max(TITLE) }),
    )
    .max(MOST.headings),
  /** Pages and slides. */
  pages: z.array(z.object({ page: z.int().positive(), start: offset })).max(MOST.pages),
  tables: z
    .array(z.object({ start: offset, end: offset, headerEnd: offset, columns: z.string().max(COLUMNS) }))
    .max(MOST.tables),
  /** Cells of a sheet that a passage holds, as `A2:D40`. */
  cells: z.array(z.object({ start: offset, range: z.string().max(40) })).max(MOST.cells),
})
export type Outline = z.infer<typeof outline>

export type PageStart = Outline['pages'][number]

/** Where in its document a passage stands; what is not known is absent. */
export interface Place {
  readonly page?: number
  /** Headings from the outermost, as a path. */
  readonly heading?: string
  readonly cells?: string
  /** Names of the columns, when the passage holds rows without them. */
  readonly columns?: string
}

function lettersOf(column: number): string {
  const rest = Math.floor((column - 1) / 26)
  return (rest > 0 ? lettersOf(rest) : '') + String.fromCharCode(65 + ((column - 1) % 26))
}

function cellsOf(record: TextOfRecord, passages: readonly Span[]): Outline['cells'] {
  const rows = record.sheetRows ?? []
  const cells: Outline['cells'] = []
  let at = 0
  for (const { start, end } of passages) {
    while (at < rows.length && (rows[at]?.start ?? 0) < start) at++
    const first = rows[at]
    let last = first
    let columns = 0
    for (; at < rows.length && (rows[at]?.start ?? 0) < end; at++) {
      last = rows[at]
      columns = Math.max(columns, last?.columns ?? 0)
    }
    if (first && last && columns > 0)
      cells.push({ start, range: `A${first.row}:${lettersOf(columns)}${last.row}` })
  }
  return cells
}

/** What is kept of a document that was just read. */
export function outlineOf(record: TextOfRecord, passages: readonly Span[]): Outline {
  const { text, headings, pages = [], tables = [] } = record
  return {
    headings: headings.slice(0, MOST.headings).map(({ start, end, level }) => ({
      start,
      end,
      level: Math.min(level, 9),
      title: text
        .slice(start, end)
        .replace(/^#{1,6}\s+/, '')
        .slice(0, TITLE)
        .toWellFormed(),
    })),
    pages: pages.slice(0, MOST.pages).map(({ page, start }) => ({ page, start })),
    tables: tables
      .filter(({ end, headerEnd }) => headerEnd < end)
      .slice(0, MOST.tables)
      .map(({ start, end, headerEnd }) => ({
        start,
        end,
        headerEnd,
        columns: text.slice(start, headerEnd).slice(0, COLUMNS).toWellFormed(),
      })),
    cells: cellsOf(record, passages).slice(0, MOST.cells),
  }
}

/** The last entry that begins at or before an offset. */
function lastBefore<T extends { readonly start: number }>(entries: readonly T[], at: number): T | undefined {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.start ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return entries[low - 1]
}

/** Titles of the headings over an offset, the outermost first. */
export function headingsAt({ headings }: Pick<Outline, 'headings'>, at: number): string[] {
  const path: { readonly level: number; readonly title: string }[] = []
  for (const heading of headings) {
    if (heading.start > at) break
    while ((path.at(-1)?.level ?? 0) >= heading.level) path.pop()
    path.push(heading)
  }
  return path.map(({ title }) => title.trim()).filter((title) => title !== '')
}

/** The columns' names that rows from an offset on lack; empty when they are among them, or there is no table. */
export function columnsAt({ tables }: Pick<Outline, 'tables'>, at: number): string {
  const table = lastBefore(tables, at)
  return table && at >= table.headerEnd && at < table.end ? table.columns : ''
}

/** Where a passage or a quotation stands. */
export function placeAt(of: Outline | undefined, at: number): Place {
  if (!of) return {}
  const page = lastBefore(of.pages, at)?.page
  const heading = headingsAt(of, at).join(' › ')
  const cells = lastBefore(of.cells, at)?.range
  const columns = columnsAt(of, at)
  return {
    ...(page !== undefined && { page }),
    ...(heading !== '' && { heading }),
    ...(cells !== undefined && { cells }),
    ...(columns !== '' && { columns }),
  }
}

export interface Section {
  readonly heading: string
  readonly level: number
  /** Headings over it and its own. */
  readonly path: string[]
  readonly span: { readonly start: number; readonly end: number }
}

/** The tree of a document's sections, each up to the next of its level or above. */
export function sectionsOf(of: Outline | undefined, length: number): Section[] {
  const sections: (Section & { span: { start: number; end: number } })[] = []
  const open: typeof sections = []
  for (const { start, level, title } of of?.headings ?? []) {
    for (let last = open.at(-1); last && last.level >= level; last = open.at(-1)) {
      last.span.end = start
      open.pop()
    }
    const path = [...(open.at(-1)?.path ?? []), title]
    const section = { heading: title, level, path, span: { start, end: length } }
    sections.push(section)
    open.push(section)
  }
  return sections
}
