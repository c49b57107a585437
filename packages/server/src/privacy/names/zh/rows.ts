import type { Lexicon } from './lexicon.ts'
import type { Tokens } from './tokens.ts'
import { ALNUM, MARK, NAME } from './tokens.ts'
import { mayBeName } from './word-names.ts'
import { CUE, FUNCTION_WORD, NAME_PART, PLACE, SAYS, TITLE } from './word-table.ts'

const LISTING = '、'
/** Fewer tell nothing of each other. */
const SHORTEST = 3
/** A longer item is a sentence. */
const LONGEST_ITEM = 6
/** So much of a row must be things: one in four. */
const SHARE = 4
const OF_PEOPLE = NAME | NAME_PART | CUE | TITLE | SAYS | PLACE | ALNUM
/** A surname and two characters: few words look like that. */
const LONG_NAME = 3
/** In eighths of a nat: of a surname that one in eighty has. */
const COMMON_SURNAME = 35

type Item = 'thing' | 'name' | 'either' | 'other'

/**
 * What a row with 、 lists is of one kind: among 旗袍、汉服、中山装 stands no 马面裙 that were a person. Marks the tokens of
 * rows of things, where what looks like a name by its form alone is none; null: there is no row.
 */
export function inRowsOfThings(text: string, tokens: Tokens, lexicon: Lexicon): Uint8Array | null {
  if (!text.includes(LISTING)) return null
  const marked = new Uint8Array(tokens.count)
  let [first, isRow] = [0, false]
  for (let i = 0; i <= tokens.count; i += 1) {
    if ((tokens.kind(i) & MARK) === 0) continue
    if (i < tokens.count && charAt(text, tokens, i) === LISTING) {
      isRow = true
      continue
    }
    if (isRow && isOfThings({ text, tokens, lexicon, first, end: i })) marked.fill(1, first, i)
    ;[first, isRow] = [i + 1, false]
  }
  return marked
}

interface Row {
  readonly text: string
  readonly tokens: Tokens
  readonly lexicon: Lexicon
  readonly first: number
  readonly end: number
}

function isOfThings(row: Row): boolean {
  const { text, tokens, first, end } = row
  // 参加人员：, and whoever follows.
  if ((tokens.kind(first - 2) & (CUE | TITLE)) !== 0 && '：:'.includes(charAt(text, tokens, first - 1)))
    return false
  let [items, things, names] = [0, 0, 0]
  for (let from = first; from < end;) {
    let to = from
    while (to < end && charAt(text, tokens, to) !== LISTING) to += 1
    const item = itemOf(row, from, to)
    if (item !== 'other') items += 1
    if (item === 'thing') things += 1
    if (item === 'name') names += 1
    from = to + 1
  }
  return items >= SHORTEST && things > 0 && things * SHARE >= things + names && things >= sureNames(row)
}

/** The first and the last of a row may have the rest of a sentence beside them. */
function itemOf({ text, tokens, lexicon, first, end }: Row, from: number, to: number): Item {
  const size = to - from
  if (size === 0 || size > LONGEST_ITEM || (size > 1 && (from === first || to === end))) return 'other'
  if (size === 1 && (tokens.kind(from) & NAME) !== 0) return 'name'
  // 白雪 among birds says nothing, and among people neither.
  if (size === 1 && mayBeName(text, tokens, from, lexicon)) return 'either'
  for (let i = from; i < to; i += 1) if ((tokens.kind(i) & OF_PEOPLE) !== 0) return 'other'
  if ((tokens.kind(from) & FUNCTION_WORD) !== 0) return 'other'
  return size > 1 || tokens.length(from) > 1 ? 'thing' : 'other'
}

function sureNames({ text, tokens, lexicon, first, end }: Row): number {
  let count = 0
  for (let i = first; i < end; i += 1) {
    if ((tokens.kind(i) & NAME) === 0) continue
    const surname = lexicon.surnames[text.charCodeAt(tokens.start(i))] ?? 0
    if (tokens.length(i) >= LONG_NAME || (surname > 0 && surname <= COMMON_SURNAME)) count += 1
  }
  return count
}

const charAt = (text: string, tokens: Tokens, index: number): string => text[tokens.start(index)] ?? ' '
