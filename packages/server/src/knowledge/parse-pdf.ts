import { getDocumentProxy } from 'unpdf'
import { Fault } from '../kernel/fault.ts'
import { predefinedCmap } from './pdf-cmaps.ts'
import type { PageLine, TextItem } from './pdf-lines.ts'
import { addPage, bodyHeight, linesOf } from './pdf-lines.ts'
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
  const missing = new Set<string>()
  const pdf = await getDocumentProxy(Uint8Array.from(bytes), {
    verbosity: 0,
    useSystemFonts: false,
    cMapPacked: false,
    useWorkerFetch: false,
    BinaryDataFactory: class extends MadeData {
      constructor() {
        super(missing)
      }
    },
  })
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
  if (missing.size > 0 || isUndecoded(pages.flat())) throw undecoded(missing)
  if (length === 0)
    throw new Fault(
      'unreadable_document',
      'The PDF holds no text that can be read, only images (a scan) or drawn letters. Run it through text recognition (OCR) and add it again.',
    )
  const record = new RecordBuilder(limit)
  const body = bodyHeight(pages.flat())
  for (const lines of pages) addPage(lines, body, record)
  return record.finish(title)
}

async function titleOf(pdf: Awaited<ReturnType<typeof getDocumentProxy>>): Promise<string | null> {
  const { info } = await pdf.getMetadata()
  const title = 'Title' in info ? info.Title : null
  return typeof title === 'string' && title.trim() !== '' ? title.trim().slice(0, 512) : null
}
