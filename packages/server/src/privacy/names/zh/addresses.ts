import type { Stretch } from './organisations.ts'
import type { Tokens } from './tokens.ts'
import { ALNUM, LOOSE, MARK, NAME } from './tokens.ts'
import type { AddressStep } from './suffixes.ts'
import { addressStep } from './suffixes.ts'
import { CUE, FUNCTION_WORD, PLACE, TITLE, VERB } from './word-table.ts'

/** How far the name of a road or an estate may reach before its ending. */
const NAME_LENGTH = 8
const LONGEST = 80

/** `isExact`: it goes down to a number, so what stands inside is a part of it. */
export interface Address extends Stretch {
  readonly isExact: boolean
}

interface Walk {
  /** The last token that is surely part of it. */
  last: number
  readonly steps: Record<AddressStep | 'number', number>
}

/** Addresses: from a division or the name of a road to the last step that is one, without the words around. */
export function addresses(text: string, tokens: Tokens): Address[] {
  const found: Address[] = []
  const numbers = new Numbers(text, tokens)
  for (let i = 0; i < tokens.count; i += 1) {
    const anchored = (tokens.kind(i) & PLACE) !== 0
    const start = anchored ? i : roadStart(text, tokens, i, found.at(-1)?.end ?? 0)
    if (start < 0 || (!anchored && !numbers.isNear(start))) continue
    const walk = follow(text, tokens, start, anchored)
    if (!isAddress(walk, anchored)) continue
    found.push({
      start: tokens.start(start),
      end: tokens.end(walk.last),
      isExact: walk.steps.number > 0 && (anchored || walk.steps.road > 0),
    })
    i = walk.last
  }
  return found
}

/** Where the next number stands. Without a place only a number makes an address, so a walk to none is spared. */
class Numbers {
  readonly #text: string
  readonly #tokens: Tokens
  #from = 0
  #next = -1

  constructor(text: string, tokens: Tokens) {
    this.#text = text
    this.#tokens = tokens
  }

