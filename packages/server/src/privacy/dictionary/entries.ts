import type { DictionaryEntry } from '@freehold/contract/dictionaries.ts'
import {
  LONGEST_TERM,
  MOST_PATTERNS,
  MOST_TERM_CHARACTERS,
  MOST_TERMS,
} from '@freehold/contract/dictionaries.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { ENTITY_TYPES } from '@freehold/contract/privacy.ts'
import { CsvError, readCsv } from './csv-reader.ts'
import type { PatternEntry } from './pattern-machine.ts'
import { buildPatterns } from './pattern-machine.ts'
import { PatternError, readPattern } from './pattern-syntax.ts'
import { readingsOf } from './reading.ts'

/** Why a list of terms is not taken; `place` is the field, or the line of the file. No term stands in it. */
export class EntriesError extends Error {
  readonly place: string

  constructor(place: string, message: string) {
    super(message)
    this.place = place
  }
}

/** A term and where it stood in what was sent. */
interface Placed {
  readonly entry: DictionaryEntry
  readonly place: string
}

const SHORTEST_VALUE = 2
const TYPES: ReadonlySet<string> = new Set(ENTITY_TYPES)
const COLUMNS = ['value', 'pattern', 'type', 'case_sensitive', 'whole_word'] as const
type Column = (typeof COLUMNS)[number]
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
}

/** The terms of a CSV text in UTF-8, one after the other: all of them at once would take many times the room of the text. @throws EntriesError */
export function* entriesOfCsv(bytes: Uint8Array): Generator<Placed> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new EntriesError('body', 'is not text in UTF-8; save it as "CSV UTF-8"')
  }
  try {
    yield* placedIn(text)
  } catch (error) {
    if (error instanceof CsvError) throw new EntriesError(`line ${error.line}`, error.message)
    throw error
  }
}

function* placedIn(text: string): Generator<Placed> {
  let count = 0
  let head: readonly Column[] | null = null
  for (const { line, fields } of readCsv(text)) {
    const place = `line ${line}`
    if (head === null) {
      head = headOf(fields, place)
      continue
    }
    if (fields.length !== head.length) {
      throw new EntriesError(
        place,
        `has ${fields.length} fields, and the head has ${head.length}; a field with a comma stands in quotes`,
      )
    }
    count += 1
    if (count > MOST_TERMS) throw tooMany(place)
    yield { entry: entryOf(new Map(head.map((column, at) => [column, fields[at] ?? ''])), place), place }
  }
  if (head === null) throw new EntriesError('line 1', 'must be a head with a column value or pattern')
}

const tooMany = (place: string): EntriesError =>
  new EntriesError(place, `more than ${MOST_TERMS} terms are not taken`)

function headOf(fields: readonly string[], place: string): readonly Column[] {
  const head = fields.map((field) => COLUMNS.find((column) => column === field.trim().toLowerCase()))
  const known = head.filter((column) => column !== undefined)
  const isHead = known.length === fields.length && new Set(known).size === known.length
  if (!isHead || !(known.includes('value') || known.includes('pattern'))) {
    throw new EntriesError(
      place,
      `must be a head: value or pattern, and if wanted type, case_sensitive, whole_word, separated by commas`,
    )
  }
  return known
}

function entryOf(fields: ReadonlyMap<Column, string>, place: string): DictionaryEntry {
  const [value = '', pattern = ''] = [fields.get('value')?.trim(), fields.get('pattern')]
  if ((value === '') === (pattern === '')) {
    throw new EntriesError(place, 'must have a value or a pattern, and not both')
  }
  const type = fields.get('type')?.trim().toUpperCase() || 'CUSTOM_TERM'
  if (!isType(type))
    throw new EntriesError(
      `${place}, type`,
      'is not a type of the desensitiser, such as PERSON or CUSTOM_TERM',
    )
  return {
    ...(value === '' ? { pattern } : { value }),
    type,
    caseSensitive: flagOf(fields, 'case_sensitive', false, place),
    wholeWord: flagOf(fields, 'whole_word', true, place),
  }
}

const isType = (word: string): word is EntityType => TYPES.has(word)

