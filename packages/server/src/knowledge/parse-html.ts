import { Parser } from 'htmlparser2'
import { Fault } from '../kernel/fault.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { RecordBuilder } from './text-of-record.ts'

const SKIPPED = new Set('script style nav template noscript svg iframe object select button'.split(' '))
/** Elements that stand on lines of their own. */
const BLOCKS = new Set(
  (
    'p div section article aside main header footer ul ol li dl dt dd table thead tbody tfoot tr caption blockquote ' +
    'pre figure figcaption address details summary form fieldset hr body html h1 h2 h3 h4 h5 h6'
  ).split(' '),
)
const HEADING = /^h([1-6])$/
const CELL = new Set(['td', 'th'])
/** A row of a table stays one line whatever its cells are made of. */
const IN_CELL = new Set(['p', 'div', 'br', 'ul', 'ol', 'li'])

/** Far beyond any real page; the parser's work grows with the square of the depth. */
const DEEPEST = 10_000

type Kind = 'heading' | 'paragraph' | 'line' | 'opens' | 'row'

/** The state of one reading: what is open, and the line being collected. */
class HtmlReader {
  readonly #record: RecordBuilder
  #line = ''
  #title = ''
  #firstHeading = ''
  #skipping = 0
  #isTitle = false
  #isFirstInList = false
  #cells = 0
  #depth = 0
  #preformatted = 0
  #kind: Kind = 'paragraph'
  #level = 1

  constructor(limit: number) {
    this.#record = new RecordBuilder(limit)
  }

  open(name: string): void {
    if (++this.#depth > DEEPEST)
      throw new Fault('unreadable_document', `The page is nested deeper than ${DEEPEST} elements.`)
    if (name === 'title') this.#isTitle = this.#title === ''
    if (SKIPPED.has(name)) this.#skipping++
    if (this.#skipping > 0) return
    if (this.#cells > 0 && IN_CELL.has(name)) {
      this.#line += ' '
      return
    }
    // A paragraph inside an item goes on behind the item's mark.
    if (BLOCKS.has(name) && this.#line.trim() !== '-') this.#flush()
    if (name === 'pre') this.#preformatted++
    const heading = HEADING.exec(name)
    if (heading) {
      this.#kind = 'heading'
      this.#level = Number(heading[1])
    } else if (name === 'ul' || name === 'ol' || name === 'table') this.#isFirstInList = true
    else if (name === 'li' || name === 'tr') {
      const isFirst = this.#isFirstInList
      this.#isFirstInList = false
      if (name === 'tr') this.#kind = isFirst ? 'opens' : 'row'
      else {
        this.#kind = isFirst ? 'paragraph' : 'line'
        this.#line = '- '
      }
    } else if (CELL.has(name)) {
      this.#cells++
      if (this.#line !== '') this.#line += ' | '
    } else if (name === 'br') this.#break()
  }

  text(text: string): void {
    if (this.#isTitle) this.#title += text.slice(0, 1000)
    else if (this.#skipping === 0) this.#line += text
  }

  close(name: string): void {
    this.#depth--
    if (name === 'title') this.#isTitle = false
    if (SKIPPED.has(name)) this.#skipping = Math.max(0, this.#skipping - 1)
    else if (this.#skipping > 0 || (this.#cells > 0 && IN_CELL.has(name))) return
    else if (CELL.has(name)) this.#cells = Math.max(0, this.#cells - 1)
    else if (BLOCKS.has(name)) {
      this.#flush()
      if (name === 'pre') this.#preformatted = Math.max(0, this.#preformatted - 1)
    }
  }

  finish(): TextOfRecord {
    this.#flush()
    return this.#record.finish((this.#title || this.#firstHeading).replace(/\s+/g, ' ').trim().slice(0, 512))
  }

  #break(): void {
    if (this.#preformatted > 0) this.#line += '\n'
    else {
      const kind = this.#kind
      this.#flush()
      this.#kind = kind === 'heading' ? 'heading' : 'line'
    }
  }

  #flush(): void {
    const text = this.#preformatted > 0 ? this.#line : this.#line.replace(/\s+/g, ' ').trim()
    const kind = this.#kind
    this.#line = ''
    this.#kind = 'paragraph'
    if (text === '' || text === '-') return
    if (kind === 'heading') {
      this.#firstHeading ||= text
      this.#record.heading(text, this.#level)
    } else if (kind === 'opens' || kind === 'row') this.#record.row(text, kind === 'opens')
    else if (kind === 'line') this.#record.line(text)
    else this.#record.paragraph(text)
  }
}

/** Reads the visible text of a page; headings, list items and table rows stand on their own lines. */
export function parseHtml(html: string, limit: number): TextOfRecord {
  const reader = new HtmlReader(limit)
  const parser = new Parser({
    onopentagname: (name) => reader.open(name),
    ontext: (text) => reader.text(text),
    onclosetag: (name) => reader.close(name),
  })
  parser.write(html)
  parser.end()
  return reader.finish()
}
