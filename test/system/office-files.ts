import type { ZipFile } from './zip-file.ts'
import { zipFile } from './zip-file.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const part = (name: string, xml: string): ZipFile => ({
  name,
  bytes: Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${xml}`),
})
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const relations = (of: readonly (readonly [id: string, kind: string, target: string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${of
    .map(([id, kind, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`)
    .join('')}</Relationships>`

/** A cell: text, a number, or a number with a style (1 is a date, 2 a percentage). */
export type Cell = string | number | { readonly number: number; readonly style: 1 | 2 } | null

const columnName = (at: number): string => String.fromCharCode(65 + at)

/** A workbook as Excel writes it: strings by number, dates as numbers with a style. */
export function xlsx(
  sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>,
  more: readonly ZipFile[] = [],
): Buffer {
  const strings: string[] = []
  const cell = (value: Cell, reference: string): string => {
    if (value === null) return ''
    if (typeof value === 'number') return `<c r="${reference}"><v>${value}</v></c>`
    if (typeof value !== 'string') return `<c r="${reference}" s="${value.style}"><v>${value.number}</v></c>`
    strings.push(value)
    return `<c r="${reference}" t="s"><v>${strings.length - 1}</v></c>`
  }
  const names = Object.keys(sheets)
  const parts = Object.values(sheets).map((rows, at) =>
    part(
      `xl/worksheets/sheet${at + 1}.xml`,
      `<worksheet xmlns="m"><sheetData>${rows
        .map(
          (row, y) =>
            `<row r="${y + 1}">${row.map((value, x) => cell(value, `${columnName(x)}${y + 1}`)).join('')}</row>`,
        )
        .join('')}</sheetData></worksheet>`,
    ),
  )
  return zipFile([
    part(
      '[Content_Types].xml',
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    ),
    part('_rels/.rels', relations([['rId1', 'officeDocument', 'xl/workbook.xml']])),
    part(
      'xl/workbook.xml',
      `<workbook xmlns="m" xmlns:r="${OFFICE}"><sheets>${names
        .map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
        .join('')}</sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      relations([
        ...names.map((_, at) => [`rId${at + 1}`, 'worksheet', `worksheets/sheet${at + 1}.xml`] as const),
        ['rId98', 'styles', 'styles.xml'],
        ['rId99', 'sharedStrings', 'sharedStrings.xml'],
      ]),
    ),
    part(
      'xl/styles.xml',
      '<styleSheet xmlns="m"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>' +
        '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/></cellXfs></styleSheet>',
    ),
    part(
      'xl/sharedStrings.xml',
      `<sst xmlns="m">${strings
        .map(
          (text) =>
            `<si><t xml:space="preserve">${escaped(text)}</t><rPh sb="0" eb="1"><t>reading</t></rPh></si>`,
        )
        .join('')}</sst>`,
    ),
    ...parts,
    ...more,
  ])
}

export interface Slide {
  readonly title?: string
  readonly lines: readonly string[]
  readonly notes?: string
  readonly rows?: readonly (readonly string[])[]
}

const paragraph = (text: string): string => `<a:p><a:r><a:t>${escaped(text)}</a:t></a:r></a:p>`
const shape = (kind: string, body: string): string =>
  `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${kind}"/></p:nvPr></p:nvSpPr><p:txBody>${body}</p:txBody></p:sp>`
const XMLNS = `xmlns:a="a" xmlns:p="p" xmlns:r="${OFFICE}"`

/** A presentation whose slides lie in the file in another order than they are shown. */
export function pptx(slides: readonly Slide[]): Buffer {
  const fileOf = (at: number): number => slides.length - at
  const parts = slides.flatMap(({ title, lines, notes, rows = [] }, at) => {
    const file = fileOf(at)
    const table = rows.map(
      (row) =>
        `<a:tr>${row.map((text) => `<a:tc><a:txBody>${paragraph(text)}</a:txBody></a:tc>`).join('')}</a:tr>`,
    )
    const body =
      shape('body', lines.map(paragraph).join('')) +
      (title === undefined ? '' : shape('title', paragraph(title))) +
      (rows.length === 0 ? '' : `<p:graphicFrame><a:tbl>${table.join('')}</a:tbl></p:graphicFrame>`) +
      shape('sldNum', paragraph(`number ${at + 1}`))
    const slide = part(
      `ppt/slides/slide${file}.xml`,
      `<p:sld ${XMLNS}><p:cSld><p:spTree>${body}</p:spTree></p:cSld></p:sld>`,
    )
    if (notes === undefined) return [slide]
    return [
      slide,
      part(
        `ppt/slides/_rels/slide${file}.xml.rels`,
        relations([['rId1', 'notesSlide', `../notesSlides/n${file}.xml`]]),
      ),
      part(`ppt/notesSlides/n${file}.xml`, `<p:notes ${XMLNS}>${shape('body', paragraph(notes))}</p:notes>`),
    ]
  })
  return zipFile([
    part('_rels/.rels', relations([['rId1', 'officeDocument', 'ppt/presentation.xml']])),
    part(
      'ppt/presentation.xml',
      `<p:presentation ${XMLNS}><p:sldIdLst>${slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="rId${at + 1}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    ),
    part(
      'ppt/_rels/presentation.xml.rels',
      relations(slides.map((_, at) => [`rId${at + 1}`, 'slide', `slides/slide${fileOf(at)}.xml`] as const)),
    ),
    ...parts,
  ])
}
