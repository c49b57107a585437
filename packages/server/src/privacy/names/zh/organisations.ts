import type { Tokens } from './tokens.ts'
import { ALNUM, LOOSE, MARK, NAME } from './tokens.ts'
import { CUE, FUNCTION_WORD, PLACE, SAYS, TITLE, VERB } from './word-table.ts'
import { COMMON_PARTS, isBareEnding, organisationEnding } from './suffixes.ts'

/** Longer names are rare, and a walk to the left must end. */
const LONGEST = 30

export interface Stretch {
  readonly start: number
  readonly end: number
}

/** What the words before an ending say for its being a name. */
interface Evidence {
  start: number
  places: number
  loose: number
  named: number
}

const BRACKETS: Readonly<Record<string, string>> = { '）': '（', ')': '(' }
const LEADING = CUE | TITLE | VERB | SAYS

/** Names of organisations: an ending of the table, and the words to its left up to the first that cannot belong to it. */
export function organisations(text: string, tokens: Tokens): Stretch[] {
  const found: Stretch[] = []
  for (let i = 0; i < tokens.count; i += 1) {
    if ((tokens.kind(i) & (MARK | ALNUM)) !== 0) continue
    const end = tokens.end(i)
    const ending = organisationEnding(text, end)
    if (ending === null) continue
    const start = startOf(text, tokens, i, { at: end - ending[0].length, ending: ending[0], kind: ending[1] })
    if (start < 0) continue
    let last = found.at(-1)
    let begin = start
    while (last && (last.end > begin || isJoined(text, last.end, begin))) {
      begin = Math.min(begin, last.start)
      found.pop()
      last = found.at(-1)
    }
    found.push({ start: begin, end })
  }
  return found
}

/** 材料科学与工程学院 after a university is a part of it, 与 or no. */
function isJoined(text: string, end: number, start: number): boolean {
  return (
    start - end <= 7 &&
    start > end &&
    /^[㐀-鿿]{0,6}[与和]$/.test(text.slice(end, start)) &&
    /[学院所系]$/.test(text.slice(0, end).slice(-1)) &&
    start - end > 2
  )
}

interface Ending {
  readonly at: number
  readonly ending: string
  readonly kind: 'legal' | 'named' | 'long'
}

function startOf(text: string, tokens: Tokens, index: number, { at, ending, kind }: Ending): number {
  let first = index
  while (tokens.start(first) > at) first -= 1
  const evidence: Evidence = { start: at, places: 0, loose: 0, named: 0 }
  // The dictionary has some names whole: 北京大学.
  if (tokens.start(first) < at) {
    evidence.start = tokens.start(first)
    if (at - evidence.start > 1 && !COMMON_PARTS.has(text.slice(evidence.start, at))) evidence.named += 1
  }
  const begin = trim(tokens, walk(text, tokens, first - 1, evidence), first)
  const start = begin < first ? tokens.start(begin) : evidence.start
  const length = at - start
  if (length < 2 || COMMON_PARTS.has(text.slice(start, at))) return -1
  if (kind === 'legal') return start
  if (
    isBareEnding(ending) &&
    evidence.loose < 2 &&
    organisationEnding(text, at - 2) === null &&
    !/公司/.test(text.slice(start, at))
  )
    return -1
  if (kind === 'long')
    return evidence.places > 0 && length >= 4
      ? start
      : length >= 4 && ending.endsWith('会') && evidence.named > 1
        ? start
        : evidence.loose > 2
          ? start
          : -1
  return evidence.places > 0 || evidence.loose >= 2 || evidence.named > 0 ? start : -1
}

/** The first token to the left that may still belong to the name. */
function walk(text: string, tokens: Tokens, from: number, evidence: Evidence): number {
  let begin = from + 1
  for (let i = from; i >= 0 && tokens.end(from) - tokens.start(i) <= LONGEST; i -= 1) {
    const kind = tokens.kind(i)
    if ((kind & MARK) !== 0) {
      const open = BRACKETS[text[tokens.start(i)] ?? '']
      const opened = open === undefined ? -1 : openingOf(text, tokens, i, open)
      if (opened < 1) break
      i = opened
      begin = i
      continue
    }
    const next = i + 1 <= from ? tokens.kind(i + 1) : 0
    if (stops(text, tokens, i, next)) break
    if ((kind & PLACE) !== 0) evidence.places += 1
    else if ((kind & (LOOSE | NAME | ALNUM)) !== 0)
      evidence.loose += (kind & NAME) !== 0 ? 2 : tokens.length(i)
    else if (!COMMON_PARTS.has(text.slice(tokens.start(i), tokens.end(i)))) evidence.named += 1
    begin = i
  }
  return begin
}

function stops(text: string, tokens: Tokens, index: number, next: number): boolean {
  const kind = tokens.kind(index)
  if ((kind & FUNCTION_WORD) !== 0) return true
  if ((kind & (CUE | TITLE)) !== 0 && tokens.length(index) > 1) return true
  if ((next & PLACE) !== 0 && (kind & (VERB | NAME | SAYS)) !== 0) return true
  // Digits before a name are a number in a list, a price, a date.
  if ((kind & ALNUM) !== 0) return !/^[A-Za-z]/.test(text.slice(tokens.start(index), tokens.end(index)))
  return '家所间个座名位款张份年月日号元'.includes(text.slice(tokens.start(index), tokens.end(index)))
}

function openingOf(text: string, tokens: Tokens, close: number, open: string): number {
  for (let i = close - 1; i >= 0 && close - i < 6; i -= 1) if (text[tokens.start(i)] === open) return i
  return -1
}

/** A verb or a word of address at the head is not of the name. */
function trim(tokens: Tokens, begin: number, first: number): number {
  let i = begin
  while (
    i < first &&
    (tokens.kind(i) & LEADING) !== 0 &&
    (tokens.kind(i) & (PLACE | NAME)) === 0 &&
    tokens.length(i) > 1
  )
    i += 1
  return i
}
