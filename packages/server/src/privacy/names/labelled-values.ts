import type { Label } from './labels.ts'
import { labelsOf } from './labels.ts'

/** A stretch of a text that stands under a key: in JSON, XML, a form, a log line, or a column of a table. */
export interface LabelledValue {
  readonly labels: readonly Label[]
  readonly start: number
  readonly end: number
}

const LONGEST_VALUE = 120
const LONGEST_KEY = 40
const KEY = /[\p{L}\d_.-]/u
const BEGINS_KEY = /[\p{L}_]/u
/** Keys of two words in Latin letters: GIVEN NAME, Street address. */
const LONG_KEY_BEFORE = /[A-Za-z]{2,20}[ _-][A-Za-z]{2,20}$/
const LATIN_LETTER = /[A-Za-z]/
const BETWEEN = /["'\\\s　]/
const LONGEST_BETWEEN = 4
const SIGN = /[:：=>＝]/g
const OPENING = /[\s　"'“‘\\[(（]{0,5}/y
/** In quotes a value ends with the quote, elsewhere with whatever ends a clause. */
const QUOTED = /[^"'”’\\\n]{1,120}/y
const PLAIN = /[^\n\r,，、。;；|<>"'{}\t　]{1,120}/y

/** Values that stand after a key and a sign: `"receiver": "…"`, `name=…`, `<address>…`, `地址：…`. */
export function* valuesAfterKeys(text: string): Generator<LabelledValue> {
  for (const { index } of text.matchAll(SIGN)) {
    const key = keyBefore(text, index)
    const labels = isOfPerson(text, key, index) ? SURNAME : labelsOf(key)
    if (labels.length === 0) continue
    OPENING.lastIndex = index + 1
    const opening = OPENING.exec(text)?.[0] ?? ''
    if (opening.includes('\n')) continue
    const start = index + 1 + opening.length
    const pattern = /["'“‘]/.test(opening) ? QUOTED : PLAIN
    pattern.lastIndex = start
    const value = pattern.exec(text)?.[0]
    if (value !== undefined) yield trimmed(text, labels, start, start + cut(value).length)
  }
}

/** `family` is of fonts as well, and of a person where `given` stands beside it. */
const GIVEN_BESIDE = /["'<]given["'>]/
const NEAR = 160
const SURNAME: readonly Label[] = ['person']
const isOfPerson = (text: string, key: string, at: number): boolean =>
  key === 'family' && GIVEN_BESIDE.test(text.slice(Math.max(0, at - NEAR), at + NEAR))

/** The key before a sign, sought from there backwards; empty where there is none. */
function keyBefore(text: string, sign: number): string {
  let end = sign
  while (end > 0 && sign - end < LONGEST_BETWEEN && BETWEEN.test(text.charAt(end - 1))) end -= 1
  let start = end
  while (start > 0 && end - start < LONGEST_KEY && KEY.test(text.charAt(start - 1))) start -= 1
  while (start < end && !BEGINS_KEY.test(text.charAt(start))) start += 1
  if (start === end) return ''
  const long = LATIN_LETTER.test(text.charAt(end - 1))
    ? LONG_KEY_BEFORE.exec(text.slice(Math.max(0, end - LONGEST_KEY - 1), end))?.[0]
    : undefined
  return long ?? text.slice(start, end)
}

/** In running text two spaces, or a space before the next key, end a value. */
function cut(value: string): string {
  const end =
    /\s{2,}|\s+(?:(?:given|first|last|middle|family|full|phone|zip|post|date of)\s)?[\p{L}_]{1,20}\s?[:：=]|\s(?:邮编|电话|手机|联系)|[（(]|&[\w.-]{1,40}=/iu.exec(
      value,
    )?.index ?? value.length
  return value.slice(0, end)
}

function trimmed(text: string, labels: readonly Label[], start: number, end: number): LabelledValue {
  let [from, to] = [start, end]
  while (from < to && /[\s"']/.test(text[from] ?? '')) from += 1
  while (to > from && /[\s"']/.test(text[to - 1] ?? '')) to -= 1
  return { labels, start: from, end: to }
}

const SEPARATORS = [',', '\t', '|', '，', ';'] as const
const LONGEST_HEAD = 24
const MOST_COLUMNS = 64

interface Head {
  readonly separator: string
  readonly columns: readonly (readonly Label[])[]
}

/** Values in the columns of a table with a head: CSV, tab-separated, Markdown. */
export function* valuesInColumns(text: string): Generator<LabelledValue> {
  let head: Head | null = null
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(start, Math.min(end, start + 4096))
    const known: Head | null = headOf(line)
    if (known) head = known
    else if (head) {
      const cells = line.split(head.separator)
      if (cells.length === head.columns.length) yield* cellsOf(text, start, cells, head)
      else if (!/^[\s|:-]*$/.test(line)) head = null
    }
    start = end + 1
  }
}

const bare = (cell: string): string => cell.trim().replace(/^"|"$/g, '')
const isNoHead = (cell: string): boolean => cell.length > LONGEST_HEAD || /\d{3}/.test(cell)

function headOf(line: string): Head | null {
  for (const separator of SEPARATORS) {
    const first = line.indexOf(separator)
    // A sentence, most of the time.
    if (first < 0 || isNoHead(bare(line.slice(0, first)))) continue
    const cells = line.split(separator, MOST_COLUMNS).map(bare)
    if (cells.length < 2 || cells.some(isNoHead)) continue
    const columns = cells.map(labelsOf)
    if (columns.some((labels) => labels.length > 0)) return { separator, columns }
  }
  return null
}

function* cellsOf(
  text: string,
  start: number,
  cells: readonly string[],
  head: Head,
): Generator<LabelledValue> {
  let at = start
  for (const [i, cell] of cells.entries()) {
    const labels = head.columns[i] ?? []
    if (labels.length > 0 && cell.length > 0 && cell.length <= LONGEST_VALUE)
      yield trimmed(text, labels, at, at + cell.length)
    at += cell.length + head.separator.length
  }
}
