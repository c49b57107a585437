import type { OfficePackage } from './office-package.ts'
import { openPackage, referenceOf } from './office-package.ts'
import { titleOf } from './parse-xlsx.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { RecordBuilder } from './text-of-record.ts'
import type { Attributes } from './xml.ts'
import { readXml } from './xml.ts'

/** What a slide repeats from its template. */
const FURNITURE = new Set(['sldNum', 'dt', 'ftr', 'hdr', 'sldImg'])
const TITLES = new Set(['title', 'ctrTitle'])

interface Block {
  readonly kind: 'title' | 'paragraph' | 'opens' | 'row'
  readonly text: string
}

/** A presentation (PresentationML, ECMA-376): each slide under its title, with its notes. @throws Fault `unreadable_document` */
export function parsePptx(bytes: Uint8Array, limit: number): TextOfRecord {
  const file = openPackage(bytes, 'presentation')
  const main = file.main()
  const slides = new Map(file.relations(main).map(({ id, target }) => [id, target]))
  const order: string[] = []
  readXml(file.part(main) ?? new Uint8Array(), {
    open(name, attributes) {
      const slide = name === 'sldId' ? slides.get(referenceOf(attributes) ?? '') : undefined
      if (slide !== undefined) order.push(slide)
    },
  })
  const record = new RecordBuilder(limit)
  order.forEach((slide, at) => addSlide(file, slide, at + 1, record))
  return record.finish(titleOf(file))
}

function addSlide(file: OfficePackage, slide: string, number: number, record: RecordBuilder): void {
  const relations = file.relations(slide)
  const blocks = blocksOf(file.part(slide))
  const title = blocks
    .filter((block) => block.kind === 'title')
    .map((block) => block.text)
    .join(' ')
  record.page(number)
  if (title === '') record.unnamed()
  else record.heading(title)
  const more = relations.filter(({ kind }) => kind === 'diagramData' || kind === 'notesSlide')
  for (const { kind, text } of [...blocks, ...more.flatMap(({ target }) => blocksOf(file.part(target)))]) {
    if (kind === 'paragraph') record.paragraph(text)
    else if (kind !== 'title') record.row(text, kind === 'opens')
  }
}

function blocksOf(bytes: Uint8Array | null): Block[] {
  const reader = new SlideReader()
  if (bytes)
    readXml(bytes, {
      open: (name, attributes) => reader.open(name, attributes),
      text: (text) => reader.text(text),
      close: (name) => reader.close(name),
    })
  return reader.blocks
}

/** Text of the shapes of a slide, in the order they were drawn. */
class SlideReader {
  readonly blocks: Block[] = []
  #placeholder = ''
  #paragraph = ''
  #isText = false
  #cells: string[] | null = null
  #isFirstRow = false

  open(name: string, attributes: Attributes): void {
    if (name === 'sp') this.#placeholder = ''
    else if (name === 'ph') this.#placeholder = attributes.type ?? 'body'
    else if (name === 'p') this.#paragraph = ''
    else if (name === 't') this.#isText = true
    else if (name === 'br' || name === 'tab') this.#paragraph += ' '
    else if (name === 'tbl') this.#isFirstRow = true
    else if (name === 'tr') this.#cells = []
    else if (name === 'tc') this.#cells?.push('')
  }

  text(text: string): void {
    if (this.#isText) this.#paragraph += text
  }

  close(name: string): void {
    if (name === 't') this.#isText = false
    else if (name === 'p') this.#endParagraph()
    else if (name === 'sp') this.#placeholder = ''
    else if (name === 'tr') this.#endRow()
  }

  #endParagraph(): void {
    const text = this.#paragraph.replace(/\s+/g, ' ').trim()
    this.#paragraph = ''
    if (text === '' || FURNITURE.has(this.#placeholder)) return
    if (this.#cells) {
      const last = this.#cells.length - 1
      if (last >= 0) this.#cells[last] = `${this.#cells[last] ?? ''} ${text}`.trim()
    } else this.blocks.push({ kind: TITLES.has(this.#placeholder) ? 'title' : 'paragraph', text })
  }

  #endRow(): void {
    const text = this.#cells?.join(' | ') ?? ''
    this.#cells = null
    if (/[^\s|]/.test(text)) this.blocks.push({ kind: this.#isFirstRow ? 'opens' : 'row', text })
    this.#isFirstRow = false
  }
}
