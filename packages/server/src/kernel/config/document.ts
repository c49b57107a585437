import { createRequire } from 'node:module'
import type * as yamlPackage from 'yaml'
import type { LineCounter, YAMLMap } from 'yaml'
import type { ConfigProblem } from './problem.ts'
import { pathOf } from './problem.ts'

type Yaml = typeof yamlPackage

const load = createRequire(import.meta.url)
let loaded: Yaml | null = null

/** The parser, loaded when there is a text: a server without a file of settings does without its megabytes. */
function yaml(): Yaml {
  // What Node loads has the types of its package.
  loaded ??= load('yaml') as Yaml
  return loaded
}

const MAX_BYTES = 1024 * 1024

/** One `key: value` of the text. Offsets become lines only when somebody asks. */
export interface Entry {
  /** Null for a key that is no plain word. */
  readonly key: string | null
  readonly keyAt: TextPlace
  readonly valueAt: TextPlace
  readonly value: EntryValue
}

/** A value as it was written: mappings and lists keep the places of what is inside. */
export type EntryValue =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  | { readonly kind: 'plain'; readonly value: unknown }

export interface Item {
  readonly valueAt: TextPlace
  readonly value: EntryValue
}

export interface TextPlace {
  readonly line: number
  readonly column: number
}

/** The parser's own messages quote the text, which may hold a secret: each code gets a sentence of ours. */
const SYNTAX: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias cannot carry a tag or an anchor',
  BAD_ALIAS: 'aliases are not understood here: write the value out',
  BAD_DIRECTIVE: 'directives (%…) are not understood here: remove the line',
  BAD_DQ_ESCAPE: 'unknown escape in double quotes: write a backslash as \\\\ or use single quotes',
  BAD_INDENT: 'the indentation is wrong, or a bracket is not closed',
  BAD_SCALAR_START: 'a plain value cannot start with this character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second `:` in one line: put the value in quotes, or check the indentation',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside brackets',
  KEY_OVER_1024_CHARS: 'the key is longer than 1024 characters',
  MISSING_CHAR: 'a quote, a bracket, a comma or a space after `:` is missing',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line, followed by `:`',
  MULTIPLE_DOCS: 'only one document is allowed: remove the `---`',
  RESOURCE_EXHAUSTION: 'brackets or lists are nested too deep',
  TAB_AS_INDENT: 'a tab is used as indentation: use spaces',
  TAG_RESOLVE_FAILED: 'tags (!…) are not understood here',
  UNEXPECTED_TOKEN: 'unexpected text: check quotes and brackets',
}

interface Reading {
  readonly lines: LineCounter
  readonly problems: ConfigProblem[]
  readonly source: string
}

function placeOf(reading: Reading, offset: number): TextPlace {
  const { line, col } = reading.lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

function report(reading: Reading, offset: number, problem: { path: string; message: string }): void {
  reading.problems.push({ source: reading.source, ...placeOf(reading, offset), ...problem })
}

/** Nodes carry `[start, valueEnd, nodeEnd]`; an empty value has no text of its own and stands where its key does. */
function startOf(node: unknown, otherwise: number): number {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) {
    return otherwise
  }
  const [start, end]: unknown[] = node.range
  return typeof start === 'number' && typeof end === 'number' && end > start ? start : otherwise
}

function refusedForm(node: unknown): string | null {
  if (yaml().isAlias(node)) return 'aliases are not understood here: write the value out'
  if (!yaml().isMap(node) && !yaml().isSeq(node) && !yaml().isScalar(node)) return null
  if (node.tag !== undefined) return 'tags (!…) are not understood here'
  return node.anchor === undefined ? null : 'anchors are not understood here: write each value out'
}

/** Without aliases a document is a tree, so the work is bounded by the size of the text. */
function readValue(reading: Reading, node: unknown, path: string, at: number): EntryValue {
  const refused = refusedForm(node)
  if (refused !== null) report(reading, startOf(node, at), { path, message: refused })
  if (yaml().isMap(node)) return { kind: 'entries', entries: readEntries(reading, node, path) }
  if (yaml().isSeq(node)) {
    const items = node.items.map((item, index) => ({
      valueAt: placeOf(reading, startOf(item, at)),
      value: readValue(reading, item, pathOf(path, index), at),
    }))
    return { kind: 'items', items }
  }
  return { kind: 'plain', value: yaml().isScalar(node) ? node.value : null }
}

function readEntries(reading: Reading, map: YAMLMap, path: string): Entry[] {
  const seen = new Map<string, number>()
  const entries: Entry[] = []
  for (const pair of map.items) {
    const keyOffset = startOf(pair.key, map.range?.[0] ?? 0)
    const key = yaml().isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : null
    const full = pathOf(path, key ?? '')
    const first = key === null ? undefined : seen.get(key)
    if (first !== undefined) {
      const message = `is written twice: the first is in line ${placeOf(reading, first).line}`
      report(reading, keyOffset, { path: full, message })
      continue
    }
    if (key !== null) seen.set(key, keyOffset)
    entries.push({
      key,
      keyAt: placeOf(reading, keyOffset),
      valueAt: placeOf(reading, startOf(pair.value, keyOffset)),
      value: readValue(reading, pair.value, full, keyOffset),
    })
  }
  return entries
}

function parse(reading: Reading, text: string): readonly Entry[] {
  // uniqueKeys compares every key with every other: a file of 1 MiB took two minutes. `readEntries` does it.
  const document = yaml().parseDocument(text, {
    lineCounter: reading.lines,
    prettyErrors: false,
    uniqueKeys: false,
    version: '1.2',
  })
  // One place gets one sentence: an unclosed bracket repeats itself once per level.
  for (const error of new Map(document.errors.toReversed().map((one) => [one.pos[0], one])).values()) {
    report(reading, error.pos[0], { path: '', message: SYNTAX[error.code] ?? 'this is not valid YAML' })
  }
  if (document.directives?.yaml.explicit === true || text.startsWith('%')) {
    report(reading, 0, { path: '', message: SYNTAX['BAD_DIRECTIVE'] ?? '' })
  }
  reading.problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  // After a syntax error the parser guesses; what it guessed is not worth a second message.
  if (reading.problems.length > 0 || document.contents === null) return []
  if (yaml().isScalar(document.contents) && document.contents.value === null) return []
  if (!yaml().isMap(document.contents)) {
    const message = 'the file must be a list of `key: value` lines'
    report(reading, startOf(document.contents, 0), { path: '', message })
    return []
  }
  const refused = refusedForm(document.contents)
  if (refused !== null) report(reading, 0, { path: '', message: refused })
  return readEntries(reading, document.contents, '')
}

/** Reads the text as one YAML 1.2 mapping without aliases, anchors, tags and directives. */
export function readDocument(
  source: string,
  text: string,
): { readonly entries: readonly Entry[]; readonly problems: readonly ConfigProblem[] } {
  const reading: Reading = { lines: new (yaml().LineCounter)(), problems: [], source }
  if (Buffer.byteLength(text) > MAX_BYTES) {
    report(reading, 0, { path: '', message: 'the file is larger than 1 MiB' })
    return { entries: [], problems: reading.problems }
  }
  try {
    return { entries: parse(reading, text), problems: reading.problems }
  } catch (error) {
    // The parser is recursive: deep nesting ends in a stack overflow, which is the only RangeError it throws.
    if (!(error instanceof RangeError)) throw error
    report(reading, 0, { path: '', message: 'brackets or lists are nested too deep' })
    return { entries: [], problems: reading.problems }
  }
}