function flagOf(fields: ReadonlyMap<Column, string>, column: Column, usual: boolean, place: string): boolean {
  const said = fields.get(column)?.trim().toLowerCase() ?? ''
  if (said === '') return usual
  const flag = Object.hasOwn(FLAGS, said) ? FLAGS[said] : undefined
  if (flag === undefined) throw new EntriesError(`${place}, ${column}`, 'must be true or false')
  return flag
}

/** What a list of terms amounts to, and the list as it is kept. */
export interface CheckedEntries {
  readonly values: number
  readonly patterns: number
  readonly characters: number
  /** One line for each, see `lineOf`. */
  readonly lines: Buffer
}

/** @throws EntriesError that names the first term which is not taken */
export function checkEntries(entries: Iterable<Placed>): CheckedEntries {
  const lines = new Lines()
  const patterns: PatternEntry[] = []
  let [values, characters] = [0, 0]
  for (const { entry, place } of entries) {
    const { value } = entry
    characters += (value ?? entry.pattern ?? '').length
    if (characters > MOST_TERM_CHARACTERS)
      throw new EntriesError(place, `more than ${MOST_TERM_CHARACTERS} characters of terms are not taken`)
    if (value === undefined) {
      if (patterns.length === MOST_PATTERNS)
        throw new EntriesError(place, `more than ${MOST_PATTERNS} patterns are not taken`)
      patterns.push(patternOf(entry, `${place}, pattern`))
    } else {
      requireValue(value, `${place}, value`)
      values += 1
    }
    lines.add(lineOf(entry))
  }
  if (values + patterns.length === 0) throw new EntriesError('entries', 'must hold a term')
  if (patterns.length > 0) admitted(() => buildPatterns(patterns), 'pattern')
  return { values, patterns: patterns.length, characters, lines: lines.whole() }
}

const PIECE_CHARACTERS = 1 << 16

/** Lines as bytes, a piece at a time. */
class Lines {
  readonly #pieces: Buffer[] = []
  #open = ''

  add(line: string): void {
    this.#open += line
    if (this.#open.length >= PIECE_CHARACTERS) this.#close()
  }

  whole(): Buffer {
    this.#close()
    return Buffer.concat(this.#pieces)
  }

  #close(): void {
    this.#pieces.push(Buffer.from(this.#open))
    this.#open = ''
  }
}

function requireValue(value: string, place: string): void {
  if (value.length > LONGEST_TERM) throw new EntriesError(place, `is longer than ${LONGEST_TERM} characters`)
  const shortest = Math.min(...readingsOf(value).map((reading) => reading.length))
  if (shortest < SHORTEST_VALUE) throw new EntriesError(place, `is shorter than ${SHORTEST_VALUE} characters`)
}

function patternOf({ pattern = '', caseSensitive, wholeWord }: DictionaryEntry, place: string): PatternEntry {
  return {
    pattern: admitted(() => readPattern(pattern), place),
    type: 0,
    isCased: caseSensitive,
    isWhole: wholeWord,
  }
}

function admitted<T>(make: () => T, place: string): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof PatternError) throw new EntriesError(place, error.message)
    throw error
  }
}

const PATTERN = 1
const CASED = 2
const PARTS = 4

/** A term as it is kept: JSON, with its line end. */
function lineOf({ value, pattern, type, caseSensitive, wholeWord }: DictionaryEntry): string {
  const flags = (value === undefined ? PATTERN : 0) + (caseSensitive ? CASED : 0) + (wholeWord ? 0 : PARTS)
  return `${JSON.stringify([value ?? pattern, type, flags])}\n`
}

/** The term of a line that was written here. */
export function entryOfLine(line: string): DictionaryEntry {
  // Written by `lineOf` and authenticated since.
  const [term, type, flags] = JSON.parse(line) as [string, EntityType, number]
  return {
    ...((flags & PATTERN) === 0 ? { value: term } : { pattern: term }),
    type,
    caseSensitive: (flags & CASED) !== 0,
    wholeWord: (flags & PARTS) === 0,
  }
}

/** Of many lines, without their ends. */
export function* linesOf(bytes: Uint8Array): Generator<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < buffer.length;) {
    const end = buffer.indexOf(10, at)
    yield buffer.toString('utf8', at, end)
    at = end + 1
  }
}
