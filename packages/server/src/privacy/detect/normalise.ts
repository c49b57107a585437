/** A text as it is scanned, and where its characters came from. */
export interface ScanText {
  readonly text: string
  /** Where the character at this place began in the text as it came. */
  readonly startOf: (at: number) => number
  /** Where the text before this place ended in the text as it came. */
  readonly endOf: (at: number) => number
}

const SPACE = 0x20
const HYPHEN = 0x2d
const BACKSLASH = 0x5c
const AMPERSAND = 0x26
/** In the fold table: the character is left out. */
const DROPPED = 0
/** Likewise of an escape or a pair, where 0 is a character. */
const NO_CODE = -1
const MATHEMATICAL = 0xd835
const TAGS = 0xdb40

interface Tables {
  readonly fold: Uint16Array
  /** Anything that is read otherwise than it is written; a text without it is scanned as it came. */
  readonly needsReading: RegExp
}

let tables: Tables | null = null

/** Made when a text is first read: most of the time nothing is searched. */
function tablesOfReading(): Tables {
  if (tables !== null) return tables
  const fold = foldTable()
  const needsReading = new RegExp(String.raw`${changedClass(fold)}|\\[unrtx"/]|&#[xX]?[0-9A-Fa-f]{1,5};`)
  tables = { fold, needsReading }
  return tables
}

/** For each character of the basic plane what it is read as: compatibility forms, digits of all scripts, invisible ones. */
function foldTable(): Uint16Array {
  const table = Uint16Array.from({ length: 65_536 }, (_, code) => code)
  const fill = (from: number, to: number, value: (code: number) => number): void => {
    for (let code = from; code <= to; code += 1) table[code] = value(code)
  }
  fill(0xff01, 0xff5e, (code) => code - 0xfee0)
  for (const code of [0xa0, 0x1680, 0x202f, 0x205f, 0x3000]) table[code] = SPACE
  fill(0x2000, 0x200a, () => SPACE)
  const invisible: readonly [number, number][] = [
    [0xad, 0xad],
    [0x34f, 0x34f],
    [0x61c, 0x61c],
    [0x115f, 0x1160],
    [0x17b4, 0x17b5],
    [0x180b, 0x180e],
    [0x200b, 0x200f],
    [0x202a, 0x202e],
    [0x2060, 0x206f],
    [0x3164, 0x3164],
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xffa0, 0xffa0],
    [0xfff9, 0xfffb],
  ]
  for (const [from, to] of invisible) fill(from, to, () => DROPPED)
  fill(0x2010, 0x2015, () => HYPHEN)
  for (const code of [0x2043, 0x2212, 0xfe58, 0xfe63]) table[code] = HYPHEN
  for (const [code, sign] of [
    [0x2236, ':'],
    [0xfe52, '.'],
    [0xfe55, ':'],
    [0xfe6b, '@'],
  ] as const) {
    table[code] = sign.charCodeAt(0)
  }
  // Digits of every script stand in runs of ten.
  for (let code = 0x660; code < 0xff00; code += 1) {
    if (/\p{Nd}/u.test(String.fromCharCode(code))) {
      fill(code, code + 9, (digit) => 0x30 + digit - code)
      code += 9
    }
  }
  // Digits in circles and raised ones stay what they are: they number items and notes, right beside a value.
  return table
}

function changedClass(fold: Uint16Array): string {
  const escaped = (code: number): string => String.raw`\u${code.toString(16).padStart(4, '0')}`
  let ranges = `${escaped(MATHEMATICAL)}${escaped(TAGS)}`
  for (let code = 1; code < fold.length; code += 1) {
    if (fold[code] === code) continue
    const from = code
    while (code + 1 < fold.length && fold[code + 1] !== code + 1) code += 1
    ranges += `${escaped(from)}-${escaped(code)}`
  }
  return `[${ranges}]`
}

/** What stands in a text instead of some characters of it. */
interface Reading {
  readonly code: number
  /** How many characters it takes the place of. */
  readonly width: number
}

const ESCAPED_SIGN: Readonly<Record<string, number>> = {
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  '"': 0x22,
  '/': 0x2f,
}
const HEX = /[0-9a-f]{2}(?:[0-9a-f]{2})?/iy

