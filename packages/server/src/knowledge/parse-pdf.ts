import { getDocumentProxy } from 'unpdf'
import { Fault } from '../kernel/fault.ts'
import { predefinedCmap } from './pdf-cmaps.ts'
import type { PageLine, TextItem } from './pdf-lines.ts'
import { addPage, linesOf, typeSizes } from './pdf-lines.ts'
import type { Scan } from './pdf-scan.ts'
import { MOST_DOTS, scanOf } from './pdf-scan.ts'
import type { Recognisable, Recognition } from './reading.ts'
import { HasPictures, NO_RECOGNITION, requireRecognition } from './reading.ts'
import { addRecognised } from './recognised-text.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { RecordBuilder, tooMuchText } from './text-of-record.ts'

/** Hands the reader its predefined character maps; it asks for nothing else that we have. */
class MadeData {
  readonly #missing: Set<string>

  constructor(missing: Set<string>) {
    this.#missing = missing
  }

  async fetch({ kind, filename }: { readonly kind: string; readonly filename: string }): Promise<Uint8Array> {
    const made = kind === 'cMapUrl' ? predefinedCmap(filename) : null
    if (made !== null) return Buffer.from(made, 'latin1')
    if (kind === 'cMapUrl') this.#missing.add(filename)
    throw new Error(`no data for ${kind}`)
  }
}

/** Share of characters that no writing has, at which a text counts as not decoded. */
const UNDECODED = 0.05

/** Characters that stand for nothing: controls, private ones, unassigned ones and the replacement character. */
function isUndecoded(lines: readonly PageLine[]): boolean {
  let all = 0
  let bad = 0
  const scripts = new Map<string, number>()
  for (const { text } of lines) {
    all += text.length
    bad += text.match(/[\p{Cc}\p{Co}\p{Cn}\ufffd]/gu)?.length ?? 0
    for (const [name, script] of EXOTIC) {
      const found = text.match(script)?.length ?? 0
      if (found > 0) scripts.set(name, (scripts.get(name) ?? 0) + found)
    }
  }
  return bad > all * UNDECODED || scripts.size >= EXOTIC_AT_ONCE
}

/** Glyph numbers taken for characters run through many writings at once, which no text does. */
const EXOTIC =
  'Armenian Hebrew Syriac Thaana Gurmukhi Oriya Malayalam Sinhala Tibetan Ethiopic Cherokee Runic'
    .split(' ')
    .map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'gu')] as const)
const EXOTIC_AT_ONCE = 5

function undecoded(missing: ReadonlySet<string>): Fault {
  const names = [...missing].join(', ')
  return new Fault(
    'unreadable_document',
    'The PDF does not say which characters its glyphs are' +
      (names === '' ? '' : ` (it names the character map ${names}, which Freehold does not have)`) +
      ', so its text cannot be read. Export it again with its fonts embedded, or run it through text recognition (OCR).',
  )
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

/** @throws Fault `unreadable_document` that says whether it is encrypted, broken or holds no text that can be read */
export async function parsePdf(
  bytes: Uint8Array,
  limit: number,
  recognition: Recognition = NO_RECOGNITION,
): Promise<TextOfRecord> {
  try {
    return await readPdf(bytes, limit, recognition)
  } catch (error) {
    if (error instanceof Fault || error instanceof HasPictures) throw error
    throw unreadable(error)
  }
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>

function open(bytes: Uint8Array, missing: Set<string>): Promise<Pdf> {
  // pdf.js takes the buffer over, and wants a plain Uint8Array.
  return getDocumentProxy(Uint8Array.from(bytes), {
    verbosity: 0,
    useSystemFonts: false,
    cMapPacked: false,
    useWorkerFetch: false,
    maxImageSize: MOST_DOTS,
    BinaryDataFactory: class extends MadeData {
      constructor() {
        super(missing)
      }
    },
  })
}

/** The lines of text of each page. */
async function linesOfPages(pdf: Pdf, limit: number): Promise<PageLine[][]> {
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
  return pages
}

async function readPdf(bytes: Uint8Array, limit: number, recognition: Recognition): Promise<TextOfRecord> {
  const missing = new Set<string>()
  const pdf = await open(bytes, missing)
  const pages = await linesOfPages(pdf, limit)
  const title = await titleOf(pdf)
  const canDraw = recognition.kind === 'elsewhere' || (recognition.kind === 'here' && recognition.draws)
  const isGarbled = missing.size > 0 || isUndecoded(pages.flat())
  if (isGarbled && !canDraw) throw undecoded(missing)
  const read = await readScans(pdf, pages, { recognition, isGarbled })
  const record = new RecordBuilder(limit)
  const sizes = typeSizes(pages.flat())
  for (const [at, lines] of pages.entries()) {
    record.page(at + 1)
    const recognised = read.texts.get(at + 1)
    if (!isGarbled) addPage(lines, sizes, record)
    if (recognised !== undefined) addRecognised(recognised, record)
  }
  if (record.length === 0) throw noText(recognition, read.failure)
  const warning = warningOf(read, recognition)
  return { ...record.finish(title), ...(warning !== null && { warning }) }
}

function noText(recognition: Recognition, failure: string | null): Fault {
  const known = failure ?? (recognition.kind === 'missing' ? recognition.reason : null)
  const draws = recognition.kind === 'here' && recognition.draws
  const why =
    known ??
    (draws
      ? 'No text was recognised on its pages either.'
      : 'Where they are drawn, install poppler-utils on this server (its name on Debian).')
  return new Fault(
    'unreadable_document',
    `The PDF holds no text that can be read, only images (a scan) or drawn letters. ${why}`,
  )
}

/** Letters and digits on a page that is a scan all the same: a stamp, a page number. */
const STAMP = 40
/** Share of a page that pictures cover when it is a scan: of one with a stamp, and of one without a letter. */
const MOSTLY = 0.4
const SOME = 0.05

const lettersOf = (lines: readonly PageLine[]): number =>
  lines.reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0), 0)

