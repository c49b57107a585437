import type { RecordBuilder } from './text-of-record.ts'
import { joinedLines } from './text-of-record.ts'

const HAN = '[\\p{Script=Han}\u3000-\u303f\uff00-\uffef]'
const BETWEEN_HAN = new RegExp(`(?<=${HAN}) (?=${HAN})`, 'gu')
/** What lines of a form or a table are recognised as: strokes without a word. */
const WORDLIKE = /[\p{L}\p{N}]/u
const LIST_MARK = /^(?:[•●▪◦‣·○■*–-]|\(?\d{1,3}[.)、])/u

/** Adds what was recognised: lines of a paragraph joined, rows apart, spaces between Chinese characters gone. */
export function addRecognised(text: string, record: RecordBuilder): void {
  for (const block of text.replaceAll('\f', '\n\n').split(/\n[ \t]*\n/)) {
    let paragraph = ''
    let isRow = false
    for (const line of block.split('\n')) {
      const clean = line.replace(/\s+/g, ' ').replace(BETWEEN_HAN, '').trim()
      if (!WORDLIKE.test(clean)) continue
      const cells = clean.split('|').flatMap((cell) => cell.trim() || [])
      if (cells.length > 1 || LIST_MARK.test(clean)) {
        record.paragraph(paragraph)
        paragraph = ''
      }
      if (cells.length > 1) record.row(cells.join(' | '), !isRow)
      else paragraph = joinedLines(paragraph, clean)
      isRow = cells.length > 1
    }
    record.paragraph(paragraph)
  }
}
