import type { ScanText } from '../detect/normalise.ts'
import { normalise } from '../detect/normalise.ts'

const SPACE = 0x20
/** The longest run of marks that is composed with its base; more is nobody's spelling. */
const MOST_MARKS = 16
/** Ligatures of a whole sentence stay what they are: a text must not become many times as long. */
const LONGEST_EXPANSION = 4
/** In the compatibility table: the character stands for several. */
const SEVERAL = 0

/** Printable ASCII with single spaces is read as it is written. */
const NEEDS_COMPOSING = /[^\x20-\x7e]| {2}/

interface Compatibility {
  readonly single: Uint16Array
  readonly several: ReadonlyMap<number, string>
  readonly marks: Uint8Array
}

/** NFKC of each character of the basic plane, spaces as one kind of space, quotes as the plain ones. */
function compatibility(): Compatibility {
  const single = new Uint16Array(65_536)
  const several = new Map<number, string>()
  const marks = new Uint8Array(65_536)
  const isMark = /^\p{M}$/u
  const isSpace = /^\s$/
  for (let code = 0; code < 65_536; code += 1) {
    const sign = String.fromCharCode(code)
    const plain = code >= 0xd800 && code <= 0xdfff ? sign : sign.normalize('NFKC')
    if (isSpace.test(sign)) single[code] = SPACE
    else if (plain.length === 1) single[code] = plain.charCodeAt(0)
    else if (plain.length <= LONGEST_EXPANSION) several.set(code, plain)
    else single[code] = code
    if (code >= 0x300 && isMark.test(sign)) marks[code] = 1
  }
  for (const code of [0x2018, 0x2019, 0x02bc, 0x2032]) single[code] = 0x27
  for (const code of [0x201c, 0x201d, 0x2033]) single[code] = 0x22
  // Korean syllables written as letters (Unicode 3.12) are composed like marks.
  for (let code = 0x1161; code <= 0x11c2; code += 1) marks[code] = 1
  return { single, several, marks }
}

let tables: Compatibility | null = null

/** What was read so far, and where it came from. */
class Reading {
  codes: Uint16Array
  starts: Int32Array
  ends: Int32Array
  length = 0

  constructor(size: number) {
    this.codes = new Uint16Array(size)
    this.starts = new Int32Array(size)
    this.ends = new Int32Array(size)
  }

  add(code: number, start: number, end: number): void {
    if (code === SPACE && this.codes[this.length - 1] === SPACE) return
    if (this.length === this.codes.length) this.#grow()
    this.codes[this.length] = code
    this.starts[this.length] = start
    this.ends[this.length] = end
    this.length += 1
  }

  addAll(text: string, start: number, end: number): void {
    for (let at = 0; at < text.length; at += 1) this.add(text.charCodeAt(at), start, end)
  }

  #grow(): void {
    const size = this.codes.length * 2 + 16
    const [codes, starts, ends] = [new Uint16Array(size), new Int32Array(size), new Int32Array(size)]
    codes.set(this.codes)
    starts.set(this.starts)
    ends.set(this.ends)
    this.codes = codes
    this.starts = starts
    this.ends = ends
  }
}

/** Composes and folds what is written in several ways (NFKC); any run of white space is one space. */
function compose(text: string): ScanText {
  if (!NEEDS_COMPOSING.test(text)) return { text, startOf: (at) => at, endOf: (at) => at }
  tables ??= compatibility()
  const { single, several, marks } = tables
  const read = new Reading(text.length)
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at)
    let end = at + 1
    while (end - at <= MOST_MARKS && marks[text.charCodeAt(end)] === 1) end += 1
    const plain = single[code] ?? code
    if (end > at + 1) read.addAll(text.slice(at, end).normalize('NFKC'), at, end)
    else if (plain === SEVERAL && code !== 0) read.addAll(several.get(code) ?? '', at, end)
    else read.add(plain, at, end)
    at = end
  }
  const { codes, starts, ends, length } = read
  return {
    text: Buffer.from(codes.buffer, 0, length * 2).toString('utf16le'),
    startOf: (at) => starts[at] ?? 0,
    endOf: (at) => (at === 0 ? 0 : (ends[at - 1] ?? 0)),
  }
}

/** A text as dictionaries are searched for in it: as the engine reads it, and composed. Case is kept. */
export function readComposed(text: string): ScanText {
  const read = normalise(text)
  const composed = compose(read.text)
  return {
    text: composed.text,
    startOf: (at) => read.startOf(composed.startOf(at)),
    endOf: (at) => read.endOf(composed.endOf(at)),
  }
}

/** All that a value of a dictionary may look like once a text is read: with and without its escapes. */
export function readingsOf(value: string): readonly string[] {
  const read = readComposed(value).text.trim()
  const asWritten = value.includes('\\') || value.includes('&#') ? compose(value).text.trim() : read
  return asWritten === read ? [read] : [read, asWritten]
}