interface Scans {
  /** What was recognised, by number of page. */
  readonly texts: Map<number, string>
  /** Pages that hold pictures which nobody read, and why, as far as that is known. */
  readonly unread: number[]
  failure: string | null
}

/** What stands on a page instead of text; null when that is nothing, or text enough. */
async function pictureOf(
  pdf: Pdf,
  number: number,
  {
    letters,
    isGarbled,
    hasText,
  }: { readonly letters: number; readonly isGarbled: boolean; readonly hasText: boolean },
): Promise<{ readonly scan: Scan | null } | null> {
  if (isGarbled) return { scan: null }
  if (letters > STAMP) return null
  const page = await pdf.getPage(number)
  const scan = await scanOf(page)
  page.cleanup()
  // Letters may be drawn as shapes: only a program that draws the page shows them.
  if (scan === null) return hasText ? null : { scan }
  return scan.covered >= (letters === 0 ? SOME : MOSTLY) || scan.isPartial ? { scan } : null
}

/** Recognises, page by page, what has no text layer. A page that fails does not take the others with it. */
async function readScans(
  pdf: Pdf,
  pages: readonly (readonly PageLine[])[],
  { recognition, isGarbled }: { readonly recognition: Recognition; readonly isGarbled: boolean },
): Promise<Scans> {
  const scans: Scans = { texts: new Map(), unread: [], failure: null }
  const hasText = pages.some((lines) => lines.length > 0)
  const most = recognition.kind === 'here' ? recognition.pages : Infinity
  for (const [at, lines] of pages.entries()) {
    const found = await pictureOf(pdf, at + 1, { letters: lettersOf(lines), isGarbled, hasText })
    if (!found) continue
    const what = recognisable(found.scan, at + 1, recognition)
    if (!what || scans.texts.size >= most) {
      if (found.scan) scans.unread.push(at + 1)
      continue
    }
    try {
      scans.texts.set(at + 1, await requireRecognition(recognition)(what))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      scans.failure ??= error.message
      scans.unread.push(at + 1)
    }
  }
  return scans
}

/** What to send for a page: its pictures when all of them are known, else the page itself where it can be drawn. */
function recognisable(scan: Scan | null, page: number, recognition: Recognition): Recognisable | null {
  if (recognition.kind === 'missing') return null
  const draws = recognition.kind === 'elsewhere' || recognition.draws
  if (scan && (!scan.isPartial || (!draws && scan.covered >= SOME))) return { image: scan.image }
  return draws ? { page } : null
}

/** Pages named in a warning. */
const NAMED = 20

function warningOf({ unread, failure }: Scans, recognition: Recognition): string | null {
  if (unread.length === 0) return null
  const pages = unread.slice(0, NAMED).join(', ') + (unread.length > NAMED ? ' …' : '')
  const known = failure ?? (recognition.kind === 'missing' ? recognition.reason : null)
  const why =
    known ?? 'They are more than knowledge.ocrPages allows, or of a kind that needs poppler-utils installed.'
  return `${unread.length} page(s) hold only images and were not read: ${pages}. ${why}`
}

async function titleOf(pdf: Pdf): Promise<string | null> {
  const { info } = await pdf.getMetadata()
  const title = 'Title' in info ? info.Title : null
  return typeof title === 'string' && title.trim() !== '' ? title.trim().slice(0, 512) : null
}
