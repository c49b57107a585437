import { getDocumentProxy } from 'unpdf'
import { Fault } from '../kernel/fault.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { joinedLines, RecordBuilder, tooMuchText } from './text-of-record.ts'

/** One line as it stands on a page; `y` grows upwards, both in points. */
interface PageLine {
  readonly text: string
  readonly y: number
  readonly height: number
}

interface TextItem {
  readonly str: string
  readonly hasEOL: boolean
  readonly transform: readonly number[]
  readonly height: number
}

/** Joins the pieces of a page into lines; a piece says itself where its line ends. */
function linesOf(items: readonly TextItem[]): PageLine[] {
  const lines: PageLine[] = []
  let text = ''
  let y = 0
  let height = 0
  const close = () => {
    const clean = text.replace(/\s+/g, ' ').trim()
    if (clean !== '') lines.push({ text: clean, y, height })
    text = ''
    height = 0
  }
  for (const item of items) {
    if (item.str.trim() !== '') {
      y = item.transform[5] ?? 0
      height = Math.max(height, item.height)
    }
    text += item.str
    if (item.hasEOL) close()
  }
  close()
  return lines
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

/** Whether a line is set so much larger than the text around it that it is a heading. */
function isHeading(line: PageLine, bodyHeight: number): boolean {
  return bodyHeight > 0 && line.height > bodyHeight * 1.2 && line.text.length <= 120
}

/** Lines of one page into headings and paragraphs: a wider gap or another size of type starts a new one. */
function addPage(lines: readonly PageLine[], bodyHeight: number, record: RecordBuilder): void {
  const gaps = lines.slice(1).map((line, at) => (lines[at]?.y ?? 0) - line.y)
  const usual = median(gaps.filter((gap) => gap > 0))
  let paragraph = ''
  let previous: PageLine | null = null
  const flush = () => {
    record.paragraph(paragraph)
    paragraph = ''
  }
  for (const line of lines) {
    const gap = previous ? previous.y - line.y : 0
    const isApart = gap < 0 || (usual > 0 && gap > usual * 1.4)
    const heading = isHeading(line, bodyHeight)
    if (isApart || heading) flush()
    if (heading) record.heading(line.text)
    else if (/^(?:[•●▪◦‣·-]|\d{1,3}[.)])\s/.test(line.text)) {
      flush()
      paragraph = line.text
    } else paragraph = joinedLines(paragraph, line.text)
    previous = line
  }
  flush()
}

const REASONS: Readonly<Record<string, string>> = {
  PasswordException: 'The PDF is encrypted with a password. Save it without one and add it again.',
  InvalidPDFException: 'The PDF is broken: its structure cannot be read. Export it again.',
}

function unreadable(error: unknown): Fault {
  const name = error instanceof Error ? error.name : ''
  const message = REASONS[name] ?? 'The PDF is broken: a part of it cannot be read. Export it again.'
  return new Fault('unreadable_document', message, { cause: error })
}

/** @throws Fault `unreadable_document` that says whether it is encrypted, broken or holds no text (a scan). */
export async function parsePdf(bytes: Uint8Array, limit: number): Promise<TextOfRecord> {
  try {
    return await readPdf(bytes, limit)
  } catch (error) {
    if (error instanceof Fault) throw error
    throw unreadable(error)
  }
}

async function readPdf(bytes: Uint8Array, limit: number): Promise<TextOfRecord> {
  // pdf.js takes the buffer over, and wants a plain Uint8Array.
  const pdf = await getDocumentProxy(Uint8Array.from(bytes), { verbosity: 0, useSystemFonts: false })
  const pages: PageLine[][] = []
  let length = 0
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    const lines = linesOf(items.filter((item): item is TextItem & typeof item => 'str' in item))
    length += lines.reduce((sum, line) => sum + line.text.length, 0)
    if (length > limit) throw tooMuchText(limit)
    pages.push(lines)
    page.cleanup()
  }
  const title = await titleOf(pdf)
  if (length === 0)
    throw new Fault(
      'unreadable_document',
      'The PDF holds no text, only images (a scan). Run it through text recognition (OCR) and add it again.',
    )
  const record = new RecordBuilder(limit)
  const body = bodyHeight(pages.flat())
  for (const lines of pages) addPage(lines, body, record)
  return record.finish(title)
}

/** The size of type that most characters are set in. */
function bodyHeight(lines: readonly PageLine[]): number {
  const characters = new Map<number, number>()
  for (const line of lines) {
    const height = Math.round(line.height * 2) / 2
    characters.set(height, (characters.get(height) ?? 0) + line.text.length)
  }
  return [...characters].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

async function titleOf(pdf: Awaited<ReturnType<typeof getDocumentProxy>>): Promise<string | null> {
  const { info } = await pdf.getMetadata()
  const title = 'Title' in info ? info.Title : null
  return typeof title === 'string' && title.trim() !== '' ? title.trim().slice(0, 512) : null
}