/** Behind a drive, a share or a dot at the begin of a word. */
const IN_PATH = /(?:^|[\s"'(=,])(?:[A-Za-z]:|\\\\|\.{1,2})(?:\\[^\s"'*?<>|\\]{1,40}){0,12}$/

/** An escape of JSON or JavaScript at a backslash; null where it is only a backslash. */
function escapeAt(text: string, at: number): Reading | null {
  const letter = text[at + 1] ?? ''
  if (letter === 'u' || letter === 'x') {
    const digits = text.slice(at + 2, at + (letter === 'u' ? 6 : 4))
    HEX.lastIndex = 0
    const isWhole = HEX.test(digits) && HEX.lastIndex === (letter === 'u' ? 4 : 2)
    return isWhole ? { code: Number.parseInt(digits, 16), width: 2 + digits.length } : null
  }
  const code = ESCAPED_SIGN[letter]
  if (code === undefined) return null
  // In `C:\temp\notes` it is a folder.
  const isPath = /[nrt]/.test(letter) && IN_PATH.test(text.slice(Math.max(0, at - 80), at))
  return isPath ? null : { code, width: 2 }
}

/** Letters and digits of mathematics and hidden tags lie beyond the basic plane. */
function pairAt(text: string, at: number): Reading | null {
  const pair = text.slice(at, at + 2)
  if ((pair.codePointAt(0) ?? 0) <= 0xffff) return null
  if (pair.charCodeAt(0) === TAGS) return { code: NO_CODE, width: 2 }
  const plain = pair.normalize('NFKC')
  return plain.length === 1 ? { code: plain.charCodeAt(0), width: 2 } : null
}

const ENTITY = /&#(?:[xX]([0-9A-Fa-f]{1,4})|(\d{1,5}));/y

/** A numeric character reference of HTML or XML. */
function entityAt(text: string, at: number): Reading | null {
  ENTITY.lastIndex = at
  const match = ENTITY.exec(text)
  if (match === null) return null
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16)
  return code > 0xffff ? null : { code, width: match[0].length }
}

const MAY_BE_LONG = new Uint8Array(65_536)
for (const code of [BACKSLASH, AMPERSAND, MATHEMATICAL, TAGS]) MAY_BE_LONG[code] = 1

/** The character read at a place whose length differs from its own, or null: what the fold table says. */
function longReading(text: string, at: number, code: number): Reading | null {
  if (code === BACKSLASH) return escapeAt(text, at)
  if (code === AMPERSAND) return entityAt(text, at)
  if (code === MATHEMATICAL || code === TAGS) return pairAt(text, at)
  return null
}

const itself = (at: number): number => at

/** Reads full-width forms, digits of all scripts, invisible characters and escapes as what they stand for. */
export function normalise(text: string): ScanText {
  const { fold, needsReading } = tablesOfReading()
  if (!needsReading.test(text)) return { text, startOf: itself, endOf: itself }
  const read = new Uint16Array(text.length)
  /** Of each character read, from the first whose place differs. */
  let starts: Int32Array | null = null
  let ends: Int32Array | null = null
  let length = 0
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at)
    const long = MAY_BE_LONG[code] === 1 ? longReading(text, at, code) : null
    const width = long?.width ?? 1
    const first = long?.code ?? code
    const folded = fold[first] ?? first
    const isDropped = first === NO_CODE || (folded === DROPPED && first !== 0)
    if (starts === null && (isDropped || width !== 1)) {
      starts = Int32Array.from({ length: text.length }, (_, i) => i)
      ends = starts.map((i) => i + 1)
    }
    if (!isDropped) {
      if (starts !== null && ends !== null) {
        starts[length] = at
        ends[length] = at + width
      }
      read[length] = folded
      length += 1
    }
    at += width
  }
  return {
    text: Buffer.from(read.buffer, 0, length * 2).toString('utf16le'),
    ...(starts === null || ends === null ? { startOf: itself, endOf: itself } : places(starts, ends)),
  }
}

const places = (starts: Int32Array, ends: Int32Array): Pick<ScanText, 'startOf' | 'endOf'> => ({
  startOf: (at) => starts[at] ?? 0,
  endOf: (at) => (at === 0 ? 0 : (ends[at - 1] ?? 0)),
})
