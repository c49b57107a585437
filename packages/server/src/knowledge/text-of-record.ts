import { Fault } from '../kernel/fault.ts'
import type { Span } from './sentences.ts'

/** A line that names what follows; the whole document's own is of level 1. Without length: something unnamed starts. */
export interface Heading extends Span {
  readonly level: number
}

/** Rows on lines of their own; the first, up to `headerEnd`, names the columns. */
export interface Table extends Span {
  readonly headerEnd: number
}

/** Where a page or a slide begins; numbers start at 1. */
export interface PageStart {
  readonly page: number
  readonly start: number
}

/** A row of a sheet: where its line begins, its number there, and its last column, from 1. */
export interface SheetRow {
  readonly start: number
  readonly row: number
  readonly columns: number
}

/** The text that is stored and that spans point into, and where its parts lie. */
export interface TextOfRecord {
  readonly title: string | null
  readonly text: string
  readonly headings: readonly Heading[]
  readonly pages?: readonly PageStart[]
  readonly tables?: readonly Table[]
  readonly sheetRows?: readonly SheetRow[]
  /** What of the document could not be read, in a sentence for whoever added it. */
  readonly warning?: string
}

export function tooMuchText(limit: number): Fault {
  return new Fault(
    'unreadable_document',
    `The document holds more than ${limit.toLocaleString('en')} characters of text. Split it into parts.`,
  )
}

const BREAKS = { block: '\n\n', line: '\n' } as const

/** Collects the blocks of a document: paragraphs apart by an empty line, list items and table rows by a line break. */
export class RecordBuilder {
  readonly #parts: string[] = []
  readonly #headings: Heading[] = []
  readonly #pages: PageStart[] = []
  readonly #tables: { start: number; end: number; headerEnd: number }[] = []
  readonly #sheetRows: SheetRow[] = []
  readonly #limit: number
  #length = 0

  /** @param limit characters (UTF-16) at which the document is refused */
  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#length
  }

  heading(text: string, level = 1): void {
    const start = this.#add(text, 'block')
    if (start !== null) this.#headings.push({ start, end: this.#length, level })
  }

  /** What follows belongs together and has no name, as a slide without a title. */
  unnamed(level = 1): void {
    const start = this.#nextStart()
    this.#headings.push({ start, end: start, level })
  }

  page(page: number): void {
    this.#pages.push({ page, start: this.#nextStart() })
  }

  paragraph(text: string): void {
    this.#add(text, 'block')
  }

  /** A line that belongs to the one before it: an item of a list. */
  line(text: string): void {
    this.#add(text, 'line')
  }

  /** A row of a table; one that `opens` is its first and names the columns. `at`: where it stands in its sheet. */
  row(text: string, opens: boolean, at?: { readonly row: number; readonly columns: number }): void {
    const table = this.#tables.at(-1)
    const isNext = !opens && table?.end === this.#length
    const start = this.#add(text.includes('\n') ? text.replace(/\s+/g, ' ') : text, isNext ? 'line' : 'block')
    if (start === null) return
    if (isNext && table) table.end = this.#length
    else this.#tables.push({ start, end: this.#length, headerEnd: this.#length })
    if (at) this.#sheetRows.push({ start, ...at })
  }

  finish(title: string | null): TextOfRecord {
    return {
      title: title === '' ? null : title,
      text: this.#parts.join(''),
      headings: this.#headings.filter(({ start }) => start <= this.#length),
      pages: this.#pages.map(({ page, start }) => ({ page, start: Math.min(start, this.#length) })),
      tables: this.#tables,
      sheetRows: this.#sheetRows,
    }
  }

  #nextStart(): number {
    return this.#parts.length === 0 ? 0 : this.#length + BREAKS.block.length
  }

  #add(text: string, kind: keyof typeof BREAKS): number | null {
    const clean = text.toWellFormed().replace(/^\s+|\s+$/g, '')
    if (clean === '') return null
    const gap = this.#parts.length === 0 ? '' : BREAKS[kind]
    const start = this.#length + gap.length
    this.#length = start + clean.length
    if (this.#length > this.#limit) throw tooMuchText(this.#limit)
    this.#parts.push(gap, clean)
    return start
  }
}

const HAN_EDGE = /[\u3000-\u9fff\uff00-\uffef]/

/** Joins two lines of one paragraph: Chinese without a space, a word hyphenated at the line's end without its hyphen. */
export function joinedLines(first: string, second: string): string {
  if (first === '') return second
  if (second === '') return first
  const last = first.at(-1) ?? ''
  const next = second[0] ?? ''
  if (/\p{Ll}[-\u00ad]$/u.test(first.slice(-3)) && /\p{Ll}/u.test(next)) return first.slice(0, -1) + second
  return HAN_EDGE.test(last) && HAN_EDGE.test(next) ? first + second : `${first} ${second}`
}
