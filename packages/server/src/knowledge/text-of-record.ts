import { Fault } from '../kernel/fault.ts'
import type { Span } from './sentences.ts'

/** The text that is stored and that spans point into, and where its heading lines lie. */
export interface TextOfRecord {
  readonly title: string | null
  readonly text: string
  readonly headings: readonly Span[]
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
  readonly #headings: Span[] = []
  readonly #limit: number
  #length = 0

  /** @param limit characters (UTF-16) at which the document is refused */
  constructor(limit: number) {
    this.#limit = limit
  }

  heading(text: string): void {
    const start = this.#add(text, 'block')
    if (start !== null) this.#headings.push({ start, end: this.#length })
  }

  paragraph(text: string): void {
    this.#add(text, 'block')
  }

  /** A line that belongs to the one before it: an item of a list, a row of a table. */
  line(text: string): void {
    this.#add(text, 'line')
  }

  finish(title: string | null): TextOfRecord {
    return { title: title === '' ? null : title, text: this.#parts.join(''), headings: this.#headings }
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
