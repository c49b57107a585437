import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from '../../detect/span.ts'
import type { LabelledValue } from '../labelled-values.ts'
import { addresses } from './addresses.ts'
import type { Lexicon } from './lexicon.ts'
import { readLexicon } from './lexicon.ts'
import { createJudge } from './labelled.ts'
import type { Stretch } from './organisations.ts'
import { organisations } from './organisations.ts'
import { Segmenter } from './segmenter.ts'
import type { Tokens } from './tokens.ts'
import { MARK, NAME } from './tokens.ts'
import { dottedNames } from './dotted-names.ts'
import { CUE, FUNCTION_WORD, NAME_PART, PLACE } from './word-table.ts'

const SCORE = 0.75
const LABELLED = 0.9

/** Finds names, addresses and organisations in Chinese text. It keeps buffers between calls and holds no text. */
export class ChineseNames {
  readonly lexicon: Lexicon = readLexicon()
  readonly #segmenter = new Segmenter(this.lexicon)

  readonly #judge = createJudge(this.lexicon)

  /** `values` are the stretches that stand under a key. */
  find(text: string, values: readonly LabelledValue[]): Span[] {
    const labelled = this.#labelled(text, values)
    const free = this.#free(text).filter(
      (one) => !labelled.some((other) => other.start < one.end && one.start < other.end),
    )
    return [...labelled, ...free].sort((one, other) => one.start - other.start)
  }

  #labelled(text: string, values: readonly LabelledValue[]): Span[] {
    const spans: Span[] = []
    for (const { labels, start, end } of values) {
      const type = this.#judge(labels, text.slice(start, end))
      if (type !== null && !spans.some((other) => other.start < end && start < other.end))
        spans.push({ start, end, type, score: LABELLED, source: 'zh-label' })
    }
    return spans
  }

  #free(text: string): Span[] {
    const tokens = this.#segmenter.cut(text)
    const spans: Span[] = []
    const houses = addresses(text, tokens)
    const firms = organisations(text, tokens).filter(
      (firm) => !houses.some((house) => house.isExact && house.start <= firm.start && house.end >= firm.end),
    )
    for (const house of houses)
      if (
        !firms.some((firm) =>
          house.isExact
            ? firm.start <= house.start && firm.end >= house.end
            : firm.start < house.end && house.start < firm.end,
        )
      )
        spans.push(span('ADDRESS', house))
    for (const firm of firms) spans.push(span('ORGANIZATION', firm))
    const taken = spans.slice().sort((one, other) => one.start - other.start)
    for (const found of [...places(text, tokens), ...persons(text, tokens, this.lexicon.surnames)])
      if (!taken.some((other) => other.start < found.end && found.start < other.end)) spans.push(found)
    return spans
  }
}

const span = (type: EntityType, { start, end }: Stretch): Span => ({
  start,
  end,
  type,
  score: SCORE,
  source: `zh-${type.toLowerCase()}`,
})

function places(text: string, tokens: Tokens): Span[] {
  const found: Span[] = []
  for (let i = 0; i < tokens.count; i += 1) {
    if ((tokens.kind(i) & PLACE) === 0) continue
    let last = i
    while ((tokens.kind(last + 1) & PLACE) !== 0) last += 1
    if (!isOfPeople(text, tokens.end(last)))
      found.push(span('LOCATION', { start: tokens.start(i), end: tokens.end(last) }))
    i = last
  }
  return found
}

/** 温州人 are people and no place; 江西抚州人 between marks says where somebody is from. */
function isOfPeople(text: string, end: number): boolean {
  const after = text[end] ?? ' '
  return (
    '话菜'.includes(after) || (after === '人' && !/^[，,。；;、）)\s]/.test(text.slice(end + 1, end + 2)))
  )
}

function persons(text: string, tokens: Tokens, surnames: Uint8Array): Span[] {
  const found: Span[] = dottedNames(text).map((name) => span('PERSON', name))
  const dotted = found.length
  const add = (start: number, end: number) => {
    for (let i = 0; i < dotted; i += 1) {
      const other = found[i]
      if (other && other.start < end && start < other.end) return
    }
    found.push(span('PERSON', { start, end }))
  }
  for (let i = 0; i < tokens.count; i += 1) {
    const kind = tokens.kind(i)
    if ((kind & NAME) !== 0) add(tokens.start(i), tokens.end(i))
    else if ((kind & NAME_PART) !== 0) {
      let last = i
      while ((tokens.kind(last + 1) & NAME_PART) !== 0) last += 1
      const alone = last === i && ((tokens.kind(i - 1) | tokens.kind(i + 1)) & (MARK | CUE)) === 0
      if (!alone) add(tokens.start(i), tokens.end(last))
      i = last
    } else if (surnames[text.charCodeAt(tokens.start(i))] && isNameByPlace(text, tokens, i))
      add(tokens.start(i), tokens.end(i))
  }
  return found
}

/** 我姓水; and a word in a list of names: 骆宾、蓝天、童欣. */
function isNameByPlace(text: string, tokens: Tokens, index: number): boolean {
  const length = tokens.length(index)
  if (length === 1) return text[tokens.start(index) - 1] === '姓' && (tokens.kind(index + 1) & MARK) !== 0
  if (length > 3 || (tokens.kind(index) & (PLACE | FUNCTION_WORD)) !== 0) return false
  const listed = (mark: number, other: number) =>
    text[tokens.start(mark)] === '、' && (tokens.kind(other) & NAME) !== 0
  return (
    (listed(index - 1, index - 2) && (tokens.kind(index + 1) & MARK) !== 0) ||
    (listed(index + 1, index + 2) && (tokens.kind(index - 1) & MARK) !== 0)
  )
}
