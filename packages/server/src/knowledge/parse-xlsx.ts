import type { OfficePackage } from './office-package.ts'
import { openPackage, referenceOf } from './office-package.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { RecordBuilder } from './text-of-record.ts'
import type { Attributes } from './xml.ts'
import { readXml } from './xml.ts'
import type { NumberFormat } from './xlsx-values.ts'
import { readStrings, readStyles, shownNumber, unescaped } from './xlsx-values.ts'

interface Workbook {
  readonly strings: readonly string[]
  readonly styles: readonly NumberFormat[]
  readonly calendar: 1900 | 1904
}

interface Sheet {
  readonly name: string
  readonly part: string
}

/** Empty cells between two others keep their places, up to so many. */
const GAP = 12

/** Number of a column by its letters: `AB12` is 28. */
function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (letters === undefined) return null
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
}

/** A workbook (SpreadsheetML, ECMA-376): each sheet under its name, a line per row. @throws Fault `unreadable_document` */
export function parseXlsx(bytes: Uint8Array, limit: number): TextOfRecord {
  const file = openPackage(bytes, 'workbook')
  const main = file.main()
  const relations = file.relations(main)
  const { sheets, calendar } = readWorkbook(file, main, relations)
  const partOf = (kind: string) => relations.find((relation) => relation.kind === kind)?.target
  const workbook: Workbook = {
    strings: readStrings(file, partOf('sharedStrings')),
    styles: readStyles(file, partOf('styles')),
    calendar,
  }
  const record = new RecordBuilder(limit)
  for (const sheet of sheets) {
    const xml = file.part(sheet.part)
    if (!xml) continue
    record.heading(sheet.name)
    new SheetReader(workbook, record).read(xml)
  }
  return record.finish(titleOf(file))
}

function readWorkbook(file: OfficePackage, main: string, relations: ReturnType<OfficePackage['relations']>) {
  const sheets: Sheet[] = []
  let calendar: Workbook['calendar'] = 1900
  readXml(file.part(main) ?? new Uint8Array(), {
    open(name, attributes) {
      if (name === 'workbookPr' && /^(?:1|true)$/.test(attributes.date1904 ?? '')) calendar = 1904
      if (name !== 'sheet') return
      const id = referenceOf(attributes)
      const relation = relations.find((one) => one.id === id && one.kind === 'worksheet')
      if (relation) sheets.push({ name: attributes.name ?? '', part: relation.target })
    },
  })
  return { sheets, calendar }
}

/** Title of the document's properties. */
export function titleOf(file: OfficePackage): string | null {
  const part = file.relations('').find((relation) => relation.kind === 'core-properties')?.target
  const bytes = part === undefined ? null : file.part(part)
  let title = ''
  let isTitle = false
  if (bytes)
    readXml(bytes, {
      open: (name) => void (isTitle = name === 'title'),
      text(text) {
        if (isTitle) title += text
      },
      close: () => void (isTitle = false),
    })
  return title.trim().slice(0, 512) || null
}

/** Rows of one sheet as they come by. */
class SheetReader {
  readonly #workbook: Workbook
  readonly #record: RecordBuilder
  #cells: { readonly column: number; readonly text: string; readonly isNumber: boolean }[] = []
  #row = 0
  #column = 0
  #type = ''
  #style = 0
  #value = ''
  #isValue = false
  #readings = 0
  #lastRow = 0
  #inTable = false

  constructor(workbook: Workbook, record: RecordBuilder) {
    this.#workbook = workbook
    this.#record = record
  }

  read(xml: Uint8Array): void {
    readXml(xml, {
      open: (name, attributes) => this.#open(name, attributes),
      text: (text) => {
        if (this.#isValue) this.#value += text
      },
      close: (name) => this.#close(name),
    })
  }

  #open(name: string, attributes: Attributes): void {
    if (name === 'row') {
      this.#row = Number(attributes.r) || this.#row + 1
      this.#column = 0
      this.#cells = []
    } else if (name === 'c') {
      this.#column = columnOf(attributes.r) ?? this.#column + 1
      this.#type = attributes.t ?? 'n'
      this.#style = Number(attributes.s) || 0
      this.#value = ''
    } else if (name === 'rPh') this.#readings++
    else if (name === 'v' || name === 't') this.#isValue = this.#readings === 0
  }

  #close(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false
    else if (name === 'rPh') this.#readings--
    else if (name === 'c') {
      const text = this.#shown().replace(/\s+/g, ' ').trim()
      if (text !== '') this.#cells.push({ column: this.#column, text, isNumber: this.#type === 'n' })
    } else if (name === 'row') this.#endRow()
  }

  #shown(): string {
    const value = this.#value
    if (this.#type === 's') return this.#workbook.strings[Number(value)] ?? ''
    if (this.#type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
    const number = Number(value)
    if (this.#type !== 'n' || value.trim() === '' || !Number.isFinite(number)) return unescaped(value)
    const format = this.#workbook.styles[this.#style] ?? { kind: 'plain' }
    return shownNumber(number, format, this.#workbook.calendar)
  }

  /** A single cell above a table is its caption; words alone behind an empty row head the next table. */
  #endRow(): void {
    const cells = this.#cells
    if (cells.length === 0) return
    const isBehindGap = this.#row > this.#lastRow + 1
    if (isBehindGap && !cells.some((cell) => cell.isNumber)) this.#inTable = false
    const opens = !this.#inTable
    if (cells.length > 1) this.#inTable = true
    let text = ''
    let previous = 0
    for (const { column, text: shown } of cells) {
      const empty = previous === 0 ? 0 : Math.min(column - previous - 1, GAP)
      text += previous === 0 ? shown : `${' | '.repeat(empty + 1)}${shown}`
      previous = column
    }
    this.#record.row(text.replace(/ {2,}/g, ' '), opens, { row: this.#row, columns: previous })
    this.#lastRow = this.#row
  }
}
