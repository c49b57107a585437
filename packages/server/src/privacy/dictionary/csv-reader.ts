/** One record of a CSV text and the line on which it begins. */
export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/** Why a text is not CSV; `line` counts from 1. */
export class CsvError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

const QUOTE = '"'
const PLAIN = /[^",\r\n]*/y

/** RFC 4180, with any line ends; empty lines are passed over. Nothing of the text stands in the errors. @throws CsvError */
export function* readCsv(text: string): Generator<CsvRecord> {
  let line = 1
  let fields: string[] = []
  let began = 1
  for (let at = 0; at < text.length;) {
    const isQuoted = text[at] === QUOTE
    const [field, end] = isQuoted ? quotedField(text, at, line) : plainField(text, at, line)
    if (isQuoted) line += field.split('\n').length - 1
    fields.push(field)
    at = end
    const next = text[at] ?? '\n'
    at += 1
    if (next === ',') {
      // The last field of a text that ends with a comma is an empty one.
      if (at === text.length) fields.push('')
      else continue
    }
    if (next === '\r' && text[at] === '\n') at += 1
    if (fields.length > 1 || fields[0] !== '') yield { line: began, fields }
    fields = []
    line += 1
    began = line
  }
  if (fields.length > 0) yield { line: began, fields }
}

function plainField(text: string, at: number, line: number): readonly [string, number] {
  PLAIN.lastIndex = at
  const field = PLAIN.exec(text)?.[0] ?? ''
  if (text[at + field.length] === QUOTE) {
    throw new CsvError(line, 'has a quote inside of a field that is not quoted')
  }
  return [field, at + field.length]
}

function quotedField(text: string, from: number, line: number): readonly [string, number] {
  let field = ''
  for (let at = from + 1; ;) {
    const quote = text.indexOf(QUOTE, at)
    if (quote < 0) throw new CsvError(line, 'has a quoted field without an end')
    field += text.slice(at, quote)
    if (text[quote + 1] === QUOTE) {
      field += QUOTE
      at = quote + 2
      continue
    }
    if (!/^[,\r\n]?$/.test(text[quote + 1] ?? '')) {
      throw new CsvError(line, 'has something behind a quoted field; quotes inside of it are written twice')
    }
    return [field, quote + 1]
  }
}
