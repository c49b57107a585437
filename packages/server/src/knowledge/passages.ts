import type { Span } from './sentences.ts'
import { SENTENCE_LENGTH, sentencesOf } from './sentences.ts'
import type { Heading } from './text-of-record.ts'

/**
 * Size of a passage in eighths of an English word: 150 to 300 words, or 400 to 800 Chinese characters at three each.
 * Text without spaces counts by its length.
 */
const LEAST = 1200
const MOST = 2400
/** A rest smaller than this joins the passage before it. */
const CRUMB = 320

function sizeOf(text: string, span: Span): number {
  let han = 0
  let words = 0
  let inWord = false
  for (let at = span.start; at < span.end; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x3400 && code <= 0x9fff) {
      han++
      inWord = false
    } else if (code <= 0x20) inWord = false
    else if (!inWord) {
      words++
      inWord = true
    }
  }
  return Math.max(han * 3 + words * 8, (span.end - span.start) * 0.8)
}

function startsParagraph(text: string, previous: Span, next: Span): boolean {
  return /\n[ \t\r]*\n/.test(text.slice(previous.end, next.start))
}

/** One run of sentences under one heading, cut into passages. */
function packed(text: string, sentences: readonly Span[]): Span[] {
  const passages: Array<{ start: number; end: number; size: number }> = []
  let previous: Span | null = null
  for (const sentence of sentences) {
    const size = sizeOf(text, sentence)
    const open = passages.at(-1)
    const fits =
      open !== undefined &&
      open.size + size <= MOST &&
      !(open.size >= LEAST && previous !== null && startsParagraph(text, previous, sentence))
    if (open && fits) {
      open.end = sentence.end
      open.size += size
    } else passages.push({ start: sentence.start, end: sentence.end, size })
    previous = sentence
  }
  const last = passages.at(-1)
  const before = passages.at(-2)
  if (last && before && last.size < CRUMB) {
    before.end = last.end
    passages.pop()
  }
  return passages.map(({ start, end }) => ({ start, end }))
}

const WORDLIKE = /[\p{L}\p{N}]/u
/** A row longer than this is cut like any text. */
const LONGEST_ROW = SENTENCE_LENGTH * 4

/** Rows of a table are kept whole, as if each were one sentence. */
function addRows(text: string, table: Span, units: Span[]): void {
  for (let start = table.start; start < table.end;) {
    const lineEnd = text.indexOf('\n', start)
    const end = lineEnd === -1 || lineEnd > table.end ? table.end : lineEnd
    if (end - start > LONGEST_ROW) addSentences(text, { start, end }, units)
    else if (WORDLIKE.test(text.slice(start, end))) units.push({ start, end })
    start = end + 1
  }
}

function addSentences(text: string, { start, end }: Span, units: Span[]): void {
  for (const sentence of sentencesOf(text, start, end)) units.push(sentence)
}

/** Sentences and rows between two offsets, in order. */
function unitsOf(text: string, from: number, to: number, tables: readonly Span[]): readonly Span[] {
  if (tables.length === 0) return sentencesOf(text, from, to)
  const units: Span[] = []
  let at = from
  for (const table of tables) {
    addSentences(text, { start: at, end: table.start }, units)
    addRows(text, table, units)
    at = table.end
  }
  addSentences(text, { start: at, end: to }, units)
  return units
}

/**
 * Cuts a text into passages of whole sentences and table rows. `headings` are the spans of heading lines in order; a
 * passage starts at one and never runs across the next. Headings that follow each other directly stay together.
 */
export function passagesOf(text: string, headings: readonly Span[], tables: readonly Span[] = []): Span[] {
  const passages: Span[] = []
  let from = 0
  let covered = 0
  let table = 0
  const cut = (to: number) => {
    const first = table
    while (table < tables.length && (tables[table]?.start ?? 0) < to) table++
    passages.push(...packed(text, unitsOf(text, from, to, tables.slice(first, table))))
  }
  for (const heading of headings) {
    const onlyHeadings = text.slice(covered, heading.start).trim() === '' && covered > 0
    if (!onlyHeadings) {
      cut(heading.start)
      from = heading.start
    }
    covered = heading.end
  }
  cut(text.length)
  return passages
}

/** Markdown heading lines in a text that is kept as it came. */
export function headingLines(text: string): Heading[] {
  return [...text.matchAll(/^(#{1,6})[ \t][^\n]*/gm)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    level: match[1]?.length ?? 1,
  }))
}