  isNear(start: number): boolean {
    const tokens = this.#tokens
    for (let i = start; i < this.#from; i += 1) if (this.#isNumber(i)) return true
    this.#from = Math.max(this.#from, start)
    this.#next = Math.max(this.#next, this.#from)
    while (this.#next < tokens.count && !this.#isNumber(this.#next)) this.#next += 1
    return this.#next < tokens.count && tokens.start(this.#next) - tokens.start(start) <= LONGEST
  }

  #isNumber(index: number): boolean {
    return (this.#tokens.kind(index) & ALNUM) !== 0 || isNumbered(this.#text, this.#tokens, index)
  }
}

function isAddress({ steps }: Walk, anchored: boolean): boolean {
  const { road, house, site, division, number } = steps
  if (!anchored) return (road > 0 && number > 0) || (site > 0 && number > 0 && house > 0)
  return road + site > 0 || number > 0 || division > 0
}

/** Where the name of a road or an estate begins that ends with token `index`; -1: it ends no such name. */
function roadStart(text: string, tokens: Tokens, index: number, floor: number): number {
  if ((tokens.kind(index) & (MARK | ALNUM)) !== 0) return -1
  const step = addressStep(text, tokens.start(index), tokens.end(index))
  if (step !== 'road' && step !== 'site') return -1
  let begin = index
  for (let i = index - 1; i >= 0 && tokens.end(index) - tokens.start(i) <= NAME_LENGTH; i -= 1) {
    const kind = tokens.kind(i)
    if (tokens.start(i) < floor || (kind & (MARK | ALNUM | FUNCTION_WORD | VERB | CUE | TITLE)) !== 0) break
    begin = i
  }
  return tokens.end(index) - tokens.start(begin) >= 2 ? begin : -1
}

function follow(text: string, tokens: Tokens, start: number, anchored: boolean): Walk {
  const walk: Walk = { last: start, steps: { division: 0, road: 0, house: 0, site: 0, number: 0 } }
  let gap = 0
  for (let i = anchored ? start + 1 : start; i < tokens.count; i += 1) {
    if (tokens.end(i) - tokens.start(start) > LONGEST || gap > NAME_LENGTH + 1) break
    const kind = tokens.kind(i)
    if ((kind & PLACE) !== 0) {
      if (gap > 0 && walk.steps.number > 0) break
      if (gap === 0) walk.last = i
      continue
    }
    if ((kind & ALNUM) !== 0) {
      if (takesNumber(text, tokens, i, walk.last)) {
        walk.last = i
        walk.steps.number += 1
        gap = 0
      } else gap += tokens.length(i)
      continue
    }
    if ((kind & MARK) !== 0) {
      if (!joins(text, tokens, i, walk)) break
      continue
    }
    const step = isDirection(text, tokens, i, walk.last)
      ? 'road'
      : addressStep(text, tokens.start(i), tokens.end(i))
    if (step === 'road' && walk.last === i - 1 && isDirection(text, tokens, i, walk.last)) {
      walk.last = i
      continue
    }
    if (step !== null && accepts(text, tokens, i, { walk, step, gap })) {
      walk.last = i
      walk.steps[step] += 1
      if (isNumbered(text, tokens, i)) walk.steps.number += 1
      gap = 0
      continue
    }
    if (ends(text, tokens, i)) break
    gap += tokens.length(i)
  }
  return walk
}

/** 五和大道南2号: a direction between a road and its number. */
function isDirection(text: string, tokens: Tokens, index: number, last: number): boolean {
  return (
    last === index - 1 &&
    tokens.length(index) === 1 &&
    '东南西北'.includes(text[tokens.start(index)] ?? ' ') &&
    (tokens.kind(index + 1) & ALNUM) !== 0
  )
}

/** Numbers stand after a step (B座702), before one (12号), or after a dash. */
function takesNumber(text: string, tokens: Tokens, index: number, last: number): boolean {
  if (index - last === 1 || (index - last === 2 && /[-#－—]/.test(text[tokens.start(index - 1)] ?? ''))) {
    const before = addressStep(text, tokens.start(last), tokens.end(last))
    return before !== null || (tokens.kind(last) & ALNUM) !== 0 || isDirectionWord(text, tokens, last)
  }
  return false
}

const isDirectionWord = (text: string, tokens: Tokens, index: number) =>
  tokens.length(index) === 1 && '东南西北'.includes(text[tokens.start(index)] ?? ' ')

function isNumbered(text: string, tokens: Tokens, index: number): boolean {
  if (/[号栋幢座楼层室弄单元院户门期]/.test(text[tokens.end(index) - 1] ?? ''))
    return (
      (tokens.kind(index - 1) & ALNUM) !== 0 ||
      /[一二三四五六七八九十]/.test(text.slice(tokens.start(index) - 1, tokens.end(index)))
    )
  return false
}

function joins(text: string, tokens: Tokens, index: number, { last, steps }: Walk): boolean {
  const mark = text[tokens.start(index)] ?? ''
  if (/[-#－—]/.test(mark)) return true
  if (mark !== ' ' || last !== index - 1) return false
  // A space joins a house number to what stands before it: 12号 3栋.
  return (
    steps.road + steps.site + steps.division > 0 &&
    (tokens.kind(index + 1) & ALNUM) !== 0 &&
    addressStep(text, tokens.start(index + 2), tokens.end(index + 2)) === 'house'
  )
}

function accepts(
  text: string,
  tokens: Tokens,
  index: number,
  at: { walk: Walk; step: AddressStep; gap: number },
): boolean {
  const single = tokens.length(index) === 1
  const before = tokens.kind(index - 1)
  if (at.step === 'house')
    return (
      (before & (ALNUM | LOOSE)) !== 0 ||
      at.walk.last === index - 1 ||
      /[一二三四五六七八九十号]$/.test(text.slice(0, tokens.start(index)).slice(-1))
    )
  // 路 and 城 alone need a name before them; 大厦 alone names no house.
  if (single) return at.gap > 0 || (before & PLACE) !== 0
  const endings = addressStep(text, tokens.start(index) + 1, tokens.end(index))
  return endings !== null || at.gap > 0 || (before & PLACE) !== 0
}

/** A word that no name of a road runs over; one right before its ending may still be of the name: 建设路, 和平街. */
function ends(text: string, tokens: Tokens, index: number): boolean {
  const kind = tokens.kind(index)
  if (
    addressStep(text, tokens.start(index + 1), tokens.end(index + 1)) === 'road' &&
    tokens.length(index + 1) > 1
  )
    return false
  if ((kind & (FUNCTION_WORD | CUE | TITLE)) !== 0 && tokens.length(index) === 1)
    return !/[与东西南北中上下里内外]/.test(text[tokens.start(index)] ?? '')
  if ((kind & (FUNCTION_WORD | VERB | CUE | TITLE | NAME)) === 0) return false
  if (addressStep(text, tokens.start(index + 1), tokens.end(index + 1)) !== null) return false
  return true
}
