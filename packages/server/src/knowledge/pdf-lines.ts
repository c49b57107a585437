import type { RecordBuilder } from './text-of-record.ts'
import { joinedLines } from './text-of-record.ts'

/** A run of text as the reader of PDFs gives it; lengths in points. */
export interface TextItem {
  readonly str: string
  readonly hasEOL: boolean
  readonly transform: readonly number[]
  readonly width: number
  readonly height: number
}

interface Piece {
  readonly text: string
  readonly x: number
  /** Blank space before it, in heights of its type. */
  readonly gap: number
}

/** One line as it stands on a page; `y` grows upwards, both in points. */
export interface PageLine {
  readonly text: string
  readonly pieces: readonly Piece[]
  readonly y: number
  readonly height: number
}

/** Punctuation in the forms of vertical writing, U+FE10 to U+FE16, as it is written otherwise. */
const UPRIGHT = '，、。：；！？'

function upright(text: string): string {
  return text.replace(/[\ufe10-\ufe16]/g, (mark) => UPRIGHT[mark.charCodeAt(0) - 0xfe10] ?? mark)
}

/** Joins the pieces of a page into lines; a piece says itself where its line ends. */
export function linesOf(items: readonly TextItem[]): PageLine[] {
  const lines: PageLine[] = []
  let pieces: Piece[] = []
  let y = 0
  let height = 0
  let end: number | null = null
  const close = () => {
    const text = pieces
      .map((piece) => piece.text)
      .join('')
      .replace(/\s+/g, ' ')
      .trim()
    if (text !== '') lines.push({ text, pieces, y, height })
    pieces = []
    height = 0
    end = null
  }
  for (const item of items) {
    const x = item.transform[4] ?? 0
    if (item.str.trim() !== '') {
      y = item.transform[5] ?? 0
      height = Math.max(height, item.height)
      const gap = end === null || item.height === 0 ? 0 : (x - end) / item.height
      pieces.push({ text: upright(item.str), x, gap })
      end = x + item.width
    } else pieces.push({ text: item.str, x, gap: 0 })
    if (item.hasEOL) close()
  }
  close()
  return lines
}

/** Blank space that parts two cells of a row; the widest word space of justified text is narrower. */
const CELL_GAP = 1
/** How far a cell may stand from the one above, in points. */
const COLUMN_TOLERANCE = 3
const LIST_MARK = /^(?:[•●▪◦‣·○■–-]|\(?\d{1,3}[.)、]|[（(]?[一二三四五六七八九十]{1,3}[、）)])/
const BULLET = /^[•●▪◦‣·○■]/
const NUMBERED = /^(?:[–-]|\d{1,3}[.)])\s/

/** Where the cells of a line begin, given the columns of the rows around it. */
function columnsOf({ pieces }: PageLine, known: readonly number[]): number[] {
  const starts: number[] = []
  let isFirst = true
  for (const { text, x, gap } of pieces) {
    if (text.trim() === '') continue
    const inColumn = known.some((column) => Math.abs(column - x) <= COLUMN_TOLERANCE)
    if (isFirst || gap > CELL_GAP || (gap > 0.1 && inColumn)) starts.push(x)
    isFirst = false
  }
  return starts
}

function cellsOf(line: PageLine, columns: readonly number[]): string {
  let text = ''
  let isFirst = true
  for (const piece of line.pieces) {
    const starts = piece.text.trim() !== '' && columns.includes(piece.x)
    text += starts && !isFirst ? `\u0000${piece.text}` : piece.text
    if (piece.text.trim() !== '') isFirst = false
  }
  return text
    .split('\u0000')
    .map((cell) => cell.replace(/\s+/g, ' ').trim())
    .join(' | ')
}

/** Each line's text as a row of a table, or null where it is none: a row has cells, and another row above or below. */
function rowsOf(lines: readonly PageLine[]): (string | null)[] {
  const own = lines.map((line) => columnsOf(line, []))
  const columns = lines.map((line, at) =>
    columnsOf(
      line,
      [own[at - 1], own[at + 1]].flatMap((other) => (other && other.length > 1 ? other.slice(1) : [])),
    ),
  )
  const isRow = lines.map((line, at) => (columns[at]?.length ?? 0) > 1 && !LIST_MARK.test(line.text))
  return lines.map((line, at) =>
    isRow[at] && (isRow[at - 1] || isRow[at + 1]) ? cellsOf(line, columns[at] ?? []) : null,
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

/** Whether a line is set so much larger than the text around it that it is a heading. */
function isHeading(line: PageLine, bodyHeight: number): boolean {
  return bodyHeight > 0 && line.height > bodyHeight * 1.2 && line.text.length <= 120
}

const ENDS_SENTENCE = /[.!?:;。！？：；…]["”’」』)）]*$/

/** Lines of one page into headings, paragraphs, list items and rows: a wider gap or another size of type starts anew. */
export function addPage(lines: readonly PageLine[], type: TypeSizes, record: RecordBuilder): void {
  const { body: bodyHeight, headings: heights } = type
  const gaps = lines.slice(1).map((line, at) => (lines[at]?.y ?? 0) - line.y)
  const usual = median(gaps.filter((gap) => gap > 0))
  const rows = rowsOf(lines)
  let paragraph = ''
  let previous: PageLine | null = null
  let wasRow = false
  const flush = () => {
    record.paragraph(paragraph)
    paragraph = ''
  }
  lines.forEach((line, at) => {
    const gap = previous ? previous.y - line.y : 0
    const row = rows[at] ?? null
    const heading = row === null && isHeading(line, bodyHeight)
    // Up again is the next column, where a sentence may go on.
    const goesOn = gap < 0 && previous?.height === line.height && !ENDS_SENTENCE.test(paragraph)
    if ((gap < 0 && !goesOn) || (usual > 0 && gap > usual * 1.4) || heading || row !== null) flush()
    if (row !== null) record.row(row, !wasRow)
    else if (heading) record.heading(line.text, levelOf(line, heights))
    else if (BULLET.test(line.text) || NUMBERED.test(line.text)) {
      flush()
      paragraph = line.text
    } else paragraph = wasRow ? line.text : joinedLines(paragraph, line.text)
    wasRow = row !== null
    previous = line
  })
  flush()
}

/** The sizes of type of a whole document. */
export interface TypeSizes {
  /** What most characters are set in. */
  readonly body: number
  /** Of headings, the largest first. */
  readonly headings: readonly number[]
}

const rounded = (height: number): number => Math.round(height * 2) / 2

/** Headings of one size are of one level. */
function levelOf(line: PageLine, heights: readonly number[]): number {
  return Math.min(Math.max(heights.indexOf(rounded(line.height)), 0) + 1, 6)
}

export function typeSizes(lines: readonly PageLine[]): TypeSizes {
  const body = bodyHeight(lines)
  const heights = new Set(lines.filter((line) => isHeading(line, body)).map((line) => rounded(line.height)))
  return { body, headings: [...heights].toSorted((a, b) => b - a) }
}

/** The size of type that most characters are set in. */
function bodyHeight(lines: readonly PageLine[]): number {
  const characters = new Map<number, number>()
  for (const line of lines) {
    const height = rounded(line.height)
    characters.set(height, (characters.get(height) ?? 0) + line.text.length)
  }
  return [...characters].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}
